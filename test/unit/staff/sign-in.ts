import { GoogleError, type GoogleFailureCode } from '../../../shared/google/errors.ts';
import type { Consent, ConsentOptions, GoogleClient, GoogleOAuth } from '../../../shared/google/oauth.ts';
import { SCOPES } from '../../../shared/google/scopes.ts';
import type { ConnectDeps } from '../../../shared/staff/connect.ts';
import { makeLinkSigner } from '../../../shared/staff/links.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { FakeGrantStore } from '../../fakes/grant-store.ts';
import { FakeOAuthStateStore } from '../../fakes/oauth-state-store.ts';
import { FakeStaffStore } from '../../fakes/staff-store.ts';
import { secretsOf } from './secrets.ts';

export const CLIENT: GoogleClient = { clientId: 'client-1.apps.test', clientSecret: 'hush' };
export const CONSENT: Consent = {
  sub: '1001',
  email: 'ana@gmail.test',
  scopes: ['openid', 'email', SCOPES.calendar],
  refreshToken: 'refresh-1',
};

/** Google's side of a sign-in, as a test wants it. */
export class FakeGoogle implements GoogleOAuth {
  consent: Consent | GoogleFailureCode = CONSENT;
  /** The token endpoint's own word, beside a failure. */
  refusal: string | undefined;
  readonly exchanged: Parameters<GoogleOAuth['exchange']>[0][] = [];
  readonly revoked: string[] = [];
  revokeFails = false;

  consentUrl({ state, codeChallenge, calendarList, account }: ConsentOptions): string {
    const asked = { state, codeChallenge, ...(calendarList && { list: 'yes' }), ...(account && { account }) };
    return `https://google.test/auth?${new URLSearchParams(asked)}`;
  }
  async exchange(options: Parameters<GoogleOAuth['exchange']>[0]): Promise<Consent> {
    this.exchanged.push(options);
    if (typeof this.consent === 'string') {
      throw new GoogleError(this.consent, this.refusal === undefined ? {} : { oauthError: this.refusal });
    }
    return this.consent;
  }
  async revoke(refreshToken: string): Promise<void> {
    if (this.revokeFails) throw new GoogleError('google_unavailable');
    this.revoked.push(refreshToken);
  }
  async pkce() {
    return { codeVerifier: 'verifier', codeChallenge: 'challenge' };
  }
}

/** All that connecting needs, with the parts that a test turns. */
export function makeSignIn(publicUrl = 'https://meet.test') {
  const clock = new ManualClock('2026-11-23T10:00:00Z');
  const google = new FakeGoogle();
  const announced: string[] = [];
  const turns = { client: CLIENT as GoogleClient | undefined };
  const deps = {
    staff: new FakeStaffStore(),
    grants: new FakeGrantStore(),
    states: new FakeOAuthStateStore(),
    links: makeLinkSigner(secretsOf({ key: 'key-of-this-installation-which-is-long' }), 'key', clock),
    google,
    googleClient: async () => turns.client,
    publicUrl,
    clock,
    announce: async (staffEmail: string, when: 'now' | 'later') => {
      announced.push(`${staffEmail} ${when}`);
    },
  } satisfies ConnectDeps;
  return { deps, google, clock, announced, turns };
}
