import type { Channel } from '../../shared/notifications/told.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { Weather } from './faults.ts';
import { CUSTOMERS, Phones, reachOf, STAFF } from './people.ts';
import { Dice } from './randomness.ts';

export const START = Date.parse('2026-11-24T09:00:00Z');
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Every account has these calendars; the last one cannot make Meet links. */
export const CALENDARS = ['primary', 'second', 'linkless'] as const;

/** What the booking platform wants of one booking. */
export interface Wish {
  readonly status: string;
  readonly start: string;
  readonly end: string;
  readonly service: { readonly name: string };
  readonly staff: { readonly email: string; readonly phone?: string };
  readonly customers: readonly { readonly name: string; readonly email: string; readonly phone?: string }[];
}

/** Something that people, the platform or the world do, by themselves, at a moment in milliseconds since the epoch. */
export type Happening = { readonly at: number } & (
  | {
      readonly kind: 'delivery';
      readonly booking: string;
      readonly intent: 'create' | 'change' | 'report' | 'cancel';
      readonly wish: Wish;
      /** Where the platform sends one. */
      readonly sourceTime?: string;
      /** The same for the same delivery sent twice. */
      readonly delivery: string;
    }
  | { readonly kind: 'settings'; readonly change: Readonly<Record<string, unknown>> }
  | { readonly kind: 'calendar'; readonly staff: string; readonly calendarId: string }
  | { readonly kind: 'connect'; readonly staff: string; readonly account: string }
  | { readonly kind: 'disconnect' | 'revoke'; readonly staff: string }
  | { readonly kind: 'resync' | 'admin_cancel'; readonly booking: string }
  | { readonly kind: 'erase'; readonly email: string }
  | { readonly kind: 'bounce' | 'unbounce'; readonly channel: Channel; readonly address: string }
  | { readonly kind: 'by_hand'; readonly act: HandAct; readonly which: number; readonly who: string }
  | { readonly kind: 'trouble'; readonly what: Trouble; readonly until: number }
);
export type HandAct =
  | 'delete'
  | 'forget'
  | 'edit_time'
  | 'edit_title'
  | 'add_guest'
  | 'remove_guest'
  | 'answer'
  | 'remove_link';
export type Trouble =
  | 'google_down'
  | 'calendar_api_off'
  | 'links_slow'
  | 'links_fail'
  | 'mail_down'
  | 'sms_down'
  | 'stream_lost'
  | 'database_down';

/** One seed: what happens, and how rough it is. */
export interface Day {
  readonly seed: number;
  readonly weather: Weather;
  readonly connected: readonly string[];
  /** Besides those of every day. */
  readonly settings: Partial<Settings>;
  readonly happenings: readonly Happening[];
  /** When the last of it is over. */
  readonly end: number;
}

const iso = (at: number): string => new Date(at).toISOString().replace('.000', '');

/** All that one seed brings, as plain data, so that a part of it can be left out. */
export function makeDay(seed: number): Day {
  const dice = new Dice(seed, 'day');
  const weather: Weather = dice.chance(0.15)
    ? { stores: 0, google: 0, mail: 0, deaths: 0 }
    : {
        stores: dice.pick([0, 0.002, 0.01, 0.04]),
        google: dice.pick([0, 0.05, 0.15, 0.4]),
        mail: dice.pick([0, 0.05, 0.2]),
        deaths: dice.pick([0, 0.001, 0.005, 0.02]),
      };
  const span = dice.pick([2 * MINUTE, 30 * MINUTE, 5 * HOUR, 30 * HOUR]);
  const happenings: Happening[] = [];
  const phones = new Phones(seed, START, span);
  const bookings = Array.from(
    { length: dice.whole(2, 8) },
    (_, index) => new PlatformBooking(`${index + 1}`, dice, phones),
  );
  // A day has its own mix: what happens often in one never happens in another.
  const mix = Object.fromEntries(Object.entries(MIX).map(([kind, weight]) => [kind, weight * dice.between(0, 2)])) as {
    [K in keyof typeof MIX]: number;
  };
  const connected = STAFF.filter(() => dice.chance(0.93));

  const moments: number[] = [];
  for (let count = dice.whole(5, 45); count > 0; count -= 1) {
    // Close on the heels of another one, or at any time.
    const near = moments.length > 0 && dice.chance(0.5) ? dice.pick(moments) + dice.between(0, 3 * SECOND) : undefined;
    moments.push(Math.round(near ?? START + dice.between(0, span)));
  }
  for (const at of moments.sort((a, b) => a - b)) {
    const kind = dice.weighted(mix);
    if (kind === 'platform') happenings.push(...dice.pick(bookings).next(at));
    else happenings.push(...OTHERS[kind](at, dice, bookings));
  }
  const talk = new Dice(seed, 'talk');
  const settings = firstSettings(talk, span);
  for (let count = talk.whole(0, 5); count > 0; count -= 1) {
    const at = Math.round(START + talk.between(0, span));
    happenings.push(...TALK[talk.weighted(TALK_MIX)](at, talk, span, phones));
  }
  const erasing = new Dice(seed, 'erase');
  for (let count = erasing.weighted({ '': 3, x: 1, xx: 1 }).length; count > 0; count -= 1) {
    const at = Math.round(START + erasing.between(0, span));
    happenings.push({ at, kind: 'erase', email: erasing.pick(CUSTOMERS).email });
  }
  happenings.sort((a, b) => a.at - b.at);
  const end = Math.max(START + MINUTE, ...happenings.map((one) => (one.kind === 'trouble' ? one.until : one.at)));
  return { seed, weather, connected, settings, happenings, end };
}

