import { Duration, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { HttpApi } from './http-api.ts';
import type { ServiceFunction } from './service-function.ts';

/** What is watched, and who hears of it. */
interface MonitoringProps {
  /** Begins every alarm's name. */
  readonly prefix: string;
  /** @default - nobody is subscribed */
  readonly alarmEmail: string | undefined;
  readonly streamConsumer: ServiceFunction;
  readonly scheduled: ServiceFunction;
  readonly streamFailures: Queue;
  readonly mailFeedbackFailures: Queue;
  readonly api: HttpApi;
}

interface AlarmProps {
  readonly what: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** @default 1 */
  readonly evaluationPeriods?: number;
  /** @default false */
  readonly whenBelow?: boolean;
}

/**
 * The alarms that a person must look at, one for each way in which something gets lost or late. Each has a heading of its name in
 * docs/en/runbook.md, and its reason in the test of what costs money while nothing happens (ADR 23).
 */
export class Monitoring extends Construct {
  readonly topic: Topic;
  readonly #prefix: string;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.#prefix = props.prefix;
    this.topic = this.#alarmTopic(props.alarmEmail);

    this.#alarm('api-server-errors', {
      what: 'The HTTP API answered with a server error; a webhook among them is a booking that was not taken in.',
      metric: props.api.serverErrors,
      threshold: 1,
    });
    this.#alarm('stream-failures', {
      what: 'The on-failure queue of the stream holds changes that were given up.',
      metric: props.streamFailures.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
    });
    this.#alarm('mail-feedback-failures', {
      what: 'Bounces or complaints could not be recorded, so mail may still go to addresses that take none.',
      metric: props.mailFeedbackFailures.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1) }),
      threshold: 1,
    });
    this.#alarm('stream-delay', {
      what: 'Changes of bookings wait for more than five minutes to be looked at.',
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'IteratorAge',
        dimensionsMap: { FunctionName: props.streamConsumer.lambda.functionName },
        statistic: Stats.MAXIMUM,
        period: Duration.minutes(1),
      }),
      threshold: Duration.minutes(5).toMilliseconds(),
      evaluationPeriods: 3,
    });
    this.#alarm(`${props.scheduled.name}-errors`, {
      what: `${props.scheduled.name} has crashed or run out of time for a quarter of an hour.`,
      metric: props.scheduled.lambda.metricErrors({ period: Duration.minutes(5) }),
      threshold: 1,
      // The next run makes up for a failed one.
      evaluationPeriods: 3,
    });
    this.#alarm(`${props.scheduled.name}-missing`, {
      what: `${props.scheduled.name} has not run for ten minutes, though it should every minute.`,
      metric: props.scheduled.lambda.metricInvocations({ period: Duration.minutes(5) }),
      threshold: 1,
      evaluationPeriods: 2,
      whenBelow: true,
    });
  }

  #alarmTopic(email: string | undefined): Topic {
    // Not encrypted with a key of its own: an alarm's text holds nothing confidential, and CloudWatch cannot publish
    // through the key that AWS manages.
    const topic = new Topic(this, 'AlarmTopic', { enforceSSL: true });
    // Enforcing TLS replaces the topic's default policy, which had let the account's alarms in.
    const { account } = Stack.of(this);
    topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': account } },
      }),
    );
    if (email !== undefined) topic.addSubscription(new EmailSubscription(email));
    return topic;
  }

  #alarm(name: string, { what, metric, threshold, evaluationPeriods = 1, whenBelow = false }: AlarmProps): void {
    const id = name.replaceAll(/(^|-)(\w)/g, (_match, _hyphen, letter: string) => letter.toUpperCase());
    new Alarm(this, id, {
      alarmName: `${this.#prefix}-${name}`,
      alarmDescription: `${what} What to do: docs/en/runbook.md#${name}`,
      metric,
      threshold,
      comparisonOperator: whenBelow
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      evaluationPeriods,
      treatMissingData: whenBelow ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}
