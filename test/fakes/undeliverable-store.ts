import type { Channel } from '../../shared/notifications/told.ts';
import type { Undeliverable, UndeliverableStore } from '../../shared/notifications/undeliverable.ts';
import { MemoryTable } from './memory-table.ts';

const keyOf = (channel: Channel, address: string): string => `${channel}#${address}`;

export class FakeUndeliverableStore implements UndeliverableStore {
  readonly #table = new MemoryTable<Undeliverable>();
  /** Seconds since the epoch, of each address as it was last marked. */
  readonly expiries = new Map<string, number>();

  async get(channel: Channel, address: string): Promise<Undeliverable | undefined> {
    return this.#table.get(keyOf(channel, address));
  }

  async list(): Promise<Undeliverable[]> {
    const byKey = (a: Undeliverable, b: Undeliverable) =>
      keyOf(a.channel, a.address) < keyOf(b.channel, b.address) ? -1 : 1;
    return this.#table.all().sort(byKey);
  }

  async mark(undeliverable: Undeliverable, expiresAt: number): Promise<void> {
    const key = keyOf(undeliverable.channel, undeliverable.address);
    const known = this.#table.get(key);
    if (known && known.at >= undeliverable.at) return;
    this.#table.put(key, undeliverable);
    this.expiries.set(undeliverable.address, expiresAt);
  }

  async clear(channel: Channel, address: string): Promise<void> {
    this.#table.delete(keyOf(channel, address));
  }
}
