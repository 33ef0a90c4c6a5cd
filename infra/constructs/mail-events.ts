import { Duration, Validations } from 'aws-cdk-lib';
import { ConfigurationSet, EmailSendingEvent, EventDestination } from 'aws-cdk-lib/aws-ses';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

/**
 * What SES finds out about a mail after it has taken it: bounces, complaints, and what it refuses for its content. Every mail names the
 * configuration set, whose events go to a topic and from there to one function.
 */
export class MailEvents extends Construct {
  /** Its name is the installation's. */
  readonly configurationSet: ConfigurationSet;
  /** Events that the function could not record, each as it came: the address is in it. */
  readonly failures: Queue;
  readonly #topic: Topic;

  constructor(scope: Construct, id: string, prefix: string) {
    super(scope, id);
    // As for alarms, no key of its own: nothing is kept in a topic, and SES cannot publish through the key that AWS manages.
    this.#topic = new Topic(this, 'Topic', { enforceSSL: true });
    this.configurationSet = new ConfigurationSet(this, 'ConfigurationSet', {
      configurationSetName: prefix,
      // CloudWatch would ask money for what the SES console shows anyway.
      reputationMetrics: false,
    });
    // Lets SES publish to the topic, for this set and from this account only.
    this.configurationSet.addEventDestination('ToTopic', {
      destination: EventDestination.snsTopic(this.#topic),
      events: [EmailSendingEvent.BOUNCE, EmailSendingEvent.COMPLAINT, EmailSendingEvent.REJECT],
    });
    this.failures = new Queue(this, 'Failures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(this.failures).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself the dead-letter queue; what stands in it is for a person to see, which the alarm tells of.',
    });
  }

  /** Brings the events to a function, which must be allowed to send to `failures`. */
  deliverTo({ lambda }: ServiceFunction): void {
    // SNS goes on trying to reach Lambda for weeks; what matters is the function's own failing, which Lambda makes up for.
    this.#topic.addSubscription(new LambdaSubscription(lambda));
    lambda.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      // The convenient destination would add permissions that are not needed.
      onFailure: { bind: () => ({ destination: this.failures.queueArn }) },
    });
  }
}
