import { seededRandom } from '../fakes/random.ts';
import { type Customer, tomorrow } from './driver.ts';

/** What the platform wants a booking to be. */
export interface Wish {
  readonly status: 'approved' | 'pending' | 'canceled' | 'cancelled';
  readonly staff: string;
  readonly service: string;
  /** Milliseconds since the epoch. */
  readonly start: number;
  readonly minutes: number;
  readonly customers: readonly Customer[];
}

/** One webhook. */
export interface Delivery {
  /** Milliseconds of storm. */
  readonly at: number;
  /** With the platform: `appointments:n1`. */
  readonly appointmentId: string;
  /** The same for the same webhook sent twice. */
  readonly webhookId: string;
  /** As the platform names what happened. */
  readonly event: string;
  /** Milliseconds since the epoch; rises with each change of a booking. */
  readonly sourceTime: number;
  readonly wish: Wish;
}

/** What somebody does about the connection to Google. */
export interface Deed {
  readonly at: number;
  readonly who: Person;
  readonly does: 'connect' | 'lose access' | 'choose another calendar';
}

/** A staff member. */
export interface Person {
  readonly email: string;
  /** The Google account that they connect. */
  readonly account: string;
}

export const STORM_STAFF = {
  ana: { email: 'ana@storm.test', account: 'ana@storm.test' },
  /** Connects an account of another address. */
  bea: { email: 'bea@storm.test', account: 'bea.private@storm.test' },
  /** Has a calendar for it, and chooses another in the middle. */
  carla: { email: 'carla@storm.test', account: 'carla@storm.test' },
  david: { email: 'david@storm.test', account: 'david@storm.test' },
  /** Takes the access away, twice, and connects again. */
  elena: { email: 'elena@storm.test', account: 'elena@storm.test' },
  /** Connects late. */
  felix: { email: 'felix@storm.test', account: 'felix@storm.test' },
  /** Never connects. */
  gema: { email: 'gema@storm.test', account: 'gema@storm.test' },
} as const satisfies Record<string, Person>;

const { ana, bea, carla, david, elena, felix, gema } = STORM_STAFF;
/** Those who are connected before it begins. */
export const FIRST_CONNECTED: readonly Person[] = [ana, bea, carla, david, elena];
const EVENTUALLY_CONNECTED = [...FIRST_CONNECTED, felix].map(({ email }) => email);

/** Chances that are the same for the same seed. */
export class Dice {
  readonly #random: () => number;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  chance = (probability: number): boolean => this.#random() < probability;
  between = (least: number, most: number): number => least + this.#random() * (most - least);
  whole = (least: number, most: number): number => Math.floor(this.between(least, most + 1));
  pick = <T>(from: readonly T[]): T => from[this.whole(0, from.length - 1)] as T;
  /** One of the names, each as likely as its number says. */
  weighed<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
    const entries = Object.entries(weights) as [Name, number][];
    let left = this.between(
      0,
      entries.reduce((sum, [, weight]) => sum + weight, 0),
    );
    for (const [name, weight] of entries) {
      left -= weight;
      if (left < 0) return name;
    }
    return (entries.at(-1) as [Name, number])[0];
  }
}

const HALF_HOUR = 1_800_000;
const HOUR = 2 * HALF_HOUR;
const GROUP_SIZE = 4;
const MOST_CHANGES = 4;

/** All that the platform and the staff do in a storm. */
export interface Plan {
  /** In the order in which they are sent. */
  readonly deliveries: readonly Delivery[];
  readonly deeds: readonly Deed[];
}

/** @param duration milliseconds of storm */
export function planStorm(dice: Dice, bookings: number, duration: number): Plan {
  const slots = new Slots(dice, bookings);
  const deliveries = Array.from({ length: bookings }, (_, index) =>
    deliveriesOf(dice, slots, index + 1, duration),
  ).flat();
  const deeds: Deed[] = [
    { at: 0.2 * duration, who: elena, does: 'lose access' },
    { at: 0.35 * duration, who: elena, does: 'connect' },
    { at: 0.45 * duration, who: felix, does: 'connect' },
    { at: 0.5 * duration, who: carla, does: 'choose another calendar' },
    { at: 0.6 * duration, who: elena, does: 'lose access' },
    { at: 0.75 * duration, who: elena, does: 'connect' },
  ];
  return { deliveries: deliveries.sort((one, other) => one.at - other.at), deeds };
}

type Slot = Pick<Wish, 'staff' | 'service' | 'start' | 'minutes'>;

/** When and with whom there is something to be booked. */
class Slots {
  readonly #dice: Dice;
  readonly #classes: readonly Omit<Slot, 'minutes'>[];
  /** Milliseconds since the epoch; hours from then on are somebody's own, the half hours between them are shared. */
  readonly #from = tomorrow();
  #taken = 0;

