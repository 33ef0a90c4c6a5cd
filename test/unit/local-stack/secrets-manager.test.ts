import { join } from 'node:path';
import {
  CreateSecretCommand,
  DeleteSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretsCommand,
  PutSecretValueCommand,
  RestoreSecretCommand,
  SecretsManagerClient,
  UpdateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SecretStore } from '../../../infra/local/secret-store.ts';
import { startSecretsManager } from '../../../infra/local/secrets-manager.ts';
import { temporaryFolder } from './assembly.ts';

const TOKEN = '11111111-1111-1111-1111-111111111111';
const OTHER_TOKEN = '22222222-2222-2222-2222-222222222222';

let statePath: string;
let standIn: { url: string; close(): Promise<void> };
let client: SecretsManagerClient;

beforeEach(async () => {
  statePath = join(temporaryFolder(), 'secrets.json');
  await restart();
});

afterEach(() => standIn.close());

async function restart(): Promise<void> {
  await standIn?.close();
  standIn = await startSecretsManager({ statePath });
  client = new SecretsManagerClient({
    endpoint: standIn.url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 2,
  });
}

const create = (Name: string, SecretString = 'one', ClientRequestToken?: string) =>
  client.send(new CreateSecretCommand({ Name, SecretString, ClientRequestToken }));
const get = (SecretId: string, VersionStage?: string) =>
  client.send(new GetSecretValueCommand({ SecretId, VersionStage }));
const put = (SecretId: string, SecretString: string, ClientRequestToken?: string) =>
  client.send(new PutSecretValueCommand({ SecretId, SecretString, ClientRequestToken }));
const named = (name: string) => expect.objectContaining({ name });

