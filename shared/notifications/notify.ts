import type { AppointmentStore } from '../appointments/store.ts';
import { type Booked, isBooked } from '../meetings/event-body.ts';
import { linkOf, slotKey } from '../meetings/meeting.ts';
import { hasEnded, isActive } from '../meetings/placement.ts';
import type { MeetingStore } from '../meetings/store.ts';
import { expiry, type SyncReport } from '../meetings/sync.ts';
import type { VersionedSettings } from '../settings/settings.ts';
import type { StaffStore } from '../staff/store.ts';
import { after, earliest, type Instant, toInstant } from '../time.ts';
import { calendarPart } from './calendar-part.ts';
import { type DeliverDeps, type Delivery, deliver, type Written } from './deliver.ts';
import { wasToldToErased } from './forget.ts';
import { type InvitationMethod, invitationMethod } from './invitation.ts';
import type { MessageContext } from './message-values.ts';
import { composeMail } from './messages.ts';
import { type BookedPerson, recipientsOf } from './recipients.ts';
import { dueReminder, isDone, nextReminderAt } from './reminders.ts';
import { composeSms } from './sms-message.ts';
import {
  type BookedTruth,
  type BookingNews,
  type BookingTruth,
  type Channel,
  decide,
  news,
  notTold,
  type Reminder,
  recipientKey,
  type Told,
  waits,
} from './told.ts';

export interface NotifyDeps extends DeliverDeps {
  readonly appointments: AppointmentStore;
  readonly meetings: MeetingStore;
  readonly staff: StaffStore;
  readonly holdSeconds: number;
  /** The sender's address. */
  readonly mailFrom: string;
}

/**
 * Tells everybody of a booking the difference between what is true and what they were last told, and reminds them of what they know:
 * 1. what is true: booked with its link, or cancelled; while Google does not agree, nothing new is told,
 * 2. who is to know it: staff and customers, and who was told before and has dropped out (for them it is cancelled),
 * 3. each: decide, claim, send, record.
 * @returns when somebody must be told later
 */
export async function notify(
  deps: NotifyDeps,
  report: SyncReport,
  saved: VersionedSettings,
): Promise<Instant | undefined> {
  const { appointment } = report;
  const { settings } = saved;
  const { booking } = appointment;
  const now = toInstant(deps.clock.now());
  if (!booking || !settings.enabled || hasEnded(appointment, now)) return undefined;

  const ledger = new Map((await deps.told.ofSubject(appointment.appointmentId)).map((told) => [told.recipient, told]));
  // To who was erased nothing is said any more; they are no dropouts.
  const known = [...ledger.values()].filter((told) => !wasToldToErased(appointment, told));
  const active = isActive(appointment, settings);
  if (!active && ledger.size === 0) return undefined;
  const recipients = recipientsOf(booking, await deps.staff.get(booking.staff.email), settings);
  const notices = new Notices(deps, report, saved, now);
  const waits = await Promise.all([
    ...recipients.map((to) =>
      notices.keepInformed(
        to,
        ledger.get(recipientKey(to)) ?? readOtherwise(known, to) ?? notTold(appointment.appointmentId, to),
      ),
    ),
    ...dropouts(known, recipients, active).map((told) => notices.tell(told, told.to as BookedPerson, GONE)),
  ]);
  return earliest(...waits, notices.nextReminderAt(recipients));
}

/** Seconds. */
const NEXT_SWEEP = 60;

const GONE: BookingTruth = { status: 'cancelled' };

/** The same number as the settings of before read it, or could not read it: that they do now is no news. */
function readOtherwise(ledger: readonly Told[], to: BookedPerson): Told | undefined {
  const before = ledger
    .filter(
      ({ to: { role, person, written } }) =>
        role === to.role && person === to.person && written && written === to.written,
    )
    .sort((a, b) => ((a.lastAt ?? '') < (b.lastAt ?? '') ? -1 : 1))
    .at(-1);
  if (!before) return undefined;
  const { claim: _claim, retryAt: _retryAt, ...known } = before;
  return { ...known, ...notTold(before.subject, to) };
}

/**
 * Who was told before and is not to know any more. Another telephone number does not make another person; nor does it for a customer
 * whose address was corrected since they were last told. But that it is cancelled is told to the number that was told it is booked.
 */
