import { Logger } from '@aws-lambda-powertools/logger';
import type { DynamoDBStreamEvent } from 'aws-lambda';
import { makeHandler as makeAppointmentsApi } from '../../functions/appointments-api/handler.ts';
import { makeHandler as makeCustomersApi } from '../../functions/customers-api/handler.ts';
import { makeHandler as makeDueWork } from '../../functions/due-work/handler.ts';
import { makeHandler as makeMeetingSync } from '../../functions/meeting-sync/handler.ts';
import { makeHandler as makeSettingsApi } from '../../functions/settings-api/handler.ts';
import { makeHandler as makeStaffApi } from '../../functions/staff-api/handler.ts';
import { SETTINGS_ERRAND } from '../../shared/appointments/errands.ts';
import { takeIn } from '../../shared/appointments/intake.ts';
import type { SecretReader } from '../../shared/aws/secrets.ts';
import { GoogleError } from '../../shared/google/errors.ts';
import type { Consent, GoogleOAuth } from '../../shared/google/oauth.ts';
import { SCOPES } from '../../shared/google/scopes.ts';
import { type LookDeps, lookAt } from '../../shared/look.ts';
import { DeliveryError } from '../../shared/notifications/delivery-error.ts';
import type { UndeliverableStore } from '../../shared/notifications/undeliverable.ts';
import { settingsSchema } from '../../shared/settings/settings.ts';
import { finishSignIn } from '../../shared/staff/connect.ts';
import type { GrantStore } from '../../shared/staff/grants.ts';
import { newStaff } from '../../shared/staff/staff.ts';
import { after, type Clock, toInstant } from '../../shared/time.ts';
import { FakeAppointmentStore } from '../fakes/appointment-store.ts';
import { FakeCalendar } from '../fakes/calendar.ts';
import { FakeErrandStore } from '../fakes/errand-store.ts';
import { FakeGrantStore } from '../fakes/grant-store.ts';
import { type Interference, interfered, type PortCall } from '../fakes/interference.ts';
import { plainLinks } from '../fakes/links.ts';
import { FakeMail } from '../fakes/mail.ts';
import { FakeMeetingStore } from '../fakes/meeting-store.ts';
import { machineReadable } from '../fakes/messages.ts';
import { FakeOAuthStateStore } from '../fakes/oauth-state-store.ts';
import { countingIds } from '../fakes/random.ts';
import { FakeSettingsStore } from '../fakes/settings-store.ts';
import { FakeSms } from '../fakes/sms.ts';
import { FakeStaffStore } from '../fakes/staff-store.ts';
import { FakeToldStore } from '../fakes/told-store.ts';
import { FakeUndeliverableStore } from '../fakes/undeliverable-store.ts';
import { ADMIN_KEY, asAdmin, httpEvent } from '../handler/events.ts';
import { CALENDARS, type Day, describeHappening, type Happening, START, type Trouble } from './day.ts';
import { drawFault, type Fault, isCalm, isDeath } from './faults.ts';
import { STAFF } from './people.ts';
import { Dice } from './randomness.ts';
import { never, Scheduler } from './scheduler.ts';
import { Watch } from './watch.ts';

/** Seconds between two sweeps, as deployed. */
const SWEEP = 60_000;
/** What a Lambda may take: milliseconds. */
const LIMIT = 60_000;
/** DESIGN rule 12: milliseconds that one call to Google may take. */
const GOOGLE_LIMIT = 5000;
const STREAM_RETRIES = 3;
const LANES = 4;
const YEAR = 365 * 86_400;
const PUBLIC_URL = 'https://meet.clinic.test';

/** What the simulation makes fail; anything else that is thrown is a fault of the code. */
class Outage extends Error {
  override readonly name = 'Outage';
}

/** One process at work, from its start to its end or its death. */
interface Run {
  /** Says what it does and which one it is: its dice are thrown for this name. */
  readonly name: string;
  readonly dice: Dice;
  /** Its machine's clock against the others': milliseconds. */
  readonly skew: number;
  calls: number;
  dead: boolean;
  die: () => void;
}

