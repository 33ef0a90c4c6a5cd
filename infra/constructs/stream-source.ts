import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { streamArnOf } from './grants.ts';
import type { ServiceFunction } from './service-function.ts';

/** From which table to which function, and where what cannot be handled ends. */
interface StreamSourceProps {
  readonly table: Table;
  readonly target: ServiceFunction;
  readonly onFailure: Queue;
}

/**
 * Feeds a table's changes to a function.
 *
 * A stream record only says "look at this booking again", and the due index finds whatever was lost; so a record is given
 * up early rather than blocking its shard for a day.
 */
export class StreamSource extends Construct {
  constructor(scope: Construct, id: string, { table, target, onFailure }: StreamSourceProps) {
    super(scope, id);
    // The bare resource, because the convenient one would add permissions on every stream of the account.
    new CfnEventSourceMapping(this, 'Mapping', {
      eventSourceArn: streamArnOf(table),
      functionName: target.lambda.functionName,
      // TRIM_HORIZON: with LATEST, changes made while the mapping is being created would be missed.
      startingPosition: 'TRIM_HORIZON',
      batchSize: 10,
      maximumBatchingWindowInSeconds: 0,
      // Ten lanes per shard, each in the order of its bookings: one slow calendar holds up only its own lane.
      parallelizationFactor: 10,
      // Writes of the sync itself say "later", and must not wake it again.
      filterCriteria: {
        filters: [{ pattern: JSON.stringify({ dynamodb: { NewImage: { wake: { S: ['now'] } } } }) }],
      },
      functionResponseTypes: ['ReportBatchItemFailures'],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 3,
      maximumRecordAgeInSeconds: Duration.hours(1).toSeconds(),
      destinationConfig: { onFailure: { destination: onFailure.queueArn } },
    });
  }
}
