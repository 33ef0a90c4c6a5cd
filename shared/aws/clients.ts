import { setTimeout as sleep } from 'node:timers/promises';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
  type ScanCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';

/** Milliseconds. A call that hangs must leave its function time to answer or to leave the work to the due index. */
const TIME_LIMITS = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };

/** Times that a write which met a transaction on the same item is tried again, and milliseconds before the first of them. */
const CONFLICT_RETRIES = 6;
const CONFLICT_WAIT = 25;

/**
 * A single write to an item that a transaction is just changing is refused (`TransactionConflictException`), and the SDK does not try it
 * again. Nothing has been decided by that: the conditions are only looked at when it gets through.
 */
export const makeDocumentClient = (): DynamoDBDocumentClient => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: TIME_LIMITS }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  client.middlewareStack.add(
    (next) => async (args) => {
      for (let attempt = 0; ; attempt += 1) {
        try {
          return await next(args);
        } catch (error) {
          if (!(error instanceof TransactionConflictException) || attempt === CONFLICT_RETRIES) throw error;
          await sleep(CONFLICT_WAIT * 2 ** attempt * (0.5 + Math.random() / 2));
        }
      }
    },
    { step: 'build', priority: 'low', name: 'retryTransactionConflicts' },
  );
  return client;
};

/** The most that DynamoDB reads at once. */
const BATCH_SIZE = 100;
/** Milliseconds before asking again for what DynamoDB had no capacity to read. */
const UNPROCESSED_WAIT = 50;

/** Those of the items that there are, in any order, each as it is now. @param keys each once */
export async function getItems<Key extends Record<string, unknown>>(
  db: DynamoDBDocumentClient,
  table: string,
  keys: readonly Key[],
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let wanted = keys;
  while (wanted.length > 0) {
    const { Responses, UnprocessedKeys } = await db.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: wanted.slice(0, BATCH_SIZE), ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    const left = (UnprocessedKeys?.[table]?.Keys ?? []) as Key[];
    if (left.length > 0) await sleep(UNPROCESSED_WAIT);
    wanted = [...left, ...wanted.slice(BATCH_SIZE)];
  }
  return found;
}

/** A conditional write. @returns its answer; undefined when the condition did not hold */
export async function ifHolds<Answer>(write: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/** A conditional write that asks for what stood there. @returns its answer, or the item because of which it did not hold */
export async function orCurrent<Answer extends object>(
  write: Promise<Answer>,
): Promise<Answer | { readonly current: Record<string, unknown> | undefined }> {
  try {
    return await write;
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    // Of an error the document client leaves the item as DynamoDB writes it.
    return { current: error.Item && unmarshall(error.Item) };
  }
}

/** All items of a query, page by page. @param most of them */
export async function queryItems(
  db: DynamoDBDocumentClient,
  query: QueryCommandInput,
  most = Number.POSITIVE_INFINITY,
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let start: Record<string, unknown> | undefined;
  do {
    const page = await db.send(
      new QueryCommand({
        ...query,
        ...(Number.isFinite(most) && { Limit: most - found.length }),
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    found.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start && found.length < most);
  return found;
}

/** Parts of a table that are looked through at once. */
const SEGMENTS = 8;

/** What was found in a table, and whether there was time to look through all of it. */
export interface Found<T> {
  readonly found: readonly T[];
  readonly isWhole: boolean;
}

/** Looks through a whole table, as it is now. @param pick what to keep of an item @param isOver asked before each page */
export async function scanItems<T>(
  db: DynamoDBDocumentClient,
  scan: ScanCommandInput,
  pick: (item: Record<string, unknown>) => T | undefined,
  isOver: () => boolean,
): Promise<Found<T>> {
  const found: T[] = [];
  const segments = Array.from({ length: SEGMENTS }, async (_, Segment): Promise<boolean> => {
    let start: Record<string, unknown> | undefined;
    do {
      if (isOver()) return false;
      const page: ScanCommandOutput = await db.send(
        new ScanCommand({
          ...scan,
          ConsistentRead: true,
          Segment,
          TotalSegments: SEGMENTS,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      for (const item of page.Items ?? []) {
        const kept = pick(item);
        if (kept !== undefined) found.push(kept);
      }
      start = page.LastEvaluatedKey;
    } while (start);
    return true;
  });
  const whole = await Promise.all(segments);
  return { found, isWhole: whole.every(Boolean) };
}

export const makeStreamsClient = (): DynamoDBStreamsClient =>
  new DynamoDBStreamsClient({ requestHandler: TIME_LIMITS });

export const makeSecretsManagerClient = (): SecretsManagerClient =>
  new SecretsManagerClient({ requestHandler: TIME_LIMITS });

/** One attempt only: neither SES nor SNS knows an idempotency token, so the SDK's own retries could send a message twice. */
const SENDING = { maxAttempts: 1, requestHandler: { ...TIME_LIMITS, requestTimeout: 8000 } };

export const makeSesClient = (): SESClient => new SESClient(SENDING);

/** For questions that may as well go unanswered: one attempt, and no long wait. */
const ASKING = { maxAttempts: 1, requestHandler: TIME_LIMITS };

export const makeAskingSesClient = (): SESClient => new SESClient(ASKING);

/** The queue's address names it; where SQS is, the SDK's own variables say. */
export const makeAskingSqsClient = (): SQSClient => new SQSClient({ ...ASKING, useQueueUrlAsEndpoint: false });

export const makeSnsClient = (): SNSClient => new SNSClient(SENDING);
