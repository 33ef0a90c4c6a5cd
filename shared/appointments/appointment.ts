import { hash } from 'node:crypto';
import type { Instant, Moment } from '../time.ts';
import type { Erasure } from './erasure.ts';

export type Locale = 'en' | 'es';

export interface Customer {
  readonly name: string;
  /** Lower-cased. Without one the customer is neither invited nor written to. */
  readonly email?: string;
  readonly phone?: string;
  readonly locale?: Locale;
}

/** What is booked, by whom and with whom. */
export interface Booking {
  readonly start: Instant;
  readonly end: Instant;
  /** The customer's: an IANA name, or an offset such as `-06:00`; without one, `settings.timeZone` is used when it is shown. */
  readonly timeZone?: string;
  readonly service: { readonly name: string };
  readonly staff: { readonly email: string; readonly name?: string; readonly phone?: string };
  readonly customers: readonly Customer[];
  readonly location?: { readonly name: string };
  readonly notes?: string;
  /** Every other field that the platform sent, by its name. */
  readonly keywords: Readonly<Record<string, string>>;
}

/** What the booking platform wants; written by the intake only (the sync moves `dueAt` and nothing else). */
export interface Appointment {
  /** `{platform}:{id}` */
  readonly appointmentId: string;
  readonly status: string;
  /** Absent when all that is known of a booking is that it was cancelled. */
  readonly booking?: Booking;
  /** Counts the accepted changes, from 1. */
  readonly revision: number;
  /** When this revision was accepted: a change is told once it has stood for a while. */
  readonly changedAt: Instant;
  /** Of the wish as the platform last said it: the same from it again is nothing new, though somebody was erased since. */
  readonly contentHash: string;
  /** The platform's own time of the newest change taken in, where it sends one: in UTC, always with three digits of milliseconds. */
  readonly sourceTime?: string;
  /** The start that the platform has last announced: it does so for every booking that it still has. */
  readonly startAnnounced?: Instant;
  /** Ids of the deliveries taken in, newest last. */
  readonly deliveries: readonly string[];
  /** Who was erased from it and has not been booked again since. */
  readonly erased?: readonly Erasure[];
  /** Counts the webhook's writes, from 1: each is stored only on top of the one it was decided from. */
  readonly version: number;
  /** When the sync must look at it at the latest; absent when nothing is owed. */
  readonly dueAt?: Instant;
  /** When somebody last asked for a look at Google itself, whatever is thought to be there. */
  readonly lookRequestedAt?: Moment;
  /** Counts the writes that say when to look: a run ends only what it has seen. */
  readonly owed: number;
}

/** Statuses that say the booking is off; the others are the platform's own and only `settings.statuses` knows them. */
const CANCELLED = new Set(['canceled', 'cancelled', 'deleted', 'rejected']);
export const isCancelled = (status: string): boolean => CANCELLED.has(status);

/** The same for the same wish, whatever the order of its fields. */
export const contentHash = (status: string, booking: Booking | undefined): string =>
  hash('sha256', JSON.stringify([status, booking ?? null], sortedKeys), 'hex');

const sortedKeys = (_key: string, value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
