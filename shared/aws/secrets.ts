import { SecretsProvider } from '@aws-lambda-powertools/parameters/secrets';
import {
  InvalidRequestException,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';

/** Reads secrets, kept in memory for a while. */
export interface SecretReader {
  /** @param fresh past the cache @returns undefined when there is no such secret */
  text(secretId: string, fresh?: boolean): Promise<string | undefined>;
  /** The values of a secret that may hold several, separated by white space, so that one can be replaced without downtime. */
  list(secretId: string, fresh?: boolean): Promise<string[]>;
}

/** Seconds for which a value is served from memory. */
const CACHE_SECONDS = 300;

export function makeSecretReader(client: SecretsManagerClient): SecretReader {
  const provider = new SecretsProvider({ awsSdkV3Client: client });
  const text = async (secretId: string, fresh = false): Promise<string | undefined> => {
    try {
      const value = await provider.get(secretId, { maxAge: CACHE_SECONDS, forceFetch: fresh });
      return typeof value === 'string' ? value : undefined;
    } catch (error) {
      const cause = error instanceof Error ? error.cause : undefined;
      // Not there, or deleted and only its name still kept (FACTS 5 D).
      if (cause instanceof ResourceNotFoundException || cause instanceof InvalidRequestException) return undefined;
      throw error;
    }
  };
  return {
    text,
    list: async (secretId, fresh) => (await text(secretId, fresh))?.split(/\s+/).filter(Boolean) ?? [],
  };
}
