import { PutSecretValueCommand, type SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SecretReader } from '../aws/secrets.ts';
import type { GoogleClient } from './oauth.ts';

/** The OAuth client as entered in the settings. @param fresh past the cache @returns undefined before it was entered */
export type GoogleClientReader = (fresh?: boolean) => Promise<GoogleClient | undefined>;

export function makeGoogleClientReader(secrets: SecretReader, secretId: string): GoogleClientReader {
  const read = async (fresh: boolean): Promise<GoogleClient | undefined> => {
    const { clientId, clientSecret } = JSON.parse(
      (await secrets.text(secretId, fresh)) ?? '{}',
    ) as Partial<GoogleClient>;
    return clientId && clientSecret ? { clientId, clientSecret } : undefined;
  };
  // What was missing a moment ago may have just been entered.
  return async (fresh = false) => (await read(fresh)) ?? (fresh ? undefined : read(true));
}

export const storeGoogleClient = async (
  client: SecretsManagerClient,
  secretId: string,
  google: GoogleClient,
): Promise<void> => {
  await client.send(new PutSecretValueCommand({ SecretId: secretId, SecretString: JSON.stringify(google) }));
};
