import { createHash } from 'node:crypto';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import type { StaffSecret } from '../google/calendar.ts';

export type Grant = StaffSecret['grants'][number];

/** Grants of accounts connected before are kept until their events have been moved; this many at most. */
const KEPT_GRANTS = 3;

/** The refresh tokens of one staff member, in a secret of their own. */
export interface GrantStore {
  secretName(email: string): string;
  read(email: string): Promise<StaffSecret>;
  /** Puts `grant` first; an older one of the same account goes. */
  add(email: string, grant: Grant): Promise<void>;
  delete(email: string): Promise<void>;
}

export function makeGrantStore(client: SecretsManagerClient, prefix: string): GrantStore {
  /** Neither an address nor a name in the name of a secret, which shows in logs and bills. */
  const secretName = (email: string) => prefix + createHash('sha256').update(email).digest('hex').slice(0, 32);

  const read = async (email: string): Promise<StaffSecret> => {
    try {
      const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: secretName(email) }));
      return { grants: [], ...(JSON.parse(SecretString ?? '{}') as Partial<StaffSecret>) };
    } catch (error) {
      // Not there, or deleted and only its name still kept (FACTS 5 D).
      if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return { grants: [] };
      throw error;
    }
  };

  const write = async (email: string, secret: StaffSecret): Promise<void> => {
    const SecretId = secretName(email);
    const SecretString = JSON.stringify(secret);
    const put = () => client.send(new PutSecretValueCommand({ SecretId, SecretString }));
    try {
      await client.send(new CreateSecretCommand({ Name: SecretId, SecretString }));
    } catch (error) {
      if (error instanceof ResourceExistsException) {
        await put();
      } else if (error instanceof InvalidRequestException) {
        await client.send(new RestoreSecretCommand({ SecretId }));
        await put();
      } else {
        throw error;
      }
    }
  };

  return {
    secretName,
    read,
    async add(email, grant) {
      const { grants } = await read(email);
      const others = grants.filter(({ sub }) => sub !== grant.sub);
      await write(email, { grants: [grant, ...others].slice(0, KEPT_GRANTS) });
    },
    async delete(email) {
      try {
        await client.send(new DeleteSecretCommand({ SecretId: secretName(email), RecoveryWindowInDays: 7 }));
      } catch (error) {
        if (error instanceof ResourceNotFoundException || error instanceof InvalidRequestException) return;
        throw error;
      }
    },
  };
}
