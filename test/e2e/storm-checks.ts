import type { BookingMessage } from '../fakes/messages.ts';
import { rfc3339, type StaffView, type View } from './driver.ts';
import type { Wish } from './storm-plan.ts';

/** An event as the view `events` of the Google stand-in shows it. */
export interface PlacedEvent {
  readonly account: string;
  readonly calendarId: string;
  readonly event: {
    readonly id: string;
    readonly status: string;
    readonly summary?: string;
    readonly hangoutLink?: string;
    readonly start: { readonly dateTime: string };
    readonly end: { readonly dateTime: string };
    readonly attendees?: readonly { readonly email: string }[];
    readonly extendedProperties?: { readonly private?: Readonly<Record<string, string>> };
  };
}

export type TimedMessage = BookingMessage & { readonly at: number };

/** Where the bookings of a staff member who is connected belong. */
export interface Place {
  readonly account: string;
  readonly calendarId: string;
}

/** All that can be seen from outside once it is quiet, next to what the platform wants. */
export interface Facts {
  /** By appointment id. */
  readonly wanted: ReadonlyMap<string, Wish>;
  /** By the staff member's address; who is not connected is not in it. */
  readonly places: ReadonlyMap<string, Place>;
  readonly views: ReadonlyMap<string, View>;
  readonly staff: readonly StaffView[];
  readonly events: readonly PlacedEvent[];
  /** Accounts that at some time let nobody in: an event there may have been left behind, if the timeline says so. */
  readonly lostAccounts: ReadonlySet<string>;
  /** In the order in which they were sent. */
  readonly messages: readonly TimedMessage[];
}

export interface Violation {
  /** Absent when it belongs to no booking. */
  readonly appointmentId?: string;
  readonly what: string;
}

const LEFT_BEHIND = 'old_event_left_behind';

/** What is not as it must be. */
export const violations = (facts: Facts): Violation[] => [
  ...[...facts.wanted].flatMap(([appointmentId, wish]) =>
    wrongState(facts, appointmentId, wish).map((what) => ({ appointmentId, what })),
  ),
  ...wrongEvents(facts),
  ...wrongMessages(facts),
  ...facts.staff.flatMap((person) => wrongStaff(facts, person).map((what) => ({ what: `${person.email} ${what}` }))),
];

const isActive = ({ status }: Wish): boolean => status === 'approved';

function wrongState({ views, places }: Facts, appointmentId: string, wish: Wish): string[] {
  const view = views.get(appointmentId);
  if (!view) return ['is not known'];
  const { appointment, meeting } = view;
  const isWaiting = isActive(wish) && !places.has(wish.staff);
  const states = !isActive(wish) ? ['cancelled', 'not_required'] : isWaiting ? ['waiting_for_staff'] : ['ready'];
  return [
    ...differs('status', wish.status, appointment.status),
    ...(isActive(wish) ? differs('start', rfc3339(wish.start), appointment.start) : []),
    ...(states.includes(meeting.state) ? [] : [`is ${meeting.state} instead of ${states.join(' or ')}`]),
    ...(isActive(wish) && !isWaiting ? [] : differs('Meet link', null, meeting.meetUrl)),
    ...differs('next attempt', isWaiting, meeting.nextAttemptAt !== null),
    ...differs('error', isWaiting ? 'staff_not_connected' : undefined, meeting.error?.code),
  ];
}

const differs = (what: string, wanted: unknown, found: unknown): string[] =>
  wanted === found ? [] : [`has the ${what} ${found} instead of ${wanted}`];

/** One event for each slot, on the right calendar, at the right time, with exactly its customers and the link that the API tells. */
function wrongEvents({ wanted, places, views, events, lostAccounts }: Facts): Violation[] {
  const wrong: Violation[] = [];
  const alive = new Map(
    events.filter(({ event }) => event.status !== 'cancelled').map((placed) => [placed.event.id, placed]),
  );
  const used = new Set<string>();
  const withEvent = [...wanted].filter(([, wish]) => isActive(wish) && places.has(wish.staff));
  for (const slot of Map.groupBy(withEvent, ([, wish]) => slotOf(wish)).values()) {
    const expected = describeWish(
      slot.map(([, wish]) => wish),
      places,
    );
    for (const [appointmentId] of slot) {
      const { eventId, meetUrl } = views.get(appointmentId)?.meeting ?? {};
      const placed = alive.get(eventId ?? '');
      if (!placed) {
        wrong.push({ appointmentId, what: `has no event at Google; ${eventId} is not there` });
        continue;
      }
      used.add(placed.event.id);
      const found = describeEvent(placed);
      if (found !== expected) wrong.push({ appointmentId, what: `has the event ${found}; wanted ${expected}` });
      const link = placed.event.hangoutLink;
      if (!link || link !== meetUrl) {
        wrong.push({ appointmentId, what: `is told to have the link ${meetUrl}, at Google it is ${link}` });
      }
    }
  }
  const leftOver = [...alive.values()].filter(
    ({ event }) => event.extendedProperties?.private?.bookingMeetId && !used.has(event.id),
  );
  const [excused, others] = [
    leftOver.filter(({ account }) => lostAccounts.has(account)),
    leftOver.filter(({ account }) => !lostAccounts.has(account)),
  ];
  const unexcused = excused.slice(Math.min(excused.length, leftBehind(views.values())));
  for (const placed of [...others, ...unexcused])
    wrong.push({ what: `An event that nobody wants is left: ${describeEvent(placed)}` });
  return wrong;
}

