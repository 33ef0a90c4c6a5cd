import { type Clock, type Instant, toInstant } from '../../shared/time.ts';

/** Stands still until it is moved. */
export class ManualClock implements Clock {
  #milliseconds: number;

  constructor(start: Instant) {
    this.#milliseconds = Date.parse(start);
  }

  now(): Date {
    return new Date(this.#milliseconds);
  }

  get instant(): Instant {
    return toInstant(this.#milliseconds);
  }

  advance(seconds: number): void {
    this.#milliseconds += seconds * 1000;
  }

  /** Never backwards. */
  advanceTo(instant: Instant): void {
    this.#milliseconds = Math.max(this.#milliseconds, Date.parse(instant));
  }
}
