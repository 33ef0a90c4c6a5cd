import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { GoogleClientReader } from '../google/client.ts';
import { GoogleError } from '../google/errors.ts';
import type { GoogleOAuth } from '../google/oauth.ts';
import { SCOPES } from '../google/scopes.ts';
import { isOneOf } from '../http/credentials.ts';
import { after, type Clock, type Instant, toInstant } from '../time.ts';
import type { GrantStore } from './grants.ts';
import { type LinkSigner, STATE_LIFE } from './links.ts';
import type { OAuthState, OAuthStateStore } from './oauth-state.ts';
import { mustReconnect, type Staff } from './staff.ts';
import type { StaffStore } from './store.ts';

export interface ConnectDeps {
  readonly staff: StaffStore;
  readonly grants: GrantStore;
  readonly states: OAuthStateStore;
  readonly links: LinkSigner;
  readonly google: GoogleOAuth;
  readonly googleClient: GoogleClientReader;
  readonly publicUrl: string;
  readonly clock: Clock;
  /** Has the staff member told which account it is, and their future bookings looked at: at once, or should this run die. */
  readonly announce: (staffEmail: string, when: 'now' | 'later') => Promise<void>;
}

export const redirectUri = (publicUrl: string): string => `${publicUrl}/oauth/google/callback`;

/** Why somebody could not be connected; each has a page that says what to do. */
export type ConnectProblem =
  | 'link_expired'
  | 'link_invalid'
  | 'not_set_up'
  | 'refused'
  | 'state_used'
  | 'state_foreign'
  | 'calendar_not_ticked'
  | 'client_rejected'
  | 'code_rejected'
  | 'no_lasting_access'
  | 'google_unavailable';

export type ConnectResult =
  | { readonly connected: true; readonly staff: Staff; readonly googleEmail: string; readonly begun: OAuthState }
  | {
      readonly connected: false;
      readonly problem: ConnectProblem;
      /** The sign-in that was under way: Google has sent the browser back to us with what only it was told. */
      readonly begun?: OAuthState;
      /** Whether Google took the address that it came back to for another than was registered. */
      readonly isRedirectMismatch?: boolean;
    };

const failed = (problem: ConnectProblem, begun?: OAuthState, oauthError?: string): ConnectResult => ({
  connected: false,
  problem,
  ...(begun && { begun }),
  ...(oauthError === 'redirect_uri_mismatch' && { isRedirectMismatch: true }),
});

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');

/** Whose connect link this is. One made before the person was removed, or disconnected by an admin, is good no more. */
export async function readConnectLink(deps: ConnectDeps, token: string): Promise<{ person: Staff } | ConnectProblem> {
  const verified = await deps.links.verify('connect', token);
  if ('problem' in verified) return verified.problem === 'expired' ? 'link_expired' : 'link_invalid';
  const person = await deps.staff.get(verified.subject);
  if (!person) return 'link_invalid';
  const { since } = person.connection;
  return since && verified.issuedAt < since ? 'link_expired' : { person };
}

/**
 * Begins a sign-in: a state of its own, signed, good for one use and for this browser only, with PKCE.
 * @param cookie what this browser already holds, so that two tabs do not shut each other out
 * @param calendars asks for the list of calendars as well, of the account that is connected
 */
export async function beginSignIn(
  deps: ConnectDeps,
  token: string,
  cookie: string | undefined,
  calendars = false,
): Promise<{ location: string; cookie: string } | ConnectProblem> {
  const link = await readConnectLink(deps, token);
  if (typeof link === 'string') return link;
  const client = await deps.googleClient(true);
  if (!client) return 'not_set_up';
  const browser = cookie && /^[\w-]{43}$/.test(cookie) ? cookie : randomBytes(32).toString('base64url');
  const { codeVerifier, codeChallenge } = await deps.google.pkce();
  const state = randomUUID();
  const until = new Date(deps.clock.now().getTime() + STATE_LIFE * 1000);
  const { email: staffEmail, connection } = link.person;
  const begun = { state, staffEmail, link: token, codeVerifier, browser: digest(browser) };
  await deps.states.put({ ...begun, ...(calendars && { calendars }) }, until);
  const signed = await deps.links.sign('oauth-state', state);
  const location = deps.google.consentUrl({
    clientId: client.clientId,
    redirectUri: redirectUri(deps.publicUrl),
    state: signed.token,
    codeChallenge,
    ...(calendars && { calendarList: true, ...(connection.googleEmail && { account: connection.googleEmail }) }),
  });
  return { location, cookie: browser };
}

export interface Callback {
  readonly state: string | undefined;
  readonly code: string | undefined;
  readonly error: string | undefined;
  readonly cookie: string | undefined;
}

/**
 * Ends a sign-in:
 * 1. the state is ours, unused and begun by this browser,
 * 2. Google gives tokens for the code, with a lasting one and the calendar ticked,
 * 3. the refresh token goes into the staff member's secret, then the row says so,
 * 4. they are told which account it is, and their future bookings become due.
 */
