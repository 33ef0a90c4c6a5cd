/**
 * Plain data as DynamoDB keeps it: nothing is shared with who gave it, undefined fields are not there, the order of the others is lost, and
 * whoever is given it cannot change it.
 */
const kept = <Item>(item: Item): Item => freeze(JSON.parse(JSON.stringify(item), otherOrder)) as Item;

const otherOrder = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).reverse())
    : value;

function freeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  for (const inner of Object.values(value)) freeze(inner);
  return Object.freeze(value);
}

/** A table in memory. Its methods do their work at once, so what a store does without waiting in between is one transaction. */
export class MemoryTable<Item extends object> {
  readonly #items = new Map<string, Item>();

  get(key: string): Item | undefined {
    return this.#items.get(key);
  }

  all(which: (item: Item) => boolean = () => true): Item[] {
    return [...this.#items.values()].filter(which);
  }

  put(key: string, item: Item): void {
    this.#items.set(key, kept(item));
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
