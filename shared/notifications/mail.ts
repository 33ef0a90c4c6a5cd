import { type SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import MailComposer from 'nodemailer/lib/mail-composer';
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

/** What SES answers when the message itself, or the sender, is refused. */
const REFUSED = new Set([
  'MessageRejected',
  'MailFromDomainNotVerifiedException',
  'ConfigurationSetDoesNotExistException',
  'InvalidParameterValue',
]);

/** @param from the sender's address, verified with SES */
export const makeMailSender = (ses: SESClient, from: string): MailSender => ({
  async send({ to, fromName, replyTo, subject, html, text }) {
    const message = new MailComposer({
      from: fromName ? { name: fromName, address: from } : from,
      to: { name: to.name, address: to.address },
      ...(replyTo && { replyTo }),
      subject,
      html,
      text,
      // No answering machine shall answer a machine (RFC 3834).
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    try {
      const { MessageId } = await ses.send(
        new SendRawEmailCommand({
          Source: from,
          Destinations: [to.address],
          RawMessage: { Data: await message.compile().build() },
        }),
      );
      return { messageId: MessageId ?? '', thread: [] };
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown';
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      // Refused is not sent; what ended without an answer, or with a fault of SES's own, may have been.
      const inDoubt = status === undefined || status >= 500;
      throw new DeliveryError(name, !REFUSED.has(name), inDoubt);
    }
  },
});