const MIX = {
  platform: 30,
  settings: 1,
  calendar: 0.7,
  connect: 1.5,
  disconnect: 0.4,
  revoke: 0.6,
  resync: 1,
  admin_cancel: 0.5,
  by_hand: 3,
  trouble: 1.5,
};

const OTHERS: Readonly<
  Record<
    Exclude<keyof typeof MIX, 'platform'>,
    (at: number, dice: Dice, bookings: readonly PlatformBooking[]) => Happening[]
  >
> = {
  settings: (at, dice) => {
    if (dice.chance(0.3)) {
      return [
        { at, kind: 'settings', change: { enabled: false } },
        { at: at + Math.round(dice.between(SECOND, 2 * HOUR)), kind: 'settings', change: { enabled: true } },
      ];
    }
    const change = dice.pick([
      { eventTitle: '{service_name} – {customer_full_name}' },
      { eventTitle: 'Cita: {service_name}' },
      { statuses: ['approved'] },
      { statuses: ['approved', 'pending'] },
      { addCustomersAsAttendees: false },
      { addCustomersAsAttendees: true },
      { customersCanSeeOtherAttendees: true },
      { customersCanSeeOtherAttendees: false },
      { googleInvitations: 'none' },
      { expectStartsPing: true },
      { expectStartsPing: false },
    ]);
    return [{ at, kind: 'settings', change }];
  },
  calendar: (at, dice) => [
    {
      at,
      kind: 'calendar',
      staff: dice.pick(STAFF),
      calendarId: dice.weighted({ primary: 4, second: 4, linkless: 1 }),
    },
  ],
  connect: (at, dice) => {
    const staff = dice.pick(STAFF);
    // Mostly their own account; at times another one, or one that two of them share.
    const account = dice.pick([staff, staff, staff, `other-${staff}`, 'shared@clinic.test']);
    return [{ at, kind: 'connect', staff, account }];
  },
  disconnect: (at, dice) => [{ at, kind: 'disconnect', staff: dice.pick(STAFF) }],
  revoke: (at, dice) => {
    const staff = dice.pick(STAFF);
    const again: Happening[] = dice.chance(0.6)
      ? [{ at: at + Math.round(dice.between(SECOND, 5 * HOUR)), kind: 'connect', staff, account: staff }]
      : [];
    return [{ at, kind: 'revoke', staff }, ...again];
  },
  resync: (at, dice, bookings) => [{ at, kind: 'resync', booking: dice.pick(bookings).id }],
  admin_cancel: (at, dice, bookings) => [{ at, kind: 'admin_cancel', booking: dice.pick(bookings).id }],
  by_hand: (at, dice) => [
    {
      at,
      kind: 'by_hand',
      act: dice.weighted({
        delete: 3,
        forget: 1,
        edit_time: 2,
        edit_title: 2,
        add_guest: 3,
        remove_guest: 2,
        answer: 5,
        remove_link: 1,
      }),
      which: dice.whole(0, 9),
      who: dice.pick(CUSTOMERS).email,
    },
  ],
  trouble: (at, dice) => [
    {
      at,
      kind: 'trouble',
      what: dice.weighted({
        google_down: 3,
        calendar_api_off: 1,
        links_slow: 3,
        links_fail: 2,
        mail_down: 2,
        stream_lost: 2,
        database_down: 1,
      }),
      until: at + Math.round(dice.pick([dice.between(0, MINUTE), dice.between(0, HOUR), dice.between(0, 5 * HOUR)])),
    },
  ],
};

/** SMS are on for most, as are mails. */
const firstSettings = (dice: Dice, span: number): Partial<Settings> => ({
  reminders: drawReminders(dice, span),
  notifications: {
    email: { customer: dice.chance(0.97), staff: dice.chance(0.95) },
    sms: { customer: dice.chance(0.8), staff: dice.chance(0.6) },
  },
  defaultCountry: dice.chance(0.7) ? 'ES' : null,
});

