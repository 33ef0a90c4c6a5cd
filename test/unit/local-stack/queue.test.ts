import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type JsonFile, jsonFile } from '../../../infra/local/json-file.ts';
import type { InvocationResult } from '../../../infra/local/lambda.ts';
import { Queue, QueueConsumer, type QueuedMessage, type QueueMappingDefinition } from '../../../infra/local/queue.ts';
import { temporaryFolder } from './assembly.ts';

interface SqsRecord {
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const ARN = 'arn:aws:sqs:eu-west-1:000000000000:Failures';
const mapping: QueueMappingDefinition = {
  id: 'Mapping',
  functionId: 'Fn',
  queueArn: ARN,
  enabled: false,
  batchSize: 2,
  partialResponses: true,
};
const succeed = (): InvocationResult => ({ ok: true, payload: '{"batchItemFailures":[]}' });
const failing = (...messages: readonly (SqsRecord | undefined)[]): InvocationResult => ({
  ok: true,
  payload: JSON.stringify({ batchItemFailures: messages.map((message) => ({ itemIdentifier: message?.messageId })) }),
});
const failure: InvocationResult = { ok: false, error: { errorType: 'Error', errorMessage: 'no' } };

function queueWith(bodies: readonly string[], visibilityTimeoutSeconds = 30, file?: JsonFile<QueuedMessage[]>): Queue {
  const definition = { id: 'Failures', arn: ARN, visibilityTimeoutSeconds };
  const queue = new Queue(definition, file ?? jsonFile<QueuedMessage[]>(undefined));
  for (const body of bodies) queue.send(body);
  return queue;
}

const running: QueueConsumer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((consumer) => consumer.stop()));
});

function consume(
  queue: Queue,
  handle: (records: readonly SqsRecord[]) => InvocationResult | Promise<InvocationResult>,
  changes: Partial<QueueMappingDefinition> = {},
) {
  const events: SqsRecord[][] = [];
  const consumer = new QueueConsumer({
    mapping: { ...mapping, ...changes },
    queue,
    target: {
      async invoke(event) {
        const { Records } = event as { Records: SqsRecord[] };
        events.push(Records);
        return handle(Records);
      },
    },
    pollMilliseconds: 5,
  });
  running.push(consumer);
  consumer.start();
  return { consumer, events, batches: () => events.map((records) => records.map(({ body }) => body)) };
}

describe('a queue', () => {
  it('keeps its messages over a restart, until they are deleted', () => {
    const path = join(temporaryFolder(), 'queue.json');
    const file = () => jsonFile<QueuedMessage[]>(path);
    const first = queueWith(['a', 'b', 'c'], 30, file());
    first.delete(first.receive(1).map(({ messageId }) => messageId));
    first.receive(1);

    const second = queueWith([], 30, file());

    expect(second.bodies).toEqual(['b', 'c']);
    expect(second.receive(5)).toMatchObject([
      { body: 'b', receives: 2 },
      { body: 'c', receives: 1 },
    ]);
  });

  it('shows a message that was received and not deleted again after its time', async () => {
    const queue = queueWith(['a'], 0.05);
    expect(queue.receive(1)).toHaveLength(1);
    expect(queue.receive(1)).toEqual([]);

    await expect.poll(() => queue.receive(1)).toMatchObject([{ body: 'a', receives: 2 }]);
  });
});

describe('a redrive', () => {
  it('delivers all there is, in batches, as Lambda hands them over', async () => {
    const queue = queueWith(['a', 'b', 'c']);
    const { consumer, events, batches } = consume(queue, succeed);

    expect(await consumer.redrive()).toEqual({ redriven: 3, left: 0 });

    expect(batches()).toEqual([['a', 'b'], ['c']]);
    expect(events[0]?.[0]).toEqual({
      messageId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      receiptHandle: expect.any(String),
      body: 'a',
      attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: expect.stringMatching(/^\d{13}$/),
        SenderId: expect.any(String),
        ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      },
      messageAttributes: {},
      md5OfBody: '0cc175b9c0f1b6a831c399e269772661',
      eventSource: 'aws:sqs',
      eventSourceARN: ARN,
      awsRegion: 'eu-west-1',
    });
    expect(queue.bodies).toEqual([]);
  });

  it('leaves what failed in the queue, for the next one', async () => {
    const queue = queueWith(['a', 'b', 'c']);
    let bad = 'b';
    const { consumer, events } = consume(queue, (records) => failing(...records.filter(({ body }) => body === bad)));

    expect(await consumer.redrive()).toEqual({ redriven: 2, left: 1 });
    expect(queue.bodies).toEqual(['b']);
    bad = 'none';
    expect(await consumer.redrive()).toEqual({ redriven: 1, left: 0 });

    expect(events.at(-1)).toMatchObject([{ body: 'b', attributes: { ApproximateReceiveCount: '2' } }]);
  });

  it.each([
    ['fails', failure, 1],
    ['names a message of another batch', failing({ messageId: 'other', body: '', attributes: {} }), 1],
    ['names none', failing(undefined), 1],
    ['answers nothing', { ok: true, payload: 'null' } as const, 0],
  ])('of a function that %s leaves as many as Lambda would', async (_what, result, left) => {
    const queue = queueWith(['a']);

    expect(await consume(queue, () => result).consumer.redrive()).toEqual({ redriven: 1 - left, left });
  });

  it('takes an answer as it is when the mapping asks for no partial ones', async () => {
    const { consumer } = consume(queueWith(['a']), (records) => failing(...records), { partialResponses: false });

    expect(await consumer.redrive()).toEqual({ redriven: 1, left: 0 });
  });

  it('does not go round: what comes meanwhile stays, what failed is not tried twice, and a second one has nothing to do', async () => {
    const queue = queueWith(['a', 'b']);
    let release = (): void => {};
    const mended = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { consumer, batches } = consume(queue, async (records) => {
      await mended;
      return failing(records[0]);
    });

    const first = consumer.redrive();
    queue.send('later');
    expect(await new QueueConsumer({ mapping, queue, target: { invoke: async () => succeed() } }).redrive()).toEqual({
      redriven: 1,
      left: 2,
    });
    release();

    expect(await first).toEqual({ redriven: 1, left: 1 });
    expect(batches()).toEqual([['a', 'b']]);
  });
});

describe('a mapping', () => {
  it('that is enabled delivers by itself, and again what failed, when it shows up again', async () => {
    const queue = queueWith(['a', 'b', 'c'], 0.05);
    const isFirst = ({ attributes }: SqsRecord): boolean => attributes.ApproximateReceiveCount === '1';
    const { batches } = consume(queue, (records) => failing(...records.filter(isFirst)), { enabled: true });
    await expect.poll(() => queue.bodies).toEqual([]);
    expect(batches().flat().sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c']);

    queue.send('later');
    await expect.poll(() => queue.bodies).toEqual([]);
  });

  it('that is disabled delivers nothing by itself', async () => {
    const { batches } = consume(queueWith(['a']), succeed);

    await new Promise((resolve) => setTimeout(resolve, 50));

    expect(batches()).toEqual([]);
  });

  it('that is stopped does not wait for what is under way, which stays', async () => {
    const queue = queueWith(['a']);
    const { consumer, events } = consume(queue, () => new Promise(() => {}), { enabled: true });
    await expect.poll(() => events).toHaveLength(1);

    await consumer.stop();

    expect(queue.bodies).toEqual(['a']);
  });
});
