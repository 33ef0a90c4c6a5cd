import { makeHandler as makeAdminConsole } from '../../functions/admin-console/handler.ts';
import { makeHandler as makeAppointmentsApi } from '../../functions/appointments-api/handler.ts';
import { makeHandler as makeBookingWebhook } from '../../functions/booking-webhook/handler.ts';
import { makeHandler as makeCustomersApi } from '../../functions/customers-api/handler.ts';
import { makeHandler as makeDiagnostics } from '../../functions/diagnostics/handler.ts';
import { makeHandler as makeJoin } from '../../functions/join/handler.ts';
import { makeHandler as makeOpenApi } from '../../functions/openapi/handler.ts';
import { makeHandler as makeSettingsApi } from '../../functions/settings-api/handler.ts';
import { makeHandler as makeStaffApi } from '../../functions/staff-api/handler.ts';
import { makeHandler as makeStaffOAuth } from '../../functions/staff-oauth/handler.ts';
import { openApiDocument } from '../../shared/api/openapi.ts';
import { OPERATIONS } from '../../shared/api/operations.ts';
import { makeWitness } from '../../shared/diagnostics/witness.ts';
import { SCOPES } from '../../shared/google/scopes.ts';
import type { HttpEvent } from '../../shared/http/chain.ts';
import { makeLinkSigner } from '../../shared/staff/links.ts';
import { ANA, customer } from '../builders/bookings.ts';
import { SOUND } from '../builders/diagnostics.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { interfered, type PortCall } from '../fakes/interference.ts';
import { FakeOAuthStateStore } from '../fakes/oauth-state-store.ts';
import { countingIds } from '../fakes/random.ts';
import { FakeTryStore } from '../fakes/try-store.ts';
import { makeWorld, type World } from '../fakes/world.ts';
import { ADMIN_KEY, type Answer, httpEvent, keptLogs, sendEvent } from '../handler/events.ts';
import { secretsOf } from '../unit/staff/secrets.ts';
import { FakeGoogle } from '../unit/staff/sign-in.ts';

export const WEBHOOK_SECRET = 'the-webhook-secret-of-this-clinic';
export const SIGNING_SECRET = `whsec_${Buffer.from('a signing secret of 24 bytes or more').toString('base64')}`;
export const LINK_KEY = 'the-link-signing-key-of-this-clinic';
export const CLIENT = { clientId: 'client-1.apps.test', clientSecret: 'the-client-secret' };
export const PUBLIC_URL = 'https://meet.test';
/** The booking that is there, with its link. */
export const BOOKED = 'test:1';
export const LUIS = customer('Luis');

/** Methods that change nothing. Whatever else is called on a port is taken for a write. */
const READS = new Set([
  'get',
  'getMany',
  'due',
  'byStart',
  'naming',
  'mapping',
  'mappings',
  'meeting',
  'inSlot',
  'ofStaff',
  'ofSubject',
  'toldTo',
  'list',
  'observedKeywords',
  'read',
  'secretName',
  'notes',
  'calendars',
  'probe',
  'reach',
  'peek',
]);

/** What is written of who is refused: that they were, how often, and that a sign-in is used up. */
const NOTES_OF_REFUSALS = new Set(['evidence.note', 'tries.take', 'tries.giveBack', 'states.take']);

/** Everything that the world can send a request to, on fakes, and what comes of it. */
export interface Front {
  readonly world: World;
  readonly google: FakeGoogle;
  /** Of the staff member who is connected. */
  readonly link: string;
  /** Begins a sign-in, where the link still works. @returns what Google sends back, and the cookie */
  beginSignIn(): Promise<{ state: string; cookie: string }>;
  /** @throws Error when the answer is not as it must be */
  send(event: HttpEvent): Promise<Reaction>;
}

export interface Reaction {
  readonly answer: Answer;
  /** `port.method` of each write, but for notes of refusals. */
  readonly writes: readonly string[];
  readonly logged: readonly string[];
}

const { logger, lines } = keptLogs();
/** It says the same each time, and takes long to make. */
const openApi = makeOpenApi({ document: JSON.stringify(openApiDocument('')), publicUrl: PUBLIC_URL, logger });