/** Some shortly before the start, some a week before, which is today for most bookings, and some soon after another. */
function drawReminders(dice: Dice, span: number): Settings['reminders'] {
  const drawn: number[] = [];
  for (let count = dice.whole(0, 5); count > 0; count -= 1) {
    const last = drawn.at(-1);
    const kind = dice.weighted({ short: 2, today: 2, next: 1 });
    if (kind === 'short') drawn.push(dice.pick([10, 45, 120]));
    else if (kind === 'next' && last) drawn.push(Math.max(1, last - dice.whole(1, 30)));
    else drawn.push(Math.ceil((7 * DAY + dice.pick([0, 0, 2, 26]) * HOUR - dice.between(0, span)) / MINUTE));
  }
  return drawn.map((minutesBefore) => ({
    minutesBefore,
    channels: dice.pick<Channel[]>([['email'], ['sms'], ['email', 'sms']]),
  }));
}

/** What happens to messages. */
const TALK_MIX = { reminders: 3, channel: 3, country: 1, bounce: 2, down: 2 };

const TALK: Readonly<
  Record<keyof typeof TALK_MIX, (at: number, dice: Dice, span: number, phones: Phones) => Happening[]>
> = {
  reminders: (at, dice, span) => [{ at, kind: 'settings', change: { reminders: drawReminders(dice, span) } }],
  channel: (at, dice) => {
    const [channel, role] = [dice.pick(['email', 'sms', 'sms']), dice.pick(['customer', 'staff'])];
    const turn = (isOn: boolean) => ({ notifications: { [channel]: { [role]: isOn } } });
    const later = at + Math.round(dice.between(SECOND, dice.pick([MINUTE, 10 * MINUTE, 5 * HOUR])));
    const again: Happening[] = dice.chance(0.8) ? [{ at: later, kind: 'settings', change: turn(true) }] : [];
    return [{ at, kind: 'settings', change: turn(dice.chance(0.2)) }, ...again];
  },
  country: (at, dice) => [{ at, kind: 'settings', change: { defaultCountry: dice.pick(['ES', 'ES', null]) } }],
  bounce: (at, dice, _span, phones) => {
    const people = {
      staff: phones.with({ email: dice.pick(STAFF) }, at),
      customers: [phones.with(dice.pick(CUSTOMERS), at)],
    };
    const { channel, address } = dice.pick(reachOf(people, 'ES'));
    const later = at + Math.round(dice.between(SECOND, 5 * HOUR));
    const again: Happening[] = dice.chance(0.3) ? [{ at: later, kind: 'unbounce', channel, address }] : [];
    return [{ at, kind: 'bounce', channel, address }, ...again];
  },
  down: (at, dice) => {
    const until = at + Math.round(dice.between(0, dice.pick([MINUTE, HOUR, 5 * HOUR])));
    return [{ at, kind: 'trouble', what: dice.pick(['sms_down', 'sms_down', 'mail_down']), until }];
  },
};

/** A booking as its platform changes it: its own clock says what is newer, its webhooks may be doubled and overtake one another. */
class PlatformBooking {
  readonly id: string;
  readonly #dice: Dice;
  readonly #phones: Phones;
  readonly #sendsTime: boolean;
  #wish: Wish | undefined;
  #serial = 0;
  #sourceTime = START - DAY;

  constructor(id: string, dice: Dice, phones: Phones) {
    this.id = id;
    this.#dice = dice;
    this.#phones = phones;
    this.#sendsTime = dice.chance(0.6);
  }

