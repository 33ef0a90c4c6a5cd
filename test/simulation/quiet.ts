import type { Appointment, Booking } from '../../shared/appointments/appointment.ts';
import { isErased } from '../../shared/appointments/erasure.ts';
import { isErrand } from '../../shared/appointments/errands.ts';
import { linkOf, type Mapping, type Meeting, mayBeToCome } from '../../shared/meetings/meeting.ts';
import { viewMeeting } from '../../shared/meetings/view.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { Staff } from '../../shared/staff/staff.ts';
import { toInstant } from '../../shared/time.ts';
import { describeEvent } from '../fakes/agreement.ts';
import type { PlacedEvent } from '../fakes/calendar.ts';
import { CALENDARS } from './day.ts';
import { CUSTOMERS, reachOf } from './people.ts';
import { written } from './post.ts';
import type { System } from './system.ts';

type Booked = Appointment & { readonly booking: Booking };

/** What must hold once all is quiet, worked out from the bookings, the settings and the connections alone. */
export async function checkQuiet(system: System): Promise<void> {
  const records = await readRecords(system);
  const { settings } = await system.settings.get();
  const staff = new Map((await system.staff.list()).map((person) => [person.email, person]));
  const future = system.appointments
    .all()
    .filter((appointment): appointment is Booked => appointment.booking !== undefined)
    .filter(({ booking }) => booking.end > system.instant);
  const active = future.filter(({ status }) => settings.statuses.includes(status));
  checkIntake(system);
  await checkErased(system, records);
  checkAccess(system, staff);
  checkEvents(system, records, settings, staff, active);
  for (const appointment of future)
    checkState(system, records, settings, staff, active.includes(appointment), appointment);
  checkHistory(system, records);
  checkPeople(system, records, settings, staff, future, active);
  for (const { appointmentId } of active) await system.watch.post.checkReminded(appointmentId.slice('test:'.length));
}

interface Records {
  /** By appointment. */
  readonly mappings: ReadonlyMap<string, Mapping>;
  readonly meetings: ReadonlyMap<string, Meeting>;
}

async function readRecords({ appointments, meetings, calendar }: System): Promise<Records> {
  const mappings = await meetings.mappings(appointments.all().map(({ appointmentId }) => appointmentId));
  const ids = [
    ...mappings.flatMap(({ meetingId, leaving }) => [meetingId, ...leaving]),
    ...calendar.events().map(({ meetingId }) => meetingId),
  ];
  const found = await meetings.getMany([...new Set(ids.filter((id) => id !== undefined))]);
  return {
    mappings: new Map(mappings.map((mapping) => [mapping.appointmentId, mapping])),
    meetings: new Map(found.map((meeting) => [meeting.meetingId, meeting])),
  };
}

/** DESIGN rule 5: the newest word of a platform that says when it said it stands, in whatever order its words came. */
function checkIntake(system: System): void {
  for (const [booking, deliveries] of system.watch.answered) {
    const newest = [...deliveries].sort((a, b) => ((a.sourceTime ?? '') < (b.sourceTime ?? '') ? -1 : 1)).at(-1);
    const stored = system.appointments.peek(`test:${booking}`);
    if (!newest?.sourceTime || !stored) continue;
    // A new booking may come after its own change, a reminder says nothing new, and what was not answered may be stored all the same.
    if (newest.intent === 'create' || newest.intent === 'report') continue;
    if (stored.sourceTime && stored.sourceTime > newest.sourceTime) continue;
    if (system.day.happenings.some((one) => one.kind === 'admin_cancel' && one.booking === booking)) continue;
    const isThere = newest.intent === 'cancel' || stored.booking?.start === newest.wish.start;
    if (stored.status !== newest.wish.status || !isThere) {
      system.watch.violate('the newest word does not stand', `booking ${booking}: ${JSON.stringify(stored)}`);
    }
  }
}

/** Nothing is kept of who was erased: not in their bookings, the ledger or the meetings. What is to come in Google is checked below. */
async function checkErased(system: System, { mappings, meetings }: Records): Promise<void> {
  const kept = JSON.stringify([...mappings.values(), ...meetings.values()]);
  for (const { email } of CUSTOMERS) {
    if (kept.includes(email)) system.watch.violate('a meeting names a customer', email);
    for (const appointment of system.appointments.all()) {
      if (!isErased(appointment, email)) continue;
      const ledger = await system.told.ofSubject(appointment.appointmentId);
      const rest = JSON.stringify([appointment, ledger]);
      if (rest.includes(email)) system.watch.violate('somebody who was erased is still there', `${email}: ${rest}`);
    }
  }
}

/** DESIGN rule 17: an access that Google ended is known to be ended. */
function checkAccess(system: System, staff: ReadonlyMap<string, Staff>): void {
  for (const [email, { connection }] of staff) {
    if (connection.state === 'connected' && !grantOf(system, email, connection.grantId)) {
      system.watch.violate('an access that ended passes for connected', `${email}: ${JSON.stringify(connection)}`);
    }
  }
}

