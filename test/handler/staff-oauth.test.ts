import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/staff-oauth/handler.ts';
import { makeWitness } from '../../shared/diagnostics/witness.ts';
import { GoogleError } from '../../shared/google/errors.ts';
import { SCOPES } from '../../shared/google/scopes.ts';
import { newMapping } from '../../shared/meetings/meeting.ts';
import { disconnect } from '../../shared/staff/connect.ts';
import { newStaff } from '../../shared/staff/staff.ts';
import { ANA, anAppointment, at, BEA, customer } from '../builders/bookings.ts';
import { FakeAppointmentStore } from '../fakes/appointment-store.ts';
import { FakeCalendar } from '../fakes/calendar.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { FakeMeetingStore } from '../fakes/meeting-store.ts';
import { FakeSettingsStore } from '../fakes/settings-store.ts';
import { CONSENT, makeSignIn } from '../unit/staff/sign-in.ts';
import { type Answer, keptLogs, send } from './events.ts';

const { logger, lines } = keptLogs();
let world: ReturnType<typeof makeSignIn>;
let appointments: FakeAppointmentStore;
let meetings: FakeMeetingStore;
let calendar: FakeCalendar;
let settings: FakeSettingsStore;
let evidence: FakeEvidenceStore;
let handler: ReturnType<typeof makeHandler>;

const witness = () =>
  makeWitness({ store: evidence, topic: 'sign-ins', clock: world.deps.clock, onFailure: () => expect.unreachable() });
const setUp = (publicUrl?: string) => {
  world = makeSignIn(publicUrl);
  appointments = new FakeAppointmentStore();
  meetings = new FakeMeetingStore((id) => appointments.peek(id)?.revision);
  calendar = new FakeCalendar((name) => world.deps.grants.ofSecret(name));
  settings = new FakeSettingsStore();
  evidence = new FakeEvidenceStore();
  handler = makeHandler({ ...world.deps, appointments, meetings, calendar, settings, witness: witness(), logger });
};
beforeEach(() => {
  lines.length = 0;
  setUp();
});

const token = async (email = ANA) => {
  await world.deps.staff.add(newStaff(email));
  return (await world.deps.links.sign('connect', email)).token;
};
const speaking = (language: string) => ({ headers: { 'accept-language': language } });
const open = async (link: string, language = 'en') =>
  send(handler, 'GET /connect/{token}', { path: { token: link }, ...speaking(language) });
const start = async (link: string, cookies: string[] = [], language = 'en') =>
  send(handler, 'GET /oauth/google/start', { query: { token: link }, cookies, ...speaking(language) });
const finish = (query: Record<string, string>, cookies: string[] = [], language = 'en') =>
  send(handler, 'GET /oauth/google/callback', { query, cookies, ...speaking(language) });
const begin = async (email = ANA) => {
  const answer = await start(await token(email));
  const cookie = answer.cookies[0]?.split(';')[0] ?? '';
  return { cookie, state: new URL(answer.headers.location ?? '').searchParams.get('state') ?? '' };
};
const connect = async (query: Record<string, string> = {}, language = 'en') => {
  const { cookie, state } = await begin();
  return finish({ state, code: 'code-1', ...query }, [cookie], language);
};

function expectPage({ status, headers, text }: Answer, expected: number, locale: 'en' | 'es', title: RegExp | string) {
  expect(status).toBe(expected);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['referrer-policy']).toBe('no-referrer');
  expect(text).toContain(`<html lang="${locale}">`);
  expect(/<h1>(.*)<\/h1>/.exec(text)?.[1]).toMatch(title);
  expect(text).not.toContain('undefined');
}

