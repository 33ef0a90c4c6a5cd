import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../shared/diagnostics/check.ts';
import { bookneticForm, type Driver, read, type System, startSystem, tomorrow, until } from './driver.ts';

/** Milliseconds in which everything is answered, whatever hangs. */
const PROMISED = 10_000;
const CLIENT = { clientId: 'clinic.apps.test', clientSecret: 'the-right-secret' };

let system: System;
let driver: Driver;

beforeAll(async () => {
  system = await startSystem();
  driver = system.driver;
});

afterAll(async () => {
  await system.stack.stop();
});

const diagnostics = async (query = '', headers: Readonly<Record<string, string>> = {}) =>
  read<{ ok: boolean; checks: Check[] }>(await driver.admin('GET', `/diagnostics${query}`, undefined, headers));
const check = async (id: string): Promise<Check> => {
  const [only] = (await diagnostics(`?check=${id}`)).checks;
  if (!only) throw new Error(`There is no check ${id}.`);
  return only;
};
const redirectUri = () => `${driver.url}/oauth/google/callback`;
/** Google's console: the one client that there is. */
const register = (client: object = {}) =>
  driver.google('configure-clients', {
    clients: [{ ...CLIENT, redirectUris: [redirectUri()], ...client }],
  });
const enter = async (client = CLIENT) => void (await read(await driver.admin('PUT', '/settings/google', client)));

// One Google, one client: one after the other.
describe('the five troubles of the page are named, with their remedy, until they are put right', () => {
  it('client id and secret entered wrong', async () => {
    await register();
    await enter({ ...CLIENT, clientSecret: 'a-wrong-secret' });
    expect(await check('google_client')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/invalid_client/),
      fix: expect.stringMatching(/Copy client id and client secret again/),
    });
    expect((await diagnostics()).ok).toBe(false);
    await enter();
    expect((await check('google_client')).status).toBe('pass');
  });

  it('the redirect URI missing in the OAuth client', async () => {
    await register({ redirectUris: ['https://elsewhere.test/callback'] });
    expect(await check('redirect_uri')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/redirect_uri_mismatch/),
      fix: expect.stringContaining(redirectUri()),
    });
    await register();
    expect((await check('redirect_uri')).status).toBe('pass');
  });

  it('the app not published', async () => {
    const staff = 'testing@diagnostics.test';
    await driver.google('behave', { refreshTokenExpiresIn: 604_799 });
    await driver.connect(staff);
    expect(await check('app_published')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/"Testing".*testing@diagnostics\.test: will end on \d{4}-/),
      fix: expect.stringMatching(/publish the app.*connect anew/),
    });
    await driver.google('behave', { refreshTokenExpiresIn: null });
    // Publishing alone heals no access that was given before.
    expect((await check('app_published')).status).toBe('fail');
    await driver.connect(staff);
    expect((await check('app_published')).status).toBe('pass');
  });

  it('the Google Calendar API not enabled', async () => {
    const off = { operation: 'any', count: 'always', reason: 'accessNotConfigured', skip: 0 };
    const faults = await Promise.all(
      ['list', 'insert', 'get'].map((operation) => driver.google<{ id: string }>('order-fault', { ...off, operation })),
    );
    expect(await check('calendar_api')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/accessNotConfigured/),
      fix: expect.stringMatching(/Google Calendar API, Enable/),
    });
    await driver.book({ id: '10', staff: 'testing@diagnostics.test' });
    await driver.untilView('10', ({ meeting }) => meeting.state === 'failed');
    expect(await check('failed_bookings')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/booknetic:10 \(calendar_api_disabled\)/),
    });
    for (const { id } of faults) await driver.google('clear-faults', { id });
    expect(await check('calendar_api')).toMatchObject({ status: 'warn', fix: expect.stringMatching(/look again/) });
    await driver.resync('10');
    await driver.untilTold('10', 2);
    for (const id of ['calendar_api', 'failed_bookings', 'meet_links', 'first_booking']) {
      expect(await check(id)).toMatchObject({ id, status: 'pass' });
    }
  });

  it('staff who have not connected, or did not tick the box', async () => {
    const staff = 'missing@diagnostics.test';
    await driver.book({ id: '20', staff });
    await driver.untilView('20', ({ meeting }) => meeting.state === 'waiting_for_staff');
    expect(await check('staff_connected')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/missing@diagnostics\.test has not connected .*1 booking to come/),
      fix: expect.stringMatching(/connect link/),
    });
    await driver.signIn(staff, { granted: [] });
    expect((await check('staff_connected')).detail).toMatch(/did not tick the calendar box/);
    await driver.connect(staff);
    expect((await check('staff_connected')).status).toBe('pass');
  });
});

