import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, DynamoDBStreamEvent } from 'aws-lambda';
import { makeHandler as makeDueWork } from '../../functions/due-work/handler.ts';
import { makeHandler as makeMeetingSync } from '../../functions/meeting-sync/handler.ts';
import type { EventAddress } from '../../shared/google/calendar.ts';
import { GoogleError } from '../../shared/google/errors.ts';
import { type LookDeps, lookAt } from '../../shared/look.ts';
import type { Clock } from '../../shared/time.ts';
import { at } from '../builders/bookings.ts';
import type { Interference } from '../fakes/interference.ts';
import { makeWorld, type World } from '../fakes/world.ts';
import { Scheduler } from '../simulation/scheduler.ts';
import { type Figure, median, type Section } from './figure.ts';

/** Milliseconds that a call takes; what is not named is DynamoDB. */
const TAKES: Readonly<Record<string, number>> = { calendar: 350 };
const DYNAMODB = 8;
const MINUTE = 60_000;
/** What a Lambda may take: milliseconds. */
const LIMIT = 60_000;
/** What Google allows in a minute, and what a change counts for; anything else counts once. */
const PER_PROJECT = 10_000;
const PER_USER = 600;
const PATCH_UNITS = 3;
/** Shards of a new table's stream, and lanes for each. */
const LANES = 4 * 10;
const SILENT = new Logger({ logLevel: 'SILENT' });
const NOBODY = { email: { customer: false, staff: false }, sms: { customer: false, staff: false } };

interface Backlog {
  /** How many bookings wait for each staff member; those of the first have waited longest. */
  readonly waiting: ReadonlyMap<string, number>;
  /** Whether the stream brings all of them at once; otherwise it has lost them, and the sweep finds them. */
  readonly byStream?: boolean;
  /** Minutes during which Google answers nothing, and every booking has been tried for hours. */
  readonly outage?: number;
}

interface Drain {
  /** Minutes from when everything is back to the last link. */
  readonly minutes: number;
  /** The same for each booking, by staff member. */
  readonly waits: ReadonlyMap<string, readonly number[]>;
  /** Calls that Google refused for their number. */
  readonly refused: number;
  /** Calls in a minute while Google answered nothing. */
  readonly meanwhile: number;
  /** The most units in a minute: of all, and of one staff member. */
  readonly peak: number;
  readonly peakOfOne: number;
}

/** Lets a backlog drain through the handlers as shipped, on simulated time. */
async function drain({ waiting, byStream = false, outage = 0 }: Backlog): Promise<Drain> {
  const staff = [...waiting.keys()];
  const world = await makeWorld({ connected: staff, settings: { notifications: NOBODY } });
  const number = await book(world, waiting);
  const records = world.appointments.woken.splice(0).map((id, index) => streamRecord(world, id, index));

  const start = world.clock.now().getTime();
  const back = start + outage * MINUTE;
  const scheduler = new Scheduler(start);
  const clock: Clock = { now: () => new Date(scheduler.now) };
  const project = new Minute();
  const users = new Map(staff.map((email) => [email, new Minute()]));
  const waits = new Map(staff.map((email): [string, number[]] => [email, []]));
  let [done, refused, meanwhile] = [0, 0, 0];

  const google: Interference = async ({ method, args: [address] }, proceed) => {
    const email = (address as EventAddress).account.sub.replace('sub-of-', '');
    const units = method === 'patch' ? PATCH_UNITS : 1;
    const all = project.count(scheduler.now, units);
    const theirs = users.get(email)?.count(scheduler.now, units) ?? 0;
    if (scheduler.now < back) {
      meanwhile += 1;
      throw new GoogleError('google_unavailable');
    }
    if (all > PER_PROJECT || theirs > PER_USER) {
      refused += 1;
      throw new GoogleError('rate_limited');
    }
    if (method === 'insert') {
      waits.get(email)?.push((scheduler.now - back) / MINUTE);
      done += 1;
    }
    return proceed();
  };
  const interference: Interference = async (call, proceed) => {
    await scheduler.wait(TAKES[call.port] ?? DYNAMODB);
    return call.port === 'calendar' ? google(call, proceed) : proceed();
  };
  const deps: LookDeps = {
    ...world.lookDeps(interference),
    clock,
    sleep: (milliseconds) => scheduler.wait(milliseconds),
    // What has been tried for hours is tried every quarter of an hour.
    ...(outage > 0 && { retryBaseSeconds: 900 }),
  };
  const look = (appointmentId: string, deadline: number) => lookAt(deps, appointmentId, deadline);
  const sweep = makeDueWork({ appointments: deps.appointments, look, clock, logger: SILENT });
  const sync = makeMeetingSync({ look, clock, logger: SILENT });
  const context = (): Context => {
    const end = scheduler.now + LIMIT;
    return { getRemainingTimeInMillis: () => end - scheduler.now } as Context;
  };

  const lanes = byStream ? LANES : 0;
  for (let lane = 0; lane < lanes; lane += 1) {
    void (async () => {
      const own = records.filter((_, index) => index % lanes === lane);
      while (own.length > 0) await sync({ Records: own.splice(0, 10) } as DynamoDBStreamEvent, context());
    })();
  }
  const isDone = () => done >= number;
  for (let minute = start + MINUTE; !isDone(); minute += MINUTE) {
    void sweep({}, context());
    await scheduler.runTo(minute, isDone);
  }
  return {
    minutes: (scheduler.now - back) / MINUTE,
    waits,
    refused,
    meanwhile: outage > 0 ? meanwhile / outage : 0,
    peak: project.most,
    peakOfOne: Math.max(...[...users.values()].map(({ most }) => most)),
  };
}

