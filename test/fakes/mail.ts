import { DeliveryError } from '../../shared/notifications/delivery-error.ts';
import type { Mail, MailSender, Sent } from '../../shared/notifications/mail.ts';

export class FakeMail implements MailSender {
  readonly sent: Mail[] = [];
  readonly #faults: DeliveryError[] = [];

  async send(mail: Mail): Promise<Sent> {
    const fault = this.#faults.shift();
    if (fault) throw fault;
    this.sent.push(mail);
    return { messageId: `message-${this.sent.length}`, thread: mail.id ? [`<${mail.id}@clinic.test>`] : [] };
  }

  /** The provider asks to slow down. @param times how many mails */
  throttle(times = 1): void {
    for (let left = times; left > 0; left -= 1) this.#faults.push(new DeliveryError('Throttling', true));
  }

  /** The provider does not take the message, now or ever. */
  refuse(times = 1): void {
    for (let left = times; left > 0; left -= 1) this.#faults.push(new DeliveryError('MessageRejected', false));
  }

  fail(error: DeliveryError, times = 1): void {
    for (let left = times; left > 0; left -= 1) this.#faults.push(error);
  }

  clearFaults(): void {
    this.#faults.length = 0;
  }
}
