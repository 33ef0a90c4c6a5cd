import { describe, expect, it } from 'vitest';
import { clockAndFormat, type TimedBooking } from '../../../shared/diagnostics/checks/clock-and-format.ts';
import { firstBooking } from '../../../shared/diagnostics/checks/first-booking.ts';
import { webhooks } from '../../../shared/diagnostics/checks/webhooks.ts';
import { type Note, refusalOf } from '../../../shared/diagnostics/evidence.ts';
import { defaultSettings } from '../../../shared/settings/settings.ts';

describe('webhooks', () => {
  const judge = (notes: Record<string, Partial<Note>>, lastChange = {}) =>
    webhooks.judge({
      notes: new Map(Object.entries(notes).map(([name, note]) => [name, { at: time(1), count: 1, ...note }])),
      lastChange,
      publicUrl: 'https://meet.test',
    });
  const time = (minute: number) => `2026-11-24T09:0${minute}:00Z`;

  it('are unknown before any came, with address and header to check', () => {
    const { status, fix } = judge({});
    expect(status).toBe('unknown');
    expect(fix.en).toMatch(/https:\/\/meet\.test\/webhooks\/booknetic.*X-Webhook-Secret/);
  });

  it('pass once one was taken in, noted or seen in a booking, and mention what was refused before', () => {
    expect(judge({ 'booknetic taken_in': {} }).status).toBe('pass');
    expect(judge({}, { booknetic: time(2) })).toMatchObject({
      status: 'pass',
      detail: { en: expect.stringContaining(time(2)) },
    });
    const { status, detail, fix } = judge({
      'booknetic not_valid': { fields: ['staff_email'] },
      'booknetic taken_in': { at: time(2) },
    });
    expect([status, fix.en]).toEqual(['pass', '']);
    expect(detail.en).toMatch(/Refused before that: .*staff_email/);
    expect(judge({ 'booknetic not_valid': { fields: ['x'] } }, { booknetic: time(2) }).status).toBe('pass');
  });

  it.each([
    ['secret_missing', {}, 'fail', /was not sent/, /add the header X-Webhook-Secret/],
    ['wrong_secret', { count: 3 }, 'fail', /3 times so far: wrong secret/, /Copy the webhook secret again/],
    ['unreplaced_keywords', { keywords: ['service_name'] }, 'warn', /\{service_name\}/, /test button/],
    ['unreplaced_keywords', { keywords: ['appointment_start_date_time_client'] }, 'warn', /_client\}/, /test button/],
    [
      'unreplaced_keywords',
      { keywords: ['servicename'] },
      'fail',
      /\{servicename\}/,
      /\{servicename\} → \{service_name\}/,
    ],
    ['unreadable_times', { fields: ['appointment_date'] }, 'fail', /appointment_date/, /dateFormat/],
    ['not_valid', { fields: ['staff_email'] }, 'fail', /staff_email/, /check these fields/],
    ['unreadable_body', {}, 'fail', /cannot be read/, /FORM_DATA/],
  ] as const)('say of %s %j, which is %s, what it is and what to do', (why, note, status, detail, fix) => {
    const finding = judge({ [`booknetic ${why}`]: note });
    expect(finding.status).toBe(status);
    expect(finding.detail.en).toMatch(detail);
    expect(finding.fix.en).toMatch(fix);
    expect(finding.fix.es).not.toBe(finding.fix.en);
  });

  it('go by which came last within a second, too', () => {
    const at = (milliseconds: number) => ({ at: `2026-11-24T09:01:00.${milliseconds}Z` });
    const last = (taken: number, refused: number) =>
      judge({ 'booknetic taken_in': at(taken), 'booknetic not_valid': { ...at(refused), fields: [] } });
    expect(last(200, 100).status).toBe('pass');
    expect(last(100, 200).status).toBe('fail');
    expect(last(100, 200).detail.en).not.toContain('.200');
  });

  it('take a wrong secret for a stranger’s where right ones have come', () => {
    expect(judge({ 'booknetic taken_in': {}, 'booknetic wrong_secret': { at: time(2) } }).status).toBe('warn');
    expect(judge({ 'booknetic taken_in': {}, 'booknetic not_valid': { at: time(2), fields: [] } }).status).toBe('fail');
  });

  it('are judged for each platform by itself', () => {
    const { status, detail, fix } = judge({
      'booknetic not_valid': { fields: ['staff_email'] },
      'appointments taken_in': { at: time(5) },
    });
    expect(status).toBe('fail');
    expect(detail.en).toMatch(/^Booknetic: no webhook .* The signed webhook: the last webhook was taken in/);
    expect(fix.en).toMatch(/staff_email/);
    expect(judge({ 'appointments wrong_secret': {} }).fix.en).toMatch(/signing secret.*clock/);
  });
});

