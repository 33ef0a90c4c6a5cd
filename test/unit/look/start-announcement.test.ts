import { beforeEach, describe, expect, it } from 'vitest';
import type { Receipt } from '../../../shared/appointments/intake.ts';
import { ANA, at, customer } from '../../builders/bookings.ts';
import { expectAgreement } from '../../fakes/agreement.ts';
import { yielding } from '../../fakes/interference.ts';
import { makeWorld, type World, type WorldOptions } from '../../fakes/world.ts';

const MINUTE = 60;
const HOUR = 3600;
const CODE = 'start_not_announced';

let world: World;
const begin = async (options: WorldOptions = {}): Promise<void> => {
  world = await makeWorld({ now: '2026-12-01T14:00:00Z', settings: { expectStartsPing: true }, ...options });
};
beforeEach(() => begin());

/** What Booknetic posts when a booking starts: it numbers no delivery. */
const ping = (id: string): Promise<Receipt> =>
  world.deliver(id, {}, { intent: 'report', announcesStart: true, id: `starts-${id}`, uniqueId: false });
const errorOf = async (id: string) => (await world.view(id)).error?.code;
/** Lets time pass up to a time of the day of the bookings. */
const until = (time: string): Promise<void> =>
  world.pass((Date.parse(at(time).start) - world.clock.now().getTime()) / 1000);

describe('a booking whose start is not announced', () => {
  it('says so a quarter of an hour after it, and nothing else changes', async () => {
    await world.book('1');
    await world.pass(5 * MINUTE);
    const { meetUrl } = await world.view('1');
    expect(world.owed()).toMatchObject([{ dueAt: '2026-12-01T15:15:00Z' }]);

    await until('15:14');
    expect(await errorOf('1')).toBeUndefined();
    const told = world.messages().length;
    expect(await world.callsDuring(() => until('15:16'))).toEqual([]);

    expect(await world.view('1')).toMatchObject({
      state: 'ready',
      meetUrl,
      error: { code: CODE, message: expect.stringContaining('POST /appointments/test:1/cancel') },
    });
    expect((await world.timeline('1')).at(-1)).toBe(`state_ready: ${CODE}`);
    expect(world.logged.filter(({ event }) => event === CODE)).toEqual([
      { event: CODE, fields: { appointmentId: 'test:1' } },
    ]);
    expect(world.messages()).toHaveLength(told);
    await expectAgreement(world);
  });

  it('says so once, keeps saying it when it is over, and is then owed nothing', async () => {
    await world.book('1');
    await until('15:30');
    await world.requestLookLater('1');
    expect(world.owed()).toMatchObject([{ dueAt: '2026-12-01T15:45:00Z' }]);

    await until('18:00');

    expect(world.owed()).toEqual([]);
    expect(await errorOf('1')).toBe(CODE);
    expect((await world.timeline('1')).filter((entry) => entry.includes(CODE))).toHaveLength(1);
    expect(world.logged.filter(({ event }) => event === CODE)).toHaveLength(1);
  });

  it.each([
    [10, '15:04', '15:06'],
    [15, '15:07', '15:09'],
    [20, '15:09', '15:11'],
    [30, '15:14', '15:16'],
    [120, '15:14', '15:16'],
  ])('of %i minutes says so before it ends', async (minutes, before, then) => {
    await world.book('1', at('15:00', minutes));
    await until(before);
    expect(await errorOf('1')).toBeUndefined();
    await until(then);
    expect(await errorOf('1')).toBe(CODE);
  });

  it('says nothing any more when it is cancelled', async () => {
    await world.book('1');
    await until('15:20');
    await world.cancel('1');
    expect(await world.view('1')).toMatchObject({ state: 'cancelled', error: null });
    await world.pass(HOUR);
    expect(world.owed()).toEqual([]);
  });

  it('is not asked for while it has no meeting, or waits for one', async () => {
    await world.book('1', { status: 'pending' });
    await world.book('2', { staff: { email: 'cleo@clinic.test' } });
    await until('15:30');
    expect((await world.view('1')).state).toBe('not_required');
    expect([await errorOf('1'), await errorOf('2')]).toEqual([undefined, 'staff_not_connected']);
  });

  it('is not asked for when a change that came in since shows that the platform has it', async () => {
    await world.book('1');
    await until('15:05');
    await world.book('1', { notes: 'late' });
    await world.book('2', at('15:00', 120));
    await until('15:40');
    expect([await errorOf('1'), await errorOf('2')]).toEqual([undefined, undefined]);
  });

  it('is not asked for when it is over before anybody could look', async () => {
    await begin({ settings: {} });
    await world.book('1');
    await until('15:46');
    await world.set({ expectStartsPing: true });
    await world.requestLookLater('1');
    await world.pass(HOUR);
    expect(await errorOf('1')).toBeUndefined();
    expect(world.owed()).toEqual([]);
  });
});

