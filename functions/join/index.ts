import { Logger } from '@aws-lambda-powertools/logger';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import { makeDocumentClient } from '../../shared/aws/clients.ts';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeTryStore } from '../../shared/join/store.ts';
import { makeMeetingStore } from '../../shared/meetings/store.ts';
import { makeSettingsStore } from '../../shared/settings/store.ts';
import { systemClock } from '../../shared/time.ts';
import { makeHandler } from './handler.ts';

const env = readEnvironment(process.env, [
  'APPOINTMENTS_TABLE',
  'MEETINGS_TABLE',
  'OAUTH_STATES_TABLE',
  'SETTINGS_TABLE',
]);
const db = makeDocumentClient();

export const handler = makeHandler({
  appointments: makeAppointmentStore(db, env.APPOINTMENTS_TABLE),
  meetings: makeMeetingStore(db, env.MEETINGS_TABLE, env.APPOINTMENTS_TABLE),
  settings: makeSettingsStore(db, env.SETTINGS_TABLE),
  tries: makeTryStore(db, env.OAUTH_STATES_TABLE),
  clock: systemClock,
  logger: new Logger(),
});