const grantOf = (system: System, email: string, grantId: string | undefined) =>
  system.grants
    .ofSecret(system.grants.secretName(email))
    .grants.find((grant) => grant.grantId === grantId && !system.watch.revoked.has(grant.refreshToken));

const isConnected = (staff: ReadonlyMap<string, Staff>, email: string): boolean =>
  staff.get(email)?.connection.state === 'connected';

const isLinkless = (staff: ReadonlyMap<string, Staff>, email: string): boolean =>
  staff.get(email)?.calendarId === CALENDARS[2];

/** One event for each slot whose staff member is connected: on their calendar, at its time, with exactly its customers, and a link. */
function checkEvents(
  system: System,
  records: Records,
  settings: Settings,
  staff: ReadonlyMap<string, Staff>,
  active: readonly Booked[],
): void {
  const wanted = [...Map.groupBy(active, slotOf).values()].flatMap((bookings) => {
    const [{ booking }] = bookings as [Booked];
    const { email } = booking.staff;
    if (!isConnected(staff, email) || isLinkless(staff, email)) return [];
    const person = staff.get(email) as Staff;
    const customers = bookings.flatMap((one) => one.booking.customers);
    const guests = new Set(customers.flatMap((customer) => customer.email ?? []));
    const name = customers.length > 1 ? '' : (customers[0]?.name ?? '');
    return [
      describeEvent({
        sub: person.connection.sub ?? '',
        calendarId: person.calendarId,
        title: titleOf(settings, booking.service.name, name),
        start: booking.start,
        end: bookings
          .map((one) => one.booking.end)
          .sort()
          .at(-1) as string,
        guests: settings.addCustomersAsAttendees ? [...guests] : [],
        hasLink: true,
      }),
    ];
  });
  const current = new Set(
    [...staff.values()]
      .filter(({ connection }) => connection.state === 'connected')
      .map(({ connection, calendarId }) => `${connection.sub} ${calendarId}`),
  );
  const found = system.calendar
    .events()
    .filter(({ meetingId, end }) => meetingId !== undefined && end > system.instant)
    // Where nobody is connected any more, or to a calendar that is not in use, old events stay behind (rule 14).
    .filter(({ sub, calendarId }) => current.has(`${sub} ${calendarId}`))
    .filter((event) => !isWaiting(records, staff, event))
    .map((event) =>
      describeEvent({
        ...event,
        guests: event.guests
          .map(({ email }) => email)
          .filter((email) => !system.watch.handGuests.get(event.eventId)?.has(email)),
        hasLink: event.meetUrl !== undefined,
      }),
    );
  compare(system, 'Google does not hold what is wanted', wanted, found);
}

/** An event that stays as it is: it waits for somebody who is not connected, or for the one that is to take its place. */
function isWaiting(records: Records, staff: ReadonlyMap<string, Staff>, { eventId, meetingId }: PlacedEvent): boolean {
  const meeting = records.meetings.get(meetingId ?? '');
  if (!meeting) return false;
  const { event, removals } = meeting.google;
  if (event?.address.eventId === eventId) return !isConnected(staff, event.staffEmail);
  return (
    removals.some((removal) => removal.address.eventId === eventId && removal.afterReplacement) && !linkOf(meeting)
  );
}

const slotOf = ({ booking: { staff, service, start } }: Booked): string =>
  [staff.email, service.name, start].join(' | ');

const titleOf = ({ eventTitle }: Settings, service: string, name: string): string =>
  eventTitle.startsWith('Cita') ? `Cita: ${service}` : name ? `${service} – ${name}` : service;

/** Every booking says how far it has come, and is owed a look exactly while it waits for something. */
function checkState(
  system: System,
  { mappings, meetings }: Records,
  settings: Settings,
  staff: ReadonlyMap<string, Staff>,
  isActive: boolean,
  appointment: Booked,
): void {
  const { appointmentId, booking, dueAt } = appointment;
  const mapping = mappings.get(appointmentId);
  const meeting = meetings.get(mapping?.meetingId ?? '');
  const { state, error } = viewMeeting(appointment, mapping, meeting);
  const { email } = booking.staff;
  const waits = state === 'waiting_for_staff' || state === 'failed';
  const expected = !isActive
    ? ['cancelled', 'not_required']
    : !isConnected(staff, email)
      ? ['waiting_for_staff']
      : isLinkless(staff, email)
        ? ['failed']
        : ['ready'];
  // What it has left may still wait for somebody who is not connected.
  const leftBehind = !isActive && state === 'waiting_for_staff' && dueAt !== undefined;
  if (!expected.includes(state) && !leftBehind) {
    system.watch.violate(
      'a booking does not say how it stands',
      `${appointmentId}: ${state}, not ${expected.join(' or ')}`,
    );
  }
  if (waits !== (error !== null)) {
    system.watch.violate(
      'a booking does not say what it waits for',
      `${appointmentId}: ${state}, ${JSON.stringify(error)}`,
    );
  }
  // Owed or not, an event at somebody who is not connected any more may be waited for.
  const mayWait =
    mapping?.leaving.length !== 0 ||
    (meeting?.google.removals.length ?? 0) > 0 ||
    (settings.expectStartsPing && state === 'ready');
  if (waits && !dueAt) system.watch.violate('a booking waits and is owed nothing', `${appointmentId}: ${state}`);
  const reminders = isActive ? remindersToCome(system, booking, settings) : [];
  const open = new Set(reachOf(booking, settings.defaultCountry).map(({ channel }) => channel));
  const next = reminders.find(({ channels }) => channels.some((channel) => open.has(channel)))?.at;
  if (state === 'ready' && next && (!dueAt || dueAt > next)) {
    system.watch.violate('a reminder is owed to nobody', `${appointmentId}: at ${next}, due ${dueAt}`);
  }
  if (!waits && dueAt && !mayWait && !reminders.some(({ at }) => at === dueAt)) {
    system.watch.violate('a booking is owed a look for ever', `${appointmentId}: ${state}, due ${dueAt}`);
  }
}

