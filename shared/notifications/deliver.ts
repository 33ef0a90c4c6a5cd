import { isDeepStrictEqual } from 'node:util';
import { retryDelay } from '../meetings/outcome.ts';
import type { Settings } from '../settings/settings.ts';
import { after, type Clock, epochSeconds, type Instant, toInstant } from '../time.ts';
import type { CalendarPart } from './calendar-part.ts';
import { DeliveryError } from './delivery-error.ts';
import type { MailSender } from './mail.ts';
import { mailId, mailTags, threadWith } from './mail-identity.ts';
import type { MailText } from './messages.ts';
import type { SmsSender } from './sms.ts';
import type { ToldStore } from './store.ts';
import type { MessageKind, MessageRecord, Reminder, Told, Truth } from './told.ts';
import { REMEMBERED_SECONDS, type UndeliverableStore } from './undeliverable.ts';

export interface DeliverDeps {
  readonly told: ToldStore;
  readonly undeliverable: UndeliverableStore;
  readonly mail: MailSender;
  readonly sms: SmsSender;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  readonly retryBaseSeconds: number;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

/** Seconds for which a run that is sending a message keeps others from it; a run that died has then been gone long enough. */
const CLAIM_SECONDS = 30;
const MESSAGES_KEPT = 30;
/** First retry delays until what is wrong with the account is looked at again: an hour, as deployed. */
const ACCOUNT_RETRY = 120;

export type Written = (MailText & { readonly calendar?: CalendarPart | undefined }) | { readonly text: string };

export interface Delivery {
  readonly told: Told;
  readonly kind: MessageKind;
  /** What they know once they have it; a reminder tells them what they know. */
  readonly news: { readonly truth: Truth } | { readonly reminder: Reminder };
  /** Whether there is nothing to say to this person, though it counts as said. */
  readonly isSaidElsewhere?: boolean;
  /** Whether it puts an entry into their calendar. */
  readonly invites?: boolean;
  /** @param sequence higher than that of whatever they may have got before */
  readonly write: (sequence: number) => Written | Promise<Written>;
  /** Whether what was decided from still stands, asked when nobody else can be sending. */
  readonly isStillTrue?: () => Promise<boolean>;
  /** Seconds since the epoch at which the ledger may be forgotten. */
  readonly expiresAt: number;
}

/**
 * Tells one person: claim, send, record. A crash between sending and recording costs one repeat at most, never a loss.
 * @returns when to try again; undefined when it is done, for good or for bad
 */
export async function deliver(deps: DeliverDeps, delivery: Delivery, settings: Settings): Promise<Instant | undefined> {
  const { told, kind, news, expiresAt } = delivery;
  const { to, subject } = told;
  const now = (): Instant => toInstant(deps.clock.now());
  const lineOf = (message: Omit<MessageRecord, 'kind' | 'at'>): MessageRecord => ({ kind, at: now(), ...message });

  // Another run got between, whose end nobody knows: it is looked at once more.
  const record = async (next: Told): Promise<Instant | undefined> =>
    (await deps.told.put(next, expiresAt)) ? undefined : after(now(), CLAIM_SECONDS);

  const unsaid = delivery.isSaidElsewhere ? {} : await whyUnsaid(deps, delivery, settings);
  if (unsaid) {
    // As good as told: what stands in the way may go away, and must not bring old news.
    const message = unsaid.shown ? lineOf({ state: 'skipped', reason: unsaid.shown }) : undefined;
    return record(learned(told, news, now(), message));
  }

  const claimed = await deps.told.put(
    {
      ...told,
      claim: { holder: deps.newId(), endsAt: after(now(), CLAIM_SECONDS) },
      ...('truth' in news && { inDoubt: withDoubt(told, news.truth) }),
      ...(delivery.invites && { invited: true }),
    },
    expiresAt,
  );
  if (!claimed) return after(now(), CLAIM_SECONDS);
  if (delivery.isStillTrue && !(await delivery.isStillTrue())) {
    await deps.told.put(notSent(told, claimed), expiresAt);
    return after(now(), 1);
  }
  const fields = {
    kind,
    role: to.role,
    channel: to.channel,
    subject: subject.startsWith('staff:') ? 'staff' : subject,
  };
  try {
    const { messageId, thread = [] } = await send(deps, delivery, sequenceOf(told, news), settings);
    const threaded = { ...claimed, thread: threadWith(told.thread, thread) };
    const until = await record(learned(threaded, news, now(), lineOf({ state: 'sent', messageId })));
    deps.log('message_sent', fields);
    return until;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    deps.log('message_not_sent', { ...fields, code: error.code });
    const line = lineOf({ state: 'failed', reason: error.code });
    if (!error.transient) {
      if (error.code === 'opted_out') {
        const { channel, address } = to;
        const known = { channel, address, reason: error.code, at: now() } as const;
        await deps.undeliverable.mark(known, epochSeconds(after(now(), REMEMBERED_SECONDS)));
      }
      return record(learned(claimed, news, now(), line));
    }
    const attempts = claimed.attempts + 1;
    const { retryBaseSeconds } = deps;
    const isAccount = error.scope === 'account';
    const retryAt = after(
      now(),
      isAccount ? ACCOUNT_RETRY * retryBaseSeconds : retryDelay(attempts, { retryBaseSeconds, random: deps.random() }),
    );
    const { claim: _claim, ...released } = error.inDoubt ? claimed : notSent(told, claimed);
    // What only a person can put right is shown, once, though it is tried again.
    const { reason } = told.messages.at(-1) ?? {};
    const messages = isAccount && reason !== error.code ? kept(told.messages, line) : told.messages;
    await deps.told.put({ ...released, attempts, retryAt, messages }, expiresAt);
    return retryAt;
  }
}

/** @returns what the ledger shows of why a message is not sent; undefined when it is */
async function whyUnsaid(
  deps: DeliverDeps,
  { told, kind }: Delivery,
  settings: Settings,
): Promise<{ shown?: string } | undefined> {
  const { role, channel, address, unusable } = told.to;
  if (role !== 'admin' && kind !== 'connect_google' && !settings.notifications[channel][role]) {
    // SMS are off unless somebody wants them: not every booking has to say so.
    return channel === 'email' || told.messages.length > 0 ? { shown: 'channel_off' } : {};
  }
  const shown = unusable ?? (await deps.undeliverable.get(channel, address))?.reason;
  return shown ? { shown } : undefined;
}

async function send(
  { mail, sms }: DeliverDeps,
  { told, kind, news, write }: Delivery,
  sequence: number,
  settings: Settings,
): Promise<{ messageId: string; thread?: readonly string[] }> {
  const { to, subject, thread = [] } = told;
  const written = await write(sequence);
  if (!('html' in written)) return { messageId: await sms.send({ to: to.address, text: written.text }) };
  return mail.send({
    to: { address: to.address, name: to.name },
    fromName: settings.senderName ?? undefined,
    replyTo: settings.replyTo ?? undefined,
    ...written,
    id: mailId(told, 'reminder' in news ? news.reminder : sequence),
    thread,
    tags: mailTags(subject, kind, to.role),
  });
}

/** Each message has one of its own, higher than that of any that may have been sent without anybody knowing. */
const sequenceOf = (told: Told, news: Delivery['news']): number =>
  'truth' in news ? told.sequence + withDoubt(told, news.truth).length - 1 : told.sequence;

/** An earlier message in doubt stays in doubt: dying over the next one says nothing of it. Only the last can be the same message again. */
const withDoubt = ({ inDoubt = [] }: Told, truth: Truth): readonly Truth[] => {
  const last = inDoubt.at(-1);
  return last && isSame(last, truth) ? inDoubt : [...inDoubt, truth];
};

/** In whatever order: DynamoDB gives fields back in one of its own. */
const isSame = (one: Truth, other: Truth): boolean => isDeepStrictEqual(one, other);

/** The ledger as it was before the claim. */
const notSent = ({ claim: _claim, ...told }: Told, { version }: Told): Told => ({ ...told, version });

/** The ledger after a message: what they know now, with the claim given back. */
function learned(
  { claim: _claim, retryAt: _retryAt, ...told }: Told,
  news: Delivery['news'],
  at: Instant,
  message: MessageRecord | undefined,
): Told {
  const known = { ...told, attempts: 0, messages: message ? kept(told.messages, message) : told.messages };
  if ('reminder' in news) return { ...known, reminded: news.reminder };
  const { inDoubt: _inDoubt, invited, ...settled } = known;
  const { truth } = news;
  const isGone = truth.status === 'cancelled' && message?.state === 'sent';
  return {
    ...settled,
    last: truth,
    lastAt: at,
    ...(truth.status === 'booked' && { lastBooked: truth }),
    ...(invited && !isGone && { invited }),
    sequence: sequenceOf(told, news) + 1,
  };
}

const kept = (messages: readonly MessageRecord[], message: MessageRecord): MessageRecord[] =>
  [...messages, message].slice(-MESSAGES_KEPT);
