export interface Sms {
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

export interface SmsSender {
  /** @returns the provider's message id @throws DeliveryError */
  send(sms: Sms): Promise<string>;
}