describe('values', () => {
  it('are found by name, by ARN and by ARN without its ending', async () => {
    const { ARN = '' } = await create('app/key');

    for (const id of ['app/key', ARN, ARN.slice(0, -7)]) expect((await get(id)).SecretString).toBe('one');
    expect(ARN).toMatch(/^arn:aws:secretsmanager:eu-west-1:\d{12}:secret:app\/key-\w{6}$/);
  });

  it('keep the former one as the previous version', async () => {
    await create('key', 'one');
    await put('key', 'two');
    await client.send(new UpdateSecretCommand({ SecretId: 'key', SecretString: 'three', Description: 'changed' }));

    expect((await get('key')).SecretString).toBe('three');
    expect((await get('key', 'AWSPREVIOUS')).SecretString).toBe('two');
    const described = await client.send(new DescribeSecretCommand({ SecretId: 'key' }));
    expect(described.Description).toBe('changed');
    expect(
      Object.values(described.VersionIdsToStages ?? {})
        .flat()
        .sort(),
    ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('may be binary', async () => {
    await client.send(new CreateSecretCommand({ Name: 'key', SecretBinary: new Uint8Array([0, 255]) }));

    expect([...((await get('key')).SecretBinary ?? [])]).toEqual([0, 255]);
  });

  it('outlive a restart', async () => {
    await create('key');
    await put('key', 'two');

    await restart();

    expect((await get('key')).SecretString).toBe('two');
    expect((await get('key', 'AWSPREVIOUS')).SecretString).toBe('one');
  });
});

describe('a request repeated with its token', () => {
  it('succeeds with the same value and changes nothing', async () => {
    await create('key', 'one', TOKEN);
    await create('key', 'one', TOKEN);
    await put('key', 'two', OTHER_TOKEN);
    await put('key', 'two', OTHER_TOKEN);

    expect((await get('key', 'AWSPREVIOUS')).SecretString).toBe('one');
  });

  it('is refused with another value', async () => {
    await create('key', 'one', TOKEN);

    await expect(create('key', 'two', TOKEN)).rejects.toEqual(named('ResourceExistsException'));
    await expect(put('key', 'two', TOKEN)).rejects.toEqual(named('ResourceExistsException'));
  });
});

describe('a name', () => {
  it('can be used once', async () => {
    await create('key');

    await expect(create('key')).rejects.toEqual(named('ResourceExistsException'));
  });

  it('that is not known is an error of that name', async () => {
    await expect(get('absent')).rejects.toEqual(named('ResourceNotFoundException'));
    await expect(put('absent', 'x')).rejects.toEqual(named('ResourceNotFoundException'));
    await expect(get('absent')).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });
});

describe('a deleted secret', () => {
  const remove = (options: { RecoveryWindowInDays?: number; ForceDeleteWithoutRecovery?: boolean } = {}) =>
    client.send(new DeleteSecretCommand({ SecretId: 'key', ...options }));

  it('keeps its name, refuses use, and can be restored', async () => {
    await create('key');
    await remove({ RecoveryWindowInDays: 7 });

    await expect(get('key')).rejects.toEqual(named('InvalidRequestException'));
    await expect(put('key', 'x')).rejects.toEqual(named('InvalidRequestException'));
    await expect(create('key')).rejects.toEqual(named('InvalidRequestException'));
    expect((await client.send(new DescribeSecretCommand({ SecretId: 'key' }))).DeletedDate).toBeInstanceOf(Date);

    await client.send(new RestoreSecretCommand({ SecretId: 'key' }));

    expect((await get('key')).SecretString).toBe('one');
  });

  it('is gone at once when forced, which works for an absent one too', async () => {
    await create('key');
    await remove({ ForceDeleteWithoutRecovery: true });
    await remove({ ForceDeleteWithoutRecovery: true });

    await expect(get('key')).rejects.toEqual(named('ResourceNotFoundException'));
    await create('key', 'again');
    expect((await get('key')).SecretString).toBe('again');
  });

  it('is gone when its recovery window is over', () => {
    let now = Date.parse('2026-11-23T00:00:00Z');
    const store = new SecretStore([], undefined, () => now);
    store.create({ name: 'key', value: { text: 'x' }, token: TOKEN });
    store.delete('key', { days: 7 });

    now += 7 * 86_400_000 - 1;
    expect(store.find('key').name).toBe('key');
    now += 1;
    expect(() => store.find('key')).toThrow("can't find");
  });

  it('refuses a window that AWS would refuse', async () => {
    await create('key');

    await expect(remove({ RecoveryWindowInDays: 3 })).rejects.toEqual(named('InvalidParameterException'));
    await expect(remove({ RecoveryWindowInDays: 7, ForceDeleteWithoutRecovery: true })).rejects.toEqual(
      named('InvalidParameterException'),
    );
  });
});

it('lists by prefix, page by page, without the deleted', async () => {
  for (const name of ['staff/1', 'staff/2', 'staff/3', 'other']) await create(name);
  await client.send(new DeleteSecretCommand({ SecretId: 'staff/3' }));
  const Filters = [{ Key: 'name' as const, Values: ['staff/'] }];

  const first = await client.send(new ListSecretsCommand({ Filters, MaxResults: 1 }));
  const second = await client.send(new ListSecretsCommand({ Filters, MaxResults: 1, NextToken: first.NextToken }));

  expect([first, second].flatMap((page) => page.SecretList?.map((secret) => secret.Name))).toEqual([
    'staff/1',
    'staff/2',
  ]);
  expect(second.NextToken).toBeUndefined();
});

describe('ordered faults', () => {
  const order = (fault: object) =>
    fetch(`${standIn.url}/_control/faults`, { method: 'POST', body: JSON.stringify(fault) });

  it('strike an action so many times', async () => {
    await create('key');
    await order({ action: 'GetSecretValue', times: 1, status: 400, code: 'DecryptionFailure' });

    await expect(get('key')).rejects.toEqual(named('DecryptionFailure'));
    expect((await get('key')).SecretString).toBe('one');
  });

  it('can cut the line before or after the work was done', async () => {
    await create('key', 'one');
    await order({ action: 'PutSecretValue', cut: true, after: true });

    // The client tries again with the same token, which succeeds because the first attempt was carried out.
    const { VersionId } = await put('key', 'two');

    const value = await get('key');
    expect(value.SecretString).toBe('two');
    expect(value.VersionId).toBe(VersionId);
  });

  it('say what is wrong with an order', async () => {
    const response = await order({ action: 'GetSecretValue', tiems: 1 });

    expect(response.status).toBe(400);
    expect(await response.text()).toContain('tiems');
  });
});