describe('GET /connect/{token}', () => {
  it('says what will happen, with the link that begins it', async () => {
    const link = await token();
    const answer = await open(link);
    expectPage(answer, 200, 'en', 'Connect your Google account');
    expect(answer.text).toContain(`href="/oauth/google/start?token=${link}"`);
    expect(answer.text).toContain(ANA);
    expect(answer.text).toContain('Google hasn’t verified this app');
  });

  it('says it in the language of the profile, else of the browser, else of the business', async () => {
    const link = await token();
    expectPage(await open(link, 'es-ES'), 200, 'es', 'Conecta tu cuenta de Google');
    expectPage(await open(link, 'de'), 200, 'en', 'Connect');
    await world.deps.staff.setProfile(ANA, { locale: 'es', calendarId: 'primary' });
    expectPage(await open(link, 'en'), 200, 'es', 'Conecta');
    expect((await open(link, 'en')).text).toContain('Google no ha verificado esta aplicación');
  });

  it('says which account is connected', async () => {
    await connect();
    expect((await open(await token())).text).toContain('ana@gmail.test');
  });

  it.each([
    ['en', 'This link does not work', 'This link has expired'],
    ['es', 'Este enlace no funciona', 'Este enlace ha caducado'],
  ] as const)('refuses what is forged or has ended, in %s', async (locale, forged, expired) => {
    const link = await token();
    expectPage(await open(`${link}x`, locale), 404, locale, forged);
    world.clock.advance(15 * 86_400);
    expectPage(await open(link, locale), 410, locale, expired);
  });

  it('takes what stands in a link for text', async () => {
    const answer = await open(await token('"><script>alert(1)</script>@x.test'));
    expect(answer.text).not.toContain('<script>');
    expect((await open('<script>alert(1)</script>')).text).not.toContain('<script>');
  });
});

