import { PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientSettings } from '../../infra/local/aws.ts';
import { bookneticForm, type Driver, neutralData, read, type System, startSystem, tomorrow, until } from './driver.ts';

const value = (age: string, name: string) => Buffer.from(`the ${age} ${name} of this clinic`).toString('base64');
const STAFF = 'ana@rotation.test';

let system: System;
let driver: Driver;
let secrets: SecretsManagerClient;

beforeAll(async () => {
  system = await startSystem({
    ADMIN_API_KEY: value('old', 'admin-key'),
    WEBHOOK_SECRET: value('old', 'webhook-secret'),
    WEBHOOK_SIGNING_SECRET: `whsec_${value('old', 'webhook-signing-secret')}`,
  });
  driver = system.driver;
  secrets = new SecretsManagerClient(clientSettings(system.stack.secretsManagerUrl));
});

afterAll(async () => {
  await system.stack.stop();
  secrets.destroy();
});

const put = (name: string, ...values: string[]) =>
  secrets.send(new PutSecretValueCommand({ SecretId: `booking-meet/${name}`, SecretString: values.join(' ') }));

let bookings = 100;
const nextBooking = () => {
  bookings += 1;
  return { id: String(bookings), staff: STAFF, start: tomorrow(bookings % 100) };
};
/** How each of the values is used. @returns the status of the answer */
const USES: Readonly<Record<string, (given: string) => Promise<number>>> = {
  'admin-key': async (given) =>
    (await driver.admin('GET', '/keywords', undefined, { authorization: `Bearer ${given}` })).status,
  'webhook-secret': async (given) =>
    (await driver.postForm(bookneticForm(nextBooking()), { 'x-webhook-secret': given })).status,
  'webhook-signing-secret': async (given) => {
    const timestamp = new Date().toISOString();
    const body = { type: 'appointment.created', timestamp, data: neutralData(nextBooking()) };
    return (await driver.postSigned(body, { secret: given })).status;
  },
};

describe('the Google client', () => {
  const redirectUris = () => [`${driver.url}/oauth/google/callback`];
  const first = { clientId: 'booking-meet-local', clientSecret: 'another secret' };
  const second = { clientId: 'another-client', clientSecret: 'its secret' };

  it('gets another secret, and nobody need do anything', async () => {
    await driver.connect(STAFF);
    await driver.book({ id: '1', staff: STAFF });
    await driver.untilTold('1', 2);

    await driver.google('configure-clients', { clients: [{ ...first, redirectUris: redirectUris() }] });
    await read(await driver.admin('PUT', '/settings/google', first));
    await driver.google('expire-access-tokens', {});
    await driver.book({ id: '2', staff: STAFF, start: tomorrow(1) });

    await driver.untilTold('2', 2);
    expect((await driver.staff(STAFF)).connection.state).toBe('connected');
  });

  it('is replaced by another one: who had connected is told to do so again, and the bookings wait for it', async () => {
    await driver.google('configure-clients', { clients: [{ ...second, redirectUris: redirectUris() }] });
    await read(await driver.admin('PUT', '/settings/google', second));
    await driver.google('expire-access-tokens', {});
    await driver.book({ id: '3', staff: STAFF, start: tomorrow(2) });

    await driver.untilView('3', ({ meeting: { state } }) => state === 'waiting_for_staff');
    expect((await driver.staff(STAFF)).connection.state).toBe('reconnect_required');
    const told = await until(
      () => driver.mails({ to: STAFF }),
      (mails) => mails.some(({ text }) => text.includes(`${driver.url}/connect/`)),
    );
    expect(told.length).toBeGreaterThan(0);
    const { checks } = await read<{ checks: { id: string; status: string; detail: string }[] }>(
      await driver.admin('GET', '/diagnostics?check=google_client,staff_connected'),
    );
    expect(checks).toMatchObject([
      { id: 'google_client', status: 'pass' },
      { id: 'staff_connected', status: 'fail', detail: expect.stringContaining(STAFF) },
    ]);

    await driver.connect(STAFF);
    await driver.untilTold('3', 2);
  });
});

it('the key that signs links: those of before stay good beside the new one, and end with it', async () => {
  const key = (age: string) => value(age, 'link-signing-key');
  const open = async (link: string) => (await driver.fetch(link)).status;
  await put('link-signing-key', key('old'));
  await until(
    async () => open(await driver.connectLink(STAFF)),
    (status) => status === 200,
  );
  const before = await driver.connectLink(STAFF);
  await put('link-signing-key', key('new'), key('old'));
  expect(await open(before)).toBe(200);
  // Whatever any part remembers, what one of them signs now is good.
  expect(await open(await driver.connectLink(STAFF))).toBe(200);

  await put('link-signing-key', key('new'));
  await until(
    async () => {
      await open(`${before}x`);
      return open(before);
    },
    (status) => status === 404,
  );
});

it.each(Object.entries(USES))(
  '%s: both values are good while it is replaced, and then the new one alone',
  async (name, use) => {
    const [before, now] = [value('old', name), value('new', name)];
    const isTaken = async (given: string) => (await use(given)) !== 401;
    expect([await isTaken(before), await isTaken(now)]).toEqual([true, false]);

    await put(name, now, before);
    // A refused value has been looked up a moment ago; that is done once in ten seconds.
    await until(
      () => isTaken(now),
      (is) => is,
    );
    expect([await isTaken(before), await isTaken(now)]).toEqual([true, true]);

    await put(name, now);
    // What is remembered is looked at again when something is refused, or after five minutes.
    await until(
      async () => !(await isTaken(value('wrong', name))) && !(await isTaken(before)),
      (is) => is,
    );
    expect(await isTaken(now)).toBe(true);
  },
);
