import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

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

export const makeSecretsManagerClient = (): SecretsManagerClient =>
  new SecretsManagerClient({ requestHandler: TIME_LIMITS });

/** One attempt only: SES knows no idempotency token, so the SDK's own retries could send a message twice. */
export const makeSesClient = (): SESClient =>
  new SESClient({ maxAttempts: 1, requestHandler: { ...TIME_LIMITS, requestTimeout: 8000 } });
