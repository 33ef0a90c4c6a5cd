import { describe, expect, it } from 'vitest';
import type { StreamReader } from '../../shared/appointments/stream.ts';
import type { StreamPosition } from '../fakes/stream-reader.ts';

/** A stream, and the writes that it tells of. */
export interface StreamHarness {
  readonly stream: StreamReader;
  /** Writes an item so that the sync is woken, or is not. @returns where the stream has it */
  write(id: string, wake?: 'now' | 'later'): Promise<StreamPosition>;
}

const soon = (milliseconds = 10_000): number => Date.now() + milliseconds;

/** What a `StreamReader` does, whatever keeps the stream. */
export function streamReaderContract(make: () => Promise<StreamHarness>): void {
  const range = (first: StreamPosition, last = first) => ({
    shardId: first.shardId,
    first: first.number,
    last: last.number,
  });

  describe('woken', () => {
    it('names those of a range, both ends included, each once and in their order', async () => {
      const { stream, write } = await make();
      await write('test:1');
      const first = await write('test:3');
      await write('test:2');
      await write('test:3');
      const last = await write('test:4');
      await write('test:5');

      expect(await stream.woken(range(first, last), soon())).toEqual({
        ids: ['test:3', 'test:2', 'test:4'],
        trimmed: false,
      });
    });

    it('reads a single record, the newest too', async () => {
      const { stream, write } = await make();
      const [first, second] = [await write('test:1'), await write('errand#settings')];

      expect((await stream.woken(range(first), soon())).ids).toEqual(['test:1']);
      expect((await stream.woken(range(second), soon())).ids).toEqual(['errand#settings']);
    });

    it('leaves out what does not wake the sync', async () => {
      const { stream, write } = await make();
      const first = await write('test:1');
      const noted = await write('test:1', 'later');
      const last = await write('test:2');

      expect((await stream.woken(range(noted, last), soon())).ids).toEqual(['test:2']);
      expect((await stream.woken(range(noted), soon())).ids).toEqual([]);
      expect((await stream.woken(range(first, last), soon())).ids).toEqual(['test:1', 'test:2']);
    });

    it('says when the shard is gone', async () => {
      const { stream, write } = await make();
      const position = { ...(await write('test:1')), shardId: 'shardId-00000000000000000000-00000000' };

      expect(await stream.woken(range(position), soon())).toEqual({ ids: [], trimmed: true });
    });

    it('gives up in time when the end of the range does not come', async () => {
      const { stream, write } = await make();
      const first = await write('test:1');
      const begun = Date.now();

      await expect(stream.woken(range(first, { ...first, number: '9'.repeat(21) }), soon(300))).rejects.toThrow(
        'in time',
      );
      expect(Date.now() - begun).toBeLessThan(3000);
    });
  });
}
