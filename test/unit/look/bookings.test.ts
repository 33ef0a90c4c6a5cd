import { beforeEach, describe, expect, it } from 'vitest';
import { GoogleError } from '../../../shared/google/errors.ts';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { agreement, expectAgreement } from '../../fakes/agreement.ts';
import { yielding } from '../../fakes/interference.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

let world: World;
beforeEach(async () => {
  world = await makeWorld({ connected: [ANA, BEA] });
});

const of = (...names: string[]) => ({ customers: names.map(customer) });
const linkOf = async (id: string) => (await world.event(id)).meetUrl;

/** Bookings of these customers, numbered from 1, in the builders' slot. */
async function aGroup(...names: string[]): Promise<void> {
  for (const [index, name] of names.entries()) await world.book(String(index + 1), of(name));
  await world.pass(5 * 60);
}

describe('rule 1: one meeting per slot', () => {
  it('gives a group of ten who arrive at once one event, one link and one mail each', async () => {
    world.interference = yielding(world.random);
    const names = Array.from({ length: 10 }, (_, index) => `Guest${index}`);
    for (const [index, name] of names.entries()) await world.deliver(String(index), of(name));

    await Promise.all(names.map((_, index) => world.look(String(index))));
    world.loseStream();
    await world.pass(HOUR);

    expect(world.calendar.events()).toHaveLength(1);
    expect(world.calendar.calls.filter(({ operation }) => operation === 'insert')).toHaveLength(1);
    for (const name of names) expect(world.toldTo(customer(name).email)).toEqual(['booked']);
    await expectAgreement(world);
  });

  it.each([
    ['staff', { staff: { email: BEA } }],
    ['service', { service: { name: 'Otra' } }],
    ['location', { location: { name: 'Sala 2' } }],
    ['start', at('15:15', 30)],
  ])('makes another one for another %s', async (_what, other) => {
    await world.book('1', of('Luis'));
    await world.book('2', { ...of('Eva'), ...other });

    expect(await linkOf('2')).not.toBe(await linkOf('1'));
  });

  it('ends when the last of them ends, and earlier again when that one leaves', async () => {
    await world.book('1', { ...of('Luis'), ...at('15:00', 30) });
    await world.book('2', { ...of('Eva'), ...at('15:00', 60) });
    expect((await world.event('1')).end).toBe('2026-12-01T16:00:00Z');

    await world.cancel('2');
    expect((await world.event('1')).end).toBe('2026-12-01T15:30:00Z');
  });

  it('has exactly its customers as attendees, besides guests that a person added', async () => {
    await aGroup('Luis', 'Eva');
    (await world.byHand('1')).addGuest('friend@elsewhere.test');

    await world.book('3', of('Marta'));
    await world.cancel('1');

    expect(await world.guests('2')).toEqual(['eva@mail.test', 'friend@elsewhere.test', 'marta@mail.test']);
  });

  it('keeps a guest who is both added by hand and, for a while, a customer', async () => {
    await aGroup('Luis');
    (await world.byHand('1')).addGuest('eva@mail.test');
    await world.book('2', of('Eva'));

    expect(await world.guests('1')).toEqual(['eva@mail.test', 'luis@mail.test']);
  });

  it('keeps somebody who has two bookings in the slot until the second is off too', async () => {
    await aGroup('Luis', 'Eva', 'Eva');

    await world.cancel('2');
    expect(await world.guests('1')).toEqual(['eva@mail.test', 'luis@mail.test']);
    await world.cancel('3');
    expect(await world.guests('1')).toEqual(['luis@mail.test']);
  });

  it('removes the event with the last of them, and makes a new one when the slot fills again', async () => {
    await aGroup('Luis', 'Eva');
    const link = await linkOf('1');
    await world.cancel('1');
    await world.cancel('2');
    expect(world.calendar.events()).toEqual([]);

    await world.book('3', of('Marta'));

    expect(await linkOf('3')).not.toBe(link);
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('owes who has left nothing, when there never was an event that showed them', async () => {
    await world.disconnect(ANA);
    await world.book('1', of('Luis'));
    await world.book('2', of('Eva'));

    await world.cancel('2');

    expect((await world.view('2')).state).toBe('cancelled');
    expect(world.owed().map(({ appointmentId }) => appointmentId)).toEqual(['test:1']);
  });

  it('survives joining and leaving at the same moment', async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      world = await makeWorld({ connected: [ANA], seed });
      await world.book('1', of('Luis'));
      await world.deliver('1', { status: 'canceled' });
      await world.deliver('2', of('Eva'));
      world.interference = yielding(world.random);

      await Promise.all([world.look('1'), world.look('2')]);
      await world.pass(HOUR);

      const { wanted, found } = await agreement(world);
      expect(found, `seed ${seed}`).toEqual(wanted);
    }
  });

  it('is placed again when a transaction meets a conflict', async () => {
    await world.book('1', of('Luis'));
    await world.deliver('2', of('Eva'));
    let conflicts = 3;

    await world.look('2', async ({ method }, proceed) => {
      if (method !== 'place' || conflicts === 0) return proceed();
      conflicts -= 1;
      return false;
    });

    expect(conflicts).toBe(0);
    expect(await linkOf('2')).toBe(await linkOf('1'));
  });
});

