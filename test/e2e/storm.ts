import { once } from 'node:events';
import { appendFileSync, mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { simpleParser } from 'mailparser';
import { type RunningGoogle, startGoogle } from '../../infra/local/google/server.ts';
import { machineReadable, readMessage } from '../fakes/messages.ts';
import {
  bookneticForm,
  type Driver,
  neutralData,
  read,
  type StaffView,
  UndocumentedAnswer,
  type View,
} from './driver.ts';
import { type Ses, startSes, type Taken } from './ses.ts';
import { recordedProcesses, type StackProcess, startStackProcess } from './stack-process.ts';
import {
  leftBehind,
  type Place,
  type PlacedEvent,
  repeats,
  type TimedMessage,
  type Violation,
  violations,
} from './storm-checks.ts';
import { type Deed, type Delivery, Dice, FIRST_CONNECTED, planStorm, STORM_STAFF, type Wish } from './storm-plan.ts';
import { Weather } from './storm-weather.ts';

export interface StormOptions {
  /** What happens is the same for the same one; how it interleaves is the machine's. */
  readonly seed: number;
  readonly bookings: number;
  readonly kills: number;
  /** On average. */
  readonly secondsBetweenKills: number;
  /** Milliseconds for everything to come right once it is quiet. */
  readonly patience: number;
  /** Takes a line about how it goes. */
  readonly say?: (line: string) => void;
}

export interface StormReport {
  /** With what the API says of the booking. */
  readonly violations: readonly (Violation & { readonly view?: View })[];
  readonly summary: Readonly<Record<string, string | number>>;
  /** Where the stack's data and its log are. */
  readonly folder: string;
}

/** Milliseconds without a single request to Google after everything has come right. */
const SILENCE = 10_000;
/** Seconds. */
const MOST_TO_START = 30;
const ADMIN = 'admin@storm.test';

/**
 * Bookings, changes and staff in a storm of failures of Google and SES, with the whole stack killed again and again; then quiet, and
 * everything must have come right. All of it from outside: only the stand-ins for Google and SES outlive the kills.
 */
export async function runStorm(options: StormOptions): Promise<StormReport> {
  const google = await startGoogle({ accounts: Object.values(STORM_STAFF).map(({ account }) => ({ email: account })) });
  const mails = new Mails(google);
  const ses = await startSes({ onTaken: (taken) => mails.take(taken) });
  const stack = new KillableStack({
    PORT: String(await portForLong()),
    GOOGLE_EMULATOR_URL: google.url,
    AWS_ENDPOINT_URL_SES: ses.url,
  });
  try {
    return await new Storm(options, google, ses, mails, stack).run();
  } finally {
    await stack.destroy();
    await Promise.all([google.close(), ses.close()]);
  }
}

class Storm {
  readonly #options: StormOptions;
  readonly #google: RunningGoogle;
  readonly #ses: Ses;
  readonly #mails: Mails;
  readonly #stack: KillableStack;
  readonly #weather: Weather;
  readonly #clock = new StormClock();
  readonly #calendars: readonly [string, string];
  readonly #acknowledged: Delivery[] = [];
  readonly #outcomes = new Map<string, number>();
  readonly #refused: Violation[] = [];
  readonly #deadline: number;
  #unanswered = 0;

  constructor(options: StormOptions, google: RunningGoogle, ses: Ses, mails: Mails, stack: KillableStack) {
    this.#options = options;
    this.#google = google;
    this.#ses = ses;
    this.#mails = mails;
    this.#stack = stack;
    const accounts = Object.values(STORM_STAFF).map(({ account }) => account);
    this.#weather = new Weather(new Dice(options.seed + 2), google.google, ses, accounts);
    const addCalendar = (summary: string) =>
      google.google.addCalendar({ account: STORM_STAFF.carla.account, summary }).id;
    this.#calendars = [addCalendar('Bookings'), addCalendar('Other bookings')];
    const { kills, secondsBetweenKills, patience } = options;
    this.#deadline = Date.now() + (kills + 1) * (secondsBetweenKills + MOST_TO_START) * 1000 + patience;
  }

  async run(): Promise<StormReport> {
    const { seed, bookings, kills, secondsBetweenKills, patience, say = () => {} } = this.#options;
    const began = Date.now();
    const plan = planStorm(new Dice(seed), bookings, (kills + 1) * secondsBetweenKills * 1000);
    say(
      `Seed ${seed}: ${bookings} bookings, ${plan.deliveries.length} webhooks, ${kills} kills; ${this.#stack.dataDir}`,
    );
    await this.#stack.start();
    await this.#setUp();

    const weather = new AbortController();
    const blowing = this.#blow(weather.signal);
    try {
      await Promise.all([this.#deliverAll(plan.deliveries), this.#doAll(plan.deeds), this.#killAgainAndAgain(say)]);
    } finally {
      weather.abort();
      await blowing;
    }
    this.#weather.calm();
    const quietSince = Date.now();
    say(`Quiet after ${seconds(quietSince - began)} s; ${this.#acknowledged.length} webhooks were answered`);

    const wanted = this.#wanted();
    const unsettled = await this.#untilRight(wanted, quietSince + patience, say);
    const settledIn = Date.now() - quietSince;
    this.#weather.count();
    await sleep(SILENCE);
    const late = this.#google.google.requests().map(({ operation, account, at }) => ({
      what: `Google still got a request: ${operation} for ${account} at ${at}`,
    }));
    const wrong = unsettled.length > 0 ? unsettled : await this.#wrong(wanted, [...wanted.keys()]);
    const views = await this.#views(new Set(wrong.flatMap(({ appointmentId }) => appointmentId ?? [])));
    const everything = await this.#views(wanted.keys());
    const repeated = repeats(this.#mails.messages, this.#stack.kills, this.#answersLost());
    const exitCode = await this.#stack.stop();

    return {
      folder: this.#stack.dataDir,
      violations: [
        ...this.#refused,
        ...wrong.map((violation) => {
          const view = views.get(violation.appointmentId ?? '');
          return { ...violation, ...(view && { view }) };
        }),
        ...late,
        ...this.#mails.unknownLinks.map((what) => ({ what })),
        ...repeated
          .filter(({ isExplained }) => !isExplained)
          .map(({ message }) => ({
            what: `${message.to} was told once more, for no reason: ${JSON.stringify(message)}`,
          })),
        ...(exitCode === 0 ? [] : [{ what: `The stack ended with ${exitCode} when it was asked to` }]),
      ],
      summary: {
        seed,
        bookings: wanted.size,
        'webhooks sent': this.#acknowledged.length + this.#unanswered,
        'webhooks sent again for want of an answer': this.#unanswered,
        'webhooks answered': listed(this.#outcomes),
        kills: listed(this.#stack.ways),
        'faults that struck': [...this.#weather.struck.values()].reduce((sum, count) => sum + count, 0),
        ...Object.fromEntries(
          [...this.#weather.struck].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, count]) => [`  ${name}`, count]),
        ),
        'requests to Google': [...this.#weather.requests.values()].reduce((sum, count) => sum + count, 0),
        '  by operation': listed(this.#weather.requests),
        'events in the end': (await this.#events()).filter(({ event }) => event.status !== 'cancelled').length,
        '  left behind where the access had ended': leftBehind(everything.values()),
        mails: this.#mails.count,
        '  about bookings': this.#mails.messages.length,
        '  repeats': repeated.length,
        'states in the end': listed(countBy([...everything.values()].map(({ meeting }) => meeting.state))),
        'errors logged': listed(this.#stack.errors) || 'none',
        'seconds until all was right': seconds(settledIn),
        'minutes in all': ((Date.now() - began) / 60_000).toFixed(1),
      },
    };
  }

  get #driver(): Driver {
    return this.#stack.driver;
  }

  async #setUp(): Promise<void> {
    await this.#driver.settings({ templates: machineReadable, adminEmail: ADMIN });
    for (const { email, account } of FIRST_CONNECTED) await this.#driver.connect(email, account);
    await this.#chooseCalendar(this.#calendars[0]);
  }

  async #chooseCalendar(calendarId: string): Promise<void> {
    await read(await this.#driver.admin('PUT', `/staff/${STORM_STAFF.carla.email}`, { name: 'Carla', calendarId }));
  }

  // The platform

  async #deliverAll(deliveries: readonly Delivery[]): Promise<void> {
    /** Booknetic sends what concerns one booking one after the other: it names no time by which to order it. */
    const inTurn = new Map<string, Promise<void>>();
    const answers: Promise<void>[] = [];
    for (const delivery of deliveries) {
      await this.#clock.until(delivery.at);
      const before = isSigned(delivery) ? undefined : inTurn.get(delivery.appointmentId);
      const answer = (before ?? Promise.resolve()).then(() => this.#untilAnswered(delivery));
      inTurn.set(delivery.appointmentId, answer);
      answers.push(answer);
    }
    await Promise.all(answers);
  }

  /** As a careful platform does it: again, as the same webhook, until there is an answer. */
  async #untilAnswered(delivery: Delivery): Promise<void> {
    while (Date.now() < this.#deadline) {
      const status = await this.#send(delivery).catch((error) => {
        if (error instanceof UndocumentedAnswer) throw error;
        return 0;
      });
      if (status === 200 || status === 202) {
        this.#acknowledged.push(delivery);
        return;
      }
      if (status >= 400 && status < 500) {
        this.#refused.push({ appointmentId: delivery.appointmentId, what: `had a webhook refused with ${status}` });
        return;
      }
      this.#unanswered += 1;
      await sleep(300 + 900 * Math.random());
    }
    this.#refused.push({ appointmentId: delivery.appointmentId, what: 'never had a webhook answered' });
  }

  async #send(delivery: Delivery): Promise<number> {
    const { appointmentId, event, wish, webhookId, sourceTime } = delivery;
    const [, id = ''] = appointmentId.split(':');
    const { start, minutes, staff, service, customers, status } = wish;
    const [customer = { name: '', email: '' }] = customers;
    const booking = { id, start, minutes, staff, service, status, customer };
    const response = isSigned(delivery)
      ? await this.#driver.postSigned(
          {
            type: event,
            timestamp: new Date(sourceTime).toISOString(),
            data: { ...neutralData(booking), customers, location: { name: 'Online' } },
          },
          { id: webhookId },
        )
      : await this.#driver.postForm(bookneticForm({ ...booking, event }));
    if (response.ok) {
      const { outcome } = (await response.json()) as { outcome: string };
      this.#outcomes.set(outcome, (this.#outcomes.get(outcome) ?? 0) + 1);
    }
    return response.status;
  }

  /** The newest that was acknowledged, for each booking: by its own time, or else as it was sent. */
  #wanted(): Map<string, Wish> {
    const newest = new Map<string, Delivery>();
    for (const delivery of this.#acknowledged) {
      const known = newest.get(delivery.appointmentId);
      if (!known || delivery.sourceTime >= known.sourceTime) newest.set(delivery.appointmentId, delivery);
    }
    return new Map([...newest].map(([appointmentId, { wish }]) => [appointmentId, wish]));
  }

  // Staff

  async #doAll(deeds: readonly Deed[]): Promise<void> {
    for (const { at, who, does } of deeds) {
      await this.#clock.until(at);
      if (does === 'lose access') this.#google.google.revokeAccess({ account: who.account });
      else if (does === 'connect') await persist(this.#deadline, () => this.#driver.connect(who.email, who.account));
      else await persist(this.#deadline, () => this.#chooseCalendar(this.#calendars[1]));
    }
  }

  // What goes wrong

  async #blow(signal: AbortSignal): Promise<void> {
    const dice = new Dice(this.#options.seed + 3);
    while (!signal.aborted) {
      this.#weather.blow();
      await sleep(dice.between(300, 1000));
    }
  }

  async #killAgainAndAgain(say: (line: string) => void): Promise<void> {
    const { seed, kills, secondsBetweenKills } = this.#options;
    const dice = new Dice(seed + 1);
    this.#clock.go();
    for (let kill = 1; kill <= kills; kill += 1) {
      await sleep(secondsBetweenKills * 1000 * dice.between(0.3, 1.7));
      this.#clock.halt();
      await this.#stack.kill(dice.chance(0.5) ? 'main process' : 'every process');
      if (kill < kills && dice.chance(0.1)) {
        kill += 1;
        void this.#stack.start().catch(() => {});
        await sleep(dice.between(100, 2500));
        await this.#stack.kill('while it started');
      }
      await this.#stack.start();
      this.#clock.go();
      say(`Kill ${kill} of ${kills}; ${this.#acknowledged.length} webhooks answered, ${this.#mails.count} mails`);
    }
  }

  #answersLost(): { at: number; to: string }[] {
    return this.#ses.struck.filter(({ fault }) => fault.code !== 'Throttling');
  }

  // What came of it

  /** Looks again at what is not right yet, until nothing is left or the time is over. @returns what is left */
  async #untilRight(wanted: ReadonlyMap<string, Wish>, end: number, say: (line: string) => void): Promise<Violation[]> {
    let ids: readonly string[] = [...wanted.keys()];
    for (;;) {
      const wrong = await this.#wrong(wanted, ids);
      if (wrong.length === 0 || Date.now() > end) return wrong;
      say(`${wrong.length} not right yet: ${wrong[0]?.appointmentId ?? ''} ${wrong[0]?.what}`);
      ids = [...new Set(wrong.flatMap(({ appointmentId }) => appointmentId ?? []))];
      await sleep(2000);
    }
  }

  readonly #seen = new Map<string, View>();

  /** @param ids of which bookings the API is asked again */
  async #wrong(wanted: ReadonlyMap<string, Wish>, ids: readonly string[]): Promise<Violation[]> {
    for (const [id, view] of await this.#views(ids)) this.#seen.set(id, view);
    const [events, staff] = [await this.#events(), await read<StaffView[]>(await this.#driver.admin('GET', '/staff'))];
    await this.#mails.allRead();
    const places = new Map<string, Place>(
      Object.values(STORM_STAFF).map(({ email, account }) => [email, { account, calendarId: account }]),
    );
    places.set(STORM_STAFF.carla.email, { account: STORM_STAFF.carla.account, calendarId: this.#calendars[1] });
    places.delete(STORM_STAFF.gema.email);
    const { messages } = this.#mails;
    const lostAccounts = new Set([STORM_STAFF.elena.account]);
    return violations({ wanted, places, views: this.#seen, staff, events, lostAccounts, messages });
  }

  async #views(ids: Iterable<string>): Promise<Map<string, View>> {
    const views = new Map<string, View>();
    for (const id of ids) {
      const response = await this.#driver.admin('GET', `/appointments/${encodeURIComponent(id)}`);
      if (response.status !== 404) views.set(id, await read<View>(response));
    }
    return views;
  }

  #events(): Promise<PlacedEvent[]> {
    return this.#driver.googleView<PlacedEvent[]>('events');
  }
}

const isSigned = ({ appointmentId }: Delivery): boolean => appointmentId.startsWith('appointments:');
const seconds = (milliseconds: number): number => Math.round(milliseconds / 1000);
const countBy = (names: readonly string[]): Map<string, number> =>
  new Map([...Map.groupBy(names, (name) => name)].map(([name, same]) => [name, same.length]));
const listed = (counts: ReadonlyMap<string, number>): string =>
  [...counts].map(([name, count]) => `${count} ${name}`).join(', ');

/** What a person does when a page does not come: once more. The stack is being killed and started all the time. */
async function persist(deadline: number, act: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(1000);
    }
  }
}

