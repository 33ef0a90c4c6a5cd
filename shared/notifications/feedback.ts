import * as z from 'zod/mini';
import { after, type Clock, epochSeconds, type Instant, toInstant } from '../time.ts';
import type { ToldStore } from './store.ts';
import type { MessageRecord, Told } from './told.ts';
import { REMEMBERED_SECONDS, type Undeliverable, type UndeliverableStore } from './undeliverable.ts';

/** What became of a mail after SES had taken it. */
export interface MailFeedback {
  readonly messageId: string;
  /** Whose ledger holds the message, as the mail's tag says. */
  readonly subject?: string;
  /** Whom it was sent to, in small letters. */
  readonly addresses: readonly string[];
  readonly reason: 'bounced' | 'complained' | 'rejected';
  /** Why nothing is to be sent there any more; absent when that was about this message only. */
  readonly marks?: 'bounced' | 'complained';
  readonly at: Instant;
  /** What the provider said. */
  readonly detail?: string;
}

const DETAIL_LENGTH = 200;

const text = z.optional(z.nullable(z.string()));
const time = z.string().check(z.refine((value) => !Number.isNaN(Date.parse(value))));
const recipients = z.array(z.object({ emailAddress: z.string(), action: text, status: text, diagnosticCode: text }));
const mail = z.object({
  messageId: z.string().check(z.minLength(1)),
  timestamp: time,
  destination: z._default(z.array(z.string()), []),
  tags: z._default(z.record(z.string(), z.array(z.string())), {}),
});
const bounceEvent = z.object({
  mail,
  bounce: z.object({
    bounceType: z.string(),
    bounceSubType: text,
    bouncedRecipients: recipients,
    timestamp: time,
  }),
});
const complaintEvent = z.object({
  mail,
  complaint: z.object({
    complainedRecipients: recipients,
    complaintSubType: text,
    complaintFeedbackType: text,
    timestamp: time,
  }),
});
const rejectEvent = z.object({ mail, reject: z.object({ reason: text }) });

/** Reports that come as complaints and are none: the one takes a complaint back, the other is about signatures. */
const NO_COMPLAINTS = new Set(['not-spam', 'auth-failure']);

/**
 * Reads what SES publishes to SNS, as an event of a configuration set or in the older form of a notification.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 * @returns 'nothing' when it says nothing of a mail that failed; 'malformed' when it is no event, as the words with which SES tries out a
 * topic that it is given
 */
export function readMailEvent(message: string): MailFeedback | 'nothing' | 'malformed' {
  let event: unknown;
  try {
    event = JSON.parse(message);
  } catch {
    return 'malformed';
  }
  const named = z.safeParse(z.object({ eventType: text, notificationType: text }), event).data;
  switch (named?.eventType ?? named?.notificationType) {
    case undefined:
    case null:
      return 'malformed';
    case 'Bounce':
      return feedback(z.safeParse(bounceEvent, event).data, readBounce);
    case 'Complaint':
      return feedback(z.safeParse(complaintEvent, event).data, readComplaint);
    case 'Reject':
      return feedback(z.safeParse(rejectEvent, event).data, readReject);
    default:
      return 'nothing';
  }
}

type Finding = Pick<MailFeedback, 'reason' | 'marks' | 'at'> & {
  /** As the report names them, which need not be as the mail did: it may have been forwarded. */
  readonly named: readonly string[];
  readonly said: string | null | undefined;
};

function feedback<Event extends { readonly mail: z.infer<typeof mail> }>(
  event: Event | undefined,
  read: (event: Event) => Finding | undefined,
): MailFeedback | 'nothing' | 'malformed' {
  if (!event) return 'malformed';
  const finding = read(event);
  if (!finding) return 'nothing';
  const { named, said, ...rest } = finding;
  const { messageId, destination, tags } = event.mail;
  const subject = subjectIn(tags.appointment?.[0]);
  const detail = tidy(said ?? '');
  return {
    messageId,
    ...(subject && { subject }),
    addresses: (destination.length === 1 ? destination : named).map((address) => address.trim().toLowerCase()),
    ...rest,
    ...(detail && { detail }),
  };
}

function readBounce({ bounce }: z.infer<typeof bounceEvent>): Finding | undefined {
  const { bounceType, bounceSubType, bouncedRecipients, timestamp } = bounce;
  const isHard = bounceType === 'Permanent';
  // "I am out of the office" comes as a bounce too, without a report of a failed delivery: the mail has arrived.
  const isVague = bounceSubType === 'General' || bounceSubType === 'Undetermined';
  if (!isHard && isVague && !bouncedRecipients.some(({ action }) => action === 'failed')) return undefined;
  return {
    reason: 'bounced',
    ...(isHard && { marks: 'bounced' }),
    at: toInstant(timestamp),
    named: bouncedRecipients.map(({ emailAddress }) => emailAddress),
    said:
      bouncedRecipients.map(({ diagnosticCode, status }) => diagnosticCode || status).find(Boolean) ??
      `${bounceType} ${bounceSubType ?? ''}`,
  };
}

