import { hash, timingSafeEqual } from 'node:crypto';
import type { SecretReader } from '../aws/secrets.ts';
import { AppError } from '../errors.ts';
import type { Middleware } from './chain.ts';

const digest = (text: string): Buffer => hash('sha256', text, 'buffer');

/** Whether `given` is one of `valid`, in a time that tells nothing of them: digests are of one length and all are compared. */
export const isOneOf = (given: string, valid: readonly string[]): boolean =>
  valid.reduce((found, value) => timingSafeEqual(digest(given), digest(value)) || found, false);

/** Milliseconds between two looks past the cache: a wrong secret may be a new one, but guesses must not cost a call each. */
const REFRESH_EVERY = 10_000;

/**
 * Asks `matches` with the values of a secret as cached, and once more with the values as they are now: somebody may have just
 * changed them.
 */
export function makeSecretCheck(secrets: SecretReader, secretId: string) {
  let refreshedAt = Number.NEGATIVE_INFINITY;
  return async (matches: (values: readonly string[]) => boolean | Promise<boolean>): Promise<boolean> => {
    if (await matches(await secrets.list(secretId))) return true;
    if (Date.now() - refreshedAt < REFRESH_EVERY) return false;
    refreshedAt = Date.now();
    return matches(await secrets.list(secretId, true));
  };
}

/** `Authorization: Bearer <admin key>`. A gateway authorizer could not answer as API.md says (FACTS 5 D). */
export function adminKey(secrets: SecretReader, secretId: string): Middleware {
  const check = makeSecretCheck(secrets, secretId);
  return {
    before: async ({ event }) => {
      const given = /^Bearer +(\S+)$/i.exec(event.headers.authorization ?? '')?.[1];
      if (!given || !(await check((keys) => isOneOf(given, keys)))) {
        throw new AppError('unauthorized', 'Send the admin key as "Authorization: Bearer <admin key>".');
      }
    },
  };
}
