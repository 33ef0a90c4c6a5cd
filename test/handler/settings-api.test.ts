import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/settings-api/handler.ts';
import type { GoogleClient } from '../../shared/google/oauth.ts';
import { DeliveryError } from '../../shared/notifications/delivery-error.ts';
import { MESSAGE_KEYWORDS } from '../../shared/settings/message-keywords.ts';
import {
  CHANNELS,
  defaultSettings,
  LOCALES,
  MESSAGE_KINDS,
  ROLES,
  type Settings,
} from '../../shared/settings/settings.ts';
import { anAppointment, customer } from '../builders/bookings.ts';
import { FakeAppointmentStore } from '../fakes/appointment-store.ts';
import { FakeMail } from '../fakes/mail.ts';
import { FakeMeetingStore } from '../fakes/meeting-store.ts';
import { FakeSettingsStore } from '../fakes/settings-store.ts';
import { secretsOf } from '../unit/staff/secrets.ts';
import { ADMIN_KEY, asAdmin, keptLogs, type Request, send } from './events.ts';

const { logger, lines } = keptLogs();
let settings: FakeSettingsStore;
let appointments: FakeAppointmentStore;
let meetings: FakeMeetingStore;
let mail: FakeMail;
let google: GoogleClient | undefined;
let carried: string[];
let handler: ReturnType<typeof makeHandler>;

beforeEach(() => {
  lines.length = 0;
  settings = new FakeSettingsStore();
  appointments = new FakeAppointmentStore();
  meetings = new FakeMeetingStore(() => 1);
  mail = new FakeMail();
  google = undefined;
  carried = [];
  handler = makeHandler({
    settings,
    appointments,
    meetings,
    mail,
    secrets: secretsOf({ key: ADMIN_KEY }),
    adminKeySecretId: 'key',
    googleClient: async () => google,
    storeGoogleClient: async (client) => {
      google = client;
    },
    carrySettings: async (when) => void carried.push(`${when} at version ${(await settings.get()).version}`),
    publicUrl: 'https://meet.test',
    clock: { now: () => new Date('2026-11-23T10:00:00Z') },
    logger,
  });
});

const call = (routeKey: string, body?: unknown, headers: Record<string, string> = {}, request: Request = {}) =>
  send(handler, routeKey, { ...request, ...(body !== undefined && { body }), headers: { ...asAdmin, ...headers } });
const paths = (json: { errors: { path: string }[] }) => json.errors.map(({ path }) => path).sort();

it.each([
  'GET /settings',
  'PUT /settings',
  'PATCH /settings',
  'GET /settings/google',
  'PUT /settings/google',
  'GET /keywords',
  'POST /settings/preview',
])('%s needs the admin key', async (routeKey) => {
  expect((await send(handler, routeKey, { body: {} })).status).toBe(401);
  expect((await settings.get()).version).toBe(0);
});

describe('GET /settings', () => {
  it('has the defaults before anything was saved, with an ETag', async () => {
    const { status, json, headers } = await call('GET /settings');
    expect([status, json]).toEqual([200, defaultSettings]);
    expect(headers.etag).toMatch(/^"[^"]+"$/);
  });
});

describe('PUT /settings', () => {
  it('replaces them all, the rest by defaults', async () => {
    await call('PUT /settings', { locale: 'es', retentionDays: 30 });
    const { status, json, headers } = await call('PUT /settings', { locale: 'es' });
    expect([status, json]).toEqual([200, { ...defaultSettings, locale: 'es' }]);
    const read = await call('GET /settings');
    expect([read.json, read.headers.etag]).toEqual([json, headers.etag]);
  });

  it('takes what GET gave', async () => {
    const { json, headers } = await call('GET /settings');
    const saved = await call('PUT /settings', json, { 'if-match': headers.etag ?? '' });
    expect([saved.status, saved.json]).toEqual([200, json]);
    expect(saved.headers.etag).not.toBe(headers.etag);
  });

  it('says all that is wrong', async () => {
    const { status, json, headers } = await call('PUT /settings', { locale: 'fr', eventTitel: 'x', retentionDays: 0 });
    expect([status, paths(json)]).toEqual([422, ['eventTitel', 'locale', 'retentionDays']]);
    expect(headers['content-type']).toBe('application/problem+json');
    expect((await settings.get()).version).toBe(0);
  });

  it.each(['[]', '"x"', 'null', '1'])('is not %s', async (body) => {
    expect((await call('PUT /settings', body, { 'content-type': 'application/json' })).status).toBe(422);
  });
});

