import { afterEach, describe, expect, it } from 'vitest';
import type { JsonFile } from '../../../infra/local/json-file.ts';
import type { InvocationResult } from '../../../infra/local/lambda.ts';
import type { StreamRecord } from '../../../infra/local/stream-record.ts';
import {
  type Checkpoint,
  type Discarded,
  type MappingDefinition,
  StreamConsumer,
  type StreamSource,
} from '../../../infra/local/streams.ts';

let numbers = 0;

function record(key: string, changes: { wake?: string; createdAt?: number } = {}): StreamRecord {
  numbers += 1;
  return {
    eventID: String(numbers),
    eventName: 'MODIFY',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-1',
    eventSourceARN: 'arn:stream',
    dynamodb: {
      ApproximateCreationDateTime: changes.createdAt ?? Date.now() / 1000,
      Keys: { id: { S: key } },
      NewImage: { wake: { S: changes.wake ?? 'now' } },
      SequenceNumber: String(numbers).padStart(10, '0'),
      SizeBytes: 1,
      StreamViewType: 'NEW_IMAGE',
    },
  };
}

interface FakeShard {
  id: string;
  parentId: string | undefined;
  records: StreamRecord[];
  closed: boolean;
}

/** Shards in memory; an iterator is `shard:index`. */
function fakeSource(shards: FakeShard[]): StreamSource {
  return {
    shards: async () => shards,
    async iterator(shardId, position) {
      const shard = shards.find((candidate) => candidate.id === shardId);
      if (position === 'TRIM_HORIZON') return `${shardId}:0`;
      if (position === 'LATEST') return `${shardId}:${shard?.records.length}`;
      const index = shard?.records.findIndex((entry) => entry.dynamodb.SequenceNumber > position.after) ?? -1;
      return `${shardId}:${index < 0 ? shard?.records.length : index}`;
    },
    async read(iterator) {
      const [id, from = '0'] = iterator.split(':');
      const shard = shards.find((candidate) => candidate.id === id);
      const records = shard?.records.slice(Number(from)) ?? [];
      const atEnd = shard?.closed ?? true;
      return { records, next: atEnd ? undefined : `${id}:${Number(from) + records.length}` };
    },
  };
}

function memoryFile(): JsonFile<Checkpoint> & { value: Checkpoint | undefined } {
  return {
    value: undefined,
    load() {
      return this.value;
    },
    save(value) {
      this.value = structuredClone(value);
    },
  };
}

const mapping: MappingDefinition = {
  id: 'Mapping',
  functionId: 'Fn',
  streamArn: 'arn:stream',
  startingPosition: 'TRIM_HORIZON',
  batchSize: 10,
  lanes: 10,
  maximumRetryAttempts: 2,
  maximumRecordAgeSeconds: -1,
  bisectOnError: false,
  partialResponses: true,
  filterPatterns: [],
  onFailure: 'arn:queue',
};

const open = (...records: StreamRecord[]): FakeShard => ({
  id: 'shard-1',
  parentId: undefined,
  records,
  closed: false,
});
const succeed = (): InvocationResult => ({ ok: true, payload: '{"batchItemFailures":[]}' });
const failure: InvocationResult = { ok: false, error: { errorType: 'Error', errorMessage: 'no' } };
const failing = (...records: (StreamRecord | undefined)[]): InvocationResult => ({
  ok: true,
  payload: JSON.stringify({
    batchItemFailures: records.map((entry) => ({ itemIdentifier: entry?.dynamodb.SequenceNumber })),
  }),
});

const running: StreamConsumer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
});

function consume(
  shards: FakeShard[],
  handle: (records: StreamRecord[]) => InvocationResult | Promise<InvocationResult>,
  changes: Partial<MappingDefinition> = {},
  checkpoints = memoryFile(),
) {
  const batches: string[][] = [];
  const discarded: Discarded[] = [];
  const consumer = new StreamConsumer({
    mapping: { ...mapping, ...changes },
    source: fakeSource(shards),
    target: {
      async invoke(event) {
        const { Records } = event as { Records: StreamRecord[] };
        batches.push(Records.map((entry) => entry.eventID));
        return handle(Records);
      },
    },
    checkpoints,
    onDiscarded: (entry) => discarded.push(entry),
    log: () => {},
    pollMilliseconds: 5,
    firstRetryMilliseconds: 1,
  });
  running.push(consumer);
  consumer.start();
  return { consumer, batches, discarded, checkpoints };
}

