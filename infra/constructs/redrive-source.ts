import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ServiceFunction } from './service-function.ts';

/** Which queue, and the function that takes its messages up again. */
interface RedriveSourceProps {
  readonly queue: Queue;
  readonly target: ServiceFunction;
}

/**
 * Brings a function what was given up, while an operator has it enabled (docs/en/runbook.md#stream-failures).
 *
 * Disabled, because what fails again comes back to the queue: as long as the cause is not mended it would go round.
 */
export class RedriveSource extends Construct {
  /** The mapping's UUID, by which it is enabled and disabled. */
  readonly mappingId: string;

  constructor(scope: Construct, id: string, { queue, target }: RedriveSourceProps) {
    super(scope, id);
    this.mappingId = new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: queue.queueArn,
      functionName: target.lambda.functionName,
      enabled: false,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
      // The fewest there can be: more would only read the same shards against one another.
      scalingConfig: { maximumConcurrency: 2 },
    }).ref;
  }
}
