import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningGoogle, startGoogle } from '../../../infra/local/google/server.ts';
import {
  allow,
  approve,
  authorizationUrl,
  CALLBACK,
  CLIENT,
  calendarClient,
  call,
  connect,
  EVENTS_SCOPE,
  exchange,
  refresh,
  token,
} from './google-client.ts';

let running: RunningGoogle;
let now: Date;

beforeEach(async () => {
  now = new Date('2026-11-23T10:00:00Z');
  running = await startGoogle({ clock: { now: () => now } });
});

afterEach(() => running.close());

async function signedInCode(changes: Record<string, string | null> = {}, email = 'ana@clinic.test'): Promise<string> {
  return (await approve(authorizationUrl(running, changes), allow(email))).get('code') ?? '';
}

function post(url: string, fields: Record<string, string>) {
  return call(url, { method: 'POST', body: new URLSearchParams(fields) });
}

describe('sign-in page', () => {
  it('warns, lets choose an account, asks for consent and comes back with a code', async () => {
    const url = authorizationUrl(running);
    expect((await call(url)).body).toContain('Google hasn’t verified this app');
    const accounts = await post(url, { step: 'account' });
    expect(accounts.body).toContain('value="marc@clinic.test"');
    const consent = await post(url, { step: 'consent', email: 'marc@clinic.test' });
    expect(consent.body).toContain(`name="granted" value="${EVENTS_SCOPE}" checked`);
    const back = await approve(url, allow('marc@clinic.test'));
    expect(back.get('state')).toBe('the state');
    expect(back.get('scope')).toContain(EVENTS_SCOPE);
  });

  it('comes back with access_denied on cancel', async () => {
    const back = await approve(authorizationUrl(running), [['decision', 'cancel']]);
    expect(Object.fromEntries(back)).toEqual({ state: 'the state', error: 'access_denied' });
  });

  it('leads straight back when no page may be shown, since nobody is signed in', async () => {
    const { status, headers } = await call(authorizationUrl(running, { prompt: 'none' }));
    expect(status).toBe(302);
    expect(new URL(headers.get('location') ?? '').searchParams.get('error')).toBe('login_required');
  });

  it('goes straight to the consent of a hinted account', async () => {
    const page = await post(authorizationUrl(running, { login_hint: 'marc@clinic.test' }), { step: 'account' });
    expect(page.body).toContain('Marc Vidal');
    expect(page.body).toContain('name="granted"');
  });

  it('makes up an account that is not known yet', async () => {
    const tokens = await connect(running, 'new@clinic.test');
    const claims = JSON.parse(Buffer.from(tokens.id_token.split('.')[1], 'base64url').toString());
    expect(claims.email).toBe('new@clinic.test');
    const bad = await post(authorizationUrl(running), { step: 'consent', email: '<script>' });
    expect(bad.status).toBe(400);
    expect(bad.body).not.toContain('<script>');
  });

  it.each([
    ['no client', { client_id: null }, 'invalid_request'],
    ['no redirect address', { redirect_uri: null }, 'invalid_request'],
    ['a redirect address that is none', { redirect_uri: 'javascript:alert(1)' }, 'invalid_request'],
    ['another response type', { response_type: 'token' }, 'unsupported_response_type'],
    ['no scope', { scope: null }, 'invalid_request'],
    ['an unknown scope', { scope: 'openid calendar' }, 'invalid_scope'],
    ['a short challenge', { code_challenge: 'short' }, 'invalid_request'],
  ])('refuses %s with a page', async (_what, changes, error) => {
    const answer = await call(authorizationUrl(running, changes));
    expect(answer.status).toBe(400);
    expect(answer.body).toContain(error);
  });

  it('knows only configured clients and their redirect addresses, once there are any', async () => {
    running.google.configureClients({
      clients: [{ clientId: CLIENT.client_id, clientSecret: 'right', redirectUris: [CALLBACK] }],
    });
    expect((await call(authorizationUrl(running))).status).toBe(200);
    const elsewhere = await call(authorizationUrl(running, { redirect_uri: 'https://elsewhere.test/' }));
    expect([elsewhere.status, elsewhere.body]).toEqual([400, expect.stringContaining('redirect_uri_mismatch')]);
    expect((await call(authorizationUrl(running, { client_id: 'other' }))).status).toBe(401);
    const wrong = await exchange(running, await signedInCode());
    expect([wrong.status, wrong.body.error]).toEqual([401, 'invalid_client']);
    expect((await exchange(running, await signedInCode(), { client_secret: 'right' })).status).toBe(200);
  });
});

