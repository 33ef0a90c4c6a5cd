import { createHash, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Attendee, EventFields } from './event-fields.ts';

/** What a `createRequest` leads to on an account. */
const conferenceOrder = z.strictObject({
  /** How many looks (get, list) still show `pending`. */
  polls: z.number().int().min(0).default(0),
  /** How long the link takes to be made, in milliseconds. */
  ms: z.number().int().min(0).default(0),
  /** How many of the next requests end in `failure`. */
  failures: z.number().int().min(0).default(0),
  /** Calendars that cannot make Meet links: 400 `invalid`. */
  unable: z.boolean().default(false),
});

export const behaviourSchema = z
  .strictObject({
    conference: conferenceOrder,
    /** Answer to get on a deleted event. */
    deletedGet: z.enum(['cancelled', 'notFound', 'deleted']),
    /** Answer to a patch that does not restore a deleted event. `kept`: 200, still cancelled. */
    deletedPatch: z.enum(['notFound', 'deleted', 'forbidden', 'kept']),
    /** Whether update, or patch with `status: confirmed`, brings a deleted event back. */
    restore: z.enum(['allowed', 'forbidden']),
    /** Events on a page of a list at most, however many are asked for; null for no less than asked for. */
    listPage: z.number().int().positive().nullable(),
    /** Seconds after which refresh tokens given from now on end; null for never. */
    refreshTokenExpiresIn: z.number().int().positive().nullable(),
  })
  .partial();

type ConferenceOrder = z.output<typeof conferenceOrder>;
type BehaviourChange = z.output<typeof behaviourSchema>;
type Behaviour = { [K in keyof BehaviourChange]-?: Exclude<BehaviourChange[K], undefined> };

export interface Conference {
  requestId: string;
  status: 'pending' | 'success' | 'failure';
  outcome: 'success' | 'failure';
  pollsLeft: number;
  readyAt: string;
  /** The Meet code, once there is one. */
  code: string | null;
}

export interface StoredEvent {
  id: string;
  iCalUID: string;
  etag: string;
  created: string;
  updated: string;
  sequence: number;
  fields: EventFields;
  conference: Conference | null;
  /** Kept when the conference is gone: a repeat of the previous request is ignored. */
  lastRequestId: string | null;
}

export const accessRoles = ['owner', 'writer', 'reader', 'freeBusyReader'] as const;
type AccessRole = (typeof accessRoles)[number];

export interface Calendar {
  id: string;
  summary: string;
  primary: boolean;
  timeZone: string;
  /** False: no Meet links on this calendar. */
  conferences: boolean;
  /** What the account may do with it; absent for one of its own. */
  accessRole?: AccessRole;
  events: StoredEvent[];
}

export interface Account {
  email: string;
  sub: string;
  name: string;
  calendars: Calendar[];
  /** What differs here from the behaviour of all accounts. */
  behaviour: BehaviourChange;
}

interface Client {
  clientId: string;
  clientSecret: string;
  redirectUris: string[];
  project: string;
  name: string;
}

export interface Consent {
  account: string;
  clientId: string;
  scopes: string[];
}

export interface AuthorizationCode {
  code: string;
  account: string;
  clientId: string;
  redirectUri: string;
  scopes: string[];
  challenge: { value: string; method: 'S256' | 'plain' } | null;
  withRefreshToken: boolean;
  expiresAt: string;
  used: boolean;
}

export interface Token {
  kind: 'access' | 'refresh';
  value: string;
  account: string;
  clientId: string;
  scopes: string[];
  createdAt: string;
  /** Null: does not end by itself. */
  expiresAt: string | null;
  revokedAt: string | null;
}

export type SendUpdates = 'all' | 'externalOnly' | 'none';

/** A mail that Google would have sent to a guest. */
export interface Invitation {
  at: string;
  account: string;
  calendarId: string;
  eventId: string;
  to: string;
  kind: 'invitation' | 'update' | 'cancellation';
  sendUpdates: SendUpdates;
  summary: string;
  start: string;
  hangoutLink: string | null;
}

