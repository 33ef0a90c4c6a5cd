import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/appointments-api/handler.ts';
import { newGoogleSide, newMapping } from '../../shared/meetings/meeting.ts';
import { notTold } from '../../shared/notifications/told.ts';
import { anAppointment, at, BEA, customer } from '../builders/bookings.ts';
import { FakeAppointmentStore } from '../fakes/appointment-store.ts';
import { ManualClock } from '../fakes/clock.ts';
import { FakeMeetingStore } from '../fakes/meeting-store.ts';
import { countingIds } from '../fakes/random.ts';
import { FakeToldStore } from '../fakes/told-store.ts';
import { secretsOf } from '../unit/staff/secrets.ts';
import { ADMIN_KEY, asAdmin, keptLogs, send } from './events.ts';

const ID = 'booknetic:1042';
const ROUTE = '/appointments/{appointmentId}';
const { logger, lines } = keptLogs();
let appointments: FakeAppointmentStore;
let meetings: FakeMeetingStore;
let told: FakeToldStore;
let handler: ReturnType<typeof makeHandler>;

beforeEach(async () => {
  appointments = new FakeAppointmentStore();
  meetings = new FakeMeetingStore((id) => appointments.peek(id)?.revision);
  told = new FakeToldStore();
  handler = makeHandler({
    appointments,
    meetings,
    told,
    secrets: secretsOf({ key: ADMIN_KEY }),
    adminKeySecretId: 'key',
    newId: countingIds('cancel'),
    clock: new ManualClock('2026-11-23T10:00:00Z'),
    logger,
  });
  await appointments.put(
    anAppointment(ID, { customers: [{ ...customer('Luis'), phone: '+34600000002' }], notes: 'shy' }),
  );
});

const call = (method: string, suffix = '', appointmentId = ID, headers: Record<string, string> = asAdmin) =>
  send(handler, `${method} ${ROUTE}${suffix}`, { path: { appointmentId }, headers });

it.each([
  ['GET', ''],
  ['POST', '/resync'],
  ['POST', '/cancel'],
])('%s %s needs the admin key, and an appointment', async (method, suffix) => {
  expect((await call(method, suffix, ID, {})).status).toBe(401);
  expect((await call(method, suffix, 'booknetic:7')).status).toBe(404);
  expect((await call(method, suffix, '__proto__')).status).toBe(404);
});

