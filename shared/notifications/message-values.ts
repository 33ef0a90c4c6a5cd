import type { Booking, Locale } from '../appointments/appointment.ts';
import type { Settings } from '../settings/settings.ts';
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
 * Values of the keywords that a message has; `join_button` is for its channel to make.
 * DESIGN rule 18: in a message to a customer, customer keywords are the recipient's own.
 */
export function messageValues(context: MessageContext, settings: Settings): KeywordValues {
  const { to, booking, url, oldStart } = context;
  const locale = localeOf(context, settings);
  const timeZone = booking.timeZone ?? settings.timeZone;
  const customer = to.customer ?? booking.customers[0];
  const ofBooking = keywordValues(context, customer, { ...settings, locale });
  const own: Readonly<Record<string, string | undefined>> = {
    meet_link: url,
    start_date: longDate(booking.start, timeZone, locale),
    start_time: shortTime(booking.start, timeZone, locale),
    end_time: shortTime(booking.end, timeZone, locale),
    time_zone: zoneName(booking.start, timeZone, locale),
    old_start_date: oldStart && longDate(oldStart, timeZone, locale),
    old_start_time: oldStart && shortTime(oldStart, timeZone, locale),
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

const longDate = (at: Instant, timeZone: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'es', { dateStyle: 'full', timeZone }).format(new Date(at));
const shortTime = (at: Instant, timeZone: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'es', { timeStyle: 'short', timeZone }).format(new Date(at));
/** The zone in words, with its city, since few know the name of their zone. */
const zoneName = (at: Instant, timeZone: string, locale: Locale): string => {
  if (timeZone === 'UTC') return timeZone;
  const name = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' })
    .formatToParts(new Date(at))
    .find(({ type }) => type === 'timeZoneName')?.value;
  const city = timeZone.includes('/') ? timeZone.split('/').at(-1)?.replaceAll('_', ' ') : undefined;
  return [name, city && `(${city})`].filter(Boolean).join(' ');
};
