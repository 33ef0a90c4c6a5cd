import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  DATE_FORMATS,
  formatDate,
  formatTime,
  parseLocal,
  TIME_FORMATS,
} from '../../../shared/settings/date-format.ts';
import { toInstant } from '../../../shared/time.ts';

const MADRID = { timeZone: 'Europe/Madrid', dateFormat: 'd/m/Y', timeFormat: 'H:i', locale: 'es' };
const written = (at: string, format: typeof MADRID): string => `${formatDate(at, format)} ${formatTime(at, format)}`;

describe('a date', () => {
  it('that is written is read back as the same, in every format, language and zone', () => {
    const format = fc.record({
      dateFormat: fc.constantFrom(...DATE_FORMATS),
      timeFormat: fc.constantFrom(...TIME_FORMATS),
      locale: fc.constantFrom('en', 'es'),
      timeZone: fc.constantFrom('UTC', 'Europe/Madrid', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'),
    });
    // To the minute, since most formats write no seconds.
    const minute = fc.integer({ min: Date.UTC(2024, 0) / 60_000, max: Date.UTC(2032, 0) / 60_000 });
    fc.assert(
      fc.property(format, minute, (how, minutes) => {
        const at = toInstant(minutes * 60_000);
        const text = written(at, how);
        const back = parseLocal(text, how);
        // The hour that comes twice in autumn is read as the first.
        if (back !== at) {
          expect(back && written(back, how)).toBe(text);
          expect([1_800_000, 3_600_000]).toContain(Date.parse(at) - Date.parse(back ?? ''));
        }
        expect(back).toBeDefined();
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['Y-m-d', '2026-12-01'],
    ['m/d/Y', '12/01/2026'],
    ['d-m-Y', '01-12-2026'],
    ['d/m/Y', '01/12/2026'],
    ['d.m.Y', '01.12.2026'],
    ['F j, Y', 'diciembre 1, 2026'],
    ['j F Y', '1 diciembre 2026'],
  ] as const)('is written as PHP writes %s: %s', (dateFormat, expected) => {
    expect(formatDate('2026-12-01T14:00:00Z', { ...MADRID, dateFormat })).toBe(expected);
  });

  it.each([
    ['H:i', '15:05'],
    ['g:i A', '3:05 PM'],
    ['g:i a', '3:05 pm'],
    ['h:i A', '03:05 PM'],
    ['h:i a', '03:05 pm'],
    ['H:i:s', '15:05:00'],
  ] as const)('has its time written as PHP writes %s: %s', (timeFormat, expected) => {
    for (const locale of ['en', 'es']) {
      expect(formatTime('2026-12-01T14:05:00Z', { ...MADRID, timeFormat, locale })).toBe(expected);
    }
  });

  it.each([
    '',
    '01/12/2026',
    '32/12/2026 10:00',
    '01/13/2026 10:00',
    '01/12/2026 25:00',
    '2026-12-01 10:00',
    'x',
    '01/12/2026 10:00 PM',
  ])('is not %j', (text) => {
    expect(parseLocal(text, MADRID)).toBeUndefined();
  });

  it.each([
    ['1/2/2026 9:05', '2026-02-01T08:05:00Z'],
    ['  01/12/2026   09:05 ', '2026-12-01T08:05:00Z'],
    ['01/12/2026\u00a009:05', '2026-12-01T08:05:00Z'],
  ])('is read generously: %j', (text, expected) => {
    expect(parseLocal(text, MADRID)).toBe(expected);
  });

  it.each([
    ['28/03/2027 02:30', '2027-03-28T01:30:00Z'],
    ['25/10/2026 02:30', '2026-10-25T00:30:00Z'],
  ])('at the change of clocks: %s', (text, expected) => {
    expect(parseLocal(text, MADRID)).toBe(expected);
  });

  it('moves on by days of the calendar, not by 24 hours', () => {
    expect(parseLocal('27/03/2027 12:00', MADRID, 1)).toBe('2027-03-28T10:00:00Z');
  });
});
