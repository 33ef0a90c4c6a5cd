import { Logger } from '@aws-lambda-powertools/logger';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import { makeDocumentClient, makeSecretsManagerClient, makeSesClient } from '../../shared/aws/clients.ts';
import { makeSecretReader } from '../../shared/aws/secrets.ts';
import { makeGoogleOAuth } from '../../shared/google/oauth.ts';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeMeetingStore } from '../../shared/meetings/store.ts';
import { makeMailSender } from '../../shared/notifications/mail.ts';
import { composeConnectionMail } from '../../shared/notifications/messages.ts';
import { sendNow } from '../../shared/notifications/send-now.ts';
import { makeUndeliverableStore } from '../../shared/notifications/undeliverable.ts';
import { makeSettingsStore } from '../../shared/settings/store.ts';
import { makeGrantStore } from '../../shared/staff/grants.ts';
import { makeLinkSigner } from '../../shared/staff/links.ts';
import { makeStaffStore } from '../../shared/staff/store.ts';
import { systemClock } from '../../shared/time.ts';
import { makeHandler } from './handler.ts';

const env = readEnvironment(process.env, [
  'APPOINTMENTS_TABLE',
  'MEETINGS_TABLE',
  'STAFF_TABLE',
  'SETTINGS_TABLE',
  'TOLD_TABLE',
  'ADMIN_KEY_SECRET_ARN',
  'LINK_SIGNING_KEY_SECRET_ARN',
  'STAFF_SECRET_PREFIX',
  'MAIL_FROM',
  'SES_CONFIGURATION_SET',
  'PUBLIC_URL',
  'GOOGLE_EMULATOR_URL',
]);
const db = makeDocumentClient();
const secretsManager = makeSecretsManagerClient();
const secrets = makeSecretReader(secretsManager);
const settings = makeSettingsStore(db, env.SETTINGS_TABLE);
const mail = makeMailSender(makeSesClient(), {
  from: env.MAIL_FROM,
  configurationSet: env.SES_CONFIGURATION_SET,
});

export const handler = makeHandler({
  staff: makeStaffStore(db, env.STAFF_TABLE),
  meetings: makeMeetingStore(db, env.MEETINGS_TABLE, env.APPOINTMENTS_TABLE),
  appointments: makeAppointmentStore(db, env.APPOINTMENTS_TABLE),
  grants: makeGrantStore(secretsManager, env.STAFF_SECRET_PREFIX),
  undeliverable: makeUndeliverableStore(db, env.TOLD_TABLE),
  links: makeLinkSigner(secrets, env.LINK_SIGNING_KEY_SECRET_ARN, systemClock),
  google: makeGoogleOAuth(env.GOOGLE_EMULATOR_URL),
  sendConnectLink: async (person, url) => {
    const { settings: saved } = await settings.get();
    const message = {
      to: { address: person.email, name: person.name ?? person.email },
      fromName: saved.senderName ?? undefined,
      replyTo: saved.replyTo ?? undefined,
      ...composeConnectionMail(
        person.connection.connectedAt ? 'to_reconnect' : 'to_connect',
        { role: 'staff', ...(person.locale && { locale: person.locale }) },
        person,
        url,
        saved,
      ),
    };
    await sendNow(mail, message, 'Or pass the link on yourself.');
  },
  secrets,
  adminKeySecretId: env.ADMIN_KEY_SECRET_ARN,
  publicUrl: env.PUBLIC_URL,
  clock: systemClock,
  logger: new Logger(),
});
