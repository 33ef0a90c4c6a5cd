import { auth, calendar as newCalendar } from '@googleapis/calendar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningGoogle, startGoogle } from '../../../infra/local/google/server.ts';
import {
  type CalendarClient,
  CLIENT,
  calendarClient,
  call,
  connect,
  EVENTS_SCOPE,
  eventBody,
  meet,
} from './google-client.ts';

const WITH_MEET = { conferenceDataVersion: '1' };
const ID = 'meeting0001';

let running: RunningGoogle;
let now: Date;
let api: CalendarClient;

beforeEach(async () => {
  now = new Date('2026-11-23T10:00:00Z');
  running = await startGoogle({ clock: { now: () => now } });
  api = calendarClient(running, (await connect(running, 'ana@clinic.test')).access_token);
});

afterEach(() => running.close());

function insert(changes: object = {}, query: Record<string, string> = {}) {
  return api('POST', '', { query, body: eventBody({ id: ID, ...changes }) });
}

function reasonOf(answer: { status: number; body: { error: { code: number; errors: { reason: string }[] } } }) {
  expect(answer.body.error.code).toBe(answer.status);
  return [answer.status, answer.body.error.errors[0]?.reason];
}

describe('access', () => {
  it('answers 401 authError to a wrong, expired or missing token', async () => {
    const bad = await calendarClient(running, 'nonsense')('GET', '');
    expect(reasonOf(bad)).toEqual([401, 'authError']);
    expect(bad.body.error).toMatchObject({
      status: 'UNAUTHENTICATED',
      errors: [{ message: 'Invalid Credentials', domain: 'global', location: 'Authorization' }],
    });
    now = new Date(now.getTime() + 3_599_000);
    expect(reasonOf(await api('GET', ''))).toEqual([401, 'authError']);
  });

  it('answers 403 with details without a calendar scope', async () => {
    const tokens = await connect(running, 'ana@clinic.test', []);
    const answer = await calendarClient(running, tokens.access_token)('POST', '', { body: eventBody() });
    expect(reasonOf(answer)).toEqual([403, 'insufficientPermissions']);
    expect(answer.body.error).toMatchObject({
      status: 'PERMISSION_DENIED',
      details: [{ reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT', metadata: { method: 'calendar.v3.Events.Insert' } }],
    });
  });

  it('knows the primary calendar by its address too, and nobody else’s calendars', async () => {
    await insert();
    expect((await api('GET', `/${ID}`, { calendar: 'ana@clinic.test' })).status).toBe(200);
    expect(reasonOf(await api('GET', `/${ID}`, { calendar: 'marc@clinic.test' }))).toEqual([404, 'notFound']);
    const { id } = running.google.addCalendar({ account: 'ana@clinic.test', summary: 'Classes' });
    expect((await api('POST', '', { calendar: id, body: eventBody() })).body.organizer).toMatchObject({
      email: id,
      displayName: 'Classes',
    });
    const marc = calendarClient(running, (await connect(running, 'marc@clinic.test')).access_token);
    expect((await marc('GET', '', { calendar: id })).status).toBe(404);
  });

  it('lists calendars only with a calendar list scope', async () => {
    running.google.addCalendar({ account: 'ana@clinic.test', summary: 'No Meet', conferences: false });
    const url = `${running.url}/calendar/v3/users/me/calendarList`;
    const ask = async (scopes: string[]) => {
      const tokens = await connect(running, 'ana@clinic.test', scopes);
      return call(url, { headers: { authorization: `Bearer ${tokens.access_token}` } });
    };
    expect(reasonOf(await ask([EVENTS_SCOPE]))).toEqual([403, 'insufficientPermissions']);
    const { body } = await ask(['https://www.googleapis.com/auth/calendar.calendarlist.readonly']);
    expect(body.items.map((item: { conferenceProperties: object }) => item.conferenceProperties)).toEqual([
      { allowedConferenceSolutionTypes: ['hangoutsMeet'] },
      { allowedConferenceSolutionTypes: [] },
    ]);
  });
});

describe('insert', () => {
  it('answers the event as Google does', async () => {
    const { status, body } = await insert({ attendees: [{ email: 'luis@mail.test', displayName: 'Luis' }] });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      kind: 'calendar#event',
      id: ID,
      status: 'confirmed',
      iCalUID: `${ID}@google.com`,
      sequence: 0,
      created: '2026-11-23T10:00:00.000Z',
      creator: { email: 'ana@clinic.test', self: true },
      organizer: { email: 'ana@clinic.test', self: true },
      start: { dateTime: '2026-12-01T15:00:00+01:00', timeZone: 'Europe/Madrid' },
      attendees: [{ email: 'luis@mail.test', displayName: 'Luis', responseStatus: 'needsAction' }],
    });
    expect(body.etag).toMatch(/^"\d+"$/);
    expect((await call(body.htmlLink)).body).toContain('Consulta – Luis');
  });

  it('leaves out switches that have their default', async () => {
    expect((await insert({ guestsCanSeeOtherGuests: true })).body).not.toHaveProperty('guestsCanSeeOtherGuests');
    const { body } = await insert({ id: 'other', guestsCanSeeOtherGuests: false });
    expect(body.guestsCanSeeOtherGuests).toBe(false);
  });

  it.each([
    ['too short an id', { id: 'abcd' }, 'invalid'],
    ['letters beyond v', { id: 'meetingxyz' }, 'invalid'],
    ['upper case', { id: 'MEETING1' }, 'invalid'],
    ['id and iCalUID', { iCalUID: 'a@b' }, 'invalid'],
    ['no end', { end: undefined }, 'required'],
    ['a local time without zone', { start: { dateTime: '2026-12-01T14:00:00' } }, 'required'],
    ['an unknown zone', { start: { dateTime: '2026-12-01T14:00:00', timeZone: 'Mars/Base' } }, 'invalid'],
    ['a date and a time', { start: { date: '2026-12-01' } }, 'invalid'],
    ['an end before the start', { end: { dateTime: '2026-12-01T13:00:00Z' } }, 'timeRangeEmpty'],
    ['a bad guest', { attendees: [{ email: 'nobody' }] }, 'invalid'],
    ['a source that is no web page', { source: { url: 'ftp://x', title: 'x' } }, 'invalid'],
  ])('refuses %s', async (_what, changes, reason) => {
    expect(reasonOf(await insert(changes))).toEqual([400, reason]);
    expect(running.google.events()).toEqual([]);
  });

  it('reads a local time in the zone that is given', async () => {
    const { body } = await insert({
      start: { dateTime: '2026-12-01T09:00:00', timeZone: 'America/New_York' },
      end: { dateTime: '2026-12-01T10:00:00', timeZone: 'America/New_York' },
    });
    expect(body.start).toEqual({ dateTime: '2026-12-01T15:00:00+01:00', timeZone: 'America/New_York' });
  });

  it('answers 409 to an id that is taken, also by a deleted event', async () => {
    await insert();
    expect(reasonOf(await insert())).toEqual([409, 'duplicate']);
    await api('DELETE', `/${ID}`);
    expect(reasonOf(await insert())).toEqual([409, 'duplicate']);
  });

  it('drops long property keys and cuts long values', async () => {
    const own = { ['k'.repeat(44)]: 'v'.repeat(1025), ['k'.repeat(45)]: 'gone' };
    const { body } = await insert({ extendedProperties: { private: own } });
    expect(body.extendedProperties.private).toEqual({ ['k'.repeat(44)]: 'v'.repeat(1024) });
  });

  it('answers parseError to a body that is not JSON', async () => {
    const { access_token: accessToken } = await connect(running, 'ana@clinic.test');
    const answer = await call(`${running.url}/calendar/v3/calendars/primary/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}` },
      body: '{',
    });
    expect(reasonOf(answer)).toEqual([400, 'parseError']);
  });
});

