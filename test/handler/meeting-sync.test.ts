import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/meeting-sync/handler.ts';
import { systemClock } from '../../shared/time.ts';
import { ANA, BEA } from '../builders/bookings.ts';
import { keptLogs, lambdaContext, streamEvent } from './events.ts';

const { logger, lines } = keptLogs();

interface Looks {
  readonly asked: string[];
  readonly deadlines: number[];
  most: number;
}

/** A sync that only notes what it was asked to look at. */
function syncing(look: (appointmentId: string) => Promise<void> = async () => undefined) {
  const looks: Looks = { asked: [], deadlines: [], most: 0 };
  let running = 0;
  const handler = makeHandler({
    clock: systemClock,
    logger,
    look: async (appointmentId, deadline) => {
      looks.asked.push(appointmentId);
      looks.deadlines.push(deadline);
      running += 1;
      looks.most = Math.max(looks.most, running);
      try {
        await sleep(5);
        await look(appointmentId);
      } finally {
        running -= 1;
      }
    },
  });
  return { handler, looks };
}

const failingAt =
  (...ids: string[]) =>
  async (appointmentId: string) => {
    if (ids.includes(appointmentId)) throw new Error('luis@mail.test');
  };

describe('a batch of the stream', () => {
  it('is looked at, each booking once', async () => {
    const { handler, looks } = syncing();
    const batch = streamEvent(
      { appointmentId: 'booknetic:1', staffEmail: ANA, eventName: 'INSERT' },
      { appointmentId: 'booknetic:2', staffEmail: ANA },
      { appointmentId: 'booknetic:1', staffEmail: ANA },
      { appointmentId: 'booknetic:1', staffEmail: ANA },
    );
    expect(await handler(batch, lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(looks.asked).toEqual(['booknetic:1', 'booknetic:2']);
  });

  it('leaves to the due index what there is no time for', async () => {
    const { handler, looks } = syncing();
    const batch = streamEvent({ appointmentId: 'booknetic:1', staffEmail: ANA, eventName: 'INSERT' });
    expect(await handler(batch, lambdaContext(14_000))).toEqual({ batchItemFailures: [] });
    expect(looks.asked).toEqual([]);
  });

  it('has a booking that changed hands looked at once too', async () => {
    const { handler, looks } = syncing();
    const batch = streamEvent(
      { appointmentId: 'booknetic:1', staffEmail: ANA },
      { appointmentId: 'booknetic:1', staffEmail: BEA },
    );
    await handler(batch, lambdaContext());
    expect(looks.asked).toEqual(['booknetic:1']);
  });

  it('has staff side by side, and the bookings of each one after the other', async () => {
    const { handler, looks } = syncing();
    const of = (staffEmail: string, ...ids: number[]) =>
      ids.map((id) => ({ appointmentId: `booknetic:${id}`, staffEmail }));
    await handler(streamEvent(...of(ANA, 1, 2, 3, 4)), lambdaContext());
    expect(looks.most).toBe(1);
    expect(looks.asked).toEqual(['booknetic:1', 'booknetic:2', 'booknetic:3', 'booknetic:4']);
    looks.asked.length = 0;
    await handler(streamEvent(...of(ANA, 1, 2), ...of(BEA, 3, 4)), lambdaContext());
    expect(looks.most).toBe(2);
    expect(looks.asked.slice(0, 2).sort()).toEqual(['booknetic:1', 'booknetic:3']);
  });

  it('has a calendar that hangs hold up nobody else’s', async () => {
    let release = () => {};
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { handler, looks } = syncing(async (id) => {
      if (id === 'booknetic:1') await hanging;
    });
    const answer = handler(
      streamEvent(
        { appointmentId: 'booknetic:1', staffEmail: ANA },
        { appointmentId: 'booknetic:2', staffEmail: BEA },
        { appointmentId: 'booknetic:3', staffEmail: BEA },
      ),
      lambdaContext(),
    );
    await sleep(50);
    expect(looks.asked.sort()).toEqual(['booknetic:1', 'booknetic:2', 'booknetic:3']);
    release();
    expect(await answer).toEqual({ batchItemFailures: [] });
  });

  it('gives back every record of what could not be looked at, and only those', async () => {
    const { handler, looks } = syncing(failingAt('booknetic:2'));
    const batch = streamEvent(
      { appointmentId: 'booknetic:1', staffEmail: ANA },
      { appointmentId: 'booknetic:2', staffEmail: ANA },
      { appointmentId: 'booknetic:3', staffEmail: ANA },
      { appointmentId: 'booknetic:2', staffEmail: ANA },
    );
    const { batchItemFailures } = await handler(batch, lambdaContext());
    expect(batchItemFailures).toEqual([{ itemIdentifier: '1001' }, { itemIdentifier: '1003' }]);
    expect(looks.asked).toEqual(['booknetic:1', 'booknetic:2', 'booknetic:3']);
  });

  it('says which booking failed, and nothing of whom it was for', async () => {
    lines.length = 0;
    await syncing(failingAt('booknetic:2')).handler(
      streamEvent({ appointmentId: 'booknetic:2', staffEmail: ANA }),
      lambdaContext(),
    );
    expect(lines.join('\n')).toMatch(/look_failed[\s\S]*booknetic:2|booknetic:2[\s\S]*look_failed/);
    expect(lines.join('\n')).not.toMatch(/luis|ana@/);
  });

  it('leaves time to answer', async () => {
    const { handler, looks } = syncing();
    const before = Date.now();
    await handler(streamEvent({ appointmentId: 'booknetic:1' }), lambdaContext(60_000));
    const [deadline = 0] = looks.deadlines;
    expect(deadline).toBeLessThan(before + 59_000);
    expect(deadline).toBeGreaterThan(before + 50_000);
  });

  it('may hold what is gone, or nothing', async () => {
    const { handler, looks } = syncing();
    await handler(streamEvent({ appointmentId: 'booknetic:1', eventName: 'REMOVE' }), lambdaContext());
    expect(looks.asked).toEqual(['booknetic:1']);
    expect(await handler(streamEvent(), lambdaContext())).toEqual({ batchItemFailures: [] });
  });
});
