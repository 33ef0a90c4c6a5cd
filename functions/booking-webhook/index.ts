import { Logger } from '@aws-lambda-powertools/logger';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import { makeDocumentClient, makeSecretsManagerClient } from '../../shared/aws/clients.ts';
import { makeSecretReader } from '../../shared/aws/secrets.ts';
import { makeEvidenceStore } from '../../shared/diagnostics/store.ts';
import { makeWitness } from '../../shared/diagnostics/witness.ts';
import { describe } from '../../shared/http/chain.ts';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeSettingsStore } from '../../shared/settings/store.ts';
import { systemClock } from '../../shared/time.ts';
import { makeHandler } from './handler.ts';

const env = readEnvironment(process.env, [
  'APPOINTMENTS_TABLE',
  'SETTINGS_TABLE',
  'WEBHOOK_SECRET_ARN',
  'WEBHOOK_SIGNING_SECRET_ARN',
]);
const db = makeDocumentClient();
const logger = new Logger();

export const handler = makeHandler({
  appointments: makeAppointmentStore(db, env.APPOINTMENTS_TABLE),
  settings: makeSettingsStore(db, env.SETTINGS_TABLE),
  secrets: makeSecretReader(makeSecretsManagerClient()),
  webhookSecretId: env.WEBHOOK_SECRET_ARN,
  signingSecretId: env.WEBHOOK_SIGNING_SECRET_ARN,
  witness: makeWitness({
    store: makeEvidenceStore(db, env.SETTINGS_TABLE),
    topic: 'webhooks',
    clock: systemClock,
    onFailure: (error) => logger.error('evidence not noted', { event: 'evidence_not_noted', ...describe(error) }),
  }),
  clock: systemClock,
  logger,
});