describe('Meet links', () => {
  it('are made only with conferenceDataVersion=1, each one different', async () => {
    expect((await insert(meet('r1'))).body).not.toHaveProperty('conferenceData');
    const { body } = await insert({ id: 'event2', ...meet('r1') }, WITH_MEET);
    expect(body.hangoutLink).toMatch(/^https:\/\/meet\.google\.com\/[a-z]{3}-[a-z]{4}-[a-z]{3}$/);
    expect(body.conferenceData).toMatchObject({
      conferenceId: body.hangoutLink.slice(-12),
      conferenceSolution: { key: { type: 'hangoutsMeet' }, name: 'Google Meet' },
      createRequest: { requestId: 'r1', status: { statusCode: 'success' } },
      entryPoints: [{ entryPointType: 'video', uri: body.hangoutLink }],
    });
    const other = await insert({ id: 'event3', ...meet('r1') }, WITH_MEET);
    expect(other.body.hangoutLink).not.toBe(body.hangoutLink);
  });

  it('stay with a patch that does not speak of them, and with a repeated request id', async () => {
    const { hangoutLink } = (await insert(meet('r1'), WITH_MEET)).body;
    const moved = { start: { dateTime: '2026-12-02T14:00:00Z' }, end: { dateTime: '2026-12-02T15:00:00Z' } };
    expect((await api('PATCH', `/${ID}`, { query: WITH_MEET, body: moved })).body.hangoutLink).toBe(hangoutLink);
    const repeated = await api('PATCH', `/${ID}`, { query: WITH_MEET, body: meet('r1') });
    expect(repeated.body.hangoutLink).toBe(hangoutLink);
    const renewed = await api('PATCH', `/${ID}`, { query: WITH_MEET, body: meet('r2') });
    expect(renewed.body.hangoutLink).not.toBe(hangoutLink);
    const put = await api('PUT', `/${ID}`, { body: eventBody() });
    expect(put.body.hangoutLink).toBe(renewed.body.hangoutLink);
    const removed = await api('PATCH', `/${ID}`, { query: WITH_MEET, body: { conferenceData: null } });
    expect(removed.body).not.toHaveProperty('hangoutLink');
  });

  it('are pending for as many looks as ordered; the finished link is a new version', async () => {
    running.google.behave({ conference: { polls: 2 } });
    const { body } = await insert(meet('r1'), WITH_MEET);
    expect(body).not.toHaveProperty('hangoutLink');
    const status = async () => {
      const seen = (await api('GET', `/${ID}`)).body;
      return [seen.conferenceData.createRequest.status.statusCode, seen.etag === body.etag];
    };
    expect([await status(), await status(), await status()]).toEqual([
      ['pending', true],
      ['pending', true],
      ['success', false],
    ]);
  });

  it('are pending for a time', async () => {
    running.google.behave({ account: 'ana@clinic.test', conference: { ms: 5000 } });
    await insert(meet('r1'), WITH_MEET);
    now = new Date(now.getTime() + 4999);
    expect((await api('GET', `/${ID}`)).body.hangoutLink).toBeUndefined();
    now = new Date(now.getTime() + 1);
    expect((await api('GET', `/${ID}`)).body.hangoutLink).toBeDefined();
  });

  it('fail as often as ordered; only a new request id tries again', async () => {
    running.google.behave({ conference: { failures: 1 } });
    const first = await insert(meet('r1'), WITH_MEET);
    expect(first.body.conferenceData).toEqual({
      createRequest: {
        requestId: 'r1',
        conferenceSolutionKey: { type: 'hangoutsMeet' },
        status: { statusCode: 'failure' },
      },
    });
    const again = await api('PATCH', `/${ID}`, { query: WITH_MEET, body: meet('r1') });
    expect(again.body.conferenceData.createRequest.status.statusCode).toBe('failure');
    const renewed = await api('PATCH', `/${ID}`, { query: WITH_MEET, body: meet('r2') });
    expect(renewed.body.hangoutLink).toBeDefined();
  });

  it('cannot be had of another type, on an unable calendar, or from another event', async () => {
    const message = async (changes: object) => {
      const answer = await insert({ id: 'event9', ...changes }, WITH_MEET);
      return [...reasonOf(answer), answer.body.error.message];
    };
    const refused = [400, 'invalid', 'Invalid conference type value.'];
    const hangout = { requestId: 'r', conferenceSolutionKey: { type: 'eventHangout' } };
    expect(await message({ conferenceData: { createRequest: hangout } })).toEqual(refused);
    const { conferenceData } = (await insert(meet('r1'), WITH_MEET)).body;
    const { createRequest: _, ...copied } = conferenceData;
    expect((await message({ conferenceData: copied }))[0]).toBe(400);
    expect((await api('PATCH', `/${ID}`, { query: WITH_MEET, body: { conferenceData } })).status).toBe(200);
    running.google.behave({ conference: { unable: true } });
    expect(await message(meet('r1'))).toEqual(refused);
    expect(running.google.events()).toHaveLength(1);
  });
});

