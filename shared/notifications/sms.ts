import { PublishCommand, type SNSClient, SNSServiceException } from '@aws-sdk/client-sns';
import { DeliveryError } from './delivery-error.ts';

export interface Sms {
  /** E.164. */
  readonly to: string;
  readonly text: string;
}

export interface SmsSender {
  /** @returns the provider's message id @throws DeliveryError */
  send(sms: Sms): Promise<string>;
}

/**
 * SNS answers before it knows what becomes of a message. A number that has opted out, an account in the SMS sandbox and a spent
 * monthly limit get a message id like any other, and only the log of deliveries in CloudWatch says more, as `providerResponse`:
 * "Phone number is opted out", "No quota left for account" (cds-snc/notification-api#2207, aws/aws-sdk-js#3843,
 * mozilla/fxa-auth-server#2243). Where it does answer so, it is understood.
 */
export const makeSmsSender = (sns: SNSClient): SmsSender => ({
  async send({ to, text }) {
    try {
      const { MessageId } = await sns.send(
        new PublishCommand({
          PhoneNumber: to,
          Message: text,
          MessageAttributes: { 'AWS.SNS.SMS.SMSType': { DataType: 'String', StringValue: 'Transactional' } },
        }),
      );
      return MessageId ?? '';
    } catch (error) {
      throw deliveryError(error);
    }
  },
});

/** What SNS says names the number, so nothing of it is passed on. */
function deliveryError(error: unknown): DeliveryError {
  const name = error instanceof Error ? error.name : 'unknown';
  const status = error instanceof SNSServiceException ? error.$metadata.httpStatusCode : undefined;
  // Refused is not sent; what ended without an answer, or with a fault of SNS's own, may have been.
  if (!(error instanceof SNSServiceException) || status === undefined || status >= 500) {
    return new DeliveryError(name, true, true);
  }
  const { message } = error;
  const says = (words: RegExp): boolean => words.test(name) || words.test(message);
  if (/Throttl/.test(name) || status === 429) return new DeliveryError('throttled', true);
  if (says(/opted.?out/i)) return new DeliveryError('opted_out', false, false, 'address');
  if (says(/sandbox|not.?verified/i)) return new DeliveryError('sms_sandbox', true, false, 'account');
  if (says(/quota|\bspend/i)) return new DeliveryError('sms_spending_limit', true, false, 'account');
  if (/^(AuthorizationError|AccessDenied)/.test(name) || status === 403) {
    return new DeliveryError('access_denied', true, false, 'account');
  }
  if (/^(InvalidParameter|Validation)/.test(name)) {
    // A region where SNS sends no messages says the same of every number (aws/aws-sdk-js#1217).
    return /phone.?number/i.test(message)
      ? new DeliveryError('invalid_phone', false, false, 'address')
      : new DeliveryError('message_refused', false);
  }
  return new DeliveryError(name, true);
}
