import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageValues, zoneOf } from '../../../shared/notifications/message-values.ts';
import { composeMail } from '../../../shared/notifications/messages.ts';
import { defaultSettings, type Settings } from '../../../shared/settings/settings.ts';
import { toInstant } from '../../../shared/time.ts';
import { aBooking } from '../../builders/bookings.ts';
import { aMessage, MADRID, toAna, toLuis } from './message-context.ts';

/** When a booking is, as somebody reads it: `date, start – end, zone`. */
function when(
  [start, end]: readonly [string, string],
  to: typeof toLuis | typeof toAna,
  { timeZone, locale = 'en', settings = MADRID }: { timeZone?: string; locale?: 'en' | 'es'; settings?: Settings } = {},
): string {
  const booking = aBooking({ start, end, ...(timeZone && { timeZone }) });
  const value = messageValues(aMessage({ to: { ...to, locale }, booking }), settings);
  return `${value('start_date')}, ${value('start_time')} – ${value('end_time')}, ${value('time_zone')}`;
}

const WINTER = ['2026-12-01T15:00:00Z', '2026-12-01T15:45:00Z'] as const;
const MEXICO = { timeZone: 'America/Mexico_City' };

describe('the time zone of a message', () => {
  const zone = (to: typeof toLuis | typeof toAna, timeZone: string | undefined, settings: Settings) =>
    zoneOf(aMessage({ to, booking: aBooking({ ...(timeZone && { timeZone }) }) }), settings);

  it.each([
    ['customer', 'the customer’s own', 'America/Mexico_City', MADRID, 'America/Mexico_City'],
    ['customer', 'the business’s where none is known', undefined, MADRID, 'Europe/Madrid'],
    ['staff', 'the business’s', 'America/Mexico_City', MADRID, 'Europe/Madrid'],
    ['staff', 'the booking’s where the business has set none', 'America/Lima', defaultSettings, 'America/Lima'],
    ['staff', 'UTC where there is none at all', undefined, defaultSettings, 'UTC'],
  ] as const)('to %s is %s', (role, _which, timeZone, settings, expected) => {
    expect(zone(role === 'staff' ? toAna : toLuis, timeZone, settings)).toBe(expected);
  });

  it.each([
    ['Europe/Madrid', 'Central European Time (Madrid)', 'hora de Europa central (Madrid)'],
    ['America/Mexico_City', 'Central Standard Time (Mexico City)', 'hora estándar central (Ciudad de México)'],
    ['America/New_York', 'Eastern Time (New York)', 'hora oriental (Nueva York)'],
    ['Atlantic/Canary', 'Western European Time (Canary Islands)', 'hora de Europa occidental (Canarias)'],
    [
      'America/Argentina/Buenos_Aires',
      'Argentina Standard Time (Buenos Aires)',
      'hora estándar de Argentina (Buenos Aires)',
    ],
    ['Asia/Hong_Kong', 'Hong Kong Standard Time', 'hora estándar de Hong Kong'],
    ['UTC', 'UTC', 'UTC'],
    ['Etc/UTC', 'UTC', 'UTC'],
    ['-06:00', 'UTC−06:00', 'UTC−06:00'],
    ['+05:45', 'UTC+05:45', 'UTC+05:45'],
    ['Etc/GMT+6', 'UTC−06:00', 'UTC−06:00'],
  ])('is named in words: %s', (timeZone, english, spanish) => {
    const named = (locale: 'en' | 'es') =>
      messageValues(aMessage({ to: { ...toLuis, locale }, booking: aBooking({ timeZone }) }), MADRID)('time_zone');
    expect([named('en'), named('es')]).toEqual([english, spanish]);
  });
});

describe('the time in a message', () => {
  it('is the customer’s for the customer and the business’s for staff', () => {
    expect(when(WINTER, toLuis, MEXICO)).toBe(
      'Tuesday, 1 December 2026, 09:00 – 09:45, Central Standard Time (Mexico City)',
    );
    expect(when(WINTER, toAna, MEXICO)).toBe('Tuesday, 1 December 2026, 16:00 – 16:45, Central European Time (Madrid)');
    expect(when(WINTER, toLuis, { locale: 'es' })).toBe(
      'martes, 1 de diciembre de 2026, 16:00 – 16:45, hora de Europa central (Madrid)',
    );
  });

  it('has twelve hours where the platform writes twelve', () => {
    const settings: Settings = { ...MADRID, timeFormat: 'g:i A' };
    expect(when(WINTER, toLuis, { ...MEXICO, settings })).toContain('9:00 am – 9:45 am');
    expect(when(WINTER, toAna, { locale: 'es', settings })).toContain('4:00 p. m. – 4:45 p. m.');
  });

  it('names the day of the end when that is another one', () => {
    const late = ['2026-12-31T22:30:00Z', '2026-12-31T23:15:00Z'] as const;
    expect(when(late, toAna)).toBe(
      'Thursday, 31 December 2026, 23:30 – 00:15 (Friday 1 January), Central European Time (Madrid)',
    );
    expect(when(late, toAna, { locale: 'es' })).toContain('23:30 – 00:15 (viernes, 1 de enero)');
    expect(when(late, toLuis, MEXICO)).toContain('16:30 – 17:15,');
  });

  it('before is written in the same zone', () => {
    const booking = aBooking(MEXICO);
    const value = messageValues(aMessage({ kind: 'rescheduled', booking, oldStart: '2026-12-01T05:00:00Z' }), MADRID);
    expect([value('old_start_date'), value('old_start_time')]).toEqual(['Monday, 30 November 2026', '23:00']);
  });
});

