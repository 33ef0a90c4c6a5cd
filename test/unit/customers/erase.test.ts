import { beforeEach, describe, expect, it } from 'vitest';
import { isErased } from '../../../shared/appointments/erasure.ts';
import { GoogleError } from '../../../shared/google/errors.ts';
import { DeliveryError } from '../../../shared/notifications/delivery-error.ts';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { eventsAgree, expectAgreement } from '../../fakes/agreement.ts';
import { Crash, crashAt, type Interference } from '../../fakes/interference.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

const DAY = 86_400;
const LUIS = 'luis@mail.test';
const PHONE = '+34600000002';
const luis = { ...customer('Luis'), phone: PHONE };
const eva = customer('Eva');

let world: World;
beforeEach(async () => {
  world = await makeWorld({ connected: [ANA, BEA] });
});

/** Everything that is kept, anywhere. */
const kept = (of: World): string => JSON.stringify([of.appointments.all(), of.told.all(), of.meetings.all()]);
async function expectEventsAgree(): Promise<void> {
  const { wanted, found } = await eventsAgree(world);
  expect(found).toEqual(wanted);
}
async function expectNothingOf(of: World, pattern = /luis|600000002/i): Promise<void> {
  expect(kept(of)).not.toMatch(pattern);
  expect(JSON.stringify(await of.undeliverable.list())).not.toMatch(pattern);
  const toCome = of.calendar.events().filter(({ end }) => end > of.clock.instant);
  expect(JSON.stringify(toCome)).not.toMatch(pattern);
}
const everybodyTold = () => ({ email: { customer: true, staff: true }, sms: { customer: true, staff: true } });
const sent = () => world.mail.sent.length + world.sms.sent.length;
const toldToLuis = () => [...world.toldTo(LUIS), ...world.toldTo(PHONE)].length;
/** What is sent meanwhile. */
const sentDuring = async (action: () => Promise<unknown>): Promise<number> => {
  const before = sent();
  await action();
  return sent() - before;
};
const quiet = async () => {
  await world.stream();
  await world.pass(DAY);
};