describe('GET /oauth/google/start', () => {
  it('sends the browser to Google with a cookie that only comes back to us', async () => {
    const { status, headers, cookies } = await start(await token());
    expect(status).toBe(302);
    expect(headers.location).toMatch(/^https:\/\/google\.test\/auth\?/);
    expect(headers['cache-control']).toBe('no-store');
    expect(cookies).toHaveLength(1);
    const [pair = '', ...attributes] = cookies[0]?.split('; ') ?? [];
    expect(pair).toMatch(/^__Host-[\w-]+=[\w-]{43}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=1800', 'Path=/', 'SameSite=Lax', 'Secure']);
  });

  it('does the same without TLS on a laptop', async () => {
    setUp('http://localhost:3000');
    const { cookies } = await start(await token());
    expect(cookies[0]).toMatch(/^booking-meet-oauth=[\w-]{43}; /);
    expect(cookies[0]).not.toMatch(/Secure|__Host-/);
    expect(cookies[0]).toMatch(/HttpOnly; SameSite=Lax/);
    expect((await connect()).status).toBe(200);
  });

  it('keeps the cookie of a browser that has one, among others', async () => {
    const { cookie } = await begin();
    const { cookies } = await start(await token(), ['theme=dark', cookie, 'a=b=c']);
    expect(cookies[0]?.split(';')[0]).toBe(cookie);
  });

  it.each([
    ['', 404],
    ['x', 404],
  ])('refuses the link %j', async (link, status) => {
    const answer = await start(link);
    expectPage(answer, status, 'en', 'This link does not work');
    expect(answer.cookies).toEqual([]);
  });

  it('refuses when nothing is in the query', async () => {
    expect((await send(handler, 'GET /oauth/google/start')).status).toBe(404);
  });

  it.each([
    ['en', /not set up/],
    ['es', /no está configurado/],
  ] as const)('needs Google to be set up, in %s', async (locale, title) => {
    world.turns.client = undefined;
    expectPage(await start(await token(), [], locale), 409, locale, title);
  });
});

describe('GET /oauth/google/callback', () => {
  it.each([
    ['en', 'Your account is connected'],
    ['es', 'Tu cuenta está conectada'],
  ] as const)('says which account is connected, in %s', async (locale, title) => {
    const answer = await connect({}, locale);
    expectPage(answer, 200, locale, title);
    expect(answer.text).toContain('ana@gmail.test');
    expect((await world.deps.staff.get(ANA))?.connection.state).toBe('connected');
  });

  it.each([
    ['en', 'This sign-in is over'],
    ['es', 'Este inicio de sesión ya no vale'],
  ] as const)('refuses what was used, or took too long, in %s', async (locale, title) => {
    const { cookie, state } = await begin();
    await finish({ state, code: 'code-1' }, [cookie]);
    expectPage(await finish({ state, code: 'code-1' }, [cookie], locale), 410, locale, title);
    const late = await begin();
    world.clock.advance(1801);
    expectPage(await finish({ state: late.state, code: 'code-1' }, [late.cookie], locale), 410, locale, title);
    expect(world.google.exchanged).toHaveLength(1);
  });

  it.each([
    ['en', 'This sign-in was not begun here'],
    ['es', 'Este inicio de sesión no empezó aquí'],
  ] as const)('refuses what is forged or of another browser, in %s', async (locale, title) => {
    const { state } = await begin();
    const other = await begin();
    expectPage(await finish({ state, code: 'code-1' }, [other.cookie], locale), 403, locale, title);
    expectPage(await finish({ state: other.state, code: 'code-1' }, [], locale), 403, locale, title);
    expectPage(await finish({ state: `${state}x`, code: 'code-1' }, [other.cookie], locale), 403, locale, title);
    expectPage(await finish({}, [], locale), 403, locale, title);
    expect(world.google.exchanged).toHaveLength(0);
  });

  it.each([
    ['refused', 'en', 400, 'Your account was not connected'],
    ['refused', 'es', 400, 'Tu cuenta no se ha conectado'],
    ['calendar_not_ticked', 'en', 403, 'The calendar box was not ticked'],
    ['calendar_not_ticked', 'es', 403, 'Faltó marcar la casilla'],
    ['no_lasting_access', 'en', 409, 'no lasting access'],
    ['no_lasting_access', 'es', 409, 'acceso duradero'],
    ['google_client_rejected', 'en', 409, 'did not accept our application'],
    ['google_client_rejected', 'es', 409, 'no ha aceptado nuestra aplicación'],
    ['access_revoked', 'en', 400, 'did not complete'],
    ['access_revoked', 'es', 400, 'no ha completado'],
    ['google_unavailable', 'en', 409, 'not answering'],
    ['google_unavailable', 'es', 409, 'no responde'],
  ] as const)('%s: in %s says so, with %i and a link to begin again', async (what, locale, status, title) => {
    const { refreshToken: _refresh, ...passing } = CONSENT;
    if (what === 'calendar_not_ticked') world.google.consent = { ...CONSENT, scopes: ['openid'] };
    else if (what === 'no_lasting_access') world.google.consent = passing;
    else if (what !== 'refused') world.google.consent = what;
    const answer = await connect(what === 'refused' ? { error: 'access_denied' } : {}, locale);
    expectPage(answer, status, locale, new RegExp(title));
    const again = /href="\/connect\/([\w.-]+)"/.exec(answer.text)?.[1] ?? '';
    expect(await world.deps.links.verify('connect', again)).toMatchObject({ subject: ANA });
  });

  it('says what to tick, and that it is no connection', async () => {
    world.google.consent = { ...CONSENT, scopes: ['openid', 'email'] };
    expect((await connect()).text).toContain('see and change events on calendars that you own');
    expect((await world.deps.staff.get(ANA))?.connection.state).toBe('insufficient_scope');
  });

  it('says that what was connected before still is, when it was only tried again', async () => {
    await connect();
    world.google.consent = { ...CONSENT, scopes: ['openid', 'email', SCOPES.calendarList] };
    const answer = await connect();
    expectPage(answer, 403, 'en', 'The calendar box was not ticked');
    expect(answer.text).toContain('<strong>ana@gmail.test</strong>, which was connected before, still is.');
  });

  it('gives a stranger no link to begin with', async () => {
    const { state } = await begin();
    expect((await finish({ state, code: 'code-1' })).text).not.toContain('/connect/');
  });

  it('takes what Google says for text', async () => {
    world.google.consent = { ...CONSENT, email: '<script>alert(1)</script>@x.test' };
    expect((await connect()).text).not.toContain('<script>');
  });
});

/** Ana's account, whose list of calendars may be read, with one of each kind. */
const withCalendars = async () => {
  world.google.consent = { ...CONSENT, scopes: [...CONSENT.scopes, SCOPES.calendarList] };
  await connect();
  calendar.allowCalendarList(CONSENT.sub);
  calendar.addCalendar(CONSENT.sub, 'primary');
  calendar.addCalendar(CONSENT.sub, 'work');
  calendar.addCalendar(CONSENT.sub, 'no-meet', { makesMeetLinks: false });
  calendar.addCalendar(CONSENT.sub, 'holidays', { isOwned: false });
  world.clock.advance(60);
};
const page = (what: 'calendar' | 'disconnect', link: string, language = 'en') =>
  send(handler, `GET /connect/{token}/${what}`, { path: { token: link }, ...speaking(language) });
const post = (what: 'calendar' | 'disconnect', link: string, fields?: Record<string, string>, language = 'en') =>
  send(handler, `POST /connect/{token}/${what}`, {
    path: { token: link },
    ...(fields && { body: new URLSearchParams(fields) }),
    ...speaking(language),
  });
const booked = async (
  id: string,
  state: 'ready' | 'pending' | 'waiting_for_staff' | 'failed' | 'cancelled',
  changes: Parameters<typeof anAppointment>[1] = {},
  code: 'calendar_not_found' | 'event_rejected' = 'event_rejected',
) => {
  const appointment = anAppointment(id, changes);
  await appointments.put(appointment);
  const { start, end } = appointment.booking;
  const error = state === 'failed' ? { error: { code, message: 'x' } } : {};
  await meetings.putMapping({ ...newMapping(id), revision: 1, state, staffEmail: ANA, start, end, ...error }, 0);
};
const items = ({ text }: Answer) =>
  [...text.matchAll(/<li>([\s\S]*?)<\/li>/g)].map(([, item = '']) =>
    item.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' '),
  );
