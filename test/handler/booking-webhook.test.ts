import { Webhook } from 'standardwebhooks';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/booking-webhook/handler.ts';
import { makeWitness } from '../../shared/diagnostics/witness.ts';
import { defaultSettings } from '../../shared/settings/settings.ts';
import { FakeAppointmentStore } from '../fakes/appointment-store.ts';
import { ManualClock } from '../fakes/clock.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { FakeSettingsStore } from '../fakes/settings-store.ts';
import { secretsOf } from '../unit/staff/secrets.ts';
import { keptLogs, type Request, send } from './events.ts';

const SECRET = 'the-webhook-secret';
const SIGNING = `whsec_${Buffer.from('a signing secret of 24 bytes or more').toString('base64')}`;
const OLD_SIGNING = `whsec_${Buffer.from('the signing secret of before, as long').toString('base64')}`;
const FORM = {
  event: 'booking_new',
  appointment_id: '1042',
  appointment_status: 'approved',
  service_name: 'Consulta ñ',
  staff_email: 'ana@clinic.test',
  staff_name: 'Ana',
  customer_full_name: 'Luis Pérez',
  customer_email: 'luis@mail.test',
  add_to_google_calendar_link: 'https://calendar.google.com/?dates=20261201T140000Z/20261201T144500Z&text=a',
};

const { logger, lines } = keptLogs();
let appointments: FakeAppointmentStore;
let settings: FakeSettingsStore;
let evidence: FakeEvidenceStore;
let clock: ManualClock;
let handler: ReturnType<typeof makeHandler>;

beforeEach(() => {
  lines.length = 0;
  appointments = new FakeAppointmentStore();
  settings = new FakeSettingsStore();
  evidence = new FakeEvidenceStore();
  clock = new ManualClock('2026-11-23T10:00:00Z');
  handler = makeHandler({
    appointments,
    settings,
    secrets: secretsOf({ shared: `${SECRET}\nthe-next-webhook-secret`, signing: `${SIGNING} ${OLD_SIGNING}` }),
    webhookSecretId: 'shared',
    signingSecretId: 'signing',
    witness: makeWitness({ store: evidence, topic: 'webhooks', clock, onFailure: () => expect.unreachable() }),
    clock,
    logger,
  });
});

const booknetic = (fields: Record<string, unknown> = {}, request: Request = {}) =>
  send(handler, 'POST /webhooks/booknetic', {
    headers: { 'x-webhook-secret': SECRET, ...request.headers },
    body: 'body' in request ? request.body : new URLSearchParams({ ...FORM, ...fields } as Record<string, string>),
  });

const data = {
  id: '1042',
  status: 'approved',
  start: '2026-12-01T15:00:00+01:00',
  end: '2026-12-01T15:45:00+01:00',
  service: { name: 'Consulta' },
  staff: { email: 'ana@clinic.test' },
  customers: [{ email: 'luis@mail.test', name: 'Luis' }],
};
const envelope = (changes: object = {}, head: object = {}) => ({
  type: 'appointment.created',
  timestamp: '2026-11-22T10:00:00Z',
  data: { ...data, ...changes },
  ...head,
});
interface Signed {
  id?: string;
  secret?: string;
  secondsAgo?: number;
  signature?: string;
  headers?: Record<string, string>;
}
const neutral = (
  body: unknown,
  { id = 'msg_1', secret = SIGNING, secondsAgo = 0, signature, headers }: Signed = {},
) => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const at = new Date(Date.now() - secondsAgo * 1000);
  return send(handler, 'POST /webhooks/appointments', {
    body: text,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': `${Math.floor(at.getTime() / 1000)}`,
      'webhook-signature': signature ?? new Webhook(secret).sign(id, at, text),
      ...headers,
    },
  });
};

