/** An instant as RFC 3339 in UTC to the second (`2026-12-01T14:00:00Z`): sorts as text in the order of time. */
export type Instant = string;

/** Injected wherever time is read, so that tests and the simulation own it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** @param time a date, milliseconds since the epoch, or any text that `Date` reads with an offset */
export const toInstant = (time: Date | number | string): Instant => `${new Date(time).toISOString().slice(0, 19)}Z`;

/** An instant to the millisecond, where what comes before and after within one second matters; compared only with its like. */
export type Moment = string;
export const toMoment = (time: Date): Moment => time.toISOString();

/** The instant `seconds` after `from`, rounded up so that a wait is never cut short. */
export const after = (from: Date | Instant, seconds: number): Instant =>
  toInstant(Math.ceil((new Date(from).getTime() + seconds * 1000) / 1000) * 1000);

/** Seconds since the epoch, as DynamoDB's TTL wants them. */
export const epochSeconds = (time: Date | Instant): number => Math.ceil(new Date(time).getTime() / 1000);

/** The earliest of those that are given. */
export const earliest = (...times: (Instant | undefined)[]): Instant | undefined =>
  times.filter((time) => time !== undefined).sort()[0];

/** The latest of those that are given. */
export const latest = (first: Instant, ...others: Instant[]): Instant => [first, ...others].sort().at(-1) ?? first;

export const HOUR = 3600;
export const DAY = 24 * HOUR;