/** Time that passes only while the stack runs. */
class StormClock {
  #passed = 0;
  #since: number | undefined;

  go(): void {
    this.#since = Date.now();
  }

  halt(): void {
    this.#passed = this.#now;
    this.#since = undefined;
  }

  get #now(): number {
    return this.#passed + (this.#since === undefined ? 0 : Date.now() - this.#since);
  }

  async until(time: number): Promise<void> {
    while (this.#now < time) await sleep(Math.min(time - this.#now, 200));
  }
}

/** Every mail, and whether the links in them were there when they were sent. */
class Mails {
  readonly messages: TimedMessage[] = [];
  readonly unknownLinks: string[] = [];
  count = 0;
  readonly #google: RunningGoogle;
  readonly #links = new Set<string>();
  #reading: Promise<void> = Promise.resolve();

  constructor(google: RunningGoogle) {
    this.#google = google;
  }

  take({ at, to, message }: Taken): void {
    this.count += 1;
    this.#reading = this.#reading.then(async () => {
      const { subject = '', text = '' } = await simpleParser(message);
      const told = readMessage(to, subject, text);
      if (!told) return;
      this.messages.push({ ...told, at });
      if (told.url) this.#expectLink(told.url, to);
    });
  }

  allRead(): Promise<void> {
    return this.#reading;
  }

  /** A link that is still pending, or whose making failed, has no address at Google. */
  #expectLink(url: string, to: string): void {
    if (!this.#links.has(url)) {
      for (const { event } of this.#google.google.events()) this.#links.add(String(event.hangoutLink));
    }
    if (!this.#links.has(url)) this.unknownLinks.push(`${to} was mailed ${url}, which Google does not have`);
  }
}