/** Takes all of them in, nobody looking at them. @returns how many */
async function book(world: World, waiting: Backlog['waiting']): Promise<number> {
  let number = 0;
  for (const [email, count] of waiting) {
    for (let own = 0; own < count; own += 1) {
      number += 1;
      const day = new Date(world.clock.now().getTime() + (7 + Math.floor(own / 20)) * 1440 * MINUTE);
      const hour = String(own % 20).padStart(2, '0');
      await world.deliver(String(number), {
        ...at(`${hour}:00`, 45, day.toISOString().slice(0, 10)),
        staff: { email },
      });
    }
    world.clock.advance(1);
  }
  return number;
}

const streamRecord = (world: World, appointmentId: string, index: number) => ({
  dynamodb: {
    Keys: { appointmentId: { S: appointmentId } },
    NewImage: { staffEmail: { S: world.appointments.peek(appointmentId)?.booking?.staff.email ?? '-' } },
    SequenceNumber: `${index}`,
  },
});

/** What was counted in the last minute. */
class Minute {
  /** The most that it has ever been. */
  most = 0;
  #sum = 0;
  #first = 0;
  readonly #counted: { readonly at: number; readonly units: number }[] = [];

  count(now: number, units: number): number {
    this.#counted.push({ at: now, units });
    this.#sum += units;
    for (let old = this.#counted[this.#first]; old && old.at <= now - MINUTE; old = this.#counted[this.#first]) {
      this.#sum -= old.units;
      this.#first += 1;
    }
    this.most = Math.max(this.most, this.#sum);
    return this.#sum;
  }
}

const people = (count: number, each: number): [string, number][] =>
  Array.from({ length: count }, (_, index) => [`staff-${index}@clinic.test`, each]);
const EVEN = new Map(people(50, 200));
const BUSY = 'busy@clinic.test';
const UNEVEN = new Map([[BUSY, 5000], ...people(50, 100)]);

/** The figures of one way in which 10,000 bookings came to wait. */
async function figures(name: string, backlog: Backlog): Promise<Figure[]> {
  const { minutes, waits, refused, meanwhile, peak, peakOfOne } = await drain(backlog);
  const others = [...waits].filter(([email]) => email !== BUSY).map(([, theirs]) => median(theirs));
  const figure = (what: string, value: number, unit: Figure['unit'], more: Partial<Figure> = {}): Figure => ({
    name: `${name}: ${what}`,
    value,
    unit,
    ...more,
  });
  const total = [...backlog.waiting.values()].reduce((sum, count) => sum + count, 0);
  const quota = (value: number, most: number) => ({
    yardstick: { name: 'Google’s quota', value: most },
    ratio: value / most,
    goal: { text: '≤ 1.00 ×', isMet: value <= most },
  });
  const fastest = Math.min(...others);
  const slowest = Math.max(...others);
  return [
    figure('until the last link', minutes, 'min'),
    ...(meanwhile > 0 ? [figure('calls a minute while Google is away', meanwhile, 'calls')] : []),
    figure('most units in a minute', peak, 'calls', quota(peak, PER_PROJECT)),
    figure('most of one person', peakOfOne, 'calls', {
      ...quota(peakOfOne, PER_USER),
      ...(refused > 0 && { note: 'with those that were on their way when Google refused the first' }),
    }),
    figure('refused for their number', refused, 'calls', {
      goal: { text: '≤ 1 % of the bookings', isMet: refused <= total / 100 },
    }),
    figure('median wait of who waits longest', slowest, 'min', {
      yardstick: { name: 'shortest', value: fastest },
      ratio: slowest / fastest,
      ...(waits.has(BUSY) && {
        note: `without the busy one, whose own is ${median(waits.get(BUSY) ?? []).toFixed(1)} min`,
      }),
    }),
  ];
}

export const section: Section = {
  name: 'backlog',
  title: 'A backlog of 10,000 bookings, on simulated time',
  run: async () => [
    ...(await figures('Google is back, 50 people', { waiting: EVEN, outage: 20 })),
    ...(await figures('stream is back, one has half', { waiting: UNEVEN, byStream: true })),
    ...(await figures('stream is lost, one has half', { waiting: UNEVEN })),
  ],
};
