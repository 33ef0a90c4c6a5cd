import { describe, expect, it } from 'vitest';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { agreement, expectAgreement } from '../../fakes/agreement.ts';
import { crashAt, crashOn } from '../../fakes/interference.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

interface Story {
  /** What stands before. */
  readonly before: (world: World) => Promise<void>;
  /** What happens, and is then looked at by a run that dies. */
  readonly change: (world: World) => Promise<unknown>;
  readonly look: string;
}

const LUIS = { customers: [customer('Luis')] };
const EVA = { customers: [customer('Eva')] };

const STORIES: Readonly<Record<string, Story>> = {
  'a first booking': { before: async () => {}, change: (world) => world.deliver('1'), look: '1' },
  'a reschedule': {
    before: (world) => world.book('1'),
    change: (world) => world.deliver('1', at('17:00')),
    look: '1',
  },
  'a cancellation': {
    before: (world) => world.book('1'),
    change: (world) => world.deliver('1', { status: 'canceled' }),
    look: '1',
  },
  'a change of staff': {
    before: (world) => world.book('1'),
    change: (world) => world.deliver('1', { staff: { email: BEA } }),
    look: '1',
  },
  'somebody joining': {
    before: (world) => world.book('1', LUIS),
    change: (world) => world.deliver('2', EVA),
    look: '2',
  },
  'somebody leaving for a slot of their own': {
    before: async (world) => {
      await world.book('1', LUIS);
      await world.book('2', EVA);
    },
    change: (world) => world.deliver('2', at('18:00')),
    look: '2',
  },
  'somebody moving to others': {
    before: async (world) => {
      await world.book('1', LUIS);
      await world.book('2', { ...EVA, ...at('18:00') });
    },
    change: (world) => world.deliver('2', at('15:00')),
    look: '2',
  },
  'finding that somebody has deleted the event': {
    before: (world) => world.book('1'),
    change: async (world) => {
      (await world.byHand('1')).delete();
      await askForLook(world);
    },
    look: '1',
  },
  'finding that the event is not even shown any more': {
    before: async (world) => {
      world.calendar.behaviour.deletedGet = 'notFound';
      await world.book('1', LUIS);
      await world.book('2', EVA);
    },
    change: async (world) => {
      (await world.byHand('1')).delete();
      await askForLook(world);
    },
    look: '1',
  },
};

/** A moment after all that has happened so far. */
async function askForLook(world: World): Promise<void> {
  world.clock.advance(1);
  await world.requestLook('1');
}

const ONLY_CUSTOMERS = { email: { customer: true, staff: false }, sms: { customer: false, staff: false } };

const aWorld = () => makeWorld({ connected: [ANA, BEA] });

async function callsOf(story: Story): Promise<number> {
  const world = await aWorld();
  await story.before(world);
  await story.change(world);
  const counting = crashAt(Number.POSITIVE_INFINITY, 'before');
  await world.look(story.look, counting);
  return counting.calls.length;
}

/** How often the same message was sent to the same person, at most. */
const mostOfOneMessage = (world: World): number =>
  Math.max(
    0,
    ...[...Map.groupBy(world.messages(), (message) => JSON.stringify(message)).values()].map((same) => same.length),
  );

describe.each(Object.entries(STORIES))('a run that dies in the middle of %s', (_name, story) => {
  it.each(['before', 'after'] as const)('leaves all to be made up, whichever call it dies %s', async (when) => {
    const calls = await callsOf(story);
    expect(calls).toBeGreaterThan(8);
    for (let number = 1; number <= calls; number += 1) {
      const world = await aWorld();
      await story.before(world);
      await story.change(world);
      // Only the due index is left to find it.
      world.loseStream();
      const before = world.mail.sent.length;
      const crash = crashAt(number, when);

      expect(await world.lookAndDie(story.look, crash)).toBe(true);
      const toldByTheDead = world.mail.sent.length - before;
      await world.pass(3 * 3600);

      const died = `died ${when} call ${number}, ${crash.calls.at(number - 1)}`;
      const { wanted, found } = await agreement(world);
      expect(found, died).toEqual(wanted);
      expect(mostOfOneMessage(world), died).toBeLessThanOrEqual(toldByTheDead > 0 ? 2 : 1);
      expect(world.owed(), died).toEqual([]);
    }
  });
});

