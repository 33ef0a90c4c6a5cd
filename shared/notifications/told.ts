import type { Customer, Locale } from '../appointments/appointment.ts';
import { after, type Instant } from '../time.ts';
import { explainDelivery } from './delivery-error.ts';

export type MessageKind = 'booked' | 'rescheduled' | 'link_changed' | 'cancelled' | 'reminder' | 'connect_google';
export type Role = 'customer' | 'staff' | 'admin';
export type Channel = 'email' | 'sms';
export type MessageState = 'sent' | 'failed' | 'skipped';

/** Somebody to be told, on one channel. */
export interface Recipient {
  readonly role: Role;
  readonly channel: Channel;
  /** E-mail address, or telephone number: in E.164, or as it was given where it is none. */
  readonly address: string;
  /** A telephone number as it was given; how it is read is a matter of the settings. */
  readonly written?: string;
  /** Why nothing can be sent to this address. */
  readonly unusable?: string;
  /** Who it is, on every channel: their e-mail address, or their name where they have none. */
  readonly person: string;
  readonly name: string;
  readonly locale?: Locale;
  /** Whose own values the customer keywords have in the message. */
  readonly customer?: Customer;
}

/** What is true of a booking, or of a connection to Google, for one person. */
export type Truth =
  | { readonly status: 'booked'; readonly start: Instant; readonly end: Instant; readonly url: string }
  | { readonly status: 'cancelled' }
  | { readonly status: 'to_connect' | 'connected'; readonly episode: string };

export type BookingTruth = Truth & { readonly status: 'booked' | 'cancelled' };
export type BookedTruth = Truth & { readonly status: 'booked' };

/** What one person was told of one subject, on one channel; written by the notifier only. */
export interface Told {
  /** Appointment id, or `staff:{e-mail}` for a connection. */
  readonly subject: string;
  /** Role, channel and address. */
  readonly recipient: string;
  readonly to: Recipient;
  /** The last thing they were told; the booking as last told is kept when it was cancelled, to name it. */
  readonly last?: Truth;
  readonly lastBooked?: BookedTruth;
  readonly lastAt?: Instant;
  /** What they were being told, each time since `last`, when a run died or a mail's answer was lost: they may know any of it. */
  readonly inDoubt?: readonly Truth[];
  /** Rises with each message, as iCalendar wants it. */
  readonly sequence: number;
  readonly claim?: { readonly holder: string; readonly endsAt: Instant };
  /** Failures in a row, and not to be tried before then. */
  readonly attempts: number;
  readonly retryAt?: Instant;
  readonly messages: readonly MessageRecord[];
  /** `Message-ID`s of the mails that they got, oldest first: the first and the last few. */
  readonly thread?: readonly string[];
  /** Whether a calendar part of ours stands in their calendar. */
  readonly invited?: boolean;
  /** The last reminder that is done with, of the booking with this start. */
  readonly reminded?: Reminder;
  readonly version: number;
}

/** One of the reminders of a booking. */
export interface Reminder {
  /** Of the booking. */
  readonly start: Instant;
  readonly minutesBefore: number;
}

export interface MessageRecord {
  readonly kind: MessageKind;
  readonly state: MessageState;
  readonly at: Instant;
  readonly messageId?: string;
  readonly reason?: string;
}

export const recipientKey = ({ role, channel, address }: Recipient): string => `${role}#${channel}#${address}`;

export const notTold = (subject: string, to: Recipient): Told => ({
  subject,
  recipient: recipientKey(to),
  to,
  sequence: 0,
  attempts: 0,
  messages: [],
  version: 0,
});

export type Decision<Kind> = { readonly tell: Kind } | { readonly until: Instant } | undefined;

export type BookingNews = 'booked' | 'rescheduled' | 'link_changed' | 'cancelled' | 'reminder';

/**
 * DESIGN rule 15: what to tell one person. A first confirmation goes out at once; a change when it has stood for a while, so that a
 * storm of changes ends in one message with the last truth, and one that was taken back in none.
 * @param since when what is true came to be so
 */
export function decide(
  told: Told,
  truth: BookingTruth,
  since: Instant,
  now: Instant,
  holdSeconds: number,
): Decision<BookingNews> {
  const known = truthsKnown(told);
  const tell = news(told, truth);
  if (!tell) return undefined;
  const isFirst = known.every((truthAsTold) => truthAsTold === undefined);
  const until = waits(told, now, isFirst ? undefined : after(since, holdSeconds));
  return until ? { until } : { tell };
}

/** What they do not know yet, whichever of what they may know they do. */
export const news = (told: Told, truth: BookingTruth): BookingNews | undefined =>
  truthsKnown(told)
    .map((truthAsTold) => difference(truthAsTold, truth))
    .find((kind) => kind !== undefined);

const truthsKnown = ({ last, inDoubt = [] }: Told): (Truth | undefined)[] => [last, ...inDoubt];

/** DESIGN rule 17: once for each time that the connection came to be as it is, however many bookings wait for it. */
export function decideConnection(
  told: Told,
  truth: Truth & { readonly status: 'to_connect' | 'connected' },
  now: Instant,
): Decision<'connect_google'> {
  const { last } = told;
  if (last?.status === truth.status && last.episode === truth.episode) return undefined;
  const until = waits(told, now);
  return until ? { until } : { tell: 'connect_google' };
}

/** Until when a message must wait: a hold, a retry, or another run that is sending it (or died while it was). */
export const waits = (told: Told, now: Instant, hold?: Instant): Instant | undefined =>
  [hold, told.retryAt, told.claim?.endsAt]
    .filter((wait) => wait !== undefined && wait > now)
    .sort()
    .at(-1);

function difference(last: Truth | undefined, truth: BookingTruth): BookingNews | undefined {
  if (truth.status === 'cancelled') return last?.status === 'booked' ? 'cancelled' : undefined;
  if (last?.status !== 'booked') return 'booked';
  if (last.start !== truth.start || last.end !== truth.end) return 'rescheduled';
  return last.url === truth.url ? undefined : 'link_changed';
}

/** Every message of a ledger as the admin API lists it, oldest first; why one was not sent as a code, and in words. */
export const sentMessages = (ledger: readonly Told[]) =>
  ledger
    .flatMap(({ to: { address, role, channel }, messages }) =>
      messages.map(({ kind, state, at, reason }) => {
        const detail = reason && explainDelivery(reason);
        return { to: address, role, channel, kind, state, at, ...(reason && { reason }), ...(detail && { detail }) };
      }),
    )
    .sort((a, b) => (a.at < b.at ? -1 : 1));
