import { Logger } from '@aws-lambda-powertools/logger';
import { makeDocumentClient, makeSecretsManagerClient } from '../../shared/aws/clients.ts';
import { makeSecretReader } from '../../shared/aws/secrets.ts';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeUndeliverableStore } from '../../shared/notifications/undeliverable.ts';
import { makeHandler } from './handler.ts';

const env = readEnvironment(process.env, ['TOLD_TABLE', 'ADMIN_KEY_SECRET_ARN']);

export const handler = makeHandler({
  undeliverable: makeUndeliverableStore(makeDocumentClient(), env.TOLD_TABLE),
  secrets: makeSecretReader(makeSecretsManagerClient()),
  adminKeySecretId: env.ADMIN_KEY_SECRET_ARN,
  logger: new Logger(),
});
