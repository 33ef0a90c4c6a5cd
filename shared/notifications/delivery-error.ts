/** What a message failed at: `message` would fail for this one only, `address` for whatever is sent there, `account` for every one. */
export type DeliveryScope = 'message' | 'address' | 'account';

/** A message was not sent. */
export class DeliveryError extends Error {
  override readonly name = 'DeliveryError';
  /** Whether it may work later; otherwise the same message would be refused again. */
  readonly transient: boolean;
  /** Whether it may have been sent all the same. */
  readonly inDoubt: boolean;
  readonly scope: DeliveryScope;
  /** A stable code, without anything of the message. */
  readonly code: string;

  constructor(code: string, transient: boolean, inDoubt = false, scope: DeliveryScope = 'message') {
    super(code);
    this.code = code;
    this.transient = transient;
    this.inDoubt = inDoubt;
    this.scope = scope;
  }
}
