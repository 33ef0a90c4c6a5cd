import {
  CreateSecretCommand,
  DeleteSecretCommand,
  GetSecretValueCommand,
  InvalidRequestException,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RestoreSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeGrantStore } from '../../../shared/staff/grants.ts';
import { ANA, BEA } from '../../builders/bookings.ts';

const aws = mockClient(SecretsManagerClient);
const store = makeGrantStore(new SecretsManagerClient({ region: 'eu-west-1' }), 'booking-meet/staff/');
const failure = { $metadata: {}, message: 'x' };

/** Secrets Manager as far as it goes here: a deleted secret keeps its name. */
function secretsManager(initial?: object) {
  const state = { value: initial && JSON.stringify(initial), deleted: false };
  aws.on(GetSecretValueCommand).callsFake(() => {
    if (state.value === undefined) throw new ResourceNotFoundException(failure);
    if (state.deleted) throw new InvalidRequestException(failure);
    return { SecretString: state.value };
  });
  aws.on(CreateSecretCommand).callsFake(({ SecretString }) => {
    if (state.deleted) throw new InvalidRequestException(failure);
    if (state.value !== undefined) throw new ResourceExistsException(failure);
    state.value = SecretString;
    return {};
  });
  aws.on(PutSecretValueCommand).callsFake(({ SecretString }) => {
    if (state.deleted) throw new InvalidRequestException(failure);
    if (state.value === undefined) throw new ResourceNotFoundException(failure);
    state.value = SecretString;
    return {};
  });
  aws.on(RestoreSecretCommand).callsFake(() => {
    state.deleted = false;
    return {};
  });
  aws.on(DeleteSecretCommand).callsFake(() => {
    if (state.value === undefined) throw new ResourceNotFoundException(failure);
    if (state.deleted) throw new InvalidRequestException(failure);
    state.deleted = true;
    return {};
  });
  return state;
}

const grant = (number: number) => ({
  grantId: `grant-${number}`,
  sub: `sub-${number}`,
  refreshToken: `token-${number}`,
});

beforeEach(() => aws.reset());

describe('the secret of a staff member', () => {
  it('has a name of its own that names nobody', () => {
    expect(store.secretName(ANA)).toMatch(/^booking-meet\/staff\/[0-9a-f]{32}$/);
    expect(store.secretName(ANA)).not.toBe(store.secretName(BEA));
    expect(store.secretName(ANA)).toBe(store.secretName(ANA));
  });

  it('is empty before there is one', async () => {
    secretsManager();
    expect(await store.read(ANA)).toEqual({ grants: [] });
  });

  it('is made with the first grant', async () => {
    secretsManager();
    await store.add(ANA, grant(1));
    expect(await store.read(ANA)).toEqual({ grants: [grant(1)] });
  });

  it('has the newest grant first, one for each account, and not without end', async () => {
    secretsManager({ grants: [grant(1)] });
    await store.add(ANA, grant(2));
    await store.add(ANA, { ...grant(1), grantId: 'grant-1b' });
    expect((await store.read(ANA)).grants.map(({ grantId }) => grantId)).toEqual(['grant-1b', 'grant-2']);
    await store.add(ANA, grant(3));
    await store.add(ANA, grant(4));
    expect((await store.read(ANA)).grants.map(({ grantId }) => grantId)).toEqual(['grant-4', 'grant-3', 'grant-1b']);
  });

  it('can be written again after it was deleted, without what was in it', async () => {
    secretsManager({ grants: [grant(1)] });
    await store.delete(ANA);
    expect(await store.read(ANA)).toEqual({ grants: [] });
    await store.add(ANA, grant(2));
    expect(await store.read(ANA)).toEqual({ grants: [grant(2)] });
    expect(aws.commandCalls(RestoreSecretCommand)).toHaveLength(1);
  });

  it('that is gone already is deleted', async () => {
    secretsManager();
    await store.delete(ANA);
    secretsManager({ grants: [] });
    await store.delete(ANA);
    await store.delete(ANA);
    expect(aws.commandCalls(DeleteSecretCommand).map(({ args }) => args[0].input.RecoveryWindowInDays)).toEqual([
      7, 7, 7,
    ]);
  });

  it('that cannot be read is no empty one', async () => {
    aws.on(GetSecretValueCommand).rejects(new Error('ThrottlingException'));
    await expect(store.read(ANA)).rejects.toThrow('ThrottlingException');
    await expect(store.add(ANA, grant(1))).rejects.toThrow('ThrottlingException');
    expect(aws.commandCalls(CreateSecretCommand)).toHaveLength(0);
  });
});
