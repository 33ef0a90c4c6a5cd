import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/redrive/handler.ts';
import { SETTINGS_ERRAND } from '../../shared/appointments/errands.ts';
import { anAppointment } from '../builders/bookings.ts';
import { FakeAppointmentStore } from '../fakes/appointment-store.ts';
import { ManualClock } from '../fakes/clock.ts';
import { FakeStreamReader, type StreamPosition } from '../fakes/stream-reader.ts';
import { givenUp, keptLogs, lambdaContext, queueEvent, STREAM_ARN } from './events.ts';

const NOW = '2026-11-24T09:00:00Z';
const { logger, lines } = keptLogs();
const logged = (event: string): object[] =>
  lines.map((line) => JSON.parse(line)).filter((line) => line.event === event);
const nothingFailed = { batchItemFailures: [] };
const failed = (...messages: number[]) => ({
  batchItemFailures: messages.map((message) => ({ itemIdentifier: `message-${message}` })),
});

class StubbornStore extends FakeAppointmentStore {
  readonly asked: string[] = [];
  refused: string | undefined;
  /** Milliseconds. */
  slowness = 0;
  override async requestLook(id: string, now: Date): Promise<boolean> {
    this.asked.push(id);
    await sleep(this.slowness);
    if (id === this.refused) throw new Error('luis@mail.test');
    return super.requestLook(id, now);
  }
}

/** A stream whose consumer has given up, and bookings that were settled or are owed. */
async function broken(...ids: readonly string[]) {
  const appointments = new StubbornStore();
  const stream = new FakeStreamReader();
  for (const id of ids) await appointments.put(anAppointment(id));
  appointments.woken.length = 0;
  const handler = makeHandler({ appointments, stream, streamArn: STREAM_ARN, clock: new ManualClock(NOW), logger });
  const redrive = (messages: readonly unknown[], left?: number) =>
    handler(queueEvent(...messages), lambdaContext(left));
  return { appointments, stream, redrive };
}

const batch = (first: StreamPosition, last = first, streamArn?: string) =>
  givenUp({ shardId: first.shardId, first: first.number, last: last.number }, streamArn);

beforeEach(() => {
  lines.length = 0;
});

describe('what the stream gave up', () => {
  it('is looked at again at once: the stream wakes the sync, and the due index has it', async () => {
    const { appointments, stream, redrive } = await broken('test:1', 'test:2');
    const message = batch(stream.append('test:1'));

    expect(await redrive([message])).toEqual(nothingFailed);

    expect(appointments.woken).toEqual(['test:1']);
    expect(appointments.dueIndex()).toMatchObject([{ appointmentId: 'test:1', dueAt: NOW }]);
    expect(appointments.peek('test:1')?.lookRequestedAt).toBe('2026-11-24T09:00:00.000Z');
    expect(logged('redriven')).toMatchObject([{ messages: 1, bookings: 1, trimmed: 0, left: 0 }]);
  });

  it('is looked at once, however often it was given up', async () => {
    const { appointments, stream, redrive } = await broken('test:1', 'test:2');
    const [first, second] = [stream.append('test:1'), stream.append('test:2')];

    await redrive([batch(first, second), batch(first), batch(second), batch(stream.append('test:1'))]);

    expect(appointments.woken.sort()).toEqual(['test:1', 'test:2']);
    expect(logged('redriven')).toMatchObject([{ messages: 4, bookings: 2 }]);
  });

  it('may be redriven twice', async () => {
    const { appointments, stream, redrive } = await broken('test:1');
    const message = batch(stream.append('test:1'));

    await redrive([message]);
    expect(await redrive([message])).toEqual(nothingFailed);

    expect(appointments.woken).toEqual(['test:1', 'test:1']);
  });

  it('may be many at once', async () => {
    const ids = Array.from({ length: 45 }, (_, index) => `test:${index}`);
    const { appointments, stream, redrive } = await broken(...ids);
    const positions = ids.map((id) => stream.append(id));

    await redrive([batch(positions[0] as StreamPosition, positions[44])]);

    expect(appointments.woken.sort()).toEqual([...ids].sort());
  });

  it('leaves errands to the due index, and bookings that are no more alone', async () => {
    const { appointments, stream, redrive } = await broken();
    const [first, last] = [stream.append(SETTINGS_ERRAND), stream.append('test:gone')];

    expect(await redrive([batch(first, last)])).toEqual(nothingFailed);

    expect(appointments.asked).toEqual(['test:gone']);
    expect(appointments.dueIndex()).toEqual([]);
  });

  it('is left to the due index once the stream has forgotten it, and that is said', async () => {
    const { appointments, stream, redrive } = await broken('test:1', 'test:2');
    const [first, second] = [stream.append('test:1'), stream.append('test:2')];
    stream.trim(first);

    expect(await redrive([batch(first), batch(first, second)])).toEqual(nothingFailed);

    expect(appointments.woken).toEqual(['test:2']);
    expect(logged('redrive_trimmed')).toMatchObject([
      { messageId: 'message-0', shardId: first.shardId, first: first.number },
      { messageId: 'message-1' },
    ]);
    expect(logged('redriven')).toMatchObject([{ messages: 2, bookings: 1, trimmed: 2 }]);
  });
});

