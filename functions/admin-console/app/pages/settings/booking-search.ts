import type { BookingItem } from '../../api-types.ts';
import { folded } from './keywords.ts';

/** Days that surely hold one day of any time zone, as a query of the API has them: dates in UTC, the second not included. */
export function daysAround(date: string): { readonly from: string; readonly to: string } {
  const day = (offset: number) => new Date(Date.parse(date) + offset * 86_400_000).toISOString().slice(0, 10);
  return { from: day(-1), to: day(2) };
}

/** The day on which it starts there, such as `2026-12-01`. */
export const dayOf = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date(instant));

/** Whether a booking has each of the words in its id or in a name. */
export function isFound({ appointment }: BookingItem, query: string): boolean {
  const { id, service, staff, customers = [] } = appointment;
  const names = [
    id,
    service?.name,
    staff?.name,
    staff?.email,
    ...customers.flatMap(({ name, email }) => [name, email]),
  ];
  const all = folded(names.filter(Boolean).join(' '));
  return folded(query)
    .split(/\s+/)
    .every((word) => all.includes(word));
}
