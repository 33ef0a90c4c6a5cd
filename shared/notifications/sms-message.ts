import type { Locale } from '../appointments/appointment.ts';
import type { Settings } from '../settings/settings.ts';
import type { KeywordValues } from '../settings/values.ts';
import type { Instant } from '../time.ts';
import { cityOf, localeOf, type MessageContext, messageValues, zoneOf } from './message-values.ts';
import { renderSms } from './sms-text.ts';
import { smsWording } from './wording/sms.ts';

const LINKS: ReadonlySet<string> = new Set(['meet_link', 'join_button']);

/** The text message about a booking. */
export function composeSms(context: MessageContext, settings: Settings): { text: string } {
  const { kind, to } = context;
  const locale = localeOf(context, settings);
  const value = smsValues(context, settings, locale);
  const own = settings.templates[kind]?.[to.role]?.sms?.[locale]?.body;
  // There is no empty text message, so a template that comes to nothing is none.
  const text = (own && renderSms(own, value, LINKS)) || renderSms(smsWording(kind, to.role, locale), value, LINKS);
  return { text };
}

/** The values that a mail has, the long ones of them short. */
function smsValues(context: MessageContext, settings: Settings, locale: Locale): KeywordValues {
  const { booking, url, oldStart } = context;
  const timeZone = zoneOf(context, settings);
  const short: Readonly<Record<string, string | undefined>> = {
    join_button: url,
    start_date: shortDate(booking.start, timeZone, locale),
    old_start_date: oldStart && shortDate(oldStart, timeZone, locale),
    time_zone: shortZone(booking.start, timeZone, locale),
  };
  const long = messageValues(context, settings);
  return (name) => (Object.hasOwn(short, name) ? short[name] : long(name));
}

/** `Tue 1 Dec`, `mar 1 dic` */
const shortDate = (at: Instant, timeZone: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'es', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    timeZone,
  })
    .format(new Date(at))
    .replace(/[,.]/g, '');

/** The city of a zone; of one without a city what it is ahead of UTC by. */
function shortZone(at: Instant, timeZone: string, locale: Locale): string | undefined {
  const city = timeZone.startsWith('Etc/') ? undefined : cityOf(timeZone, locale);
  if (city) return city;
  return new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'shortOffset' })
    .formatToParts(new Date(at))
    .find(({ type }) => type === 'timeZoneName')
    ?.value.replace('GMT', 'UTC')
    .replace(/\+0$/, '');
}
