import type { Fault } from '../../errors.ts';
import type { Delivery } from '../acceptance.ts';
import type { Booking, Customer, Locale } from '../appointment.ts';

/** What a platform's reader returns: the delivery, or everything that is wrong with it. */
export type ParsedDelivery =
  | { readonly delivery: Delivery }
  | {
      readonly faults: readonly Fault[];
      /** Keywords that the platform did not fill in. */
      readonly unreplaced: readonly string[];
    };

type Optional<T> = { readonly [K in keyof T]?: T[K] | undefined };

interface ReadBooking {
  readonly start: string;
  readonly end: string;
  readonly timeZone?: string | undefined;
  readonly service: { readonly name: string };
  readonly staff: { readonly email: string } & Optional<{ name: string; phone: string }>;
  readonly customers: readonly (Optional<{ email: string; phone: string; locale: Locale }> & {
    readonly name: string;
  })[];
  readonly location?: string | undefined;
  readonly notes?: string | undefined;
  readonly keywords: Readonly<Record<string, string>>;
}

/** The booking without fields that are empty: an empty text and a missing field must not be two different wishes. */
export function booking(read: ReadBooking): Booking {
  return {
    start: read.start,
    end: read.end,
    ...given('timeZone', read.timeZone),
    service: { name: read.service.name },
    staff: { email: read.staff.email, ...given('name', read.staff.name), ...given('phone', read.staff.phone) },
    customers: distinct(
      read.customers
        .filter(({ name, email }) => name || email)
        .map(({ name, email, phone, locale }) => ({
          name: name || (email ?? ''),
          ...given('email', email),
          ...given('phone', phone),
          ...given('locale', locale),
        })),
    ),
    ...(read.location && { location: { name: read.location } }),
    ...given('notes', read.notes),
    keywords: read.keywords,
  };
}

const given = <const Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  (value ? { [key]: value } : {}) as { [K in Key]?: Value };

/** An address listed twice is one person: one invitation, one message. */
const distinct = (customers: Customer[]): Customer[] =>
  customers.filter(({ email }, index) => !email || customers.findIndex((other) => other.email === email) === index);
