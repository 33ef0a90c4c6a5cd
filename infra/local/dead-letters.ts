import { randomUUID } from 'node:crypto';
import type { Discarded } from './streams.ts';

/** What Lambda sends to the on-failure queue for records that were given up: where they are in the stream, not what they hold. */
export function deadLetter(
  { mapping, shardId, records, why, invocations }: Discarded,
  functionArn: string,
): Readonly<Record<string, unknown>> {
  const [first, last] = [records[0], records.at(-1)];
  return {
    requestContext: { requestId: randomUUID(), functionArn, condition: why, approximateInvokeCount: invocations },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date().toISOString(),
    DDBStreamBatchInfo: {
      shardId,
      startSequenceNumber: first?.dynamodb.SequenceNumber,
      endSequenceNumber: last?.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: instant(first?.dynamodb.ApproximateCreationDateTime),
      approximateArrivalOfLastRecord: instant(last?.dynamodb.ApproximateCreationDateTime),
      batchSize: records.length,
      streamArn: mapping.streamArn,
    },
  };
}

function instant(epochSeconds: number | undefined): string | undefined {
  return epochSeconds === undefined ? undefined : new Date(epochSeconds * 1000).toISOString();
}