const person = async (email = ANA) => (await world.deps.staff.get(email)) ?? newStaff(email);

describe("a staff member's own page", () => {
  it.each([
    ['en', 'Your bookings with Google Meet', /since 23 November 2026/],
    ['es', 'Tus citas con Google Meet', /desde el 23 de noviembre de 2026/],
  ] as const)('says in %s what is connected, since when, and which calendar it is', async (locale, title, since) => {
    await connect();
    const answer = await open(await token(), locale);
    expectPage(answer, 200, locale, title);
    expect(answer.text).toMatch(since);
    expect(answer.text).toContain('ana@gmail.test');
    expect(answer.text).toMatch(/your main calendar|tu calendario principal/);
  });

  it('has the link that connects before any other that leads to Google', async () => {
    await withCalendars();
    const link = await token();
    const first = /href="(\/oauth\/google\/start[^"]+)"/;
    expect(first.exec((await open(link)).text)?.[1]).toBe(`/oauth/google/start?token=${link}`);
  });

  it('shows the next bookings in the zone of the business: when, what, who, and how far the link is', async () => {
    await settings.put({
      ...(await settings.get()),
      settings: { ...(await settings.get()).settings, timeZone: 'Europe/Madrid' },
    });
    await connect();
    await booked('test:2', 'pending', at('16:00'));
    await booked('test:1', 'ready', { customers: [customer('Luis'), customer('Eva <b>')] });
    await booked('test:3', 'cancelled', at('17:00'));
    await booked('test:4', 'failed', at('18:00'));
    await booked('test:5', 'ready', at('15:00', 45, '2026-11-20'));
    const answer = await open(await token());
    expect(items(answer).slice(-3)).toEqual([
      expect.stringMatching(
        /Tuesday,? 1 December 2026, 16:00 – 16:45 Consulta · Luis, Eva &#60;b&#62; The link is ready\./,
      ),
      expect.stringMatching(/17:00 – 17:45 Consulta · Luis The link is on its way\./),
      expect.stringMatching(/19:00 – 19:45 Consulta · Luis Something keeps it from its link/),
    ]);
    expect(answer.text).toContain('Time zone: Central European Time (Madrid)');
    expect(answer.text).not.toContain('luis@mail.test');
  });

  it('shows no more than ten, and says when more follow', async () => {
    await connect();
    for (let hour = 0; hour < 10; hour += 1) await booked(`test:${hour}`, 'ready', at(`${10 + hour}:00`));
    const ten = await open(await token());
    expect(items(ten).filter((item) => item.includes('Consulta'))).toHaveLength(10);
    expect(ten.text).not.toContain('Later ones are not shown here');
    await booked('test:10', 'ready', at('20:00'));
    const eleven = await open(await token());
    expect(items(eleven).filter((item) => item.includes('Consulta'))).toHaveLength(10);
    expect(eleven.text).toContain('Later ones are not shown here');
  });

  it('shows nobody else’s bookings', async () => {
    await connect();
    await booked('test:1', 'ready', { staff: { email: BEA } });
    expect((await open(await token())).text).not.toContain('Luis');
  });

  it('shows what waits to somebody who has not connected', async () => {
    await booked('test:1', 'waiting_for_staff');
    const answer = await open(await token(), 'es');
    expectPage(answer, 200, 'es', 'Conecta tu cuenta de Google');
    expect(items(answer).at(-1)).toContain('Espera a que conectes tu cuenta de Google.');
  });

  it('asks for another calendar where it is the calendar that is wrong', async () => {
    await connect();
    await booked('test:1', 'failed', {}, 'calendar_not_found');
    expect((await open(await token())).text).toContain(
      'No links can be made in this calendar. Please choose another one.',
    );
  });

  it('says that the access is about to end, or has ended', async () => {
    world.google.consent = { ...CONSENT, refreshTokenLife: 604_800 };
    await connect();
    expect((await open(await token())).text).toContain('Google will end this access on 30 November 2026');
    const { connection } = await person();
    await world.deps.staff.setConnection(ANA, { ...connection, state: 'reconnect_required', problem: 'Send them …' });
    const lost = await open(await token());
    expectPage(lost, 200, 'en', 'Connect your Google account');
    expect(lost.text).toContain('Google no longer lets us into the calendar of <strong>ana@gmail.test</strong>');
    expect(lost.text).not.toContain('Send them');
  });
});

