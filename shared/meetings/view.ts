import type { Appointment } from '../appointments/appointment.ts';
import type { Mapping, Meeting } from './meeting.ts';

/** The meeting of an appointment as the admin API shows it. */
export function viewMeeting(appointment: Appointment, mapping: Mapping | undefined, meeting: Meeting | undefined) {
  const event = meeting?.google.event;
  const held = event?.confirmed && !event.gone ? event : undefined;
  // A change that the sync has not seen yet is on its way, whatever stands there.
  const upToDate = mapping !== undefined && mapping.revision >= appointment.revision;
  const isReady = upToDate && mapping.state === 'ready';
  // After an answer that was in doubt, when somebody asks for it, or with an old event still to be removed, Google is called once more.
  const { lookAt, dueAt, lookedAt = '', removals = [] } = meeting?.google ?? {};
  const isAskedFor = (appointment.lookRequestedAt ?? '') > lookedAt;
  const isOwedAtGoogle =
    isAskedFor || Boolean(lookAt ?? dueAt) || removals.length > 0 || (mapping?.leaving ?? []).length > 0;
  return {
    state: upToDate ? mapping.state : 'pending',
    meetUrl: held?.conference === 'success' ? (held.meetUrl ?? null) : null,
    eventId: held?.address.eventId ?? null,
    calendarId: held?.address.calendarId ?? null,
    eventLink: held?.htmlLink ?? null,
    attempts: meeting?.google.attempts ?? 0,
    // A booking that is as it should be may be owed a look only to remind people of it: that is no attempt at anything.
    nextAttemptAt: (isReady && !isOwedAtGoogle ? undefined : appointment.dueAt) ?? null,
    error: upToDate && mapping.error ? { code: mapping.error.code, message: mapping.error.message } : null,
  };
}
