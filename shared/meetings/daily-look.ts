import type { Errand, ErrandStore } from '../appointments/errands.ts';
import type { AppointmentStore } from '../appointments/store.ts';
import type { AccountRef, CalendarGateway, ListedEvent } from '../google/calendar.ts';
import { GoogleError, PARK_SECONDS } from '../google/errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { SettingsStore } from '../settings/store.ts';
import { type AccessDeps, noteRefusal } from '../staff/access.ts';
import { connectedAccount, mustReconnect, type Staff } from '../staff/staff.ts';
import { after, DAY, toInstant } from '../time.ts';
import { eventId, type Meeting } from './meeting.ts';
import { retryDelay } from './outcome.ts';
import { wakeBookings, wakeInTurn } from './staff-bookings.ts';
import type { MeetingStore } from './store.ts';
import { STEP_TIME } from './sync.ts';

export interface DailyLookDeps extends AccessDeps {
  readonly errands: ErrandStore;
  readonly appointments: AppointmentStore;
  readonly meetings: MeetingStore;
  readonly settings: SettingsStore;
  readonly calendar: CalendarGateway;
  /** From 0 up to 1, for jitter. */
  readonly random: () => number;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

/** Seconds after which to go on where the time of one run did not do. */
const AT_ONCE = 1;

/**
 * DESIGN rules 13 and 17, once a day for each staff member who is connected. The errand stays due until all is done, and what has been
 * done is not done again.
 * @param deadline milliseconds since the epoch
 */
export async function dailyLook(
  deps: DailyLookDeps,
  errand: Errand,
  staffEmail: string,
  deadline: number,
): Promise<void> {
  const { errands, clock } = deps;
  const now = toInstant(clock.now());
  const person = await deps.staff.get(staffEmail);
  const account = person && connectedAccount(person);
  if (!account) {
    // Their bookings come to say that they wait; where the access ended by itself, they and the admin hear of it. Connecting asks for the
    // daily look anew.
    if (person && mustReconnect(person)) await errands.requestStaff(staffEmail, now, 'now');
    else await wakeBookings(deps, staffEmail);
    return errands.finish(errand, now);
  }
  const { settings } = await deps.settings.get();
  if (!settings.enabled) return errands.postpone(errand, after(now, DAY));
  if (person.parked && person.parked.until > now) return errands.postpone(errand, person.parked.until);

  let wait: number;
  try {
    wait = await lookAtCalendar(deps, person, account, settings, deadline);
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    deps.log('google_refused', { code: error.code, errandId: errand.errandId });
    // Either their row says now that the access has ended, or they have just connected anew.
    if (await noteRefusal(deps, person, error)) return dailyLook(deps, errand, staffEmail, deadline);
    wait = waitAfter(error, deps);
  }
  return errands.postpone(errand, after(clock.now(), wait));
}

/**
 * 1. Does Google still accept the access? One call.
 * 2. Is every event as we left it? One list; the bookings of those that are not are looked at, paced.
 * 3. An event of ours that stands in no record any more is deleted.
 * @returns seconds until the next look
 * @throws GoogleError
 */
async function lookAtCalendar(
  deps: DailyLookDeps,
  { email, calendarId }: Staff,
  account: AccountRef,
  { googleInvitations }: Settings,
  deadline: number,
): Promise<number> {
  const { calendar, clock, log } = deps;
  const hasTime = () => deadline - clock.now().getTime() >= STEP_TIME;
  const now = toInstant(clock.now());

  if (!hasTime()) return AT_ONCE;
  await calendar.probe(account);
  const bookings = await deps.meetings.ofStaff(email, now);

  if (!hasTime()) return AT_ONCE;
  const events = await calendar.list(account, calendarId, now).catch((error: unknown) => {
    const { code } = forAPerson(error);
    log('google_refused', { code, call: 'list' });
    // Each of them is looked at then, and says itself what is wrong.
    return [];
  });
  // After the list, so that of an insert which it shows at least the claim is in the record.
  const meetings = await deps.meetings.getMany(events.map(({ meetingId }) => meetingId));
  const { asRecorded, orphans } = compare(events, meetings);

  const unlike = bookings.filter(({ state, appointmentId }) => state === 'ready' && !asRecorded.has(appointmentId));
  await wakeInTurn(unlike, now, ({ appointmentId }, at) =>
    deps.appointments.requestLook(appointmentId, clock.now(), at),
  );

  for (const { eventId, meetingId } of orphans) {
    // Nothing is written to the calendar of somebody who has disconnected meanwhile.
    const person = await deps.staff.get(email);
    if (!hasTime() || !person || connectedAccount(person)?.grantId !== account.grantId) return AT_ONCE;
    try {
      await calendar.delete({ account, calendarId, eventId }, googleInvitations);
      log('orphan_deleted', { meetingId });
    } catch (error) {
      const { code } = forAPerson(error);
      log('google_refused', { code, call: 'delete', meetingId });
    }
  }
  return DAY;
}

/** What will not pass by itself, and so must not hold up the rest. @throws anything else */
function forAPerson(error: unknown): GoogleError {
  if (error instanceof GoogleError && error.remedy === 'person') return error;
  throw error;
}

/** Nobody waits for it, so it is tried again as after many failures. @returns seconds */
function waitAfter({ remedy }: GoogleError, { retryBaseSeconds, random }: DailyLookDeps): number {
  if (remedy === 'park') return PARK_SECONDS;
  return remedy === 'person' ? DAY : retryDelay(Number.POSITIVE_INFINITY, { retryBaseSeconds, random: random() });
}

/** What the events say next to what is recorded of their meetings. An event of a meeting that is not known is somebody else's. */
function compare(
  events: readonly ListedEvent[],
  meetings: readonly Meeting[],
): { asRecorded: ReadonlySet<string>; orphans: readonly ListedEvent[] } {
  const known = new Map(meetings.map((meeting) => [meeting.meetingId, meeting]));
  const pairs = events.flatMap((event) => {
    const meeting = known.get(event.meetingId);
    return meeting ? [{ event, meeting }] : [];
  });
  return {
    asRecorded: new Set(
      pairs.filter(({ event, meeting }) => isAsRecorded(event, meeting)).flatMap(({ meeting }) => meeting.participants),
    ),
    orphans: pairs.filter(({ event, meeting }) => isOrphan(event, meeting)).map(({ event }) => event),
  };
}

/** Nobody has touched it since we last saw it. */
function isAsRecorded({ eventId, etag }: ListedEvent, { google: { event } }: Meeting): boolean {
  return event?.address.eventId === eventId && event.certain && !event.gone && event.etag === etag;
}

/**
 * Whether its call landed after everything was settled. Known by the ids that this meeting has used up, so that a copy made by hand, which
 * carries our mark too, is no orphan; nor is what an insert of today may still find in its place.
 */
function isOrphan(listed: ListedEvent, { meetingId, google, participants }: Meeting): boolean {
  // A meeting that everybody has left never gets another event.
  const usedUp = participants.length === 0 ? google.generation + 1 : google.generation;
  const isOurs = Array.from({ length: usedUp }, (_, generation) => eventId(meetingId, generation)).includes(
    listed.eventId,
  );
  const isRecorded = [google.event, ...google.removals].some((held) => held?.address.eventId === listed.eventId);
  return isOurs && !isRecorded;
}
