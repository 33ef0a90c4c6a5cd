import type { Delivery } from '../../shared/appointments/acceptance.ts';
import { type Booking, isCancelled } from '../../shared/appointments/appointment.ts';
import { isErrand, SETTINGS_ERRAND } from '../../shared/appointments/errands.ts';
import { type Receipt, takeIn } from '../../shared/appointments/intake.ts';
import type { DueAppointment } from '../../shared/appointments/store.ts';
import { eraseCustomer, type Removed } from '../../shared/customers/erase.ts';
import { type LookDeps, lookAt } from '../../shared/look.ts';
import type { Mapping, Meeting } from '../../shared/meetings/meeting.ts';
import { wakeBookings } from '../../shared/meetings/staff-bookings.ts';
import { viewMeeting } from '../../shared/meetings/view.ts';
import { askedSince, type Settings } from '../../shared/settings/settings.ts';
import { newStaff, type Profile } from '../../shared/staff/staff.ts';
import { after, type Instant } from '../../shared/time.ts';
import { ANA, aBooking } from '../builders/bookings.ts';
import { FakeAppointmentStore } from './appointment-store.ts';
import { FakeCalendar, type GoogleCall, type Operation, type PlacedEvent } from './calendar.ts';
import { ManualClock } from './clock.ts';
import { FakeErrandStore } from './errand-store.ts';
import { FakeGrantStore } from './grant-store.ts';
import { allOf, Crash, type Interference, interfered, mortal } from './interference.ts';
import { plainLinks } from './links.ts';
import { FakeMail } from './mail.ts';
import { FakeMeetingStore } from './meeting-store.ts';
import { type BookingMessage, machineReadable, readMessages, readTexts } from './messages.ts';
import { countingIds, seededRandom } from './random.ts';
import { FakeSettingsStore } from './settings-store.ts';
import { FakeSms } from './sms.ts';
import { FakeStaffStore } from './staff-store.ts';
import { FakeToldStore } from './told-store.ts';
import { FakeUndeliverableStore } from './undeliverable-store.ts';

/** Seconds between two sweeps. */
const SWEEP = 60;
/** What a Lambda has to look at a booking: milliseconds. */
const LOOK_TIME = 57_000;
/** What a Lambda has to erase a person: milliseconds. */
const ERASE_TIME = 23_000;
/** Sweeps with something due in one `pass`; more than that would never end. */
const MOST_SWEEPS = 800;

export interface WorldOptions {
  /** @default 2026-11-24T09:00:00Z, a week before the bookings of the builders */
  readonly now?: Instant;
  readonly seed?: number;
  /** Staff who have connected an account of their own. @default Ana */
  readonly connected?: readonly string[];
  readonly settings?: Partial<Settings>;
  readonly retryBaseSeconds?: number;
  readonly holdSeconds?: number;
}

/** A booking as tests speak of it: by its number, with what differs from the builders' one. */
export type BookingChanges = Partial<Booking> & { readonly status?: string };

/** The whole system on fakes, Google and mail included; everything that happens in it is asked for by a test. */
export class World {
  readonly clock: ManualClock;
  readonly random: () => number;
  readonly appointments = new FakeAppointmentStore();
  readonly meetings = new FakeMeetingStore((id) => this.appointments.peek(id)?.revision);
  readonly told = new FakeToldStore();
  readonly staff = new FakeStaffStore();
  readonly settings = new FakeSettingsStore();
  readonly grants = new FakeGrantStore();
  readonly calendar = new FakeCalendar((name) => this.grants.ofSecret(name));
  readonly mail = new FakeMail();
  readonly sms = new FakeSms();
  readonly undeliverable = new FakeUndeliverableStore();
  readonly logged: { event: string; fields: Readonly<Record<string, string | number>> }[] = [];
  readonly errands: FakeErrandStore;
  /** Stands around every call of every look from now on. */
  interference: Interference = (_call, proceed) => proceed();
  /** Before each look; it may stand around its calls. */
  beforeLook: (appointmentId: string) => Interference | undefined = () => undefined;

  readonly #options: WorldOptions;
  readonly #newId = countingIds('id');
  readonly #newDelivery = countingIds('delivery');

  constructor(options: WorldOptions) {
    this.#options = options;
    this.clock = new ManualClock(options.now ?? '2026-11-24T09:00:00Z');
    this.random = seededRandom(options.seed ?? 1);
    this.errands = new FakeErrandStore(this.appointments, countingIds('errand'));
  }

  // What the booking platform does.

  /** Takes a delivery in, without anybody looking at it. */
  async deliver(id: string, changes: BookingChanges = {}, more: Partial<Delivery> = {}): Promise<Receipt> {
    const known = await this.appointments.get(`test:${id}`);
    const { status = known && !isCancelled(known.status) ? known.status : 'approved', ...booking } = changes;
    return takeIn(
      { appointments: this.appointments, clock: this.clock },
      {
        appointmentId: `test:${id}`,
        intent: known ? 'change' : 'create',
        status,
        booking: { ...(known?.booking ?? aBooking()), ...booking },
        id: this.#newDelivery(),
        uniqueId: true,
        ...more,
      },
    );
  }

