import { Logger } from '@aws-lambda-powertools/logger';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import {
  makeAskingSesClient,
  makeAskingSqsClient,
  makeDocumentClient,
  makeSecretsManagerClient,
} from '../../shared/aws/clients.ts';
import { makeSecretReader } from '../../shared/aws/secrets.ts';
import { makeMailAccount } from '../../shared/diagnostics/mail-account.ts';
import { makeQueueDepth } from '../../shared/diagnostics/queues.ts';
import { makeEvidenceStore } from '../../shared/diagnostics/store.ts';
import { makeCalendarGateway } from '../../shared/google/calendar.ts';
import { makeGoogleClientReader } from '../../shared/google/client.ts';
import { makeGoogleProbe } from '../../shared/google/probe.ts';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeMeetingStore } from '../../shared/meetings/store.ts';
import { makeUndeliverableStore } from '../../shared/notifications/undeliverable.ts';
import { makeSettingsStore } from '../../shared/settings/store.ts';
import { makeStaffStore } from '../../shared/staff/store.ts';
import { systemClock } from '../../shared/time.ts';
import { makeHandler } from './handler.ts';

/** Milliseconds: longer than Google is given for one call. */
const LIMIT = 6000;

const env = readEnvironment(process.env, [
  'APPOINTMENTS_TABLE',
  'MEETINGS_TABLE',
  'TOLD_TABLE',
  'STAFF_TABLE',
  'SETTINGS_TABLE',
  'ADMIN_KEY_SECRET_ARN',
  'GOOGLE_CLIENT_SECRET_ARN',
  'MAIL_FROM',
  'STREAM_FAILURES_QUEUE_URL',
  'MAIL_FAILURES_QUEUE_URL',
  'PUBLIC_URL',
  'GOOGLE_EMULATOR_URL',
]);
const db = makeDocumentClient();
const secrets = makeSecretReader(makeSecretsManagerClient());
const googleClient = makeGoogleClientReader(secrets, env.GOOGLE_CLIENT_SECRET_ARN);

export const handler = makeHandler({
  settings: makeSettingsStore(db, env.SETTINGS_TABLE),
  staff: makeStaffStore(db, env.STAFF_TABLE),
  appointments: makeAppointmentStore(db, env.APPOINTMENTS_TABLE),
  meetings: makeMeetingStore(db, env.MEETINGS_TABLE, env.APPOINTMENTS_TABLE),
  undeliverable: makeUndeliverableStore(db, env.TOLD_TABLE),
  evidence: makeEvidenceStore(db, env.SETTINGS_TABLE),
  googleClient,
  google: makeGoogleProbe(env.GOOGLE_EMULATOR_URL),
  calendar: makeCalendarGateway({ secrets, googleClient, emulatorUrl: env.GOOGLE_EMULATOR_URL }),
  mailAccount: makeMailAccount(makeAskingSesClient(), env.MAIL_FROM),
  queueDepth: makeQueueDepth(makeAskingSqsClient()),
  queues: { streamFailures: env.STREAM_FAILURES_QUEUE_URL, mailFailures: env.MAIL_FAILURES_QUEUE_URL },
  publicUrl: env.PUBLIC_URL,
  clock: systemClock,
  secrets,
  adminKeySecretId: env.ADMIN_KEY_SECRET_ARN,
  limitMilliseconds: LIMIT,
  logger: new Logger(),
});
