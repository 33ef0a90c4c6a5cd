import { beforeEach, describe, expect, it } from 'vitest';
import { type DiagnosticsDeps, makeHandler } from '../../functions/diagnostics/handler.ts';
import { takeIn } from '../../shared/appointments/intake.ts';
import type { Check } from '../../shared/diagnostics/check.ts';
import { GoogleError, type GoogleFailureCode } from '../../shared/google/errors.ts';
import { newStaff } from '../../shared/staff/staff.ts';
import { ANA, aBooking, BEA } from '../builders/bookings.ts';
import { SOUND } from '../builders/diagnostics.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { World } from '../fakes/world.ts';
import { secretsOf } from '../unit/staff/secrets.ts';
import { ADMIN_KEY, asAdmin, keptLogs, send } from './events.ts';

const IDS = [
  'integration_enabled',
  'basic_settings',
  'google_client',
  'redirect_uri',
  'app_published',
  'calendar_api',
  'staff_connected',
  'meet_links',
  'webhooks',
  'clock_and_format',
  'first_booking',
  'mail_sender',
  'undeliverable_addresses',
  'failed_bookings',
  'overdue',
  'dead_letters',
];
const CLIENT = { clientId: 'client-1.apps.test', clientSecret: 'hush' };
const never = <T>(): Promise<T> => new Promise(() => {});

const { logger, lines } = keptLogs();
let world: World;
let evidence: FakeEvidenceStore;
let reached: string[];
let apiSays: (email: string) => GoogleFailureCode | undefined;
let deps: DiagnosticsDeps;

beforeEach(async () => {
  lines.length = 0;
  reached = [];
  apiSays = () => undefined;
  world = new World({});
  evidence = new FakeEvidenceStore();
  const { appointments, meetings, staff, settings, undeliverable, clock } = world;
  deps = {
    appointments,
    meetings,
    staff,
    settings,
    undeliverable,
    clock,
    evidence,
    googleClient: async () => CLIENT,
    calendar: {
      reach: async ({ sub }) => {
        reached.push(sub);
        const code = apiSays(sub.replace('sub-of-', ''));
        if (code) throw new GoogleError(code);
      },
    },
    ...SOUND,
    publicUrl: 'https://meet.test',
    secrets: secretsOf({ key: ADMIN_KEY }),
    adminKeySecretId: 'key',
    limitMilliseconds: 50,
    logger,
  };
});

