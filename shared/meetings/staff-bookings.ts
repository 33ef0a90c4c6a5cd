import type { AppointmentStore } from '../appointments/store.ts';
import { after, type Clock, type Instant, toInstant } from '../time.ts';
import type { MeetingState } from './meeting.ts';
import type { MeetingStore, StaffBooking } from './store.ts';

/** States of bookings that have a meeting, or are to have one. */
const UPCOMING: ReadonlySet<MeetingState> = new Set(['pending', 'ready', 'waiting_for_staff', 'retrying', 'failed']);

/** How many bookings a staff member has before them, and how many of these wait for them to connect. */
export async function countBookings(
  meetings: MeetingStore,
  staffEmail: string,
  clock: Clock,
): Promise<{ upcoming: number; waiting: number }> {
  const bookings = await meetings.ofStaff(staffEmail, toInstant(clock.now()));
  return {
    upcoming: bookings.filter(({ state }) => UPCOMING.has(state)).length,
    waiting: bookings.filter(({ state }) => state === 'waiting_for_staff').length,
  };
}

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
  const bookings = (await deps.meetings.ofStaff(staffEmail, toInstant(now))).filter(({ state }) => UPCOMING.has(state));
  await wakeInTurn(bookings, toInstant(now), ({ appointmentId }) => deps.appointments.requestLook(appointmentId, now));
}
