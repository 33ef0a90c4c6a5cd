import type { Appointment } from '../../shared/appointments/appointment.ts';
import type { Receipt } from '../../shared/appointments/intake.ts';
import type { CalendarEvent, EventAddress, EventChange } from '../../shared/google/calendar.ts';
import type { GoogleError } from '../../shared/google/errors.ts';
import type { Mapping } from '../../shared/meetings/meeting.ts';
import type { Channel, Told } from '../../shared/notifications/told.ts';
import type { Undeliverable } from '../../shared/notifications/undeliverable.ts';
import type { VersionedSettings } from '../../shared/settings/settings.ts';
import type { Connection } from '../../shared/staff/staff.ts';
import type { PlacedEvent } from '../fakes/calendar.ts';
import type { PortCall } from '../fakes/interference.ts';
import type { HandAct, Happening } from './day.ts';
import type { Fault } from './faults.ts';
import { Post } from './post.ts';
import type { Run, System } from './system.ts';

export type Delivered = Happening & { readonly kind: 'delivery' };

/** Calls to Google that each of these may cost at most. */
const ALLOWED = {
  /** A change of a booking: what it leaves, what it joins, and a link that takes its time. */
  change: 7,
  /** Something that went wrong with one call, or a process that died. */
  fault: 4,
  /** For each booking, where a setting, a calendar or a connection changes. */
  booking: 5,
  /** Something edited by hand, or a look that was asked for. */
  look: 6,
  /** For each booking, while something is out of order: the first tries of the backoff, and then so many an hour. */
  trouble: 8,
  troublePerHour: 10,
} as const;

/** Three staff members, a token and a list each, on each of some twenty days. */
const DAILY_CALLS = 3 * 2 * 20;

/** Milliseconds for which Google may not show yet what it made when its answer was lost. */
const BLIND = 120_000;

/** Milliseconds that a call may have been on its way when the admin ended the connection. */
const ON_ITS_WAY = 15_000;

/** Looks on: what must hold at every moment is checked here, what must hold once all is quiet in `quiet.ts`. */
export class Watch {
  /** The first thing found wrong; the history ends there. */
  violation: { readonly what: string; readonly detail: string } | undefined;
  /** Set to have the history written down. */
  trace: { readonly at: number; readonly text: string }[] | undefined;
  /** Writes down every call of a store too. */
  isVerbose = false;
  readonly counts = new Map<string, number>();
  /** Calls that reached Google or tried to, token calls aside. */
  googleCalls = 0;
  /** Calls of the daily looks. */
  dailyCalls = 0;
  /** Calls that everything so far may cost at most. */
  allowance = 0;
  readonly post: Post;
  /** Refresh tokens that Google takes no more. */
  readonly revoked = new Set<string>();
  /** Guests that people added in Google, by event. */
  readonly handGuests = new Map<string, Set<string>>();

  readonly #system: System;
  readonly #connections = new Map<string, { state: Connection['state']; at: number }>();
  readonly #states = new Map<string, string>();
  /** Who is calling Google to change an event. */
  readonly #writing = new Map<string, { readonly run: Run; readonly method: string }>();
  readonly #unanswered = new Map<string, number>();
  /** Deliveries that were answered, by booking. */
  readonly answered = new Map<string, Delivered[]>();

  constructor(system: System) {
    this.#system = system;
    this.post = new Post(system);
  }

  violate(what: string, detail: string): void {
    this.violation ??= { what, detail };
  }

  /** A fault of the code itself. */
  broken(detail: string): void {
    this.violate('the code threw', detail);
  }