function dropouts(ledger: readonly Told[], recipients: readonly BookedPerson[], active: boolean): Told[] {
  const wanted = new Set(recipients.map(recipientKey));
  const isStillIn = ({ to }: Told): boolean =>
    active &&
    to.channel === 'sms' &&
    recipients.some(
      ({ role, person, name }) =>
        role === to.role && (person === to.person || (role === 'customer' && name === to.name)),
    );
  return ledger.filter((told) => !wanted.has(told.recipient) && !isStillIn(told));
}

/** What there is to say to each person of one booking. */
class Notices {
  private readonly deps: NotifyDeps;
  private readonly report: SyncReport;
  private readonly saved: VersionedSettings;
  private readonly now: Instant;
  private readonly booking: NonNullable<SyncReport['appointment']['booking']>;
  /** Absent while Google does not agree. */
  private readonly truth: BookingTruth | undefined;
  /** What can be repeated to those who know it, even while Google does not agree in all. */
  private readonly standing: BookedTruth | undefined;
  private readonly since: Instant;

  constructor(deps: NotifyDeps, report: SyncReport, saved: VersionedSettings, now: Instant) {
    const { appointment, link, standingUrl } = report;
    if (!appointment.booking) throw new Error('nothing is known of this booking but that it is cancelled');
    this.deps = deps;
    this.report = report;
    this.saved = saved;
    this.now = now;
    this.booking = appointment.booking;
    const { start, end } = appointment.booking;
    const booked = (url: string): BookedTruth => ({ status: 'booked', start, end, url });
    const active = isActive(appointment, saved.settings);
    this.truth = active ? link && booked(link.url) : GONE;
    const url = link?.url ?? standingUrl;
    this.standing = active && url ? booked(url) : undefined;
    this.since = link && active && link.since > appointment.changedAt ? link.since : appointment.changedAt;
  }

  /** @returns when to try again, or to look again at something that must stand for a while first */
  async keepInformed(to: BookedPerson, told: Told): Promise<Instant | undefined> {
    const isNews = this.truth && news(told, this.truth) !== undefined;
    return this.truth && isNews ? this.tell(told, to, this.truth) : this.remind(told, to);
  }

  async tell(told: Told, to: BookedPerson, truth: BookingTruth): Promise<Instant | undefined> {
    const decision = decide(told, truth, this.since, this.now, this.deps.holdSeconds);
    if (!decision) return undefined;
    if ('until' in decision) return decision.until;
    const kind = decision.tell;
    const { booking } = this;
    // A cancellation names the booking as that person knows it: they may have dropped out of one that has moved on.
    const asTold = truth.status === 'cancelled' ? told.lastBooked : undefined;
    return this.deliver(
      told,
      to,
      { kind, news: { truth } },
      {
        booking: asTold ? { ...booking, start: asTold.start, end: asTold.end } : booking,
        ...(truth.status === 'booked' && { url: truth.url }),
        ...(told.lastBooked && { oldStart: told.lastBooked.start }),
      },
    );
  }

  /** Of what they were told already, and only while that is true. */
  private async remind(told: Told, to: BookedPerson): Promise<Instant | undefined> {
    const { standing, now, booking } = this;
    const { settings, remindersSince } = this.saved;
    if (!standing || news(told, standing) !== undefined) return undefined;
    const reminder = dueReminder({ ...told, to }, booking.start, settings, remindersSince, now);
    if (!reminder) return undefined;
    const until = waits(told, now);
    if (until) return until;
    const group = to.role === 'staff' ? this.group() : [];
    const whoElse = await this.whoElseReminds(group, to, reminder, standing.url);
    if (whoElse && !whoElse.isDone) return waits(whoElse.told, now) ?? after(now, NEXT_SWEEP);
    return this.deliver(
      told,
      to,
      {
        kind: 'reminder',
        news: { reminder },
        isSaidElsewhere: whoElse !== undefined,
      },
      {
        booking:
          group.length > 1 ? { ...booking, customers: group.flatMap((other) => other.booking.customers) } : booking,
        url: standing.url,
      },
    );
  }

