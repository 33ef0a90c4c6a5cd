import { DateTime } from 'luxon';
import type { Booking, Locale } from '../appointments/appointment.ts';
import { defaultSettings, type Settings } from '../settings/settings.ts';
import { type KeywordValues, keywordValues } from '../settings/values.ts';
import type { Instant } from '../time.ts';
import type { BookingNews, Recipient } from './told.ts';

/** What a message speaks of. */
export interface MessageContext {
  readonly kind: BookingNews;
  readonly to: Recipient & { readonly role: 'customer' | 'staff' };
  readonly appointmentId: string;
  readonly status: string;
  readonly booking: Booking;
  /** Absent when there is nothing to join. */
  readonly url?: string;
  /** When it was to start, as last told. */
  readonly oldStart?: Instant;
}

/** The language that a message to somebody is in. */
export const localeOf = ({ to }: Pick<MessageContext, 'to'>, settings: Settings): Locale =>
  to.locale ?? settings.locale;

/**
 * The time zone that a message to somebody is in: a customer's own, which comes with the booking, before the business's; for staff
 * the business's, unless it was never set.
 */
export const zoneOf = ({ to, booking }: Pick<MessageContext, 'to' | 'booking'>, { timeZone }: Settings): string =>
  to.role === 'staff' && timeZone !== defaultSettings.timeZone ? timeZone : (booking.timeZone ?? timeZone);

/**
 * Values of the keywords that a message has; `join_button` is for its channel to make.
 * DESIGN rule 18: in a message to a customer, customer keywords are the recipient's own.
 */
export function messageValues(context: MessageContext, settings: Settings): KeywordValues {
  const { to, booking, url, oldStart } = context;
  const locale = localeOf(context, settings);
  const customer = to.customer ?? booking.customers[0];
  const ofBooking = keywordValues(context, customer, { ...settings, locale });
  const isTwelveHours = /[gh]/.test(settings.timeFormat);
  const local = (at: Instant): LocalTime => ({ at, timeZone: zoneOf(context, settings), locale, isTwelveHours });
  const start = local(booking.start);
  const own: Readonly<Record<string, string | undefined>> = {
    meet_link: url,
    start_date: longDate(start),
    start_time: timeOfDay(start),
    end_time: endTime(start, local(booking.end)),
    time_zone: zoneName(start),
    old_start_date: oldStart && longDate(local(oldStart)),
    old_start_time: oldStart && timeOfDay(local(oldStart)),
    ...(to.role === 'staff' && { staff_name: to.name }),
    ...(to.role === 'staff' &&
      booking.customers.length > 1 && {
        customer_full_name: booking.customers.map(({ name }) => name).join(', '),
        customer_email: booking.customers.flatMap(({ email }) => email ?? []).join(', '),
        customer_phone: booking.customers.flatMap(({ phone }) => phone ?? []).join(', '),
      }),
  };
  return (name) => (Object.hasOwn(own, name) ? own[name] : ofBooking(name));
}

/** An instant as somebody reads it on the wall. */
interface LocalTime {
  readonly at: Instant;
  /** IANA name, or an offset such as `-06:00`. */
  readonly timeZone: string;
  readonly locale: Locale;
  readonly isTwelveHours: boolean;
}

const format = ({ at, timeZone, locale }: LocalTime, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'es', { ...options, timeZone })
    .format(new Date(at))
    .replace(/\s/g, ' ');

const longDate = (time: LocalTime): string => format(time, { dateStyle: 'full' });
/** With twelve hours or twenty-four, as the platform writes them. */
const clockTime = (time: LocalTime): string =>
  format(time, {
    minute: '2-digit',
    ...(time.isTwelveHours ? { hour: 'numeric', hour12: true } : { hour: '2-digit' }),
  });

/** A time that the clocks show twice, since they are put back over it, says which of the two it is. */
const timeOfDay = (time: LocalTime): string => noted(time, [comesTwice(time) && utcOffset(time)]);

/** Says its day when that is another one, and its offset when the clocks change before it. */
const endTime = (start: LocalTime, end: LocalTime): string =>
  noted(end, [
    longDate(start) !== longDate(end) && format(end, { weekday: 'long', day: 'numeric', month: 'long' }),
    (comesTwice(end) || utcOffset(start) !== utcOffset(end)) && utcOffset(end),
  ]);

const noted = (time: LocalTime, notes: readonly (string | false)[]): string => {
  const note = notes.filter(Boolean).join(', ');
  return note ? `${clockTime(time)} (${note})` : clockTime(time);
};

const onTheWall = ({ at, timeZone }: LocalTime): DateTime => DateTime.fromISO(at, { zone: timeZone });
const comesTwice = (time: LocalTime): boolean => onTheWall(time).getPossibleOffsets().length > 1;
const utcOffset = (time: LocalTime): string => `UTC${onTheWall(time).toFormat('ZZ').replace('-', '−')}`;

/**
 * The zone in words, with its city, since few know the name of their zone. Not said whether it is summer, which the date says already,
 * unless the clocks show this time in summer and in winter.
 */
function zoneName(time: LocalTime): string {
  const timeZoneName = comesTwice(time) ? 'long' : 'longGeneric';
  const name =
    new Intl.DateTimeFormat(time.locale, { timeZone: time.timeZone, timeZoneName })
      .formatToParts(new Date(time.at))
      .find(({ type }) => type === 'timeZoneName')
      // With a country where Intl thinks that the zone's own name would not do; the city says more.
      ?.value.replace(/ \(.*\)$/, '') ?? time.timeZone;
  if (name.startsWith('GMT')) return name === 'GMT+00:00' ? 'UTC' : utcOffset(time);
  const place = cityOf(time.timeZone, time.locale);
  return place && !name.includes(place) ? `${name} (${place})` : name;
}

/** The city that a zone is named after, which is what most know it by; undefined where it is named after none. */
export function cityOf(timeZone: string, locale: Locale): string | undefined {
  const city = timeZone.split('/').slice(1).at(-1)?.replaceAll('_', ' ');
  return city && (CITIES[locale][city] ?? city);
}

/** Where a city is not called as in the name of its zone. */
const CITIES: Readonly<Record<Locale, Readonly<Record<string, string>>>> = {
  en: { Canary: 'Canary Islands', Bogota: 'Bogotá', Cancun: 'Cancún', Asuncion: 'Asunción', 'Sao Paulo': 'São Paulo' },
  es: {
    Canary: 'Canarias',
    'Mexico City': 'Ciudad de México',
    'New York': 'Nueva York',
    'Los Angeles': 'Los Ángeles',
    Bogota: 'Bogotá',
    Cancun: 'Cancún',
    Havana: 'La Habana',
    Panama: 'Panamá',
    Asuncion: 'Asunción',
    'Sao Paulo': 'São Paulo',
    London: 'Londres',
    Lisbon: 'Lisboa',
    Paris: 'París',
    Brussels: 'Bruselas',
    Amsterdam: 'Ámsterdam',
    Berlin: 'Berlín',
    Zurich: 'Zúrich',
    Rome: 'Roma',
    Dublin: 'Dublín',
  },
};