describe('rule 19: POST /webhooks/booknetic', () => {
  it('takes a form in, as API Gateway sends it', async () => {
    const { status, json, headers } = await booknetic();
    expect(status).toBe(202);
    expect(headers['content-type']).toBe('application/json');
    expect(json).toEqual({ appointmentId: 'booknetic:1042', revision: 1, outcome: 'accepted' });
    expect(await appointments.get('booknetic:1042')).toMatchObject({
      status: 'approved',
      booking: { service: { name: 'Consulta ñ' }, customers: [{ name: 'Luis Pérez', email: 'luis@mail.test' }] },
    });
    expect(appointments.woken).toEqual(['booknetic:1042']);
  });

  it('takes a flat JSON object in', async () => {
    const { status } = await booknetic({}, { body: { ...FORM, appointment_id: 1042, appointment_notes: null } });
    expect(status).toBe(202);
    expect(await appointments.get('booknetic:1042')).toBeDefined();
  });

  it('answers 200 for what changes nothing, with what it is', async () => {
    await booknetic();
    const outcome = async (fields: object) => {
      const { status, json } = await booknetic(fields as Record<string, unknown>);
      return [status, json.outcome, json.revision];
    };
    expect(await outcome({})).toEqual([200, 'duplicate', 1]);
    expect(await outcome({ event: 'booking_starts' })).toEqual([200, 'unchanged', 1]);
    expect(await outcome({ service_name: 'Other' })).toEqual([200, 'stale', 1]);
    expect(await outcome({ event: 'booking_rescheduled', service_name: 'Other' })).toEqual([202, 'accepted', 2]);
    expect(await outcome({ event: 'booking_deleted' })).toEqual([202, 'accepted', 3]);
    expect(await outcome({ event: 'booking_starts', service_name: 'Other' })).toEqual([200, 'stale', 3]);
    expect(appointments.woken).toHaveLength(3);
  });

  it('remembers the start that booking_starts announces, once, and wakes nobody for it', async () => {
    await booknetic();
    const starts = async () => {
      const { status, json } = await booknetic({ event: 'booking_starts' });
      expect([status, json]).toEqual([200, { appointmentId: 'booknetic:1042', revision: 1, outcome: 'unchanged' }]);
      return appointments.get('booknetic:1042');
    };
    const announced = await starts();
    expect(announced).toMatchObject({ startAnnounced: '2026-12-01T14:00:00Z', revision: 1, version: 2 });
    expect(await starts()).toEqual(announced);
    expect(appointments.woken).toEqual(['booknetic:1042']);

    const later = FORM.add_to_google_calendar_link.replaceAll('20261201', '20261202');
    await booknetic({ event: 'booking_rescheduled', add_to_google_calendar_link: later });
    await booknetic({ event: 'booking_starts', add_to_google_calendar_link: later });
    expect((await appointments.get('booknetic:1042'))?.startAnnounced).toBe('2026-12-02T14:00:00Z');
  });

  it('reads local times as the settings say', async () => {
    await settings.put({
      settings: { ...defaultSettings, timeZone: 'Europe/Madrid', dateFormat: 'd/m/Y', timeFormat: 'g:i A' },
      version: 0,
    });
    const { status } = await booknetic({
      add_to_google_calendar_link: '',
      appointment_date: '01/12/2026',
      appointment_start_time: '3:00 PM',
      appointment_end_time: '3:45 PM',
    });
    expect(status).toBe(202);
    expect((await appointments.get('booknetic:1042'))?.booking).toMatchObject({
      start: '2026-12-01T14:00:00Z',
      end: '2026-12-01T14:45:00Z',
    });
  });

  it.each([
    ['no secret', { 'x-webhook-secret': '' }],
    ['a wrong one', { 'x-webhook-secret': 'wrong' }],
    ['both at once', { 'x-webhook-secret': `${SECRET}\nthe-next-webhook-secret` }],
    ['the admin’s header', { 'x-webhook-secret': '', authorization: `Bearer ${SECRET}` }],
  ])('with %s is 401, whatever the body', async (_what, headers) => {
    const { status, json } = await booknetic({}, { headers, body: 'not a form' });
    expect(status).toBe(401);
    expect(json.title).toBe('Unauthorized');
    expect(appointments.all()).toEqual([]);
  });

  it('takes either of two secrets during rotation', async () => {
    const body = new URLSearchParams({ ...FORM, appointment_id: '7' });
    expect((await booknetic()).status).toBe(202);
    expect((await booknetic({}, { headers: { 'x-webhook-secret': 'the-next-webhook-secret' }, body })).status).toBe(
      202,
    );
  });

  it.each([
    ['text/plain', 415],
    ['multipart/form-data; boundary=x', 415],
    ['', 415],
    ['application/x-www-form-urlencoded; charset=UTF-8', 202],
    ['application/json', 400],
  ])('of type %j is %i', async (type, status) => {
    const body = `${new URLSearchParams(FORM)}`;
    expect((await booknetic({}, { body, headers: { 'content-type': type } })).status).toBe(status);
  });

  it.each([
    ['{"event":', 400],
    ['null', 422],
    ['[]', 422],
    ['"text"', 422],
    ['{}', 422],
  ])('with the JSON %s is %i', async (body, status) => {
    expect((await booknetic({}, { body, headers: { 'content-type': 'application/json' } })).status).toBe(status);
  });

  it('that is a form in another encoding is 400', async () => {
    const body = Buffer.from('event=booking_new&service_name=caf\xe9', 'latin1');
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await booknetic({}, { body, headers })).status).toBe(400);
  });

  it('that is too large is 413', async () => {
    expect((await booknetic({ custom: 'x'.repeat(300 * 1024) })).status).toBe(413);
  });

  it('that is not as it should be is 422, with all faults', async () => {
    const { status, json } = await booknetic({
      staff_email: 'ana',
      service_name: '',
      location_name: '{location_name}',
    });
    expect(status).toBe(422);
    expect(json.errors.map(({ path }: { path: string }) => path).sort()).toEqual([
      'location_name',
      'service_name',
      'staff_email',
    ]);
    expect(JSON.stringify(json)).toContain('{location_name}');
    expect(appointments.all()).toEqual([]);
  });

  it('stores nothing that may act for somebody', async () => {
    await booknetic({ customer_password: 'hunter2', url_to_reset_password: 'https://x.test/?t=hunter2' });
    expect(JSON.stringify(appointments.all())).not.toContain('hunter2');
  });

  it('loses nothing when several arrive at once', async () => {
    const changes = Array.from({ length: 10 }, (_, index) => ({ event: 'booking_rescheduled', custom: `${index}` }));
    const answers = await Promise.all(changes.map((fields) => booknetic(fields)));
    expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 202));
    expect(answers.map(({ json }) => json.revision).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });

  it('logs what came of each delivery', async () => {
    await booknetic();
    await booknetic();
    expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(['accepted', 'duplicate']);
  });

  it('writes no customer and no secret into the log', async () => {
    await booknetic();
    await booknetic({ customer_email: 'luis@' });
    await booknetic({}, { headers: { 'x-webhook-secret': 'wrong' } });
    expect(lines.join('\n')).toContain('booknetic:1042');
    expect(lines.join('\n')).not.toMatch(/luis|ana@|Consulta|the-webhook-secret|wrong/i);
  });
});

