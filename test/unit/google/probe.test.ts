import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeGoogleProbe } from '../../../shared/google/probe.ts';
import { type Asked, say, startTokenServer, type TokenServer } from './token-server.ts';

const OURS = 'https://meet.test/oauth/google/callback';
const CLIENT = { clientId: 'client-1', clientSecret: 'hush' };

let server: TokenServer;
beforeAll(async () => {
  server = await startTokenServer();
});
afterAll(() => server.close());

describe('the client', () => {
  it('is asked about with a token that cannot be valid', async () => {
    server.answer = say(400, { error: 'invalid_grant' });
    expect(await makeGoogleProbe(server.url).client(CLIENT)).toEqual({ client: 'accepted', code: 'invalid_grant' });
    const { path, form } = server.asked.at(-1) as Asked;
    expect(path).toBe('/oauth2/token');
    expect(Object.fromEntries(form)).toEqual({
      grant_type: 'refresh_token',
      refresh_token: expect.stringMatching(/./),
      client_id: 'client-1',
      client_secret: 'hush',
    });
  });

  it.each([
    [401, { error: 'invalid_client' }, { client: 'rejected', code: 'invalid_client' }],
    [401, { error: 'deleted_client' }, { client: 'rejected', code: 'deleted_client' }],
    [200, { access_token: 'x' }, { client: 'accepted', code: 'ok' }],
    [400, { error: 'invalid_request' }, { client: 'unclear', code: 'invalid_request' }],
    [503, {}, { client: 'unclear', code: 'HTTP 503' }],
    [400, { error: '<script>'.repeat(100) }, { client: 'unclear', code: 'HTTP 400' }],
  ] as const)('answered with %i %j is %j', async (status, body, answer) => {
    server.answer = say(status, body);
    expect(await makeGoogleProbe(server.url).client(CLIENT)).toEqual(answer);
  });

  it('is unclear where nobody answers', async () => {
    expect(await makeGoogleProbe('http://127.0.0.1:9').client(CLIENT)).toEqual({
      client: 'unclear',
      code: 'google_unavailable',
    });
  });
});

describe('the redirect URI', () => {
  const page =
    (body: string, status = 400) =>
    (_asked: Asked, response: ServerResponse) =>
      void response.writeHead(status, { 'content-type': 'text/html' }).end(body);
  const redirect = (location: string) => (_asked: Asked, response: ServerResponse) =>
    void response.writeHead(302, { location }).end();
  const error = (code: string) => Buffer.from(`\n\u0015${code}\u0012 see the console`).toString('base64url');

  it('is asked about without anybody signing in', async () => {
    server.answer = page('');
    await makeGoogleProbe(server.url).redirectUri('client-1', OURS);
    const { path, query } = server.asked.at(-1) as Asked;
    expect(path).toBe('/o/oauth2/v2/auth');
    expect(Object.fromEntries(query)).toMatchObject({
      client_id: 'client-1',
      redirect_uri: OURS,
      response_type: 'code',
      prompt: 'none',
    });
  });

  it.each([
    ['a redirect back to it', redirect(`${OURS}?error=login_required`), 'leads_back'],
    ['a redirect to another address', redirect(`https://other.test/oauth/google/callback?to=${OURS}`), 'unclear'],
    ['a page that names the mismatch', page('<p>Error 400: redirect_uri_mismatch</p>'), 'mismatch'],
    [
      'an error page’s address that names it',
      redirect('https://accounts.google.com/e?error=redirect_uri_mismatch'),
      'mismatch',
    ],
    [
      'the same in base64',
      redirect(`https://accounts.google.com/e?authError=${error('redirect_uri_mismatch')}`),
      'mismatch',
    ],
    [
      'another error in base64',
      redirect(`https://accounts.google.com/e?authError=${error('invalid_client')}`),
      'unclear',
    ],
    ['the sign-in page', page('<h1>Sign in</h1>', 200), 'unclear'],
    ['the name behind 64 KiB', page(`${'x'.repeat(64 * 1024)}redirect_uri_mismatch`), 'unclear'],
  ] as const)('with %s is %3$s', async (_what, answer, expected) => {
    server.answer = answer;
    expect(await makeGoogleProbe(server.url).redirectUri('client-1', OURS)).toBe(expected);
  });

  it('waits for no page that never ends', async () => {
    server.answer = (_asked, response) => void response.writeHead(200).write('x'.repeat(100 * 1024));
    expect(await makeGoogleProbe(server.url).redirectUri('client-1', OURS)).toBe('unclear');
  });

  it('is unclear where nobody answers', async () => {
    expect(await makeGoogleProbe('http://127.0.0.1:9').redirectUri('client-1', OURS)).toBe('unclear');
  });
});
