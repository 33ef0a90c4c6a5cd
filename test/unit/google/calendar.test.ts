import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeCalendarGateway } from '../../../shared/google/calendar.ts';
import { GoogleError } from '../../../shared/google/errors.ts';
import { newGuest } from '../../../shared/google/guest.ts';
import { secretsOf } from '../staff/secrets.ts';
import { type Asked, say, startTokenServer, type TokenServer } from './token-server.ts';

const CLIENT = { clientId: 'client-1', clientSecret: 'hush' };
const grant = (grantId: string, sub = '1001') => ({ grantId, sub, refreshToken: `refresh-${grantId}` });
const secret = (...grants: object[]) => JSON.stringify({ grants });
const EVENT = {
  id: 'abc',
  etag: '"1"',
  status: 'confirmed',
  summary: 'Consulta',
  start: { dateTime: '2026-12-01T16:00:00+01:00' },
  end: { dateTime: '2026-12-01T16:45:00+01:00' },
  extendedProperties: { private: { bookingMeetId: 'meeting-1' } },
  attendees: [{ email: 'Luis@mail.test', responseStatus: 'accepted' }, { displayName: 'no address' }],
  hangoutLink: 'https://meet.google.com/abc',
  htmlLink: 'https://calendar.google.com/event',
};

let server: TokenServer;
let onCalendar: (asked: Asked) => [status: number, body: object];
beforeEach(async () => {
  server = await startTokenServer();
  onCalendar = () => [200, EVENT];
  server.answer = (asked, response) => {
    const [status, body] = asked.path.endsWith('/oauth2/token')
      ? [200, { access_token: `access-${asked.form.get('refresh_token')}-${count('/oauth2/token')}`, expires_in: 3599 }]
      : onCalendar(asked);
    say(status as number, body as object)(asked, response);
  };
});
afterEach(() => server.close());

const count = (path: string) => server.asked.filter((asked) => asked.path.endsWith(path)).length;
const calls = () => server.asked.filter(({ path }) => !path.endsWith('/oauth2/token'));
const gateway = (secrets = secretsOf({ ana: secret(grant('g1')) }), emulatorUrl = server.url) =>
  makeCalendarGateway({ secrets, googleClient: async () => CLIENT, emulatorUrl });
const at = (grantId: string | null = 'g1', sub = '1001') => ({
  account: { secretName: 'ana', sub, ...(grantId && { grantId }) },
  calendarId: 'primary',
  eventId: 'abc',
});
const failure = async (promise: Promise<unknown>): Promise<GoogleError> => {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof GoogleError) return error;
  throw new Error('did not fail as it should', { cause: error });
};

describe('an access token', () => {
  it('serves until it ends: no refresh while one is valid', async () => {
    const calendar = gateway();
    await calendar.get(at());
    await calendar.get(at());
    expect(count('/oauth2/token')).toBe(1);
    expect(calls().map(({ authorization }) => authorization)).toEqual([
      'Bearer access-refresh-g1-1',
      'Bearer access-refresh-g1-1',
    ]);
  });

  it('that is refused is replaced once, then the account must be connected again', async () => {
    onCalendar = () => [401, { error: { code: 401, errors: [{ reason: 'authError' }] } }];
    expect((await failure(gateway().get(at()))).code).toBe('access_revoked');
    expect([count('/oauth2/token'), calls().length]).toEqual([2, 2]);
  });

  it('that was taken back while the refresh token holds does no harm', async () => {
    onCalendar = ({ authorization }) => (authorization?.endsWith('-1') ? [401, {}] : [200, EVENT]);
    expect((await gateway().get(at()))?.eventId).toBe('abc');
  });

  it.each([
    [403, 'rateLimitExceeded', 'rate_limited'],
    [403, 'quotaExceeded', 'calendar_usage_limits'],
    [500, 'backendError', 'google_unavailable'],
  ])('is not got anew for %i %s, and nothing is sent twice', async (status, reason, code) => {
    onCalendar = () => [status, { error: { code: status, errors: [{ reason }] } }];
    const calendar = gateway();
    expect((await failure(calendar.insert(at(), {}, 'all'))).code).toBe(code);
    expect((await failure(calendar.delete(at(), 'all'))).code).toBe(code);
    expect([count('/oauth2/token'), calls().length]).toEqual([1, 2]);
  });
});

