import { errors, jwtVerify, SignJWT } from 'jose';
import type { SecretReader } from '../aws/secrets.ts';
import { type Clock, DAY, type Instant, toInstant } from '../time.ts';

/** Seconds for which a connect link is good. */
const CONNECT_LINK_LIFE = 14 * DAY;
/** Seconds that a person may take at Google. */
export const STATE_LIFE = 1800;

export type LinkPurpose = 'connect' | 'oauth-state';
export type LinkProblem = 'expired' | 'forged';

/** Signed texts that stand in an address: who may connect (`connect`) and which sign-in this is (`oauth-state`). */
export interface LinkSigner {
  sign(purpose: LinkPurpose, subject: string): Promise<{ token: string; expiresAt: Instant }>;
  verify(
    purpose: LinkPurpose,
    token: string,
  ): Promise<{ subject: string; issuedAt: Instant } | { problem: LinkProblem }>;
}

export function makeLinkSigner(secrets: SecretReader, secretId: string, clock: Clock): LinkSigner {
  const keys = async () => {
    const values = await secrets.list(secretId);
    if (values.length === 0) throw new Error('the link signing key is empty');
    return values.map((value) => new TextEncoder().encode(value));
  };
  return {
    async sign(purpose, subject) {
      const life = purpose === 'connect' ? CONNECT_LINK_LIFE : STATE_LIFE;
      const expiresAt = new Date(clock.now().getTime() + life * 1000);
      const token = await new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience(purpose)
        .setSubject(subject)
        .setIssuedAt(clock.now())
        .setExpirationTime(expiresAt)
        .sign((await keys())[0] as Uint8Array);
      return { token, expiresAt: toInstant(expiresAt) };
    },
    async verify(purpose, token) {
      for (const key of await keys()) {
        try {
          const { payload } = await jwtVerify(token, key, {
            algorithms: ['HS256'],
            audience: purpose,
            currentDate: clock.now(),
          });
          if (payload.sub) return { subject: payload.sub, issuedAt: toInstant((payload.iat ?? 0) * 1000) };
        } catch (error) {
          if (error instanceof errors.JWTExpired) return { problem: 'expired' };
          if (!(error instanceof errors.JOSEError)) throw error;
        }
      }
      return { problem: 'forged' };
    },
  };
}

/** Where a staff member connects their Google account. */
export const connectUrl = (publicUrl: string, token: string): string => `${publicUrl}/connect/${token}`;
