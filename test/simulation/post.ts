import type { Appointment, Booking } from '../../shared/appointments/appointment.ts';
import { isErased } from '../../shared/appointments/erasure.ts';
import type { Mail } from '../../shared/notifications/mail.ts';
import type { Sms } from '../../shared/notifications/sms.ts';
import type { Channel, Told } from '../../shared/notifications/told.ts';
import type { Undeliverable } from '../../shared/notifications/undeliverable.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { Staff } from '../../shared/staff/staff.ts';
import type { PortCall } from '../fakes/interference.ts';
import { type BookingMessage, readMessages, readTexts } from '../fakes/messages.ts';
import { isCalm } from './faults.ts';
import { History } from './history.ts';
import { CUSTOMERS, channelOf, ownerOf, reachOf } from './people.ts';
import type { Run, System } from './system.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** What a run reads first may be as old as a run gets: milliseconds. */
const RUN = MINUTE;
/** Between what is decided and the call that sends it: the ledger, a claim, and a last look, each of them slow. */
const DECIDED = 30 * SECOND;
/** Between the last look at a booking and the call. */
const LOOKED = 7 * SECOND;
/** A claim, after which another run may send what nobody says was sent. */
const CLAIM = 25 * SECOND;
/** How far ahead of the others the clock of a machine may be. */
const SKEW = 4 * SECOND;
/** Within which a reminder comes, where nothing stands in its way. */
const PROMPT = 3 * MINUTE;
/** What goes wrong, or changes, is over by then: a retry takes a quarter of an hour at most. */
const SETTLED = 20 * MINUTE;
/** A reminder may be left out when its time comes so soon after a message that says the same. */
const JUST_SAID = 11 * MINUTE;

/** A message that has come, or that the provider refuses for good, which is as good: the admin sees that it failed. */
interface Arrival {
  readonly message: BookingMessage;
  readonly run: Run;
  readonly at: number;
  /** Who sent it has written down that it was sent. */
  recorded: boolean;
  /** Who sent it was not told that it was. */
  lost: boolean;
  /** What a reminder may have been instead: it was decided shortly before the next one fell due. */
  readonly others: readonly string[];
}

/** Every message that leaves: what must hold of each, worked out from what was booked and set and from what people have heard. */
export class Post {
  sent = 0;
  repeats = 0;
  /** What each person was last told of each booking, reminders aside, by booking, role and address. */
  readonly lastTold = new Map<string, Arrival>();

  readonly #system: System;
  /** Messages that may be sent once more: nobody recorded that they were. */
  readonly #doubts = new Map<string, number>();
  readonly #unrecorded = new WeakMap<Run, Map<string, 'news' | 'reminder'>>();
  /** Every link that Google ever showed as made, and when first. */
  readonly #links = new Map<string, number>();
  /** Links whose end is known to who ended them, and those of which it is not recorded yet. */
  readonly #ended = new Map<string, number>();
  readonly #ending = new WeakMap<Run, string[]>();
  readonly #settings = new History<Settings>();
  /** By number. */
  readonly #bookings = new Map<string, History<Appointment>>();
  /** Whether nothing is to be sent there, by channel and address. */
  readonly #marks = new Map<string, History<boolean>>();
  /** By who is reminded of what, and the minutes before. */
  readonly #arrivals = new Map<string, Arrival[]>();
  readonly #underWay = new WeakMap<Run, Arrival[]>();
  readonly #leaving = new WeakMap<PortCall, { readonly key: string; readonly others: readonly string[] }>();
  readonly #planned = new Set<string>();
  #disturbedUntil = 0;

  constructor(system: System) {
    this.#system = system;
  }

