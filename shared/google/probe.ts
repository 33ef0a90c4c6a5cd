import { GOOGLE_TIMEOUT, type GoogleClient } from './oauth.ts';
import { SCOPES } from './scopes.ts';

/** What Google says about the OAuth client when nobody signs in. No method rejects: what does not answer is unclear. */
export interface GoogleProbe {
  /**
   * Asks the token endpoint with a refresh token that cannot be valid: whoever is refused for the token has been taken as a client.
   * @returns Google's word for it, or for what kept it from saying one
   */
  client(client: GoogleClient): Promise<{ client: 'accepted' | 'rejected' | 'unclear'; code: string }>;
  /**
   * Asks the sign-in page to go straight on, without following it. That a mismatch shows in this way is inferred, not documented; so only
   * its explicit name, and only a redirect back to us, prove anything (ADR 16).
   */
  redirectUri(clientId: string, redirectUri: string): Promise<'leads_back' | 'mismatch' | 'unclear'>;
}

/** No token of Google's looks so. */
const IMPOSSIBLE_TOKEN = 'booking-meet-diagnostics';
const CLIENT_REFUSED = new Set(['invalid_client', 'unauthorized_client', 'deleted_client', 'disabled_client']);
const MISMATCH = 'redirect_uri_mismatch';
/** Bytes read of a page. */
const MOST_READ = 64 * 1024;

/** @param emulatorUrl a stand-in for Google; its paths are Google's */
export function makeGoogleProbe(emulatorUrl: string | undefined): GoogleProbe {
  const tokenUrl = emulatorUrl ? `${emulatorUrl}/oauth2/token` : 'https://oauth2.googleapis.com/token';
  const signInUrl = `${emulatorUrl ?? 'https://accounts.google.com'}/o/oauth2/v2/auth`;
  const ask = (url: string, init: RequestInit): Promise<Response> =>
    fetch(url, { ...init, redirect: 'manual', signal: AbortSignal.timeout(GOOGLE_TIMEOUT) });

  return {
    async client({ clientId, clientSecret }) {
      const form = {
        grant_type: 'refresh_token',
        refresh_token: IMPOSSIBLE_TOKEN,
        client_id: clientId,
        client_secret: clientSecret,
      };
      try {
        const response = await ask(tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
        if (response.ok) return { client: 'accepted', code: 'ok' };
        const code = errorCode(await start(response)) ?? `HTTP ${response.status}`;
        if (code === 'invalid_grant') return { client: 'accepted', code };
        return { client: CLIENT_REFUSED.has(code) ? 'rejected' : 'unclear', code };
      } catch (error) {
        return { client: 'unclear', code: isTimeout(error) ? 'google_timeout' : 'google_unavailable' };
      }
    },

    async redirectUri(clientId, redirectUri) {
      const query = new URLSearchParams({
        client_id: clientId,
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: SCOPES.signIn.join(' '),
        prompt: 'none',
        state: IMPOSSIBLE_TOKEN,
      });
      try {
        const response = await ask(`${signInUrl}?${query}`, {});
        const location = response.headers.get('location') ?? '';
        if (leadsTo(location, redirectUri)) return 'leads_back';
        if (namesMismatch(location)) return 'mismatch';
        return (await start(response)).includes(MISMATCH) ? 'mismatch' : 'unclear';
      } catch {
        // No answer proves nothing.
        return 'unclear';
      }
    },
  };
}

/** The beginning of a body; the rest is not waited for. */
async function start(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= MOST_READ) break;
  }
  return Buffer.concat(chunks).subarray(0, MOST_READ).toString();
}

/** OAuth's own word, as far as it is one. */
function errorCode(body: string): string | undefined {
  try {
    const { error } = JSON.parse(body) as { error?: unknown };
    return typeof error === 'string' && /^[\w.-]{1,60}$/.test(error) ? error : undefined;
  } catch {
    // Something in between answered, in its own form.
    return undefined;
  }
}

/** Whether it is that very address, whatever stands behind it. */
function leadsTo(location: string, address: string): boolean {
  const [there, wanted] = [URL.parse(location), URL.parse(address)];
  return there !== null && wanted !== null && there.origin === wanted.origin && there.pathname === wanted.pathname;
}

/** Google names its errors in the address of its error page: plainly, or inside a parameter in base64. */
function namesMismatch(location: string): boolean {
  if (location.includes(MISMATCH)) return true;
  const coded = URL.parse(location, 'https://accounts.google.com')?.searchParams.get('authError') ?? '';
  return Buffer.from(coded, 'base64').toString('latin1').includes(MISMATCH);
}

const isTimeout = (error: unknown): boolean => error instanceof Error && error.name === 'TimeoutError';