describe('If-Match', () => {
  it('lets the present version through and no other', async () => {
    const { etag = '' } = (await call('GET /settings')).headers;
    const first = await call('PATCH /settings', { locale: 'es' }, { 'if-match': etag });
    expect(first.status).toBe(200);
    for (const routeKey of ['PATCH /settings', 'PUT /settings']) {
      const late = await call(routeKey, { locale: 'en' }, { 'if-match': etag });
      expect([late.status, late.json.title]).toEqual([412, 'Precondition Failed']);
    }
    expect((await settings.get()).settings.locale).toBe('es');
  });

  it.each([
    ['*', 200],
    ['"0"', 200],
    ['W/"0"', 200],
    ['"7", "0"', 200],
    ['"7"', 412],
    ['0', 412],
    ['', 200],
  ])('may be %j: %i', async (match, status) => {
    expect((await call('PATCH /settings', { locale: 'es' }, { 'if-match': match })).status).toBe(status);
  });

  it('keeps two who save at once from losing one another’s change', async () => {
    const { etag = '' } = (await call('GET /settings')).headers;
    const both = await Promise.all([
      call('PATCH /settings', { locale: 'es' }, { 'if-match': etag }),
      call('PATCH /settings', { retentionDays: 30 }, { 'if-match': etag }),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 412]);
  });

  it('is not needed: patches of different fields both stand', async () => {
    const both = await Promise.all([
      call('PATCH /settings', { locale: 'es' }),
      call('PATCH /settings', { retentionDays: 30 }),
    ]);
    expect(both.map(({ status }) => status)).toEqual([200, 200]);
    expect((await settings.get()).settings).toMatchObject({ locale: 'es', retentionDays: 30 });
  });
});

describe('PATCH /settings', () => {
  it('merges, and null brings a default back', async () => {
    await call('PUT /settings', { senderName: 'Clínica Sol', notifications: { email: { staff: false } } });
    const { json } = await call(
      'PATCH /settings',
      { senderName: null, notifications: { sms: { customer: true } }, reminders: [] },
      { 'content-type': 'application/merge-patch+json' },
    );
    expect(json).toEqual({
      ...defaultSettings,
      notifications: { email: { customer: true, staff: false }, sms: { customer: true, staff: false } },
      reminders: [],
    });
  });

  it('refuses what would not be valid as a whole', async () => {
    const { status, json } = await call('PATCH /settings', { notifications: { email: { boss: true } }, nope: 1 });
    expect([status, paths(json)]).toEqual([422, ['nope', 'notifications.email.boss']]);
  });
});

describe('a template', () => {
  it('with an unknown keyword among other faults is told with them', async () => {
    const { status, json } = await call('PATCH /settings', { eventTitle: '{servce_name}', nope: 1 });
    expect([status, paths(json)]).toEqual([422, ['eventTitle', 'nope']]);
  });

  it('with an unknown keyword is 422 and names the nearest one', async () => {
    const { status, json } = await call('PATCH /settings', {
      eventTitle: '{servise_name}',
      eventDescription: '{custmer_email} {service_name}',
      templates: { booked: { customer: { email: { es: { subject: '{meet_lnk}', body: '{foo_bar}' } } } } },
    });
    expect(status).toBe(422);
    expect(paths(json)).toEqual([
      'eventDescription',
      'eventTitle',
      'templates.booked.customer.email.es.body',
      'templates.booked.customer.email.es.subject',
    ]);
    const message = (path: string) => json.errors.find((fault: { path: string }) => fault.path === path).message;
    expect(message('eventTitle')).toContain('{service_name}');
    expect(message('eventDescription')).toContain('{customer_email}');
    expect(message('templates.booked.customer.email.es.subject')).toContain('{meet_link}');
  });

  it('may name every field that a booking has carried', async () => {
    expect((await call('PATCH /settings', { eventTitle: '{my_field}' })).status).toBe(422);
    await settings.observe(['my_field']);
    expect((await call('PATCH /settings', { eventTitle: '{my_field}' })).status).toBe(200);
  });

  it('may name in a message what only messages have, and the connect button', async () => {
    const body = MESSAGE_KEYWORDS.map((name) => `{${name}}`).join(' ');
    const templates: Settings['templates'] = { rescheduled: { customer: { email: { en: { body } } } } };
    expect((await call('PATCH /settings', { templates })).status).toBe(200);
    const connect = { connect_google: { staff: { email: { es: { body: 'Hola {staff_name}: {connect_button}' } } } } };
    expect((await call('PATCH /settings', { templates: connect })).status).toBe(200);
  });
});

