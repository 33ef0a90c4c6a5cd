import type { StreamRange, StreamReader, Woken } from '../../shared/appointments/stream.ts';

/** Where a record stands. */
export interface StreamPosition {
  readonly shardId: string;
  readonly number: string;
}

interface Record extends StreamPosition {
  readonly id: string;
  readonly wake: 'now' | 'later';
}

const SHARD = 'shardId-00000001795462256746-5eb8abd6';

/** A stream with one shard, written to by hand. */
export class FakeStreamReader implements StreamReader {
  /** Ranges that were asked for. */
  readonly asked: StreamRange[] = [];
  /** Thrown instead of reading. */
  failure: Error | undefined;
  #records: Record[] = [];
  #written = 0;
  #trimmed = 0n;

  /** Adds a record as a write of this item makes one. */
  append(id: string, wake: 'now' | 'later' = 'now'): StreamPosition {
    this.#written += 1;
    const position = { shardId: SHARD, number: String(this.#written).padStart(21, '0') };
    this.#records.push({ ...position, id, wake });
    return position;
  }

  /** Forgets everything up to a record. */
  trim({ number }: StreamPosition): void {
    this.#trimmed = BigInt(number);
    this.#records = this.#records.filter((record) => BigInt(record.number) > this.#trimmed);
  }

  async woken(range: StreamRange): Promise<Woken> {
    this.asked.push(range);
    if (this.failure) throw this.failure;
    if (range.shardId !== SHARD) return { ids: [], trimmed: true };
    const [first, last] = [BigInt(range.first), BigInt(range.last)];
    if (last > this.#written) throw new Error('the range was not read to its end in time');
    const found = this.#records.filter(({ number, wake }) => {
      return BigInt(number) >= first && BigInt(number) <= last && wake === 'now';
    });
    return { ids: [...new Set(found.map(({ id }) => id))], trimmed: first <= this.#trimmed };
  }
}