describe('a message stays in the queue', () => {
  it.each([
    ['that is no JSON', 'luis@mail.test'],
    ['that is something else', { Records: [] }],
    ['without a batch', { ...batch({ shardId: 's', number: '1'.repeat(21) }), DDBStreamBatchInfo: undefined }],
    ['of another stream', batch({ shardId: 's', number: '1'.repeat(21) }, undefined, `${STREAM_ARN}-older`)],
    ['whose number is none', batch({ shardId: 's', number: 'luis@mail.test' })],
    ['without a shard', batch({ shardId: '', number: '1'.repeat(21) })],
    ['that is null', 'null'],
  ])('%s; that is said by its code alone, and the others are done', async (_what, message) => {
    const { appointments, stream, redrive } = await broken('test:1');

    expect(await redrive([message, batch(stream.append('test:1'))])).toEqual(failed(0));

    expect(appointments.woken).toEqual(['test:1']);
    expect(stream.asked).toHaveLength(1);
    expect(logged('redrive_not_ours')).toMatchObject([{ messageId: 'message-0' }]);
    expect(logged('redriven')).toMatchObject([{ messages: 1, left: 1 }]);
    expect(lines.join('\n')).not.toContain('luis');
  });

  it('whose range cannot be read', async () => {
    const { appointments, stream, redrive } = await broken('test:1');
    stream.failure = new Error('luis@mail.test');

    expect(await redrive([batch(stream.append('test:1'))])).toEqual(failed(0));

    expect(appointments.woken).toEqual([]);
    expect(logged('redrive_failed')).toMatchObject([{ messageId: 'message-0', errorName: 'Error' }]);
    expect(lines.join('\n')).not.toContain('luis');
  });

  it('until each of its bookings has been asked for', async () => {
    const { appointments, stream, redrive } = await broken('test:1', 'test:2', 'test:3');
    const [first, second, third] = [stream.append('test:1'), stream.append('test:2'), stream.append('test:3')];
    const messages = [batch(first, second), batch(second, third), batch(third)];
    appointments.refused = 'test:2';

    expect(await redrive(messages)).toEqual(failed(0, 1));
    expect(appointments.woken.sort()).toEqual(['test:1', 'test:3']);

    appointments.refused = undefined;
    expect(await redrive(messages.slice(0, 2))).toEqual(nothingFailed);
    expect(appointments.woken).toContain('test:2');
  });

  it('when the time ends in the middle of it', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `test:${index}`);
    const { appointments, stream, redrive } = await broken(...ids);
    const positions = ids.map((id) => stream.append(id));
    appointments.slowness = 150;

    expect(await redrive([batch(positions[0] as StreamPosition, positions[29])], 3100)).toEqual(failed(0));

    expect(appointments.asked.length).toBeLessThan(30);
    expect(logged('redriven')).toMatchObject([{ messages: 0, left: 1, bookings: appointments.asked.length }]);
  });

  it('when there is no time for it', async () => {
    const { appointments, stream, redrive } = await broken('test:1');

    expect(await redrive([batch(stream.append('test:1')), 'nothing of ours'], 2000)).toEqual(failed(0, 1));

    expect(stream.asked).toEqual([]);
    expect(appointments.asked).toEqual([]);
    expect(logged('redriven')).toMatchObject([{ messages: 0, left: 2 }]);
  });
});
