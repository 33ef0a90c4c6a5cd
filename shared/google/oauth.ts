import { CodeChallengeMethod, OAuth2Client } from 'google-auth-library/build/src/auth/oauth2client.js';
import { GoogleError, tokenError } from './errors.ts';
import { SCOPES } from './scopes.ts';

/** The OAuth client of the installation, as entered in the settings. */
export interface GoogleClient {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Every Google call has a time limit of 5 seconds (DESIGN rule 12): milliseconds. */
export const GOOGLE_TIMEOUT = 5000;

/** Milliseconds before its end at which an access token is no longer used. */
const EXPIRY_MARGIN = 60_000;
/** Seconds that an access token is taken to be valid where Google does not say: without an end the library would send calls twice. */
const DEFAULT_TOKEN_LIFE = 3600;

/** What a consent gave. */
export interface Consent {
  readonly sub: string;
  readonly email: string;
  readonly scopes: readonly string[];
  /** Absent when Google gave none; nothing can be done for the staff member later without it. */
  readonly refreshToken?: string;
  /** Seconds until the refresh token ends by itself: the app is in testing, or the user set a limit. */
  readonly refreshTokenLife?: number;
}

export interface ConsentOptions {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly state: string;
  readonly codeChallenge: string;
  /** Asks for the list of calendars as well: what this consent gives takes the place of what was given before, so it asks for all of it. */
  readonly calendarList?: boolean;
  /** The account that is meant, where there is one. */
  readonly account?: string;
}

export interface GoogleOAuth {
  /** Where the browser is sent to. */
  consentUrl(options: ConsentOptions): string;
  /** @throws GoogleError `access_revoked` for a code that is not accepted, `google_client_rejected`, or a passing one */
  exchange(options: {
    client: GoogleClient;
    redirectUri: string;
    code: string;
    codeVerifier: string;
  }): Promise<Consent>;
  /** A token that is unknown already is as good as revoked. @throws GoogleError when Google does not answer */
  revoke(refreshToken: string): Promise<void>;
  pkce(): Promise<{ codeVerifier: string; codeChallenge: string }>;
}

/**
 * A client with our time limit and without the library's retries, which would repeat even a one-time code (FACTS 5 C).
 * @param emulatorUrl a stand-in for Google; its paths are Google's
 */
export function makeOAuth2Client(client: Partial<GoogleClient>, emulatorUrl: string | undefined): OAuth2Client {
  const oauth = new OAuth2Client({
    ...client,
    eagerRefreshThresholdMillis: EXPIRY_MARGIN,
    transporterOptions: { timeout: GOOGLE_TIMEOUT, fetchImplementation: fetch },
    ...(emulatorUrl && {
      endpoints: {
        oauth2AuthBaseUrl: `${emulatorUrl}/o/oauth2/v2/auth`,
        oauth2TokenUrl: `${emulatorUrl}/oauth2/token`,
        oauth2RevokeUrl: `${emulatorUrl}/oauth2/revoke`,
      },
    }),
  });
  oauth.transporter.interceptors.request.add({
    resolved: async (config) => ({ ...config, retry: false, retryConfig: { retry: 0, noResponseRetries: 0 } }),
  });
  return oauth;
}

/** Gets an access token where the client has none that is valid for a while. @throws GoogleError */
export async function ensureAccessToken(oauth: OAuth2Client): Promise<void> {
  const { access_token, expiry_date } = oauth.credentials;
  if (access_token && expiry_date && expiry_date > Date.now() + EXPIRY_MARGIN) return;
  await renewAccessToken(oauth);
}

/** Gets another access token, whatever the client has. @throws GoogleError */
export async function renewAccessToken(oauth: OAuth2Client): Promise<void> {
  try {
    await oauth.refreshAccessToken();
  } catch (error) {
    throw tokenError(error);
  }
  oauth.credentials.expiry_date ??= Date.now() + DEFAULT_TOKEN_LIFE * 1000;
}

export function makeGoogleOAuth(emulatorUrl: string | undefined): GoogleOAuth {
  return {
    consentUrl: ({ clientId, redirectUri, state, codeChallenge, calendarList, account }) =>
      makeOAuth2Client({ clientId }, emulatorUrl).generateAuthUrl({
        redirect_uri: redirectUri,
        scope: [...SCOPES.signIn, SCOPES.calendar, ...(calendarList ? [SCOPES.calendarList] : [])],
        ...(account && { login_hint: account }),
        // A refresh token is only sure to come with both (FACTS 5 B).
        access_type: 'offline',
        prompt: 'consent',
        state,
        code_challenge: codeChallenge,
        code_challenge_method: CodeChallengeMethod.S256,
      }),

    async exchange({ client, redirectUri, code, codeVerifier }) {
      const oauth = makeOAuth2Client(client, emulatorUrl);
      const { tokens } = await oauth.getToken({ code, codeVerifier, redirect_uri: redirectUri }).catch((error) => {
        throw tokenError(error);
      });
      const { sub, email } = readIdToken(tokens.id_token ?? '', client.clientId);
      const life = (tokens as { refresh_token_expires_in?: number }).refresh_token_expires_in;
      return {
        sub,
        email,
        scopes: (tokens.scope ?? '').split(' ').filter(Boolean),
        ...(tokens.refresh_token && { refreshToken: tokens.refresh_token }),
        ...(life && { refreshTokenLife: life }),
      };
    },

    async revoke(refreshToken) {
      try {
        await makeOAuth2Client({}, emulatorUrl).revokeToken(refreshToken);
      } catch (error) {
        const failure = tokenError(error);
        if (failure.remedy === 'retry') throw failure;
      }
    },

    async pkce() {
      const { codeVerifier, codeChallenge } = await new OAuth2Client().generateCodeVerifierAsync();
      return { codeVerifier, codeChallenge: codeChallenge ?? '' };
    },
  };
}

/**
 * The token came from the token endpoint itself over TLS, so its signature need not be checked (OpenID Connect Core 3.1.3.7); its
 * audience must be our client.
 * @throws GoogleError `google_client_rejected` for another audience, `access_revoked` for what is no token
 */
function readIdToken(idToken: string, clientId: string): { sub: string; email: string } {
  let claims: { aud?: unknown; sub?: unknown; email?: unknown };
  try {
    claims = JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString());
  } catch {
    throw new GoogleError('access_revoked');
  }
  const audiences = [claims.aud].flat();
  if (!audiences.includes(clientId)) throw new GoogleError('google_client_rejected');
  if (typeof claims.sub !== 'string' || !claims.sub) throw new GoogleError('access_revoked');
  return { sub: claims.sub, email: typeof claims.email === 'string' ? claims.email.toLowerCase() : claims.sub };
}
