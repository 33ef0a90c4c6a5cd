import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../../shared/api/openapi.ts';
import {
  bookneticForm,
  type Driver,
  neutralData,
  type Page,
  rfc3339,
  type System,
  startSystem,
  tomorrow,
} from './driver.ts';

const OLD_KEY = `whsec_${Buffer.from('an-older-key-that-is-going-away').toString('base64')}`;
const NEW_KEY = `whsec_${Buffer.from('the-key-that-takes-its-place-now').toString('base64')}`;
const MINUTE = 60_000;

let system: System;
let driver: Driver;

beforeAll(async () => {
  system = await startSystem({ WEBHOOK_SIGNING_SECRET: `${NEW_KEY} ${OLD_KEY}`, ADMIN_API_KEY: 'the-admin-key' });
  driver = system.driver;
});

afterAll(async () => {
  await system.stack.stop();
});

interface Problem {
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
}

/** Checks that an answer is a problem of that status. @returns its body */
async function problem(response: Response, status: number): Promise<Problem> {
  const body = (await response.json()) as Problem;
  expect({ status: response.status, type: response.headers.get('content-type'), body }).toMatchObject({
    status,
    type: expect.stringMatching(/^application\/problem\+json/),
    body: {
      type: expect.any(String),
      title: expect.stringMatching(/\S/),
      status,
      detail: expect.stringMatching(/\S/),
      instance: expect.stringMatching(/\S/),
    },
  });
  return body;
}

const paths = ({ errors = [] }: Problem): string[] => errors.map(({ path }) => path).sort();
const post = (path: string, body: string | Buffer<ArrayBuffer>, headers: Record<string, string>): Promise<Response> =>
  driver.fetch(`${driver.url}${path}`, { method: 'POST', body, headers });
const created = (id: string, changes: object = {}, timestamp = '2026-11-22T10:00:00Z') => ({
  type: 'appointment.created',
  timestamp,
  data: { ...neutralData({ id, staff: 'ana@contract.test' }), ...changes },
});

describe('POST /webhooks/booknetic', () => {
  const form = (id: string, fields: Record<string, string> = {}) =>
    bookneticForm({ id, staff: 'ana@contract.test', fields });

  it.each([
    ['no', undefined],
    ['an empty', ''],
    ['a wrong', 'guess'],
  ])('refuses %s secret', async (_what, secret) => {
    const answer = await driver.fetch(`${driver.url}/webhooks/booknetic`, {
      method: 'POST',
      body: form('100'),
      ...(secret !== undefined && { headers: { 'x-webhook-secret': secret } }),
    });

    await problem(answer, 401);
    expect((await driver.admin('GET', '/appointments/booknetic:100')).status).toBe(404);
  });

  it('refuses what it cannot read', async () => {
    const headers = { 'x-webhook-secret': system.stack.webhookSecret };
    const json = { ...headers, 'content-type': 'application/json' };

    await problem(await post('/webhooks/booknetic', '{"event":', json), 400);
    await problem(await post('/webhooks/booknetic', Buffer.from([0xff, 0xfe]), json), 400);
    await problem(await post('/webhooks/booknetic', '<a/>', { ...headers, 'content-type': 'text/xml' }), 415);
    await problem(await post('/webhooks/booknetic', '[]', json), 422);
    await problem(await driver.postForm(form('101', { appointment_notes: 'x'.repeat(300 * 1024) })), 413);
  });

  it('names every fault at once', async () => {
    const wrong = form('102', {
      event: 'booking_guessed',
      appointment_status: '',
      service_name: '',
      staff_email: 'nobody',
      customer_email: 'no address',
      add_to_google_calendar_link: 'https://calendar.google.com/',
    });

    const answer = await problem(await driver.postForm(wrong), 422);

    expect(paths(answer)).toEqual([
      'add_to_google_calendar_link',
      'appointment_status',
      'customer_email',
      'event',
      'service_name',
      'staff_email',
    ]);
  });

  it('names a keyword that was not filled in', async () => {
    const answer = await problem(await driver.postForm(form('103', { service_name: '{service_name}' })), 422);

    expect(answer.errors).toMatchObject([{ path: 'service_name', message: expect.stringContaining('{service_name}') }]);
  });

  it('reads a flat JSON object as it reads a form', async () => {
    const headers = { 'x-webhook-secret': system.stack.webhookSecret, 'content-type': 'application/json' };

    const answer = await post('/webhooks/booknetic', JSON.stringify(Object.fromEntries(form('104'))), headers);

    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ appointmentId: 'booknetic:104', revision: 1, outcome: 'accepted' });
  });

  it('says what a delivery came to', async () => {
    const at = (start: number, event = 'booking_rescheduled') =>
      driver.postForm(bookneticForm({ id: '105', staff: 'ana@contract.test', start, event }));
    const seen: unknown[] = [];
    for (const answer of [
      await at(tomorrow(), 'booking_new'),
      await at(tomorrow(), 'booking_new'),
      await at(tomorrow()),
      await at(tomorrow(1)),
      await at(tomorrow(), 'booking_new'),
    ]) {
      const { outcome, revision } = (await answer.json()) as { outcome: string; revision: number };
      seen.push([answer.status, outcome, revision]);
    }

    expect(seen).toEqual([
      [202, 'accepted', 1],
      [200, 'duplicate', 1],
      [200, 'unchanged', 1],
      [202, 'accepted', 2],
      [200, 'stale', 2],
    ]);
  });

  it('stores no password and no link that acts for somebody', async () => {
    const acting = {
      customer_password: 'acting-1',
      url_to_reset_password: 'https://acting-2.test',
      url_to_complete_customer_signup: 'https://acting-3.test',
      appointment_payment_link_stripe: 'https://acting-4.test',
      link_to_change_appointment_status_to_canceled: 'https://acting-5.test',
    };
    await driver.postForm(form('106', { ...acting, company_name: 'Clínica Sol' }));

    const view = JSON.stringify(await driver.view('106'));

    expect(view).toContain('Clínica Sol');
    expect(view).not.toContain('acting-');
  });

  it.each([
    ['Y-m-d', 'H:i', '2031-12-01 15:00', '2031-12-01 15:45'],
    ['d/m/Y', 'H:i', '01/12/2031 15:00', '01/12/2031 15:45'],
    ['m/d/Y', 'h:i A', '12/01/2031 03:00 PM', '12/01/2031 03:45 PM'],
  ])('reads %s %s in the time zone of the settings', async (dateFormat, timeFormat, start, end) => {
    await driver.settings({ timeZone: 'Europe/Madrid', dateFormat, timeFormat });
    const id = `107-${dateFormat.replaceAll(/\W/g, '')}`;

    const answer = await driver.postForm(
      form(id, {
        add_to_google_calendar_link: '',
        appointment_start_date_time: start,
        appointment_end_date_time: end,
      }),
    );

    expect(answer.status).toBe(202);
    expect((await driver.view(id)).appointment).toMatchObject({
      start: '2031-12-01T14:00:00Z',
      end: '2031-12-01T14:45:00Z',
    });
  });
});

