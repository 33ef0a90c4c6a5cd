import type { AppointmentStore } from '../appointments/store.ts';
import { type Clock, toInstant } from '../time.ts';
import type { MeetingState } from './meeting.ts';
import type { MeetingStore } from './store.ts';

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

/** Bookings woken at the same time. */
const AT_ONCE = 10;

/** Has every booking before a staff member looked at again: they connected, or chose another calendar. */
export async function wakeBookings(
  deps: { readonly meetings: MeetingStore; readonly appointments: AppointmentStore; readonly clock: Clock },
  staffEmail: string,
): Promise<void> {
  const now = deps.clock.now();
  const bookings = (await deps.meetings.ofStaff(staffEmail, toInstant(now))).filter(({ state }) => UPCOMING.has(state));
  for (let done = 0; done < bookings.length; done += AT_ONCE) {
    await Promise.all(
      bookings
        .slice(done, done + AT_ONCE)
        .map(({ appointmentId }) => deps.appointments.requestLook(appointmentId, now)),
    );
  }
}