describe('GET /appointments/{appointmentId}', () => {
  it('shows a booking that nobody has looked at yet', async () => {
    const { status, json, headers } = await call('GET');
    expect(status).toBe(200);
    expect(headers['cache-control']).toBe('no-store');
    expect(json).toEqual({
      appointment: expect.objectContaining({
        id: ID,
        status: 'approved',
        start: '2026-12-01T15:00:00Z',
        end: '2026-12-01T15:45:00Z',
        service: { name: 'Consulta' },
        staff: { email: 'ana@clinic.test', name: 'Ana' },
        customers: [{ name: 'Luis', email: 'luis@mail.test', phone: '+34600000002' }],
        notes: 'shy',
        revision: 1,
      }),
      meeting: {
        state: 'pending',
        meetUrl: null,
        eventId: null,
        calendarId: null,
        eventLink: null,
        attempts: 0,
        nextAttemptAt: null,
        error: null,
      },
      messages: [],
      timeline: [],
    });
  });

  it('shows how far it has come, and who was told what', async () => {
    await meetings.putMapping(
      {
        ...newMapping(ID),
        revision: 1,
        state: 'waiting_for_staff',
        error: { code: 'staff_not_connected', message: 'Send them their connect link.' },
        timeline: [{ at: '2026-11-23T10:00:00Z', what: 'state_waiting_for_staff', detail: 'staff_not_connected' }],
      },
      0,
    );
    const to = {
      role: 'customer',
      channel: 'email',
      address: 'luis@mail.test',
      person: 'luis@mail.test',
      name: 'Luis',
    } as const;
    await told.put(
      { ...notTold(ID, to), messages: [{ kind: 'booked', state: 'sent', at: '2026-11-23T10:00:00Z', messageId: 'x' }] },
      0,
    );
    const { json } = await call('GET');
    expect(json.meeting).toMatchObject({
      state: 'waiting_for_staff',
      error: { code: 'staff_not_connected', message: 'Send them their connect link.' },
    });
    expect(json.timeline).toEqual([
      { at: '2026-11-23T10:00:00Z', what: 'state_waiting_for_staff', detail: 'staff_not_connected' },
    ]);
    expect(json.messages).toEqual([
      {
        to: 'luis@mail.test',
        role: 'customer',
        channel: 'email',
        kind: 'booked',
        state: 'sent',
        at: '2026-11-23T10:00:00Z',
      },
    ]);
  });

  it('says "pending" while a change is on its way', async () => {
    await meetings.putMapping({ ...newMapping(ID), revision: 0, state: 'ready' }, 0);
    expect((await call('GET')).json.meeting.state).toBe('pending');
  });

  it('shows the timeline from its beginning, though two runs wrote it', async () => {
    const entry = (second: string, what: string) => ({ at: `2026-11-23T10:00:${second}Z`, what });
    const timeline = [
      entry('02', 'event_created'),
      entry('04', 'state_ready'),
      entry('02', 'google_refused'),
      entry('03', 'event_changed'),
    ];
    await meetings.putMapping({ ...newMapping(ID), timeline }, 0);
    expect((await call('GET')).json.timeline.map(({ what }: { what: string }) => what)).toEqual([
      'event_created',
      'google_refused',
      'event_changed',
      'state_ready',
    ]);
  });

  it('shows nothing that only we need', async () => {
    const { text } = await call('GET');
    expect(text).not.toMatch(/contentHash|deliveries|"version"|lookRequestedAt/);
  });
});