describe('patch and update', () => {
  it('changes the etag each time and checks If-Match', async () => {
    const first = (await insert()).body.etag;
    const second = (await api('PATCH', `/${ID}`, { headers: { 'if-match': first }, body: { summary: 'New' } })).body
      .etag;
    expect(second).not.toBe(first);
    for (const method of ['PATCH', 'PUT', 'DELETE']) {
      const body = method === 'DELETE' ? {} : { body: eventBody() };
      const answer = await api(method, `/${ID}`, { headers: { 'if-match': first }, ...body });
      expect(reasonOf(answer)).toEqual([412, 'conditionNotMet']);
    }
    expect((await api('DELETE', `/${ID}`, { headers: { 'if-match': second } })).status).toBe(204);
  });

  it('merges a patch but replaces guests as a whole, and bare guests lose their answer', async () => {
    const guests = [{ email: 'luis@mail.test' }, { email: 'eva@mail.test' }];
    await insert({ attendees: guests, description: 'Bring papers', extendedProperties: { private: { a: '1' } } });
    running.google.answerInvitation({ eventId: ID, email: 'luis@mail.test', responseStatus: 'accepted' });
    const kept = await api('PATCH', `/${ID}`, {
      body: { summary: 'New', extendedProperties: { private: { b: '2' } } },
    });
    expect(kept.body).toMatchObject({
      summary: 'New',
      description: 'Bring papers',
      extendedProperties: { private: { a: '1', b: '2' } },
    });
    expect(kept.body.attendees[0].responseStatus).toBe('accepted');
    const bare = await api('PATCH', `/${ID}`, { body: { attendees: [{ email: 'luis@mail.test' }] } });
    expect(bare.body.attendees).toEqual([{ email: 'luis@mail.test', responseStatus: 'needsAction' }]);
    const put = await api('PUT', `/${ID}`, { body: eventBody() });
    expect(put.body).not.toHaveProperty('description');
    expect(put.body).not.toHaveProperty('attendees');
  });

  it('counts the sequence up when the time changes and refuses a stale one', async () => {
    await insert();
    expect((await api('PATCH', `/${ID}`, { body: { summary: 'New' } })).body.sequence).toBe(0);
    const moved = await api('PATCH', `/${ID}`, { body: { end: { dateTime: '2026-12-01T15:00:00Z' } } });
    expect(moved.body.sequence).toBe(1);
    const stale = await api('PATCH', `/${ID}`, { body: { sequence: 0 } });
    expect([...reasonOf(stale), stale.body.error.message]).toEqual([
      400,
      'invalid',
      expect.stringContaining('Invalid sequence value'),
    ]);
  });

  it('answers 404 for an event that never was', async () => {
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE'])
      expect(reasonOf(await api(method, '/unknown', method === 'GET' ? {} : { body: eventBody() }))).toEqual([
        404,
        'notFound',
      ]);
  });
});

