import type { AppointmentStore } from '../appointments/store.ts';
import { after, type Clock, type Instant, toInstant } from '../time.ts';
import { type ListedBooking, withMeetings } from './booking-list.ts';
import { isBooked } from './event-body.ts';
import type { MeetingState } from './meeting.ts';
import type { MeetingStore, StaffBooking } from './store.ts';

/** States of bookings that have a meeting, or are to have one. */
const UPCOMING: ReadonlySet<MeetingState> = new Set(['pending', 'ready', 'waiting_for_staff', 'retrying', 'failed']);
export const isUpcoming = (state: MeetingState): boolean => UPCOMING.has(state);

/** How many bookings a staff member has before them, and how many of these wait for them to connect. */
export async function countBookings(
  meetings: MeetingStore,
  staffEmail: string,
  clock: Clock,
): Promise<{ upcoming: number; waiting: number }> {
  const bookings = await meetings.ofStaff(staffEmail, toInstant(clock.now()));
  return {
    upcoming: bookings.filter(({ state }) => isUpcoming(state)).length,
    waiting: bookings.filter(({ state }) => state === 'waiting_for_staff').length,
  };
}

/** Bookings read for the next few meetings; a batch read takes no more. */
const MOST_READ = 100;

/**
 * The next meetings of a staff member, soonest first, each with all its bookings: those of one slot are one event with one link.
 * @param limit how many meetings at most
 * @returns also whether more follow
 */
export async function nextMeetings(
  deps: { readonly meetings: MeetingStore; readonly appointments: AppointmentStore; readonly clock: Clock },
  staffEmail: string,
  limit: number,
): Promise<{ next: (readonly [ListedBooking, ...ListedBooking[]])[]; more: boolean }> {
  const now = toInstant(deps.clock.now());
  const listed = (await deps.meetings.ofStaff(staffEmail, now)).filter(({ state }) => UPCOMING.has(state));
  const ids = listed.slice(0, MOST_READ).map(({ appointmentId }) => appointmentId);
  const [appointments, mappings] = await Promise.all([deps.appointments.getMany(ids), deps.meetings.mappings(ids)]);
  const mappingOf = new Map(mappings.map((mapping) => [mapping.appointmentId, mapping]));
  const bookings = await withMeetings(
    deps.meetings,
    appointments
      .filter(isBooked)
      // What has been moved, or given to somebody else, since the list was written.
      .filter(({ booking: { staff, end } }) => staff.email === staffEmail && end > now)
      .map((appointment) => ({ appointment, mapping: mappingOf.get(appointment.appointmentId) })),
  );
  const slots = new Map<string, [ListedBooking, ...ListedBooking[]]>();
  for (const booking of bookings.sort((a, b) => (placeInTime(a) < placeInTime(b) ? -1 : 1))) {
    const slot = booking.meeting?.meetingId ?? booking.appointment.appointmentId;
    const others = slots.get(slot);
    if (others) others.push(booking);
    else slots.set(slot, [booking]);
  }
  return { next: [...slots.values()].slice(0, limit), more: slots.size > limit || listed.length > MOST_READ };
}

const placeInTime = ({ appointment }: ListedBooking): string =>
  `${appointment.booking.start} ${appointment.appointmentId}`;

/** Bookings of one staff member looked at in one second, under Google's quota for one user. */
const PER_SECOND = 1;
/** Writes at the same time. */
const AT_ONCE = 20;

/** Wakes bookings of one staff member. @param wake gets the time at which it is the turn of each, from `now` on */
export async function wakeInTurn(
  bookings: readonly StaffBooking[],
  now: Instant,
  wake: (booking: StaffBooking, at: Instant) => Promise<unknown>,
): Promise<void> {
  for (let from = 0; from < bookings.length; from += AT_ONCE) {
    await Promise.all(
      bookings
        .slice(from, from + AT_ONCE)
        .map((booking, index) => wake(booking, after(now, (from + index) / PER_SECOND))),
    );
  }
}

/** Has every booking before a staff member looked at again: they connected, or chose another calendar. */
export async function wakeBookings(
  deps: { readonly meetings: MeetingStore; readonly appointments: AppointmentStore; readonly clock: Clock },
  staffEmail: string,
): Promise<void> {
  const now = deps.clock.now();
  const bookings = (await deps.meetings.ofStaff(staffEmail, toInstant(now))).filter(({ state }) => isUpcoming(state));
  await wakeInTurn(bookings, toInstant(now), ({ appointmentId }) => deps.appointments.requestLook(appointmentId, now));
}