describe('changing the calendar', () => {
  it.each([
    ['en', 'Change calendar', 'Tick both'],
    ['es', 'Cambiar de calendario', 'Marca las dos'],
  ] as const)('asks Google first, in %s saying what there will be to tick', async (locale, title, tick) => {
    await connect();
    const link = await token();
    const answer = await page('calendar', link, locale);
    expectPage(answer, 200, locale, title);
    expect(answer.text).toContain(tick);
    const asked = await send(handler, 'GET /oauth/google/start', { query: { token: link, calendars: 'yes' } });
    expect(Object.fromEntries(new URL(asked.headers.location ?? '').searchParams)).toMatchObject({
      list: 'yes',
      account: 'ana@gmail.test',
    });
    expect((await start(link)).headers.location).not.toContain('list');
    expect(calendar.calls).toEqual([]);
  });

  it('leads back from Google to the calendars, connected anew with all that was given', async () => {
    await withCalendars();
    const link = await token();
    const asked = await send(handler, 'GET /oauth/google/start', { query: { token: link, calendars: 'yes' } });
    const state = new URL(asked.headers.location ?? '').searchParams.get('state') ?? '';
    const answer = await finish({ state, code: 'code-2' }, [asked.cookies[0]?.split(';')[0] ?? '']);
    expectPage(answer, 200, 'en', 'Choose your calendar');
    expect((await person()).connection.scopes).toContain(SCOPES.calendarList);
  });

  it('says what to tick when that box was left empty, and offers the main calendar; the connection stands', async () => {
    await connect();
    await world.deps.staff.setProfile(ANA, { calendarId: 'gone' });
    const link = await token();
    const asked = await send(handler, 'GET /oauth/google/start', { query: { token: link, calendars: 'yes' } });
    const state = new URL(asked.headers.location ?? '').searchParams.get('state') ?? '';
    const answer = await finish({ state, code: 'code-2' }, [asked.cookies[0]?.split(';')[0] ?? '']);
    expectPage(answer, 200, 'en', 'The box for the list of calendars was not ticked');
    expect(answer.text).toContain('See the list of Google calendars you’re subscribed to');
    expect((await person()).connection.state).toBe('connected');
    expect(answer.text).toContain('name="calendar" value="primary"');
    expectPage(await post('calendar', link, { calendar: 'primary' }), 200, 'en', 'Your calendar is chosen');
    expect(await person()).toMatchObject({ calendarId: 'primary' });
  });

  it('lists the calendars, those that cannot be used with the reason', async () => {
    await withCalendars();
    const { text } = await page('calendar', await token());
    const choices = [
      ...text.matchAll(/<input type="radio"[^>]*value="([^"]*)"([^>]*)>\s*<span>([\s\S]*?)<\/label>/g),
    ].map(([, id, states, words = '']) => [
      id,
      states?.trim(),
      words
        .replace(/<[^>]*>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim(),
    ]);
    expect(choices).toEqual([
      ['primary', 'checked required', 'primary your main calendar, in use now'],
      ['work', 'required', 'work'],
      ['holidays', 'disabled', 'holidays cannot be chosen: it belongs to somebody else'],
      ['no-meet', 'disabled', 'no-meet cannot be chosen: Google makes no Meet links in it'],
    ]);
  });

  it('puts the bookings on the chosen one, and shows its name', async () => {
    await withCalendars();
    await booked('test:1', 'ready');
    await booked('test:2', 'cancelled', at('16:00'));
    appointments.woken.length = 0;
    const link = await token();
    const answer = await post('calendar', link, { calendar: 'work' });
    expectPage(answer, 200, 'en', 'Your calendar is chosen');
    expect(await person()).toMatchObject({ calendarId: 'work', connection: { state: 'connected' } });
    expect(appointments.woken).toEqual(['test:1']);
    expect((await open(link)).text).toContain('Your bookings go to <strong>work</strong>');
    await world.deps.staff.setProfile(ANA, { calendarId: 'other' });
    expect((await open(link)).text).toContain('a calendar that your administrator chose (<strong>other</strong>)');
  });

  it.each([
    ['of somebody else', 'holidays', 'This calendar cannot be used'],
    ['without Meet links', 'no-meet', 'This calendar cannot be used'],
    ['that is not there', 'nowhere', 'This calendar is not in your account'],
    ['with a name that is none', '', 'This calendar is not in your account'],
  ])('takes none %s, whatever the browser sends', async (_what, id, title) => {
    await withCalendars();
    await booked('test:1', 'ready');
    appointments.woken.length = 0;
    expectPage(await post('calendar', await token(), { calendar: id }), 422, 'en', title);
    expect((await person()).calendarId).toBe('primary');
    expect(appointments.woken).toEqual([]);
  });

  it('takes none but the main one while the list may not be read', async () => {
    await connect();
    expectPage(await post('calendar', await token(), { calendar: 'work' }), 200, 'en', 'Change calendar');
    expect((await person()).calendarId).toBe('primary');
  });

  it.each([
    ['google_timeout', 'Google is not answering', '/calendar', 'connected'],
    ['calendar_api_disabled', 'Google Calendar is not switched on', '', 'connected'],
    ['google_client_rejected', 'Google did not accept our application', '', 'connected'],
    ['access_revoked', 'Google no longer lets us in', '', 'reconnect_required'],
  ] as const)('when Google says %s is a page that says so, and leads on', async (code, title, leadsTo, state) => {
    await withCalendars();
    const link = await token();
    calendar.order({ on: 'calendars', error: new GoogleError(code) });
    const answer = await page('calendar', link);
    expectPage(answer, 409, 'en', title);
    expect(answer.text).toContain(`href="/connect/${link}${leadsTo}"`);
    expect((await person()).connection.state).toBe(state);
  });

  it('changes nothing when Google cannot be asked about the chosen one', async () => {
    await withCalendars();
    await booked('test:1', 'ready');
    appointments.woken.length = 0;
    calendar.order({ on: 'calendars', error: new GoogleError('google_unavailable') });
    expectPage(await post('calendar', await token(), { calendar: 'work' }), 409, 'en', 'Google is not answering');
    expect((await person()).calendarId).toBe('primary');
    expect(appointments.woken).toEqual([]);
  });

  it('asks Google again where the list is refused after all, and leaves the connection alone', async () => {
    await withCalendars();
    calendar.order({ on: 'calendars', error: new GoogleError('calendar_permission_missing') });
    expectPage(await page('calendar', await token()), 200, 'en', 'Change calendar');
    expect((await person()).connection.state).toBe('connected');
  });

  it.each(['GET', 'POST'])('needs an account: %s', async (method) => {
    const link = await token();
    const answer = method === 'GET' ? await page('calendar', link) : await post('calendar', link, { calendar: 'work' });
    expectPage(answer, 409, 'en', 'No Google account is connected');
  });
});

