import { type SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import MailComposer from 'nodemailer/lib/mail-composer';

export interface Mail {
  readonly to: { readonly address: string; readonly name: string };
  readonly fromName: string | undefined;
  readonly replyTo: string | undefined;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** A message was not sent. */
export class DeliveryError extends Error {
  /** Whether it may work later; otherwise the same message would be refused again. */
  readonly transient: boolean;
  /** Whether it may have been sent all the same. */
  readonly inDoubt: boolean;
  /** A stable code, without anything of the message. */
  readonly code: string;

  constructor(code: string, transient: boolean, inDoubt = false) {
    super(code);
    this.name = 'DeliveryError';
    this.code = code;
    this.transient = transient;
    this.inDoubt = inDoubt;
  }
}

export interface MailSender {
  /** @returns the provider's message id @throws DeliveryError */
  send(mail: Mail): Promise<string>;
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
      return MessageId ?? '';
    } catch (error) {
      const name = error instanceof Error ? error.name : 'unknown';
      const status = (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
      // Refused is not sent; what ended without an answer, or with a fault of SES's own, may have been.
      const inDoubt = status === undefined || status >= 500;
      throw new DeliveryError(name, !REFUSED.has(name), inDoubt);
    }
  },
});