/** One booking of one customer with one connected staff member, whose link is there. */
export async function makeFront(): Promise<Front> {
  const world = await makeWorld({ connected: [ANA], settings: { adminEmail: 'admin@clinic.test' } });
  await world.book('1', { customers: [LUIS], notes: 'of Luis alone' });
  const { clock } = world;
  const calls: string[] = [];
  const note = async ({ port, method }: PortCall, proceed: () => Promise<unknown>) => {
    const name = `${port}.${method}`;
    if (!READS.has(method) && !NOTES_OF_REFUSALS.has(name)) calls.push(name);
    return proceed();
  };
  const watched = <Port extends object>(name: string, port: Port): Port => interfered(name, port, note);

  const appointments = watched('appointments', world.appointments);
  const meetings = watched('meetings', world.meetings);
  const settings = watched('settings', world.settings);
  const staff = watched('staff', world.staff);
  const told = watched('told', world.told);
  const undeliverable = watched('undeliverable', world.undeliverable);
  const mail = watched('mail', world.mail);
  const calendar = watched('calendar', world.calendar);
  // Its `secretName` answers at once.
  const grants = {
    secretName: (email: string) => world.grants.secretName(email),
    read: (email: string) => world.grants.read(email),
    add: async (...args: Parameters<typeof world.grants.add>) => {
      calls.push('grants.add');
      return world.grants.add(...args);
    },
    delete: async (email: string) => {
      calls.push('grants.delete');
      return world.grants.delete(email);
    },
  };
  const evidence = new FakeEvidenceStore();
  const witness = (topic: 'webhooks' | 'sign-ins') =>
    makeWitness({
      store: watched('evidence', evidence),
      topic,
      clock,
      onFailure: (error) => {
        throw error;
      },
    });
  const secrets = secretsOf({
    admin: ADMIN_KEY,
    webhook: WEBHOOK_SECRET,
    signing: SIGNING_SECRET,
    links: LINK_KEY,
  });
  const links = makeLinkSigner(secrets, 'links', clock);
  const google = new FakeGoogle();
  google.consent = {
    sub: `sub-of-${ANA}`,
    email: ANA,
    scopes: ['openid', 'email', SCOPES.calendar, SCOPES.calendarList],
    refreshToken: 'refresh-token-of-ana',
  };
  const common = { appointments, meetings, settings, staff, told, undeliverable, mail, clock, logger, secrets };
  const admin = { ...common, adminKeySecretId: 'admin', publicUrl: PUBLIC_URL };
  const announce = async () => void calls.push('errands.announce');
  const connecting = {
    ...common,
    grants,
    states: watched('states', new FakeOAuthStateStore()),
    links,
    google,
    googleClient: async () => CLIENT,
    publicUrl: PUBLIC_URL,
    announce,
  };

  const settingsApi = makeSettingsApi({
    ...admin,
    googleClient: async () => CLIENT,
    storeGoogleClient: async () => void calls.push('secrets.storeGoogleClient'),
    carrySettings: async () => void calls.push('errands.carrySettings'),
  });
  const staffApi = makeStaffApi({
    ...admin,
    ...connecting,
    sendConnectLink: async () => void calls.push('mail.sendConnectLink'),
  });
  const appointmentsApi = makeAppointmentsApi({ ...admin, newId: countingIds('cancel') });
  const customersApi = makeCustomersApi(admin);
  const diagnostics = makeDiagnostics({
    ...admin,
    evidence,
    googleClient: async () => CLIENT,
    calendar: { reach: async () => {} },
    ...SOUND,
    limitMilliseconds: 5000,
  });
  const bookingWebhook = makeBookingWebhook({
    ...common,
    webhookSecretId: 'webhook',
    signingSecretId: 'signing',
    witness: witness('webhooks'),
  });
  const staffOAuth = makeStaffOAuth({ ...connecting, calendar, witness: witness('sign-ins') });
  const join = makeJoin({ ...common, tries: watched('tries', new FakeTryStore()) });
  const page = { type: 'text/html; charset=utf-8', bodies: bodies('<!doctype html><title>Console</title>') };
  const adminConsole = makeAdminConsole({ assets: new Map([['index.html', page]]), logger });

  const handlerOf = (path: string): unknown => {
    const [, first = ''] = path.split('/');
    if (path === '/webhooks/booknetic' || path === '/webhooks/appointments') return bookingWebhook;
    const byPath: Readonly<Record<string, unknown>> = {
      settings: settingsApi,
      keywords: settingsApi,
      staff: staffApi,
      appointments: appointmentsApi,
      customers: customersApi,
      diagnostics,
      connect: staffOAuth,
      oauth: staffOAuth,
      join,
      admin: adminConsole,
      'openapi.json': openApi,
    };
    return byPath[first];
  };
  for (const routeKey of Object.keys(OPERATIONS)) {
    if (!handlerOf(routeKey.split(' ')[1] ?? '')) throw new Error(`Nothing answers ${routeKey}.`);
  }

  const send = async (event: HttpEvent): Promise<Reaction> => {
    calls.length = 0;
    lines.length = 0;
    const answer = await sendEvent(handlerOf(event.routeKey.split(' ')[1] ?? ''), event);
    return { answer, writes: [...calls], logged: [...lines] };
  };
  const { token: link } = await links.sign('connect', ANA);
  return {
    world,
    google,
    link,
    send,
    async beginSignIn() {
      const { answer } = await send(httpEvent('GET /oauth/google/start', { query: { token: link } }));
      const state = URL.parse(answer.headers.location ?? '')?.searchParams.get('state') ?? '';
      return { state, cookie: answer.cookies[0]?.split(';')[0] ?? '' };
    },
  };
}

const bodies = (text: string) => ({ br: Buffer.from(text), gzip: Buffer.from(text), identity: Buffer.from(text) });