  note(text: () => string): void {
    this.trace?.push({ at: this.#system.scheduler.now, text: text() });
  }

  count(name: string): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  step(step: string, fault: Fault | undefined): void {
    this.count(`step ${step}`);
    if (!fault) return;
    this.count(`fault ${step} ${fault}`);
    this.post.disturbed();
    this.allow(ALLOWED.fault);
  }

  allow(calls: number): void {
    this.allowance += calls;
  }

  /** What something that happens may cost. */
  allowFor(one: Happening): void {
    const bookings = this.#system.appointments.all().length + 1;
    this.post.disturbed(one.kind === 'trouble' ? one.until : undefined);
    if (one.kind === 'delivery' || one.kind === 'bounce' || one.kind === 'unbounce') return;
    if (one.kind === 'trouble') {
      const hours = (one.until - one.at) / 3_600_000;
      this.allow(bookings * (ALLOWED.trouble + hours * ALLOWED.troublePerHour));
    } else if (one.kind === 'by_hand' || one.kind === 'resync' || one.kind === 'admin_cancel') {
      this.allow(ALLOWED.look);
    } else {
      this.allow(bookings * ALLOWED.booking);
    }
  }

  // People and the world

  async revoke(staffEmail: string): Promise<void> {
    const { grants } = this.#system.grants.ofSecret(this.#system.grants.secretName(staffEmail));
    for (const { refreshToken } of grants) await this.revokeToken(refreshToken);
  }

  /** Google ends every access of the account, whoever holds it (FACTS 5 B). */
  async revokeToken(refreshToken: string): Promise<void> {
    const { grants, calendar } = this.#system;
    const names = ['ana', 'bea', 'carl'].map((name) => grants.secretName(`${name}@clinic.test`));
    const all = names.flatMap((name) => grants.ofSecret(name).grants);
    const sub = all.find((grant) => grant.refreshToken === refreshToken)?.sub;
    if (!sub) return;
    for (const grant of all) if (grant.sub === sub) this.revoked.add(grant.refreshToken);
    calendar.revoke(sub, ...names);
  }

  byHand(act: HandAct, which: number, who: string): unknown {
    const { calendar, scheduler } = this.#system;
    const events = calendar.events().filter(({ end }) => Date.parse(end) > scheduler.now);
    const event = events[which % Math.max(1, events.length)];
    if (!event) return;
    const { eventId } = event;
    const hand = calendar.byHand(eventId);
    const guest = event.guests[which % Math.max(1, event.guests.length)]?.email;
    const friend = `friend-of-${who}`;
    switch (act) {
      case 'delete':
        return hand.delete();
      case 'forget':
        return hand.forget();
      case 'edit_time':
        return hand.edit({ start: new Date(Date.parse(event.start) + 900_000).toISOString().replace('.000', '') });
      case 'edit_title':
        return hand.edit({ title: 'Edited by hand' });
      case 'remove_link':
        return hand.removeMeetLink();
      case 'add_guest':
        if (event.guests.some(({ email }) => email === friend)) return;
        this.handGuests.set(eventId, (this.handGuests.get(eventId) ?? new Set()).add(friend));
        return hand.addGuest(friend);
      case 'remove_guest':
        if (!guest) return;
        this.handGuests.get(eventId)?.delete(guest);
        return hand.removeGuest(guest);
      case 'answer':
        return guest && hand.answer(guest, 'accepted');
    }
  }

  // Bookings taken in

  beforeDelivery({ booking }: Delivered): Appointment | undefined {
    return this.#system.appointments.peek(`test:${booking}`);
  }

  afterDelivery(one: Delivered, before: Appointment | undefined, { outcome, revision }: Receipt): void {
    this.count(`intake ${one.intent} ${outcome}`);
    this.answered.set(one.booking, [...(this.answered.get(one.booking) ?? []), one]);
    if (outcome === 'accepted') this.allow(ALLOWED.change);
    if (before && revision < before.revision) {
      this.violate('a revision went back', `booking ${one.booking}: ${before.revision} to ${revision}`);
    }
  }

  // Effects

  /** Lets a call have its effect and looks at what it did. */
  async effect(run: Run, call: PortCall, proceed: () => Promise<unknown>, delivery?: Happening): Promise<unknown> {
    const { port, method, args } = call;
    if (port === 'calendar') return this.#atGoogle(run, call, proceed);
    if (method === 'send') {
      const answer = await proceed();
      this.post.arrives(run, call);
      return answer;
    }
    const known = port === 'appointments' && method === 'put' ? this.#known(args[0] as Appointment) : undefined;
    const answer = await proceed();
    if (this.isVerbose) this.note(() => `  ${run.name}: ${port}.${method}(${short(args)}) gives ${short(answer)}`);
    if (port === 'told' && method === 'put' && answer) this.post.recorded(run, args[0] as Told);
    if (port === 'settings' && method === 'put' && answer) this.post.saved((args[0] as VersionedSettings).settings);
    if (port === 'appointments' && method === 'put' && (answer as { stored: boolean }).stored) {
      this.post.stored(args[0] as Appointment);
    }
    if (port === 'undeliverable' && method === 'mark') this.post.marked(args[0] as Undeliverable, true);
    if (port === 'undeliverable' && method === 'clear') {
      const [channel, address] = args as [Channel, string];
      this.post.marked({ channel, address }, false);
    }
    if (port === 'meetings' && (method === 'record' || method === 'note') && answer) this.post.sideRecorded(run);
    if (port === 'staff' && method === 'setConnection' && answer) {
      const [email, { state }] = args as [string, Connection];
      this.#connections.set(email, { state, at: this.#system.scheduler.now });
      this.note(() => `${email} is ${state}`);
      this.count(`connection ${state}`);
    }
    if (port === 'meetings' && method === 'putMapping' && answer) this.#stated(args[0] as Mapping);
    if (known && delivery?.kind === 'delivery' && delivery.intent === 'create') {
      if ((answer as { stored: boolean }).stored) {
        this.violate('a new booking overwrote a known one', `booking ${delivery.booking}, ${delivery.delivery}`);
      }
    }
    return answer;
  }

  #known = ({ appointmentId }: Appointment): Appointment | undefined => this.#system.appointments.peek(appointmentId);

  #stated({ appointmentId, state, error }: Mapping): void {
    const now = error ? `${state} (${error.code})` : state;
    const before = this.#states.get(appointmentId) ?? 'nothing';
    if (before === now) return;
    this.#states.set(appointmentId, now);
    this.count(`transition ${before.replace(/ .*/, '')} to ${state}`);
    this.note(() => `${appointmentId} is ${now}`);
  }

  beforeGoogle(run: Run, { method, args }: PortCall): void {
    if (method === 'list' || method === 'probe') {
      // Once a day, whatever there is.
      this.dailyCalls += 1;
      const most = DAILY_CALLS + this.allowance;
      if (this.dailyCalls > most) this.violate('more daily looks than there are days', `${this.dailyCalls}`);
      return;
    }
    this.googleCalls += 1;
    if (this.googleCalls > this.allowance) {
      this.violate('more calls than all that happened may cost', `${this.googleCalls}, not ${this.allowance}`);
    }
    if (!isWrite(method)) return;
    const { eventId } = args[0] as EventAddress;
    const other = this.#writing.get(eventId);
    // Two daily looks may both find an event that stands in no record; deleting it twice is deleting it.
    const isSame = method === 'delete' && other?.method === 'delete';
    if (other && other.run !== run && !other.run.dead && !isSame) {
      this.violate('two calls at once for one event', `${method} by ${run.name}, ${other.method} by ${other.run.name}`);
    }
    this.#writing.set(eventId, { run, method });
    // Moved from the past into the future it is to come again.
    const end = method === 'delete' ? this.#event(args[0] as EventAddress)?.end : (args[1] as EventChange).texts?.end;
    if (end && Date.parse(end) + ON_ITS_WAY < this.#system.scheduler.now) {
      this.violate('history was written', `${method} of an event that ended at ${end}`);
    }
    const { account } = args[0] as EventAddress;
    const owner = account.secretName.replace('grants/', '');
    const connection = this.#connections.get(owner);
    if (connection?.state !== 'not_connected' || this.#system.scheduler.now - connection.at < ON_ITS_WAY) return;
    this.violate('a call for somebody who is disconnected', `${method} for ${owner} by ${run.name}`);
  }

  /** A call to Google has been answered, or nobody waits for it any more. */
  afterGoogle(run: Run, { args }: PortCall): void {
    const { eventId } = args[0] as EventAddress;
    if (this.#writing.get(eventId)?.run === run) this.#writing.delete(eventId);
  }

  /** An event was made, or deleted, and who asked for it does not know. */
  unanswered(run: Run, { method, args }: PortCall): void {
    if (method === 'delete') this.post.deletionLost(run);
    if (method === 'insert') this.#unanswered.set((args[0] as EventAddress).eventId, this.#system.scheduler.now);
  }

  isBlind({ args }: PortCall): boolean {
    const since = this.#unanswered.get((args[0] as EventAddress).eventId);
    return since !== undefined && this.#system.scheduler.now - since < BLIND;
  }

  failing(call: PortCall, error: GoogleError): GoogleError {
    this.note(() => `Google: ${call.method} ${shortId(call)}: ${error.code}`);
    return error;
  }

  async #atGoogle(run: Run, call: PortCall, proceed: () => Promise<unknown>): Promise<unknown> {
    const { method, args } = call;
    const address = args[0] as EventAddress;
    const write = isWrite(method);
    const before = write ? this.#event(address) : undefined;
    try {
      const answer = (await proceed()) as CalendarEvent | undefined;
      if (answer?.conference === 'success' && answer.meetUrl) this.post.linkSeen(answer.meetUrl);
      this.note(() => `Google: ${method} ${shortId(call)} by ${run.name}${describeChange(args[1])}`);
      if (write) this.#written(run, call, before);
      return answer;
    } catch (error) {
      this.note(() => `Google: ${method} ${shortId(call)} by ${run.name}: ${(error as GoogleError).code}`);
      this.count(`answer ${method} ${(error as GoogleError).answer ?? (error as GoogleError).code}`);
      throw error;
    }
  }

  #written(run: Run, { method, args }: PortCall, before: PlacedEvent | undefined): void {
    const { scheduler, appointments } = this.#system;
    const address = args[0] as EventAddress;
    if (method === 'delete' && before?.meetUrl) {
      this.post.linkDeleted(run, before.meetUrl);
      for (const [key, { message, at }] of this.post.lastTold) {
        const { kind, url, id, role, to } = message;
        if (kind === 'cancelled' || url !== before.meetUrl) continue;
        if (this.post.mayHaveMissed(role, to, at) || this.post.isReplaced(id, role, to)) continue;
        const appointment = appointments.peek(`test:${id}`);
        if (appointment?.booking && Date.parse(appointment.booking.end) <= scheduler.now) continue;
        if (!appointment?.dueAt) {
          this.violate('a link that was told ended, and nobody is owed a word', `${key}: ${url}`);
        }
      }
    }
    if (method !== 'patch' || !before) return;
    const after = this.#event(address);
    for (const { email, vendor } of before.guests) {
      const kept = after?.guests.find((guest) => guest.email === email);
      const mustStay = this.handGuests.get(address.eventId)?.has(email);
      if (mustStay && !kept) this.violate('a guest added by hand was lost', `${email} of ${address.eventId}`);
      if (kept && kept.vendor.responseStatus !== vendor.responseStatus) {
        this.violate('the answer of a guest was lost', `${email}: ${vendor.responseStatus}`);
      }
    }
  }

  #event = ({ account, calendarId, eventId }: EventAddress): PlacedEvent | undefined =>
    this.#system.calendar
      .events()
      .find((event) => event.eventId === eventId && event.calendarId === calendarId && event.sub === account.sub);
}

const short = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 300);
const isWrite = (method: string): boolean => method === 'insert' || method === 'patch' || method === 'delete';

const shortId = ({ args }: PortCall): string => {
  const { account, calendarId, eventId } = args[0] as EventAddress;
  return `${eventId?.slice(0, 6)} on ${account?.sub.replace('sub-of-', '')}/${calendarId}`;
};

function describeChange(given: unknown): string {
  if (typeof given !== 'object' || given === null) return '';
  const { texts, guests, conferenceRequestId, restore } = given as EventChange;
  const parts = [
    texts && `${texts.title}, ${texts.start}`,
    guests && `for ${guests.map(({ email }) => email).join(' ')}`,
    conferenceRequestId && 'asks for a link',
    restore && 'brings it back',
  ].filter(Boolean);
  return parts.length > 0 ? ` (${parts.join('; ')})` : '';
}
