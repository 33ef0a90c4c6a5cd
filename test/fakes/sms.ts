import { DeliveryError } from '../../shared/notifications/delivery-error.ts';
import type { Sms, SmsSender } from '../../shared/notifications/sms.ts';

export class FakeSms implements SmsSender {
  readonly sent: Sms[] = [];
  readonly #faults: DeliveryError[] = [];

  async send(sms: Sms): Promise<string> {
    const fault = this.#faults.shift();
    if (fault?.inDoubt) this.sent.push(sms);
    if (fault) throw fault;
    this.sent.push(sms);
    return `sms-${this.sent.length}`;
  }

  /** The provider asks to slow down. @param times how many messages */
  throttle(times = 1): void {
    this.#order(times, new DeliveryError('throttled', true));
  }

  /** The provider will not send to that number, now or ever. */
  refuse(code: 'opted_out' | 'invalid_phone' = 'invalid_phone', times = 1): void {
    this.#order(times, new DeliveryError(code, false, false, 'address'));
  }

  /** The message goes out, and the answer is lost. */
  cut(times = 1): void {
    this.#order(times, new DeliveryError('Error', true, true));
  }

  clearFaults(): void {
    this.#faults.length = 0;
  }

  #order(times: number, fault: DeliveryError): void {
    this.#faults.push(...Array.from({ length: times }, () => fault));
  }
}