describe('what changes events', () => {
  it('is carried to every booking, before and after it is saved', async () => {
    await call('PATCH /settings', { eventTitle: '{service_name}' });
    expect(carried).toEqual(['later at version 0', 'now at version 1']);
  });

  it.each([
    { enabled: false },
    { statuses: ['approved', 'pending'] },
    { addCustomersAsAttendees: false },
    { customersCanSeeOtherAttendees: true },
    { timeZone: 'Europe/Madrid' },
    { expectStartsPing: true },
  ])('such as %j', async (change) => {
    await call('PATCH /settings', change);
    expect(carried).toHaveLength(2);
  });

  it.each([{ replyTo: 'a@b.test' }, { retentionDays: 30 }, { enabled: true }, {}])('but not %j', async (change) => {
    expect((await call('PATCH /settings', change)).status).toBe(200);
    expect(carried).toEqual([]);
  });

  it('is not carried when it was refused', async () => {
    await call('PATCH /settings', { eventTitle: '{nope}' });
    await call('PATCH /settings', { eventTitle: 'x' }, { 'if-match': '"7"' });
    expect(carried).toEqual([]);
  });
});

describe('/settings/google', () => {
  it('says that nothing is entered, and what to enter at Google', async () => {
    expect((await call('GET /settings/google')).json).toEqual({
      clientId: null,
      clientSecretSet: false,
      redirectUri: 'https://meet.test/oauth/google/callback',
    });
  });

  it('takes the client in and never gives its secret back', async () => {
    const { status, text } = await call('PUT /settings/google', { clientId: ' id ', clientSecret: 'hush' });
    expect(status).toBe(200);
    expect(google).toEqual({ clientId: 'id', clientSecret: 'hush' });
    const read = await call('GET /settings/google');
    expect(read.json).toMatchObject({ clientId: 'id', clientSecretSet: true });
    expect(text + read.text + lines.join('')).not.toContain('hush');
  });

  it.each([
    {},
    { clientId: 'id' },
    { clientId: '', clientSecret: 'x' },
    { clientId: 'a', clientSecret: 'b', extra: 1 },
  ])('refuses %j', async (body) => {
    expect((await call('PUT /settings/google', body)).status).toBe(422);
    expect(google).toBeUndefined();
  });
});

describe('GET /keywords', () => {
  it('lists the platform’s and those that bookings have carried', async () => {
    await settings.observe(['my_field', 'service_name']);
    const { json } = await call('GET /keywords');
    const names = json.map(({ keyword }: { keyword: string }) => keyword);
    expect(names).toEqual(
      expect.arrayContaining(['service_name', 'customer_full_name', 'appointment_start_time', 'my_field']),
    );
    expect(new Set(names).size).toBe(names.length);
    for (const row of json) expect(Object.keys(row)).toEqual(['keyword', 'description', 'example']);
  });

  it.each([
    ['es-ES,es;q=0.9', 'es', 'Nombre del servicio'],
    ['fr', 'en', 'Name of the service'],
  ])('says what they stand for to who reads %s', async (accepted, language, description) => {
    const { json, headers } = await call('GET /keywords', undefined, { 'accept-language': accepted });
    expect(headers['content-language']).toBe(language);
    expect(json).toContainEqual({ keyword: 'service_name', description, example: 'Consulta' });
  });
});