const ids = (...records: StreamRecord[]): string[] => records.map((entry) => entry.eventID);

describe('delivery', () => {
  it('delivers in batches, in order, also what comes later', async () => {
    const shard = open(record('a'), record('a'), record('a'));
    const { batches } = consume([shard], succeed, { batchSize: 2 });
    await expect.poll(() => batches.flat().length).toBe(3);
    shard.records.push(record('a'));

    await expect.poll(() => batches.flat()).toEqual(ids(...shard.records));
    expect(batches[0]).toHaveLength(2);
  });

  it('leaves out what the filter does not let through', async () => {
    const [later, now] = [record('a', { wake: 'later' }), record('a')];
    const { batches, checkpoints } = consume([open(later, now)], succeed, {
      filterPatterns: ['{"dynamodb":{"NewImage":{"wake":{"S":["now"]}}}}'],
    });

    await expect.poll(() => checkpoints.value?.shards['shard-1']?.after).toBe(now.dynamodb.SequenceNumber);
    expect(batches).toEqual([ids(now)]);
  });

  it('works on several items at once and on one item in order', async () => {
    let [atOnce, most] = [0, 0];
    const perItem = new Map<string, string[]>();
    const records = ['a', 'b', 'c', 'd', 'a', 'b', 'c', 'd'].map((key) => record(key));
    const { batches } = consume(
      [open(...records)],
      async (batch) => {
        atOnce += 1;
        most = Math.max(most, atOnce);
        await new Promise((resolve) => setTimeout(resolve, 10));
        for (const entry of batch) {
          const key = JSON.stringify(entry.dynamodb.Keys);
          perItem.set(key, [...(perItem.get(key) ?? []), entry.eventID]);
        }
        atOnce -= 1;
        return succeed();
      },
      { batchSize: 1 },
    );

    await expect.poll(() => batches.length).toBe(8);
    await expect.poll(() => [...perItem.values()].flat().length).toBe(8);
    expect(most).toBeGreaterThan(1);
    for (const seen of perItem.values()) expect(seen).toEqual([...seen].sort((a, b) => Number(a) - Number(b)));
  });

  it('reads a shard only when its parent is done', async () => {
    const parent: FakeShard = { id: 'parent', parentId: 'gone', records: [record('a')], closed: true };
    const child: FakeShard = { id: 'child', parentId: 'parent', records: [record('a')], closed: false };
    let release = (): void => {};
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { batches, checkpoints } = consume([child, parent], async () => {
      await blocked;
      return succeed();
    });
    await expect.poll(() => batches).toEqual([ids(...parent.records)]);

    release();

    await expect.poll(() => batches).toEqual([ids(...parent.records), ids(...child.records)]);
    await expect.poll(() => checkpoints.value?.shards).toMatchObject({ parent: { finished: true } });
  });
});