describe('rule 2: a reschedule keeps the link', () => {
  it('takes the meeting along to an empty slot', async () => {
    await world.book('1');
    const before = await world.event('1');

    await world.book('1', at('17:00'));

    const after = await world.event('1');
    expect(after).toMatchObject({ eventId: before.eventId, meetUrl: before.meetUrl, start: '2026-12-01T17:00:00Z' });
    expect(world.calendar.events()).toHaveLength(1);
  });

  it('keeps it when service or location change, too', async () => {
    await world.book('1');
    const link = await linkOf('1');
    await world.book('1', { service: { name: 'Otra' }, location: { name: 'Sala 2' } });

    expect(await linkOf('1')).toBe(link);
  });

  it('joins the meeting of the new slot when there is one', async () => {
    await world.book('1', of('Luis'));
    await world.book('2', { ...of('Eva'), ...at('17:00') });
    const link = await linkOf('2');

    await world.book('1', at('17:00'));

    expect(await linkOf('1')).toBe(link);
    expect(world.calendar.events()).toHaveLength(1);
    expect(await world.guests('1')).toEqual(['eva@mail.test', 'luis@mail.test']);
  });

  it('leaves the others theirs, and gives the old link back to who moves back', async () => {
    await aGroup('Luis', 'Eva', 'Marta');
    const link = await linkOf('1');

    await world.book('2', at('18:00'));
    expect(await linkOf('2')).not.toBe(link);
    expect(await linkOf('1')).toBe(link);
    expect(await world.guests('1')).toEqual(['luis@mail.test', 'marta@mail.test']);

    await world.book('2', at('15:00'));
    expect(await linkOf('2')).toBe(link);
    expect(world.calendar.events()).toHaveLength(1);
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('brings a group together again that moves one by one', async () => {
    await aGroup('Luis', 'Eva', 'Marta');
    for (const id of ['1', '2', '3']) await world.deliver(id, at('18:00'));
    await world.stream();
    await world.pass(HOUR);

    expect(world.calendar.events()).toHaveLength(1);
    await expectAgreement(world);
  });

  it('lets two who swap their slots at once meet their new times', async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      world = await makeWorld({ connected: [ANA], seed });
      await world.book('1', of('Luis'));
      await world.book('2', { ...of('Eva'), ...at('17:00') });
      await world.deliver('1', at('17:00'));
      await world.deliver('2', at('15:00'));
      world.interference = yielding(world.random);

      await Promise.all([world.look('1'), world.look('2')]);
      await world.pass(HOUR);

      const { wanted, found } = await agreement(world);
      expect(found, `seed ${seed}`).toEqual(wanted);
    }
  });

  it('can be looked at twice at the same moment', async () => {
    for (let seed = 0; seed < 100; seed += 1) {
      world = await makeWorld({ connected: [ANA, BEA], seed });
      await world.book('1');
      await world.deliver('1', { staff: { email: BEA }, ...at('17:00') });
      world.interference = yielding(world.random);

      await Promise.all([world.look('1'), world.look('1')]);
      await world.pass(HOUR);

      const { wanted, found } = await agreement(world);
      expect(found, `seed ${seed}`).toEqual(wanted);
    }
  });
});

