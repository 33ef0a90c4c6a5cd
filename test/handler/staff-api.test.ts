import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/staff-api/handler.ts';
import { newMapping } from '../../shared/meetings/meeting.ts';
import type { Undeliverable } from '../../shared/notifications/undeliverable.ts';
import { newStaff, type Staff } from '../../shared/staff/staff.ts';
import { ANA, anAppointment, at, BEA } from '../builders/bookings.ts';
import { FakeAppointmentStore } from '../fakes/appointment-store.ts';
import { FakeMeetingStore } from '../fakes/meeting-store.ts';
import { FakeUndeliverableStore } from '../fakes/undeliverable-store.ts';
import { secretsOf } from '../unit/staff/secrets.ts';
import { makeSignIn } from '../unit/staff/sign-in.ts';
import { ADMIN_KEY, asAdmin, keptLogs, send } from './events.ts';

const { logger, lines } = keptLogs();
let world: ReturnType<typeof makeSignIn>;
let meetings: FakeMeetingStore;
let appointments: FakeAppointmentStore;
let undeliverable: FakeUndeliverableStore;
let mailed: string[];
let handler: ReturnType<typeof makeHandler>;

beforeEach(() => {
  lines.length = 0;
  world = makeSignIn();
  appointments = new FakeAppointmentStore();
  meetings = new FakeMeetingStore((id) => appointments.peek(id)?.revision);
  undeliverable = new FakeUndeliverableStore();
  mailed = [];
  handler = makeHandler({
    ...world.deps,
    meetings,
    appointments,
    undeliverable,
    sendConnectLink: async (person: Staff, url: string) => void mailed.push(`${person.email} ${url}`),
    secrets: secretsOf({ key: ADMIN_KEY }),
    adminKeySecretId: 'key',
    logger,
  });
});

const call = (method: string, email?: string, suffix = '', body?: unknown, headers: Record<string, string> = asAdmin) =>
  send(handler, `${method} /staff${email === undefined ? '' : '/{email}'}${suffix}`, {
    ...(email !== undefined && { path: { email } }),
    ...(body !== undefined && { body }),
    headers,
  });
const booked = async (id: string, state: 'ready' | 'waiting_for_staff' | 'cancelled', when = at('15:00')) => {
  await appointments.put(anAppointment(id, when));
  await meetings.putMapping({ ...newMapping(id), revision: 1, state, staffEmail: ANA, ...when }, 0);
};
const connectedAs = async (email: string, sub: string) => {
  await world.deps.staff.add(newStaff(email));
  await world.deps.grants.add(email, { grantId: `grant-${email}`, sub, refreshToken: `token-${email}` });
  await world.deps.staff.setConnection(email, {
    state: 'connected',
    sub,
    googleEmail: 'one@gmail.test',
    connectedAt: '2026-11-20T10:00:00Z',
    grantId: `grant-${email}`,
    secretName: 'secret-name',
  });
};

const NOBODY = {
  email: ANA,
  name: null,
  phone: null,
  locale: null,
  calendarId: 'primary',
  connection: { state: 'not_connected', googleEmail: null, connectedAt: null, problem: null },
  undeliverable: [],
  upcoming: 0,
  waiting: 0,
};

it.each([
  ['GET', undefined, ''],
  ['GET', ANA, ''],
  ['PUT', ANA, ''],
  ['DELETE', ANA, ''],
  ['POST', ANA, '/connect-link'],
  ['DELETE', ANA, '/connection'],
])('%s %s%s needs the admin key', async (method, email, suffix) => {
  expect((await call(method, email, suffix, {}, {})).status).toBe(401);
  expect(await world.deps.staff.list()).toEqual([]);
});

it.each([
  ['GET', ''],
  ['DELETE', ''],
  ['DELETE', '/connection'],
])('%s of somebody unknown is 404', async (method, suffix) => {
  expect((await call(method, BEA, suffix)).status).toBe(404);
});