describe('partial batch responses', () => {
  it('retries everything from the lowest failed record on', async () => {
    const records = [record('a'), record('a'), record('a'), record('a')];
    let first = true;
    const { batches, discarded } = consume([open(...records)], () => {
      if (!first) return succeed();
      first = false;
      return failing(records[3], records[1]);
    });

    await expect.poll(() => batches).toEqual([ids(...records), ids(...records.slice(1))]);
    expect(discarded).toEqual([]);
  });

  it.each([['null'], ['{}'], ['{"batchItemFailures":null}'], ['{"batchItemFailures":[]}']])(
    'takes %s for success',
    async (payload) => {
      const { batches, checkpoints } = consume([open(record('a'))], () => ({ ok: true, payload }));

      await expect.poll(() => checkpoints.value?.shards['shard-1']?.after).toBeDefined();
      expect(batches).toHaveLength(1);
    },
  );

  it.each([
    ['{"batchItemFailures":[{"itemIdentifier":""}]}'],
    ['{"batchItemFailures":[{}]}'],
    ['{"batchItemFailures":[{"itemIdentifier":"7"}]}'],
  ])('takes %s for a failure of the whole batch', async (payload) => {
    let first = true;
    const records = [record('a'), record('a')];
    const { batches } = consume([open(...records)], () => {
      if (!first) return succeed();
      first = false;
      return { ok: true, payload };
    });

    await expect.poll(() => batches).toEqual([ids(...records), ids(...records)]);
  });

  it('does not look at them when the mapping does not say so', async () => {
    const only = record('a');
    const { checkpoints, batches } = consume([open(only)], () => failing(only), { partialResponses: false });

    await expect.poll(() => checkpoints.value?.shards['shard-1']?.after).toBe(only.dynamodb.SequenceNumber);
    expect(batches).toHaveLength(1);
  });
});

describe('giving up', () => {
  it('discards a batch after its retries, and goes on with the next', async () => {
    const [bad, good] = [record('a'), record('a')];
    const { batches, discarded } = consume(
      [open(bad, good)],
      ([first]) => (first?.eventID === bad.eventID ? failure : succeed()),
      { batchSize: 1 },
    );

    await expect.poll(() => batches).toEqual([ids(bad), ids(bad), ids(bad), ids(good)]);
    expect(discarded).toMatchObject([
      { records: [bad], why: 'RetryAttemptsExhausted', invocations: 3, shardId: 'shard-1' },
    ]);
  });

  it('halves a failing batch until the bad record stands alone', async () => {
    const records = [record('a'), record('a'), record('a'), record('a')];
    const bad = records[2];
    const { batches, discarded } = consume(
      [open(...records)],
      (batch) => (batch.some((entry) => entry.eventID === bad?.eventID) ? failure : succeed()),
      { bisectOnError: true, maximumRetryAttempts: 0 },
    );

    await expect.poll(() => batches.flat().filter((id) => id === records[3]?.eventID)).toHaveLength(3);
    expect(discarded.map((entry) => entry.records)).toEqual([[bad]]);
  });

  it('discards what is too old without delivering it', async () => {
    const [old, fresh] = [record('a', { createdAt: Date.now() / 1000 - 100 }), record('a')];
    const { batches, discarded } = consume([open(old, fresh)], succeed, { maximumRecordAgeSeconds: 60 });

    await expect.poll(() => batches).toEqual([ids(fresh)]);
    expect(discarded).toMatchObject([{ records: [old], why: 'RecordAgeExceeded' }]);
  });
});

describe('after a stop', () => {
  it('goes on behind what was done, and delivers again what was under way', async () => {
    const shard = open(record('a'), record('b'));
    const checkpoints = memoryFile();
    const first = consume(
      [shard],
      ([entry]) => (entry === shard.records[0] ? succeed() : new Promise(() => {})),
      { batchSize: 1 },
      checkpoints,
    );
    await expect
      .poll(() => checkpoints.value?.shards['shard-1']?.after)
      .toBe(shard.records[0]?.dynamodb.SequenceNumber);
    await expect.poll(() => first.batches.length).toBe(2);
    await first.consumer.stop();
    shard.records.push(record('a'));

    const second = consume([shard], succeed, { batchSize: 1 }, checkpoints);

    await expect.poll(() => second.batches.flat().sort()).toEqual(ids(...shard.records.slice(1)).sort());
  });

  it('begins afresh when the stream is another one', async () => {
    const checkpoints = memoryFile();
    checkpoints.value = { streamArn: 'arn:other', shards: { 'shard-1': { after: '9' } } };
    const shard = open(record('a'));

    const { batches } = consume([shard], succeed, {}, checkpoints);

    await expect.poll(() => batches).toEqual([ids(...shard.records)]);
  });
});
