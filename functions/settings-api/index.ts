import { Logger } from '@aws-lambda-powertools/logger';
import { makeErrandStore, SETTINGS_ERRAND } from '../../shared/appointments/errands.ts';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import { makeDocumentClient, makeSecretsManagerClient, makeSesClient } from '../../shared/aws/clients.ts';
import { makeSecretReader } from '../../shared/aws/secrets.ts';
import { makeGoogleClientReader, storeGoogleClient } from '../../shared/google/client.ts';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeMeetingStore } from '../../shared/meetings/store.ts';
import { makeMailSender } from '../../shared/notifications/mail.ts';
import { makeSettingsStore } from '../../shared/settings/store.ts';
import { after, systemClock } from '../../shared/time.ts';
import { makeHandler } from './handler.ts';

const env = readEnvironment(process.env, [
  'APPOINTMENTS_TABLE',
  'MEETINGS_TABLE',
  'SETTINGS_TABLE',
  'ADMIN_KEY_SECRET_ARN',
  'GOOGLE_CLIENT_SECRET_ARN',
  'MAIL_FROM',
  'SES_CONFIGURATION_SET',
  'PUBLIC_URL',
]);
const db = makeDocumentClient();
const errands = makeErrandStore(db, env.APPOINTMENTS_TABLE);
const secretsManager = makeSecretsManagerClient();
const secrets = makeSecretReader(secretsManager);

export const handler = makeHandler({
  settings: makeSettingsStore(db, env.SETTINGS_TABLE),
  appointments: makeAppointmentStore(db, env.APPOINTMENTS_TABLE),
  meetings: makeMeetingStore(db, env.MEETINGS_TABLE, env.APPOINTMENTS_TABLE),
  mail: makeMailSender(makeSesClient(), { from: env.MAIL_FROM, configurationSet: env.SES_CONFIGURATION_SET }),
  secrets,
  adminKeySecretId: env.ADMIN_KEY_SECRET_ARN,
  googleClient: makeGoogleClientReader(secrets, env.GOOGLE_CLIENT_SECRET_ARN),
  storeGoogleClient: (client) => storeGoogleClient(secretsManager, env.GOOGLE_CLIENT_SECRET_ARN, client),
  carrySettings: (when) => errands.request(SETTINGS_ERRAND, after(systemClock.now(), when === 'now' ? 0 : 60), when),
  publicUrl: env.PUBLIC_URL,
  clock: systemClock,
  logger: new Logger(),
});
