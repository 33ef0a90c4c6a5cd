import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import type { Discarded } from './streams.ts';

/**
 * Stands in for the on-failure queue: keeps what Lambda would send there.
 * @param path file that each letter is appended to as a line of JSON.
 */
export class DeadLetters {
  readonly letters: object[] = [];
  readonly #path: string | undefined;

  constructor(path: string | undefined) {
    this.#path = path;
  }

  /** Makes and keeps the letter for records that were given up: where they are in the stream, not what they hold. */
  add({ mapping, shardId, records, why, invocations }: Discarded, functionArn: string): void {
    const [first, last] = [records[0], records.at(-1)];
    const letter = {
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
    this.letters.push(letter);
    if (this.#path !== undefined) appendFileSync(this.#path, `${JSON.stringify(letter)}\n`);
  }
}

function instant(epochSeconds: number | undefined): string | undefined {
  return epochSeconds === undefined ? undefined : new Date(epochSeconds * 1000).toISOString();
}