/** `npm start` with one data folder and one port, killed and started again. */
class KillableStack {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'booking-meet-storm-'));
  /** When it was killed. */
  readonly kills: number[] = [];
  /** How it was killed, and how often. */
  readonly ways = new Map<string, number>();
  /** Errors in the log, by code. */
  readonly errors = new Map<string, number>();
  readonly #environment: Readonly<Record<string, string>>;
  #run: StackProcess | undefined;
  #driver: Driver | undefined;

  constructor(environment: Readonly<Record<string, string>>) {
    this.#environment = { ...environment, DATA_DIR: this.dataDir };
  }

  /** The last one that answered. */
  get driver(): Driver {
    if (!this.#driver) throw new Error('The stack has not been started');
    return this.#driver;
  }

  async start(): Promise<void> {
    const run = startStackProcess(this.#environment, (text) => {
      appendFileSync(join(this.dataDir, 'log'), text);
      for (const [, code = ''] of text.matchAll(/"level":"ERROR".*?"event":"(\w+)"/g)) {
        this.errors.set(code, (this.errors.get(code) ?? 0) + 1);
      }
    });
    this.#run = run;
    this.#driver = await run.ready;
  }

  async kill(how: 'main process' | 'every process' | 'while it started'): Promise<void> {
    this.kills.push(Date.now());
    this.ways.set(how, (this.ways.get(how) ?? 0) + 1);
    if (how === 'every process') for (const pid of recordedProcesses(this.dataDir)) process.kill(pid, 'SIGKILL');
    await this.#end('SIGKILL');
  }

  /** Asks it to stop. @returns its exit code */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  async destroy(): Promise<void> {
    await this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#run?.process;
    if (!child) return null;
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
    }
    return child.exitCode;
  }
}

/** Of those that no outgoing connection takes while the stack is down. */
async function portForLong(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(10_000 * Math.random());
    const server = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}