describe('POST /webhooks/appointments', () => {
  it('refuses a signature that is missing, wrong, or not of now', async () => {
    const body = created('200');
    const unsigned = await post('/webhooks/appointments', JSON.stringify(body), { 'content-type': 'application/json' });

    await problem(unsigned, 401);
    await problem(await driver.postSigned(body, { secret: `whsec_${btoa('another key of some length')}` }), 401);
    await problem(await driver.postSigned(body, { sentAt: new Date(Date.now() - 5.5 * MINUTE) }), 401);
    await problem(await driver.postSigned(body, { sentAt: new Date(Date.now() + 5.5 * MINUTE) }), 401);
    expect((await driver.admin('GET', '/appointments/appointments:200')).status).toBe(404);
  });

  it('takes either key while one is replaced by the other, and a signature of four minutes ago', async () => {
    expect((await driver.postSigned(created('201'), { secret: OLD_KEY })).status).toBe(202);
    expect((await driver.postSigned(created('202'), { secret: NEW_KEY })).status).toBe(202);
    const late = { sentAt: new Date(Date.now() - 4 * MINUTE) };
    expect((await driver.postSigned(created('203'), late)).status).toBe(202);
  });

  it('checks the signature before it reads', async () => {
    await problem(await driver.postSigned('{"type":'), 400);
    const headers = { 'content-type': 'application/json' };
    await problem(await post('/webhooks/appointments', '{"type":', headers), 401);
    await problem(await post('/webhooks/appointments', `"${'x'.repeat(300 * 1024)}"`, headers), 413);
  });

  it('names every fault at once', async () => {
    const wrong = created('204', {
      start: '2020-12-01 15:00',
      timeZone: 'Madrid',
      staff: { email: 'nobody' },
      customers: [{ name: 'Luis', email: 'luis' }],
    });

    const answer = await problem(await driver.postSigned(wrong), 422);

    expect(paths(answer)).toEqual(['data.customers.0.email', 'data.staff.email', 'data.start', 'data.timeZone']);
    expect(paths(await problem(await driver.postSigned({ type: 'appointment.guessed' }), 422))).toContain('type');
  });

  it('says what a delivery came to', async () => {
    const outcomes: unknown[] = [];
    const send = async (body: object, id?: string) => {
      const answer = await driver.postSigned(body, id ? { id } : {});
      const { outcome, revision } = (await answer.json()) as { outcome: string; revision: number };
      outcomes.push([answer.status, outcome, revision]);
    };
    const updated = { ...created('205', { notes: 'new' }, '2026-11-22T10:05:00Z'), type: 'appointment.updated' };

    await send(created('205'), 'msg_first');
    await send(created('205'), 'msg_first');
    await send(updated, 'msg_second');
    await send({ ...updated, timestamp: '2026-11-22T10:06:00Z' });
    await send({ ...created('205', { notes: 'old' }, '2026-11-22T10:01:00Z'), type: 'appointment.updated' });
    await send({ type: 'appointment.cancelled', timestamp: '2026-11-22T10:07:00Z', data: { id: '205' } });
    await send(created('205', {}, '2026-11-22T10:08:00Z'));
    await send(updated, 'msg_second');

    expect(outcomes).toEqual([
      [202, 'accepted', 1],
      [200, 'duplicate', 1],
      [202, 'accepted', 2],
      [200, 'unchanged', 2],
      [200, 'stale', 2],
      [202, 'accepted', 3],
      [200, 'stale', 3],
      [200, 'duplicate', 3],
    ]);
    expect((await driver.view('appointments:205')).appointment.status).toMatch(/^cancel/);
  });
});