describe('a refusal', () => {
  const faults = (...paths: string[]) => ({
    kind: 'invalid' as const,
    faults: paths.map((path) => ({ path, message: '' })),
  });

  it.each([
    [faults('service_name'), ['service_name'], { outcome: 'unreplaced_keywords', keywords: ['service_name'] }],
    [faults('staff_email', 'data.end'), [], { outcome: 'unreadable_times', fields: ['data.end'] }],
    [faults('data.staff.email'), [], { outcome: 'not_valid', fields: ['data.staff.email'] }],
    [faults(''), [], { outcome: 'unreadable_body' }],
    [{ kind: 'unreadable' as const, faults: [] }, [], { outcome: 'unreadable_body' }],
    [{ kind: 'unsupported_media_type' as const, faults: [] }, [], { outcome: 'unreadable_body' }],
  ])('%j with %j is noted as %j', (error, unreplaced, noted) => {
    expect(refusalOf(error, unreplaced)).toEqual(noted);
  });

  it('keeps few names, and short ones', () => {
    const { fields = [] } = refusalOf(
      faults(...Array.from({ length: 50 }, (_, index) => `${index}${'x'.repeat(500)}`)),
      [],
    );
    expect(fields).toHaveLength(20);
    for (const field of fields) expect(field.length).toBeLessThanOrEqual(80);
  });
});

describe('clock_and_format', () => {
  const madrid = { ...defaultSettings, timeZone: 'Europe/Madrid', dateFormat: 'd/m/Y', timeFormat: 'H:i' } as const;
  const timed = (written: string | undefined, changes: Partial<TimedBooking> = {}): TimedBooking => ({
    appointmentId: 'booknetic:1',
    start: '2026-12-01T14:00:00Z',
    isUtc: true,
    written,
    ...changes,
  });
  const judge = (format: Parameters<typeof clockAndFormat.judge>[0]['format'], ...bookings: TimedBooking[]) =>
    clockAndFormat.judge({ bookings, format });

  it('passes where both say the same', () => {
    expect(judge(madrid, timed('01/12/2026 15:00')).status).toBe('pass');
  });

  it.each([
    ['another zone', '01/12/2026 09:00', /timeZone America\/New_York, dateFormat d\/m\/Y, timeFormat H:i/],
    [
      'day and month the other way round',
      '12/01/2026 15:00',
      /timeZone Europe\/Madrid, dateFormat m\/d\/Y, timeFormat H:i/,
    ],
    ['words', 'December 1, 2026 3:00 pm', /timeZone Europe\/Madrid, dateFormat F j, Y, timeFormat g:i A/],
    [
      'another zone and format',
      '2026-12-01 6:00 AM',
      /timeZone America\/Los_Angeles, dateFormat Y-m-d, timeFormat g:i A/,
    ],
    ['no known format', 'le premier', /No common time zone and format/],
    ['a clock that is off', '01/12/2026 15:07', /No common time zone and format/],
  ])('fails at %s, names both and what would agree', (_what, written, fix) => {
    const finding = judge(madrid, timed(written));
    expect(finding.status).toBe('fail');
    expect(finding.detail.en).toContain('2026-12-01T14:00:00Z');
    expect(finding.detail.en).toContain(written);
    expect(finding.fix.en).toMatch(fix);
  });

  it('tells zones apart by bookings of summer and winter', () => {
    const { fix } = judge(
      madrid,
      timed('01/12/2026 07:00'),
      timed('01/07/2027 07:00', { start: '2027-07-01T14:00:00Z' }),
    );
    expect(fix.en).toMatch(/this would agree: timeZone America\/Phoenix, .*H:i\.$/);
  });

  it('goes by the newest: older ones may be of before a change', () => {
    expect(judge(madrid, timed('01/12/2026 15:00'), timed('2026-12-01 15:00')).status).toBe('pass');
    const { fix } = judge(madrid, timed('01/12/2026 09:00'), timed('le premier'));
    expect(fix.en).toContain('America/New_York');
  });

  it('knows nothing where there is nothing to compare, and needs nothing where offsets are sent', () => {
    expect(judge(madrid).status).toBe('unknown');
    expect(judge(madrid, timed(undefined)).fix.en).toContain('add_to_google_calendar_link');
    expect(judge(madrid, timed('01/12/2026 15:00', { isUtc: false })).status).toBe('unknown');
    expect(judge(madrid, timed(undefined, { appointmentId: 'appointments:1' })).status).toBe('pass');
  });

  it('finds a clock that is ahead by what arrived before it was booked', () => {
    const arrivedAt = '2026-11-24T09:00:00Z';
    const created = (written: string) => timed('01/12/2026 15:00', { created: { written, arrivedAt } });
    expect(judge(madrid, created('24/11/2026 10:00')).status).toBe('pass');
    expect(judge(madrid, created('24/11/2026 10:04')).status).toBe('pass');
    expect(judge(madrid, created('20/11/2026 10:00')).status).toBe('pass');
    expect(judge(madrid, created('24/11/2026 10:20'))).toMatchObject({
      status: 'fail',
      detail: { en: expect.stringMatching(/20 minutes later/) },
      fix: { en: expect.stringMatching(/clock of its server/) },
    });
  });
});

describe('first_booking', () => {
  it('is seen, waits for its link, or has not come', () => {
    const made = { appointmentId: 'booknetic:1', since: undefined };
    expect(firstBooking.judge({ made, anySeen: true }).status).toBe('pass');
    expect(firstBooking.judge({ made: undefined, anySeen: true }).status).toBe('warn');
    expect(firstBooking.judge({ made: undefined, anySeen: false }).status).toBe('unknown');
  });
});
