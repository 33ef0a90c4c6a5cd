import type { Settings } from '../../api-types.ts';

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
] as const satisfies readonly Settings['dateFormat'][];
export const TIME_FORMATS = [
  'H:i',
  'G:i',
  'g:i A',
  'g:i a',
  'h:i A',
  'h:i a',
  'H:i:s',
] as const satisfies readonly Settings['timeFormat'][];

/** A date or time as the platform writes it in a format of PHP's letters. @throws RangeError for a time zone that there is not */
export function writtenAs(format: string, at: Date, timeZone: string, locale: string): string {
  const parts = (options: Intl.DateTimeFormatOptions, language = 'en'): Readonly<Record<string, string>> =>
    Object.fromEntries(
      new Intl.DateTimeFormat(language, { timeZone, ...options })
        .formatToParts(at)
        .map(({ type, value }) => [type, value]),
    );
  const { year = '', month = '', day = '' } = parts({ year: 'numeric', month: 'numeric', day: 'numeric' });
  const { hour = '', minute = '', second = '' } = parts({ timeStyle: 'medium', hourCycle: 'h23' });
  const two = (digits: string | number) => String(digits).padStart(2, '0');
  const twelve = Number(hour) % 12 || 12;
  const half = Number(hour) < 12 ? 'AM' : 'PM';
  const letters: Readonly<Record<string, string>> = {
    d: two(day),
    j: day,
    m: two(month),
    Y: year,
    F: parts({ month: 'long' }, locale).month ?? '',
    M: parts({ month: 'short' }, locale).month ?? '',
    H: two(hour),
    G: String(Number(hour)),
    h: two(twelve),
    g: String(twelve),
    i: two(minute),
    s: two(second),
    A: half,
    a: half.toLowerCase(),
  };
  return format.replace(/[A-Za-z]/g, (letter) => letters[letter] ?? letter);
}
