import type { Booking, Customer } from '../appointments/appointment.ts';
import { type DateFormat, formatDate, formatTime } from './date-format.ts';

/** The value of a keyword, undefined where the booking has none. */
export type KeywordValues = (name: string) => string | undefined;

const TELLS_NOTHING_OF_A_CUSTOMER =
  /^(service|staff|location|company)_|^appointment_(duration|(start_|end_)?(date|time|date_time))$/;

/** Keywords of which nothing can be learnt about a customer (DESIGN rule 18). */
export const tellsNothingOfACustomer = (name: string): boolean => TELLS_NOTHING_OF_A_CUSTOMER.test(name);

export interface Subject {
  readonly appointmentId: string;
  readonly status: string;
  readonly booking: Booking;
}

/**
 * Values for one booking. Dates come from the booking as it stands, not from the text that the platform sent with it.
 * @param customer whose own values the customer keywords have; undefined leaves them empty
 */
export function keywordValues(subject: Subject, customer: Customer | undefined, format: DateFormat): KeywordValues {
  const { booking } = subject;
  const date = (at: string) => formatDate(at, format);
  const time = (at: string) => formatTime(at, format);
  const [first, ...rest] = customer?.name.split(' ') ?? [];
  const isTheirs = !customer || booking.customers.some((other) => isSame(other, customer));
  // A field sent by the platform speaks of its one customer; where there are several, or to somebody who has dropped out, it would
  // speak of somebody else.
  const isAlone = customer !== undefined && isTheirs && booking.customers.length === 1;
  const ofCustomer = isAlone ? booking.keywords : {};
  const own: Record<string, string | undefined> = {
    appointment_id: subject.appointmentId.slice(subject.appointmentId.indexOf(':') + 1),
    appointment_status: subject.status,
    appointment_date: date(booking.start),
    appointment_start_date: date(booking.start),
    appointment_end_date: date(booking.end),
    appointment_date_time: `${date(booking.start)} ${time(booking.start)}`,
    appointment_start_date_time: `${date(booking.start)} ${time(booking.start)}`,
    appointment_end_date_time: `${date(booking.end)} ${time(booking.end)}`,
    appointment_start_time: time(booking.start),
    appointment_end_time: time(booking.end),
    appointment_notes: isTheirs ? booking.notes : undefined,
    service_name: booking.service.name,
    staff_name: booking.staff.name ?? booking.staff.email,
    staff_email: booking.staff.email,
    staff_phone: booking.staff.phone,
    location_name: booking.location?.name,
    customer_full_name: customer?.name,
    customer_first_name: ofCustomer.customer_first_name ?? first,
    customer_last_name: ofCustomer.customer_last_name ?? rest.join(' '),
    customer_email: customer?.email,
    customer_phone: customer?.phone,
  };
  return (name) => {
    if (Object.hasOwn(own, name)) {
      return name.startsWith('customer_') && !customer ? undefined : own[name];
    }
    if (!isAlone && !tellsNothingOfACustomer(name)) return undefined;
    return Object.hasOwn(booking.keywords, name) ? booking.keywords[name] : undefined;
  };
}

const isSame = (one: Customer, other: Customer): boolean => (one.email ?? one.name) === (other.email ?? other.name);

/** The same values without any that tells of a customer. */
export const withoutCustomers =
  (values: KeywordValues): KeywordValues =>
  (name) =>
    tellsNothingOfACustomer(name) ? values(name) : undefined;