export async function finishSignIn(deps: ConnectDeps, callback: Callback): Promise<ConnectResult> {
  const { clock, staff: staffStore } = deps;
  const verified = await deps.links.verify('oauth-state', callback.state ?? '');
  if ('problem' in verified) return failed(verified.problem === 'expired' ? 'state_used' : 'state_foreign');
  const begun = await deps.states.take(verified.subject, clock.now());
  if (!begun) return failed('state_used');
  if (!callback.cookie || !isOneOf(digest(callback.cookie), [begun.browser])) return failed('state_foreign');
  const { staffEmail } = begun;
  const { error, code } = callback;
  if (error || !code) {
    return failed(error && error !== 'access_denied' ? 'code_rejected' : 'refused', begun, error);
  }

  const client = await deps.googleClient(true);
  if (!client) return failed('not_set_up', begun);
  const { codeVerifier } = begun;
  const exchanged = await deps.google
    .exchange({ client, redirectUri: redirectUri(deps.publicUrl), code, codeVerifier })
    .catch((error: unknown) => {
      if (error instanceof GoogleError) return error;
      throw error;
    });
  if (exchanged instanceof GoogleError) {
    if (exchanged.code === 'google_client_rejected') return failed('client_rejected', begun);
    return failed(exchanged.remedy === 'retry' ? 'google_unavailable' : 'code_rejected', begun, exchanged.oauthError);
  }

  const { sub, email, scopes, refreshToken, refreshTokenLife } = exchanged;
  if (!scopes.includes(SCOPES.calendar)) {
    await noteMissingCalendar(deps, staffEmail, email);
    return failed('calendar_not_ticked', begun);
  }
  if (!refreshToken) return failed('no_lasting_access', begun);

  const since = (await staffStore.get(staffEmail))?.connection.since;
  const grantId = randomUUID();
  await deps.announce(staffEmail, 'later');
  await deps.grants.add(staffEmail, { grantId, sub, refreshToken });
  const isKnown = await staffStore.setConnection(staffEmail, {
    state: 'connected',
    sub,
    googleEmail: email,
    connectedAt: toInstant(clock.now()),
    grantId,
    secretName: deps.grants.secretName(staffEmail),
    scopes,
    // What an admin shut out stays out.
    ...(since && { since }),
    ...(refreshTokenLife && { endsAt: after(clock.now(), refreshTokenLife) }),
  });
  if (!isKnown) {
    // Removed while they were at Google.
    await deps.grants.delete(staffEmail);
    return failed('link_invalid');
  }
  await nameKeptGrant(deps, staffEmail, grantId);
  await deps.announce(staffEmail, 'now');
  const staff = await staffStore.get(staffEmail);
  if (!staff) throw new Error('the staff member was deleted while connecting');
  return { connected: true, staff, googleEmail: email, begun };
}

/** Two sign-ins that end at the same moment may drop each other's grant; the row must name one that the secret holds. */
async function nameKeptGrant({ staff, grants }: ConnectDeps, staffEmail: string, grantId: string): Promise<void> {
  const connection = (await staff.get(staffEmail))?.connection;
  const { grants: kept } = await grants.read(staffEmail);
  if (!connection || connection.grantId !== grantId || kept.some((grant) => grant.grantId === grantId)) return;
  const other = kept.find(({ sub }) => sub === connection.sub);
  if (other) await staff.setConnection(staffEmail, { ...connection, grantId: other.grantId }, grantId);
}

/** A connection that works is left alone: somebody who only tried again without the box keeps what they have. */
async function noteMissingCalendar({ staff }: ConnectDeps, staffEmail: string, googleEmail: string): Promise<void> {
  const known = await staff.get(staffEmail);
  if (!known || known.connection.state === 'connected') return;
  const problem = 'The calendar box was not ticked at Google.';
  await staff.setConnection(
    staffEmail,
    { ...known.connection, state: 'insufficient_scope', googleEmail, problem },
    known.connection.grantId ?? null,
  );
}

export interface DisconnectDeps {
  readonly clock: Clock;
  readonly staff: StaffStore;
  readonly grants: GrantStore;
  readonly google: GoogleOAuth;
}

/**
 * Ends a connection: the row first, so that nothing is written to the calendar from then on. Revoking takes every token of the account
 * for this project, so it is left out while another staff member uses the same Google account.
 */
export async function disconnect(deps: DisconnectDeps, person: Staff): Promise<void> {
  await deps.staff.setConnection(person.email, { state: 'not_connected', since: toInstant(deps.clock.now()) });
  await takeAccessBack(deps, person);
}

/** For the admin; the staff member's own page has it in their language. */
const ENDED_BY_THEMSELVES = 'Disconnected by the staff member.';

/**
 * The same by the staff member, whose link stays good: they may connect again with it.
 * @param seen of the connection that they saw when they said so: `connectedAt`; undefined where they did not see one
 * @returns false when another one has taken its place meanwhile, and nothing was done
 */
export async function disconnectThemselves(
  deps: DisconnectDeps,
  person: Staff,
  seen: Instant | undefined,
): Promise<boolean> {
  const { connection } = person;
  if (!isConnectedOnce(person)) return true;
  if (seen !== undefined && seen !== (connection.connectedAt ?? '')) return false;
  const isDone = await deps.staff.setConnection(
    person.email,
    {
      state: 'not_connected',
      endedAt: toInstant(deps.clock.now()),
      problem: ENDED_BY_THEMSELVES,
      ...(connection.since && { since: connection.since }),
    },
    connection.grantId ?? null,
  );
  if (isDone) {
    await takeAccessBack(deps, person);
    return true;
  }
  // It may have been this very wish, sent twice.
  const now = await deps.staff.get(person.email);
  return !now || !isConnectedOnce(now);
}

/** Whether there is anything to end: an access that works, or one that has to be renewed. */
export const isConnectedOnce = (person: Staff): boolean =>
  person.connection.state === 'connected' || mustReconnect(person);

async function takeAccessBack({ staff, grants, google }: DisconnectDeps, person: Staff): Promise<void> {
  const secret = await grants.read(person.email);
  const others = new Set(
    (await staff.list())
      .filter(({ email, connection }) => email !== person.email && connection.state === 'connected')
      .map(({ connection }) => connection.sub),
  );
  for (const { sub, refreshToken } of secret.grants) {
    // Should Google not answer, the secret is deleted all the same: the access is of no use to anybody then.
    if (!others.has(sub)) await google.revoke(refreshToken).catch(() => undefined);
  }
  await grants.delete(person.email);
}
