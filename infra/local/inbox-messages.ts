import type { Email } from 'aws-ses-v2-local/dist/store.js';
import { SegmentedMessage } from 'sms-segments-calculator';
import { z } from 'zod';
import { type CalendarView, methodOf, readCalendar } from './inbox-calendar.ts';

/** What SES was asked for with one mail, as far as the package forgets it. */
export interface Sending {
  readonly messageId: string;
  /** The package knows the second only. */
  readonly at: string;
  /** The whole mail as it was sent, in base64; a mail that SES itself is to build has none. */
  readonly raw?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet?: string | undefined;
}

/** A text message, as the SNS stand-in lists it on `/messages`. */
export const smsSchema = z.object({
  messageId: z.string(),
  at: z.string(),
  phoneNumber: z.string(),
  message: z.string(),
  attributes: z.record(z.string(), z.string()).default({}),
});

export type Sms = z.infer<typeof smsSchema>;

/** One line of the inbox. */
export type ListedMessage = ListedMail | ListedSms;

interface ListedMail {
  readonly channel: 'email';
  readonly id: string;
  readonly at: string;
  readonly to: string;
  readonly subject: string;
  /** How the text begins. */
  readonly text: string;
  /** METHOD of the calendar part. */
  readonly calendar: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

interface ListedSms {
  readonly channel: 'sms';
  readonly id: string;
  readonly at: string;
  readonly to: string;
  /** All of it. */
  readonly text: string;
  readonly characters: number;
  readonly segments: number;
  readonly encoding: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Everything about one mail, but its HTML, which is a document of its own. */
export interface MailView {
  readonly id: string;
  readonly at: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly hasHtml: boolean;
  readonly text: string | undefined;
  readonly calendar: CalendarView | undefined;
  /** In their order in the mail. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly attachments: readonly { readonly name: string; readonly type: string; readonly bytes: number }[];
  readonly tags: Readonly<Record<string, string>>;
  readonly configurationSet: string | undefined;
  readonly hasRaw: boolean;
}

const PREVIEW_CHARACTERS = 160;

const rawQuery = z.looseObject({ Action: z.string(), 'RawMessage.Data': z.string().optional() });
const restBody = z.object({
  Content: z.object({ Raw: z.object({ Data: z.string() }).optional() }),
  EmailTags: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  ConfigurationSetName: z.string().optional(),
});

/** Reads what SES was asked for. @param body of a call to the API of SES, v1 (a form) or v2, parsed; undefined when it sends no mail */
export function readSending(body: unknown): Pick<Sending, 'raw' | 'tags' | 'configurationSet'> | undefined {
  const form = rawQuery.safeParse(body);
  if (form.success) {
    if (!/^Send(Raw)?Email$/.test(form.data.Action)) return undefined;
    const { ConfigurationSetName: configurationSet } = form.data;
    return {
      raw: form.data['RawMessage.Data'],
      tags: formTags(form.data),
      configurationSet: typeof configurationSet === 'string' ? configurationSet : undefined,
    };
  }
  const rest = restBody.safeParse(body);
  if (!rest.success) return undefined;
  const { Content, EmailTags, ConfigurationSetName } = rest.data;
  return {
    raw: Content.Raw?.Data,
    tags: Object.fromEntries(EmailTags.map(({ Name, Value }) => [Name, Value])),
    configurationSet: ConfigurationSetName,
  };
}

function formTags(form: Readonly<Record<string, unknown>>): Record<string, string> {
  const tags: Record<string, string> = {};
  for (let member = 1; typeof form[`Tags.member.${member}.Name`] === 'string'; member += 1) {
    tags[String(form[`Tags.member.${member}.Name`])] = String(form[`Tags.member.${member}.Value`] ?? '');
  }
  return tags;
}

/** Mails and text messages in one list, newest first. @param emails oldest first @param sms oldest first */
export function listMessages(
  emails: readonly Email[],
  sendings: ReadonlyMap<string, Sending>,
  sms: readonly Sms[],
): ListedMessage[] {
  const mails = emails.map((email) => listedMail(email, sendings.get(email.messageId)));
  // The later one first, of those that came in the same moment.
  return [...mails, ...sms.map(listedSms)]
    .reverse()
    .sort((one, other) => (one.at < other.at ? 1 : one.at > other.at ? -1 : 0));
}

const sentAt = (email: Email, sending: Sending | undefined): string =>
  sending?.at ?? new Date(email.at * 1000).toISOString();

function listedMail(email: Email, sending: Sending | undefined): ListedMail {
  const calendar = calendarSource(email);
  return {
    channel: 'email',
    id: email.messageId,
    at: sentAt(email, sending),
    to: recipients(email),
    subject: email.subject,
    text: (email.body.text ?? '').replace(/\s+/g, ' ').trim().slice(0, PREVIEW_CHARACTERS),
    calendar: calendar === undefined ? undefined : methodOf(calendar),
    tags: sending?.tags ?? {},
  };
}

function listedSms({ messageId, at, phoneNumber, message, attributes }: Sms): ListedSms {
  const counted = new SegmentedMessage(message);
  return {
    channel: 'sms',
    id: messageId,
    at,
    to: phoneNumber,
    text: message,
    characters: counted.numberOfCharacters,
    segments: counted.segmentsCount,
    encoding: counted.encodingName,
    tags: attributes,
  };
}

/** What can be looked at of one mail. */
export function viewMail(email: Email, sending: Sending | undefined): MailView {
  const raw = rawMail(sending)?.toString();
  const calendar = calendarSource(email);
  return {
    id: email.messageId,
    at: sentAt(email, sending),
    from: email.from,
    to: recipients(email),
    subject: email.subject,
    hasHtml: email.body.html !== undefined,
    text: email.body.text,
    calendar: calendar === undefined ? undefined : readCalendar(calendar, raw),
    headers: raw === undefined ? givenHeaders(email) : rawHeaders(raw),
    attachments: email.attachments.map(({ filename, contentType, size }) => ({
      name: filename ?? '(no name)',
      type: contentType,
      bytes: size,
    })),
    tags: sending?.tags ?? {},
    configurationSet: sending?.configurationSet,
    hasRaw: raw !== undefined,
  };
}

/** The mail as it was sent; undefined when that was not kept. */
export const rawMail = (sending: Sending | undefined): Buffer | undefined =>
  sending?.raw === undefined ? undefined : Buffer.from(sending.raw, 'base64');

const recipients = ({ destination: { to, cc, bcc } }: Email): string => [...to, ...cc, ...bcc].join(', ');

function calendarSource({ attachments }: Email): string | undefined {
  const part =
    attachments.find(({ contentType }) => contentType === 'text/calendar') ??
    attachments.find(({ contentType }) => contentType === 'application/ics');
  return part && Buffer.from(part.content, 'base64').toString();
}

function rawHeaders(raw: string): [string, string][] {
  const [head = ''] = raw.split(/\r?\n\r?\n/, 1);
  return head
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon), line.slice(colon + 1).trim()];
    });
}

function givenHeaders({ from, destination, replyTo, subject, headers = [] }: Email): [string, string][] {
  const given: [string, string][] = [
    ['From', from],
    ['To', destination.to.join(', ')],
    ['Cc', destination.cc.join(', ')],
    ['Bcc', destination.bcc.join(', ')],
    ['Reply-To', replyTo.join(', ')],
    ['Subject', subject],
    ...headers.map(({ name, value }): [string, string] => [name, value]),
  ];
  return given.filter(([, value]) => value !== '');
}