describe('erasing a person', () => {
  it('of whom nothing is known removes nothing', async () => {
    await world.book('1');
    const before = kept(world);
    expect(await world.erase('nobody@mail.test')).toEqual({ appointments: 0, messages: 0, events: 0 });
    expect(kept(world)).toBe(before);
    expect(await world.callsDuring(() => world.stream())).toEqual([]);
  });

  it('takes them out of their bookings, past ones too, out of the ledger and out of what is to come in Google', async () => {
    await world.set({ notifications: everybodyTold() });
    await world.book('past', { ...at('10:00', 45, '2026-11-24'), customers: [luis] });
    await world.book('1', { customers: [luis], notes: 'Luis asked for tea.', keywords: { room: 'Blue' } });
    await world.book('2', { ...at('17:00'), customers: [luis], status: 'pending' });
    await world.pass(DAY);
    await world.undeliverable.mark({ channel: 'sms', address: PHONE, reason: 'opted_out', at: world.clock.instant }, 0);
    await world.undeliverable.mark({ channel: 'email', address: LUIS, reason: 'bounced', at: world.clock.instant }, 0);
    const past = world.calendar.events().find(({ start }) => start.startsWith('2026-11-24'));

    expect(await world.erase(LUIS)).toEqual({ appointments: 3, messages: 4, events: 1 });
    expect(await sentDuring(quiet)).toBe(0);
    await expectNothingOf(world);
    expect(await world.event('1')).toMatchObject({ title: 'Consulta', guests: [], meetUrl: expect.any(String) });
    expect(world.calendar.events().find(({ eventId }) => eventId === past?.eventId)).toEqual(past);
    expect((await world.view('1')).state).toBe('ready');
    expect(await world.erase(LUIS)).toEqual({ appointments: 0, messages: 0, events: 0 });
    expect(world.owed()).toEqual([]);
  });

  it('counts an event once, however many of its bookings are theirs, and none without them', async () => {
    await world.book('1', { customers: [luis] });
    await world.book('2', { customers: [luis] });
    await world.book('3', { ...at('17:00'), customers: [eva] });
    expect(await world.erase(LUIS)).toMatchObject({ appointments: 2, events: 1 });
  });

  it('leaves the others of the slot theirs, without a word to anybody', async () => {
    await world.book('1', { customers: [luis] });
    await world.book('2', { customers: [eva] });
    await world.book('3', { ...at('17:00'), customers: [luis, customer('Marta')], notes: 'Bring water.' });
    await world.pass(600);
    await world.erase(LUIS);
    const calls = await world.fullCallsDuring(async () => expect(await sentDuring(quiet)).toBe(0));
    expect(await world.guests('2')).toEqual(['eva@mail.test']);
    expect((await world.event('2')).title).toBe('Consulta – Eva');
    expect(await world.guests('3')).toEqual(['marta@mail.test']);
    expect((await world.appointments.get('test:3'))?.booking?.notes).toBe('Bring water.');
    await expectNothingOf(world);
    await expectEventsAgree();
    expect(calls.filter(({ operation }) => operation === 'patch').map(({ sendUpdates }) => sendUpdates)).toEqual([
      'none',
      'none',
    ]);
  });

  it('has Google tell who joins meanwhile all the same', async () => {
    await world.book('1', { customers: [luis, eva] });
    await world.erase(LUIS);
    await world.deliver('1', { customers: [eva, customer('Marta')] });
    const calls = await world.fullCallsDuring(() => world.stream());
    expect(calls.filter(({ operation }) => operation === 'patch').map(({ sendUpdates }) => sendUpdates)).toEqual([
      'none',
      'all',
    ]);
    expect(await world.guests('1')).toEqual(['eva@mail.test', 'marta@mail.test']);
  });

  it('leaves a guest whom somebody added by hand, who is theirs', async () => {
    await world.book('1', { customers: [luis] });
    (await world.byHand('1')).addGuest('friend@elsewhere.test');
    await world.erase(LUIS);
    await quiet();
    expect(await world.guests('1')).toEqual(['friend@elsewhere.test']);
  });

  it('reminds them of nothing any more', async () => {
    await world.set({ reminders: [{ minutesBefore: 60, channels: ['email'] }] });
    await world.stream();
    await world.book('1', { customers: [luis] });
    await world.erase(LUIS);
    await world.pass(8 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.toldTo(ANA)).toEqual(['booked', 'reminder']);
  });

  it('has nothing said to somebody who had dropped out, though that was about to be', async () => {
    await world.book('1', { customers: [luis] });
    await world.book('1', { customers: [eva] });
    expect(await world.erase(LUIS)).toEqual({ appointments: 0, messages: 1, events: 0 });
    await quiet();
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.toldTo('eva@mail.test')).toEqual(['booked']);
    await expectNothingOf(world);
  });

  it('has nothing said when the booking is cancelled later', async () => {
    await world.book('1', { customers: [luis] });
    await world.erase(LUIS);
    await world.stream();
    await world.cancel('1');
    await world.pass(DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.toldTo(ANA)).toEqual(['booked', 'cancelled']);
  });

  it('tells the others with the same telephone nothing, nor forgets what they know', async () => {
    await world.set({ notifications: everybodyTold() });
    const child = { name: 'Child', email: 'child@mail.test', phone: PHONE };
    await world.book('1', { customers: [luis, child] });
    await world.erase(LUIS);
    expect(await sentDuring(quiet)).toBe(0);
    expect(world.toldTo(PHONE)).toEqual(['booked']);
    await expectNothingOf(world, /luis/i);
    await world.cancel('1');
    await world.pass(600);
    expect(world.toldTo(PHONE)).toEqual(['booked', 'cancelled']);
  });

  it('finds what they were told under an address that was corrected since', async () => {
    await world.set({ notifications: everybodyTold() });
    await world.book('1', { customers: [{ ...luis, email: 'luis@typo.test' }] });
    await world.book('1', { customers: [luis] });
    await world.pass(600);
    await world.erase(LUIS);
    await quiet();
    await expectNothingOf(world);
  });

  it('removes nothing of a staff member with the same address', async () => {
    await world.book('1', { customers: [{ name: 'Ana', email: ANA }] });
    expect(await world.erase(ANA)).toMatchObject({ appointments: 1, messages: 1 });
    await quiet();
    expect((await world.told.ofSubject('test:1')).map(({ to }) => to.role)).toEqual(['staff']);
    expect((await world.appointments.get('test:1'))?.booking?.staff.email).toBe(ANA);
    expect(await world.staff.get(ANA)).toBeDefined();
  });

  it('brings Google up to date when it can be reached again', async () => {
    await world.book('1', { customers: [luis] });
    await world.disconnect(ANA);
    await world.erase(LUIS);
    await world.stream();
    expect(await world.guests('1')).toEqual([LUIS]);
    await world.connect(ANA);
    await quiet();
    await expectNothingOf(world);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
  });

  it('leaves them out of the records while the integration is off', async () => {
    await world.book('1', { customers: [luis] });
    await world.set({ enabled: false });
    await world.erase(LUIS);
    await world.pass(600);
    expect(kept(world)).not.toMatch(/luis/i);
    await world.set({ enabled: true });
    await quiet();
    await expectNothingOf(world);
  });

  it('books them again as anybody else when the platform has them still', async () => {
    await world.book('1', { customers: [luis] });
    await world.erase(LUIS);
    await world.pass(600);
    await world.book('1', { customers: [luis], notes: 'Once more.' });
    await world.pass(600);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'booked']);
    expect(world.toldTo(ANA)).toEqual(['booked']);
    const appointment = await world.appointments.get('test:1');
    expect(appointment && isErased(appointment, LUIS)).toBe(false);
    await expectAgreement(world);
  });

  it('says when there was no time for all of it; what was done stays done, and the next call goes on', async () => {
    for (const id of ['1', '2', '3']) await world.book(id, { ...at(`1${id}:00`), customers: [luis] });
    let puts = 0;
    const slow: Interference = async ({ port, method }, proceed) => {
      const answer = await proceed();
      if (port === 'appointments' && method === 'put') puts += 1;
      if (puts === 1) world.clock.advance(30);
      return answer;
    };
    for (const id of ['4', '5', '6', '7', '8', '9', '10', '11'])
      await world.book(id, { ...at('09:00', 45, `2026-12-1${Number(id) % 10}`), customers: [luis] });
    expect(await world.erase(LUIS, slow)).toBeUndefined();
    expect(puts).toBeGreaterThan(0);
    expect(kept(world)).toMatch(/luis/);
    await world.erase(LUIS);
    await quiet();
    await expectNothingOf(world);
  });

  it('is not all when there was no time to look through everything', async () => {
    await world.book('1', { customers: [luis] });
    const slow: Interference = (call, proceed) => {
      if (call.method === 'naming') world.clock.advance(60);
      return proceed();
    };
    expect(await world.erase(LUIS, slow)).toBeUndefined();
    expect(await world.erase(LUIS)).toMatchObject({ appointments: 1 });
  });
});