describe('POST /settings/preview', () => {
  it('shows the saved templates with a sample', async () => {
    const { status, json } = await call('POST /settings/preview', {});
    expect(status).toBe(200);
    expect(json).toEqual({
      title: 'Consulta – Luis Pérez',
      description: expect.stringContaining('Ana García'),
      unknownKeywords: [],
    });
  });

  it('shows others without saving them, and what is unknown in them', async () => {
    const { json } = await call('POST /settings/preview', {
      eventTitle: '{staff_name}: {nope}',
      eventDescription: '{nope} {nada}\nRoom {my_field}',
    });
    expect(json).toEqual({ title: 'Ana García', description: '', unknownKeywords: ['nope', 'nada', 'my_field'] });
    expect((await settings.get()).version).toBe(0);
  });

  it('shows a booking as its event would be', async () => {
    await appointments.put(anAppointment('booknetic:1', { keywords: { my_field: '7' } }));
    await settings.observe(['my_field']);
    const preview = (appointmentId: string) =>
      call('POST /settings/preview', { eventTitle: '{service_name} {customer_full_name} {my_field}', appointmentId });
    expect((await preview('booknetic:1')).json.title).toBe('Consulta Luis 7');
    await appointments.put(anAppointment('appointments:2', { customers: [customer('Luis'), customer('Marta')] }));
    expect((await preview('appointments:2')).json.title).toBe('Consulta');
    expect((await preview('booknetic:9')).status).toBe(404);
  });

  it.each([{ title: 'x' }, { eventTitle: 1 }, { eventTitle: 'x'.repeat(501) }])('refuses %j', async (body) => {
    expect((await call('POST /settings/preview', body)).status).toBe(422);
  });
});

describe('a preview of a message', () => {
  const booked = { kind: 'booked', role: 'customer', channel: 'email', locale: 'es' };
  const previewed = (body: object) => call('POST /settings/preview-message', body);

  it('is of a sample booking, in the default words of its language', async () => {
    const { status, json } = await previewed(booked);
    expect(status).toBe(200);
    expect(json).toEqual({
      subject: expect.stringContaining('Consulta'),
      html: expect.stringMatching(/^<!doctype html>/i),
      text: expect.stringContaining('https://meet.google.com/abc-defg-hij'),
      defaults: expect.objectContaining({ body: expect.stringContaining('{join_button}') }),
      unknownKeywords: [],
    });
    expect(json.text).toContain('Hola, Luis');
  });

  it.each(
    MESSAGE_KINDS.flatMap((kind) =>
      ROLES.flatMap((role) =>
        CHANNELS.flatMap((channel) => LOCALES.map((locale) => ({ kind, role, channel, locale }))),
      ),
    ),
  )('is there for every message that is sent, and for no other: %j', async (name) => {
    const { status, json } = await previewed(name);
    const isSent =
      name.kind === 'connect_google' ? name.role !== 'customer' && name.channel === 'email' : name.role !== 'admin';
    expect(status).toBe(isSent ? 200 : 422);
    if (!isSent)
      return expect(paths(json)).toEqual([
        name.kind === 'connect_google' && name.role !== 'customer' ? 'channel' : 'role',
      ]);
    expect(json.text).not.toMatch(/[{}]|undefined|null/);
    expect(json.text.trim()).not.toBe('');
    if (name.channel === 'sms') expect(json).toMatchObject({ subject: '', html: '', segments: expect.any(Number) });
    else expect(json.subject).not.toBe('');
  });

  it('comes with the default words, which say the same when they are sent back, whatever is saved', async () => {
    let sent = 0;
    for (const kind of MESSAGE_KINDS) {
      for (const role of ROLES) {
        for (const channel of CHANNELS) {
          for (const language of LOCALES) {
            const name = { kind, role, channel, locale: language };
            const own = { subject: 'My subject', body: 'My words' };
            await call('PUT /settings', {});
            const { status, json: first } = await previewed(name);
            if (status === 422) continue;
            sent += 1;
            await call('PUT /settings', {
              templates: { [kind]: { [role]: { [channel]: { [language]: own } } } },
            });
            const { json: overridden } = await previewed(name);
            expect(overridden.text).toContain('My words');
            expect(overridden.defaults).toEqual(first.defaults);
            expect((await previewed({ ...name, ...overridden.defaults })).json).toEqual(first);
          }
        }
      }
    }
    expect(sent).toBe(44);
  });

  it('is of a template that is not saved, over the one that is', async () => {
    await call('PATCH /settings', {
      templates: { booked: { customer: { email: { es: { subject: 'Saved', body: 'Saved' } } } } },
    });
    const { json } = await previewed({ ...booked, body: '{customer_full_name} <b> {meet_link} {nope}' });
    expect(json).toMatchObject({ subject: 'Saved', unknownKeywords: ['nope'] });
    expect(json.text.trim()).toBe('Luis Pérez <b> https://meet.google.com/abc-defg-hij');
    expect(json.html).toContain('&#60;b&#62;');
    expect((await settings.get()).version).toBe(1);
  });

  it('is of a real booking, with its own link', async () => {
    await appointments.put(anAppointment('booknetic:1', { service: { name: 'Yoga' } }));
    const { json } = await previewed({ ...booked, appointmentId: 'booknetic:1' });
    expect(json.subject).toContain('Yoga');
    expect((await previewed({ ...booked, appointmentId: 'booknetic:9' })).status).toBe(404);
  });

  it.each([
    [{ ...booked, kind: 'nope' }, ['kind']],
    [{ ...booked, locale: 'fr', channel: 'fax' }, ['channel', 'locale']],
    [{ role: 'customer' }, ['channel', 'kind', 'locale']],
    [{ ...booked, html: 'x' }, ['html']],
    [{ ...booked, body: 'x'.repeat(20_001) }, ['body']],
  ])('refuses %j', async (body, faults) => {
    const { status, json } = await previewed(body);
    expect(status).toBe(422);
    expect(paths(json)).toEqual(faults);
  });
});

