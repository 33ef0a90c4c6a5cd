import { DAILY_ERRAND, type ErrandStore, SETTINGS_ERRAND } from './appointments/errands.ts';
import type { AppointmentStore } from './appointments/store.ts';
import { wakeBookings } from './meetings/staff-bookings.ts';
import type { MeetingStore, StaffBooking } from './meetings/store.ts';
import { type ConnectionNoticeDeps, tellOfConnection } from './notifications/connection.ts';
import type { SettingsStore } from './settings/store.ts';
import { after, DAY, type Instant, toInstant } from './time.ts';

export interface ErrandDeps extends ConnectionNoticeDeps {
  readonly errands: ErrandStore;
  readonly appointments: AppointmentStore;
  readonly meetings: MeetingStore;
  readonly settings: SettingsStore;
}

/** Bookings of one staff member made due in one second, under Google's quota for one user. */
const PER_SECOND = 1;
/** By then every run that began with the settings of before has ended, and its booking stands in the list. */
const SECOND_PASS_SECONDS = 90;
/** Writes at the same time. */
const AT_ONCE = 20;

/** Their bookings have been woken; only a message is still to be sent. */
const WOKEN = 'woken';

/** Runs one errand, or the part of it for which there is time; the rest stays owed. @param deadline milliseconds since the epoch */
export async function runErrand(deps: ErrandDeps, errandId: string, deadline: number): Promise<void> {
  const errand = await deps.errands.get(errandId);
  if (!errand) return;
  const now = toInstant(deps.clock.now());
  if (errand.staffEmail) {
    if (errand.cursor !== WOKEN) await wakeBookings(deps, errand.staffEmail);
    const { settings } = await deps.settings.get();
    const { until } = await tellOfConnection(deps, errand.staffEmail, settings);
    return until ? deps.errands.postpone({ ...errand, cursor: WOKEN }, until) : deps.errands.finish(errand, now);
  }
  if (errandId === SETTINGS_ERRAND) {
    const [pass = '1', from] = errand.cursor?.split(' ') ?? [];
    const cameTo = await overFutureBookings(deps, from, deadline, ({ appointmentId, state }, at) =>
      // What failed for good is tried again at once: the change may be what mends it.
      state === 'failed'
        ? deps.appointments.requestLook(appointmentId, deps.clock.now())
        : deps.appointments.owe(appointmentId, at),
    );
    if (cameTo !== undefined) return deps.errands.postpone({ ...errand, cursor: `${pass} ${cameTo}` }, after(now, 1));
    if (pass === '1') return deps.errands.postpone({ ...errand, cursor: '2' }, after(now, SECOND_PASS_SECONDS));
  }
  if (errandId === DAILY_ERRAND) {
    const cameTo = await overFutureBookings(deps, errand.cursor, deadline, async ({ appointmentId, state }, at) => {
      if (state === 'ready') await deps.appointments.requestLook(appointmentId, deps.clock.now(), at);
    });
    const { errandId: id, token } = errand;
    return cameTo === undefined
      ? deps.errands.postpone({ errandId: id, token }, after(now, DAY))
      : deps.errands.postpone({ ...errand, cursor: cameTo }, after(now, 1));
  }
  return deps.errands.finish(errand, now);
}

/**
 * Has every future booking looked at, paced: DESIGN rules 7 (a change of settings) and 13 (a daily look).
 * @returns the staff member up to whom it has come; undefined when all are done
 */
async function overFutureBookings(
  { staff, meetings, clock }: ErrandDeps,
  cursor: string | undefined,
  deadline: number,
  wake: (booking: StaffBooking, at: Instant) => Promise<unknown>,
): Promise<string | undefined> {
  const now = toInstant(clock.now());
  let done = cursor;
  for (const { email } of await staff.list()) {
    if (cursor !== undefined && email <= cursor) continue;
    if (clock.now().getTime() > deadline) return done ?? '';
    const bookings = await meetings.ofStaff(email, now);
    for (let from = 0; from < bookings.length; from += AT_ONCE) {
      await Promise.all(
        bookings
          .slice(from, from + AT_ONCE)
          .map((booking, index) => wake(booking, after(now, (from + index) / PER_SECOND))),
      );
    }
    done = email;
  }
  return undefined;
}