describe('more troubles', () => {
  const form = (fields: Readonly<Record<string, string>>) =>
    bookneticForm({ id: '30', staff: 'testing@diagnostics.test', start: tomorrow(3), fields });

  it('webhooks that are refused, why, and that they arrive again', async () => {
    const refused = async (fields: Readonly<Record<string, string>>, headers = {}) => {
      expect((await driver.postForm(form(fields), headers)).ok).toBe(false);
      return check('webhooks');
    };
    const noLink = { add_to_google_calendar_link: '' };
    const takenIn = async () => void (await read(await driver.postForm(form({}))));

    expect(await refused({ service_name: '{service_name}' })).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/not filled in: \{service_name\}/),
      fix: expect.stringMatching(/test button/),
    });
    await takenIn();
    expect((await check('webhooks')).status).toBe('pass');
    expect(await refused({ ...noLink, appointment_date: 'le 3 mai' })).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/cannot be read: appointment_date/),
      fix: expect.stringMatching(/dateFormat/),
    });
    await takenIn();
    expect(await refused({}, { 'x-webhook-secret': 'wrong' })).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/wrong secret/),
      fix: expect.stringMatching(/X-Webhook-Secret/),
    });
    await takenIn();
    const { status, detail } = await check('webhooks');
    expect(status).toBe('pass');
    expect(detail).toMatch(/last webhook was taken in on \d{4}-.*Refused before that/);
  });

  it('settings that read the platform’s times otherwise than a real booking says', async () => {
    const start = tomorrow(5);
    const inMadrid = new Intl.DateTimeFormat('en-GB', {
      dateStyle: 'short',
      timeStyle: 'short',
      timeZone: 'Europe/Madrid',
    })
      .format(start)
      .replace(',', '');
    const fields = { appointment_start_date_time: inMadrid };
    await driver.book({ id: '40', staff: 'testing@diagnostics.test', start, fields });
    const found = await until(
      () => check('clock_and_format'),
      ({ status }) => status !== 'unknown',
    );
    expect(found).toMatchObject({
      status: 'fail',
      detail: expect.stringContaining(inMadrid),
      fix: expect.stringMatching(/timeZone Europe\/Madrid, dateFormat d\/m\/Y, timeFormat H:i/),
    });
    await driver.settings({ timeZone: 'Europe/Madrid', dateFormat: 'd/m/Y' });
    expect((await check('clock_and_format')).status).toBe('pass');
  });

  it('nothing else, once all is put right; in Spanish too', async () => {
    await driver.settings({ adminEmail: 'admin@diagnostics.test' });
    await driver.untilTold('20', 2);
    await driver.untilTold('40', 2);
    const { ok, checks } = await diagnostics('', { 'accept-language': 'es' });
    expect(checks.filter(({ status }) => status !== 'pass')).toEqual([]);
    expect(ok).toBe(true);
    expect(checks.find(({ id }) => id === 'dead_letters')?.detail).toBe('Las colas de lo abandonado están vacías.');
    expect(checks.find(({ id }) => id === 'mail_sender')?.detail).toMatch(/está verificado/);
  });

  it('a Google that hangs: what it alone knows is unknown, and the answer comes in time', async () => {
    await driver.google('order-fault', { operation: 'any', count: 'always', delayMs: 60_000 });
    const started = Date.now();
    const { checks } = await diagnostics();
    expect(Date.now() - started).toBeLessThan(PROMISED);
    const statusOf = Object.fromEntries(checks.map(({ id, status }) => [id, status]));
    expect(statusOf).toMatchObject({ google_client: 'unknown', calendar_api: 'unknown', webhooks: 'pass' });
    await driver.google('clear-faults', {});
  });
});
