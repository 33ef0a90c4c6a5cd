import { isDaily, SETTINGS_ERRAND } from './appointments/errands.ts';
import { type DailyLookDeps, dailyLook } from './meetings/daily-look.ts';
import { wakeBookings, wakeInTurn } from './meetings/staff-bookings.ts';
import type { StaffBooking } from './meetings/store.ts';
import { type ConnectionNoticeDeps, tellOfConnection } from './notifications/connection.ts';
import { after, DAY, type Instant, toInstant } from './time.ts';

export interface ErrandDeps extends ConnectionNoticeDeps, DailyLookDeps {}

/** By then every run that began with the settings of before has ended, and its booking stands in the list. */
const SECOND_PASS_SECONDS = 90;

/** Their bookings have been woken; only a message is still to be sent. */
const WOKEN = 'woken';

/** Runs one errand, or the part of it for which there is time; the rest stays owed. @param deadline milliseconds since the epoch */
export async function runErrand(deps: ErrandDeps, errandId: string, deadline: number): Promise<void> {
  const errand = await deps.errands.get(errandId);
  if (!errand) return;
  const now = toInstant(deps.clock.now());
  const { staffEmail } = errand;
  if (staffEmail && isDaily(errandId)) return dailyLook(deps, errand, staffEmail, deadline);
  if (staffEmail) {
    if (errand.cursor !== WOKEN) await wakeBookings(deps, staffEmail);
    const { settings } = await deps.settings.get();
    const { connected, until } = await tellOfConnection(deps, staffEmail, settings);
    if (connected) await deps.errands.ensureDaily(staffEmail, after(now, DAY));
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
  return deps.errands.finish(errand, now);
}

/**
 * Has every future booking looked at, paced: DESIGN rule 7.
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
    await wakeInTurn(await meetings.ofStaff(email, now), now, wake);
    done = email;
  }
  return undefined;
}
