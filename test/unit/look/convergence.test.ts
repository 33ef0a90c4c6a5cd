import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GoogleError } from '../../../shared/google/errors.ts';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { agreement } from '../../fakes/agreement.ts';
import { allOf, crashAt, yielding } from '../../fakes/interference.ts';
import { seededRandom } from '../../fakes/random.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

/** One thing that happens; nobody looks at anything unless it says so. */
class Happening {
  readonly #what: string;
  readonly in: (world: World) => unknown;

  constructor(what: string, happens: (world: World) => unknown) {
    this.#what = what;
    this.in = happens;
  }

  [fc.toStringMethod](): string {
    return this.#what;
  }
}

const OWN_CUSTOMER: Readonly<Record<string, string>> = { 1: 'Luis', 2: 'Eva', 3: 'Marta', 4: 'Iker' };
const id = fc.constantFrom(...Object.keys(OWN_CUSTOMER));
const staff = fc.constantFrom(ANA, ANA, BEA);
const operation = fc.constantFrom('insert' as const, 'patch' as const, 'get' as const, 'delete' as const);

const wished = fc
  .record({ id, staff, time: fc.constantFrom('15:00', '17:00'), minutes: fc.constantFrom(45, 45, 60) })
  .map(
    (wish) =>
      new Happening(
        `${wish.id} is wanted at ${wish.time} for ${wish.minutes} minutes with ${wish.staff}`,
        async (world) => {
          const known = await world.appointments.get(`test:${wish.id}`);
          await world.deliver(wish.id, {
            ...at(wish.time, wish.minutes),
            staff: { email: wish.staff },
            customers: known?.booking?.customers ?? [customer(OWN_CUSTOMER[wish.id] ?? '')],
            status: 'approved',
          });
        },
      ),
  );

const cancelled = id.map(
  (which) => new Happening(`${which} is cancelled`, (world) => world.deliver(which, { status: 'canceled' })),
);

const otherCustomers = fc
  .record({
    id,
    names: fc.uniqueArray(fc.constantFrom(...Object.values(OWN_CUSTOMER)), { minLength: 1, maxLength: 2 }),
  })
  .map(
    ({ id: which, names }) =>
      new Happening(`${which} is for ${names}`, async (world) => {
        const known = await world.appointments.get(`test:${which}`);
        if (known?.booking) await world.deliver(which, { customers: names.map(customer) });
      }),
  );

const looks = (crash: fc.Arbitrary<number | undefined>) =>
  fc.record({ ids: fc.array(id, { minLength: 1, maxLength: 3 }), seed: fc.nat(1000), crash }).map(
    ({ ids, seed, crash: call }) =>
      new Happening(
        `looks at ${ids} at once${call ? `, the first dies after ${call} calls` : ''} (${seed})`,
        (world) => {
          const between = yielding(seededRandom(seed));
          const [first = '', ...others] = ids;
          const firstOne = call ? allOf(between, crashAt(call, 'after')) : between;
          return Promise.all([
            world.lookAndDie(first, firstOne),
            ...others.map((which) => world.lookAndDie(which, between)),
          ]);
        },
      ),
  );

const time = fc
  .constantFrom(1, 20, 61, 1000)
  .map((seconds) => new Happening(`${seconds} seconds`, (world) => world.clock.advance(seconds)));
const sweep = fc.constant(new Happening('a sweep', (world) => world.sweep()));
const stream = fc.constantFrom(
  new Happening('the stream', (world) => world.stream()),
  new Happening('the stream loses all', (world) => world.loseStream()),
);

const faultInDoubt = fc
  .record({ on: operation, effect: fc.constantFrom('none' as const, 'done' as const, 'late' as const) })
  .map(
    ({ on, effect }) =>
      new Happening(`a ${on} without an answer (${effect})`, (world) =>
        world.calendar.order({ on, effect, error: new GoogleError('google_timeout', { inDoubt: true }) }),
      ),
  );
const refusal = fc
  .record({
    on: operation,
    code: fc.constantFrom('rate_limited' as const, 'calendar_usage_limits' as const, 'calendar_forbidden' as const),
  })
  .map(
    ({ on, code }) =>
      new Happening(`a ${on} refused: ${code}`, (world) => world.calendar.order({ on, error: new GoogleError(code) })),
  );
