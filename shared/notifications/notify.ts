import type { Appointment, Booking } from '../appointments/appointment.ts';
import { retryDelay } from '../meetings/outcome.ts';
import { hasEnded, isActive } from '../meetings/placement.ts';
import type { SyncReport } from '../meetings/sync.ts';
import { expiry } from '../meetings/sync.ts';
import type { Settings } from '../settings/settings.ts';
import type { StaffStore } from '../staff/store.ts';
import { after, type Clock, earliest, type Instant, toInstant } from '../time.ts';
import { DeliveryError, type MailSender } from './mail.ts';
import { composeMessage } from './messages.ts';
import type { ToldStore } from './store.ts';
import { decide, type MessageRecord, notTold, type Recipient, recipientKey, type Told, type Truth } from './told.ts';

export interface NotifyDeps {
  readonly told: ToldStore;
  readonly staff: StaffStore;
  readonly mail: MailSender;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  readonly retryBaseSeconds: number;
  readonly holdSeconds: number;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

/** Seconds for which a run that is sending a message keeps others from it; a run that died has then been gone long enough. */
const CLAIM_SECONDS = 30;
const MESSAGES_KEPT = 30;

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

  const truth: Truth | undefined = !active
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
  const waits = await Promise.all(
    due.map(async ({ told, to, truth: theirs }) => {
      if (!theirs) return undefined;
      const since =
        theirs.status === 'booked' && link && link.since > appointment.changedAt ? link.since : appointment.changedAt;
      const decision = decide(told, theirs, since, now, deps.holdSeconds);
      if (!decision) return undefined;
      if ('until' in decision) return decision.until;
      return tell(deps, { ...told, to }, to, decision.tell as 'booked', theirs, appointment, booking, settings);
    }),
  );
  return earliest(...waits);
}

/** @returns when to try again */
async function tell(
  deps: NotifyDeps,
  told: Told,
  to: BookedPerson,
  kind: 'booked' | 'rescheduled' | 'link_changed' | 'cancelled',
  truth: Truth,
  appointment: Appointment,
  booking: Booking,
  settings: Settings,
): Promise<Instant | undefined> {
  const { clock, log } = deps;
  const expiresAt = expiry(appointment, settings, clock.now());
  const now = toInstant(clock.now());
  if (!isSwitchedOn(settings, to)) {
    // As good as told: switching the channel on again must not send old news.
    const skipped = recordOf(told, truth, { kind, state: 'skipped', at: now, reason: 'channel_off' });
    return (await deps.told.put(skipped, expiresAt)) ? undefined : after(now, CLAIM_SECONDS);
  }

  const claimed = await deps.told.put(
    { ...told, claim: { holder: deps.newId(), endsAt: after(now, CLAIM_SECONDS) } },
    expiresAt,
  );
  if (!claimed) return after(now, CLAIM_SECONDS);

  // A cancellation names the booking as that person knows it: they may have dropped out of one that has moved on.
  const asTold = truth.status === 'cancelled' ? told.lastBooked : undefined;
  const message = composeMessage(
    {
      kind,
      to,
      appointmentId: appointment.appointmentId,
      status: appointment.status,
      booking: asTold ? { ...booking, start: asTold.start, end: asTold.end } : booking,
      ...(truth.status === 'booked' && { url: truth.url }),
      ...(told.lastBooked && { oldStart: told.lastBooked.start }),
    },
    settings,
  );
  try {
    const messageId = await deps.mail.send({
      to: { address: to.address, name: to.name },
      fromName: settings.senderName ?? undefined,
      replyTo: settings.replyTo ?? undefined,
      ...message,
    });
    const at = toInstant(clock.now());
    await deps.told.put(recordOf(claimed, truth, { kind, state: 'sent', at, messageId }), expiresAt);
    log('message_sent', { kind, role: to.role, channel: to.channel, appointmentId: appointment.appointmentId });
    return undefined;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    log('message_not_sent', { code: error.code, kind, role: to.role, appointmentId: appointment.appointmentId });
    const at = toInstant(clock.now());
    if (!error.transient) {
      await deps.told.put(recordOf(claimed, truth, { kind, state: 'failed', at, reason: error.code }), expiresAt);
      return undefined;
    }
    const attempts = claimed.attempts + 1;
    const delay = retryDelay(attempts, { retryBaseSeconds: deps.retryBaseSeconds, random: deps.random() });
    const { claim: _claim, ...released } = claimed;
    const retryAt = after(at, delay);
    await deps.told.put({ ...released, attempts, retryAt }, expiresAt);
    return retryAt;
  }
}

/** The ledger after a message: what they know now, with the claim given back. */
function recordOf({ claim: _claim, retryAt: _retryAt, ...told }: Told, truth: Truth, message: MessageRecord): Told {
  return {
    ...told,
    last: truth,
    ...(truth.status === 'booked' && { lastBooked: truth }),
    sequence: told.sequence + 1,
    attempts: 0,
    messages: [...told.messages, message].slice(-MESSAGES_KEPT),
  };
}

const isSwitchedOn = ({ notifications }: Settings, { role, channel }: BookedPerson): boolean =>
  notifications[channel][role];

/** DESIGN: staff and customers each get one message; one address is one person. */
async function everybody({ staff }: NotifyDeps, booking: Booking): Promise<BookedPerson[]> {
  const person = await staff.get(booking.staff.email);
  const name = person?.name ?? booking.staff.name ?? booking.staff.email;
  const locale = person?.locale;
  return [
    { role: 'staff', channel: 'email', address: booking.staff.email, name, ...(locale && { locale }) },
    ...booking.customers.flatMap((customer): BookedPerson[] =>
      customer.email
        ? [
            {
              role: 'customer',
              channel: 'email',
              address: customer.email,
              name: customer.name,
              ...(customer.locale && { locale: customer.locale }),
              customer,
            },
          ]
        : [],
    ),
  ];
}