/** How often timelines say that an old event had to be left where it was. */
export const leftBehind = (views: Iterable<View>): number =>
  [...views].flatMap(({ timeline }) => timeline).filter(({ what }) => what === LEFT_BEHIND).length;

const slotOf = ({ staff, service, start }: Wish): string => [staff, service, start].join(' | ');

const describe = (at: string, title: string, start: number, end: number, guests: Iterable<string>): string =>
  `"${title}" on ${at}, ${rfc3339(start)} to ${rfc3339(end)}, with ${[...guests].sort().join(' ')}`;

function describeWish(wishes: readonly Wish[], places: ReadonlyMap<string, Place>): string {
  const [{ staff, service, start }] = wishes as [Wish];
  const { account = '', calendarId = '' } = places.get(staff) ?? {};
  const customers = wishes.flatMap((wish) => wish.customers);
  return describe(
    `${account}/${calendarId}`,
    // With several customers it names none.
    customers.length > 1 ? service : `${service} – ${customers[0]?.name}`,
    start,
    Math.max(...wishes.map(({ minutes }) => start + minutes * 60_000)),
    new Set(customers.map(({ email }) => email)),
  );
}

const describeEvent = ({ account, calendarId, event }: PlacedEvent): string =>
  describe(
    `${account}/${calendarId}`,
    event.summary ?? '',
    Date.parse(event.start.dateTime),
    Date.parse(event.end.dateTime),
    (event.attendees ?? []).map(({ email }) => email),
  );

/** The last message of everybody about each booking is the truth. */
function wrongMessages({ wanted, places, views, messages }: Facts): Violation[] {
  const last = new Map(messages.map((message) => [`${message.id} ${message.role} ${message.to}`, message]));
  const wrong: Violation[] = [];
  const expect = (appointmentId: string, who: string, truth: string) => {
    const message = last.get(who);
    last.delete(who);
    const told = message ? tells(message) : 'nothing';
    if (told !== truth) wrong.push({ appointmentId, what: `${who} was last told ${told}; true is ${truth}` });
  };
  const byNumber = new Map([...wanted.keys()].map((appointmentId) => [numberOf(appointmentId), appointmentId]));
  for (const [appointmentId, { staff, start, minutes, customers, ...wish }] of wanted) {
    if (wish.status !== 'approved' || !places.has(staff)) continue;
    const id = numberOf(appointmentId);
    const truth = telling(start, start + minutes * 60_000, views.get(appointmentId)?.meeting.meetUrl ?? 'no link');
    expect(appointmentId, `${id} staff ${staff}`, truth);
    for (const { email } of customers) expect(appointmentId, `${id} customer ${email}`, truth);
  }
  for (const [who, { id }] of [...last]) expect(byNumber.get(id) ?? '', who, CANCELLED);
  return wrong;
}

const CANCELLED = 'that it is cancelled';
const minutely = (time: number): string => rfc3339(time).slice(0, 16).replace('T', ' ');
const telling = (start: number, end: number, url: string): string => `${minutely(start)} to ${minutely(end)}, ${url}`;

/** What somebody knows after a message. */
export const tells = ({ kind, start, end, url }: BookingMessage): string =>
  kind === 'cancelled' ? CANCELLED : `${start} to ${end}, ${url}`;

const numberOf = (appointmentId: string): string => appointmentId.slice(appointmentId.indexOf(':') + 1);

function wrongStaff({ wanted, places }: Facts, { email, connection, upcoming, waiting }: StaffView): string[] {
  const theirs = [...wanted.values()].filter((wish) => isActive(wish) && wish.staff === email).length;
  return [
    ...differs('connection', places.has(email) ? 'connected' : 'not_connected', connection.state),
    ...differs('number of bookings', theirs, upcoming),
    ...differs('number of bookings that wait', places.has(email) ? 0 : theirs, waiting),
  ];
}

/** Somebody who was told once more what they knew already. */
export interface Repeat {
  readonly message: TimedMessage;
  /** Whether a run was killed, or SES's answer was lost, between the two: DESIGN rule 15 allows one repeat for each. */
  readonly isExplained: boolean;
}

/** Milliseconds between taking a message and whatever kept its sender from knowing. */
const SENDING = 1000;

/** @param lost when a run was killed @param inDoubt when the answer to a message to somebody was lost */
export function repeats(
  messages: readonly TimedMessage[],
  lost: readonly number[],
  inDoubt: readonly { readonly at: number; readonly to: string }[],
): Repeat[] {
  return [...Map.groupBy(messages, ({ id, role, to }) => `${id} ${role} ${to}`).values()].flatMap((told) =>
    told.flatMap((message, index): Repeat[] => {
      const before = told[index - 1];
      if (!before || tells(before) !== tells(message)) return [];
      const isBetween = (at: number): boolean => at >= before.at - SENDING && at <= message.at;
      const isExplained = lost.some(isBetween) || inDoubt.some(({ at, to }) => to === message.to && isBetween(at));
      return [{ message, isExplained }];
    }),
  );
}