export interface LoggedRequest {
  number: number;
  at: string;
  operation: string;
  method: string;
  path: string;
  query: Record<string, string[]>;
  /** Of Calendar calls only. */
  body: unknown;
  account: string | null;
  /** Null while unanswered, and for ever when the line was cut. */
  status: number | null;
  durationMs: number | null;
  /** Whether the request changed something here, whatever the caller was told. */
  committed: boolean;
  faultId: string | null;
}

export interface StoredFault {
  id: string;
  operation: string;
  account: string | null;
  /** How often it still strikes; null for always. */
  left: number | null;
  /** How many matching requests it still lets by. */
  skip: number;
  struck: number;
  status: number | null;
  reason: string | null;
  message: string | null;
  committed: boolean;
  delayMs: number;
  hangAfterMs: number;
  cut: 'before' | 'after' | null;
}

/** Everything the stand-in knows; plain data, so that it can be written to a file as it is. */
export interface GoogleState {
  version: 1;
  serial: number;
  accounts: Account[];
  clients: Client[];
  consents: Consent[];
  codes: AuthorizationCode[];
  tokens: Token[];
  invitations: Invitation[];
  requests: LoggedRequest[];
  faults: StoredFault[];
  behaviour: Behaviour;
}

/** What each operation works with: the state, the time, and where we can be reached. */
export interface Context {
  state: GoogleState;
  now: Date;
  origin: string;
}

export const accountSchema = z.strictObject({
  email: z.email().toLowerCase(),
  name: z.string().min(1).optional(),
  timeZone: z.string().default('Europe/Madrid'),
});

export type NewAccount = z.input<typeof accountSchema>;

export const SAMPLE_ACCOUNTS: readonly NewAccount[] = [
  { email: 'ana@clinic.test', name: 'Ana Torres' },
  { email: 'marc@clinic.test', name: 'Marc Vidal' },
  { email: 'sophie@studio.test', name: 'Sophie Laurent', timeZone: 'Europe/Paris' },
];

/** The account number follows from the address, so that it is the same after every start. */
function subjectOf(email: string): string {
  const hash = createHash('sha256').update(email).digest('hex').slice(0, 20);
  return `1${BigInt(`0x${hash}`).toString().padStart(20, '0').slice(-20)}`;
}

export function newAccount(input: NewAccount): Account {
  const { email, name, timeZone } = accountSchema.parse(input);
  return {
    email,
    sub: subjectOf(email),
    name: name ?? email,
    calendars: [{ id: email, summary: email, primary: true, timeZone, conferences: true, events: [] }],
    behaviour: {},
  };
}

export function newState(accounts: readonly NewAccount[], conference: Partial<ConferenceOrder>): GoogleState {
  return {
    version: 1,
    serial: 0,
    accounts: accounts.map(newAccount),
    clients: [],
    consents: [],
    codes: [],
    tokens: [],
    invitations: [],
    requests: [],
    faults: [],
    behaviour: {
      conference: conferenceOrder.parse(conference),
      deletedGet: 'cancelled',
      deletedPatch: 'notFound',
      restore: 'allowed',
      listPage: null,
      refreshTokenExpiresIn: null,
    },
  };
}

export function findAccount(state: GoogleState, email: string): Account | undefined {
  const wanted = email.toLowerCase();
  return state.accounts.find((account) => account.email === wanted);
}

export function behaviourOf<K extends keyof Behaviour>(state: GoogleState, account: Account, key: K): Behaviour[K] {
  const own = account.behaviour[key] as Behaviour[K] | undefined;
  return own === undefined ? state.behaviour[key] : own;
}

export function nextSerial(state: GoogleState): number {
  state.serial += 1;
  return state.serial;
}

export function randomToken(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** The number before the first dash of a client id is that of the project that owns it. */
export function projectNumber(clientId: string): string {
  return clientId.split('-', 1)[0] ?? clientId;
}

export function projectOf(state: GoogleState, clientId: string): string {
  const configured = state.clients.find((client) => client.clientId === clientId);
  return configured?.project ?? projectNumber(clientId);
}

export function isAlive(token: Token, now: Date): boolean {
  return token.revokedAt === null && (token.expiresAt === null || Date.parse(token.expiresAt) > now.getTime());
}

export function isGuest(attendee: Attendee, account: Account, calendar: Calendar): boolean {
  const email = attendee.email.toLowerCase();
  return email !== account.email && email !== calendar.id.toLowerCase();
}