  /**
   * A class of ten is one reminder to who gives it: the first of its bookings for which it is due sends it, and the others wait until it
   * has, since that one may still be cancelled.
   */
  private async whoElseReminds(
    group: readonly Booked[],
    to: BookedPerson,
    reminder: Reminder,
    url: string,
  ): Promise<{ told: Told; isDone: boolean } | undefined> {
    const { settings, remindersSince } = this.saved;
    for (const { appointmentId, booking } of group) {
      if (appointmentId === this.report.appointment.appointmentId) return undefined;
      const ledger = await this.deps.told.ofSubject(appointmentId);
      const told = ledger.find(({ recipient }) => recipient === recipientKey(to));
      if (!told) continue;
      if (isDone(reminder, told)) return { told, isDone: true };
      // Of one that they do not know as it is, they are told that first.
      if (news(told, { status: 'booked', start: booking.start, end: booking.end, url }) !== undefined) continue;
      if (dueReminder(told, reminder.start, settings, remindersSince, this.now)) return { told, isDone: false };
    }
    return undefined;
  }

  /** When the next reminder of this booking falls due. */
  nextReminderAt(recipients: readonly BookedPerson[]): Instant | undefined {
    const channels = new Set<Channel>(recipients.map(({ channel }) => channel));
    return this.standing && nextReminderAt(this.booking.start, [...channels], this.saved.settings, this.now);
  }

  /** Those who share the slot, the same in every run. */
  private group(): Booked[] {
    const slot = slotKey(this.booking);
    return this.report.participants
      .filter(isBooked)
      .filter((other) => isActive(other, this.saved.settings) && slotKey(other.booking) === slot)
      .sort((a, b) => (a.appointmentId < b.appointmentId ? -1 : 1));
  }

  private deliver(
    told: Told,
    to: BookedPerson,
    what: Pick<Delivery, 'kind' | 'news' | 'isSaidElsewhere'> & { readonly kind: BookingNews },
    about: Pick<MessageContext, 'booking' | 'url' | 'oldStart'>,
  ): Promise<Instant | undefined> {
    const { deps, saved, report } = this;
    const { appointmentId, status } = report.appointment;
    const context = { kind: what.kind, to, appointmentId, status, ...about };
    const method = invitationMethod(to, what.kind, told, saved.settings);
    return deliver(
      deps,
      {
        ...what,
        told: { ...told, to },
        invites: method === 'REQUEST',
        write: (sequence) => this.write(context, method, sequence),
        isStillTrue: () => this.isStillTrue(what.kind),
        expiresAt: expiry(report.appointment, saved.settings, deps.clock.now()),
      },
      saved.settings,
    );
  }

  private write(context: MessageContext, method: InvitationMethod | undefined, sequence: number): Written {
    const { settings } = this.saved;
    const { to, appointmentId, booking, url } = context;
    if (to.channel === 'sms') return composeSms(context, settings);
    const mail = composeMail(context, settings);
    if (!method) return mail;
    const { start, end, service, staff } = booking;
    return {
      ...mail,
      calendar: calendarPart({
        uid: appointmentId,
        method,
        sequence,
        at: toInstant(this.deps.clock.now()),
        start,
        end,
        summary: `${service.name} – ${staff.name ?? staff.email}`,
        description: mail.text,
        ...(method === 'REQUEST' && url && { url }),
        organizer: { address: this.deps.mailFrom, ...(settings.senderName && { name: settings.senderName }) },
        attendee: { address: to.address, name: to.name },
        alarmMinutes: 15,
      }),
    };
  }

  private async isStillTrue(kind: BookingNews): Promise<boolean> {
    const { deps, report, standing } = this;
    const { appointmentId, revision } = report.appointment;
    const { meetingId } = report.mapping;
    const [current, { mapping, meeting }] = await Promise.all([
      deps.appointments.get(appointmentId),
      deps.meetings.placed(appointmentId, meetingId),
    ]);
    const hasBegun = this.booking.start <= toInstant(deps.clock.now());
    if (current?.revision !== revision || (kind === 'reminder' && hasBegun)) return false;
    // The settings too say whether it has a meeting.
    if (mapping?.meetingId !== meetingId) return false;
    return !standing || (meeting !== undefined && linkOf(meeting)?.url === standing.url);
  }
}
