import type { Logger } from '@aws-lambda-powertools/logger';
import type { AppointmentAnswer, AppointmentPageAnswer, LookRequestedAnswer } from '../../shared/api/appointments.ts';
import { cursorAt, readListQuery } from '../../shared/api/list-query.ts';
import type { ReceiptAnswer } from '../../shared/api/webhooks.ts';
import type { Appointment } from '../../shared/appointments/appointment.ts';
import { type IntakeDeps, takeIn } from '../../shared/appointments/intake.ts';
import type { SecretReader } from '../../shared/aws/secrets.ts';
import { AppError } from '../../shared/errors.ts';
import { type HttpEvent, httpHandler, json, pathParameter } from '../../shared/http/chain.ts';
import { adminKey } from '../../shared/http/credentials.ts';
import { listBookings } from '../../shared/meetings/booking-list.ts';
import type { MeetingStore } from '../../shared/meetings/store.ts';
import { viewMeeting } from '../../shared/meetings/view.ts';
import type { ToldStore } from '../../shared/notifications/store.ts';
import { sentMessages } from '../../shared/notifications/told.ts';
import { latest } from '../../shared/time.ts';

export interface AppointmentsApiDeps extends IntakeDeps {
  readonly meetings: MeetingStore;
  readonly told: ToldStore;
  readonly secrets: SecretReader;
  readonly adminKeySecretId: string;
  readonly newId: () => string;
  readonly logger: Logger;
}

/** Characters; longer than any id that a webhook can bring. */
const MAX_ID = 200;

/** What is known of bookings, and the two things that an admin can do about one. */
export function makeHandler(deps: AppointmentsApiDeps) {
  const known = async (event: HttpEvent): Promise<Appointment> => {
    const appointmentId = pathParameter(event, 'appointmentId');
    const appointment = appointmentId.length <= MAX_ID ? await deps.appointments.get(appointmentId) : undefined;
    if (!appointment) throw new AppError('not_found', 'There is no such appointment.');
    return appointment;
  };

  return httpHandler({
    logger: deps.logger,
    use: [adminKey(deps.secrets, deps.adminKeySecretId)],
    routes: {
      'GET /appointments': async (event) => {
        const { bookings, after } = await listBookings(deps, readListQuery(event.queryStringParameters));
        return json<AppointmentPageAnswer>(200, {
          items: bookings.map(({ appointment, mapping, meeting }) => ({
            appointment: shown(appointment),
            meeting: viewMeeting(appointment, mapping, meeting),
          })),
          cursor: after ? cursorAt(after) : null,
        });
      },

      'GET /appointments/{appointmentId}': async (event) => {
        const appointment = await known(event);
        const { appointmentId } = appointment;
        const mapping = await deps.meetings.mapping(appointmentId);
        const [meeting, ledger] = await Promise.all([
          mapping?.meetingId ? deps.meetings.meeting(mapping.meetingId) : undefined,
          deps.told.ofSubject(appointmentId),
        ]);
        return json<AppointmentAnswer>(200, {
          appointment: shown(appointment),
          meeting: viewMeeting(appointment, mapping, meeting),
          messages: sentMessages(ledger),
          // Runs that meet write one after the other what each of them has done.
          timeline: mapping?.timeline.toSorted((a, b) => (a.at < b.at ? -1 : 1)) ?? [],
        });
      },

      'POST /appointments/{appointmentId}/resync': async (event) => {
        const { appointmentId, revision } = await known(event);
        await deps.appointments.requestLook(appointmentId, deps.clock.now());
        deps.logger.info('look requested', { event: 'look_requested', appointmentId });
        return json<LookRequestedAnswer>(202, { appointmentId, revision });
      },

      'POST /appointments/{appointmentId}/cancel': async (event) => {
        const { appointmentId, sourceTime } = await known(event);
        const now = deps.clock.now().toISOString();
        const receipt = await takeIn(deps, {
          appointmentId,
          intent: 'cancel',
          status: 'canceled',
          // What the platform sent before this is older than it.
          ...(sourceTime && { sourceTime: latest(sourceTime, now) }),
          id: deps.newId(),
          uniqueId: true,
        });
        deps.logger.info('cancelled by an admin', { event: 'cancelled_by_admin', ...receipt });
        return json<ReceiptAnswer>(202, receipt);
      },
    },
  });
}

/** The appointment in the words of the neutral webhook. */
const shown = ({ appointmentId, status, booking, revision, changedAt, sourceTime }: Appointment) => ({
  id: appointmentId,
  status,
  ...booking,
  revision,
  changedAt,
  ...(sourceTime && { sourceTime }),
});