describe('an announcement', () => {
  it.each(['14:45', '15:00', '15:14'])('at %s is all that is expected', async (time) => {
    await world.book('1');
    await until(time);
    expect(await ping('1')).toMatchObject({ outcome: 'unchanged', revision: 1 });
    await world.pass(2 * MINUTE);
    expect(world.owed()).toEqual([]);
    await until('18:00');
    expect(await errorOf('1')).toBeUndefined();
    expect(world.logged.filter(({ event }) => event === CODE)).toEqual([]);
  });

  it('that creates the booking counts as well', async () => {
    await world.deliver('1', {}, { intent: 'report', announcesStart: true });
    await until('15:40');
    expect(await world.view('1')).toMatchObject({ state: 'ready', error: null });
  });

  it('that comes late takes the word back, without a call to Google', async () => {
    await world.book('1');
    await until('15:20');
    expect(await errorOf('1')).toBe(CODE);
    const calls = await world.callsDuring(async () => {
      await ping('1');
      await world.pass(2 * MINUTE);
    });
    expect(calls).toEqual([]);
    expect(await errorOf('1')).toBeUndefined();
    expect((await world.timeline('1')).at(-1)).toBe('state_ready');
    expect(world.owed()).toEqual([]);
  });

  it('that comes while it is looked at is not lost', async () => {
    await world.book('1');
    await until('15:14');
    world.clock.advanceTo('2026-12-01T15:15:00Z');
    await world.look('1', async ({ port, method }, proceed) => {
      const answer = await proceed();
      if (port === 'appointments' && method === 'get' && !(await world.appointments.get('test:1'))?.startAnnounced) {
        await ping('1');
      }
      return answer;
    });
    expect(await errorOf('1')).toBeUndefined();
    await world.pass(2 * MINUTE);
    expect(world.owed()).toEqual([]);
  });

  it('of an earlier start is void once the booking is moved', async () => {
    await world.book('1');
    await until('14:55');
    await ping('1');
    await world.book('1', at('16:00'));
    await until('16:20');
    expect(await errorOf('1')).toBe(CODE);
    await ping('1');
    await world.pass(2 * MINUTE);
    expect(await errorOf('1')).toBeUndefined();
  });

  it('does not bring a cancelled booking back', async () => {
    await world.book('1');
    await world.cancel('1');
    await until('15:00');
    expect(await ping('1')).toMatchObject({ outcome: 'stale' });
    await world.pass(HOUR);
    expect(world.calendar.events()).toEqual([]);
    expect((await world.view('1')).state).toBe('cancelled');
  });
});

describe('the setting', () => {
  it('off, as it is at first, leaves settled what is settled', async () => {
    await begin({ settings: {} });
    await world.book('1');
    await world.pass(5 * MINUTE);
    expect(world.owed()).toEqual([]);
    await ping('1');
    expect(world.owed()).toEqual([]);
    await world.book('2', at('16:00'));
    await until('18:00');
    expect([await errorOf('1'), await errorOf('2')]).toEqual([undefined, undefined]);
  });

  it('switched on goes for every booking that is to come', async () => {
    await begin({ settings: {} });
    await world.book('1');
    await world.pass(5 * MINUTE);
    await world.set({ expectStartsPing: true });
    await until('15:16');
    expect(await errorOf('1')).toBe(CODE);
  });

  it('switched off takes every word back', async () => {
    await world.book('1', at('15:00', 120));
    await world.book('2', at('17:30'));
    await until('15:20');
    await world.set({ expectStartsPing: false });
    await world.pass(5 * MINUTE);
    expect(await errorOf('1')).toBeUndefined();
    expect(world.owed()).toEqual([]);
  });
});

it('each booking of a group speaks for itself', async () => {
  const names = ['Luis', 'Eva', 'Marta', 'Iker', 'Sol'];
  world.interference = yielding(world.random);
  for (const [index, name] of names.entries()) await world.deliver(String(index), { customers: [customer(name)] });
  await Promise.all(names.map((_, index) => world.look(String(index))));
  world.loseStream();
  await until('14:58');
  expect(world.calendar.calls.filter(({ operation }) => operation === 'insert')).toHaveLength(1);
  for (const id of ['1', '2', '3', '4']) await ping(id);

  await until('15:20');

  const errors = await Promise.all(names.map((_, index) => errorOf(String(index))));
  expect(errors).toEqual([CODE, undefined, undefined, undefined, undefined]);
  expect(world.owed()).toMatchObject([{ appointmentId: 'test:0', staffEmail: ANA }]);
  await expectAgreement(world);
});