describe('deleted events', () => {
  beforeEach(async () => {
    await insert(meet('r1'), WITH_MEET);
    expect((await api('DELETE', `/${ID}`)).status).toBe(204);
  });

  it('are deleted once; 410 afterwards', async () => {
    expect(reasonOf(await api('DELETE', `/${ID}`))).toEqual([410, 'deleted']);
  });

  it('are still shown as cancelled, unless ordered otherwise', async () => {
    const { status, body } = await api('GET', `/${ID}`);
    expect([status, body.status]).toEqual([200, 'cancelled']);
    running.google.behave({ deletedGet: 'notFound' });
    expect(reasonOf(await api('GET', `/${ID}`))).toEqual([404, 'notFound']);
    running.google.behave({ deletedGet: 'deleted' });
    expect(reasonOf(await api('GET', `/${ID}`))).toEqual([410, 'deleted']);
  });

  it('come back with their link, or 403 when ordered', async () => {
    running.google.behave({ restore: 'forbidden' });
    for (const method of ['PATCH', 'PUT'])
      expect(reasonOf(await api(method, `/${ID}`, { body: eventBody({ status: 'confirmed' }) }))).toEqual([
        403,
        'forbidden',
      ]);
    running.google.behave({ restore: 'allowed' });
    const { body } = await api('PATCH', `/${ID}`, { body: { status: 'confirmed' } });
    expect(body).toMatchObject({ status: 'confirmed', hangoutLink: expect.any(String) });
  });

  it('refuse any other patch, as ordered', async () => {
    const patch = () => api('PATCH', `/${ID}`, { body: { summary: 'New' } });
    expect((await patch()).status).toBe(404);
    running.google.behave({ deletedPatch: 'deleted' });
    expect((await patch()).status).toBe(410);
    running.google.behave({ deletedPatch: 'kept' });
    expect((await patch()).body).toMatchObject({ status: 'cancelled', summary: 'New' });
  });

  it('can be forgotten altogether', async () => {
    running.google.deleteEvent({ eventId: ID, forget: true });
    expect((await api('GET', `/${ID}`)).status).toBe(404);
    expect((await insert()).status).toBe(200);
  });
});

