import type { BookingItem } from '../../api-types.ts';

/** Without accents and capitals: people type names as they come. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Whether every word is somewhere in the booking: its id, service, place, or its people with their addresses and numbers. */
export function matches({ appointment }: BookingItem, text: string): boolean {
  const { id, service, staff, customers = [], location } = appointment;
  const people = [staff, ...customers].flatMap((person) => [
    person?.name,
    person?.email,
    person?.phone,
    // Numbers are typed without the blanks, too.
    person?.phone?.replace(/\D/g, ''),
  ]);
  const all = plain([id, service?.name, location?.name, ...people].filter(Boolean).join('\n'));
  return plain(text)
    .split(/\s+/)
    .every((word) => all.includes(word));
}

/** The ids that a text may mean, the likeliest first: `booknetic:1042`, or just `1042`. */
export function idsMeant(text: string): readonly string[] {
  const given = text.trim();
  if (/^[a-z]+:[\w.:@~+=-]{1,190}$/.test(given)) return [given];
  return /^\d{1,20}$/.test(given) ? [`booknetic:${given}`, `appointments:${given}`] : [];
}

/** Bookings in the order of the list, by the day on which they begin. @param dayOf the day of an instant, as it is shown */
export function byDay(
  items: readonly BookingItem[],
  dayOf: (instant: string) => string,
): readonly (readonly [day: string, items: readonly BookingItem[]])[] {
  const days = new Map<string, BookingItem[]>();
  for (const item of items) {
    const { start } = item.appointment;
    const day = start === undefined ? '' : dayOf(start);
    days.set(day, [...(days.get(day) ?? []), item]);
  }
  return [...days];
}
