import { setTimeout as sleep } from 'node:timers/promises';
import {
  type DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';

/** Records of one shard that follow one another, by their sequence numbers; both ends belong to it. */
export interface StreamRange {
  readonly shardId: string;
  readonly first: string;
  readonly last: string;
}

/** What the stream still tells of a range. */
export interface Woken {
  /** Those whose records wake the sync, each once, in their order. */
  readonly ids: readonly string[];
  /** Some or all of the range is older than what the stream keeps (a day). */
  readonly trimmed: boolean;
}

/** Reads the appointments table's stream again. */
export interface StreamReader {
  /** @param deadline milliseconds since the epoch @throws when it comes before the end of the range, or when DynamoDB fails */
  woken(range: StreamRange, deadline: number): Promise<Woken>;
}

/** Milliseconds before reading on after a page without records, which is no sign of the end. */
const EMPTY_PAGE_WAIT = 200;

export function makeStreamReader(client: DynamoDBStreamsClient, streamArn: string): StreamReader {
  /** Where to begin to read: at the range, or behind what of it is gone. */
  const begin = async ({
    shardId,
    first,
  }: StreamRange): Promise<{ iterator: string | undefined; trimmed: boolean }> => {
    const shard = { StreamArn: streamArn, ShardId: shardId };
    const atFirst = { ...shard, ShardIteratorType: 'AT_SEQUENCE_NUMBER', SequenceNumber: first } as const;
    const atOldest = { ...shard, ShardIteratorType: 'TRIM_HORIZON' } as const;
    for (const position of [atFirst, atOldest]) {
      try {
        const { ShardIterator } = await client.send(new GetShardIteratorCommand(position));
        return { iterator: ShardIterator, trimmed: position === atOldest };
      } catch (error) {
        if (!isGone(error)) throw error;
      }
    }
    return { iterator: undefined, trimmed: true };
  };

  return {
    async woken(range, deadline) {
      const last = BigInt(range.last);
      const ids = new Set<string>();
      let { iterator, trimmed } = await begin(range);
      while (iterator) {
        const { Records = [], NextShardIterator } = await client.send(
          new GetRecordsCommand({ ShardIterator: iterator }),
        );
        for (const { dynamodb } of Records) {
          const number = BigInt(dynamodb?.SequenceNumber ?? 0);
          const id = dynamodb?.Keys?.appointmentId?.S;
          if (number <= last && id && dynamodb?.NewImage?.wake?.S === 'now') ids.add(id);
          if (number >= last) return { ids: [...ids], trimmed };
        }
        if (Date.now() > deadline) throw new Error('the range was not read to its end in time');
        if (Records.length === 0) await sleep(EMPTY_PAGE_WAIT);
        iterator = NextShardIterator;
      }
      return { ids: [...ids], trimmed };
    },
  };
}

const isGone = (error: unknown): boolean =>
  error instanceof TrimmedDataAccessException || error instanceof ResourceNotFoundException;