describe('rule 19: POST /webhooks/appointments', () => {
  it('takes a signed envelope in', async () => {
    const { status, json } = await neutral(envelope());
    expect([status, json]).toEqual([202, { appointmentId: 'appointments:1042', revision: 1, outcome: 'accepted' }]);
    expect((await appointments.get('appointments:1042'))?.booking?.start).toBe('2026-12-01T14:00:00Z');
  });

  it('with the same id again is a duplicate, whatever it says', async () => {
    await neutral(envelope());
    const again = await neutral(envelope({ notes: 'other' }, { type: 'appointment.updated' }));
    expect([again.status, again.json.outcome]).toEqual([200, 'duplicate']);
  });

  it('follows the source time', async () => {
    const update = (minute: number, notes: string) =>
      neutral(envelope({ notes }, { type: 'appointment.updated', timestamp: `2026-11-22T10:0${minute}:00Z` }), {
        id: `msg-${minute}`,
      });
    await update(5, 'new');
    expect((await update(3, 'old')).json).toMatchObject({ outcome: 'stale', revision: 1 });
    expect((await update(7, 'new')).json).toMatchObject({ outcome: 'unchanged', revision: 1 });
    expect((await update(6, 'old')).json).toMatchObject({ outcome: 'stale', revision: 1 });
    expect((await appointments.get('appointments:1042'))?.booking?.notes).toBe('new');
  });

  it('takes a cancellation with only the id', async () => {
    const body = { type: 'appointment.cancelled', timestamp: '2026-11-22T10:00:00Z', data: { id: '1042' } };
    expect((await neutral(body)).status).toBe(202);
    expect(await appointments.get('appointments:1042')).toMatchObject({ status: 'cancelled' });
  });

  it.each([
    ['older than five minutes', { secondsAgo: 301 }],
    ['newer than five minutes', { secondsAgo: -302 }],
    ['signed with another secret', { secret: `whsec_${Buffer.from('x'.repeat(30)).toString('base64')}` }],
    ['without a signature', { signature: '' }],
    ['with nonsense for one', { signature: 'v1,AAAA v1a,x v2' }],
    ['without an id', { headers: { 'webhook-id': '' } }],
    ['without a time', { headers: { 'webhook-timestamp': '' } }],
    ['with nonsense for a time', { headers: { 'webhook-timestamp': 'now' } }],
    [
      'with another time than was signed',
      { headers: { 'webhook-timestamp': `${Math.floor(Date.now() / 1000) - 60}` } },
    ],
    ['with another id than was signed', { headers: { 'webhook-id': 'msg_2' } }],
  ] as [string, Signed][])('%s is 401, before anything is parsed', async (_what, signed) => {
    const { status } = await neutral('not JSON', signed);
    expect(status).toBe(401);
    expect(appointments.all()).toEqual([]);
  });

  it.each([299, -299])('signed %i seconds ago is good', async (secondsAgo) => {
    expect((await neutral(envelope(), { secondsAgo })).status).toBe(202);
  });

  it('takes either of two secrets, and any of several signatures', async () => {
    expect((await neutral(envelope(), { secret: OLD_SIGNING })).status).toBe(202);
    const text = JSON.stringify(envelope({ notes: 'x' }, { type: 'appointment.updated' }));
    const good = new Webhook(SIGNING).sign('msg_2', new Date(), text);
    expect((await neutral(text, { id: 'msg_2', signature: `v1a,zzz v1,AAAA ${good}` })).status).toBe(202);
  });

  it('is signed over the very bytes', async () => {
    const pretty = JSON.stringify(envelope({ notes: 'ñ – €' }), null, 2);
    expect((await neutral(pretty)).status).toBe(202);
    const signature = new Webhook(SIGNING).sign('msg_3', new Date(), pretty);
    expect((await neutral(JSON.stringify(JSON.parse(pretty)), { id: 'msg_3', signature })).status).toBe(401);
  });

  it('that is signed but not JSON is 400, of another type 415, not valid 422, too large 413', async () => {
    expect((await neutral('not JSON')).status).toBe(400);
    expect((await neutral(envelope(), { headers: { 'content-type': 'text/plain' } })).status).toBe(415);
    const { status, json } = await neutral(envelope({ staff: { email: 'x' }, service: {} }));
    expect(status).toBe(422);
    expect(json.errors).toHaveLength(2);
    expect((await neutral(envelope({ notes: 'x'.repeat(300 * 1024) }))).status).toBe(413);
  });

  it('is not opened by Booknetic’s secret', async () => {
    const { status } = await send(handler, 'POST /webhooks/appointments', {
      body: envelope(),
      headers: { 'x-webhook-secret': SECRET },
    });
    expect(status).toBe(401);
  });
});