const landing = fc.constant(new Happening('late calls land', (world) => world.calendar.landLateCalls()));
const throttle = fc.constant(new Happening('mail is throttled', (world) => world.mail.throttle()));
const linkTrouble = fc.constantFrom(
  new Happening('Meet links are slow', (world) => void Object.assign(world.calendar.behaviour, { pendingPolls: 2 })),
  new Happening(
    'a Meet link fails',
    (world) => void Object.assign(world.calendar.behaviour, { conferenceFailures: 1 }),
  ),
);
const deletion = fc.constantFrom('delete' as const, 'forget' as const).map(
  (how) =>
    new Happening(`somebody deletes an event by hand (${how}) and asks for a look`, async (world) => {
      const [event] = world.calendar.events();
      if (event) world.calendar.byHand(event.eventId)[how]();
      world.clock.advance(1);
      for (const one of Object.keys(OWN_CUSTOMER)) await world.requestLook(one);
    }),
);
const linkRemoval = fc.constant(
  new Happening('somebody removes a Meet link by hand and asks for a look', async (world) => {
    const [event] = world.calendar.events();
    if (event) world.calendar.byHand(event.eventId).removeMeetLink();
    world.clock.advance(1);
    for (const one of Object.keys(OWN_CUSTOMER)) await world.requestLook(one);
  }),
);
const otherAccount = fc
  .record({ email: fc.constantFrom(ANA, BEA), account: fc.constantFrom('one@gmail.test', 'two@gmail.test') })
  .map(({ email, account }) => new Happening(`${email} connects ${account}`, (world) => world.connect(email, account)));

const gentle = fc.oneof(
  { weight: 6, arbitrary: wished },
  { weight: 2, arbitrary: cancelled },
  { weight: 1, arbitrary: otherCustomers },
  { weight: 6, arbitrary: looks(fc.constant(undefined)) },
  { weight: 2, arbitrary: stream },
  { weight: 1, arbitrary: sweep },
  { weight: 2, arbitrary: time },
);
const rough = fc.oneof(
  { weight: 10, arbitrary: gentle },
  { weight: 3, arbitrary: looks(fc.integer({ min: 1, max: 30 })) },
  { weight: 3, arbitrary: faultInDoubt },
  { weight: 2, arbitrary: refusal },
  { weight: 1, arbitrary: landing },
  { weight: 1, arbitrary: throttle },
  { weight: 1, arbitrary: linkTrouble },
  { weight: 1, arbitrary: deletion },
  { weight: 1, arbitrary: linkRemoval },
  { weight: 1, arbitrary: otherAccount },
);

/** Runs a history, then lets it be quiet: nothing fails any more, calls that were under way have landed. */
async function afterQuiet(history: readonly Happening[]): Promise<World> {
  const world = await makeWorld({ connected: [ANA, BEA] });
  for (const happening of history) await happening.in(world);
  world.calendar.clearFaults();
  world.mail.clearFaults();
  Object.assign(world.calendar.behaviour, { pendingPolls: 0, conferenceFailures: 0 });
  world.loseStream();
  // A call lands within seconds of its time-out, while its meeting is still to be looked at again.
  world.clock.advance(5);
  world.calendar.landLateCalls();
  // What failed for good is tried again within a day.
  await world.pass(2 * 86_400);
  return world;
}

/** The same histories every time, unless asked for others. */
const HISTORIES = { numRuns: Number(process.env.PROPERTY_RUNS ?? 150), seed: Number(process.env.PROPERTY_SEED ?? 1) };

describe('whatever happened, after quiet', () => {
  it('Google holds one event for each slot and everybody knows the truth: changes and races', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(gentle, { maxLength: 25 }), async (history) => {
        const world = await afterQuiet(history);
        const { wanted, found } = await agreement(world);
        expect(found).toEqual(wanted);
      }),
      HISTORIES,
    );
  });

  it('Google holds one event for each slot and everybody knows the truth: crashes and failures of Google and mail too', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(rough, { maxLength: 25 }), async (history) => {
        const world = await afterQuiet(history);
        const { wanted, found } = await agreement(world);
        expect(found).toEqual(wanted);
      }),
      HISTORIES,
    );
  });
});