it.each(['nobody', '', 'a b@c.test', '__proto__'])('an address like %j is 422', async (email) => {
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const { status, json } = await call(method, email, '', method === 'PUT' ? {} : undefined);
    expect([status, json.errors[0].path]).toEqual([422, 'email']);
  }
});

describe('PUT /staff/{email}', () => {
  it('adds somebody, by the address in small letters', async () => {
    const { status, json } = await call('PUT', 'Ana@Clinic.test', '', { name: 'Ana', locale: 'es' });
    expect([status, json]).toEqual([200, { ...NOBODY, name: 'Ana', locale: 'es' }]);
    expect((await call('GET', ANA)).json).toEqual(json);
  });

  it('replaces the profile and leaves the connection', async () => {
    await connectedAs(ANA, '1');
    await call('PUT', ANA, '', { name: 'Ana', phone: '+34600000001', locale: 'es', calendarId: 'work' });
    const { json } = await call('PUT', ANA, '', { name: null, phone: '+34600000009' });
    expect(json).toMatchObject({ name: null, phone: '+34600000009', locale: null, calendarId: 'primary' });
    expect(json.connection).toMatchObject({ state: 'connected', googleEmail: 'one@gmail.test' });
  });

  it('has their bookings looked at when the calendar is another', async () => {
    await call('PUT', ANA, '', { name: 'Ana' });
    await booked('booknetic:1', 'ready');
    await booked('booknetic:2', 'cancelled', at('16:00'));
    appointments.woken.length = 0;
    await call('PUT', ANA, '', { name: 'Ana García' });
    expect(appointments.woken).toEqual([]);
    await call('PUT', ANA, '', { calendarId: 'work' });
    expect(appointments.woken).toEqual(['booknetic:1']);
  });

  it.each([
    [{ email: BEA }, ['email']],
    [{ locale: 'fr', name: 'x'.repeat(301), calendarId: '' }, ['calendarId', 'locale', 'name']],
    [{ connection: { state: 'connected' } }, ['connection']],
  ])('refuses %j', async (body, expected) => {
    const { status, json } = await call('PUT', ANA, '', body);
    expect([status, json.errors.map(({ path }: { path: string }) => path).sort()]).toEqual([422, expected]);
  });
});

describe('GET /staff', () => {
  it('lists everybody with their connection and how many bookings wait', async () => {
    await connectedAs(BEA, '1');
    await call('PUT', ANA, '', {});
    await booked('booknetic:1', 'ready');
    await booked('booknetic:2', 'waiting_for_staff', at('16:00'));
    await booked('booknetic:3', 'cancelled', at('17:00'));
    await booked('booknetic:4', 'ready', at('15:00', 45, '2026-11-20'));
    const { status, json } = await call('GET');
    expect(status).toBe(200);
    expect(json).toEqual([
      { ...NOBODY, upcoming: 2, waiting: 1 },
      {
        ...NOBODY,
        email: BEA,
        connection: {
          state: 'connected',
          googleEmail: 'one@gmail.test',
          connectedAt: '2026-11-20T10:00:00Z',
          problem: null,
        },
      },
    ]);
  });

  it('shows no token and no name of a secret', async () => {
    await connectedAs(ANA, '1');
    expect((await call('GET')).text + (await call('GET', ANA)).text).not.toMatch(/token-|secret-name|grant-/);
  });
});

