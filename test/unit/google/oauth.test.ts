import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { GoogleError } from '../../../shared/google/errors.ts';
import { ensureAccessToken, makeGoogleOAuth, makeOAuth2Client } from '../../../shared/google/oauth.ts';
import { SCOPES } from '../../../shared/google/scopes.ts';
import { idToken, say, startTokenServer, type TokenServer } from './token-server.ts';

const CLIENT = { clientId: 'client-1.apps.test', clientSecret: 'hush' };
const REDIRECT = 'https://meet.test/oauth/google/callback';
const CLAIMS = { aud: CLIENT.clientId, sub: '1001', email: 'Ana@Gmail.test' };
const TOKENS = {
  access_token: 'access',
  refresh_token: 'refresh',
  expires_in: 3599,
  scope: `openid email ${SCOPES.calendar}`,
  token_type: 'Bearer',
  id_token: idToken(CLAIMS),
};

let server: TokenServer;
beforeEach(async () => {
  server = await startTokenServer();
});
afterEach(() => server.close());

const oauth = () => makeGoogleOAuth(server.url);
const exchange = () =>
  oauth().exchange({ client: CLIENT, redirectUri: REDIRECT, code: 'code-1', codeVerifier: 'verifier' });
const failure = async (promise: Promise<unknown>): Promise<GoogleError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof GoogleError) return error;
  throw new Error('did not fail as it should', { cause: error });
};

describe('the consent URL', () => {
  const url = (emulatorUrl?: string) =>
    new URL(
      makeGoogleOAuth(emulatorUrl).consentUrl({
        clientId: CLIENT.clientId,
        redirectUri: REDIRECT,
        state: 'signed state',
        codeChallenge: 'challenge',
      }),
    );

  it('asks for lasting access to what is needed and no more', () => {
    const { origin, pathname, searchParams } = url();
    expect(origin + pathname).toBe('https://accounts.google.com/o/oauth2/v2/auth');
    expect(Object.fromEntries(searchParams)).toEqual({
      client_id: CLIENT.clientId,
      redirect_uri: REDIRECT,
      response_type: 'code',
      scope: 'openid email https://www.googleapis.com/auth/calendar.events.owned',
      access_type: 'offline',
      prompt: 'consent',
      state: 'signed state',
      code_challenge: 'challenge',
      code_challenge_method: 'S256',
    });
  });

  it('asks for all of it where the list of calendars is wanted too, since it takes the place of what was given', () => {
    const { searchParams } = new URL(
      makeGoogleOAuth(undefined).consentUrl({
        clientId: CLIENT.clientId,
        redirectUri: REDIRECT,
        state: 'signed state',
        codeChallenge: 'challenge',
        calendarList: true,
        account: 'ana@gmail.test',
      }),
    );
    expect(searchParams.get('scope')).toBe(`openid email ${SCOPES.calendar} ${SCOPES.calendarList}`);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      login_hint: 'ana@gmail.test',
      access_type: 'offline',
      prompt: 'consent',
    });
  });

  it('is at a stand-in’s own path', () => {
    expect(url('http://google.test/below').href).toMatch(/^http:\/\/google\.test\/below\/o\/oauth2\/v2\/auth\?/);
  });
});

it('a PKCE challenge is the digest of its verifier, and never the same', async () => {
  const [one, other] = await Promise.all([oauth().pkce(), oauth().pkce()]);
  expect(one.codeChallenge).toBe(createHash('sha256').update(one.codeVerifier).digest('base64url'));
  expect(one.codeVerifier.length).toBeGreaterThanOrEqual(43);
  expect(other.codeVerifier).not.toBe(one.codeVerifier);
});