describe('a run that dies while it erases somebody', () => {
  it.each(['before', 'after'] as const)('leaves all to the next, whichever call it dies %s', async (when) => {
    for (let call = 1; ; call += 1) {
      world = await makeWorld({ settings: { notifications: everybodyTold() } });
      await world.book('1', { customers: [luis] });
      await world.book('2', { customers: [eva] });
      await world.pass(600);
      const before = sent();
      const death = crashAt(call, when);
      const isDone = await world.erase(LUIS, death).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Crash) return false;
          throw error;
        },
      );
      await world.stream();
      await world.erase(LUIS);
      await quiet();
      await expectNothingOf(world);
      await expectEventsAgree();
      expect(sent(), `call ${call}: ${death.calls.at(-1)}`).toBe(before);
      if (isDone) break;
    }
  });
});

describe('a look under way while somebody is erased', () => {
  /** Has them erased, and the stream bring that, when a look comes to its call with this number. */
  const erasingAt = (number: number) => {
    const calls: string[] = [];
    const interference: Interference = async ({ port, method }, proceed) => {
      calls.push(`${port}.${method}`);
      if (calls.length === number) {
        await world.erase(LUIS);
        await world.look('1', (_call, go) => go());
      }
      return proceed();
    };
    return Object.assign(interference, { calls });
  };

  it.each([
    ['books them', async () => {}, { customers: [luis] }],
    ['moves them', () => world.book('1', { customers: [luis] }), { ...at('18:00'), customers: [luis] }],
    ['has them join others', () => world.book('2', { customers: [eva] }), { customers: [luis] }],
    ['drops them', () => world.book('1', { customers: [luis, eva] }), { customers: [eva] }],
  ])('leaves nothing of them, wherever it was when it %s', async (_what, before, change) => {
    for (let call = 1; ; call += 1) {
      world = await makeWorld({ connected: [ANA], settings: { notifications: everybodyTold() } });
      await before();
      await world.pass(600);
      await world.deliver('1', change);
      world.loseStream();
      world.clock.advance(90);
      const interference = erasingAt(call);
      await world.look('1', interference);
      if (interference.calls.length < call) break;
      const told = toldToLuis();
      await quiet();
      const where = `call ${call}, ${interference.calls[call - 1]}`;
      expect(kept(world), where).not.toMatch(/luis|600000002/i);
      await expectNothingOf(world);
      // Only what was on its way already.
      expect(toldToLuis(), where).toBe(told);
    }
  });

  it('leaves nothing of a number that refuses the message that was on its way', async () => {
    await world.set({ notifications: everybodyTold() });
    await world.deliver('1', { customers: [luis] });
    world.loseStream();
    await world.look('1', async (call, proceed) => {
      if (call.port !== 'sms') return proceed();
      await world.erase(LUIS);
      throw new DeliveryError('opted_out', false, false, 'address');
    });
    await quiet();
    await expectNothingOf(world);
  });
});

it('knows the guests of a change that lands late for its own, though nothing names them any more', async () => {
  await world.book('1', { customers: [eva] });
  const error = new GoogleError('google_timeout', { inDoubt: true });
  world.calendar.order({ on: 'patch', effect: 'late', error });
  await world.book('1', { customers: [eva, luis] });
  await world.erase(LUIS);
  await world.pass(3600);
  await expectNothingOf(world);
  world.calendar.landLateCalls();
  await world.pass(2 * DAY);
  expect(await world.guests('1')).toEqual(['eva@mail.test']);
  await expectNothingOf(world);
});