it('GET /openapi.json shows the document that all answers here are compared with', async () => {
  const answer = await driver.fetch('/openapi.json');

  expect(await answer.json()).toEqual(JSON.parse(JSON.stringify(openApiDocument(driver.url))));
  const known = { 'if-none-match': answer.headers.get('etag') ?? '' };
  expect((await driver.fetch('/openapi.json', { headers: known })).status).toBe(304);
});

describe('the admin API', () => {
  it('refuses a missing or wrong key everywhere', async () => {
    for (const [method, path] of [
      ['GET', '/settings'],
      ['PUT', '/settings/google'],
      ['GET', '/keywords'],
      ['GET', '/staff'],
      ['GET', '/appointments'],
      ['POST', '/staff/ana@contract.test/connect-link'],
      ['GET', '/appointments/booknetic:1'],
      ['POST', '/appointments/booknetic:1/cancel'],
    ] as const) {
      const none = await driver.fetch(`${driver.url}${path}`, { method });
      await problem(none, 401);
      await problem(await driver.admin(method, path, undefined, { authorization: 'Bearer the-admin-kex' }), 401);
    }
  });

  it('knows no appointment, no staff member and no path that there is not', async () => {
    await problem(await driver.admin('GET', '/appointments/booknetic:none'), 404);
    await problem(await driver.admin('POST', '/appointments/booknetic:none/resync'), 404);
    await problem(await driver.admin('POST', '/appointments/booknetic:none/cancel'), 404);
    await problem(await driver.admin('GET', '/staff/none@contract.test'), 404);
    expect((await driver.admin('GET', '/nothing/here')).status).toBe(404);
    expect((await driver.admin('DELETE', '/settings')).status).toBe(404);
  });

  it('saves settings only over the version that the client knows', async () => {
    const first = await driver.admin('GET', '/settings');
    const etag = first.headers.get('etag') ?? '';
    const whole = (await first.json()) as object;
    const change = { senderName: 'Clínica Sol' };

    const saved = await driver.admin('PATCH', '/settings', change, { 'if-match': etag });
    expect(saved.status).toBe(200);
    expect(await saved.json()).toEqual({ ...whole, ...change });
    expect(saved.headers.get('etag')).not.toBe(etag);
    await problem(await driver.admin('PATCH', '/settings', { senderName: 'Other' }, { 'if-match': etag }), 412);
    await problem(await driver.admin('PUT', '/settings', whole, { 'if-match': etag }), 412);
    expect((await driver.admin('PATCH', '/settings', { senderName: null })).status).toBe(200);
  });

  it('names every fault of the settings, with the nearest keyword', async () => {
    const answer = await problem(
      await driver.admin('PATCH', '/settings', {
        unknownField: 1,
        timeZone: 'Madrid',
        retentionDays: 0,
        googleInvitations: 'some',
        adminEmail: 'nobody',
      }),
      422,
    );
    expect(JSON.stringify(answer.errors)).toMatch(/unknownField/);
    expect(paths(answer)).toEqual(
      expect.arrayContaining(['adminEmail', 'googleInvitations', 'retentionDays', 'timeZone']),
    );
    const template = await problem(await driver.admin('PATCH', '/settings', { eventTitle: '{service_nam}' }), 422);
    expect(template.errors).toMatchObject([{ path: 'eventTitle', message: expect.stringContaining('{service_name}') }]);
    await problem(await driver.admin('PATCH', '/settings', 'text'), 422);
    await problem(await driver.admin('PUT', '/settings', {}, { 'content-type': 'text/plain' }), 415);
  });

  it('never gives the Google client secret back', async () => {
    const client = { clientId: 'client-id', clientSecret: 'client-secret-value' };
    const put = await driver.admin('PUT', '/settings/google', client);
    expect(put.status).toBe(200);

    const shown = await (await driver.admin('GET', '/settings/google')).json();

    expect(shown).toEqual({
      clientId: 'client-id',
      clientSecretSet: true,
      redirectUri: `${driver.url}/oauth/google/callback`,
    });
    expect(await put.text()).not.toContain(client.clientSecret);
  });

  it('lets every field that a booking has carried be used in templates', async () => {
    await driver.postForm(
      bookneticForm({ id: '300', staff: 'ana@contract.test', fields: { custom_room: 'Blue room' } }),
    );
    await expect
      .poll(async () => await (await driver.admin('GET', '/keywords')).text(), { timeout: 15_000 })
      .toContain('custom_room');

    const preview = await driver.admin('POST', '/settings/preview', {
      eventTitle: '{service_name} in {custom_room} {nobody_knows}',
      appointmentId: 'booknetic:300',
    });

    expect(await preview.json()).toMatchObject({
      title: expect.stringContaining('Consulta in Blue room'),
      unknownKeywords: ['nobody_knows'],
    });
  });

  it('shows a booking with its meeting, messages and timeline', async () => {
    await driver.book({ id: '301', staff: 'never-connects@contract.test' });

    const view = await driver.untilView('301', ({ meeting }) => meeting.state === 'waiting_for_staff');

    expect(view).toEqual({
      appointment: expect.objectContaining({ id: 'booknetic:301', status: 'approved', revision: 1 }),
      meeting: {
        state: 'waiting_for_staff',
        meetUrl: null,
        eventId: null,
        calendarId: null,
        eventLink: null,
        attempts: 0,
        nextAttemptAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
        error: { code: 'staff_not_connected', message: expect.stringMatching(/\S/) },
      },
      messages: [],
      timeline: expect.arrayContaining([
        { at: expect.stringMatching(/Z$/), what: 'state_waiting_for_staff', detail: 'staff_not_connected' },
      ]),
    });
  });

  it('lists bookings a page at a time, by start and then by id, and finds those in a state', async () => {
    const staff = 'list@contract.test';
    await driver.connect(staff);
    const ids = ['400', '401', '402', '403', '404'];
    // Two meetings of two at one hour, and one an hour before them.
    for (const [index, id] of ids.entries()) {
      await driver.book({ id, staff, start: tomorrow(index === 4 ? 47 : 48), service: index % 2 ? 'Yoga' : 'Pilates' });
    }
    await driver.book({ id: '405', staff: 'unlisted@contract.test', start: tomorrow(48) });
    await driver.book({ id: '401', staff, start: tomorrow(48), event: 'booking_status_changed', status: 'canceled' });
    for (const id of ids) {
      await driver.untilView(id, ({ meeting }) => meeting.state === (id === '401' ? 'cancelled' : 'ready'));
    }

    const list = (query: Record<string, string>) => driver.list({ staff, ...query });
    const found: string[] = [];
    const pages: number[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: Page = await list({ limit: '2', cursor });
      found.push(...page.items.map(({ appointment }) => appointment.id));
      pages.push(page.items.length);
      cursor = page.cursor;
    }

    expect(found).toEqual(['404', '400', '401', '402', '403'].map((id) => `booknetic:${id}`));
    expect(pages).toEqual([2, 2, 1]);
    const inState = async (state: string) =>
      (await list({ state, to: rfc3339(tomorrow(49)) })).items.map(({ appointment }) => appointment.id);
    expect(await inState('cancelled')).toEqual(['booknetic:401']);
    expect(await inState('cancelled,failed,ready')).toEqual(found);
    const { items } = await list({ from: rfc3339(tomorrow(47)), to: rfc3339(tomorrow(48)) });
    const { appointment, meeting } = await driver.view('404');
    expect(items).toEqual([{ appointment, meeting: { ...meeting, nextAttemptAt: items[0]?.meeting.nextAttemptAt } }]);
    expect(meeting.meetUrl).toMatch(/^https:/);
    const wrong = await problem(await driver.admin('GET', '/appointments?limit=0&from=today&cursor=x&page=2'), 422);
    expect(paths(wrong)).toEqual(['cursor', 'from', 'limit', 'page']);
  });
});
