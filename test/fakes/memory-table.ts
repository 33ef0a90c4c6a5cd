/** Plain data as DynamoDB keeps it: nothing is shared with who gave or took it, and undefined fields are not there. */
const copy = <Item>(item: Item): Item => JSON.parse(JSON.stringify(item)) as Item;

/** A table in memory. Its methods do their work at once, so what a store does without waiting in between is one transaction. */
export class MemoryTable<Item extends object> {
  readonly #items = new Map<string, Item>();

  get(key: string): Item | undefined {
    const item = this.#items.get(key);
    return item && copy(item);
  }

  all(): Item[] {
    return [...this.#items.values()].map(copy);
  }

  put(key: string, item: Item): void {
    this.#items.set(key, copy(item));
  }

  /** @returns false when there is no such item, or it is not as `condition` wants it */
  update(key: string, condition: (item: Item) => boolean, change: (item: Item) => Item): boolean {
    const item = this.get(key);
    if (!item || !condition(item)) return false;
    this.put(key, change(item));
    return true;
  }

  delete(key: string): Item | undefined {
    const item = this.get(key);
    this.#items.delete(key);
    return item;
  }
}
