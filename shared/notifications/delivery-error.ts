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

/** What a person can do something about, in a sentence that a receptionist can act on. */
const FINAL = {
  channel_off:
    'Messages of this kind were switched off in the settings. Switching them on again does not send old ones.',
  invalid_phone: 'This is not a valid phone number. Correct it in the booking platform.',
  no_country:
    'The phone number has no country code, and the settings name no country to read it in. Choose the country in the settings (defaultCountry).',
  bounced:
    'A message to this address came back: it does not exist or takes no mail. Ask the person for an address that works.',
  complained:
    'The recipient marked a message as spam, so nothing more is sent to this address. Tell them in another way.',
  opted_out:
    'The recipient asked for no more text messages. If they want them again, take the number off the list (SNS console, Text messaging, Opted-out phone numbers).',
  address_refused: 'The address or phone number was not accepted. Check it for mistakes.',
  MessageRejected: 'Amazon SES refused this message, and would refuse it again. Tell the person in another way.',
  InvalidParameterValue: 'Amazon SES cannot send to this address. Check it for mistakes and for letters with accents.',
} as const;

/** The same, where messages are held back meanwhile. */
const HELD_BACK = {
  ses_sandbox:
    'The Amazon SES account is still in its sandbox, which sends to verified addresses only. Ask AWS for production access (SES console, Account dashboard).',
  sender_not_verified:
    'The address that messages are sent from is not verified with Amazon SES. Verify it or its domain (SES console, Identities).',
  sending_paused:
    'Sending is paused in Amazon SES. See why (SES console, Account dashboard; AWS writes to the account’s address too) and have it resumed.',
  daily_quota:
    'Today’s sending quota of Amazon SES is used up. If this happens often, ask AWS for a higher one (SES console, Account dashboard).',
  configuration_set_missing:
    'The configuration set that messages are sent with is gone from Amazon SES. Deploy Booking Meet again.',
  access_denied:
    'AWS does not let Booking Meet send. Deploy it again; if that does not help, ask whoever manages the AWS account for its permissions.',
  sms_sandbox:
    'The AWS account is still in the sandbox for text messages, which sends to verified numbers only. Ask AWS to leave it (SNS console, Text messaging).',
  sms_spending_limit:
    'This month’s spending limit for text messages is reached. Raise it (SNS console, Text messaging preferences) or ask AWS to.',
} as const;

const REASONS = { ...FINAL, ...HELD_BACK };

/** Why a message was not sent, where a person can do something about it. */
export type DeliveryReason = keyof typeof REASONS;

/** Every code with a sentence of its own. */
export const DELIVERY_CODES: readonly string[] = Object.keys(REASONS);

/** What to do about a mail that somebody waits for, and that nobody tries again; undefined for what passes by itself. */
export const explainRefusal = (code: string): string | undefined =>
  Object.hasOwn(REASONS, code) ? REASONS[code as DeliveryReason] : undefined;

/** What to do about a message of the ledger that was not sent; undefined for what passes by itself. */
export const explainDelivery = (code: string): string | undefined =>
  Object.hasOwn(HELD_BACK, code)
    ? `${explainRefusal(code)} The message is tried again every hour.`
    : explainRefusal(code);