interface StreamRecord {
  readonly appointmentId: string;
  readonly staffEmail: string;
}

interface Lane {
  readonly records: StreamRecord[];
  running: boolean;
}

/** The whole system, as shipped, on simulated time: its use cases and handlers run on fakes that fail as the seed wants it. */
export class System {
  readonly day: Day;
  readonly scheduler = new Scheduler(START - LIMIT);
  readonly appointments = new FakeAppointmentStore();
  readonly meetings = new FakeMeetingStore((id) => this.appointments.peek(id)?.revision);
  readonly told = new FakeToldStore();
  readonly staff = new FakeStaffStore();
  readonly settings = new FakeSettingsStore();
  readonly grants = new FakeGrantStore();
  readonly states = new FakeOAuthStateStore();
  readonly calendar = new FakeCalendar((name) => this.grants.ofSecret(name));
  readonly mail = new FakeMail();
  readonly sms = new FakeSms();
  readonly undeliverable = new FakeUndeliverableStore();
  readonly errands: FakeErrandStore;
  readonly watch: Watch;
  /** Names of the faults that are left out of this history, and of those that struck. */
  readonly spared: ReadonlySet<string>;
  readonly struck: { readonly at: number; readonly name: string; readonly text: string }[] = [];

  /** Nothing fails any more. */
  calm = false;

  readonly #newId = countingIds('id');
  readonly #lanes: Lane[] = Array.from({ length: LANES }, () => ({ records: [], running: false }));
  readonly #runs = new Map<string, number>();
  readonly #troubles = new Map<Trouble, number>();
  #sweepPlanned = Number.POSITIVE_INFINITY;

  constructor(day: Day, spared: ReadonlySet<string> = new Set()) {
    this.day = day;
    this.spared = spared;
    this.errands = new FakeErrandStore(this.appointments, countingIds('errand'));
    this.watch = new Watch(this);
    this.scheduler.afterEach = () => {
      this.#takeStream();
      this.#planSweep();
    };
    for (const account of [...STAFF, ...STAFF.map((email) => `other-${email}`), 'shared@clinic.test']) {
      for (const calendarId of CALENDARS) {
        this.calendar.addCalendar(`sub-of-${account}`, calendarId, { makesMeetLinks: calendarId !== 'linkless' });
      }
    }
  }