describe('list', () => {
  const ids = (answer: { body: { items: { id: string }[] } }) => answer.body.items.map(({ id }) => id);

  beforeEach(async () => {
    for (const day of ['03', '01', '02'])
      await insert({
        id: `date${day}`,
        start: { dateTime: `2026-12-${day}T10:00:00Z` },
        end: { dateTime: `2026-12-${day}T11:00:00Z` },
        extendedProperties: { private: { booking: day, app: 'x' } },
      });
    await api('DELETE', '/date02');
  });

  it('finds by private properties and shows deleted events only on request', async () => {
    expect(ids(await api('GET', '', { query: { privateExtendedProperty: 'booking=01' } }))).toEqual(['date01']);
    const all = { privateExtendedProperty: 'app=x' };
    expect(ids(await api('GET', '', { query: all }))).toEqual(['date03', 'date01']);
    expect(ids(await api('GET', '', { query: { ...all, showDeleted: 'true' } }))).toEqual([
      'date03',
      'date01',
      'date02',
    ]);
    expect((await api('GET', '', { query: { privateExtendedProperty: 'booking' } })).status).toBe(400);
  });

  it('selects by time and orders by start', async () => {
    const ordered = { singleEvents: 'true', orderBy: 'startTime' };
    expect(ids(await api('GET', '', { query: ordered }))).toEqual(['date01', 'date03']);
    expect(ids(await api('GET', '', { query: { timeMin: '2026-12-01T11:00:00Z' } }))).toEqual(['date03']);
    expect(ids(await api('GET', '', { query: { timeMax: '2026-12-03T10:00:00Z' } }))).toEqual(['date01']);
    expect((await api('GET', '', { query: { orderBy: 'startTime' } })).status).toBe(400);
    expect(reasonOf(await api('GET', '', { query: { timeMin: '2026-12-01T11:00:00' } }))).toEqual([400, 'badRequest']);
  });

  it('gives pages', async () => {
    const first = await api('GET', '', { query: { maxResults: '1' } });
    expect(ids(first)).toEqual(['date03']);
    const second = await api('GET', '', { query: { maxResults: '1', pageToken: first.body.nextPageToken } });
    expect(ids(second)).toEqual(['date01']);
    expect(second.body.nextPageToken).toBeUndefined();
    running.google.behave({ listPage: 1 });
    expect(ids(await api('GET', '', { query: { maxResults: '2500' } }))).toEqual(['date03']);
    expect(reasonOf(await api('GET', '', { query: { syncToken: 'old' } }))).toEqual([410, 'fullSyncRequired']);
  });
});

