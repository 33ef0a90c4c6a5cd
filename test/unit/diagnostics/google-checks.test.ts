import { describe, expect, it } from 'vitest';
import { appPublished } from '../../../shared/diagnostics/checks/app-published.ts';
import { calendarApi } from '../../../shared/diagnostics/checks/calendar-api.ts';
import { googleClient } from '../../../shared/diagnostics/checks/google-client.ts';
import { meetLinks } from '../../../shared/diagnostics/checks/meet-links.ts';
import { type RedirectUriEvidence, redirectUri } from '../../../shared/diagnostics/checks/redirect-uri.ts';
import { type Connection, newStaff } from '../../../shared/staff/staff.ts';
import { ANA, BEA } from '../../builders/bookings.ts';

describe('google_client', () => {
  it.each([
    [undefined, 'fail', /No Google client/, /Credentials/],
    [{ client: 'accepted' }, 'pass', /knows the client/, /^$/],
    [{ client: 'rejected', code: 'invalid_client' }, 'fail', /\(invalid_client\)/, /Copy client id/],
    [{ client: 'unclear', code: 'HTTP 502' }, 'unknown', /HTTP 502/, /again/],
  ] as const)('%j is %s', (evidence, status, detail, fix) => {
    const finding = googleClient.judge(evidence);
    expect([finding.status, finding.detail.en, finding.fix.en]).toEqual([
      status,
      expect.stringMatching(detail),
      expect.stringMatching(fix),
    ]);
  });
});

describe('calendar_api', () => {
  const through = ANA;
  it.each([
    ['enabled', 0, 'pass'],
    ['enabled', 2, 'warn'],
    ['disabled', 0, 'fail'],
    ['disabled', 2, 'fail'],
    ['google_timeout', 0, 'unknown'],
    ['google_timeout', 1, 'fail'],
    [undefined, 0, 'unknown'],
    [undefined, 1, 'fail'],
  ] as const)('%s, with %i failed bookings, is %s', (said, failedBookings, status) => {
    const finding = calendarApi.judge({ answer: said && { through, said }, failedBookings });
    expect(finding.status).toBe(status);
    const isUnclear = said === 'google_timeout' && failedBookings === 0;
    const fix = status === 'pass' ? /^$/ : isUnclear ? /^Look again/ : /Library, Google Calendar API, Enable/;
    expect(finding.fix.en).toMatch(fix);
  });
});

describe('redirect_uri', () => {
  const ours = 'https://meet.test/oauth/google/callback';
  const evidence: RedirectUriEvidence = { redirectUri: ours, clientId: 'c1', answer: 'unclear', lastSignIn: undefined };
  const signIn = { at: '2026-11-24T09:00:00Z', clientId: 'c1', redirectUri: ours, isMismatch: false };
  const statusOf = (changes: Partial<RedirectUriEvidence>) => redirectUri.judge({ ...evidence, ...changes }).status;

  it('goes by Google’s word, else by the last sign-in, else it is unknown with the address to compare', () => {
    expect(statusOf({ answer: 'leads_back' })).toBe('pass');
    expect(statusOf({ answer: 'mismatch', lastSignIn: signIn })).toBe('fail');
    expect(statusOf({ lastSignIn: signIn })).toBe('pass');
    expect(statusOf({ lastSignIn: { ...signIn, isMismatch: true } })).toBe('fail');
    expect(statusOf({ answer: 'leads_back', lastSignIn: { ...signIn, isMismatch: true } })).toBe('pass');
    const { status, fix } = redirectUri.judge(evidence);
    expect(status).toBe('unknown');
    expect(fix.en).toContain(ours);
    expect(fix.es).toContain(ours);
  });

  it('takes nothing from a sign-in with another client, or to another address', () => {
    expect(statusOf({ lastSignIn: { ...signIn, clientId: 'c0' } })).toBe('unknown');
    expect(statusOf({ lastSignIn: { ...signIn, redirectUri: 'https://old.test/' } })).toBe('unknown');
    expect(statusOf({ clientId: undefined, lastSignIn: { ...signIn, clientId: undefined } })).toBe('unknown');
  });
});

describe('app_published', () => {
  const now = '2026-11-24T09:00:00Z';
  const person = (email: string, connection: Partial<Connection>) => ({
    ...newStaff(email),
    connection: { state: 'connected' as const, connectedAt: '2026-11-20T09:00:00Z', ...connection },
  });
  const judge = (...staff: ReturnType<typeof person>[]) => appPublished.judge({ staff, now });

  it('says when an access ends that was given in testing, and that they connect anew after publishing', () => {
    const { status, detail, fix } = judge(person(ANA, { endsAt: '2026-11-27T09:00:00Z' }), person(BEA, {}));
    expect(status).toBe('fail');
    expect(detail.en).toMatch(/"Testing".*ana@clinic\.test: will end on 2026-11-27T09:00:00Z$/);
    expect(detail.es).toContain('terminará el 2026-11-27');
    expect(fix.en).toMatch(/publish the app.*connect anew/);
  });

  it('says so of one that has ended, too', () => {
    const ended = person(ANA, { state: 'reconnect_required', endsAt: '2026-11-23T09:00:00Z' });
    expect(judge(ended)).toMatchObject({
      status: 'fail',
      detail: { en: expect.stringMatching(/ended on 2026-11-23/) },
    });
  });

  it('does not take an access that somebody has limited for months for testing', () => {
    expect(judge(person(ANA, { endsAt: '2027-02-20T09:00:00Z' }))).toMatchObject({
      status: 'warn',
      detail: { en: expect.not.stringContaining('Testing') },
    });
  });

  it('passes where access has no end, and knows nothing where nobody has connected', () => {
    expect(judge(person(ANA, {})).status).toBe('pass');
    expect(appPublished.judge({ staff: [newStaff(ANA)], now }).status).toBe('unknown');
  });
});

describe('meet_links', () => {
  const made = { appointmentId: 'booknetic:1', since: '2026-11-24T09:00:00Z' };
  it('names whose calendar cannot, though others can', () => {
    const { status, detail } = meetLinks.judge({ unable: [{ email: ANA, bookings: 2 }], made });
    expect(status).toBe('fail');
    expect(detail.en).toContain(`${ANA} (2 bookings)`);
  });

  it('passes with a link that was made, and is unknown before', () => {
    expect(meetLinks.judge({ unable: [], made }).detail.en).toBe(
      'Google made the link of booknetic:1 on 2026-11-24T09:00:00Z.',
    );
    expect(meetLinks.judge({ unable: [], made: undefined }).status).toBe('unknown');
  });
});