  next(at: number): Happening[] {
    const dice = this.#dice;
    const before = this.#wish;
    const step = before
      ? dice.weighted({
          move: 6,
          staff: 2,
          customers: 2,
          cancel: 3,
          approve: 4,
          pending: 1,
          longer: 1,
          service: 1,
          ping: 1,
        })
      : 'new';
    const wish = before ? this.#changed(before, step) : this.#new(at);
    this.#wish = wish;
    const isReport = step === 'ping';
    const intent = !before
      ? 'create'
      : isReport
        ? 'report'
        : step === 'cancel' && this.#sendsTime
          ? 'cancel'
          : 'change';
    const first = this.#delivery(at, intent, wish);
    // One fact, sent as a new booking and as a change, in either order (FACTS 1).
    const also = !before && dice.chance(0.3) ? [this.#delivery(at + dice.whole(-2000, 2000), 'change', wish)] : [];
    const late = dice.chance(0.15) ? dice.whole(0, 10 * MINUTE) : dice.whole(0, 500);
    const sent = [first, ...also].map((one) => ({ ...one, at: Math.max(START, one.at + late) }));
    const again = dice.chance(0.2) ? [{ ...first, at: first.at + dice.whole(0, dice.pick([2000, HOUR])) }] : [];
    return [...sent, ...again];
  }

  #delivery(
    at: number,
    intent: 'create' | 'change' | 'report' | 'cancel',
    wish: Wish,
  ): Happening & { kind: 'delivery' } {
    this.#serial += 1;
    this.#sourceTime = Math.max(this.#sourceTime + 1, at);
    return {
      at,
      kind: 'delivery',
      booking: this.id,
      intent,
      wish: {
        ...wish,
        staff: this.#phones.with(wish.staff, at),
        customers: wish.customers.map((one) => this.#phones.with(one, at)),
      },
      ...(this.#sendsTime && { sourceTime: new Date(this.#sourceTime).toISOString() }),
      delivery: `delivery-${this.id}-${this.#serial}`,
    };
  }

  #new(at: number): Wish {
    const dice = this.#dice;
    return {
      status: dice.weighted({ approved: 9, pending: 1 }),
      ...this.#time(at),
      service: { name: 'Consulta' },
      staff: { email: dice.pick(STAFF) },
      customers: this.#customers(),
    };
  }

  #changed(wish: Wish, step: string): Wish {
    const dice = this.#dice;
    switch (step) {
      case 'move':
        return { ...wish, ...this.#time(START + dice.between(0, 30 * HOUR)) };
      case 'staff':
        return { ...wish, staff: { email: dice.pick(STAFF) } };
      case 'customers':
        return { ...wish, customers: this.#customers() };
      case 'cancel':
        return { ...wish, status: 'canceled' };
      case 'approve':
        return { ...wish, status: 'approved' };
      case 'pending':
        return { ...wish, status: 'pending' };
      case 'longer':
        return { ...wish, end: iso(Date.parse(wish.start) + dice.pick([45, 60, 90]) * MINUTE) };
      case 'service':
        return { ...wish, service: { name: dice.pick(['Consulta', 'Clase']) } };
      default:
        return wish;
    }
  }

  /** A few times only, so that bookings meet; some of them soon, so that they are over before all is quiet. */
  #time(at: number): { start: string; end: string } {
    const dice = this.#dice;
    const start = dice.chance(0.12)
      ? Math.ceil((at + dice.between(-HOUR, 6 * HOUR)) / MINUTE) * MINUTE
      : START + 7 * DAY + dice.pick([0, 0, 2, 26]) * HOUR;
    return { start: iso(start), end: iso(start + dice.pick([45, 45, 60]) * MINUTE) };
  }

  #customers(): Wish['customers'] {
    const dice = this.#dice;
    const own = CUSTOMERS[Number(this.id) % CUSTOMERS.length] as (typeof CUSTOMERS)[number];
    const other = dice.pick(CUSTOMERS);
    return dice.chance(0.15) && other !== own ? [own, other] : dice.chance(0.1) ? [other] : [own];
  }
}

/** One happening as a person reads it. */
export function describeHappening(one: Happening): string {
  switch (one.kind) {
    case 'delivery': {
      const { booking, intent, wish, sourceTime, delivery } = one;
      const people = wish.customers.map(({ name, phone = 'no telephone' }) => `${name} (${phone})`).join(' and ');
      return `webhook ${delivery} (${intent}${sourceTime ? `, ${sourceTime}` : ''}): booking ${booking} is ${wish.status}, ${wish.start} to ${wish.end.slice(11)}, ${wish.service.name} with ${wish.staff.email} for ${people}`;
    }
    case 'settings':
      return `the admin saves ${JSON.stringify(one.change)}`;
    case 'calendar':
      return `the admin sets the calendar of ${one.staff} to ${one.calendarId}`;
    case 'connect':
      return `${one.staff} connects the account ${one.account}`;
    case 'disconnect':
      return `the admin disconnects ${one.staff}`;
    case 'revoke':
      return `${one.staff} takes the access back at Google`;
    case 'bounce':
      return `nothing reaches ${one.address} by ${one.channel}`;
    case 'unbounce':
      return `the admin has ${one.address} tried again by ${one.channel}`;
    case 'erase':
      return `the admin erases ${one.email}`;
    case 'resync':
      return `the admin has booking ${one.booking} looked at again`;
    case 'admin_cancel':
      return `the admin cancels booking ${one.booking}`;
    case 'by_hand':
      return `by hand in Google: ${one.act} (event ${one.which}, ${one.who})`;
    case 'trouble':
      return `${one.what} until ${new Date(one.until).toISOString()}`;
  }
}