describe('a run that dies after it has ended a link', () => {
  it('is made up for with who is in the meeting and was being looked at in that moment', async () => {
    const world = await aWorld();
    world.calendar.behaviour.deletedGet = 'notFound';
    await world.book('1', LUIS);
    await world.book('2', EVA);
    (await world.byHand('1')).delete();
    await world.appointments.owe('test:2', world.clock.instant);
    let ended = false;
    await world.look('2', async ({ port }, proceed) => {
      if (port === 'told' && !ended) {
        ended = true;
        await askForLook(world);
        expect(await world.lookAndDie('1', crashOn('calendar.insert', 'before'))).toBe(true);
      }
      return proceed();
    });
    expect(ended).toBe(true);
    world.loseStream();
    await world.pass(3 * 3600);

    expect(world.toldTo('luis@mail.test')).toEqual(['booked', 'link_changed']);
    expect(world.toldTo('eva@mail.test')).toEqual(['booked', 'link_changed']);
    await expectAgreement(world);
  });
});

describe('rule 15: a crash between sending and recording', () => {
  it('costs one repeat at most, and never a loss', async () => {
    const world = await makeWorld();
    await world.deliver('1');

    expect(await world.lookAndDie('1', crashOn('mail.send', 'after'))).toBe(true);
    await world.pass(3600);

    expect(world.toldTo('luis@mail.test').length).toBeLessThanOrEqual(2);
    expect(world.toldTo('luis@mail.test').at(-1)).toBe('booked');
    expect(world.toldTo(ANA).length).toBeLessThanOrEqual(2);
    await expectAgreement(world);
  });

  it('does not keep the cancellation from who had the mail', async () => {
    const world = await makeWorld();
    await world.deliver('1');
    expect(await world.lookAndDie('1', crashOn('mail.send', 'after'))).toBe(true);
    await world.deliver('1', { status: 'canceled' });
    await world.pass(3600);

    expect(world.toldTo(ANA).at(-1)).toBe('cancelled');
    await expectAgreement(world);
  });

  it('does not keep the cancellation from who had the mail, though the run that was to tell it died too', async () => {
    const world = await makeWorld({ settings: { notifications: ONLY_CUSTOMERS } });
    await world.deliver('1');
    expect(await world.lookAndDie('1', crashOn('mail.send', 'after'))).toBe(true);
    await world.deliver('1', { status: 'canceled' });
    world.clock.advance(61);
    expect(await world.lookAndDie('1', crashOn('mail.send', 'before'))).toBe(true);
    await world.pass(3600);

    expect(world.toldTo('luis@mail.test')).toEqual(['booked', 'cancelled']);
  });

  it('does not keep from who had the mail that it was moved back', async () => {
    const world = await makeWorld();
    await world.book('1');
    await world.deliver('1', at('17:00'));
    world.loseStream();
    await world.look('1');
    world.clock.advance(61);
    expect(await world.lookAndDie('1', crashOn('mail.send', 'after'))).toBe(true);
    expect(world.toldTo(ANA)).toEqual(['booked', 'rescheduled']);
    await world.deliver('1', at('15:00'));
    await world.pass(3600);

    await expectAgreement(world);
  });

  it('costs nothing when it was before sending', async () => {
    const world = await makeWorld({ settings: { notifications: ONLY_CUSTOMERS } });
    await world.deliver('1');

    expect(await world.lookAndDie('1', crashOn('mail.send', 'before'))).toBe(true);
    await world.pass(3600);

    expect(world.toldTo('luis@mail.test')).toEqual(['booked']);
  });
});

describe('rule 8: a crash around a call to Google', () => {
  it('after claiming and before calling: the next run finds nothing there and calls', async () => {
    const world = await makeWorld();
    await world.deliver('1');
    expect(await world.lookAndDie('1', crashOn('calendar.insert', 'before'))).toBe(true);

    const calls = await world.callsDuring(() => world.pass(3600));

    expect(calls.slice(0, 2)).toEqual(['get', 'insert']);
    await expectAgreement(world);
  });

  it('after the call and before recording: the next run reads it back and inserts nothing', async () => {
    const world = await makeWorld();
    await world.deliver('1');
    expect(await world.lookAndDie('1', crashOn('calendar.insert', 'after'))).toBe(true);
    const [event] = world.calendar.events();

    const calls = await world.callsDuring(() => world.pass(3600));

    expect(calls).not.toContain('insert');
    expect((await world.event('1')).eventId).toBe(event?.eventId);
    await expectAgreement(world);
  });

  it('keeps others from the meeting only as long as the claim lasts', async () => {
    const world = await makeWorld();
    await world.deliver('1');
    await world.lookAndDie('1', crashOn('calendar.insert', 'before'));

    expect(await world.callsDuring(() => world.look('1'))).toEqual([]);
    world.clock.advance(31);
    expect(await world.callsDuring(() => world.look('1'))).toContain('insert');
  });
});