  get #now(): number {
    return this.#system.scheduler.now;
  }

  // What is booked, set and known

  saved(settings: Settings): void {
    this.#settings.add(this.#now, settings);
    for (const [id, history] of this.#bookings) this.#plan(id, history);
  }

  stored(appointment: Appointment): void {
    const id = appointment.appointmentId.slice('test:'.length);
    const history = this.#bookings.get(id) ?? new History();
    this.#bookings.set(id, history);
    const before = history.last?.value;
    history.add(this.#now, appointment);
    for (const { email } of CUSTOMERS) {
      const wasErased = before && isErased(before, email);
      if (wasErased && !isErased(appointment, email)) this.#system.watch.count('booked again after an erasure');
      if (!isErased(appointment, email)) continue;
      if (!wasErased) this.#system.watch.count('erased from a booking');
      // Nothing is known any more of what they have heard.
      for (const key of this.lastTold.keys()) if (isAbout(key, id, email)) this.lastTold.delete(key);
    }
    this.#plan(id, history);
  }

  marked({ channel, address }: Pick<Undeliverable, 'channel' | 'address'>, isMarked: boolean): void {
    const key = `${channel} ${address}`;
    const history = this.#marks.get(key) ?? new History();
    this.#marks.set(key, history);
    history.add(this.#now, isMarked);
  }

  linkSeen(url: string): void {
    if (!this.#links.has(url)) this.#links.set(url, this.#now);
    this.#ended.delete(url);
  }

  /** Something goes wrong, or changes, until then. */
  disturbed(until = this.#now): void {
    this.#disturbedUntil = Math.max(this.#disturbedUntil, until);
  }

  linkDeleted(run: Run, url: string): void {
    this.#ending.set(run, [...(this.#ending.get(run) ?? []), url]);
  }

  /** Whoever deleted an event was not told that it was. */
  deletionLost(run: Run): void {
    this.#ending.delete(run);
  }

  /** Of a meeting. */
  sideRecorded(run: Run): void {
    for (const url of this.#ending.get(run) ?? []) this.#ended.set(url, this.#now);
    this.#ending.delete(run);
  }

  // A message on its way

  /** It is being sent: what it says is looked at before anything happens to it. */
  leaves(run: Run, call: PortCall): void {
    const message = read(call);
    if (!message) return;
    const { role, to, kind } = message;
    const channel = channelOf(to);
    const settings = this.#settings.since(this.#now - RUN);
    if (!settings.some(({ enabled }) => enabled)) this.#violate('a message while the integration is off', message);
    if (!settings.some(({ notifications }) => notifications[channel][role])) {
      this.#violate('a message on a channel that is off', message);
    }
    if (
      this.#marks
        .get(`${channel} ${to}`)
        ?.since(this.#now - DECIDED)
        .every((isMarked) => isMarked)
    ) {
      this.#violate('a message to an address that takes none', message);
    }
    if (this.#isErased(message, LOOKED)) this.#violate('a message to somebody who was erased', message);
    if (kind !== 'cancelled' && this.#wanted(message, settings, false).length === 0) {
      this.#violate('a message to who does not belong to the booking', message);
    }
    const fault = kind === 'reminder' && this.#faultOf(run, call, message, settings);
    if (fault) this.#violate(fault, message);
  }

  /** Whether they have been erased from the booking for so long: milliseconds. */
  #isErased({ id, role, to }: BookingMessage, since: number): boolean {
    const email = to.includes('@') ? to : (ownerOf(to) ?? '');
    const versions = this.#bookings.get(id)?.since(this.#now - since) ?? [];
    return role === 'customer' && versions.length > 0 && versions.every((one) => isErased(one, email));
  }

  /** The booking as it stood lately, where this person is in it. */
  #wanted({ id, role, to, start, end }: BookingMessage, settings: readonly Settings[], asWritten: boolean) {
    return (this.#bookings.get(id)?.since(this.#now - LOOKED) ?? []).flatMap(({ booking, status }) => {
      if (!booking) return [];
      const isTheirs = settings.some(
        ({ statuses, defaultCountry }) =>
          statuses.includes(status) &&
          reachOf(booking, defaultCountry).some((one) => one.role === role && one.address === to),
      );
      const isThis = !asWritten || (written(booking.start) === start && written(booking.end) === end);
      return isTheirs && isThis ? [booking] : [];
    });
  }

  /** @returns what is wrong with it */
  #faultOf(run: Run, call: PortCall, message: BookingMessage, settings: readonly Settings[]): string | undefined {
    const now = this.#now;
    const startAt = Date.parse(`${message.start.replace(' ', 'T')}:00Z`);
    const channel = channelOf(message.to);
    if (now + run.skew >= startAt) return 'a reminder of what has begun';
    const [booking] = this.#wanted(message, settings, true);
    if (!booking) return 'a reminder of what is not booked';
    const heard = this.lastTold.get(keyOf(message));
    const isKnown = heard && sameBooked(heard.message, message);
    if (!isKnown && !this.mayHaveMissed(message.role, message.to, heard?.at ?? 0)) {
      return 'a reminder of what they were not told';
    }
    if (now - (this.#ended.get(message.url ?? '') ?? now) > DECIDED) return 'a reminder with a link that has ended';

    const atOf = (minutes: number) => startAt - minutes * MINUTE;
    // Of several that are due the last one; another may have fallen due since it was decided.
    const due = new Set(
      this.#settings.since(now - RUN).flatMap(({ reminders }) => {
        const all = reminders.filter(({ channels }) => channels.includes(channel)).map((one) => one.minutesBefore);
        const isOver = (minutes: number) => all.some((other) => other < minutes && atOf(other) <= now - DECIDED - SKEW);
        return all.filter((minutes) => atOf(minutes) <= now + SKEW && !isOver(minutes));
      }),
    );
    if (due.size === 0) return 'a reminder before its time';
    const asked = [...due].filter((minutes) => this.#askedFor(minutes, channel, atOf(minutes)));
    if (asked.length === 0) return 'a reminder that nobody had asked for by then';
    const unsaid = asked.filter((minutes) => !heard || heard.at < atOf(minutes));
    if (unsaid.length === 0) return 'a reminder of what they have been told since';
    const keys = unsaid.sort((a, b) => a - b).map((minutes) => reminderKey(message, booking, minutes));
    const key = keys.find((one) => this.#mayBeSent(one)) ?? keys.find((one) => this.#madeFree(one));
    if (!key) return 'the same reminder twice';
    this.#leaving.set(call, { key, others: keys.filter((other) => other !== key) });
    return undefined;
  }

  #askedFor(minutes: number, channel: Channel, at: number): boolean {
    const stands = ({ reminders }: Settings) =>
      reminders.some((one) => one.minutesBefore === minutes && one.channels.includes(channel));
    return this.#settings.beginnings(stands).some((from) => from <= at + SKEW);
  }

  /** Once; and once more for each of which nobody knows that it was sent. */
  #mayBeSent(key: string): boolean {
    return (this.#arrivals.get(key) ?? []).every(
      ({ recorded, lost, run, at }) => !recorded && (lost || run.dead || this.#now - at > CLAIM),
    );
  }

  /** Whether the only one that has come was another one. */
  #madeFree(key: string): boolean {
    const [first, ...more] = this.#arrivals.get(key) ?? [];
    const other = first?.others.find((one) => !this.#arrivals.has(one));
    if (!first || !other || more.length > 0) return false;
    this.#arrivals.set(other, [first]);
    this.#arrivals.delete(key);
    return true;
  }

  /** It has come. */
  arrives(run: Run, call: PortCall): void {
    const { watch } = this.#system;
    this.sent += 1;
    const message = read(call);
    if (!message) {
      const { to, subject } = call.args[0] as Mail;
      watch.count('message connect_google');
      watch.note(() => `mail to ${to.address}: ${subject}`);
      return;
    }
    const { kind, id, to, start, url } = message;
    const channel = channelOf(to);
    watch.count(`${channel === 'sms' ? 'sms' : 'message'} ${kind}`);
    watch.note(() => `${channel} to ${to}: ${kind}, booking ${id} at ${start}, ${url} (${run.name})`);
    if (kind !== 'reminder') this.#checkNews(message);
    this.#arrived(run, call, message);
  }

  rejected(run: Run, call: PortCall): void {
    const message = read(call);
    if (message) this.#arrived(run, call, message);
  }

  #arrived(run: Run, call: PortCall, message: BookingMessage): void {
    const { key, others = [] } = this.#leaving.get(call) ?? {};
    const arrival = { message, run, at: this.#now, recorded: false, lost: false, others };
    this.#underWay.set(run, [...(this.#underWay.get(run) ?? []), arrival]);
    if (message.kind !== 'reminder' && !this.#isErased(message, 0)) this.lastTold.set(keyOf(message), arrival);
    if (!key) return;
    const before = this.#arrivals.get(key) ?? [];
    if (before.length > 0) this.repeats += 1;
    this.#arrivals.set(key, [...before, arrival]);
    this.#unrecorded.get(run)?.set(keyOf(message), 'reminder');
  }

  /** Who sent it does not know that it has come. */
  receiptLost(run: Run, call: PortCall): void {
    const key = keyOfCall(call);
    const mine = this.#underWay.get(run)?.findLast(({ message }) => keyOf(message) === key);
    if (mine) mine.lost = true;
  }

  #checkNews(message: BookingMessage): void {
    const { kind, url, role, to } = message;
    const key = keyOf(message);
    const told = this.lastTold.get(key);
    const isTold =
      kind === 'cancelled' ? told?.message.kind === 'cancelled' : told && sameBooked(told.message, message);
    // What was said to nobody while the channel was off counts as told: there and back they may hear the same twice.
    const missed = this.mayHaveMissed(role, to, told?.at ?? 0);
    if (isTold && !missed) this.#again(key, message);
    if (kind !== 'cancelled' && !(url && this.#links.has(url))) {
      this.#violate('told before the link was there', message);
    }
    if (kind === 'cancelled' && !told && !missed && isCalm(this.#system.day.weather)) {
      this.#violate('told of the end of what they had never heard of', message);
    }
  }

  #again(key: string, message: BookingMessage): void {
    const doubts = this.#doubts.get(key) ?? 0;
    if (doubts === 0) this.#violate('the same message twice', message);
    this.#doubts.set(key, doubts - 1);
    this.repeats += 1;
  }

  /** From the claim until it is given back a message may have been sent and nobody knows. */
  recorded(run: Run, told: Told): void {
    const key = `${told.subject.replace('test:', '')} ${told.to.role} ${told.to.address}`;
    const open = this.#unrecorded.get(run) ?? new Map<string, 'news' | 'reminder'>();
    this.#unrecorded.set(run, open);
    if (told.claim) {
      open.set(key, 'news');
      return;
    }
    const kind = open.get(key);
    open.delete(key);
    if (told.inDoubt && kind === 'news') this.#doubt(key);
    for (const arrival of this.#underWay.get(run) ?? []) {
      if (keyOf(arrival.message) === key && !arrival.lost) arrival.recorded = true;
    }
  }

  #doubt(key: string): void {
    this.#doubts.set(key, (this.#doubts.get(key) ?? 0) + 1);
  }

  /** A process that is gone takes with it what it knew. */
  ended(run: Run): void {
    for (const [key, kind] of this.#unrecorded.get(run) ?? []) if (kind === 'news') this.#doubt(key);
    this.#unrecorded.delete(run);
  }

  // What must have come

  /**
   * Whether news could not be sent there at some moment since then, and so count as told: the channel was off, nothing arrives, or the
   * number was read in another country.
   */
  mayHaveMissed(role: BookingMessage['role'], address: string, since: number): boolean {
    const channel = channelOf(address);
    const settings = this.#settings.since(since - RUN);
    return (
      settings.some(({ notifications }) => !notifications[channel][role]) ||
      (channel === 'sms' && new Set(settings.map(({ defaultCountry }) => defaultCountry)).size > 1) ||
      (this.#marks
        .get(`${channel} ${address}`)
        ?.since(since - RUN)
        .includes(true) ??
        false)
    );
  }

  /** Another telephone number does not make another person: the old one hears no more of a booking, until it is cancelled. */
  isReplaced(id: string, role: BookingMessage['role'], address: string): boolean {
    const settings = this.#settings.last?.value;
    const { booking, status = '' } = this.#bookings.get(id)?.last?.value ?? {};
    if (channelOf(address) !== 'sms' || !booking || !settings?.statuses.includes(status)) return false;
    const theirs = reachOf(booking, settings.defaultCountry).filter((one) => one.role === role);
    const owner = ownerOf(address);
    return theirs.some(({ person }) => person === owner) && !theirs.some((one) => one.address === address);
  }

  /** When first it was what it is now that one person is to be told of a booking: booked so, and with this link. */
  newsSince(id: string, role: BookingMessage['role'], address: string, url: string | undefined): number {
    const settings = this.#settings.last?.value;
    const history = this.#bookings.get(id);
    const newsOf = ({ booking, status }: Appointment): string => {
      const isIn =
        booking &&
        settings?.statuses.includes(status) &&
        reachOf(booking, settings.defaultCountry).some((one) => one.role === role && one.address === address);
      return isIn ? `${booking.start} ${booking.end} ${booking.staff.email}` : 'cancelled';
    };
    const news = history?.last && newsOf(history.last.value);
    const since = history?.beginnings((appointment) => newsOf(appointment) === news).at(-1) ?? 0;
    return news === 'cancelled' ? since : Math.max(since, this.#links.get(url ?? '') ?? 0);
  }

  /** A look at each reminder a little after its time; whatever has changed by then, it is the look that finds out. */
  #plan(id: string, history: History<Appointment>): void {
    const start = history.last?.value.booking?.start;
    if (!start) return;
    for (const { minutesBefore } of this.#settings.last?.value.reminders ?? []) {
      const at = Date.parse(start) - minutesBefore * MINUTE + PROMPT;
      const name = `${id} ${at}`;
      if (at < this.#now || this.#planned.has(name)) continue;
      this.#planned.add(name);
      this.#system.scheduler.plan(at, () => {
        if (this.#disturbedUntil < at - PROMPT - SETTLED) void this.checkReminded(id);
      });
    }
  }

  /** Everybody who knows of a booking has been reminded by now, of several times the last. Only where nothing is in the way of it. */
  async checkReminded(id: string): Promise<void> {
    const { booking, status } = this.#bookings.get(id)?.last?.value ?? {};
    const settings = this.#settings.last?.value;
    if (!booking || !settings?.enabled || !settings.statuses.includes(status ?? '')) return;
    if (Date.parse(booking.start) <= this.#now) return;
    const person = await this.#system.staff.get(booking.staff.email);
    for (const { role, address, channel } of reachOf(booking, settings.defaultCountry)) {
      const heard = this.lastTold.get(`${id} ${role} ${address}`);
      // Where nobody knows whether they were told, that comes first.
      if (!heard?.recorded || this.mayHaveMissed(role, address, heard.at)) continue;
      const { kind, start, end, url } = heard.message;
      const isTrue = kind !== 'cancelled' && start === written(booking.start) && end === written(booking.end);
      if (!isTrue || !this.#isAtGoogle(url, person)) continue;
      const due = settings.reminders
        .filter(({ channels }) => channels.includes(channel))
        .map(({ minutesBefore }) => ({ minutesBefore, at: Date.parse(booking.start) - minutesBefore * MINUTE }))
        .filter(({ at }) => at <= this.#now)
        .sort((one, other) => other.at - one.at)[0];
      if (!due || due.at > this.#now - PROMPT || due.at < this.#lastSaid(heard.message) + JUST_SAID) continue;
      // Changed reminders begin anew.
      if ((this.#settings.beginnings((one) => same(one.reminders, settings.reminders))[0] ?? 0) > due.at - SKEW)
        continue;
      const versions = this.#bookings.get(id)?.since(0) ?? [];
      const hasCome = versions.some(
        (one) => one.booking && this.#arrivals.has(reminderKey(heard.message, one.booking, due.minutesBefore)),
      );
      if (hasCome) continue;
      this.#violate(
        'a reminder has not come',
        { ...heard.message, kind: 'reminder' },
        ` ${due.minutesBefore} minutes before`,
      );
    }
  }

  /** When they were last told of it; who gives a class, of any of its bookings. */
  #lastSaid({ role, to, start, url }: BookingMessage): number {
    const all = [...this.lastTold.values()].filter(
      ({ message }) => message.role === role && message.to === to && message.start === start && message.url === url,
    );
    return Math.max(...all.map(({ at }) => at));
  }

  /** Whether an event with this link is on the calendar that this person uses now. */
  #isAtGoogle(url: string | undefined, person: Staff | undefined): boolean {
    const { connection, calendarId } = person ?? {};
    if (connection?.state !== 'connected') return false;
    return this.#system.calendar
      .events()
      .some((event) => event.meetUrl === url && event.sub === connection.sub && event.calendarId === calendarId);
  }

  #violate(what: string, { id, role, to, kind, start, url }: BookingMessage, more = ''): void {
    this.#system.watch.violate(what, `booking ${id}, ${role} ${to}: ${kind} at ${start}, ${url}${more}`);
  }
}

/** @returns undefined when it is about no booking */
const read = ({ port, args }: PortCall): BookingMessage | undefined =>
  port === 'mail' ? readMessages([args[0] as Mail])[0] : readTexts([args[0] as Sms])[0];

const keyOfCall = (call: PortCall): string | undefined => {
  const message = read(call);
  return message && keyOf(message);
};

const isAbout = (key: string, id: string, email: string): boolean => {
  const address = key.slice(`${id} customer `.length);
  return key.startsWith(`${id} customer `) && (address === email || ownerOf(address) === email);
};

const keyOf = ({ id, role, to }: Pick<BookingMessage, 'id' | 'role' | 'to'>): string => `${id} ${role} ${to}`;

/** A class is reminded of once to who gives it. */
const reminderKey = (message: BookingMessage, { staff, service }: Booking, minutes: number): string =>
  [
    message.role === 'staff' ? `${message.to} for ${staff.email} ${service.name}` : keyOf(message),
    message.start,
    minutes,
  ].join(' | ');

export const sameBooked = (one: BookingMessage, other: BookingMessage): boolean =>
  one.kind !== 'cancelled' && one.start === other.start && one.end === other.end && one.url === other.url;

/** As messages write it. */
export const written = (instant: string): string => instant.slice(0, 16).replace('T', ' ');

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