  /** A booking comes in, or changes, and the stream brings it at once. */
  async book(id: string, changes: BookingChanges = {}): Promise<void> {
    await this.deliver(id, changes);
    await this.stream();
  }

  async cancel(id: string): Promise<void> {
    await this.book(id, { status: 'canceled' });
  }

  // What people do.

  /** Connects a Google account. @param account @default one of their own */
  async connect(email: string, account = email): Promise<void> {
    await this.staff.add(newStaff(email));
    const grantId = this.#newId();
    const sub = `sub-of-${account}`;
    await this.grants.add(email, { grantId, sub, refreshToken: `token-${grantId}` });
    await this.staff.setConnection(email, {
      state: 'connected',
      sub,
      googleEmail: account,
      connectedAt: this.clock.instant,
      grantId,
      secretName: this.grants.secretName(email),
    });
    await this.errands.requestStaff(email, this.clock.instant, 'now');
  }

  /** Takes the access back at Google, in the account's own settings. */
  revoke(email: string, account = email): void {
    this.calendar.revoke(`sub-of-${account}`, this.grants.secretName(email));
  }

  /** The admin ends a connection: nothing of its grants is left. */
  async disconnect(email: string): Promise<void> {
    await this.staff.setConnection(email, { state: 'not_connected', since: this.clock.instant });
    await this.grants.delete(email);
  }

  async setProfile(email: string, profile: Partial<Profile>): Promise<void> {
    await this.staff.setProfile(email, { calendarId: 'primary', ...profile });
    await wakeBookings(this, email);
  }

  async set(changes: Partial<Settings>): Promise<void> {
    const saved = await this.settings.get();
    const settings = { ...saved.settings, ...changes };
    await this.settings.put({ ...saved, settings, remindersSince: askedSince(saved, settings, this.clock.instant) });
    await this.errands.request(SETTINGS_ERRAND, this.clock.instant, 'now');
  }

  /** The admin erases a person. @param interference stands around the calls of that run */
  erase(email: string, interference?: Interference): Promise<Removed | undefined> {
    const deps = this.lookDeps(interference);
    return eraseCustomer(deps, email, this.clock.now().getTime() + ERASE_TIME);
  }

  async requestLook(id: string): Promise<void> {
    await this.appointments.requestLook(`test:${id}`, this.clock.now());
  }

  /** Somebody asks for another look at Google, a moment after all that has happened so far; the stream brings it. */
  async requestLookLater(id: string): Promise<void> {
    this.clock.advance(1);
    await this.requestLook(id);
    await this.stream();
  }

  // What the system does by itself.

  /** One look at a booking, by number or by the name it has in the due index. */
  async look(id: string, interference?: Interference): Promise<void> {
    const appointmentId = id.includes(':') || id.includes('#') ? id : `test:${id}`;
    await lookAt(
      this.lookDeps(interference ?? this.beforeLook(appointmentId)),
      appointmentId,
      this.clock.now().getTime() + LOOK_TIME,
    );
  }

  /** The stream brings all that has changed, each booking once. */
  async stream(): Promise<void> {
    while (this.appointments.woken.length > 0) {
      for (const id of new Set(this.appointments.woken.splice(0))) await this.#survive(this.look(id));
    }
  }

  /** The stream loses what it holds. */
  loseStream(): void {
    this.appointments.woken.length = 0;
  }

  /** Looks at all that is due now. */
  async sweep(): Promise<void> {
    for (const { appointmentId } of await this.appointments.due(this.clock.instant, 5000)) {
      await this.#survive(this.look(appointmentId));
    }
  }

  /** Lets time pass, with a sweep whenever something is due. @throws when something stays due and nothing comes of it */
  async pass(seconds: number): Promise<void> {
    const end = after(this.clock.now(), seconds);
    await this.stream();
    for (let sweeps = 0; ; sweeps += 1) {
      const next = this.appointments.dueIndex()[0]?.dueAt;
      if (!next || next > end) break;
      if (sweeps > MOST_SWEEPS) throw new Error(`never comes to rest: ${JSON.stringify(this.appointments.dueIndex())}`);
      this.clock.advanceTo(next);
      await this.sweep();
      await this.stream();
      this.clock.advance(SWEEP);
    }
    this.clock.advanceTo(end);
  }

