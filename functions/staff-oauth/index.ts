import { Logger } from '@aws-lambda-powertools/logger';
import { makeErrandStore } from '../../shared/appointments/errands.ts';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import { makeDocumentClient, makeSecretsManagerClient } from '../../shared/aws/clients.ts';
import { makeSecretReader } from '../../shared/aws/secrets.ts';
import { makeEvidenceStore } from '../../shared/diagnostics/store.ts';
import { makeWitness } from '../../shared/diagnostics/witness.ts';
import { makeCalendarGateway } from '../../shared/google/calendar.ts';
import { makeGoogleClientReader } from '../../shared/google/client.ts';
import { makeGoogleOAuth } from '../../shared/google/oauth.ts';
import { describe } from '../../shared/http/chain.ts';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeMeetingStore } from '../../shared/meetings/store.ts';
import { makeSettingsStore } from '../../shared/settings/store.ts';
import { makeGrantStore } from '../../shared/staff/grants.ts';
import { makeLinkSigner } from '../../shared/staff/links.ts';
import { makeOAuthStateStore } from '../../shared/staff/oauth-state.ts';
import { makeStaffStore } from '../../shared/staff/store.ts';
import { after, systemClock } from '../../shared/time.ts';
import { makeHandler } from './handler.ts';

const env = readEnvironment(process.env, [
  'APPOINTMENTS_TABLE',
  'MEETINGS_TABLE',
  'STAFF_TABLE',
  'SETTINGS_TABLE',
  'OAUTH_STATES_TABLE',
  'LINK_SIGNING_KEY_SECRET_ARN',
  'GOOGLE_CLIENT_SECRET_ARN',
  'STAFF_SECRET_PREFIX',
  'PUBLIC_URL',
  'GOOGLE_EMULATOR_URL',
]);
const db = makeDocumentClient();
const secretsManager = makeSecretsManagerClient();
const secrets = makeSecretReader(secretsManager);
const googleClient = makeGoogleClientReader(secrets, env.GOOGLE_CLIENT_SECRET_ARN);
const errands = makeErrandStore(db, env.APPOINTMENTS_TABLE);
const logger = new Logger();

export const handler = makeHandler({
  staff: makeStaffStore(db, env.STAFF_TABLE),
  grants: makeGrantStore(secretsManager, env.STAFF_SECRET_PREFIX),
  states: makeOAuthStateStore(db, env.OAUTH_STATES_TABLE),
  links: makeLinkSigner(secrets, env.LINK_SIGNING_KEY_SECRET_ARN, systemClock),
  google: makeGoogleOAuth(env.GOOGLE_EMULATOR_URL),
  googleClient,
  calendar: makeCalendarGateway({ secrets, googleClient, emulatorUrl: env.GOOGLE_EMULATOR_URL }),
  meetings: makeMeetingStore(db, env.MEETINGS_TABLE, env.APPOINTMENTS_TABLE),
  appointments: makeAppointmentStore(db, env.APPOINTMENTS_TABLE),
  settings: makeSettingsStore(db, env.SETTINGS_TABLE),
  witness: makeWitness({
    store: makeEvidenceStore(db, env.SETTINGS_TABLE),
    topic: 'sign-ins',
    clock: systemClock,
    onFailure: (error) => logger.error('evidence not noted', { event: 'evidence_not_noted', ...describe(error) }),
  }),
  publicUrl: env.PUBLIC_URL,
  clock: systemClock,
  announce: (staffEmail, when) =>
    errands.requestStaff(staffEmail, after(systemClock.now(), when === 'now' ? 0 : 60), when),
  logger,
});