describe('mail to guests', () => {
  const sent = () => running.google.invitations().map(({ to, kind }) => `${kind} ${to}`);

  it('goes to whom sendUpdates says, for what concerns them', async () => {
    const attendees = [{ email: 'luis@mail.test' }, { email: 'marc@clinic.test' }, { email: 'ana@clinic.test' }];
    await insert({ attendees });
    expect(sent()).toEqual([]);
    await api('DELETE', `/${ID}`, { query: { sendUpdates: 'none' } });
    await insert({ id: 'second', attendees, ...meet('r1') }, { sendUpdates: 'externalOnly', ...WITH_MEET });
    expect(sent()).toEqual(['invitation luis@mail.test']);
    expect(running.google.invitations()[0]?.hangoutLink).toContain('https://meet.google.com/');
    const patch = (body: object) => api('PATCH', '/second', { query: { sendUpdates: 'all' }, body });
    await patch({ extendedProperties: { private: { a: '1' } } });
    expect(sent()).toHaveLength(1);
    await patch({ summary: 'New' });
    await patch({ attendees: [{ email: 'eva@mail.test' }, { email: 'luis@mail.test' }] });
    await api('DELETE', '/second', { query: { sendUpdates: 'all' } });
    expect(sent().slice(1)).toEqual([
      'update luis@mail.test',
      'update marc@clinic.test',
      'invitation eva@mail.test',
      'cancellation marc@clinic.test',
      'cancellation eva@mail.test',
      'cancellation luis@mail.test',
    ]);
    expect((await insert({ id: 'third' }, { sendUpdates: 'maybe' })).status).toBe(400);
  });
});

describe('with Google’s own library', () => {
  it('refreshes, inserts and reads errors', async () => {
    const { refresh_token: refreshToken } = await connect(running, 'ana@clinic.test');
    const client = new auth.OAuth2({
      clientId: CLIENT.client_id,
      clientSecret: CLIENT.client_secret,
      endpoints: { oauth2TokenUrl: `${running.url}/oauth2/token` },
    });
    client.setCredentials({ refresh_token: refreshToken });
    const calendar = newCalendar({ version: 'v3', auth: client, rootUrl: `${running.url}/`, retry: false });
    const parameters = {
      calendarId: 'ana@clinic.test',
      conferenceDataVersion: 1,
      requestBody: { ...eventBody({ id: ID }), ...meet('r1') },
    };
    const { data } = await calendar.events.insert(parameters);
    expect(data.hangoutLink).toContain('https://meet.google.com/');
    await expect(calendar.events.insert(parameters)).rejects.toMatchObject({
      status: 409,
      response: { data: { error: { errors: [{ reason: 'duplicate' }] } } },
    });
  });
});
