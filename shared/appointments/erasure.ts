import { createHash } from 'node:crypto';
import { tellsNothingOfACustomer } from '../settings/values.ts';
import type { Instant } from '../time.ts';
import type { Appointment, Booking, Customer } from './appointment.ts';

/** That somebody was erased from a booking. They are known again by a digest only, which is another one for each booking. */
export interface Erasure {
  readonly person: string;
  readonly at: Instant;
}

/** What of a booking may speak of somebody. */
export type Personal = Pick<Booking, 'customers' | 'notes' | 'keywords'>;

export const erasureOf = (appointmentId: string, email: string, at: Instant): Erasure => ({
  person: createHash('sha256').update(`${appointmentId} ${email}`).digest('base64url'),
  at,
});

/** Whether somebody was erased from a booking, and has not been booked there again since. */
export const isErased = ({ appointmentId, erased = [] }: ErasedFrom, email: string): boolean =>
  erased.length > 0 && erased.some(({ person }) => person === erasureOf(appointmentId, email, '').person);

type ErasedFrom = Pick<Appointment, 'appointmentId' | 'erased'>;

/** Whether a booking names an address anywhere. */
export const namesAddress = ({ customers, notes = '', keywords }: Personal, email: string): boolean =>
  customers.some((customer) => customer.email === email) ||
  [notes, ...Object.values(keywords)].some((text) => contains(text, email));

/**
 * A booking without one person. Fields that the platform sent tell of its customer; where there are several, nobody knows of which, so they
 * go as well. Its notes are everybody's: they go with the last of them, or when they name this one.
 */
export function withoutPerson(booking: Booking, email: string): Booking {
  const theirs = booking.customers.filter((customer) => customer.email === email);
  const isTheirs = theirs.length > 0;
  const isAlone = isTheirs && theirs.length === booking.customers.length;
  const speaks = (text: string): boolean => contains(text, email) || theirs.some((customer) => names(text, customer));
  const { notes, ...rest } = booking;
  return {
    ...rest,
    customers: booking.customers.filter((customer) => customer.email !== email),
    ...(notes !== undefined && !isAlone && !speaks(notes) && { notes }),
    keywords: Object.fromEntries(
      Object.entries(booking.keywords).filter(
        ([name, value]) => !contains(value, email) && (!isTheirs || tellsNothingOfACustomer(name)),
      ),
    ),
  };
}

/** The address by itself, not as a part of another one; in a link too. */
function contains(text: string, email: string): boolean {
  const lower = text.toLowerCase();
  return [email, encodeURIComponent(email).toLowerCase()].some((written) => {
    for (let at = lower.indexOf(written); at >= 0; at = lower.indexOf(written, at + 1)) {
      const isBegun = /[\w.+-]$/.test(lower.slice(0, at));
      const goesOn = /^(?:[\w-]|\.\w)/.test(lower.slice(at + written.length));
      if (!isBegun && !goesOn) return true;
    }
    return false;
  });
}

/** By their number, or by any part of their name that is no mere particle; rather once too often than once too little. */
function names(text: string, { name, phone = '' }: Customer): boolean {
  const words = new Set(wordsOf(text));
  const number = phone.replace(/\D/g, '');
  return (
    wordsOf(name).some((word) => word.length > 2 && words.has(word)) ||
    (number.length > 5 && text.replace(/\D/g, '').includes(number))
  );
}

const wordsOf = (text: string): string[] => text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