  constructor(dice: Dice, bookings: number) {
    this.#dice = dice;
    this.#classes = Array.from({ length: Math.ceil((0.3 * bookings) / GROUP_SIZE) }, (_, index) => ({
      staff: dice.pick(EVENTUALLY_CONNECTED),
      service: 'Yoga',
      start: this.#from + index * HOUR + HALF_HOUR,
    }));
  }

  /** One that several share. */
  shared = (): Slot => ({ ...this.#dice.pick(this.#classes), minutes: this.#dice.pick([45, 60]) });

  /** One of its own. */
  own(): Slot {
    this.#taken += 1;
    const staff = this.#dice.chance(0.05) ? gema.email : this.#dice.pick(EVENTUALLY_CONNECTED);
    return { staff, service: 'Consulta', start: this.#from + this.#taken * HOUR, minutes: 45 };
  }

  another = (): Slot => (this.#dice.chance(0.3) ? this.shared() : this.own());
}

function deliveriesOf(dice: Dice, slots: Slots, number: number, duration: number): Delivery[] {
  const isSigned = dice.chance(0.7);
  const id = `${isSigned ? 'n' : 'b'}${number}`;
  const appointmentId = `${isSigned ? 'appointments' : 'booknetic'}:${id}`;
  const wishes = wishesOf(dice, slots, id, isSigned);
  let at = dice.between(0, 0.85 * duration);
  const began = Date.now();
  return wishes.flatMap((wish, index): Delivery[] => {
    if (index > 0) at += pause(dice, duration - at);
    const delivery: Delivery = {
      at,
      appointmentId,
      webhookId: `${id}-${index}`,
      event: isSigned ? signedEvent(wish, index) : bookneticEvent(wish, wishes[index - 1]),
      sourceTime: began + Math.round(at),
      wish,
    };
    return isSigned ? disordered(dice, delivery) : dice.chance(0.08) ? [delivery, delivery] : [delivery];
  });
}

/** From a moment later to any time that is left. */
function pause(dice: Dice, left: number): number {
  const kind = dice.weighed({ moment: 4, while: 4, long: 2 });
  const most = { moment: 900, while: 10_000, long: left }[kind];
  return Math.max(2, dice.between(50, Math.min(most, left)));
}

/** A signed webhook may come late, twice, or once more as another one. */
function disordered(dice: Dice, delivery: Delivery): Delivery[] {
  const sent = dice.chance(0.12) ? { ...delivery, at: delivery.at + dice.between(100, 8000) } : delivery;
  const later = { ...delivery, at: delivery.at + dice.between(0, 15_000) };
  return [
    sent,
    ...(dice.chance(0.1) ? [later] : []),
    ...(dice.chance(0.05) ? [{ ...later, webhookId: `${delivery.webhookId}-again` }] : []),
  ];
}

/** How a booking is wanted, one change after the other. */
function wishesOf(dice: Dice, slots: Slots, id: string, isSigned: boolean): Wish[] {
  const customer = (mark = '') => ({ name: `Customer ${id}${mark}`, email: `${id}${mark}@customer.test` });
  const first: Wish = {
    ...slots.another(),
    status: dice.chance(0.1) ? 'pending' : 'approved',
    customers: [customer(), ...(isSigned && dice.chance(0.1) ? [customer('-friend')] : [])],
  };
  const wishes = [first];
  const changes = dice.whole(0, MOST_CHANGES);
  for (let change = 1; change <= changes; change += 1) {
    const last = wishes.at(-1) as Wish;
    wishes.push(changed(dice, slots, last, wishes, isSigned ? customer(`-${change}`) : undefined));
  }
  return wishes;
}

function changed(dice: Dice, slots: Slots, last: Wish, earlier: readonly Wish[], newcomer: Customer | undefined): Wish {
  if (last.status !== 'approved' && dice.chance(0.7)) {
    return { ...last, ...(dice.chance(0.3) && moved(slots.another())), status: 'approved' };
  }
  const what = dice.weighed({ move: 40, lengthen: 8, staff: 14, cancel: 18, suspend: 5, back: 7, customers: 8 });
  switch (what) {
    case 'move':
      return { ...last, ...moved(slots.another()) };
    case 'lengthen':
      return { ...last, minutes: last.minutes + 15 };
    case 'staff':
      return { ...last, staff: dice.pick(EVENTUALLY_CONNECTED) };
    case 'cancel':
      return { ...last, status: newcomer && dice.chance(0.5) ? 'cancelled' : 'canceled' };
    case 'suspend':
      return { ...last, status: 'pending' };
    case 'back': {
      const { staff, service, start, minutes } = dice.pick(earlier);
      return { ...last, ...moved({ staff, service, start, minutes }) };
    }
    case 'customers':
      if (!newcomer) return { ...last, ...moved(slots.own()) };
      return { ...last, customers: dice.chance(0.5) ? [...last.customers, newcomer] : [newcomer] };
  }
}

/** With what has an event, nobody is moved to who never connects: it would rightly stay where it was. */
const moved = (slot: Slot): Slot => (slot.staff === gema.email ? { ...slot, staff: ana.email } : slot);

const signedEvent = ({ status }: Wish, index: number): string => {
  if (index === 0) return 'appointment.created';
  return status === 'cancelled' ? 'appointment.cancelled' : 'appointment.updated';
};

function bookneticEvent(wish: Wish, before: Wish | undefined): string {
  if (!before) return 'booking_new';
  return wish.status === before.status ? 'booking_rescheduled' : 'booking_status_changed';
}