describe('disconnecting by the staff member', () => {
  it.each([
    ['en', 'Disconnect your Google account?', 'Your link stays good'],
    ['es', '¿Desconectar tu cuenta de Google?', 'Tu enlace sigue valiendo'],
  ] as const)('says first what follows, in %s', async (locale, title, stays) => {
    await connect();
    const answer = await page('disconnect', await token(), locale);
    expectPage(answer, 200, locale, title);
    expect(answer.text).toContain(stays);
    expect(answer.text).toContain('<form method="post" action="/connect/');
    expect((await person()).connection.state).toBe('connected');
  });

  it('ends the access, wakes the bookings, and tells the admin; the same link connects again', async () => {
    await connect();
    await booked('test:1', 'ready');
    appointments.woken.length = 0;
    const link = await token();
    world.clock.advance(60);
    const answer = await post('disconnect', link, { seen: '2026-11-23T10:00:00Z' });
    expectPage(answer, 200, 'en', 'Your account is disconnected');
    expect((await person()).connection).toEqual({
      state: 'not_connected',
      endedAt: '2026-11-23T10:01:00Z',
      problem: 'Disconnected by the staff member.',
    });
    expect(world.google.revoked).toEqual(['refresh-1']);
    expect(appointments.woken).toEqual(['test:1']);
    const own = await open(link);
    expectPage(own, 200, 'en', 'Connect your Google account');
    expect(own.text).toContain('You disconnected your Google account on 23 November 2026');
    expect((await start(link)).status).toBe(302);
  });

  it('changes nothing the second time', async () => {
    await connect();
    const link = await token();
    await post('disconnect', link);
    const before = await person();
    world.clock.advance(60);
    expectPage(await post('disconnect', link), 200, 'en', 'Your account is disconnected');
    expectPage(await page('disconnect', link), 200, 'en', 'Your account is disconnected');
    expect(await person()).toEqual(before);
    expect(world.google.revoked).toHaveLength(1);
  });

  it('from a page that is out of date ends no later connection', async () => {
    await connect();
    const link = await token();
    const seen = /name="seen" value="([^"]*)"/.exec((await page('disconnect', link)).text)?.[1] ?? '';
    world.clock.advance(60);
    await connect();
    expectPage(await post('disconnect', link, { seen }), 409, 'en', 'Something has changed meanwhile');
    expect((await person()).connection.state).toBe('connected');
    expect(world.google.revoked).toEqual([]);
  });
});

