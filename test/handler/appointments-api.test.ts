import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/appointments-api/handler.ts';
import { newMapping } from '../../shared/meetings/meeting.ts';
import { notTold } from '../../shared/notifications/told.ts';
import { anAppointment, customer } from '../builders/bookings.ts';
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
    const to = { role: 'customer', channel: 'email', address: 'luis@mail.test', name: 'Luis' } as const;
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

  it('shows nothing that only we need', async () => {
    const { text } = await call('GET');
    expect(text).not.toMatch(/contentHash|deliveries|"version"|lookRequestedAt/);
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
  await call('POST', '/cancel');
  expect(lines.join('\n')).toContain('cancelled_by_admin');
  expect(lines.join('\n')).not.toMatch(/luis|ana@|shy/i);
});