function readComplaint({ complaint }: z.infer<typeof complaintEvent>): Finding | undefined {
  const { complainedRecipients, complaintSubType, complaintFeedbackType, timestamp } = complaint;
  if (complaintFeedbackType && NO_COMPLAINTS.has(complaintFeedbackType)) return undefined;
  // An earlier complaint had SES not send this one: nobody has complained of it, it has not arrived.
  const reason = complaintSubType === 'OnAccountSuppressionList' ? 'bounced' : 'complained';
  return {
    reason,
    marks: reason,
    at: toInstant(timestamp),
    named: complainedRecipients.map(({ emailAddress }) => emailAddress),
    said: complaintSubType ?? complaintFeedbackType,
  };
}

const readReject = ({ mail: { timestamp }, reject }: z.infer<typeof rejectEvent>): Finding => ({
  reason: 'rejected',
  at: toInstant(timestamp),
  named: [],
  said: reject.reason,
});

/** @returns undefined when the tag is none of ours */
function subjectIn(tag: string | undefined): string | undefined {
  const subject = Buffer.from(tag ?? '', 'base64url').toString();
  // Of an appointment (`booknetic:1042`) or a connection (`staff:…`); nothing else that the table holds is so named.
  return subject.includes(':') ? subject : undefined;
}

const tidy = (said: string): string =>
  said
    .replace(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, DETAIL_LENGTH)
    .toWellFormed();

export interface FeedbackDeps {
  readonly told: Pick<ToldStore, 'ofSubject' | 'noteMessages'>;
  readonly undeliverable: Pick<UndeliverableStore, 'mark' | 'clear'>;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<void>;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

/** Rounds in one run for a message that cannot be noted yet, and milliseconds before the second of them; each wait is twice as long. */
const ROUNDS = 6;
const FIRST_WAIT = 100;

/**
 * Records what became of a mail, once or more often, in any order:
 * 1. the address is marked where nothing is to be sent any more,
 * 2. the message that it was has failed. One that nobody knows changes nothing: it was no message of a ledger, or is forgotten,
 * 3. the mark goes again where the booking knows nobody with that address any more: they were erased, perhaps just now.
 * @throws Error when the message cannot be noted yet
 */
export async function recordFeedback(deps: FeedbackDeps, mailFeedback: MailFeedback): Promise<void> {
  const { subject, addresses, reason, marks, at, detail } = mailFeedback;
  if (marks) {
    const expiresAt = epochSeconds(after(deps.clock.now(), REMEMBERED_SECONDS));
    for (const address of addresses) {
      const mark: Undeliverable = { channel: 'email', address, reason: marks, at, ...(detail && { detail }) };
      await deps.undeliverable.mark(mark, expiresAt);
    }
  }
  const record = subject ? await failMessage(deps, subject, mailFeedback) : 'unknown';
  const isForgotten = record === 'forgotten';
  if (marks && isForgotten) for (const address of addresses) await deps.undeliverable.clear('email', address);
  deps.log('mail_feedback', {
    reason,
    marked: marks && !isForgotten ? addresses.length : 0,
    record,
    ...(subject && { subject: subject.startsWith('staff:') ? 'staff' : subject }),
  });
}

async function failMessage(
  { told, clock, sleep }: FeedbackDeps,
  subject: string,
  { messageId, addresses, reason }: MailFeedback,
): Promise<'failed' | 'known' | 'unknown' | 'forgotten'> {
  const isMeant = (message: MessageRecord): boolean => message.messageId === messageId;
  for (let round = 0; round < ROUNDS; round += 1) {
    if (round > 0) await sleep(FIRST_WAIT * 2 ** (round - 1));
    const ledger = await told.ofSubject(subject);
    const found = ledger.find(({ messages }) => messages.some(isMeant));
    if (found?.messages.every((message) => !isMeant(message) || isKnown(message, reason))) return 'known';

    // Whoever holds the claim is about to record what was sent, perhaps this very message, and must find the record as it was.
    const now = toInstant(clock.now());
    const concerned = found ? [found] : ledger.filter((one) => isTo(one, addresses));
    if (concerned.some(({ claim }) => claim && claim.endsAt > now)) continue;

    if (!found) return concerned.length > 0 || subject.startsWith('staff:') ? 'unknown' : 'forgotten';
    const messages = found.messages.map((message) =>
      isMeant(message) ? { ...message, state: 'failed' as const, reason } : message,
    );
    if (await told.noteMessages({ ...found, messages })) return 'failed';
  }
  throw new Error('The message cannot be noted yet: its record is being changed.');
}

/** A complaint says more than a bounce, whichever comes first. */
const isKnown = (message: MessageRecord, reason: MailFeedback['reason']): boolean =>
  message.state === 'failed' && (message.reason === 'complained' || reason !== 'complained');

const isTo = ({ to: { channel, address } }: Told, addresses: readonly string[]): boolean =>
  channel === 'email' && addresses.includes(address.toLowerCase());
