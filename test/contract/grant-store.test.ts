import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientSettings } from '../../infra/local/aws.ts';
import { startSecretsManager } from '../../infra/local/secrets-manager.ts';
import { type Grant, type GrantStore, makeGrantStore } from '../../shared/staff/grants.ts';
import { ANA, BEA } from '../builders/bookings.ts';
import { FakeGrantStore } from '../fakes/grant-store.ts';

const grant = (sub: string, number = 1): Grant => ({
  grantId: `${sub}-${number}`,
  sub,
  refreshToken: `token-${sub}-${number}`,
});

let standIn: Awaited<ReturnType<typeof startSecretsManager>>;
let client: SecretsManagerClient;
let count = 0;
beforeAll(async () => {
  standIn = await startSecretsManager({});
  client = new SecretsManagerClient(clientSettings(standIn.url));
});
afterAll(async () => {
  client.destroy();
  await standIn.close();
});

const onSecretsManager = (): GrantStore => {
  count += 1;
  return makeGrantStore(client, `booking-meet/${count}/staff/`);
};

describe.each([
  ['in memory', () => new FakeGrantStore()],
  ['Secrets Manager', onSecretsManager],
])('%s: the grant store', (_name, make) => {
  it('has nothing of somebody who never connected', async () => {
    expect(await make().read(ANA)).toEqual({ grants: [] });
  });

  it('keeps a secret of their own for each staff member', async () => {
    const store = make();
    await store.add(ANA, grant('a'));
    await store.add(BEA, grant('b'));
    expect(await store.read(ANA)).toEqual({ grants: [grant('a')] });
    expect(await store.read(BEA)).toEqual({ grants: [grant('b')] });
    expect(store.secretName(ANA)).not.toBe(store.secretName(BEA));
  });

  it('puts the newest first, and replaces an older one of the same account', async () => {
    const store = make();
    await store.add(ANA, grant('a'));
    await store.add(ANA, grant('b'));
    await store.add(ANA, grant('a', 2));
    expect(await store.read(ANA)).toEqual({ grants: [grant('a', 2), grant('b')] });
  });

  it('keeps three accounts', async () => {
    const store = make();
    for (const sub of ['a', 'b', 'c', 'd']) await store.add(ANA, grant(sub));
    expect((await store.read(ANA)).grants.map(({ sub }) => sub)).toEqual(['d', 'c', 'b']);
  });

  it('has nothing left after deleting, which may be done twice', async () => {
    const store = make();
    await store.add(ANA, grant('a'));
    await store.delete(ANA);
    await store.delete(ANA);
    await store.delete(BEA);
    expect(await store.read(ANA)).toEqual({ grants: [] });
  });

  it('takes up a name again that was deleted, with nothing of what was there', async () => {
    const store = make();
    await store.add(ANA, grant('a'));
    await store.delete(ANA);
    await store.add(ANA, grant('b'));
    expect(await store.read(ANA)).toEqual({ grants: [grant('b')] });
  });
});

describe('Secrets Manager: the name of a secret', () => {
  it('tells neither name nor address', () => {
    expect(onSecretsManager().secretName(ANA)).not.toMatch(/ana|clinic/i);
  });
});