describe('an address that takes no messages', () => {
  const bounced: Undeliverable = {
    channel: 'email',
    address: ANA,
    reason: 'bounced',
    at: '2026-11-20T10:00:00Z',
    detail: '550 5.1.1 user unknown',
  };
  const optedOut: Undeliverable = {
    channel: 'sms',
    address: '+34600000001',
    reason: 'opted_out',
    at: '2026-11-21T10:00:00Z',
  };
  const ofSomebodyElse: Undeliverable = { ...bounced, address: 'luis@mail.test', reason: 'complained' };

  beforeEach(async () => {
    for (const email of [ANA, BEA]) await world.deps.staff.add(newStaff(email, { phone: '+34 600-000-001' }));
    await world.deps.staff.setProfile(BEA, { calendarId: 'primary' });
    for (const mark of [bounced, optedOut, ofSomebodyElse]) await undeliverable.mark(mark, 0);
  });

  it('is shown with the person whose it is, the number however it is written', async () => {
    const shown = [bounced, { ...optedOut, detail: null }];
    const [ana, bea] = (await call('GET')).json;
    expect(ana.undeliverable).toEqual(shown);
    expect(bea.undeliverable).toEqual([]);
    expect((await call('GET', ANA)).json.undeliverable).toEqual(shown);
  });

  it('is read once for everybody', async () => {
    let lists = 0;
    const list = undeliverable.list.bind(undeliverable);
    undeliverable.list = async () => {
      lists += 1;
      return list();
    };
    await call('GET');
    expect(lists).toBe(1);
  });

  it('is tried again once the profile was saved', async () => {
    const { json } = await call('PUT', ANA, '', { phone: '+34600000009' });
    expect(json.undeliverable).toEqual([]);
    expect(await undeliverable.list()).toEqual([ofSomebodyElse, optedOut]);
    await call('PUT', ANA, '', { phone: '+34600000001' });
    expect(await undeliverable.list()).toEqual([ofSomebodyElse]);
  });
});

describe('POST /staff/{email}/connect-link', () => {
  it('makes a link for that person, whom it adds where needed', async () => {
    const { status, json } = await call('POST', 'Ana@clinic.test', '/connect-link', { sendEmail: false });
    expect(status).toBe(200);
    expect(Object.keys(json)).toEqual(['url', 'expiresAt']);
    expect(json.expiresAt).toBe('2026-12-07T10:00:00Z');
    const token = json.url.replace('https://meet.test/connect/', '');
    expect(await world.deps.links.verify('connect', token)).toMatchObject({ subject: ANA });
    expect(await world.deps.staff.get(ANA)).toBeDefined();
    expect(mailed).toEqual([]);
  });

  it('mails it when asked to', async () => {
    const { json } = await call('POST', ANA, '/connect-link', { sendEmail: true });
    expect(mailed).toEqual([`${ANA} ${json.url}`]);
  });

  it('needs no body', async () => {
    expect((await call('POST', ANA, '/connect-link')).status).toBe(200);
    expect(mailed).toEqual([]);
  });

  it('refuses what it does not know', async () => {
    expect((await call('POST', ANA, '/connect-link', { sendMail: true })).status).toBe(422);
    expect((await call('POST', ANA, '/connect-link', { sendEmail: 'yes' })).status).toBe(422);
  });

  it('does not stand in the log', async () => {
    const { json } = await call('POST', ANA, '/connect-link', { sendEmail: true });
    expect(lines.join('\n')).not.toContain(json.url.split('/').at(-1));
    expect(lines.join('\n')).not.toContain(ANA);
  });
});

describe('DELETE /staff/{email}/connection', () => {
  it('disconnects and revokes', async () => {
    await connectedAs(ANA, '1');
    const { status, json } = await call('DELETE', ANA, '/connection');
    expect([status, json.connection]).toEqual([200, NOBODY.connection]);
    expect(world.google.revoked).toEqual([`token-${ANA}`]);
  });

  it('does not revoke what somebody else uses', async () => {
    await connectedAs(ANA, '1');
    await connectedAs(BEA, '1');
    await call('DELETE', ANA, '/connection');
    expect(world.google.revoked).toEqual([]);
  });
});

describe('DELETE /staff/{email}', () => {
  it('disconnects and removes', async () => {
    await connectedAs(ANA, '1');
    const { status, text } = await call('DELETE', ANA);
    expect([status, text]).toEqual([204, '']);
    expect(world.google.revoked).toEqual([`token-${ANA}`]);
    expect((await call('GET', ANA)).status).toBe(404);
  });
});