describe('token endpoint', () => {
  it('gives tokens and an ID token for a code', async () => {
    const { status, body } = await exchange(running, await signedInCode());
    expect(status).toBe(200);
    expect(body).toMatchObject({ expires_in: 3599, token_type: 'Bearer' });
    expect(body.scope).toBe(`openid https://www.googleapis.com/auth/userinfo.email ${EVENTS_SCOPE}`);
    expect(body.refresh_token).toMatch(/^1\/\/0/);
    const claims = JSON.parse(Buffer.from(body.id_token.split('.')[1], 'base64url').toString());
    expect(claims).toMatchObject({
      iss: 'https://accounts.google.com',
      aud: CLIENT.client_id,
      sub: expect.stringMatching(/^\d{21}$/),
      email: 'ana@clinic.test',
      email_verified: true,
      iat: now.getTime() / 1000,
    });
  });

  it('takes a code once, for ten minutes, with its own redirect address', async () => {
    const code = await signedInCode();
    const elsewhere = await exchange(running, code, { redirect_uri: 'http://localhost:3000/other' });
    expect([elsewhere.status, elsewhere.body.error]).toEqual([400, 'redirect_uri_mismatch']);
    expect((await exchange(running, code)).status).toBe(200);
    const again = await exchange(running, code);
    expect([again.status, again.body.error]).toEqual([400, 'invalid_grant']);
    const late = await signedInCode();
    now = new Date(now.getTime() + 601_000);
    expect((await exchange(running, late)).body.error).toBe('invalid_grant');
  });

  it('wants a verifier exactly when there was a challenge', async () => {
    const grant = { grant_type: 'authorization_code', redirect_uri: CALLBACK };
    const missing = await token(running, { ...grant, code: await signedInCode() });
    expect(missing.body).toEqual({ error: 'invalid_grant', error_description: 'Missing code verifier.' });
    const wrong = await exchange(running, await signedInCode(), { code_verifier: 'x'.repeat(43) });
    expect(wrong.body).toEqual({ error: 'invalid_grant', error_description: 'Invalid code verifier.' });
    const plainCode = await signedInCode({ code_challenge: null, code_challenge_method: null });
    const unneeded = await exchange(running, plainCode);
    expect([unneeded.status, unneeded.body.error]).toEqual([400, 'invalid_grant']);
    expect(unneeded.body.error_description).toContain('not needed');
    expect((await token(running, { ...grant, code: plainCode })).status).toBe(200);
  });

  it('leaves out the scope whose box was not ticked', async () => {
    const back = await approve(authorizationUrl(running), allow('ana@clinic.test', []));
    const { body } = await exchange(running, back.get('code') ?? '');
    expect(body.scope).toBe('openid https://www.googleapis.com/auth/userinfo.email');
  });

  it('gives a refresh token only offline, and on the first or a repeated consent', async () => {
    const online = await exchange(running, await signedInCode({ access_type: 'online' }));
    expect(online.body.refresh_token).toBeUndefined();
    const first = await exchange(running, await signedInCode({ prompt: null }, 'marc@clinic.test'));
    expect(first.body.refresh_token).toBeDefined();
    const second = await exchange(running, await signedInCode({ prompt: null }, 'marc@clinic.test'));
    expect(second.body.refresh_token).toBeUndefined();
    const asked = await exchange(running, await signedInCode({ prompt: 'consent' }, 'marc@clinic.test'));
    expect(asked.body.refresh_token).toBeDefined();
  });

  it('refreshes without giving a new refresh token; also by basic authentication', async () => {
    const { refresh_token: refreshToken } = await connect(running, 'ana@clinic.test');
    const { body } = await refresh(running, refreshToken);
    expect(body.access_token).toMatch(/^ya29\./);
    expect(body.refresh_token).toBeUndefined();
    const basic = await call(`${running.url}/oauth2/token`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${CLIENT.client_id}:${CLIENT.client_secret}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    });
    expect(basic.status).toBe(200);
    const foreign = await token(running, {
      client_id: 'other',
      grant_type: 'refresh_token',
      refresh_token: refreshToken,
    });
    expect([foreign.status, foreign.body.error]).toEqual([401, 'unauthorized_client']);
  });

  it('tells of time-limited refresh tokens and ends them', async () => {
    running.google.behave({ account: 'ana@clinic.test', refreshTokenExpiresIn: 600 });
    const tokens = await connect(running, 'ana@clinic.test');
    expect(tokens.refresh_token_expires_in).toBe(600);
    now = new Date(now.getTime() + 600_000);
    const late = await refresh(running, tokens.refresh_token);
    expect([late.status, late.body.error]).toEqual([400, 'invalid_grant']);
  });

  it('silently ends the oldest of more than a hundred refresh tokens', async () => {
    const first = await connect(running, 'ana@clinic.test');
    for (let i = 0; i < 99; i += 1) await connect(running, 'ana@clinic.test');
    expect((await refresh(running, first.refresh_token)).status).toBe(200);
    await connect(running, 'ana@clinic.test');
    expect((await refresh(running, first.refresh_token)).body.error).toBe('invalid_grant');
  });
});

describe('revoking', () => {
  it('ends all tokens of the account for every client of the project, and of nobody else', async () => {
    const ana = await connect(running, 'ana@clinic.test');
    const marc = await connect(running, 'marc@clinic.test');
    const sibling = { client_id: '1234-other.apps.googleusercontent.com' };
    const code = await signedInCode(sibling);
    const siblingTokens = (await exchange(running, code, sibling)).body;
    const revoked = await call(
      `${running.url}/oauth2/revoke?token=${encodeURIComponent(siblingTokens.refresh_token)}`,
      {
        method: 'POST',
      },
    );
    expect(revoked.status).toBe(200);
    const gone = await refresh(running, ana.refresh_token);
    expect([gone.status, gone.body]).toEqual([
      400,
      { error: 'invalid_grant', error_description: 'Token has been expired or revoked.' },
    ]);
    expect((await calendarClient(running, ana.access_token)('GET', '')).status).toBe(401);
    expect((await refresh(running, marc.refresh_token)).status).toBe(200);
  });

  it('takes an access token in the body, and knows no unknown or dead one', async () => {
    const ana = await connect(running, 'ana@clinic.test');
    const url = `${running.url}/oauth2/revoke`;
    expect((await post(url, { token: ana.access_token })).status).toBe(200);
    const again = await post(url, { token: ana.access_token });
    expect([again.status, again.body.error]).toEqual([400, 'invalid_token']);
    expect((await post(url, { token: 'unknown' })).status).toBe(400);
  });
});
