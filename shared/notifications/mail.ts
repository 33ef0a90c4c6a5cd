import { type MessageTag, type SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import type { CalendarPart } from './calendar-part.ts';
import { DeliveryError } from './delivery-error.ts';

export interface Mail {
  readonly to: { readonly address: string; readonly name: string };
  readonly fromName: string | undefined;
  readonly replyTo: string | undefined;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  /** Its own `Message-ID`, without the brackets and the domain: the same for every attempt at one message. */
  readonly id?: string;
  /** `Message-ID`s, with their brackets, of what this person was told of the same booking before, oldest first. */
  readonly thread?: readonly string[];
  readonly calendar?: CalendarPart | undefined;
  /** Name and value; SES counts and reports by them. */
  readonly tags?: Readonly<Record<string, string>>;
}

export interface Sent {
  /** The provider's. */
  readonly messageId: string;
  /** The `Message-ID`s, with their brackets, under which it may have arrived; the one that it was given comes last. */
  readonly thread: readonly string[];
}

export interface MailSender {
  /** @throws DeliveryError */
  send(mail: Mail): Promise<Sent>;
}

export interface MailSettings {
  /** The sender's address, verified with SES. */
  readonly from: string;
  /** The SES configuration set that says where bounces and complaints are reported. */
  readonly configurationSet?: string | undefined;
}

/** Sends by SES, each message to one address. */
export const makeMailSender = (ses: SESClient, { from, configurationSet }: MailSettings): MailSender => ({
  async send(mail) {
    const message = await compose(mail, from);
    const command = new SendRawEmailCommand({
      Source: from,
      Destinations: [mail.to.address],
      RawMessage: { Data: await message.build() },
      ConfigurationSetName: configurationSet,
      Tags: sesTags(mail.tags),
    });
    const region = await ses.config.region();
    try {
      const { MessageId } = await ses.send(command);
      const thread = [...(MessageId ? [sesMessageId(MessageId, region)] : []), message.messageId()];
      return { messageId: MessageId ?? '', thread };
    } catch (error) {
      throw deliveryError(error, from);
    }
  },
});

/** Most of what uses this seldom sends a mail: the composer is loaded with the first. */
const compose = async (mail: Mail, from: string) => {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  return new MailComposer({
    from: mail.fromName ? { name: headerText(mail.fromName), address: from } : from,
    to: { name: headerText(mail.to.name), address: mail.to.address },
    ...(mail.replyTo && { replyTo: mail.replyTo }),
    subject: headerText(mail.subject),
    ...(mail.id && { messageId: `<${mail.id}@${domainOf(from)}>` }),
    ...(mail.thread?.length && { inReplyTo: mail.thread.at(-1), references: [...mail.thread] }),
    html: mail.html,
    text: mail.text,
    // As Google's own invitations have it: the last of the alternatives, which Gmail and Outlook read, and a file for everybody else.
    ...(mail.calendar && {
      icalEvent: { method: mail.calendar.method, content: mail.calendar.content, filename: 'invite.ics' },
    }),
    // No answering machine shall answer a machine (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
  }).compile();
};

/**
 * What people wrote, as one line that stays what it is: line breaks would survive within an encoded word, to be found by whatever reads
 * it, and what looks like an encoded word (RFC 2047) would be read as one, which nobody wrote.
 */
const headerText = (text: string): string =>
  text
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replaceAll('=?', '= ?')
    .trim();

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** The `Message-ID` that SES puts in place of ours; its stand-ins leave ours. */
const sesMessageId = (id: string, region: string): string =>
  `<${id}@${region === 'us-east-1' ? 'email' : region}.amazonses.com>`;

/** Without what SES would refuse the whole message for. */
const sesTags = (tags: Mail['tags'] = {}): MessageTag[] =>
  Object.entries(tags)
    .filter((tag) => tag.every((part) => /^[\w-]{1,256}$/.test(part)))
    .map(([Name, Value]) => ({ Name, Value }));

/** SES's answers to what it will not take, now or ever. */
const REFUSED = new Set(['MessageRejected', 'InvalidParameterValue']);

/** SES's answers that a person must do something about, to the account and not to the message. */
const ACCOUNT_CODES = new Map([
  ['MailFromDomainNotVerified', 'sender_not_verified'],
  ['AccountSendingPaused', 'sending_paused'],
  ['ConfigurationSetSendingPaused', 'sending_paused'],
  ['ConfigurationSetDoesNotExist', 'configuration_set_missing'],
  ['AccessDenied', 'access_denied'],
]);

function deliveryError(error: unknown, from: string): DeliveryError {
  const { name, message } = error instanceof Error ? error : { name: 'unknown', message: '' };
  // SES's documentation and its clients do not agree on which names end in it.
  const answer = name.replace(/Exception$/, '');
  const isThrottled = answer === 'Throttling' || answer === 'TooManyRequests';
  const accountCode =
    (answer === 'MessageRejected' && rejectionOfAccount(message, from)) ||
    (isThrottled && /daily/i.test(message) && 'daily_quota') ||
    ACCOUNT_CODES.get(answer);
  if (accountCode) return new DeliveryError(accountCode, true, false, 'account');
  if (isThrottled) return new DeliveryError('throttled', true);
  if (REFUSED.has(name)) return new DeliveryError(name, false);
  // Refused is not sent; what ended without an answer that can be read, or with a fault of SES's own, may have been.
  const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode ?? 0;
  return new DeliveryError(name, true, status < 400 || status >= 500);
}

/** SES says `MessageRejected` of the account too, and only its sentence tells. */
function rejectionOfAccount(message: string, from: string): string | undefined {
  if (/sending (?:suspended|paused)/i.test(message)) return 'sending_paused';
  const failed = /failed the check in region [^:]*:(.*)/s.exec(message)?.[1];
  if (failed === undefined) return undefined;
  // Each may come with a name before it, as in a header, or as an ARN.
  const identities = failed.split(',').map((identity) =>
    identity
      .replace(/^.*[</]|>/gs, '')
      .trim()
      .toLowerCase(),
  );
  const own = [from, domainOf(from)].map((identity) => identity.toLowerCase());
  return identities.some((identity) => own.includes(identity)) ? 'sender_not_verified' : 'ses_sandbox';
}
