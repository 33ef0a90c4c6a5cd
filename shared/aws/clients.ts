import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient } from '@aws-sdk/client-ses';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Milliseconds. A call that hangs must leave its function time to answer or to leave the work to the due index. */
const TIME_LIMITS = { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true };

export const makeDocumentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ requestHandler: TIME_LIMITS }), {
    marshallOptions: { removeUndefinedValues: true },
  });

export const makeSecretsManagerClient = (): SecretsManagerClient =>
  new SecretsManagerClient({ requestHandler: TIME_LIMITS });

/** One attempt only: SES knows no idempotency token, so the SDK's own retries could send a message twice. */
export const makeSesClient = (): SESClient =>
  new SESClient({ maxAttempts: 1, requestHandler: { ...TIME_LIMITS, requestTimeout: 8000 } });