describe('rule 3: a change of staff or of their calendar', () => {
  it('makes a new event there, removes the old one and tells everyone the new link', async () => {
    await world.book('1');
    const link = await linkOf('1');

    await world.book('1', { staff: { email: BEA } });
    await world.pass(HOUR);

    expect(await world.event('1')).toMatchObject({ sub: `sub-of-${BEA}` });
    expect(world.calendar.events()).toHaveLength(1);
    expect(await linkOf('1')).not.toBe(link);
    expect(world.toldTo('luis@mail.test')).toEqual(['booked', 'link_changed']);
    expect(world.toldTo(ANA)).toEqual(['booked', 'cancelled']);
    expect(world.toldTo(BEA)).toEqual(['booked']);
    await expectAgreement(world);
  });

  it('takes only the one of a group who changes', async () => {
    await aGroup('Luis', 'Eva');
    const link = await linkOf('1');
    await world.book('2', { staff: { email: BEA } });
    await world.pass(HOUR);

    expect(await linkOf('1')).toBe(link);
    await expectAgreement(world);
  });

  it('moves all their future events to another calendar, and tells everyone of a group', async () => {
    world.calendar.addCalendar(`sub-of-${ANA}`, 'work@group.calendar.google.com');
    await aGroup('Luis', 'Eva');
    await world.book('3', { ...of('Marta'), ...at('18:00') });

    await world.setProfile(ANA, { calendarId: 'work@group.calendar.google.com' });
    await world.pass(HOUR);

    expect(world.calendar.events().map(({ calendarId }) => calendarId)).toEqual([
      'work@group.calendar.google.com',
      'work@group.calendar.google.com',
    ]);
    for (const name of ['Luis', 'Eva', 'Marta']) {
      expect(world.toldTo(customer(name).email)).toEqual(['booked', 'link_changed']);
    }
    await expectAgreement(world);
  });

  it('keeps the old event, whose link everybody has, until the new staff member has connected', async () => {
    await world.book('1');
    await world.book('1', { staff: { email: 'cleo@clinic.test' } });
    await world.pass(HOUR);

    expect(world.calendar.events().map(({ sub }) => sub)).toEqual([`sub-of-${ANA}`]);
    expect((await world.view('1')).state).toBe('waiting_for_staff');

    await world.connect('cleo@clinic.test');
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('removes the old event though the access of the new staff member has ended meanwhile', async () => {
    await world.book('1');
    world.calendar.order({ on: 'delete', error: new GoogleError('calendar_usage_limits') });
    await world.book('1', { staff: { email: BEA } });
    world.revoke(BEA);
    await world.requestLookLater('1');
    expect((await world.view('1')).state).toBe('waiting_for_staff');

    await world.pass(5 * HOUR);
    expect(world.calendar.events().map(({ sub }) => sub)).toEqual([`sub-of-${BEA}`]);
  });

  it('removes it, too, when the booking is cancelled before they connect', async () => {
    await world.book('1');
    await world.book('1', { staff: { email: 'cleo@clinic.test' } });
    await world.cancel('1');
    await world.pass(HOUR);

    expect(world.calendar.events()).toEqual([]);
  });

  it('comes back to the first staff member with an event of its own', async () => {
    await world.book('1');
    await world.book('1', { staff: { email: BEA } });
    await world.book('1', { staff: { email: ANA } });
    await world.pass(HOUR);

    await expectAgreement(world);
  });
});

describe('rule 4: statuses', () => {
  it.each(['pending', 'rejected', 'canceled', 'no-show'])(
    'gives a booking that is %s no meeting and tells nobody',
    async (status) => {
      await world.book('1', { status });
      await world.pass(HOUR);

      expect(world.calendar.calls).toEqual([]);
      expect(world.messages()).toEqual([]);
      expect((await world.view('1')).state).toBe(
        ['rejected', 'canceled'].includes(status) ? 'cancelled' : 'not_required',
      );
    },
  );

  it('removes the meeting when the status leaves the set, and brings it back when it comes back', async () => {
    await world.book('1');
    await world.book('1', { status: 'pending' });
    expect(world.calendar.events()).toEqual([]);
    expect((await world.view('1')).state).toBe('cancelled');

    await world.book('1', { status: 'approved' });
    await world.pass(HOUR);

    expect((await world.view('1')).state).toBe('ready');
    await expectAgreement(world);
  });

  it('follows the statuses of the settings', async () => {
    await world.set({ statuses: ['approved', 'paid'] });
    await world.book('1', { status: 'paid' });

    expect((await world.view('1')).state).toBe('ready');
  });

  it('follows them for bookings that are known already', async () => {
    await world.book('1', { status: 'paid' });
    await world.set({ statuses: ['paid'] });
    await world.pass(HOUR);
    expect((await world.view('1')).state).toBe('ready');

    await world.set({ statuses: ['approved'] });
    await world.pass(HOUR);
    expect(world.calendar.events()).toEqual([]);
  });
});

describe('rule 5: what may change a booking', () => {
  it('shows the same delivery ten times at once as one event and one mail each', async () => {
    const delivery = { id: 'the-same', intent: 'create' } as const;
    await Promise.all(Array.from({ length: 10 }, () => world.deliver('1', {}, delivery)));
    await world.stream();

    expect(world.calendar.events()).toHaveLength(1);
    expect(world.toldTo('luis@mail.test')).toEqual(['booked']);
  });

  it('leaves a cancelled booking off when its "new" comes late', async () => {
    await world.deliver('1', { status: 'canceled' }, { intent: 'cancel', sourceTime: '2026-11-24T08:00:01.000Z' });
    await world.stream();
    await world.deliver('1', { status: 'approved' }, { intent: 'create', sourceTime: '2026-11-24T08:00:00.000Z' });
    await world.stream();
    await world.pass(HOUR);

    expect(world.calendar.calls).toEqual([]);
    expect(world.messages()).toEqual([]);
  });

  it('makes one event when "status changed" comes before "new"', async () => {
    await world.deliver('1', {}, { intent: 'change' });
    await world.stream();
    await world.deliver('1', {}, { intent: 'create' });
    await world.stream();

    expect(world.calendar.events()).toHaveLength(1);
    expect(world.toldTo('luis@mail.test')).toEqual(['booked']);
  });
});

describe('rule 6: what has ended is history', () => {
  const ended = async () => {
    await world.book('1');
    world.clock.advanceTo('2026-12-01T16:00:00Z');
  };
  const nothingHappens = async () => {
    const mails = world.mail.sent.length;
    const calls = await world.callsDuring(async () => {
      await world.stream();
      await world.pass(DAY);
    });
    // The daily look has nothing to do with it.
    expect(calls.filter((operation) => operation !== 'probe' && operation !== 'list')).toEqual([]);
    expect(world.mail.sent.length).toBe(mails);
    expect(world.calendar.events()).toHaveLength(1);
    expect(world.owed()).toEqual([]);
  };

  it.each(['canceled', 'no-show', 'completed'])('is not touched by the status %s', async (status) => {
    await ended();
    await world.deliver('1', { status });
    await nothingHappens();
  });

  it('is not touched by a change of its texts, staff or customers', async () => {
    await ended();
    await world.deliver('1', { ...of('Eva'), notes: 'late', staff: { email: BEA } });
    await nothingHappens();
  });

  it('is not touched by a correction of its time to another that has passed', async () => {
    await ended();
    await world.deliver('1', at('09:00'));
    await nothingHappens();
  });

  it('is not touched by a connection or by settings', async () => {
    await ended();
    await world.connect(ANA, 'another@gmail.test');
    await world.set({ eventTitle: 'Other {service_name}' });
    world.mail.sent.length = 0;
    await world.pass(HOUR);

    expect(world.calendar.events()).toHaveLength(1);
    expect((await world.event('1')).title).toBe('Consulta – Luis');
    expect(world.messages()).toEqual([]);
  });

  it('makes no meeting for a booking that is taken in after its end', async () => {
    await world.book('1', at('15:00', 45, '2026-11-20'));
    await world.pass(HOUR);

    expect(world.calendar.calls).toEqual([]);
    expect(world.messages()).toEqual([]);
  });

  it('takes up a booking that was moved from the past into the future', async () => {
    await ended();
    await world.book('1', at('15:00', 45, '2026-12-08'));
    await world.pass(HOUR);

    await expectAgreement(world);
  });

  it('does not keep up a meeting to come when its booking is moved into the past', async () => {
    await world.book('1');
    await world.book('1', at('15:00', 45, '2026-11-20'));
    await world.pass(HOUR);

    expect(world.calendar.events()).toEqual([]);
    expect(world.owed()).toEqual([]);
  });

  it('does not let somebody who was moved into the past hold up the others of the slot', async () => {
    world = await makeWorld({ connected: [] });
    await world.book('1', of('Luis'));
    await world.book('2', of('Eva'));
    await world.book('1', at('15:00', 45, '2026-11-20'));

    await world.connect(ANA);
    await world.pass(2 * HOUR);

    expect((await world.view('2')).state).toBe('ready');
    expect(await world.guests('2')).toEqual(['eva@mail.test']);
  });

  it('lets records expire without anything changing anywhere else', async () => {
    await world.book('1');
    await world.book('2', { ...of('Eva'), ...at('15:00', 45, '2027-06-01') });
    await world.pass(HOUR);
    world.clock.advanceTo('2027-04-01T00:00:00Z');
    const seconds = world.clock.now().getTime() / 1000;
    const mails = world.mail.sent.length;

    world.appointments.expire(seconds);
    world.meetings.expire(seconds);
    const calls = await world.callsDuring(() => world.pass(DAY));

    expect(await world.appointments.get('test:1')).toBeUndefined();
    expect(await world.appointments.get('test:2')).toBeDefined();
    expect(new Set(calls)).toEqual(new Set(['probe', 'list']));
    expect(world.mail.sent.length).toBe(mails);
    expect(world.calendar.events()).toHaveLength(2);
  });

  it('keeps a meeting as long as its last booking, whoever else has left it for an earlier day', async () => {
    const june = at('15:00', 45, '2027-06-01');
    await world.book('1', { ...of('Luis'), ...june });
    await world.book('2', { ...of('Eva'), ...june });
    await world.book('1', at('15:00', 45, '2026-12-01'));
    await world.pass(HOUR);
    world.clock.advanceTo('2027-04-01T00:00:00Z');
    world.meetings.expire(world.clock.now().getTime() / 1000);

    await world.book('2', at('17:00', 45, '2027-06-01'));
    await world.pass(HOUR);

    expect((await world.view('2')).state).toBe('ready');
    expect(await world.event('2')).toMatchObject({ start: '2027-06-01T17:00:00Z' });
    await expectAgreement(world);
  });
});

describe('rule 7: the integration can be turned off', () => {
  it('makes no call from then on, says so on every booking, and tells nobody anything', async () => {
    await world.book('1');
    await world.set({ enabled: false });
    await world.stream();
    const before = world.mail.sent.length;

    const calls = await world.callsDuring(async () => {
      await world.book('1', at('17:00'));
      await world.book('2', { ...of('Eva'), ...at('18:00') });
      await world.pass(3 * HOUR);
    });

    expect(calls).toEqual([]);
    expect(world.mail.sent.length).toBe(before);
    for (const id of ['1', '2']) expect((await world.view(id)).error).toMatchObject({ code: 'integration_off' });
  });

  it('removes an event to come of a booking that was moved into the past meanwhile, when it is turned on again', async () => {
    await world.book('1');
    await world.set({ enabled: false });
    await world.book('1', at('09:10', 45, '2026-11-24'));
    await world.pass(2 * HOUR);
    expect(world.calendar.events()).toHaveLength(1);

    await world.set({ enabled: true });
    await world.pass(2 * DAY);
    expect(world.calendar.events()).toEqual([]);
  });

  it('catches up when it is turned on again', async () => {
    await world.book('1');
    await world.book('3', { ...of('Iker'), ...at('19:00') });
    await world.set({ enabled: false });
    await world.book('1', at('17:00'));
    await world.book('2', { ...of('Eva'), ...at('18:00') });
    await world.cancel('3');
    await world.pass(HOUR);

    await world.set({ enabled: true });
    await world.pass(HOUR);

    await expectAgreement(world);
    for (const id of ['1', '2']) expect((await world.view(id)).error).toBeNull();
  });

  it('carries a change of settings to all future meetings, paced', async () => {
    for (let hour = 10; hour < 20; hour += 1) await world.book(String(hour), { ...at(`${hour}:00`), ...of('Luis') });
    await world.set({ eventTitle: 'Cita: {service_name}' });
    await world.stream();

    expect(world.owed().filter(({ dueAt }) => dueAt <= world.clock.instant).length).toBeLessThan(10);
    await world.pass(HOUR);
    expect(new Set(world.calendar.events().map(({ title }) => title))).toEqual(new Set(['Cita: Consulta']));
  });

  it('does not lose a change of settings that comes while a booking is looked at', async () => {
    await world.deliver('1');
    await world.look('1', async ({ method }, proceed) => {
      if (method === 'insert') {
        await world.set({ eventTitle: 'Cita: {service_name}' });
        await world.look('errand#settings');
      }
      return proceed();
    });
    world.loseStream();
    await world.pass(HOUR);

    expect((await world.event('1')).title).toBe('Cita: Consulta');
  });
});