  /** Everything of the day, up to its end. */
  async live(): Promise<void> {
    const settings = settingsSchema.parse({
      templates: machineReadable,
      retentionDays: 2,
      adminEmail: 'admin@clinic.test',
      ...this.day.settings,
    });
    await this.settings.put({ settings, version: 0 });
    this.watch.post.saved(settings);
    this.calm = true;
    for (const staff of this.day.connected) {
      const at = this.scheduler.now;
      this.scheduler.plan(at, () => this.#happen({ at, kind: 'connect', staff, account: staff }));
    }
    await this.#to(START);
    this.calm = false;
    for (const one of this.day.happenings) {
      this.scheduler.plan(one.at, () => {
        this.watch.note(() => describeHappening(one));
        this.#happen(one);
      });
    }
    await this.#to(this.day.end);
  }

  /** Nothing happens and nothing fails any more, for so many seconds. */
  async rest(seconds: number): Promise<void> {
    this.calm = true;
    this.#troubles.clear();
    Object.assign(this.calendar.behaviour, { pendingPolls: 0, conferenceFailures: 0 });
    await this.#to(this.scheduler.now + seconds * 1000);
  }

  switchOn(): void {
    this.#save({ enabled: true });
  }

  switchChannelsOn(): void {
    const everybody = { customer: true, staff: true };
    this.#save({ notifications: { email: everybody, sms: everybody } });
  }

  #save(change: Readonly<Record<string, unknown>>): void {
    const at = this.scheduler.now;
    this.scheduler.plan(at, () => this.#happen({ at, kind: 'settings', change }));
  }

  /** The stream brings everything once more. */
  bringAllAgain(): void {
    for (const { appointmentId } of this.appointments.all()) this.appointments.woken.push(appointmentId);
    this.#takeStream();
  }

  /** Whether something is due within the quarter of an hour. */
  isAboutToLook(): boolean {
    const due = this.appointments.nextDueAt();
    return due !== undefined && Date.parse(due) < this.scheduler.now + 900_000;
  }

  /** TTL takes what is over. */
  expire(): void {
    const now = this.scheduler.now / 1000;
    this.appointments.expire(now);
    this.meetings.expire(now);
  }

  get instant(): string {
    return toInstant(this.scheduler.now);
  }

  isTroubled(what: Trouble): boolean {
    return !this.calm && (this.#troubles.get(what) ?? 0) > this.scheduler.now;
  }

  #to(end: number): Promise<void> {
    return this.scheduler.runTo(end, () => this.watch.violation !== undefined);
  }

  // What happens

  #happen(one: Happening): unknown {
    this.watch.allowFor(one);
    this.watch.count(`happening ${one.kind === 'by_hand' ? one.act : one.kind === 'trouble' ? one.what : one.kind}`);
    switch (one.kind) {
      case 'delivery':
        return this.#deliver(one);
      case 'settings':
        return this.#request('settings', (run) =>
          makeSettingsApi({
            ...this.#adminDeps(run),
            mail: this.#port(run, 'mail', this.mail),
            googleClient: async () => GOOGLE_CLIENT,
            storeGoogleClient: async () => {},
            carrySettings: (when) =>
              this.#port(run, 'errands', this.errands).request(
                SETTINGS_ERRAND,
                after(this.#clock(run).now(), when === 'now' ? 0 : 60),
                when,
              ),
          })(httpEvent('PATCH /settings', { headers: asAdmin, body: one.change }), CONTEXT),
        );
      case 'calendar':
        return this.#request('profile', (run) =>
          this.#staffApi(run)(
            httpEvent('PUT /staff/{email}', {
              path: { email: one.staff },
              headers: asAdmin,
              body: { calendarId: one.calendarId },
            }),
            CONTEXT,
          ),
        );
      case 'disconnect':
        return this.#request('disconnect', (run) =>
          this.#staffApi(run)(
            httpEvent('DELETE /staff/{email}/connection', { path: { email: one.staff }, headers: asAdmin }),
            CONTEXT,
          ),
        );
      case 'resync':
      case 'admin_cancel': {
        const route = one.kind === 'resync' ? 'resync' : 'cancel';
        return this.#request(one.kind, (run) =>
          makeAppointmentsApi({ ...this.#adminDeps(run), newId: this.#newId, clock: this.#clock(run) })(
            httpEvent(`POST /appointments/{appointmentId}/${route}`, {
              path: { appointmentId: `test:${one.booking}` },
              headers: asAdmin,
            }),
            CONTEXT,
          ),
        );
      }
      case 'erase':
        return this.#request('erase', async (run) => {
          const { statusCode = 200 } = await makeCustomersApi(this.#adminDeps(run))(
            httpEvent('DELETE /customers/{email}', { path: { email: one.email }, headers: asAdmin }),
            CONTEXT,
          );
          // There was no time for all of it.
          if (statusCode === 409) throw new Outage('409');
          return { statusCode };
        });
      case 'bounce':
      case 'unbounce':
        return this.#request(one.kind, (run) => {
          const { channel, address } = one;
          const store: UndeliverableStore = this.#port(run, 'undeliverable', this.undeliverable);
          if (one.kind === 'unbounce') return store.clear(channel, address);
          return store.mark(
            { channel, address, reason: 'bounced', at: this.instant },
            this.scheduler.now / 1000 + YEAR,
          );
        });
      case 'connect':
        return this.#connect(one.staff, one.account);
      case 'revoke':
        return this.watch.revoke(one.staff);
      case 'by_hand':
        return this.watch.byHand(one.act, one.which, one.who);
      case 'trouble':
        return this.#trouble(one.what, one.until);
    }
  }

  #trouble(what: Trouble, until: number): void {
    this.#troubles.set(what, Math.max(until, this.#troubles.get(what) ?? 0));
    const { behaviour } = this.calendar;
    if (what === 'links_slow') Object.assign(behaviour, { pendingPolls: 3 });
    if (what === 'links_fail') Object.assign(behaviour, { conferenceFailures: 2 });
    this.scheduler.plan(until, () => {
      if (what === 'links_slow') Object.assign(behaviour, { pendingPolls: 0 });
    });
  }

  #deliver(one: Happening & { readonly kind: 'delivery' }, attempt = 1): void {
    const { status, ...booking } = one.wish;
    const isOff = one.intent === 'cancel';
    void this.#spawn(`webhook ${one.delivery}`, async (run) => {
      const before = this.watch.beforeDelivery(one);
      const receipt = await takeIn(
        { appointments: this.#port(run, 'appointments', this.appointments, one), clock: this.#clock(run) },
        {
          appointmentId: `test:${one.booking}`,
          intent: one.intent,
          ...(one.intent === 'report' && { announcesStart: true as const }),
          status,
          ...(!isOff && { booking: { ...booking, keywords: { room: 'Blue' } } }),
          ...(one.sourceTime && { sourceTime: one.sourceTime }),
          id: one.delivery,
          uniqueId: one.sourceTime !== undefined,
        },
      );
      this.watch.afterDelivery(one, before, receipt);
    }).then((done) => {
      // A careful platform sends again what was not answered; Booknetic does not.
      if (done || one.sourceTime === undefined || attempt > 4) return;
      this.scheduler.plan(this.scheduler.now + 10_000 * attempt, () => this.#deliver(one, attempt + 1));
    });
  }

  #connect(staffEmail: string, account: string): Promise<unknown> {
    const sub = `sub-of-${account}`;
    return this.#spawn(`connect ${staffEmail}`, async (run) => {
      const state = this.#newId();
      const consent: Consent = {
        sub,
        email: account,
        scopes: [...SCOPES.signIn, SCOPES.calendar],
        refreshToken: `token-${this.#newId()}`,
      };
      await this.states.put(
        { state, staffEmail, link: `connect.${staffEmail}`, codeVerifier: 'verifier', browser: BROWSER },
        new Date(this.scheduler.now + 600_000),
      );
      const clock = this.#clock(run);
      const errands = this.#port(run, 'errands', this.errands);
      await this.#port(run, 'staff', this.staff).add(newStaff(staffEmail));
      await finishSignIn(
        {
          staff: this.#port(run, 'staff', this.staff),
          grants: this.#grants(run),
          states: this.states,
          links: plainLinks,
          google: this.#oauth(consent),
          googleClient: async () => GOOGLE_CLIENT,
          publicUrl: PUBLIC_URL,
          clock,
          announce: (email, when) => errands.requestStaff(email, after(clock.now(), when === 'now' ? 0 : 60), when),
        },
        { state: `oauth-state.${state}`, code: 'code', error: undefined, cookie: COOKIE },
      );
    });
  }

  #oauth = (consent: Consent): GoogleOAuth => ({
    consentUrl: () => '',
    exchange: async () => consent,
    revoke: async (refreshToken) => this.watch.revokeToken(refreshToken),
    pkce: async () => ({ codeVerifier: '', codeChallenge: '' }),
  });

  #adminDeps(run: Run) {
    return {
      settings: this.#port(run, 'settings', this.settings),
      appointments: this.#port(run, 'appointments', this.appointments),
      meetings: this.#port(run, 'meetings', this.meetings),
      told: this.#port(run, 'told', this.told),
      undeliverable: this.#port(run, 'undeliverable', this.undeliverable),
      secrets: KEYS,
      adminKeySecretId: 'admin-key',
      publicUrl: PUBLIC_URL,
      clock: this.#clock(run),
      logger: SILENT,
    };
  }

  #staffApi(run: Run) {
    return makeStaffApi({
      ...this.#adminDeps(run),
      staff: this.#port(run, 'staff', this.staff),
      grants: this.#grants(run),
      google: this.#oauth({ sub: '', email: '', scopes: [] }),
      links: plainLinks,
      undeliverable: this.#port(run, 'undeliverable', this.undeliverable),
      sendConnectLink: async () => {},
      clock: this.#clock(run),
    });
  }

  /** A person at the admin API; they do it again when it did not work. */
  #request(name: string, call: (run: Run) => Promise<unknown>, attempt = 1): void {
    void this.#spawn(name, async (run) => {
      const { statusCode = 200 } = ((await call(run)) ?? {}) as { statusCode?: number };
      if (statusCode >= 500) throw new Outage(`${statusCode}`);
    }).then((done) => {
      if (!done && attempt < 6) {
        this.scheduler.plan(this.scheduler.now + 20_000, () => this.#request(name, call, attempt + 1));
      }
    });
  }

  // Processes

  /** @returns whether it came to its end; false when it failed or died */
  #spawn(name: string, work: (run: Run) => Promise<unknown>): Promise<boolean> {
    const serial = (this.#runs.get(name) ?? 0) + 1;
    this.#runs.set(name, serial);
    const key = serial === 1 ? name : `${name} (${serial})`;
    const dice = new Dice(this.day.seed, key);
    const skew = !isCalm(this.day.weather) && dice.chance(0.15) ? Math.round(dice.between(-3000, 3000)) : 0;
    return new Promise((resolve) => {
      const run: Run = { name: key, dice, skew, calls: 0, dead: false, die: () => {} };
      const end = (done: boolean) => {
        this.watch.post.ended(run);
        resolve(done);
      };
      run.die = () => {
        if (run.dead) return;
        run.dead = true;
        end(false);
      };
      this.scheduler.plan(this.scheduler.now + LIMIT, run.die);
      work(run).then(
        () => {
          if (run.dead) return;
          run.dead = true;
          end(true);
        },
        (error: unknown) => {
          if (run.dead) return;
          run.dead = true;
          if (!(error instanceof Outage)) this.watch.broken(`${key} threw ${describe(error)}`);
          end(false);
        },
      );
    });
  }

  #clock = (run: Run): Clock => ({ now: () => new Date(this.scheduler.now + run.skew) });

  #lookDeps(run: Run): LookDeps {
    return {
      appointments: this.#port(run, 'appointments', this.appointments),
      errands: this.#port(run, 'errands', this.errands),
      meetings: this.#port(run, 'meetings', this.meetings),
      told: this.#port(run, 'told', this.told),
      staff: this.#port(run, 'staff', this.staff),
      settings: this.#port(run, 'settings', this.settings),
      calendar: this.#port(run, 'calendar', this.calendar),
      mail: this.#port(run, 'mail', this.mail),
      sms: this.#port(run, 'sms', this.sms),
      undeliverable: this.#port(run, 'undeliverable', this.undeliverable),
      mailFrom: 'bookings@clinic.test',
      links: plainLinks,
      publicUrl: PUBLIC_URL,
      clock: this.#clock(run),
      newId: this.#newId,
      random: run.dice.next,
      sleep: (milliseconds) => this.#wait(run, milliseconds),
      retryBaseSeconds: 30,
      holdSeconds: 60,
      log: (event) => this.watch.count(`log ${event}`),
    };
  }

  #look = (run: Run) => {
    const deps = this.#lookDeps(run);
    return async (appointmentId: string, deadline: number): Promise<void> => {
      try {
        await lookAt(deps, appointmentId, deadline);
      } catch (error) {
        if (!(error instanceof Outage)) this.watch.broken(`${run.name} threw ${describe(error)}`);
        throw error;
      }
    };
  };

  #context = () => {
    const end = this.scheduler.now + LIMIT;
    return { ...CONTEXT, getRemainingTimeInMillis: () => end - this.scheduler.now };
  };

  #planSweep(): void {
    const due = this.appointments.nextDueAt();
    if (due === undefined) return;
    const at = Math.ceil(Math.max(Date.parse(due), this.scheduler.now + 1) / SWEEP) * SWEEP;
    if (at >= this.#sweepPlanned) return;
    this.#sweepPlanned = at;
    this.scheduler.plan(at, () => {
      if (this.#sweepPlanned === at) this.#sweepPlanned = Number.POSITIVE_INFINITY;
      void this.#spawn('sweep', (run) =>
        makeDueWork({
          appointments: this.#port(run, 'appointments', this.appointments),
          look: this.#look(run),
          clock: this.#clock(run),
          logger: SILENT,
        })({}, this.#context()),
      );
    });
  }

  // The stream: order within a booking, lanes, retries, and all that can happen to a record.

  #takeStream(): void {
    for (const appointmentId of this.appointments.woken.splice(0)) {
      const name = `record ${appointmentId}`;
      const serial = (this.#runs.get(name) ?? 0) + 1;
      this.#runs.set(name, serial);
      const dice = new Dice(this.day.seed, `${name} ${serial}`);
      const staffEmail = this.appointments.peek(appointmentId)?.booking?.staff.email ?? '-';
      const record = { appointmentId, staffEmail };
      const delay = dice.between(50, 800);
      const fate =
        this.calm || isCalm(this.day.weather) ? 'usual' : dice.weighted({ usual: 85, lost: 5, late: 5, twice: 5 });
      if (this.isTroubled('stream_lost') || fate === 'lost') {
        this.#strike(
          `${name} ${serial}`,
          `the stream loses a record of ${appointmentId}`,
          () => {},
          () => this.#push(record),
        );
      } else if (fate === 'late') {
        const later = dice.between(2000, 900_000);
        this.#strike(
          `${name} ${serial}`,
          `the stream brings a record of ${appointmentId} ${Math.round(later / 1000)} seconds late`,
          () => this.scheduler.plan(this.scheduler.now + later, () => this.#push(record)),
          () => this.#push(record),
        );
      } else {
        this.scheduler.plan(this.scheduler.now + delay, () => this.#push(record));
        if (fate === 'twice')
          this.scheduler.plan(this.scheduler.now + delay * dice.between(1, 50), () => this.#push(record));
      }
      this.watch.count(`stream ${fate}`);
    }
  }

  #push(record: StreamRecord): void {
    // The digit of `test:3`, so that a booking keeps its lane.
    const lane = this.#lanes[record.appointmentId.charCodeAt(5) % LANES] as Lane;
    lane.records.push(record);
    if (!lane.running) void this.#drain(lane);
  }

  async #drain(lane: Lane): Promise<void> {
    lane.running = true;
    while (lane.records.length > 0) {
      let batch = lane.records.splice(0, 10);
      for (let attempt = 0; batch.length > 0; attempt += 1) {
        if (attempt > STREAM_RETRIES) {
          this.watch.count('stream gave up');
          break;
        }
        if (attempt > 0) await this.scheduler.wait(500 * 2 ** attempt);
        batch = await this.#invoke(batch);
      }
    }
    lane.running = false;
  }

  /** @returns what must be brought again */
  async #invoke(batch: StreamRecord[]): Promise<StreamRecord[]> {
    let failedFrom = 0;
    const ended = await this.#spawn(
      `sync of ${batch.map(({ appointmentId }) => appointmentId).join(' ')}`,
      async (run) => {
        const event = {
          Records: batch.map(({ appointmentId, staffEmail }, index) => ({
            dynamodb: {
              Keys: { appointmentId: { S: appointmentId } },
              NewImage: { staffEmail: { S: staffEmail } },
              SequenceNumber: `${index}`,
            },
          })),
        } as DynamoDBStreamEvent;
        const answer = await makeMeetingSync({ look: this.#look(run), clock: this.#clock(run), logger: SILENT })(
          event,
          this.#context(),
        );
        failedFrom = Math.min(
          batch.length,
          ...answer.batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier)),
        );
      },
    );
    return ended ? batch.slice(failedFrom) : batch;
  }

  // Calls

  #port<Port extends object>(run: Run, port: string, target: Port, delivery?: Happening): Port {
    return interfered(port, target, this.#around(run, delivery));
  }

  #grants(run: Run): GrantStore {
    const { read, add, delete: remove } = this.#port(run, 'grants', this.grants);
    // The only port with a method that answers at once.
    return { secretName: (email) => this.grants.secretName(email), read, add, delete: remove };
  }

  #around =
    (run: Run, delivery?: Happening): Interference =>
    async (call, proceed) => {
      if (run.dead) return never;
      run.calls += 1;
      const step = `${call.port}.${call.method}`;
      const effect = () => this.watch.effect(run, call, proceed, delivery);
      const fault = this.#draw(run, step, call);
      this.watch.step(step, fault);
      if (call.port === 'calendar') {
        return this.#google(run, call, effect, fault).finally(() => this.watch.afterGoogle(run, call));
      }
      if (call.method === 'send') return this.#send(run, call, effect, fault);
      return this.#store(run, call, effect, fault);
    };

  #draw(run: Run, step: string, call: PortCall): Fault | undefined {
    if (this.calm) return undefined;
    const drawn = drawFault(run.dice, step, this.day.weather);
    // Where it can happen at all it happens often.
    const isBlind =
      call.method === 'get' && call.port === 'calendar' && this.watch.isBlind(call) && run.dice.chance(0.4);
    const fault = isBlind ? 'blind' : drawn === 'blind' ? undefined : drawn;
    const name = `${run.name} #${run.calls}`;
    if (!fault || this.spared.has(name)) return undefined;
    this.struck.push({ at: this.scheduler.now, name, text: '' });
    this.watch.note(() => `${step} of ${run.name}: ${fault}`);
    if (isDeath(fault)) this.watch.count('deaths');
    return fault;
  }

  /** Something that the seed wants, unless it is left out of this history. */
  #strike(name: string, text: string, strike: () => void, otherwise: () => void): void {
    if (this.spared.has(name)) {
      otherwise();
      return;
    }
    this.struck.push({ at: this.scheduler.now, name, text });
    this.watch.note(() => text);
    this.watch.post.disturbed();
    strike();
  }

  async #store(run: Run, { method }: PortCall, effect: () => Promise<unknown>, fault: Fault | undefined) {
    const { dice } = run;
    await this.#wait(run, fault === 'slow' ? dice.between(500, 6000) : dice.between(1, 15));
    if (fault === 'dies_before') return this.#dead(run);
    if (fault === 'refused' || this.isTroubled('database_down')) throw new Outage('refused');
    let answer = await effect();
    // A transaction carries a token by which DynamoDB knows it again.
    if (fault === 'repeated' && method !== 'place') answer = await effect();
    if (fault === 'dies_after') return this.#dead(run);
    if (fault === 'lost') throw new Outage('lost');
    await this.#wait(run, dice.between(1, 10));
    return answer;
  }

  async #google(run: Run, call: PortCall, effect: () => Promise<unknown>, fault: Fault | undefined) {
    const { dice } = run;
    this.watch.beforeGoogle(run, call);
    if (this.isTroubled('google_down')) {
      await this.#wait(run, dice.chance(0.5) ? GOOGLE_LIMIT : 200);
      throw this.watch.failing(call, new GoogleError('google_unavailable', { inDoubt: true }));
    }
    if (this.isTroubled('calendar_api_off')) {
      await this.#wait(run, 200);
      throw this.watch.failing(call, new GoogleError('calendar_api_disabled'));
    }
    if (fault === 'dies_before') return this.#dead(run);
    if (fault === 'late' || fault === 'hangs') {
      if (fault === 'late') {
        const later = dice.between(5000, dice.pick([60_000, 60_000, 120_000, 1_800_000, 12_000_000]));
        this.scheduler.plan(this.scheduler.now + later, () => {
          this.watch.note(() => `the late ${call.method} of ${run.name} lands`);
          this.watch.post.disturbed();
          effect()
            .catch(ignoreRefusal)
            .finally(() => this.watch.post.deletionLost(run));
        });
      }
      await this.#wait(run, GOOGLE_LIMIT);
      throw this.watch.failing(call, new GoogleError('google_timeout', { inDoubt: true }));
    }
    await this.#wait(run, fault === 'slow' ? dice.between(1500, 4500) : dice.between(40, 300));
    if (fault === 'refused') throw this.watch.failing(call, new GoogleError('google_unavailable', { inDoubt: true }));
    if (fault === 'throttled') throw this.watch.failing(call, new GoogleError('rate_limited'));
    if (fault === 'limited') throw this.watch.failing(call, new GoogleError('calendar_usage_limits'));
    if (fault === 'blind') return undefined;
    let answer: unknown;
    try {
      answer = await effect();
    } catch (error) {
      if (fault === 'dies_after') return this.#dead(run);
      throw error;
    }
    if (fault === 'dies_after' || fault === 'lost') this.watch.unanswered(run, call);
    if (fault === 'dies_after') return this.#dead(run);
    if (fault === 'lost') throw this.watch.failing(call, new GoogleError('google_unavailable', { inDoubt: true }));
    await this.#wait(run, dice.between(1, 50));
    return answer;
  }

  async #send(run: Run, call: PortCall, effect: () => Promise<unknown>, fault: Fault | undefined) {
    const { dice } = run;
    const { post } = this.watch;
    post.leaves(run, call);
    await this.#wait(run, fault === 'slow' ? dice.between(1000, 5000) : dice.between(10, 200));
    if (fault === 'dies_before') return this.#dead(run);
    const isDown = this.isTroubled(call.port === 'mail' ? 'mail_down' : 'sms_down');
    if (isDown || fault === 'throttled') throw new DeliveryError('Throttling', true);
    if (fault === 'rejected') {
      post.rejected(run, call);
      const isOptedOut = call.port === 'sms' && dice.chance(0.5);
      throw isOptedOut
        ? new DeliveryError('opted_out', false, false, 'address')
        : new DeliveryError('MessageRejected', false);
    }
    if (fault === 'refused') throw new DeliveryError('ServiceUnavailable', true, true);
    if (fault === 'hangs') {
      await this.#wait(run, 6000);
      throw new DeliveryError('TimeoutError', true, true);
    }
    const answer = await effect();
    if (fault === 'dies_after') return this.#dead(run);
    if (fault === 'lost') {
      post.receiptLost(run, call);
      throw new DeliveryError('TimeoutError', true, true);
    }
    await this.#wait(run, dice.between(1, 20));
    return answer;
  }

  async #wait(run: Run, milliseconds: number): Promise<void> {
    await this.scheduler.wait(milliseconds);
    if (run.dead) await never;
  }

  #dead(run: Run): Promise<never> {
    run.die();
    return never;
  }
}

export type { Run };

const SILENT = new Logger({ logLevel: 'SILENT' });
const GOOGLE_CLIENT = { clientId: 'client', clientSecret: 'secret' };
const COOKIE = 'A'.repeat(43);
/** Its SHA-256, as base64url. */
const BROWSER = await crypto.subtle
  .digest('SHA-256', new TextEncoder().encode(COOKIE))
  .then((digest) => Buffer.from(digest).toString('base64url'));
const KEYS: SecretReader = { text: async () => ADMIN_KEY, list: async () => [ADMIN_KEY] };
const CONTEXT = { awsRequestId: 'request' } as Parameters<ReturnType<typeof makeDueWork>>[1];

const describe = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

function ignoreRefusal(error: unknown): void {
  if (!(error instanceof GoogleError)) throw error;
}