describe('what is posted', () => {
  it.each(['calendar', 'disconnect'] as const)('to %s needs a link that holds', async (what) => {
    await withCalendars();
    const link = await token();
    const before = await person();
    const fields = { calendar: 'work' };
    expectPage(await post(what, `${link}x`, fields), 404, 'en', 'This link does not work');
    expectPage(await page(what, `${link}x`), 404, 'en', 'This link does not work');
    // Bea's link is about Bea, whatever else is sent.
    await post(what, await token(BEA), { ...fields, staff: ANA, email: ANA });
    world.clock.advance(15 * 86_400);
    expectPage(await post(what, link, fields, 'es'), 410, 'es', 'Este enlace ha caducado');
    expect(await person()).toEqual(before);
    expect(world.google.revoked).toEqual([]);
  });

  it.each(['calendar', 'disconnect'] as const)(
    'to %s is no good any more after an admin has disconnected',
    async (what) => {
      await withCalendars();
      const link = await token();
      world.clock.advance(60);
      await disconnect(world.deps, await person());
      expectPage(await post(what, link, { calendar: 'work' }), 410, 'en', 'This link has expired');
      // Nor when they have connected again with a newer one.
      world.clock.advance(60);
      await connect();
      expectPage(await post(what, link, { calendar: 'work' }), 410, 'en', 'This link has expired');
      expect(await person()).toMatchObject({ calendarId: 'primary', connection: { state: 'connected' } });
    },
  );

  it('must be a form', async () => {
    await connect();
    const answer = await send(handler, 'POST /connect/{token}/calendar', {
      path: { token: await token() },
      body: { calendar: 'primary' },
    });
    expectPage(answer, 415, 'en', /./);
  });
});

