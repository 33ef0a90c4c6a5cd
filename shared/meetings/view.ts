import type { Appointment } from '../appointments/appointment.ts';
import type { Mapping, Meeting, MeetingState } from './meeting.ts';

const SETTLED: ReadonlySet<MeetingState> = new Set(['ready', 'cancelled', 'not_required']);

/** The meeting of an appointment as the admin API shows it. */
export function viewMeeting(appointment: Appointment, mapping: Mapping | undefined, meeting: Meeting | undefined) {
  const event = meeting?.google.event;
  const held = event?.confirmed && !event.gone ? event : undefined;
  // A change that the sync has not seen yet is on its way, whatever stands there.
  const upToDate = mapping !== undefined && mapping.revision >= appointment.revision;
  return {
    state: upToDate ? mapping.state : 'pending',
    meetUrl: held?.conference === 'success' ? (held.meetUrl ?? null) : null,
    eventId: held?.address.eventId ?? null,
    calendarId: held?.address.calendarId ?? null,
    eventLink: held?.htmlLink ?? null,
    attempts: meeting?.google.attempts ?? 0,
    // A booking that is as it should be may still be looked at again, to remind people of it.
    nextAttemptAt: (upToDate && SETTLED.has(mapping.state) ? undefined : appointment.dueAt) ?? null,
    error: upToDate && mapping.error ? { code: mapping.error.code, message: mapping.error.message } : null,
  };
}