describe('on the night the clocks change, in Madrid, for a customer in Mexico City', () => {
  it.each([
    {
      // 02:30 by the clock, for the first time: still summer.
      at: ['2026-10-25T00:30:00Z', '2026-10-25T00:50:00Z'],
      english: 'Sunday, 25 October 2026, 02:30 (UTC+02:00) – 02:50 (UTC+02:00), Central European Summer Time (Madrid)',
      spanish:
        'domingo, 25 de octubre de 2026, 02:30 (UTC+02:00) – 02:50 (UTC+02:00), hora de verano de Europa central (Madrid)',
      mexican: 'Saturday, 24 October 2026, 18:30 – 18:50, Central Standard Time (Mexico City)',
    },
    {
      // Begins at the first 02:30 and lasts until the second 02:15.
      at: ['2027-10-31T00:30:00Z', '2027-10-31T01:15:00Z'],
      english: 'Sunday, 31 October 2027, 02:30 (UTC+02:00) – 02:15 (UTC+01:00), Central European Summer Time (Madrid)',
      spanish:
        'domingo, 31 de octubre de 2027, 02:30 (UTC+02:00) – 02:15 (UTC+01:00), hora de verano de Europa central (Madrid)',
      mexican: 'Saturday, 30 October 2027, 18:30 – 19:15, Central Standard Time (Mexico City)',
    },
    {
      // 02:30 for the second time.
      at: ['2026-10-25T01:30:00Z', '2026-10-25T02:15:00Z'],
      english: 'Sunday, 25 October 2026, 02:30 (UTC+01:00) – 03:15, Central European Standard Time (Madrid)',
      spanish: 'domingo, 25 de octubre de 2026, 02:30 (UTC+01:00) – 03:15, hora estándar de Europa central (Madrid)',
      mexican: 'Saturday, 24 October 2026, 19:30 – 20:15, Central Standard Time (Mexico City)',
    },
    {
      // There is no 02:30 in spring: what was booked for it begins an hour on, at 03:30.
      at: ['2027-03-28T01:30:00Z', '2027-03-28T02:15:00Z'],
      english: 'Sunday, 28 March 2027, 03:30 – 04:15, Central European Time (Madrid)',
      spanish: 'domingo, 28 de marzo de 2027, 03:30 – 04:15, hora de Europa central (Madrid)',
      mexican: 'Saturday, 27 March 2027, 19:30 – 20:15, Central Standard Time (Mexico City)',
    },
    {
      // Three quarters of an hour that look like more.
      at: ['2027-03-28T00:30:00Z', '2027-03-28T01:15:00Z'],
      english: 'Sunday, 28 March 2027, 01:30 – 03:15 (UTC+02:00), Central European Time (Madrid)',
      spanish: 'domingo, 28 de marzo de 2027, 01:30 – 03:15 (UTC+02:00), hora de Europa central (Madrid)',
      mexican: 'Saturday, 27 March 2027, 18:30 – 19:15, Central Standard Time (Mexico City)',
    },
  ] as const)('everybody reads their own time: $english', ({ at, english, spanish, mexican }) => {
    expect(when(at, toAna, MEXICO)).toBe(english);
    expect(when(at, toAna, { ...MEXICO, locale: 'es' })).toBe(spanish);
    expect(when(at, toLuis, MEXICO)).toBe(mexican);
  });

  it('a booking moved from the first 02:30 to the second says so, in the subject too', () => {
    const { subject, text } = composeMail(
      aMessage({
        kind: 'rescheduled',
        to: toAna,
        booking: aBooking({ start: '2026-10-25T01:30:00Z', end: '2026-10-25T02:15:00Z', ...MEXICO }),
        oldStart: '2026-10-25T00:30:00Z',
      }),
      MADRID,
    );
    expect(subject).toBe('Moved: Consulta is now on Sunday, 25 October 2026 at 02:30 (UTC+01:00)');
    expect(text).toContain('Before: Sunday, 25 October 2026, 02:30 (UTC+02:00)');
  });

  it('two different times are never written alike', () => {
    const minute = 60_000;
    const night = Date.parse('2026-10-24T20:00:00Z');
    const text = (minutes: number) => {
      const start = toInstant(night + minutes * minute);
      const value = messageValues(aMessage({ to: toAna, booking: aBooking({ start, end: start }) }), MADRID);
      return `${value('start_date')} ${value('start_time')}`;
    };
    const offset = fc.integer({ min: 0, max: 600 });
    fc.assert(fc.property(offset, offset, (one, other) => (text(one) === text(other)) === (one === other)));
    expect(text(271)).not.toBe(text(331));
  });
});