describe('GET /appointments', () => {
  const list = (query: Record<string, string> = {}, headers: Record<string, string> = asAdmin) =>
    send(handler, 'GET /appointments', { query, headers });
  const ids = async (query?: Record<string, string>): Promise<string[]> =>
    (await list(query)).json.items.map(({ appointment }: { appointment: { id: string } }) => appointment.id);
  const faults = async (query: Record<string, string>): Promise<string[]> => {
    const { status, json } = await list(query);
    expect(status).toBe(422);
    return json.errors.map(({ path }: { path: string }) => path).sort();
  };

  it('needs the admin key', async () => {
    expect((await list({}, {})).status).toBe(401);
  });

  it('shows bookings as each is shown, without messages and timeline', async () => {
    await meetings.putMapping({ ...newMapping(ID), revision: 1, state: 'ready', meetingId: 'm1' }, 0);
    const { appointment, meeting } = (await call('GET')).json;
    const { status, json, headers } = await list();
    expect([status, headers['cache-control']]).toEqual([200, 'no-store']);
    expect(json).toEqual({ items: [{ appointment, meeting }], cursor: null });
  });

  it('shows the link where there is one', async () => {
    const address = { account: { sub: 'sub', secretName: 'secret' }, calendarId: 'primary', eventId: 'event' };
    const event = {
      staffEmail: 'ana@clinic.test',
      address,
      certain: true,
      confirmed: true,
      etag: '',
      conference: 'success' as const,
      meetUrl: 'https://meet.google.com/abc-defg-hij',
      guests: [],
      textsHash: '',
      end: '2026-12-01T15:45:00Z',
      polls: 0,
    };
    const meeting = {
      meetingId: 'm1',
      slot: 'slot',
      staffEmail: 'ana@clinic.test',
      participants: [ID],
      version: 0,
      google: { ...newGoogleSide, event },
      expiresAt: 0,
    };
    const mapping = { ...newMapping(ID), meetingId: 'm1', revision: 1, state: 'ready' as const };
    await meetings.place({ mapping, meetings: [meeting], slots: new Map() }, 1, 0);

    expect((await list()).json.items[0].meeting).toMatchObject({
      state: 'ready',
      meetUrl: 'https://meet.google.com/abc-defg-hij',
      eventId: 'event',
    });
  });

  describe('with several bookings', () => {
    beforeEach(async () => {
      await appointments.put(anAppointment('booknetic:2', { ...at('09:00'), staff: { email: BEA } }));
      await appointments.put(anAppointment('booknetic:3', at('15:00')));
      await appointments.put(anAppointment('booknetic:4', at('10:00', 30, '2026-12-02')));
      const states = { [ID]: 'ready', 'booknetic:2': 'failed', 'booknetic:3': 'waiting_for_staff' } as const;
      for (const [id, state] of Object.entries(states)) {
        await meetings.putMapping({ ...newMapping(id), revision: 1, state }, 0);
      }
    });

    it('lists them by start, then by id', async () => {
      expect(await ids()).toEqual(['booknetic:2', ID, 'booknetic:3', 'booknetic:4']);
    });

    it.each<[Record<string, string>, string[]]>([
      [{ state: 'failed' }, ['booknetic:2']],
      [{ state: 'ready,waiting_for_staff' }, [ID, 'booknetic:3']],
      [{ state: 'pending' }, ['booknetic:4']],
      [{ state: 'cancelled' }, []],
      [{ staff: 'BEA@Clinic.test' }, ['booknetic:2']],
      [{ from: '2026-12-01T15:00:00Z' }, [ID, 'booknetic:3', 'booknetic:4']],
      [{ from: '2026-12-01T15:00:00.500Z' }, ['booknetic:4']],
      [{ to: '2026-12-01T15:00:00Z' }, ['booknetic:2']],
      [{ from: '2026-12-01T10:00:01+01:00', to: '2026-12-01T16:00:01+01:00' }, [ID, 'booknetic:3']],
      [{ from: '2026-12-02' }, ['booknetic:4']],
      [{ from: '2026-12-01', to: '2026-12-02' }, ['booknetic:2', ID, 'booknetic:3']],
      [
        { state: '', staff: '', from: '', to: '', limit: '', cursor: '' },
        ['booknetic:2', ID, 'booknetic:3', 'booknetic:4'],
      ],
    ])('%j finds %j', async (query, found) => {
      expect(await ids(query)).toEqual(found);
    });

    it('gives a cursor, with which the next page begins, until there is no more', async () => {
      const first = (await list({ limit: '3' })).json;
      expect(first.items).toHaveLength(3);
      expect(first.cursor).toMatch(/^[\w-]+$/);
      const second = (await list({ limit: '3', cursor: first.cursor })).json;
      expect(second.items.map(({ appointment }: { appointment: { id: string } }) => appointment.id)).toEqual([
        'booknetic:4',
      ]);
      expect(second.cursor).toBeNull();
    });

    it('goes on behind a booking that has gone meanwhile', async () => {
      const { cursor } = (await list({ limit: '2' })).json;
      await appointments.settle((await appointments.get(ID)) ?? anAppointment(ID), 1);
      appointments.expire(2);
      expect(await ids({ cursor })).toEqual(['booknetic:3', 'booknetic:4']);
    });
  });

  it('names every fault at once', async () => {
    const wrong = {
      state: 'ready,lost',
      staff: 'nobody',
      from: 'today',
      to: '2026-02-30',
      limit: '0',
      cursor: '!',
      page: '2',
    };
    expect(await faults(wrong)).toEqual(['cursor', 'from', 'limit', 'page', 'staff', 'state', 'to']);
    expect(await faults({ from: '2026-12-02', to: '2026-12-01', limit: 'x' })).toEqual(['limit', 'to']);
  });

  it.each<[string, string]>([
    ['limit', '101'],
    ['limit', '1.5'],
    ['limit', '-1'],
    ['limit', '1,2'],
    ['state', 'READY'],
    ['state', ','],
    ['from', '2026-12-01T15:00:00'],
    ['from', '2026-12-01T15:00:00 01:00'],
    ['to', '9999-12-31T23:59:59-23:59'],
    ['to', '0000-01-01T00:00:00+23:59'],
    ['staff', `${'x'.repeat(300)}@mail.test`],
    ['__proto__', 'x'],
    ['constructor', 'x'],
  ])('refuses the %s %s', async (name, value) => {
    expect(await faults(JSON.parse(`{ "${name}": "${value}" }`))).toEqual([name]);
  });

  describe('refuses a cursor that is none of ours', () => {
    const encoded = (text: string) => Buffer.from(text).toString('base64url');
    it.each([
      'x',
      '%',
      encoded('2026-12-01T15:00:00Z'),
      encoded('2026-12-01T15:00:00Z '),
      encoded('2026-13-01T15:00:00Z test:1'),
      encoded('2026-02-30T15:00:00Z test:1'),
      encoded('not a time at all, no test:1'),
      encoded('2026-12-01T15:00:00Z test:1\u0000'),
      encoded('2026-12-01T15:00:00Z test:1 2'),
      encoded(`2026-12-01T15:00:00Z ${'1'.repeat(201)}`),
      `${encoded('2026-12-01T15:00:00Z test:1')}=`,
      `${encoded('2026-12-01T15:00:00Z test:1')} `,
      Buffer.from([0xff, 0xfe, 0xfd]).toString('base64url'),
    ])('%s', async (cursor) => {
      expect(await faults({ cursor })).toEqual(['cursor']);
    });

    it('whatever it is', async () => {
      await fc.assert(
        fc.asyncProperty(fc.string(), async (text) => {
          fc.pre(text !== '');
          expect((await list({ cursor: text })).status).toBe(422);
          expect((await list({ cursor: encoded(text) })).status).toBe(422);
        }),
      );
    });
  });
});

