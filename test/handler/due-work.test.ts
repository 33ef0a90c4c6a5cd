import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/due-work/handler.ts';
import type { DueAppointment } from '../../shared/appointments/store.ts';
import { anAppointment } from '../builders/bookings.ts';
import { FakeAppointmentStore } from '../fakes/appointment-store.ts';
import { ManualClock } from '../fakes/clock.ts';
import { keptLogs, lambdaContext, scheduledEvent } from './events.ts';

const NOW = '2026-11-23T10:00:00Z';
const { logger, lines } = keptLogs();

class CountingStore extends FakeAppointmentStore {
  readonly queries: string[] = [];
  override async due(now: string, limit: number): Promise<DueAppointment[]> {
    this.queries.push(`due ${now}`);
    return super.due(now, limit);
  }
  override async get(id: string) {
    this.queries.push('get');
    return super.get(id);
  }
}

function sweeping(look: (id: string, deadline: number) => Promise<void> = async () => undefined) {
  const appointments = new CountingStore();
  const looked: string[] = [];
  const handler = makeHandler({
    appointments,
    clock: new ManualClock(NOW),
    logger,
    look: async (id, deadline) => {
      looked.push(id);
      await look(id, deadline);
    },
  });
  const owe = async (id: string, staffEmail: string, dueAt: string) => {
    await appointments.put({ ...anAppointment(id, { staff: { email: staffEmail } }), dueAt });
  };
  return { handler, appointments, looked, owe, run: (left = 60_000) => handler(scheduledEvent(), lambdaContext(left)) };
}

/** A sweep that knows how many looks it has made side by side at most. */
function sweepingCounted() {
  let [running, most] = [0, 0];
  const sweep = sweeping(async () => {
    running += 1;
    most = Math.max(most, running);
    await sleep(2);
    running -= 1;
  });
  return { ...sweep, most: () => most };
}

describe('the sweep', () => {
  it('costs one query when nothing is due', async () => {
    lines.length = 0;
    const { appointments, looked, owe, run } = sweeping();
    await owe('booknetic:1', 'ana@clinic.test', '2026-11-23T10:00:01Z');
    expect(await run()).toEqual({ looked: 0, left: 0 });
    expect(appointments.queries).toEqual([`due ${NOW}`]);
    expect(looked).toEqual([]);
    expect(lines).toEqual([]);
  });

  it('looks at all that is due, and at nothing else', async () => {
    const { looked, owe, run } = sweeping();
    await owe('booknetic:1', 'ana@clinic.test', '2026-11-23T09:59:00Z');
    await owe('booknetic:2', 'ana@clinic.test', NOW);
    await owe('booknetic:3', 'bea@clinic.test', '2026-11-23T09:00:00Z');
    await owe('booknetic:4', 'bea@clinic.test', '2026-11-23T10:00:01Z');
    expect(await run()).toEqual({ looked: 3, left: 0 });
    expect(looked.sort()).toEqual(['booknetic:1', 'booknetic:2', 'booknetic:3']);
  });

  it('goes on when one cannot be looked at', async () => {
    lines.length = 0;
    const { looked, owe, run } = sweeping(async (id) => {
      if (id === 'booknetic:1') throw new Error('luis@mail.test');
    });
    await owe('booknetic:1', 'ana@clinic.test', '2026-11-23T09:00:00Z');
    await owe('booknetic:2', 'ana@clinic.test', '2026-11-23T09:30:00Z');
    expect(await run()).toEqual({ looked: 2, left: 0 });
    expect(looked).toEqual(['booknetic:1', 'booknetic:2']);
    expect(lines.join('\n')).toContain('look_failed');
    expect(lines.join('\n')).not.toContain('luis');
  });

  it('gives everybody a turn before anybody has a second one', async () => {
    const { looked, owe, run } = sweeping(async () => sleep(1));
    for (let number = 0; number < 60; number += 1)
      await owe(`booknetic:${number}`, 'busy@clinic.test', `2026-11-23T08:00:${`${number}`.padStart(2, '0')}Z`);
    for (let person = 0; person < 40; person += 1) {
      await owe(`appointments:${person}`, `${person}@clinic.test`, '2026-11-23T09:59:00Z');
    }
    await run();
    expect(looked).toHaveLength(100);
    const turnsOfBusy = looked.slice(0, 45).filter((id) => id.startsWith('booknetic:')).length;
    expect(turnsOfBusy).toBeLessThan(8);
    expect(looked.slice(0, 50).filter((id) => id.startsWith('appointments:'))).toHaveLength(40);
  });

  it('finds what others are owed behind the longest backlog', async () => {
    const { looked, owe, run } = sweeping();
    for (let number = 0; number < 12_000; number += 1) {
      await owe(`booknetic:${number}`, 'busy@clinic.test', '2026-11-23T08:00:00Z');
    }
    await owe('appointments:1', 'ana@clinic.test', '2026-11-23T09:59:00Z');
    await run();
    expect(looked.slice(0, 2)).toContain('appointments:1');
  });

  it('has one calendar that hangs hold up nobody else’s', async () => {
    const { looked, owe, run } = sweeping(async (id) => {
      if (id === 'booknetic:1') await sleep(100);
    });
    await owe('booknetic:1', 'ana@clinic.test', '2026-11-23T08:00:00Z');
    await owe('booknetic:2', 'ana@clinic.test', '2026-11-23T08:30:00Z');
    await owe('booknetic:3', 'bea@clinic.test', '2026-11-23T09:00:00Z');
    await run();
    expect(looked).toEqual(['booknetic:1', 'booknetic:3', 'booknetic:2']);
  });

  it('looks at a few of one person side by side, where others leave room', async () => {
    const { owe, run, most } = sweepingCounted();
    for (let number = 0; number < 20; number += 1) {
      await owe(`booknetic:${number}`, 'ana@clinic.test', '2026-11-23T09:00:00Z');
    }
    expect(await run()).toEqual({ looked: 20, left: 0 });
    expect(most()).toBe(3);
  });

  it('begins nothing that would not fit in, and leaves it due', async () => {
    const { looked, owe, run, appointments } = sweeping();
    await owe('booknetic:1', 'ana@clinic.test', '2026-11-23T09:00:00Z');
    expect(await run(5000)).toEqual({ looked: 0, left: 1 });
    expect(looked).toEqual([]);
    expect(appointments.dueIndex()).toHaveLength(1);
  });

  it('tells each look until when it may go on', async () => {
    const deadlines: number[] = [];
    const { owe, run } = sweeping(async (_id, deadline) => void deadlines.push(deadline));
    await owe('booknetic:1', 'ana@clinic.test', '2026-11-23T09:00:00Z');
    const before = Date.now();
    await run(60_000);
    expect(deadlines[0]).toBeLessThan(before + 59_000);
  });

  it('has only so many at once', async () => {
    const { owe, run, most } = sweepingCounted();
    for (let person = 0; person < 200; person += 1) {
      await owe(`booknetic:${person}`, `${person}@clinic.test`, '2026-11-23T09:00:00Z');
    }
    expect(await run()).toEqual({ looked: 200, left: 0 });
    expect(most()).toBeGreaterThan(1);
    expect(most()).toBeLessThanOrEqual(50);
  });
});
