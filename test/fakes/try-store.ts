import { nextCount, type TryStore } from '../../shared/join/store.ts';
import { MemoryTable } from './memory-table.ts';

const keyOf = (name: string, now: Date): string => `${name}#${nextCount(now)}`;

export class FakeTryStore implements TryStore {
  readonly #table = new MemoryTable<{ readonly tries: number }>();

  async take(name: string, most: number, now: Date): Promise<boolean> {
    const tries = this.#table.get(keyOf(name, now))?.tries ?? 0;
    if (tries >= most) return false;
    this.#table.put(keyOf(name, now), { tries: tries + 1 });
    return true;
  }

  async giveBack(name: string, now: Date): Promise<void> {
    this.#table.update(
      keyOf(name, now),
      ({ tries }) => tries > 0,
      ({ tries }) => ({ tries: tries - 1 }),
    );
  }
}