describe('a grant', () => {
  it('is that of the row, among those that the secret holds', async () => {
    const calendar = gateway(secretsOf({ ana: secret(grant('g2', '2002'), grant('g1')) }));
    await calendar.get(at('g1'));
    expect(calls()[0]?.authorization).toContain('refresh-g1');
  });

  it('that memory does not know yet is read past it', async () => {
    const calendar = gateway(secretsOf({ ana: secret(grant('g2')) }, { ana: secret(grant('g1')) }));
    await calendar.get(at('g2'));
    expect(calls()[0]?.authorization).toContain('refresh-g2');
  });

  it('of an account connected before is found by the account', async () => {
    const calendar = gateway(secretsOf({ ana: secret(grant('g2', '2002'), grant('g1')) }));
    await calendar.get(at(null));
    expect(calls()[0]?.authorization).toContain('refresh-g1');
  });

  it('of another account never serves', async () => {
    const calendar = gateway(secretsOf({ ana: secret(grant('g2', '2002')) }));
    expect((await failure(calendar.get(at('g1')))).code).toBe('credentials_changing');
    expect((await failure(calendar.get(at(null)))).code).toBe('access_revoked');
    expect(server.asked).toEqual([]);
  });
});

describe('an event', () => {
  it('is read as far as it matters, its answers as they are', async () => {
    expect(await gateway().get(at())).toEqual({
      eventId: 'abc',
      etag: '"1"',
      cancelled: false,
      meetingId: 'meeting-1',
      title: 'Consulta',
      description: '',
      location: '',
      start: '2026-12-01T15:00:00Z',
      end: '2026-12-01T15:45:00Z',
      guestsCanSeeOtherGuests: true,
      conference: 'success',
      meetUrl: 'https://meet.google.com/abc',
      htmlLink: 'https://calendar.google.com/event',
      guests: [{ email: 'luis@mail.test', vendor: EVENT.attendees[0] }],
    });
  });

  it.each([
    ['pending', { createRequest: { status: { statusCode: 'pending' } } }, undefined, 'pending'],
    ['failure', { createRequest: { status: { statusCode: 'failure' } } }, undefined, 'failure'],
    [
      'entry points',
      {
        entryPoints: [
          { entryPointType: 'phone', uri: 'tel:1' },
          { entryPointType: 'video', uri: 'https://meet.google.com/x' },
        ],
      },
      'https://meet.google.com/x',
      'success',
    ],
    ['nothing', undefined, undefined, 'none'],
  ])('with %s for its conference', async (_what, conferenceData, url, conference) => {
    const { hangoutLink: _link, ...plain } = EVENT;
    onCalendar = () => [200, { ...plain, ...(conferenceData && { conferenceData }) }];
    const event = await gateway().get(at());
    expect([event?.conference, event?.meetUrl]).toEqual([conference, url]);
  });

  it('that is not there is none, and one deleted already is deleted', async () => {
    for (const status of [404, 410]) {
      onCalendar = () => [status, { error: { code: status, errors: [{ reason: 'deleted' }] } }];
      expect(await gateway().get(at())).toBeUndefined();
      await expect(gateway().delete(at(), 'none')).resolves.toBeUndefined();
      expect((await failure(gateway().patch(at(), {}, 'none'))).answer).toBe('not_found');
    }
  });

  it.each([
    [409, 'duplicate'],
    [412, 'precondition_failed'],
  ] as const)('that answers %i says %s', async (status, answer) => {
    onCalendar = () => [status, { error: { code: status, errors: [] } }];
    expect((await failure(gateway().patch(at(), {}, 'none', '"1"'))).answer).toBe(answer);
  });

  it('is written with what Google needs to know', async () => {
    await gateway().insert(
      at(),
      {
        meetingId: 'meeting-1',
        conferenceRequestId: 'request-1',
        guests: [newGuest('luis@mail.test', 'Luis')],
        texts: {
          title: 'Consulta',
          description: '',
          location: '',
          start: '2026-12-01T15:00:00Z',
          end: '2026-12-01T15:45:00Z',
          timeZone: 'Europe/Madrid',
          guestsCanSeeOtherGuests: false,
        },
      },
      'externalOnly',
    );
    const [{ method, path, query } = { method: '', path: '', query: new URLSearchParams() }] = calls();
    expect([method, path]).toEqual(['POST', '/calendar/v3/calendars/primary/events']);
    expect(Object.fromEntries(query)).toEqual({ sendUpdates: 'externalOnly', conferenceDataVersion: '1' });
  });

  it('is at a stand-in’s own path', async () => {
    await gateway(undefined, `${server.url}/below`).get(at());
    expect(server.asked.map(({ path }) => path)).toEqual([
      '/below/oauth2/token',
      '/below/calendar/v3/calendars/primary/events/abc',
    ]);
  });
});