describe('a test message', () => {
  const booked = { kind: 'booked', role: 'customer', channel: 'email', locale: 'en' };

  it('goes to the admin, whoever it is for', async () => {
    await call('PATCH /settings', {
      adminEmail: 'admin@clinic.test',
      replyTo: 'hello@clinic.test',
      senderName: 'Clinic',
    });
    expect((await call('POST /settings/test-message', booked)).status).toBe(202);
    expect(mail.sent).toEqual([
      expect.objectContaining({
        to: { address: 'admin@clinic.test', name: 'admin@clinic.test' },
        fromName: 'Clinic',
        replyTo: 'hello@clinic.test',
        subject: expect.stringContaining('Consulta'),
      }),
    ]);
  });

  it('shows an SMS in a mail', async () => {
    await call('PATCH /settings', { adminEmail: 'admin@clinic.test' });
    await call('POST /settings/test-message', { ...booked, channel: 'sms' });
    expect(mail.sent[0]).toMatchObject({
      subject: expect.stringContaining('SMS'),
      text: expect.stringContaining('https://meet'),
    });
  });

  it('needs somebody to go to', async () => {
    const { status, json } = await call('POST /settings/test-message', booked);
    expect(status).toBe(409);
    expect(json.detail).toContain('adminEmail');
    expect(mail.sent).toEqual([]);
  });

  it('says why it was not sent', async () => {
    await call('PATCH /settings', { adminEmail: 'admin@clinic.test' });
    mail.fail(new DeliveryError('ses_sandbox', true, false, 'account'));
    const { status, json } = await call('POST /settings/test-message', booked);
    expect(status).toBe(409);
    expect(json.detail).toMatch(/sandbox.*\(SES console, Account dashboard\)\.$/);
  });
});

describe('reminders', () => {
  const remindersSince = async () => (await settings.get()).remindersSince;

  it('are asked for from the time of the change on, each by itself, and every booking is looked at again', async () => {
    await call('PATCH /settings', { senderName: 'Clinic' });
    expect(await remindersSince()).toEqual({});
    const byDefault = { minutesBefore: 1440, channels: ['email'] };
    await call('PATCH /settings', { reminders: [byDefault, { minutesBefore: 60, channels: ['email', 'sms'] }] });
    const since = { '60 email': '2026-11-23T10:00:00Z', '60 sms': '2026-11-23T10:00:00Z' };
    expect(await remindersSince()).toEqual(since);
    expect(carried).toEqual(['later at version 1', 'now at version 2']);
    await call('PATCH /settings', { senderName: 'Clinic 2' });
    expect(await remindersSince()).toEqual(since);
  });
});
