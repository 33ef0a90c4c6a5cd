import type { Booking } from '../appointments/appointment.ts';
import type { AppointmentStore } from '../appointments/store.ts';
import { linkOf } from '../meetings/meeting.ts';
import { hasEnded, isActive } from '../meetings/placement.ts';
import type { MeetingStore } from '../meetings/store.ts';
import { expiry, type SyncReport } from '../meetings/sync.ts';
import type { Settings } from '../settings/settings.ts';
import type { StaffStore } from '../staff/store.ts';
import { earliest, type Instant, toInstant } from '../time.ts';
import { type DeliverDeps, deliver } from './deliver.ts';
import { composeMail } from './messages.ts';
import { type BookingTruth, decide, notTold, type Recipient, recipientKey } from './told.ts';

export interface NotifyDeps extends DeliverDeps {
  readonly appointments: AppointmentStore;
  readonly meetings: MeetingStore;
  readonly staff: StaffStore;
  readonly holdSeconds: number;
}

type BookedPerson = Recipient & { readonly role: 'customer' | 'staff' };

/**
 * Tells everybody of a booking the difference between what is true and what they were last told:
 * 1. what is true: booked with its link, or cancelled; while Google does not agree, nothing is told,
 * 2. who is to know it: staff and customers, and who was told before and has dropped out (for them it is cancelled),
 * 3. each: decide, claim, send, record.
 * @returns when somebody must be told later
 */
export async function notify(deps: NotifyDeps, report: SyncReport, settings: Settings): Promise<Instant | undefined> {
  const { appointment, link } = report;
  const { booking } = appointment;
  const now = toInstant(deps.clock.now());
  if (!booking || !settings.enabled || hasEnded(appointment, now)) return undefined;

  const active = isActive(appointment, settings);
  const ledger = new Map((await deps.told.ofSubject(appointment.appointmentId)).map((told) => [told.recipient, told]));
  if (!active && ledger.size === 0) return undefined;
  const recipients = await everybody(deps, booking);
  const wanted = new Set(recipients.map(recipientKey));

  const truth: BookingTruth | undefined = !active
    ? { status: 'cancelled' }
    : link && { status: 'booked', start: booking.start, end: booking.end, url: link.url };
  const due = [
    ...recipients.map((to) => ({
      told: ledger.get(recipientKey(to)) ?? notTold(appointment.appointmentId, to),
      to,
      truth,
    })),
    ...[...ledger.values()]
      .filter(({ recipient }) => !wanted.has(recipient))
      .map((told) => ({ told, to: told.to as BookedPerson, truth: { status: 'cancelled' } as const })),
  ];
  const expiresAt = expiry(appointment, settings, deps.clock.now());
  const isStillTrue = async () => {
    const { appointmentId, revision } = appointment;
    const [current, meeting] = await Promise.all([
      deps.appointments.get(appointmentId),
      report.mapping.meetingId ? deps.meetings.meeting(report.mapping.meetingId) : undefined,
    ]);
    return current?.revision === revision && (!link || (meeting && linkOf(meeting)?.url) === link.url);
  };
  const waits = await Promise.all(
    due.map(async ({ told, to, truth: theirs }) => {
      if (!theirs) return undefined;
      const since =
        theirs.status === 'booked' && link && link.since > appointment.changedAt ? link.since : appointment.changedAt;
      const decision = decide(told, theirs, since, now, deps.holdSeconds);
      if (!decision) return undefined;
      if ('until' in decision) return decision.until;
      const kind = decision.tell;
      // A cancellation names the booking as that person knows it: they may have dropped out of one that has moved on.
      const asTold = theirs.status === 'cancelled' ? told.lastBooked : undefined;
      const compose = () =>
        composeMail(
          {
            kind,
            to,
            appointmentId: appointment.appointmentId,
            status: appointment.status,
            booking: asTold ? { ...booking, start: asTold.start, end: asTold.end } : booking,
            ...(theirs.status === 'booked' && { url: theirs.url }),
            ...(told.lastBooked && { oldStart: told.lastBooked.start }),
          },
          settings,
        );
      return deliver(deps, { told: { ...told, to }, truth: theirs, kind, compose, isStillTrue, expiresAt }, settings);
    }),
  );
  return earliest(...waits);
}

/** DESIGN: staff and customers each get one message; one address is one person. */
async function everybody({ staff }: NotifyDeps, booking: Booking): Promise<BookedPerson[]> {
  const person = await staff.get(booking.staff.email);
  const name = person?.name ?? booking.staff.name ?? booking.staff.email;
  const locale = person?.locale;
  return [
    {
      role: 'staff',
      channel: 'email',
      address: booking.staff.email,
      person: booking.staff.email,
      name,
      ...(locale && { locale }),
    },
    ...booking.customers.flatMap((customer): BookedPerson[] =>
      customer.email
        ? [
            {
              role: 'customer',
              channel: 'email',
              address: customer.email,
              person: customer.email,
              name: customer.name,
              ...(customer.locale && { locale: customer.locale }),
              customer,
            },
          ]
        : [],
    ),
  ];
}
