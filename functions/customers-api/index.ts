import { Logger } from '@aws-lambda-powertools/logger';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import { makeDocumentClient, makeSecretsManagerClient } from '../../shared/aws/clients.ts';
import { makeSecretReader } from '../../shared/aws/secrets.ts';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeMeetingStore } from '../../shared/meetings/store.ts';
import { makeToldStore } from '../../shared/notifications/store.ts';
import { makeUndeliverableStore } from '../../shared/notifications/undeliverable.ts';
import { makeSettingsStore } from '../../shared/settings/store.ts';
import { systemClock } from '../../shared/time.ts';
import { makeHandler } from './handler.ts';

const env = readEnvironment(process.env, [
  'APPOINTMENTS_TABLE',
  'MEETINGS_TABLE',
  'TOLD_TABLE',
  'SETTINGS_TABLE',
  'ADMIN_KEY_SECRET_ARN',
]);
const db = makeDocumentClient();

export const handler = makeHandler({
  appointments: makeAppointmentStore(db, env.APPOINTMENTS_TABLE),
  meetings: makeMeetingStore(db, env.MEETINGS_TABLE, env.APPOINTMENTS_TABLE),
  told: makeToldStore(db, env.TOLD_TABLE),
  undeliverable: makeUndeliverableStore(db, env.TOLD_TABLE),
  settings: makeSettingsStore(db, env.SETTINGS_TABLE),
  secrets: makeSecretReader(makeSecretsManagerClient()),
  adminKeySecretId: env.ADMIN_KEY_SECRET_ARN,
  clock: systemClock,
  logger: new Logger(),
});
