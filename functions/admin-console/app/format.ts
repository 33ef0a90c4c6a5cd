import type { Language } from './language.ts';
import { writingLocale } from './language.ts';

export interface Format {
  /** `Tue 1 Dec 2026, 16:00` */
  dateTime(instant: string): string;
  date(instant: string): string;
  time(instant: string): string;
  /** From the first to the second, the day once where it is the same. */
  range(start: string, end: string): string;
  /** The same without the day; with both days where they are two. */
  hours(start: string, end: string): string;
}

/** Writes instants as they are in the settings' time zone. @param preferred as `navigator.languages` */
export function makeFormat(language: Language, preferred: readonly string[], timeZone: string): Format {
  const locale = writingLocale(language, preferred);
  const day = { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone } as const;
  const date = new Intl.DateTimeFormat(locale, day);
  const dateTime = new Intl.DateTimeFormat(locale, { ...day, hour: 'numeric', minute: '2-digit' });
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone });
  return {
    time: (instant) => time.format(new Date(instant)),
    hours: (start, end) => time.formatRange(new Date(start), new Date(end)),
    date: (instant) => date.format(new Date(instant)),
    dateTime: (instant) => dateTime.format(new Date(instant)),
    range: (start, end) => dateTime.formatRange(new Date(start), new Date(end)),
  };
}