const remindersToCome = (system: System, { start }: Booking, { reminders }: Settings) =>
  reminders
    .map(({ minutesBefore, channels }) => ({ at: toInstant(Date.parse(start) - minutesBefore * 60_000), channels }))
    .filter(({ at }) => at > system.instant)
    .sort((one, other) => (one.at < other.at ? -1 : 1));

/** DESIGN rule 6: what has ended is owed nothing. */
function checkHistory(system: System, { mappings, meetings }: Records): void {
  for (const { appointmentId, dueAt } of system.appointments.dueIndex()) {
    const end = system.appointments.peek(appointmentId)?.booking?.end;
    const { leaving = [], meetingId = '' } = mappings.get(appointmentId) ?? {};
    // Unless an event that is still to come shows it.
    const mayShow = [meetingId, ...leaving].some((id) => {
      const event = meetings.get(id)?.google.event;
      return event && mayBeToCome(event, system.instant);
    });
    if (!isErrand(appointmentId) && end && end <= system.instant && !mayShow) {
      system.watch.violate('what has ended is owed a look', `${appointmentId} ended ${end}, due ${dueAt}`);
    }
  }
}

/** The last message of everybody about each booking, on each channel, is the truth, where Google agrees with it. */
function checkPeople(
  system: System,
  { mappings }: Records,
  settings: Settings,
  staff: ReadonlyMap<string, Staff>,
  future: readonly Booked[],
  active: readonly Booked[],
): void {
  const { post } = system.watch;
  const wanted = new Map<string, string>();
  const found = new Map<string, string>();
  for (const appointment of future) {
    const { appointmentId, booking } = appointment;
    const id = appointmentId.slice('test:'.length);
    const isActive = active.includes(appointment);
    if (isActive && (!isConnected(staff, booking.staff.email) || isLinkless(staff, booking.staff.email))) continue;
    const people = reachOf(booking, settings.defaultCountry);
    const event = system.calendar
      .events()
      .filter(({ end }) => end > system.instant)
      .find(
        (one) => one.meetingId === mappings.get(appointmentId)?.meetingId && isCurrent(staff, booking.staff.email, one),
      );
    const hasMissed = (role: 'customer' | 'staff', to: string) =>
      post.mayHaveMissed(role, to, post.newsSince(id, role, to, isActive ? event?.meetUrl : undefined));
    for (const [key, { message }] of post.lastTold) {
      const { role, to, kind, start, url } = message;
      if (message.id !== id || hasMissed(role, to) || post.isReplaced(id, role, to)) continue;
      wanted.set(key, 'cancelled');
      found.set(key, kind === 'cancelled' ? 'cancelled' : `booked at ${start}, ${url}`);
    }
    if (!isActive) continue;
    const truth = `booked at ${written(booking.start)}, ${event?.meetUrl}`;
    for (const { role, address } of people) {
      if (!hasMissed(role, address)) wanted.set(`${id} ${role} ${address}`, truth);
    }
  }
  compare(system, 'somebody was last told what is not true', lines(wanted), lines(found));
}

const isCurrent = (
  staff: ReadonlyMap<string, Staff>,
  email: string,
  event: { readonly sub: string; readonly calendarId: string },
): boolean => staff.get(email)?.connection.sub === event.sub && staff.get(email)?.calendarId === event.calendarId;

const lines = (told: ReadonlyMap<string, string>): string[] => [...told].map(([who, what]) => `${who}: ${what}`);

function compare(system: System, what: string, wanted: readonly string[], found: readonly string[]): void {
  const missing = without(wanted, found).map((line) => `missing: ${line}`);
  const tooMuch = without(found, wanted).map((line) => `found:   ${line}`);
  if (missing.length + tooMuch.length > 0) system.watch.violate(what, [...missing, ...tooMuch].join('\n'));
}

/** Of several alike each counts. */
function without(some: readonly string[], others: readonly string[]): string[] {
  const left = [...others];
  return some.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