describe('the exchange of a code', () => {
  it('sends what Google wants and reads what it gives', async () => {
    server.answer = say(200, { ...TOKENS, refresh_token_expires_in: 604_799 });
    expect(await exchange()).toEqual({
      sub: '1001',
      email: 'ana@gmail.test',
      scopes: ['openid', 'email', SCOPES.calendar],
      refreshToken: 'refresh',
      refreshTokenLife: 604_799,
    });
    expect(server.asked).toHaveLength(1);
    const [asked] = server.asked;
    expect(asked?.path).toBe('/oauth2/token');
    expect(Object.fromEntries(asked?.form ?? [])).toMatchObject({
      grant_type: 'authorization_code',
      code: 'code-1',
      code_verifier: 'verifier',
      redirect_uri: REDIRECT,
      client_id: CLIENT.clientId,
      client_secret: 'hush',
    });
  });

  it('tells which scopes were ticked, and whether access lasts', async () => {
    const { refresh_token: _refresh, ...rest } = TOKENS;
    server.answer = say(200, { ...rest, scope: 'openid email' });
    expect(await exchange()).toEqual({ sub: '1001', email: 'ana@gmail.test', scopes: ['openid', 'email'] });
  });

  it.each([
    ['of another client', idToken({ ...CLAIMS, aud: 'client-2.apps.test' }), 'google_client_rejected'],
    ['of several others', idToken({ ...CLAIMS, aud: ['a', 'b'] }), 'google_client_rejected'],
    ['of nobody', idToken({ sub: '1001' }), 'google_client_rejected'],
    ['without a person', idToken({ aud: CLIENT.clientId }), 'access_revoked'],
    ['with a person that is no text', idToken({ ...CLAIMS, sub: 1001 }), 'access_revoked'],
    ['that is none', 'nonsense', 'access_revoked'],
    ['that is missing', undefined, 'access_revoked'],
  ])('refuses an ID token %s', async (_what, id_token, code) => {
    server.answer = say(200, { ...TOKENS, id_token });
    expect((await failure(exchange())).code).toBe(code);
  });

  it('takes an ID token for several clients of which we are one', async () => {
    server.answer = say(200, { ...TOKENS, id_token: idToken({ ...CLAIMS, aud: ['x', CLIENT.clientId] }) });
    expect((await exchange()).sub).toBe('1001');
  });

  it.each([
    [400, { error: 'invalid_grant', error_description: 'Missing code verifier' }, 'access_revoked'],
    [401, { error: 'invalid_client' }, 'google_client_rejected'],
    [500, { error: 'internal_failure' }, 'google_unavailable'],
    [503, {}, 'google_unavailable'],
    [429, { error: 'rate_limit' }, 'rate_limited'],
  ])('that is answered %i is not tried again: a code is good once', async (status, body, code) => {
    server.answer = say(status, body);
    expect((await failure(exchange())).code).toBe(code);
    expect(server.asked).toHaveLength(1);
  });

  it('that is cut off is not tried again', async () => {
    server.answer = (_asked, response) => void response.destroy();
    expect((await failure(exchange())).code).toBe('google_unavailable');
    expect(server.asked).toHaveLength(1);
  });

  it('that nobody answers is over at once', async () => {
    const { url } = server;
    await server.close();
    const gone = makeGoogleOAuth(url).exchange({ client: CLIENT, redirectUri: REDIRECT, code: 'c', codeVerifier: 'v' });
    expect((await failure(gone)).code).toBe('google_unavailable');
  });
});

describe('an access token', () => {
  const client = (credentials: object = {}) => {
    const made = makeOAuth2Client(CLIENT, server.url);
    made.setCredentials({ refresh_token: 'refresh', ...credentials });
    return made;
  };

  it('is got once and used until it ends', async () => {
    server.answer = say(200, { access_token: 'access', expires_in: 3599, token_type: 'Bearer' });
    const made = client();
    await ensureAccessToken(made);
    await ensureAccessToken(made);
    expect(server.asked).toHaveLength(1);
    expect(Object.fromEntries(server.asked[0]?.form ?? [])).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'refresh',
    });
    expect(made.credentials).toMatchObject({ access_token: 'access', refresh_token: 'refresh' });
  });

  it('is got anew when it is about to end', async () => {
    server.answer = say(200, { access_token: 'new', expires_in: 3599 });
    const made = client({ access_token: 'old', expiry_date: Date.now() + 30_000 });
    await ensureAccessToken(made);
    expect(made.credentials.access_token).toBe('new');
  });

  it('always has an end, since without one the library would send calls twice', async () => {
    server.answer = say(200, { access_token: 'access' });
    const made = client();
    await ensureAccessToken(made);
    expect(made.credentials.expiry_date).toBeGreaterThan(Date.now() + 3_000_000);
  });

  it.each([
    [400, { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' }, 'access_revoked'],
    [500, {}, 'google_unavailable'],
  ])('that is refused with %i is not asked for twice', async (status, body, code) => {
    server.answer = say(status, body);
    expect((await failure(ensureAccessToken(client()))).code).toBe(code);
    expect(server.asked).toHaveLength(1);
  });
});

describe('revoking', () => {
  it('names the token', async () => {
    server.answer = say(200, {});
    await oauth().revoke('refresh-1');
    expect(server.asked).toHaveLength(1);
    const [{ path, query, form } = { path: '', query: new URLSearchParams(), form: new URLSearchParams() }] =
      server.asked;
    expect([path, query.get('token') ?? form.get('token')]).toEqual(['/oauth2/revoke', 'refresh-1']);
  });

  it('of what is unknown already is done', async () => {
    server.answer = say(400, { error: 'invalid_token' });
    await expect(oauth().revoke('refresh-1')).resolves.toBeUndefined();
  });

  it('fails when Google does', async () => {
    server.answer = say(503, {});
    expect((await failure(oauth().revoke('refresh-1'))).code).toBe('google_unavailable');
    expect(server.asked).toHaveLength(1);
  });
});

it('nothing waits for Google longer than five seconds', async () => {
  server.answer = () => undefined;
  const client = makeOAuth2Client(CLIENT, server.url);
  client.setCredentials({ refresh_token: 'refresh' });
  const began = Date.now();
  const failures = await Promise.all([
    failure(exchange()),
    failure(oauth().revoke('refresh')),
    failure(ensureAccessToken(client)),
  ]);
  expect(failures.map(({ code }) => code)).toEqual(['google_timeout', 'google_timeout', 'google_timeout']);
  expect(failures.map(({ inDoubt }) => inDoubt)).toEqual([true, true, true]);
  expect(Date.now() - began).toBeGreaterThan(4500);
  expect(Date.now() - began).toBeLessThan(6500);
  expect(server.asked).toHaveLength(3);
});
