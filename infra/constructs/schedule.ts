import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule as Timetable } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

/** What runs how often. */
interface ScheduleProps {
  readonly target: ServiceFunction;
  readonly every: Duration;
}

/**
 * Runs a function again and again.
 *
 * A run that fails is not repeated and leaves no dead letter: the next one does the same work, and an alarm says when
 * runs fail or stay away. Runs may overlap, since every piece of work is claimed before it is done; reserving a
 * concurrency of one would only make deployment fail in accounts with a low limit.
 */
export class Schedule extends Construct {
  constructor(scope: Construct, id: string, { target, every }: ScheduleProps) {
    super(scope, id);
    const bounds = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
    target.lambda.configureAsyncInvoke(bounds);
    new Rule(this, 'Rule', {
      description: `Runs ${target.name}.`,
      schedule: Timetable.rate(every),
      targets: [new LambdaFunction(target.lambda, bounds)],
    });
  }
}
