import { beforeEach, describe, expect, it } from 'vitest';
import { GoogleError, type GoogleFailureCode } from '../../../shared/google/errors.ts';
import { eventId } from '../../../shared/meetings/meeting.ts';
import { connectedAccount } from '../../../shared/staff/staff.ts';
import type { Instant } from '../../../shared/time.ts';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { agreement, expectAgreement } from '../../fakes/agreement.ts';
import { crashAt, crashOn, type Interference } from '../../fakes/interference.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
const ADMIN = 'admin@clinic.test';
const DAILY = `errand#daily:${ANA}`;
const TIMES = ['15:00', '16:00', '17:00'] as const;

let world: World;
beforeEach(async () => {
  world = await makeWorld({ settings: { adminEmail: ADMIN } });
});

const of = (...names: string[]) => ({ customers: names.map(customer) });
/** Bookings 1 to 3, settled, an hour after Ana connected. */
const booked = async () => {
  for (const [index, time] of TIMES.entries()) await world.book(String(index + 1), at(time));
  await world.pass(HOUR);
};
/** Lets the day pass on which Ana's calendar is looked at, and what that brings about. */
const day = () => world.callsDuring(() => world.pass(DAY));
const dueAt = (): Instant | undefined =>
  world.appointments.dueIndex().find(({ appointmentId }) => appointmentId === DAILY)?.dueAt;
const minutesUntil = (instant = '') => (Date.parse(instant) - world.clock.now().getTime()) / 60_000;
const mailsTo = (address: string) => world.mail.sent.filter(({ to }) => to.address === address);
const logged = (event: string) => world.logged.filter((entry) => entry.event === event).map(({ fields }) => fields);
const ids = () => world.calendar.events().map((event) => event.eventId);

/** An event with our mark that comes from somewhere else: a call that lands late, a copy, another installation. */
async function plant(id: string, meetingId: string, time = at('15:00')): Promise<void> {
  const staff = await world.staff.get(ANA);
  const account = staff && connectedAccount(staff);
  if (!account) throw new Error('not connected');
  const texts = { title: '', description: '', location: '', timeZone: 'UTC', guestsCanSeeOtherGuests: true, ...time };
  await world.calendar.insert({ account, calendarId: 'primary', eventId: id }, { meetingId, texts }, 'none');
}

/** Has a booking's event take another id, and something then stand under the one it had. */
async function leaveBehind(id: string, time = at('15:00')): Promise<string> {
  (await world.byHand(id)).forget();
  await world.requestLookLater(id);
  const { meetingId } = await world.meeting(id);
  await plant(eventId(meetingId, 0), meetingId, time);
  return eventId(meetingId, 0);
}