describe('POST …/resync', () => {
  it('has it looked at now', async () => {
    appointments.woken.length = 0;
    expect((await call('POST', '/resync')).status).toBe(202);
    expect(appointments.woken).toEqual([ID]);
    expect(await appointments.get(ID)).toMatchObject({
      lookRequestedAt: '2026-11-23T10:00:00.000Z',
      dueAt: '2026-11-23T10:00:00Z',
      revision: 1,
    });
  });
});

describe('POST …/cancel', () => {
  it('is as if the platform had cancelled it', async () => {
    const { status, json } = await call('POST', '/cancel');
    expect([status, json]).toEqual([202, { appointmentId: ID, revision: 2, outcome: 'accepted' }]);
    expect(await appointments.get(ID)).toMatchObject({ status: 'canceled', booking: { notes: 'shy' } });
    expect(appointments.woken).toEqual([ID, ID]);
  });

  it('again is no other cancellation', async () => {
    await call('POST', '/cancel');
    const { status, json } = await call('POST', '/cancel');
    expect([status, json.revision]).toEqual([202, 2]);
  });

  it('keeps out what the platform had sent before, and lets in what it sends later', async () => {
    const neutral = { ...anAppointment('appointments:7'), sourceTime: '2026-11-22T10:00:00.000Z' };
    await appointments.put(neutral);
    await call('POST', '/cancel', 'appointments:7');
    expect((await appointments.get('appointments:7'))?.sourceTime).toBe('2026-11-23T10:00:00.000Z');
  });

  it('of a booking whose platform’s clock is ahead cancels it all the same', async () => {
    await appointments.put({ ...anAppointment('appointments:7'), sourceTime: '2026-11-23T10:00:30.250Z' });
    expect((await call('POST', '/cancel', 'appointments:7')).json.outcome).toBe('accepted');
    expect((await appointments.get('appointments:7'))?.sourceTime).toBe('2026-11-23T10:00:30.250Z');
  });
});

it('logs name bookings and nobody', async () => {
  await call('GET');
  await send(handler, 'GET /appointments', { query: { staff: 'ana@clinic.test' }, headers: asAdmin });
  await send(handler, 'GET /appointments', { query: { staff: 'ana@' }, headers: asAdmin });
  await call('POST', '/cancel');
  expect(lines.join('\n')).toContain('cancelled_by_admin');
  expect(lines.join('\n')).not.toMatch(/luis|ana@|shy/i);
});
