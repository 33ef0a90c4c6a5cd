/** How something stood over time. */
export class History<T> {
  readonly #entries: { readonly at: number; readonly value: T }[] = [];

  /** @param at milliseconds since the epoch */
  add(at: number, value: T): void {
    this.#entries.push({ at, value });
  }

  /** Whatever stood at some moment from then on, the latest first. */
  since(from: number): T[] {
    const before = this.#entries.findLastIndex(({ at }) => at <= from);
    return this.#entries
      .slice(Math.max(0, before))
      .map(({ value }) => value)
      .reverse();
  }

  /** How it stands, and since when. */
  get last(): { readonly at: number; readonly value: T } | undefined {
    return this.#entries.at(-1);
  }

  /** Since when this holds without a break, for each time that it came to hold: the latest first. */
  beginnings(holds: (value: T) => boolean): number[] {
    const found: number[] = [];
    let held = false;
    for (const { at, value } of this.#entries) {
      const now = holds(value);
      if (now && !held) found.unshift(at);
      held = now;
    }
    return found;
  }
}
