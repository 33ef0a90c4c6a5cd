import type { Appointment } from '../appointments/appointment.ts';
import type { Settings } from '../settings/settings.ts';
import { after, type Instant } from '../time.ts';
import type { Mapping, MeetingError } from './meeting.ts';

/** How long after its start a booking may go unannounced: seconds. Booknetic's cron is late by minutes. */
const GRACE_SECONDS = 15 * 60;

/**
 * Booknetic says nothing when a booking is deleted, but announces the start of each that it still has (`booking_starts`). Where that is
 * expected, a booking of which the platform says nothing is one for a person to look at.
 * @param appointment of a meeting that is ready
 * @returns what to show, and when to look again
 */
export function awaitAnnouncement(
  { appointmentId, booking, changedAt, startAnnounced }: Appointment,
  { error: shown }: Mapping,
  { expectStartsPing }: Settings,
  now: Instant,
): { readonly error?: MeetingError; readonly until?: Instant } {
  if (!expectStartsPing || !booking) return {};
  const { start, end } = booking;
  // A change that came in after the start shows as well that the platform has it.
  if (startAnnounced === start || changedAt >= start) return {};
  // DESIGN rule 6: what is said of it then stays.
  if (end <= now) return shown?.code === 'start_not_announced' ? { error: shown } : {};

  // Half-way through a short one, so that a person hears of it before it ends.
  const checkAt = after(start, Math.min(GRACE_SECONDS, (Date.parse(end) - Date.parse(start)) / 2000));
  if (now < checkAt) return { until: checkAt };
  const error: MeetingError = {
    code: 'start_not_announced',
    message:
      'The booking platform has not announced the start of this booking, so it may have been deleted there. Check, and if it was, ' +
      `cancel it here: POST /appointments/${appointmentId}/cancel. If every booking says this, the platform has no workflow for "booking starts".`,
  };
  // It stays owed a look until its end, which an announcement that comes late then brings forward.
  return { error, until: end };
}