describe('a list', () => {
  const FROM = '2026-11-24T09:00:00Z';
  const list = () => gateway().list(at().account, 'primary', FROM);
  const ours = { private: { bookingMeetId: 'meeting-1', bookingMeet: '1' } };

  it('asks for our events alone, and for no more of them than is needed', async () => {
    onCalendar = () => [200, { items: [] }];
    expect(await list()).toEqual([]);
    const [{ method, path, query } = { method: '', path: '', query: new URLSearchParams() }] = calls();
    expect([method, path]).toEqual(['GET', '/calendar/v3/calendars/primary/events']);
    expect(Object.fromEntries(query)).toEqual({
      privateExtendedProperty: 'bookingMeet=1',
      timeMin: FROM,
      showDeleted: 'false',
      singleEvents: 'false',
      maxResults: '2500',
      fields: 'nextPageToken,items(id,etag,status,end,extendedProperties/private)',
    });
  });

  it('leaves out what is not ours, deleted or over, whoever answers', async () => {
    const items = [
      { ...EVENT, extendedProperties: ours },
      { ...EVENT, id: 'unmarked' },
      { ...EVENT, id: 'marked otherwise', extendedProperties: { private: { ...ours.private, bookingMeet: '2' } } },
      { ...EVENT, id: 'of no meeting', extendedProperties: { private: { bookingMeet: '1' } } },
      { ...EVENT, id: 'bare', extendedProperties: null },
      { ...EVENT, id: 'deleted', extendedProperties: ours, status: 'cancelled' },
      { ...EVENT, id: 'over', extendedProperties: ours, end: { dateTime: FROM } },
    ];
    onCalendar = () => [200, { items }];
    expect(await list()).toEqual([
      { eventId: 'abc', etag: '"1"', end: '2026-12-01T15:45:00Z', meetingId: 'meeting-1' },
    ]);
  });

  it('goes on to the next page, be this one empty', async () => {
    onCalendar = ({ query }) => [
      200,
      query.get('pageToken') === 'second'
        ? { items: [{ ...EVENT, extendedProperties: ours }] }
        : { nextPageToken: 'second' },
    ];
    expect(await list()).toHaveLength(1);
    expect([count('/oauth2/token'), calls().length]).toEqual([1, 2]);
  });
});

it('Google that is not set up is said to be so', async () => {
  const calendar = makeCalendarGateway({
    secrets: secretsOf({ ana: secret(grant('g1')) }),
    googleClient: async () => undefined,
    emulatorUrl: server.url,
  });
  expect((await failure(calendar.get(at()))).code).toBe('google_client_missing');
});