describe('what is noted for the diagnostics', () => {
  const noted = async () => Object.fromEntries(await evidence.notes('webhooks'));
  const at = '2026-11-23T10:00:00.000Z';

  it('is that webhooks are taken in, once a minute', async () => {
    await booknetic();
    await booknetic({ appointment_id: '2' });
    expect(await noted()).toEqual({ 'booknetic taken_in': { at, count: 1 } });
    expect(evidence.writes).toBe(1);
    clock.advance(60);
    await booknetic({ appointment_id: '3' });
    expect(await noted()).toEqual({ 'booknetic taken_in': { at: '2026-11-23T10:01:00.000Z', count: 3 } });
  });

  it('is why one was refused, by names alone', async () => {
    await booknetic({ service_name: '{service_name}', staff_email: '{mitarbeiter}', location_name: '{service_name}' });
    await booknetic({ add_to_google_calendar_link: '', appointment_date: '31.12.2026, Luis' });
    await booknetic({ staff_email: 'ana', customer_email: 'luis' });
    await booknetic({}, { body: 'null', headers: { 'content-type': 'application/json' } });
    await booknetic({}, { body: '{"', headers: { 'content-type': 'application/json' } });
    await neutral(envelope({ start: 'yesterday' }));
    await neutral(envelope({ staff: { email: 'x' } }));
    await neutral(envelope(), { headers: { 'content-type': 'text/plain' } });
    expect(await noted()).toEqual({
      'booknetic unreplaced_keywords': { at, count: 1, keywords: ['service_name', 'mitarbeiter'] },
      'booknetic unreadable_times': { at, count: 1, fields: ['appointment_date'] },
      'booknetic not_valid': { at, count: 1, fields: ['staff_email', 'customer_email'] },
      'booknetic unreadable_body': { at, count: 1 },
      'appointments unreadable_times': { at, count: 1, fields: ['data.start'] },
      'appointments not_valid': { at, count: 1, fields: ['data.staff.email'] },
      'appointments unreadable_body': { at, count: 1 },
    });
    expect(JSON.stringify(await noted())).not.toMatch(/luis|2026, /i);
  });

  it('is that a stranger came, and nothing of what they brought', async () => {
    for (let index = 0; index < 20; index += 1) {
      await booknetic({ service_name: `x${index}` }, { headers: { 'x-webhook-secret': `guess-${index}` } });
      await booknetic({}, { headers: { 'x-webhook-secret': '' } });
    }
    await neutral(envelope(), { signature: '' });
    await neutral(envelope(), { signature: 'v1,AAAA' });
    expect(await noted()).toEqual({
      'booknetic wrong_secret': { at, count: 1 },
      'booknetic secret_missing': { at, count: 1 },
      'appointments secret_missing': { at, count: 1 },
      'appointments wrong_secret': { at, count: 1 },
    });
    expect(evidence.writes).toBe(4);
  });

  it('is each turn from bad to good and back, at once', async () => {
    await booknetic();
    clock.advance(0.25);
    await booknetic({ staff_email: 'ana' });
    clock.advance(1);
    await booknetic({ appointment_id: '2' });
    clock.advance(1);
    await booknetic({ staff_email: 'ana' });
    expect(await noted()).toEqual({
      'booknetic taken_in': { at: '2026-11-23T10:00:01.250Z', count: 2 },
      'booknetic not_valid': { at: '2026-11-23T10:00:02.250Z', count: 2, fields: ['staff_email'] },
    });
  });

  it('never fails or holds up a webhook', async () => {
    const failures: unknown[] = [];
    const make = (note: () => Promise<void>) =>
      makeHandler({
        appointments,
        settings,
        secrets: secretsOf({ shared: SECRET, signing: SIGNING }),
        webhookSecretId: 'shared',
        signingSecretId: 'signing',
        witness: makeWitness({ store: { note }, topic: 'webhooks', clock, onFailure: (error) => failures.push(error) }),
        clock,
        logger,
      });
    handler = make(() => Promise.reject(new Error('no')));
    expect((await booknetic()).status).toBe(202);
    expect(failures).toHaveLength(1);
    handler = make(() => new Promise(() => {}));
    expect((await booknetic({ appointment_id: '2' })).status).toBe(202);
  });
});