describe('what is noted for the diagnostics', () => {
  const NOTED = {
    at: '2026-11-23T10:00:00.000Z',
    count: 1,
    clientId: 'client-1.apps.test',
    redirectUri: 'https://meet.test/oauth/google/callback',
  };

  it('is what each sign-in that came back from Google came to, with what it was made with', async () => {
    await connect();
    await connect({ code: '', error: 'access_denied' });
    world.google.consent = 'google_client_rejected';
    await connect();
    expect([...(await evidence.notes('sign-ins'))]).toEqual([
      ['connected', NOTED],
      ['refused', NOTED],
      ['client_rejected', NOTED],
    ]);
  });

  it('is that Google took the address for another, in whichever step it says so', async () => {
    await connect({ code: '', error: 'redirect_uri_mismatch' });
    world.google.refusal = 'redirect_uri_mismatch';
    world.google.consent = 'access_revoked';
    await connect();
    expect([...(await evidence.notes('sign-ins'))]).toEqual([['redirect_uri_mismatch', { ...NOTED, count: 1 }]]);
    world.deps.clock.advance(60);
    await connect();
    expect((await evidence.notes('sign-ins')).get('redirect_uri_mismatch')?.count).toBe(3);
  });

  it('is nothing that anybody can make up', async () => {
    await finish({ state: 'made-up', code: 'code-1' });
    const { state } = await begin();
    await finish({ state, code: 'code-1' });
    expect(evidence.writes).toBe(0);
  });

  it('keeps nobody from connecting when it cannot be noted', async () => {
    const failures: unknown[] = [];
    const failing = { note: () => Promise.reject(new Error('no')) };
    handler = makeHandler({
      ...world.deps,
      appointments,
      meetings,
      calendar,
      settings,
      witness: makeWitness({
        store: failing,
        topic: 'sign-ins',
        clock: world.deps.clock,
        onFailure: (error) => failures.push(error),
      }),
      logger,
    });
    expect((await connect()).status).toBe(200);
    expect(failures).toHaveLength(1);
  });
});

describe('our own fault', () => {
  it.each([
    ['en', 'Something went wrong'],
    ['es', 'Algo ha ido mal'],
  ] as const)('is a page too, that says nothing of it, in %s', async (locale, title) => {
    const broken = makeHandler({
      ...world.deps,
      staff: new Proxy(world.deps.staff, {
        get: () => () => Promise.reject(new Error('s3cret')),
      }),
      appointments,
      meetings,
      calendar,
      settings,
      witness: witness(),
      logger,
    });
    const answer = await send(broken, 'GET /connect/{token}', { path: { token: await token() }, ...speaking(locale) });
    expectPage(answer, 500, locale, title);
    expect(answer.text).toMatch(/request-\d+/);
    expect(answer.text + lines.join('')).not.toContain('s3cret');
  });

  it('is a page also where there is nothing', async () => {
    expectPage(await send(handler, 'GET /oauth/nowhere'), 404, 'en', /./);
  });
});

it('logs hold no address, token, code or state', async () => {
  const { cookie, state } = await begin();
  await finish({ state, code: 'code-1' }, [cookie]);
  await finish({ state, code: 'code-1' }, [cookie]);
  expect(lines.join('\n')).toContain('account_connected');
  expect(lines.join('\n')).toContain('state_used');
  const link = await token();
  await post('calendar', link, { calendar: 'primary' });
  await post('disconnect', link);
  expect(lines.join('\n')).toContain('calendar_chosen');
  expect(lines.join('\n')).toContain('account_disconnected');
  for (const word of [link, ANA, 'ana@gmail.test', 'code-1', state, cookie.split('=')[1] ?? '-', 'refresh-1']) {
    expect(lines.join('\n')).not.toContain(word);
  }
});
