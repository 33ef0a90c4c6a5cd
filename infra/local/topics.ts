import { randomUUID } from 'node:crypto';
import { REGION } from './aws.ts';

/** A topic as the template defines it. */
export interface TopicDefinition {
  readonly arn: string;
  /** Logical ids of the functions that are subscribed to it. */
  readonly functionIds: readonly string[];
}

/** Takes an event without saying what came of it. */
export interface Subscriber {
  invoke(event: object): void;
}

/** Stands in for SNS between whoever publishes to a topic and the functions that are subscribed to it. */
export class Topics {
  readonly #subscriptions = new Map<string, readonly { readonly arn: string; readonly subscriber: Subscriber }[]>();

  add(topicArn: string, subscribers: readonly Subscriber[]): void {
    const subscriptions = subscribers.map((subscriber) => ({ arn: `${topicArn}:${randomUUID()}`, subscriber }));
    this.#subscriptions.set(topicArn, subscriptions);
  }

  /** @returns the message's id; undefined when there is no such topic */
  publish(topicArn: string, message: string, subject?: string): string | undefined {
    const subscriptions = this.#subscriptions.get(topicArn);
    if (subscriptions === undefined) return undefined;
    const messageId = randomUUID();
    for (const { arn, subscriber } of subscriptions) {
      subscriber.invoke({ Records: [record(arn, { messageId, topicArn, message, subject })] });
    }
    return messageId;
  }
}

/** A notification as SNS hands it to a function; nobody checks the signature there. */
function record(
  subscriptionArn: string,
  {
    messageId,
    topicArn,
    message,
    subject,
  }: Readonly<Record<'messageId' | 'topicArn' | 'message', string>> & {
    readonly subject: string | undefined;
  },
): object {
  return {
    EventSource: 'aws:sns',
    EventVersion: '1.0',
    EventSubscriptionArn: subscriptionArn,
    Sns: {
      Type: 'Notification',
      MessageId: messageId,
      TopicArn: topicArn,
      Subject: subject ?? null,
      Message: message,
      Timestamp: new Date().toISOString(),
      SignatureVersion: '1',
      Signature: 'bG9jYWw=',
      SigningCertUrl: `https://sns.${REGION}.amazonaws.com/SimpleNotificationService-local.pem`,
      UnsubscribeUrl: `https://sns.${REGION}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${subscriptionArn}`,
      MessageAttributes: {},
    },
  };
}