describe('rule 13: the daily look', () => {
  it('costs one token and one list where all is well, and writes nothing', async () => {
    await booked();
    const before = world.calendar.events();

    expect(await day()).toEqual(['probe', 'list']);
    expect(await day()).toEqual(['probe', 'list']);
    expect(world.calendar.events()).toEqual(before);
  });

  it('costs one list and no read for a thousand bookings', async () => {
    for (let number = 0; number < 1000; number += 1) {
      const start = new Date(Date.parse('2026-12-01T00:00:00Z') + number * HOUR * 1000).toISOString();
      await world.book(String(number), at(start.slice(11, 16), 45, start.slice(0, 10)));
    }
    expect(world.calendar.events()).toHaveLength(1000);

    expect(await world.callsDuring(() => world.look(DAILY))).toEqual(['probe', 'list']);
  });

  it('reads and puts right the one event that somebody edited', async () => {
    await booked();
    const before = await world.event('2');
    (await world.byHand('2')).edit({ title: 'Lunch' });

    expect(await day()).toEqual(['probe', 'list', 'get', 'patch']);
    expect({ ...(await world.event('2')), etag: '' }).toEqual({ ...before, etag: '' });
    expect(await day()).toEqual(['probe', 'list']);
  });

  it.each(['delete', 'forget'] as const)('brings back the one event that somebody deleted (%s)', async (how) => {
    await booked();
    (await world.byHand('2'))[how]();

    expect((await day()).slice(0, 3)).toEqual(['probe', 'list', 'get']);
    await expectAgreement(world);
    expect(await day()).toEqual(['probe', 'list']);
  });

  it('finds what somebody moved into the past', async () => {
    await booked();
    (await world.byHand('2')).edit(at('10:00', 45, '2026-11-20'));

    expect(await day()).toEqual(['probe', 'list', 'get', 'patch']);
    await expectAgreement(world);
  });

  it('reads an event once when a guest has answered, for all that are in it', async () => {
    await world.book('1', of('Luis'));
    await world.book('2', of('Eva'));
    await world.pass(HOUR);
    (await world.byHand('1')).answer('luis@mail.test', 'accepted');

    expect(await day()).toEqual(['probe', 'list', 'get']);
    expect(await day()).toEqual(['probe', 'list']);
  });

  it('looks at one booking a second', async () => {
    await booked();
    for (const id of ['1', '2', '3']) (await world.byHand(id)).edit({ title: 'Lunch' });
    await world.look(DAILY);

    expect(world.owed().map(({ dueAt: owedAt }) => minutesUntil(owedAt) * MINUTE)).toEqual([0, 1, 2]);
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('leaves what failed, or waits, to its own time', async () => {
    world.calendar.order({ on: 'insert', error: new GoogleError('calendar_forbidden') });
    await world.book('1');
    await world.pass(HOUR);
    const owed = world.owed();
    await world.look(DAILY);

    expect(world.owed()).toEqual(owed);
  });

  it('looks at what would otherwise be looked at only after tomorrow', async () => {
    await booked();
    await world.appointments.owe('test:1', '2026-11-30T09:00:00Z');
    (await world.byHand('1')).edit({ title: 'Lunch' });

    expect(await day()).toEqual(['probe', 'list', 'get', 'patch']);
  });

  it('is asked for by connecting, once for each staff member and in their own turn', async () => {
    world = await makeWorld({ connected: [ANA, BEA] });
    await world.pass(HOUR);
    await world.connect(ANA);
    await world.stream();

    const daily = world.appointments.dueIndex();
    expect(daily).toEqual([
      { appointmentId: DAILY, staffEmail: ANA, dueAt: '2026-11-25T09:00:00Z' },
      { appointmentId: `errand#daily:${BEA}`, staffEmail: BEA, dueAt: '2026-11-25T09:00:00Z' },
    ]);
  });

  it('lists the calendar of somebody without bookings too, where something may have been left behind', async () => {
    await world.book('1');
    await world.book('1', { staff: { email: BEA } });
    world.calendar.order({ on: 'delete', error: new GoogleError('access_revoked') });
    await world.connect(BEA);
    await world.pass(HOUR);
    expect(world.calendar.events()).toHaveLength(2);

    await world.pass(DAY);
    expect((await world.event('1')).sub).toBe(`sub-of-${BEA}`);
    expect(world.calendar.events()).toHaveLength(1);
  });

  it('makes no call for who is not connected any more, and is asked for anew when they connect', async () => {
    await booked();
    await world.disconnect(ANA);
    expect(await day()).toEqual([]);
    expect(dueAt()).toBeUndefined();
    expect((await world.view('1')).state).toBe('waiting_for_staff');

    await world.connect(ANA);
    await world.pass(HOUR);
    expect(await day()).toEqual(['probe', 'list']);
  });

  it('ends for who was removed', async () => {
    await world.staff.delete(ANA);
    expect(await day()).toEqual([]);
    expect(dueAt()).toBeUndefined();
  });

  it('is not lost when they connect while it is about to end', async () => {
    await world.disconnect(ANA);
    await world.look(DAILY, async ({ method }, proceed) => {
      if (method === 'finish') {
        await world.connect(ANA);
        await world.stream();
      }
      return proceed();
    });

    expect(dueAt()).toBeDefined();
  });

  it('makes no call while the integration is switched off (rule 7), and goes on afterwards', async () => {
    await booked();
    await world.set({ enabled: false });
    expect(await day()).toEqual([]);

    await world.set({ enabled: true });
    expect(await day()).toEqual(['probe', 'list']);
  });

  it('begins no call for which there is no time', async () => {
    await booked();
    for (const [call, made] of [
      ['settings.get', []],
      ['calendar.probe', ['probe']],
    ] as const) {
      const calls = await world.callsDuring(() =>
        world.look(DAILY, async ({ port, method }, proceed) => {
          if (`${port}.${method}` === call) world.clock.advance(50);
          return proceed();
        }),
      );
      expect(calls).toEqual(made);
      expect(minutesUntil(dueAt()) * MINUTE).toBe(1);
    }
  });
});

describe('rule 13: events of ours that stand in no record', () => {
  it('are deleted: an insert that landed long after its booking was cancelled', async () => {
    await booked();
    world.calendar.order({ on: 'insert', effect: 'late', error: new GoogleError('google_timeout', { inDoubt: true }) });
    await world.book('4', at('18:00'));
    await world.cancel('4');
    await world.pass(HOUR);
    world.calendar.landLateCalls();
    expect(ids()).toHaveLength(4);

    const calls = await world.fullCallsDuring(() => world.pass(DAY));

    expect(calls.map(({ operation }) => operation)).toEqual(['probe', 'list', 'delete']);
    expect(calls.at(-1)?.sendUpdates).toBe('all');
    expect(logged('orphan_deleted')).toEqual([{ meetingId: expect.stringMatching(/^id-/) }]);
    await expectAgreement(world);
  });

  it('are deleted: an insert that landed though its repeat was refused, and the booking was then cancelled', async () => {
    world.calendar.order({ on: 'insert', effect: 'late', error: new GoogleError('google_timeout', { inDoubt: true }) });
    world.calendar.order({ on: 'insert', error: new GoogleError('event_rejected') });
    await world.book('1');
    await world.pass(HOUR);
    await world.cancel('1');
    await world.pass(HOUR);
    world.calendar.landLateCalls();
    expect(ids()).toHaveLength(1);

    await day();
    expect(ids()).toEqual([]);
  });

  it('are deleted beside the event that took their place', async () => {
    await booked();
    const orphan = await leaveBehind('1');

    expect(await day()).toEqual(['probe', 'list', 'delete']);
    expect(ids()).not.toContain(orphan);
    await expectAgreement(world);
  });

  it('are left alone as copies made by hand, which carry our mark too', async () => {
    await booked();
    await plant('copied0bi0hand', (await world.meeting('1')).meetingId);
    await world.cancel('1');
    await world.pass(HOUR);

    await day();
    expect(ids()).toContain('copied0bi0hand');
  });

  it('are left alone when their meeting is not known: another installation may share the calendar', async () => {
    await booked();
    await plant(eventId('theirs', 0), 'theirs');

    expect(await day()).toEqual(['probe', 'list']);
    expect(ids()).toContain(eventId('theirs', 0));
  });

  it('are left alone when they have ended', async () => {
    await booked();
    await leaveBehind('1', at('08:00', 45, '2026-11-24'));

    expect(await day()).toEqual(['probe', 'list']);
  });

  it('are none while their insert is under way, or may be read back yet', async () => {
    await booked();
    await world.deliver('4', at('18:00'));
    world.loseStream();
    await world.look(DAILY, async ({ method }, proceed) => {
      if (method === 'list') await world.lookAndDie('4', crashOn('calendar.insert', 'after'));
      return proceed();
    });

    expect(world.calendar.calls.at(-1)?.operation).toBe('list');
    expect(ids()).toHaveLength(4);
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('are none while their meeting, without a record of them, may take them up', async () => {
    world.calendar.order({ on: 'insert', effect: 'late', error: new GoogleError('google_timeout', { inDoubt: true }) });
    world.calendar.order({ on: 'insert', error: new GoogleError('event_rejected') });
    await world.book('1');
    await world.pass(HOUR);
    world.calendar.landLateCalls();
    expect((await world.meeting('1')).google.event).toBeUndefined();

    expect(await world.callsDuring(() => world.look(DAILY))).toEqual(['probe', 'list']);
    await world.pass(2 * DAY);
    expect(logged('orphan_deleted')).toEqual([]);
    await expectAgreement(world);
  });

  it('are none while their meeting is to delete them itself', async () => {
    await booked();
    const busy = new GoogleError('google_unavailable');
    world.calendar.order({ on: 'delete', error: busy });
    await world.cancel('1');

    expect(await world.callsDuring(() => world.look(DAILY))).toEqual(['probe', 'list']);
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('are none while their meeting is to remove them itself', async () => {
    world = await makeWorld({ connected: [ANA, BEA] });
    await booked();
    world.calendar.order({ on: 'delete', error: new GoogleError('calendar_api_disabled') });
    await world.book('1', { staff: { email: BEA } });

    expect(await world.callsDuring(() => world.look(DAILY))).toEqual(['probe', 'list']);
    await world.pass(2 * DAY);
    expect(logged('orphan_deleted')).toEqual([]);
    await expectAgreement(world);
  });

  it.each<[string, () => Promise<void>]>([
    ['disconnected', () => world.disconnect(ANA)],
    ['connected another account', () => world.connect(ANA, 'other@gmail.test')],
  ])('stay where their owner has %s meanwhile', async (_what, change) => {
    await booked();
    const orphan = await leaveBehind('1');

    const calls = await world.callsDuring(() =>
      world.look(DAILY, async ({ method }, proceed) => {
        const answer = await proceed();
        if (method === 'list') await change();
        return answer;
      }),
    );

    expect(calls).toEqual(['probe', 'list']);
    expect(minutesUntil(dueAt()) * MINUTE).toBe(1);
    await world.pass(DAY);
    expect(ids()).toContain(orphan);
  });

  it('that do not fit into one run are left to the next', async () => {
    await booked();
    for (const id of ['1', '2']) await leaveBehind(id);
    const slowly = await world.callsDuring(() =>
      world.look(DAILY, async ({ method }, proceed) => {
        if (method === 'delete') world.clock.advance(50);
        return proceed();
      }),
    );

    expect(slowly).toEqual(['probe', 'list', 'delete']);
    expect(minutesUntil(dueAt()) * MINUTE).toBe(1);
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('that Google does not let us delete hold up nothing', async () => {
    await booked();
    for (const id of ['1', '2']) await leaveBehind(id);
    world.calendar.order({ on: 'delete', error: new GoogleError('calendar_forbidden') });

    expect(await day()).toEqual(['probe', 'list', 'delete', 'delete']);
    expect(await day()).toEqual(['probe', 'list', 'delete']);
    await expectAgreement(world);
  });
});

describe('rules 14 and 17: an access that has ended is found by the daily probe', () => {
  const expectLost = async (state: string) => {
    expect((await world.staff.get(ANA))?.connection.state).toBe(state);
    expect(mailsTo(ANA).filter(({ text }) => text.includes('/connect/'))).toHaveLength(1);
    expect(mailsTo(ADMIN)).toHaveLength(1);
    expect(dueAt()).toBeUndefined();
  };

  it('the bookings wait, and the staff member and the admin are told once', async () => {
    await booked();
    world.revoke(ANA);

    expect(await day()).toEqual(['probe']);
    await expectLost('reconnect_required');
    for (const id of ['1', '2', '3']) {
      expect(await world.view(id)).toMatchObject({
        state: 'waiting_for_staff',
        error: { code: 'staff_reconnect_required' },
      });
    }
    expect(await day()).toEqual([]);
    await expectLost('reconnect_required');

    await world.connect(ANA);
    await world.pass(HOUR);
    await expectAgreement(world);
    expect(await day()).toEqual(['probe', 'list']);
  });

  it('is found though nothing is booked', async () => {
    world.revoke(ANA);
    expect(await day()).toEqual(['probe']);
    await expectLost('reconnect_required');
  });

  it('is found when the secret is gone, and when only the calendar was taken back', async () => {
    await booked();
    await world.grants.delete(ANA);
    await day();
    await expectLost('reconnect_required');

    world = await makeWorld({ settings: { adminEmail: ADMIN } });
    await booked();
    world.calendar.order({ on: 'list', error: new GoogleError('calendar_permission_missing') });
    await day();
    await expectLost('insufficient_scope');
  });

  it('is not taken for ended when they have just connected anew', async () => {
    await booked();
    world.revoke(ANA);
    const calls = await world.callsDuring(() =>
      world.look(DAILY, async ({ method }, proceed) => {
        const answer = proceed();
        if (method === 'probe') await answer.catch(() => world.connect(ANA));
        return answer;
      }),
    );

    expect(calls).toEqual(['probe', 'probe', 'list']);
    expect((await world.staff.get(ANA))?.connection.state).toBe('connected');
    expect(mailsTo(ADMIN)).toEqual([]);
  });
});

describe('rule 12: when the daily look fails', () => {
  const passing: readonly GoogleFailureCode[] = ['google_unavailable', 'google_timeout', 'rate_limited'];
  const forAPerson: readonly GoogleFailureCode[] = ['google_client_rejected', 'google_client_missing'];
  const ON = ['probe', 'list', 'delete'] as const;

  it.each(passing)('%s has it tried again within a quarter of an hour', async (code) => {
    for (const on of ON) {
      world = await makeWorld();
      await booked();
      await leaveBehind('1');
      world.calendar.order({ on, error: new GoogleError(code), times: 3 });
      world.clock.advanceTo('2026-11-25T09:00:00Z');

      for (let tries = 0; tries < 3; tries += 1) {
        await world.look(DAILY);
        expect(minutesUntil(dueAt())).toBeGreaterThan(1);
        expect(minutesUntil(dueAt())).toBeLessThanOrEqual(15);
        world.clock.advanceTo(dueAt() ?? '');
      }
      await world.look(DAILY);
      expect(minutesUntil(dueAt())).toBeGreaterThan(23 * 60);
      expect((await world.staff.get(ANA))?.connection.state).toBe('connected');
      await world.pass(HOUR);
      await expectAgreement(world);
    }
  });

  it('usage limits park the staff member, and it waits for the end of that', async () => {
    await booked();
    world.calendar.order({ on: 'list', error: new GoogleError('calendar_usage_limits') });
    await world.look(DAILY);
    expect((await world.staff.get(ANA))?.parked?.code).toBe('calendar_usage_limits');
    expect(minutesUntil(dueAt())).toBe(3 * 60);

    world.clock.advance(HOUR);
    expect(await world.callsDuring(() => world.look(DAILY))).toEqual([]);
    expect(minutesUntil(dueAt())).toBe(2 * 60);
  });

  it.each(forAPerson)('%s says nothing of the access: it is tried the next day', async (code) => {
    await booked();
    world.calendar.order({ on: 'probe', error: new GoogleError(code) });

    expect(await day()).toEqual(['probe']);
    expect((await world.staff.get(ANA))?.connection.state).toBe('connected');
    expect(mailsTo(ADMIN)).toEqual([]);
    expect(await day()).toEqual(['probe', 'list']);
  });

  it('a list that is refused for good is made up for by reading each event', async () => {
    await booked();
    (await world.byHand('2')).edit({ title: 'Lunch' });
    world.calendar.order({ on: 'list', error: new GoogleError('calendar_forbidden') });

    const calls = await day();
    expect(calls.slice(0, 2)).toEqual(['probe', 'list']);
    expect(calls.slice(2).sort()).toEqual(['get', 'get', 'get', 'patch']);
    await expectAgreement(world);
  });
});

describe('a daily look that dies', () => {
  /** One event edited and one deleted by hand, one that no record knows. */
  const trouble = async () => {
    await booked();
    (await world.byHand('1')).edit({ title: 'Lunch' });
    (await world.byHand('2')).delete();
    await leaveBehind('3');
  };
  const stories: Readonly<Record<string, () => Promise<void>>> = {
    'with much to put right': trouble,
    'where the access has ended': async () => {
      await booked();
      world.revoke(ANA);
    },
  };
  const dying = async (happens: () => Promise<void>, crash: Interference) => {
    world = await makeWorld({ settings: { adminEmail: ADMIN } });
    await happens();
    world.loseStream();
    return world.lookAndDie(DAILY, crash);
  };

  it.each(Object.entries(stories))('%s leaves all to be made up, wherever that is', async (_name, happens) => {
    const counting = crashAt(Number.POSITIVE_INFINITY, 'before');
    expect(await dying(happens, counting)).toBe(false);
    expect(counting.calls.length).toBeGreaterThan(5);
    for (const when of ['before', 'after'] as const) {
      for (let number = 1; number <= counting.calls.length; number += 1) {
        const crash = crashAt(number, when);
        expect(await dying(happens, crash)).toBe(true);
        world.loseStream();
        await world.pass(2 * DAY);

        const died = `died ${when} call ${number}, ${crash.calls.at(-1)}`;
        const isLost = (await world.staff.get(ANA))?.connection.state === 'reconnect_required';
        expect(isLost, died).toBe(happens !== trouble);
        if (isLost) {
          expect([mailsTo(ADMIN).length, (await world.view('1')).state], died).toEqual([1, 'waiting_for_staff']);
        } else {
          const { wanted, found } = await agreement(world);
          expect(found, died).toEqual(wanted);
          expect(dueAt(), died).toBeDefined();
        }
      }
    }
  });
});
