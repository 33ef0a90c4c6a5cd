import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@aws-lambda-powertools/logger';
import { makeErrandStore } from '../shared/appointments/errands.ts';
import { makeAppointmentStore } from '../shared/appointments/store.ts';
import { makeDocumentClient, makeSecretsManagerClient, makeSesClient, makeSnsClient } from '../shared/aws/clients.ts';
import { makeSecretReader } from '../shared/aws/secrets.ts';
import { makeCalendarGateway } from '../shared/google/calendar.ts';
import { makeGoogleClientReader } from '../shared/google/client.ts';
import { readEnvironment } from '../shared/http/environment.ts';
import type { LookDeps } from '../shared/look.ts';
import { makeMeetingStore } from '../shared/meetings/store.ts';
import { makeMailSender } from '../shared/notifications/mail.ts';
import { paced } from '../shared/notifications/pacing.ts';
import { makeSmsSender } from '../shared/notifications/sms.ts';
import { makeToldStore } from '../shared/notifications/store.ts';
import { makeUndeliverableStore } from '../shared/notifications/undeliverable.ts';
import { makeSettingsStore } from '../shared/settings/store.ts';
import { makeLinkSigner } from '../shared/staff/links.ts';
import { makeStaffStore } from '../shared/staff/store.ts';
import { systemClock } from '../shared/time.ts';

/** What stream and sweep both need to look at a booking. @throws Error that names every variable that is missing */
export function makeLookDeps(environment: Readonly<Record<string, string | undefined>>, logger: Logger): LookDeps {
  const env = readEnvironment(environment, [
    'APPOINTMENTS_TABLE',
    'MEETINGS_TABLE',
    'TOLD_TABLE',
    'STAFF_TABLE',
    'SETTINGS_TABLE',
    'GOOGLE_CLIENT_SECRET_ARN',
    'LINK_SIGNING_KEY_SECRET_ARN',
    'MAIL_FROM',
    'SES_CONFIGURATION_SET',
    'PUBLIC_URL',
    'GOOGLE_EMULATOR_URL',
    'RETRY_BASE_SECONDS',
    'NOTIFY_HOLD_SECONDS',
  ]);
  const db = makeDocumentClient();
  const secrets = makeSecretReader(makeSecretsManagerClient());
  return {
    appointments: makeAppointmentStore(db, env.APPOINTMENTS_TABLE),
    errands: makeErrandStore(db, env.APPOINTMENTS_TABLE),
    meetings: makeMeetingStore(db, env.MEETINGS_TABLE, env.APPOINTMENTS_TABLE),
    told: makeToldStore(db, env.TOLD_TABLE),
    staff: makeStaffStore(db, env.STAFF_TABLE),
    settings: makeSettingsStore(db, env.SETTINGS_TABLE),
    calendar: makeCalendarGateway({
      secrets,
      googleClient: makeGoogleClientReader(secrets, env.GOOGLE_CLIENT_SECRET_ARN),
      emulatorUrl: env.GOOGLE_EMULATOR_URL,
    }),
    links: makeLinkSigner(secrets, env.LINK_SIGNING_KEY_SECRET_ARN, systemClock),
    publicUrl: env.PUBLIC_URL,
    undeliverable: makeUndeliverableStore(db, env.TOLD_TABLE),
    mail: paced(
      makeMailSender(makeSesClient(), { from: env.MAIL_FROM, configurationSet: env.SES_CONFIGURATION_SET }),
      sleep,
      Math.random,
    ),
    mailFrom: env.MAIL_FROM,
    sms: paced(makeSmsSender(makeSnsClient()), sleep, Math.random),
    clock: systemClock,
    newId: randomUUID,
    random: Math.random,
    sleep: (milliseconds) => sleep(milliseconds),
    retryBaseSeconds: env.RETRY_BASE_SECONDS,
    holdSeconds: env.NOTIFY_HOLD_SECONDS,
    log: (event, fields) => logger.info(event.replaceAll('_', ' '), { event, ...fields }),
  };
}