const ask = (query: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  send(makeHandler(deps), 'GET /diagnostics', { headers: { ...asAdmin, ...headers }, query });
const check = async (id: string): Promise<Check> => {
  const { status, json } = await ask({ check: id });
  expect(status).toBe(200);
  expect(json.checks).toHaveLength(1);
  return json.checks[0];
};

describe('GET /diagnostics', () => {
  it('needs the admin key', async () => {
    expect((await send(makeHandler(deps), 'GET /diagnostics', {})).status).toBe(401);
  });

  it('has every check, each with its evidence, and all is well where it is', async () => {
    await world.connect(ANA);
    await world.set({ adminEmail: 'admin@clinic.test', timeZone: 'Europe/Madrid' });
    await evidence.note('webhooks', 'appointments taken_in', world.clock.instant, {}, 1);
    await world.book('1');
    await world.pass(120);
    const { status, json, headers } = await ask();
    expect(status).toBe(200);
    expect(json.checks.map(({ id }: Check) => id)).toEqual(IDS);
    expect(json.checks.filter(({ status: found }: Check) => found !== 'pass')).toEqual([]);
    expect(json.ok).toBe(true);
    for (const { title, detail, fix } of json.checks)
      expect([title, detail, fix]).toEqual([/./, /./, ''].map(matching));
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-language']).toBe('en');
  });

  it('knows of a new installation what is missing, and what cannot be known yet', async () => {
    deps = { ...deps, googleClient: async () => undefined };
    const { json } = await ask();
    expect(Object.fromEntries(json.checks.map(({ id, status }: Check) => [id, status]))).toEqual({
      integration_enabled: 'pass',
      basic_settings: 'warn',
      google_client: 'fail',
      redirect_uri: 'unknown',
      app_published: 'unknown',
      calendar_api: 'unknown',
      staff_connected: 'unknown',
      meet_links: 'unknown',
      webhooks: 'unknown',
      clock_and_format: 'unknown',
      first_booking: 'unknown',
      mail_sender: 'pass',
      undeliverable_addresses: 'pass',
      failed_bookings: 'pass',
      overdue: 'pass',
      dead_letters: 'pass',
    });
    for (const { fix, status } of json.checks) expect(fix === '').toBe(status === 'pass');
    expect(json.checks.find(({ id }: Check) => id === 'redirect_uri').fix).toContain(
      'https://meet.test/oauth/google/callback',
    );
    expect(json.checks.find(({ id }: Check) => id === 'webhooks').fix).toContain(
      'https://meet.test/webhooks/booknetic',
    );
  });

  it('answers in Spanish when asked to', async () => {
    const { json: spanish, headers } = await ask({}, { 'accept-language': 'es-ES,es;q=0.9,en;q=0.8' });
    const { json: english } = await ask();
    expect(headers['content-language']).toBe('es');
    for (const [index, { id, title, detail, fix }] of spanish.checks.entries()) {
      const other = english.checks[index];
      expect(other.id).toBe(id);
      expect(title).not.toBe(other.title);
      expect(detail).not.toBe(other.detail);
      if (fix) expect(fix).not.toBe(other.fix);
    }
  });

  it('asks for some only, and names those that there are when there is no such', async () => {
    const { json } = await ask({ check: 'overdue, google_client,overdue' });
    expect(json.checks.map(({ id }: Check) => id)).toEqual(['google_client', 'overdue']);
    expect((await ask({ check: '' })).json.checks).toHaveLength(IDS.length);
    const unknown = await ask({ check: 'google_client,nothing' });
    expect(unknown.status).toBe(422);
    expect(unknown.json.errors).toEqual([{ path: 'check', message: expect.stringContaining('clock_and_format') }]);
  });

  it('is unknown, and no error, where nothing answers or everything fails', async () => {
    const failing = () => Promise.reject(Object.assign(new Error('luis@mail.test'), { name: 'AccessDenied' }));
    const broken = <T extends object>(real: T, answer: () => Promise<never>): T =>
      new Proxy(real, { get: () => answer });
    for (const answer of [failing, never<never>]) {
      const { appointments, meetings, staff, settings, undeliverable } = world;
      const started = Date.now();
      deps = {
        ...deps,
        appointments: broken(appointments, answer),
        meetings: broken(meetings, answer),
        staff: broken(staff, answer),
        settings: broken(settings, answer),
        undeliverable: broken(undeliverable, answer),
        evidence: broken(evidence, answer),
        googleClient: answer,
        mailAccount: { look: answer },
        queueDepth: answer,
      };
      const { status, json } = await ask();
      expect(status).toBe(200);
      expect(json.ok).toBe(true);
      expect(json.checks.map(({ id }: Check) => id)).toEqual(IDS);
      expect(new Set(json.checks.map(({ status: found }: Check) => found))).toEqual(new Set(['unknown']));
      expect(json.checks[0].detail).toMatch(answer === failing ? /could not be had \(AccessDenied\)/ : /within 0.05 s/);
      expect(Date.now() - started).toBeLessThan(5000);
    }
    expect(lines.join()).toContain('check_failed');
    expect(lines.join()).not.toContain('luis');
  });
});

describe('each check is told', () => {
  it('whether the Calendar API is enabled, by who is connected', async () => {
    await world.connect(ANA);
    apiSays = () => 'calendar_api_disabled';
    expect(await check('calendar_api')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/ana@clinic.test.*accessNotConfigured/),
      fix: expect.stringMatching(/Enable/),
    });
    expect(reached).toEqual([`sub-of-${ANA}`]);
    apiSays = () => 'google_timeout';
    expect(await check('calendar_api')).toMatchObject({
      status: 'unknown',
      detail: expect.stringMatching(/google_timeout/),
    });
    apiSays = () => 'calendar_not_found';
    expect((await check('calendar_api')).status).toBe('pass');
  });

  it('the same by another one, where the access of the first has ended', async () => {
    await world.connect(ANA);
    await world.connect(BEA);
    apiSays = (email) => (email === ANA ? 'access_revoked' : undefined);
    expect(await check('calendar_api')).toMatchObject({ status: 'pass', detail: expect.stringContaining(BEA) });
  });

  it('who is missing, of those whom only a booking names too', async () => {
    await world.connect(ANA);
    await world.book('1');
    await world.book('2', { staff: { email: BEA } });
    await world.staff.add(newStaff('without.bookings@clinic.test'));
    const { status, detail, fix } = await check('staff_connected');
    expect(status).toBe('fail');
    expect(detail).toBe(`${BEA} has not connected a Google account (1 booking to come)`);
    expect(fix).toMatch(/connect link/);
    await world.connect(BEA);
    expect((await check('staff_connected')).status).toBe('pass');
  });

  it('that a calendar makes no links, and which bookings failed at what', async () => {
    await world.connect(ANA);
    await world.setProfile(ANA, { calendarId: 'no-meet' });
    world.calendar.order({ on: 'insert', error: new GoogleError('meet_unavailable'), times: 9 });
    await world.book('1');
    expect(await check('meet_links')).toMatchObject({ status: 'fail', detail: expect.stringContaining(ANA) });
    const failed = await check('failed_bookings');
    expect(failed).toMatchObject({ status: 'fail', detail: expect.stringContaining('test:1 (meet_unavailable)') });
    expect(failed.fix).toMatch(/cannot make Google Meet links/);
    expect((await check('first_booking')).status).toBe('warn');
  });

  it('which address must be in the OAuth client, by the last sign-in with this client', async () => {
    deps = { ...deps, google: { ...deps.google, redirectUri: async () => 'unclear' } };
    const made = { clientId: CLIENT.clientId, redirectUri: 'https://meet.test/oauth/google/callback' };
    const note = (name: string, at: string, details: object) => evidence.note('sign-ins', name, at, details, 1);
    await note('connected', '2026-11-24T08:00:00Z', { ...made, clientId: 'another' });
    expect((await check('redirect_uri')).status).toBe('unknown');
    await note('refused', '2026-11-24T08:01:00Z', made);
    expect(await check('redirect_uri')).toMatchObject({ status: 'pass', detail: expect.stringContaining('08:01:00Z') });
    await note('redirect_uri_mismatch', '2026-11-24T08:02:00Z', made);
    expect((await check('redirect_uri')).status).toBe('fail');
  });

  it('what is overdue', async () => {
    await world.deliver('1');
    world.loseStream();
    expect((await check('overdue')).status).toBe('pass');
    world.clock.advance(1200);
    expect(await check('overdue')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/^1 thing should have been looked at, the oldest on 2026-11-24T09:.*: test:1\.$/),
    });
  });

  it('how the platform writes times, by its newest booking', async () => {
    const booknetic = (id: string, keywords: Record<string, string>) =>
      takeIn(world, {
        appointmentId: `booknetic:${id}`,
        intent: 'create',
        status: 'approved',
        booking: aBooking({ keywords }),
        id,
        uniqueId: true,
      });
    const link = {
      add_to_google_calendar_link: 'https://calendar.google.com/?dates=20261201T150000Z/20261201T154500Z',
    };
    await booknetic('1', { ...link, appointment_start_date_time: '2026-12-01 15:00' });
    expect((await check('clock_and_format')).status).toBe('pass');
    world.clock.advance(60);
    await booknetic('2', { ...link, appointment_date: '01/12/2026', appointment_start_time: '4:00 PM' });
    expect(await check('clock_and_format')).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/booknetic:2 .*"01\/12\/2026 4:00 PM" cannot be read/),
      fix: expect.stringContaining('timeZone Europe/Madrid, dateFormat d/m/Y, timeFormat g:i A'),
    });
    await world.set({ timeZone: 'Europe/Madrid', dateFormat: 'd/m/Y', timeFormat: 'g:i A' });
    expect((await check('clock_and_format')).status).toBe('pass');
  });

  it('of addresses that take no messages, the newest first, why, and what to do', async () => {
    const mark = (address: string, reason: 'bounced' | 'opted_out', at: string) =>
      world.undeliverable.mark({ channel: 'email', address, reason, at, detail: 'smtp; 550' }, 2_000_000_000);
    await mark('old@mail.test', 'opted_out', '2026-11-20T10:00:00Z');
    await mark('new@mail.test', 'bounced', '2026-11-21T10:00:00Z');
    const { status, detail, fix } = await check('undeliverable_addresses');
    expect(status).toBe('warn');
    expect(detail).toMatch(/^new@mail.test: bounced on 2026-11-21T10:00:00Z \(smtp; 550\); old@mail.test: opted out/);
    expect(fix).toMatch(/came back.*no more text messages/);
    for (let index = 0; index < 23; index += 1) await mark(`a${index}@mail.test`, 'bounced', '2026-11-21T10:00:00Z');
    expect((await check('undeliverable_addresses')).detail).toMatch(/; and 5 more$/);
    expect(JSON.stringify(lines)).not.toContain('mail.test');
  });

  it('that the integration is off', async () => {
    await world.set({ enabled: false });
    expect(await check('integration_enabled')).toMatchObject({
      status: 'warn',
      fix: expect.stringMatching(/Switch it on/),
    });
  });
});

function matching(pattern: RegExp | string) {
  return typeof pattern === 'string' ? pattern : expect.stringMatching(pattern);
}