  /** A look that dies half-way, as said by what stands around its calls; whatever it left behind is owed. */
  async lookAndDie(id: string, interference: Interference): Promise<boolean> {
    return this.look(id, interference).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Crash) return true;
        throw error;
      },
    );
  }

  lookDeps(interference: Interference = (_call, proceed) => proceed()): LookDeps {
    const around = mortal(allOf(this.interference, interference));
    return {
      appointments: interfered('appointments', this.appointments, around),
      errands: interfered('errands', this.errands, around),
      meetings: interfered('meetings', this.meetings, around),
      told: interfered('told', this.told, around),
      staff: interfered('staff', this.staff, around),
      settings: interfered('settings', this.settings, around),
      calendar: interfered('calendar', this.calendar, around),
      mail: interfered('mail', this.mail, around),
      sms: interfered('sms', this.sms, around),
      undeliverable: interfered('undeliverable', this.undeliverable, around),
      mailFrom: 'bookings@clinic.test',
      links: plainLinks,
      publicUrl: 'https://meet.clinic.test',
      clock: this.clock,
      newId: this.#newId,
      random: this.random,
      sleep: async (milliseconds) => {
        this.clock.advance(milliseconds / 1000);
        // Others get on with it meanwhile.
        await new Promise((resolve) => setImmediate(resolve));
      },
      retryBaseSeconds: this.#options.retryBaseSeconds ?? 30,
      holdSeconds: this.#options.holdSeconds ?? 60,
      log: (event, fields) => this.logged.push({ event, fields }),
    };
  }

  // What there is to see.

  /** Bookings that are owed a look, the soonest first. */
  owed(): DueAppointment[] {
    return this.appointments.dueIndex().filter(({ appointmentId }) => !isErrand(appointmentId));
  }

  async mapping(id: string): Promise<Mapping> {
    const mapping = await this.meetings.mapping(`test:${id}`);
    if (!mapping) throw new Error(`no booking ${id}`);
    return mapping;
  }

  async meeting(id: string): Promise<Meeting> {
    const { meetingId } = await this.mapping(id);
    const meeting = meetingId && (await this.meetings.meeting(meetingId));
    if (!meeting) throw new Error(`booking ${id} is in no meeting`);
    return meeting;
  }

  /** A booking's meeting as the admin API shows it. */
  async view(id: string): Promise<ReturnType<typeof viewMeeting>> {
    const appointment = await this.appointments.get(`test:${id}`);
    if (!appointment) throw new Error(`no booking ${id}`);
    const mapping = await this.meetings.mapping(appointment.appointmentId);
    return viewMeeting(
      appointment,
      mapping,
      mapping?.meetingId ? await this.meetings.meeting(mapping.meetingId) : undefined,
    );
  }

  async timeline(id: string): Promise<string[]> {
    return (await this.mapping(id)).timeline.map(({ what, detail }) => (detail ? `${what}: ${detail}` : what));
  }

  /** The event in which a booking is. */
  async event(id: string): Promise<PlacedEvent> {
    const { google } = await this.meeting(id);
    const event = this.calendar.events().find(({ eventId }) => eventId === google.event?.address.eventId);
    if (!event) throw new Error(`booking ${id} has no event`);
    return event;
  }

  /** Addresses of the guests of a booking's event. */
  async guests(id: string): Promise<string[]> {
    return (await this.event(id)).guests.map(({ email }) => email).sort();
  }

  /** The same, as a person at Google sees and changes it. */
  async byHand(id: string): Promise<ReturnType<FakeCalendar['byHand']>> {
    return this.calendar.byHand((await this.event(id)).eventId);
  }

  /** Calls to Google that `action` makes. */
  async callsDuring(action: () => Promise<unknown>): Promise<Operation[]> {
    return (await this.fullCallsDuring(action)).map(({ operation }) => operation);
  }

  async fullCallsDuring(action: () => Promise<unknown>): Promise<GoogleCall[]> {
    const before = this.calendar.calls.length;
    await action();
    return this.calendar.calls.slice(before);
  }

  /** What everybody was told about bookings, oldest first. */
  messages(): BookingMessage[] {
    return readMessages(this.mail.sent);
  }

  /** The same by SMS. */
  texts(): BookingMessage[] {
    return readTexts(this.sms.sent);
  }

  /** The kinds of message that one address, or number, got. */
  toldTo(address: string): string[] {
    return [...this.messages(), ...this.texts()].filter(({ to }) => to === address).map(({ kind }) => kind);
  }

  /** Only a death is survived; anything else that is thrown is a fault of the code. */
  async #survive(look: Promise<void>): Promise<void> {
    try {
      await look;
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
    }
  }
}

/** A world with its staff connected and nothing booked. */
export async function makeWorld(options: WorldOptions = {}): Promise<World> {
  const world = new World(options);
  const { settings } = await world.settings.get();
  // Without reminders, so that a booking that is as it should be is owed nothing.
  const quiet: Settings = { ...settings, templates: machineReadable, reminders: [], ...options.settings };
  await world.settings.put({ settings: quiet, version: 0 });
  for (const email of options.connected ?? [ANA]) await world.connect(email);
  await world.stream();
  world.mail.sent.length = 0;
  return world;
}
