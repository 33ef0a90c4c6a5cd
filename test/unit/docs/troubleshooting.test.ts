import { describe, expect, it } from 'vitest';
import type { MeetingError } from '../../../shared/meetings/meeting.ts';
import { DELIVERY_CODES } from '../../../shared/notifications/delivery-error.ts';
import { inlineCode, LANGUAGES, readText } from './markdown.ts';

/** The compiler sees to it that none is missing. */
const BOOKING_CODES: Record<MeetingError['code'], true> = {
  google_unavailable: true,
  google_timeout: true,
  rate_limited: true,
  meet_link_failed: true,
  event_changed: true,
  credentials_changing: true,
  calendar_usage_limits: true,
  access_revoked: true,
  calendar_permission_missing: true,
  staff_not_connected: true,
  staff_reconnect_required: true,
  calendar_api_disabled: true,
  calendar_not_found: true,
  calendar_forbidden: true,
  meet_unavailable: true,
  event_rejected: true,
  google_client_rejected: true,
  google_client_missing: true,
  integration_off: true,
  start_not_announced: true,
};

describe.each(LANGUAGES)('troubleshooting, in %s', (language) => {
  const text = readText(`docs/${language}/troubleshooting.md`);
  /** First cells of the rows of the last heading. */
  const explained = [...(text.split(/^## /m).at(-1) ?? '').matchAll(/^\| `(\w+)` \|/gm)].map(([, code]) => code);

  it('explains every code that a booking or a message can have, and no other', () => {
    expect(explained.toSorted()).toEqual([...Object.keys(BOOKING_CODES), ...DELIVERY_CODES].toSorted());
  });

  it('speaks of every code that can be put right where the symptom is', () => {
    const symptoms = inlineCode(text.slice(0, text.lastIndexOf('\n## ')));
    const forPersons = ['calendar_api_disabled', 'google_client_rejected', 'google_client_missing', 'meet_unavailable'];
    for (const code of [...forPersons, 'calendar_not_found', 'calendar_forbidden', 'event_rejected', 'ses_sandbox']) {
      expect(symptoms, code).toContain(code);
    }
  });
});
