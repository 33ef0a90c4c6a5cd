import { AppError } from '../errors.ts';
import { DeliveryError, explainRefusal } from './delivery-error.ts';
import type { Mail, MailSender } from './mail.ts';

/**
 * Sends a mail that somebody has just asked for and waits for.
 * @param otherwise what they can do without it
 * @throws AppError `conflict` when it was not taken, saying why
 */
export async function sendNow(sender: MailSender, mail: Mail, otherwise = ''): Promise<void> {
  try {
    await sender.send(mail);
  } catch (cause) {
    if (!(cause instanceof DeliveryError)) throw cause;
    const why = explainRefusal(cause.code) ?? 'Check the sender’s address with SES.';
    throw new AppError('conflict', `The mail could not be sent (${cause.code}). ${why} ${otherwise}`.trim(), { cause });
  }
}
