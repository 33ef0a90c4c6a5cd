import { DateTime, Info } from 'luxon';
import { type Instant, toInstant } from '../time.ts';

/** The formats that WordPress and Booknetic offer, in PHP's letters, as an admin reads them in the platform's settings. */
export const DATE_FORMATS = [
  'Y-m-d',
  'm/d/Y',
  'd-m-Y',
  'd/m/Y',
  'd.m.Y',
  'F j, Y',
  'j F Y',
  'j. F Y',
  'M j, Y',
  'j M Y',
] as const;
export const TIME_FORMATS = ['H:i', 'G:i', 'g:i A', 'g:i a', 'h:i A', 'h:i a', 'H:i:s'] as const;

export interface DateFormat {
  readonly timeZone: string;
  readonly dateFormat: string;
  readonly timeFormat: string;
  readonly locale: string;
}

const LUXON: Readonly<Record<string, string>> = {
  d: 'dd',
  j: 'd',
  m: 'MM',
  n: 'M',
  Y: 'yyyy',
  F: 'MMMM',
  M: 'MMM',
  H: 'HH',
  G: 'H',
  h: 'hh',
  g: 'h',
  i: 'mm',
  s: 'ss',
  A: 'a',
  a: 'a',
};
/** Read generously: one digit or two, whatever the format says. */
const LENIENT: Readonly<Record<string, string>> = { ...LUXON, d: 'd', m: 'M', H: 'H', h: 'h' };

const convert = (php: string, letters: Readonly<Record<string, string>>): string =>
  php.replace(/[A-Za-z]/g, (letter) => letters[letter] ?? letter);

/**
 * Reads a local date and time. A time that the clocks skip in spring is moved on by the hour skipped; one that comes twice in autumn
 * is the first.
 * @param addDays moves the date on, in calendar days of that time zone
 * @returns undefined when the text is not of this format
 */
export function parseLocal(
  text: string,
  { timeZone, dateFormat, timeFormat, locale }: DateFormat,
  addDays = 0,
): Instant | undefined {
  const format = convert(`${dateFormat} ${timeFormat}`, LENIENT);
  const written = text.trim().replace(/\s+/g, ' ');
  for (const language of new Set([locale, 'en'])) {
    const parsed = DateTime.fromFormat(withMeridiem(written, language), format, { zone: timeZone, locale: language });
    if (!parsed.isValid) continue;
    // Left to itself, luxon takes the offset that the zone has today.
    const candidates = parsed.plus({ days: addDays }).getPossibleOffsets();
    return toInstant(Math.min(...candidates.map((candidate) => candidate.toMillis())));
  }
  return undefined;
}

/** Platforms write AM and PM in every language; luxon reads what the language itself has for them. */
const withMeridiem = (written: string, language: string): string =>
  written.replace(/([ap])\.? ?m\.?$/i, (own, half: string) => {
    const [am, pm] = Info.meridiems({ locale: language });
    return (half.toLowerCase() === 'a' ? am : pm) ?? own;
  });

/** A date as the platform would write it. */
export const formatDate = (at: Instant, { timeZone, dateFormat, locale }: DateFormat): string =>
  DateTime.fromISO(at, { zone: timeZone, locale }).toFormat(convert(dateFormat, LUXON));

/** A time of day as the platform would write it. */
export const formatTime = (at: Instant, { timeZone, timeFormat }: DateFormat): string => {
  const written = DateTime.fromISO(at, { zone: timeZone, locale: 'en' }).toFormat(convert(timeFormat, LUXON));
  return timeFormat.endsWith('a') ? written.toLowerCase() : written;
};
