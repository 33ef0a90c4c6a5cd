import { retryDelay } from '../meetings/outcome.ts';
import type { Settings } from '../settings/settings.ts';
import { after, type Clock, type Instant, toInstant } from '../time.ts';
import { DeliveryError } from './delivery-error.ts';
import type { MailSender } from './mail.ts';
import type { MailText } from './messages.ts';
import type { ToldStore } from './store.ts';
import type { MessageKind, MessageRecord, Told, Truth } from './told.ts';

export interface DeliverDeps {
  readonly told: ToldStore;
  readonly mail: MailSender;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  readonly retryBaseSeconds: number;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

/** Seconds for which a run that is sending a message keeps others from it; a run that died has then been gone long enough. */
const CLAIM_SECONDS = 30;
const MESSAGES_KEPT = 30;

export interface Delivery {
  readonly told: Told;
  /** What they know once they have it. */
  readonly truth: Truth;
  readonly kind: MessageKind;
  readonly compose: () => MailText | Promise<MailText>;
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
  const { told, truth, kind, expiresAt } = delivery;
  const { to, subject } = told;
  const now = (): Instant => toInstant(deps.clock.now());
  const record = (from: Told, message: Omit<MessageRecord, 'kind' | 'at'>) =>
    deps.told.put(recorded(from, truth, { kind, at: now(), ...message }), expiresAt);

  if (to.role !== 'admin' && kind !== 'connect_google' && !settings.notifications[to.channel][to.role]) {
    // As good as told: switching the channel on again must not send old news.
    return (await record(told, { state: 'skipped', reason: 'channel_off' })) ? undefined : after(now(), CLAIM_SECONDS);
  }
  const claim = { holder: deps.newId(), endsAt: after(now(), CLAIM_SECONDS) };
  const claimed = await deps.told.put({ ...told, claim, inDoubt: withDoubt(told, truth) }, expiresAt);
  if (!claimed) return claim.endsAt;
  if (delivery.isStillTrue && !(await delivery.isStillTrue())) {
    await deps.told.put(notSent(claimed, told), expiresAt);
    return after(now(), 1);
  }
  const fields = {
    kind,
    role: to.role,
    channel: to.channel,
    subject: subject.startsWith('staff:') ? 'staff' : subject,
  };
  try {
    const { messageId } = await deps.mail.send({
      to: { address: to.address, name: to.name },
      fromName: settings.senderName ?? undefined,
      replyTo: settings.replyTo ?? undefined,
      ...(await delivery.compose()),
    });
    await record(claimed, { state: 'sent', messageId });
    deps.log('message_sent', fields);
    return undefined;
  } catch (error) {
    if (!(error instanceof DeliveryError)) throw error;
    deps.log('message_not_sent', { ...fields, code: error.code });
    if (!error.transient) {
      await record(claimed, { state: 'failed', reason: error.code });
      return undefined;
    }
    const attempts = claimed.attempts + 1;
    const retryAt = after(
      now(),
      retryDelay(attempts, { retryBaseSeconds: deps.retryBaseSeconds, random: deps.random() }),
    );
    const { claim: _claim, ...released } = error.inDoubt ? claimed : notSent(claimed, told);
    await deps.told.put({ ...released, attempts, retryAt }, expiresAt);
    return retryAt;
  }
}

/** An earlier message in doubt stays in doubt: dying over the next one says nothing of it. */
const withDoubt = ({ inDoubt = [] }: Told, truth: Truth): Truth[] => [
  ...inDoubt.filter((other) => JSON.stringify(other) !== JSON.stringify(truth)),
  truth,
];

/** The ledger with the claim given back, as it was before. */
function notSent({ claim: _claim, inDoubt: _inDoubt, ...claimed }: Told, { inDoubt }: Told): Told {
  return { ...claimed, ...(inDoubt && { inDoubt }) };
}

/** The ledger after a message: what they know now, with the claim given back. */
function recorded(
  { claim: _claim, inDoubt: _inDoubt, retryAt: _retryAt, ...told }: Told,
  truth: Truth,
  message: MessageRecord,
): Told {
  return {
    ...told,
    last: truth,
    ...(truth.status === 'booked' && { lastBooked: truth }),
    sequence: told.sequence + 1,
    attempts: 0,
    messages: [...told.messages, message].slice(-MESSAGES_KEPT),
  };
}
