/** Never comes: what waits for it is gone, as is all that a process was doing when it died. */
export const never = new Promise<never>(() => {});

interface Entry {
  readonly at: number;
  readonly run: () => void;
}

/**
 * Simulated time: one thing happens after the other, each at its moment, and whoever waits gives way to the rest. So the order of
 * everything follows from the moments alone, and the same moments give the same history.
 */
export class Scheduler {
  /** After each thing that happened. */
  afterEach: () => void = () => {};
  #now: number;
  /** The next one last; of the same moment the one planned first comes first. */
  readonly #plan: Entry[] = [];

  /** @param start milliseconds since the epoch */
  constructor(start: number) {
    this.#now = start;
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.#now;
  }

  /** @param at milliseconds since the epoch; what is past happens next */
  plan(at: number, run: () => void): void {
    const moment = Math.max(at, this.#now);
    let low = 0;
    let high = this.#plan.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#plan[middle] as Entry).at > moment) low = middle + 1;
      else high = middle;
    }
    this.#plan.splice(low, 0, { at: moment, run });
  }

  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.plan(this.#now + milliseconds, resolve));
  }

  /** Lets everything happen that is planned up to a moment. @returns early when `isOver` says so */
  async runTo(end: number, isOver: () => boolean = () => false): Promise<void> {
    for (let next = this.#plan.at(-1); next && next.at <= end && !isOver(); next = this.#plan.at(-1)) {
      this.#plan.pop();
      this.#now = next.at;
      next.run();
      // All that follows from it without waiting for simulated time.
      await new Promise((resolve) => setImmediate(resolve));
      this.afterEach();
    }
    if (!isOver()) this.#now = Math.max(this.#now, end);
  }
}
