import { errors, jwtVerify, SignJWT } from 'jose';
import type { SecretReader } from '../aws/secrets.ts';
import { makeSecretCheck } from '../http/credentials.ts';
import { type Clock, DAY, type Instant, toInstant } from '../time.ts';

/** Seconds for which a connect link is good. */
const CONNECT_LINK_LIFE = 14 * DAY;
/** Seconds that a person may take at Google. */
export const STATE_LIFE = 1800;

export type LinkPurpose = 'connect' | 'oauth-state';
export type LinkProblem = 'expired' | 'forged';
type Verified = { readonly subject: string; readonly issuedAt: Instant } | { readonly problem: LinkProblem };

/** Signed texts that stand in an address: who may connect (`connect`) and which sign-in this is (`oauth-state`). */
export interface LinkSigner {
  sign(purpose: LinkPurpose, subject: string): Promise<{ token: string; expiresAt: Instant }>;
  verify(purpose: LinkPurpose, token: string): Promise<Verified>;
}

/** Signs with the first value of the secret, and knows what any of its values has signed. */
export function makeLinkSigner(secrets: SecretReader, secretId: string, clock: Clock): LinkSigner {
  const check = makeSecretCheck(secrets, secretId);
  return {
    async sign(purpose, subject) {
      const [key] = await secrets.list(secretId);
      if (key === undefined) throw new Error('the link signing key is empty');
      const life = purpose === 'connect' ? CONNECT_LINK_LIFE : STATE_LIFE;
      const expiresAt = new Date(clock.now().getTime() + life * 1000);
      const token = await new SignJWT()
        .setProtectedHeader({ alg: 'HS256' })
        .setAudience(purpose)
        .setSubject(subject)
        .setIssuedAt(clock.now())
        .setExpirationTime(expiresAt)
        .sign(bytes(key));
      return { token, expiresAt: toInstant(expiresAt) };
    },
    async verify(purpose, token) {
      let verified: Verified = { problem: 'forged' };
      await check(async (keys) => {
        for (const key of keys) {
          verified = await verifyWith(key, purpose, token, clock);
          if (!('problem' in verified) || verified.problem === 'expired') return true;
        }
        return false;
      });
      return verified;
    },
  };
}

const bytes = (key: string): Uint8Array => new TextEncoder().encode(key);

async function verifyWith(key: string, audience: LinkPurpose, token: string, clock: Clock): Promise<Verified> {
  try {
    const { payload } = await jwtVerify(token, bytes(key), {
      algorithms: ['HS256'],
      audience,
      currentDate: clock.now(),
    });
    if (payload.sub) return { subject: payload.sub, issuedAt: toInstant((payload.iat ?? 0) * 1000) };
  } catch (error) {
    if (error instanceof errors.JWTExpired) return { problem: 'expired' };
    if (!(error instanceof errors.JOSEError)) throw error;
  }
  return { problem: 'forged' };
}

/** Where a staff member connects their Google account. */
export const connectUrl = (publicUrl: string, token: string): string => `${publicUrl}/connect/${token}`;
