import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningGoogle, startGoogle } from '../../infra/local/google/server.ts';
import {
  type AccountRef,
  type CalendarEvent,
  type CalendarGateway,
  type EventAddress,
  type EventChange,
  makeCalendarGateway,
  type StaffSecret,
} from '../../shared/google/calendar.ts';
import { GoogleError, type GoogleFailureCode } from '../../shared/google/errors.ts';
import { newGuest } from '../../shared/google/guest.ts';
import { makeGoogleOAuth } from '../../shared/google/oauth.ts';
import { FakeCalendar } from '../fakes/calendar.ts';

const CLIENT = { clientId: '1234-app.apps.googleusercontent.com', clientSecret: 'secret' };
const ANA = 'ana@gmail.test';
const SECRET = 'secret-of-ana';

/** One Google with one connected account, real or not. */
interface Harness {
  readonly gateway: CalendarGateway;
  readonly account: AccountRef;
  behave(behaviour: {
    pendingPolls?: number;
    conferenceFailures?: number;
    deletedGet?: 'cancelled' | 'notFound';
    restore?: 'allowed' | 'forbidden';
  }): void;
  addCalendar(calendarId: string, makesMeetLinks: boolean, isOwned?: boolean): void;
  /** Has the list of calendars allowed from now on; until then it is not. */
  allowList(): Promise<void>;
  revoke(): void;
  addGuest(eventId: string, email: string): void;
  answer(eventId: string, email: string, response: 'accepted'): void;
  rename(eventId: string, title: string): void;
  forget(eventId: string): void;
}

const secretOf = (sub: string, refreshToken: string): StaffSecret => ({
  grants: [{ grantId: 'grant-1', sub, refreshToken }],
});

async function inMemory(): Promise<Harness> {
  const sub = 'sub-of-ana';
  const calendar = new FakeCalendar((name) => (name === SECRET ? secretOf(sub, 'token') : { grants: [] }));
  return {
    gateway: calendar,
    account: { secretName: SECRET, sub, grantId: 'grant-1' },
    behave: (behaviour) => Object.assign(calendar.behaviour, behaviour),
    addCalendar: (calendarId, makesMeetLinks, isOwned = true) =>
      calendar.addCalendar(sub, calendarId, { makesMeetLinks, isOwned }),
    allowList: async () => calendar.allowCalendarList(sub),
    revoke: () => calendar.revoke(sub, SECRET),
    addGuest: (eventId, email) => calendar.byHand(eventId).addGuest(email),
    answer: (eventId, email, response) => calendar.byHand(eventId).answer(email, response),
    rename: (eventId, title) => calendar.byHand(eventId).edit({ title }),
    forget: (eventId) => calendar.byHand(eventId).forget(),
  };
}

let running: RunningGoogle;
beforeAll(async () => {
  running = await startGoogle();
});
afterAll(() => running.close());

async function overHttp(): Promise<Harness> {
  const { google, url } = running;
  google.reset({});
  google.addAccount({ email: ANA });
  const oauth = makeGoogleOAuth(url);
  const redirectUri = 'http://localhost:3000/oauth/google/callback';
  const consent = async (calendarList: boolean) => {
    const { codeVerifier, codeChallenge } = await oauth.pkce();
    const { location } = google.signIn({
      url: oauth.consentUrl({ clientId: CLIENT.clientId, redirectUri, state: 'state', codeChallenge, calendarList }),
      email: ANA,
    });
    const code = new URL(location).searchParams.get('code') ?? '';
    return oauth.exchange({ client: CLIENT, redirectUri, code, codeVerifier });
  };
  const { sub, refreshToken = '' } = await consent(false);
  let grants = secretOf(sub, refreshToken).grants;
  const gateway = makeCalendarGateway({
    secrets: { text: async (name) => (name === SECRET ? JSON.stringify({ grants }) : undefined), list: async () => [] },
    googleClient: async () => CLIENT,
    emulatorUrl: url,
  });
  return {
    gateway,
    account: { secretName: SECRET, sub, grantId: 'grant-1' },
    behave: ({ pendingPolls, conferenceFailures, deletedGet, restore }) =>
      google.behave({
        conference: { polls: pendingPolls ?? 0, failures: conferenceFailures ?? 0 },
        ...(deletedGet && { deletedGet }),
        ...(restore && { restore }),
      }),
    addCalendar: (id, conferences, isOwned = true) =>
      void google.addCalendar({
        account: ANA,
        id,
        summary: id,
        conferences,
        accessRole: isOwned ? 'owner' : 'reader',
      }),
    allowList: async () => {
      const { refreshToken: another = '' } = await consent(true);
      grants = [{ grantId: 'grant-2', sub, refreshToken: another }];
    },
    revoke: () => google.revokeAccess({ account: ANA }),
    addGuest: (eventId, email) => void google.addGuest({ eventId, email }),
    answer: (eventId, email, responseStatus) => void google.answerInvitation({ eventId, email, responseStatus }),
    rename: (eventId, summary) => void google.editEvent({ eventId, change: { summary } }),
    forget: (eventId) => google.deleteEvent({ eventId, forget: true }),
  };
}

const TEXTS = {
  title: 'Consulta – Luis',
  description: 'Consulta con Ana',
  location: 'Sala 1',
  start: '2026-12-01T15:00:00Z',
  end: '2026-12-01T15:45:00Z',
  timeZone: 'Europe/Madrid',
  guestsCanSeeOtherGuests: false,
};
const EVENT: EventChange = {
  meetingId: 'meeting-1',
  texts: TEXTS,
  guests: [newGuest('luis@mail.test', 'Luis')],
  conferenceRequestId: 'request-1',
};

/** The code of the failure, with what it says of the call. */
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => {
      if (!(error instanceof GoogleError)) throw error;
      const { code, inDoubt, answer } = error;
      return { code, inDoubt, answer };
    },
  );

describe.each([
  ['in memory', inMemory],
  ['over HTTP', overHttp],
])('%s: the calendar gateway', (_name, make) => {
  let harness: Harness;
  let gateway: CalendarGateway;
  let at: EventAddress;
  beforeEach(async () => {
    harness = await make();
    ({ gateway } = harness);
    at = { account: harness.account, calendarId: 'primary', eventId: 'abcdef0123456789' };
  });
  const emails = (event: CalendarEvent | undefined) => event?.guests.map(({ email }) => email);

  describe('insert', () => {
    it('makes an event with a link, and shows it as it was wished', async () => {
      const event = await gateway.insert(at, EVENT, 'none');
      const { timeZone: _zone, ...texts } = TEXTS;
      expect(event).toMatchObject({ eventId: at.eventId, cancelled: false, meetingId: 'meeting-1', ...texts });
      expect(event).toMatchObject({
        conference: 'success',
        meetUrl: expect.stringMatching(/^https:\/\/meet\.google\.com\//),
      });
      expect(event.etag).toBeTruthy();
      expect(event.htmlLink).toBeTruthy();
      expect(emails(event)).toEqual(['luis@mail.test']);
      expect(event.guests[0]?.vendor).toMatchObject({ displayName: 'Luis', responseStatus: 'needsAction' });
      expect(await gateway.get(at)).toEqual(event);
    });

    it('takes an id once, and for ever', async () => {
      await gateway.insert(at, EVENT, 'none');
      const duplicate = { code: 'event_changed', inDoubt: false, answer: 'duplicate' };
      expect(await failureOf(gateway.insert(at, EVENT, 'none'))).toEqual(duplicate);
      await gateway.delete(at, 'none');
      expect(await failureOf(gateway.insert(at, EVENT, 'none'))).toEqual(duplicate);
    });

    it('refuses an id that Google does not allow', async () => {
      expect((await failureOf(gateway.insert({ ...at, eventId: 'WXYZ-1' }, EVENT, 'none')))?.code).toBe(
        'event_rejected',
      );
    });

    it('refuses a link where none can be made, and leaves no event', async () => {
      harness.addCalendar('no-meet', false);
      const there = { ...at, calendarId: 'no-meet' };
      expect(await failureOf(gateway.insert(there, EVENT, 'none'))).toEqual({
        code: 'meet_unavailable',
        inDoubt: false,
        answer: undefined,
      });
      expect(await gateway.get(there)).toBeUndefined();
    });

    it('does not know a calendar that is not there', async () => {
      const there = { ...at, calendarId: 'nowhere' };
      expect(await failureOf(gateway.insert(there, EVENT, 'none'))).toMatchObject({ code: 'calendar_not_found' });
      expect(await gateway.get(there)).toBeUndefined();
      await expect(gateway.delete(there, 'none')).resolves.toBeUndefined();
    });
  });

  describe('a Meet link', () => {
    it('that takes its time is pending, and comes with a look', async () => {
      harness.behave({ pendingPolls: 2 });
      const event = await gateway.insert(at, EVENT, 'none');
      expect(event.conference).toBe('pending');
      expect(event.meetUrl).toBeUndefined();
      const looks = [await gateway.get(at), await gateway.get(at), await gateway.get(at)];
      expect(looks.map((look) => look?.conference)).toEqual(['pending', 'pending', 'success']);
      expect(looks[2]?.meetUrl).toBeTruthy();
      expect(looks[2]?.etag).not.toBe(event.etag);
    });

    it('that failed is asked for anew under another id, and not under the same', async () => {
      harness.behave({ conferenceFailures: 1 });
      const event = await gateway.insert(at, EVENT, 'none');
      expect(event.conference).toBe('failure');
      expect((await gateway.patch(at, { conferenceRequestId: 'request-1' }, 'none')).conference).toBe('failure');
      expect((await gateway.patch(at, { conferenceRequestId: 'request-2' }, 'none')).conference).toBe('success');
    });

    it('stays when it is asked for again under the same id, and when the event changes', async () => {
      const { meetUrl } = await gateway.insert(at, EVENT, 'none');
      expect((await gateway.patch(at, { conferenceRequestId: 'request-1' }, 'none')).meetUrl).toBe(meetUrl);
      expect((await gateway.patch(at, { texts: { ...TEXTS, start: '2026-12-01T15:15:00Z' } }, 'none')).meetUrl).toBe(
        meetUrl,
      );
    });

    it('is not there when none was asked for', async () => {
      const { conferenceRequestId: _request, ...bare } = EVENT;
      const event = await gateway.insert(at, bare, 'none');
      expect(event).toMatchObject({ conference: 'none' });
      expect(event.meetUrl).toBeUndefined();
    });
  });

  describe('patch', () => {
    it('changes what it says and leaves the rest, answers of guests included', async () => {
      const before = await gateway.insert(at, EVENT, 'none');
      harness.answer(at.eventId, 'luis@mail.test', 'accepted');
      const after = await gateway.patch(at, { texts: { ...TEXTS, title: 'Otra' } }, 'none');
      expect(after).toMatchObject({ title: 'Otra', meetingId: 'meeting-1', meetUrl: before.meetUrl });
      expect(after.guests[0]?.vendor.responseStatus).toBe('accepted');
      expect(after.etag).not.toBe(before.etag);
    });

    it('replaces guests as a whole; those given back as they were keep their answer', async () => {
      await gateway.insert(at, EVENT, 'none');
      harness.answer(at.eventId, 'luis@mail.test', 'accepted');
      harness.addGuest(at.eventId, 'friend@elsewhere.test');
      const seen = await gateway.get(at);
      expect(emails(seen)).toEqual(['luis@mail.test', 'friend@elsewhere.test']);

      const merged = await gateway.patch(
        at,
        { guests: [...(seen?.guests ?? []), newGuest('eva@mail.test', 'Eva')] },
        'none',
      );
      expect(emails(merged)).toEqual(['luis@mail.test', 'friend@elsewhere.test', 'eva@mail.test']);
      expect(merged.guests[0]?.vendor.responseStatus).toBe('accepted');

      const bare = await gateway.patch(at, { guests: [newGuest('luis@mail.test', 'Luis')] }, 'none');
      expect(bare.guests.map(({ vendor }) => vendor.responseStatus)).toEqual(['needsAction']);
    });

    it('under an etag does nothing when somebody else was faster', async () => {
      const { etag } = await gateway.insert(at, EVENT, 'none');
      harness.rename(at.eventId, 'Lunch');
      expect(await failureOf(gateway.patch(at, { guests: [] }, 'none', etag))).toEqual({
        code: 'event_changed',
        inDoubt: false,
        answer: 'precondition_failed',
      });
      const seen = await gateway.get(at);
      expect(emails(seen)).toEqual(['luis@mail.test']);
      expect(emails(await gateway.patch(at, { guests: [] }, 'none', seen?.etag))).toEqual([]);
    });

    it('does not find what never was, or is deleted', async () => {
      const notFound = { code: 'calendar_not_found', inDoubt: false, answer: 'not_found' };
      expect(await failureOf(gateway.patch(at, { texts: TEXTS }, 'none'))).toEqual(notFound);
      await gateway.insert(at, EVENT, 'none');
      await gateway.delete(at, 'none');
      expect(await failureOf(gateway.patch(at, { texts: TEXTS }, 'none'))).toEqual(notFound);
    });

    it('brings a deleted event back with its link and guests, where Google lets it', async () => {
      const before = await gateway.insert(at, EVENT, 'none');
      await gateway.delete(at, 'none');
      const back = await gateway.patch(at, { restore: true, texts: TEXTS }, 'none');
      expect(back).toMatchObject({ cancelled: false, meetUrl: before.meetUrl });
      expect(emails(back)).toEqual(['luis@mail.test']);

      await gateway.delete(at, 'none');
      harness.behave({ restore: 'forbidden' });
      expect((await failureOf(gateway.patch(at, { restore: true }, 'none')))?.code).toBe('calendar_forbidden');
    });
  });

  describe('get and delete', () => {
    it('find nothing where nothing is, or what was is long forgotten', async () => {
      expect(await gateway.get(at)).toBeUndefined();
      await expect(gateway.delete(at, 'none')).resolves.toBeUndefined();
      await gateway.insert(at, EVENT, 'none');
      harness.forget(at.eventId);
      expect(await gateway.get(at)).toBeUndefined();
    });

    it('show a deleted event as cancelled, or not at all; deleting again is no error', async () => {
      await gateway.insert(at, EVENT, 'none');
      await gateway.delete(at, 'none');
      expect(await gateway.get(at)).toMatchObject({ eventId: at.eventId, cancelled: true, meetingId: 'meeting-1' });
      await expect(gateway.delete(at, 'none')).resolves.toBeUndefined();
      harness.behave({ deletedGet: 'notFound' });
      expect(await gateway.get(at)).toBeUndefined();
    });
  });

  describe('list', () => {
    const list = (from = '2026-11-24T09:00:00Z', calendarId = 'primary') =>
      gateway.list(harness.account, calendarId, from);
    const listed = async (from?: string) => (await list(from)).map(({ eventId }) => eventId).sort();

    it('shows our events as they are in every other answer', async () => {
      const { eventId, etag, end } = await gateway.insert(at, EVENT, 'none');
      expect(await list()).toEqual([{ eventId, etag, end, meetingId: 'meeting-1' }]);

      harness.rename(at.eventId, 'Lunch');
      const renamed = await gateway.get(at);
      expect(renamed?.etag).not.toBe(etag);
      expect((await list()).map((event) => event.etag)).toEqual([renamed?.etag]);
      await gateway.patch(at, { texts: TEXTS }, 'none');
      expect(await list()).toEqual([{ eventId, etag: (await gateway.get(at))?.etag, end, meetingId: 'meeting-1' }]);
    });

    it('shows nothing without our mark, nothing deleted and nothing of another calendar', async () => {
      const { meetingId: _meeting, ...theirs } = EVENT;
      harness.addCalendar('other', true);
      await gateway.insert({ ...at, eventId: 'theirs00' }, theirs, 'none');
      await gateway.insert({ ...at, eventId: 'deleted0' }, EVENT, 'none');
      await gateway.delete({ ...at, eventId: 'deleted0' }, 'none');
      await gateway.insert({ ...at, eventId: 'other000', calendarId: 'other' }, EVENT, 'none');
      await gateway.insert(at, EVENT, 'none');

      expect(await listed()).toEqual([at.eventId]);
      await gateway.patch({ ...at, eventId: 'deleted0' }, { restore: true }, 'none');
      expect(await listed()).toEqual([at.eventId, 'deleted0']);
    });

    it('shows what ends after the given time', async () => {
      await gateway.insert(at, EVENT, 'none');
      expect(await listed('2026-12-01T15:44:59Z')).toEqual([at.eventId]);
      expect(await listed('2026-12-01T15:45:00Z')).toEqual([]);
    });

    it('does not know a calendar that is not there', async () => {
      expect(await failureOf(list(undefined, 'nowhere'))).toMatchObject({ code: 'calendar_not_found' });
    });
  });

  describe('the calendars of an account', () => {
    /** As a connection knows it by then: by the account, whatever grant is in use. */
    const calendars = () => gateway.calendars({ sub: harness.account.sub, secretName: SECRET });

    it('are not listed before that was allowed', async () => {
      expect((await failureOf(calendars()))?.code).toBe('calendar_permission_missing');
      expect(await failureOf(gateway.get(at))).toBeUndefined();
    });

    it('are listed with what can be done with them', async () => {
      await harness.allowList();
      await gateway.get({ ...at, account: { sub: harness.account.sub, secretName: SECRET } });
      harness.addCalendar('work', true);
      harness.addCalendar('no-meet', false);
      harness.addCalendar('holidays', true, false);

      const [primary, ...others] = await calendars();

      expect(primary).toMatchObject({ isPrimary: true, isOwned: true, makesMeetLinks: true });
      const theirs = (calendarId: string, isOwned: boolean, makesMeetLinks: boolean) => ({
        calendarId,
        name: calendarId,
        isPrimary: false,
        isOwned,
        makesMeetLinks,
      });
      expect(others).toEqual([
        theirs('work', true, true),
        theirs('no-meet', true, false),
        theirs('holidays', false, true),
      ]);
    });

    it('are not listed any more once the access was taken back', async () => {
      await harness.allowList();
      expect(await failureOf(calendars())).toBeUndefined();
      harness.revoke();
      expect((await failureOf(calendars()))?.code).toBe('access_revoked');
    });
  });

  describe('access', () => {
    it('is found to hold, or to be taken back, though an access token is at hand', async () => {
      await gateway.insert(at, EVENT, 'none');
      await expect(gateway.probe(harness.account)).resolves.toBeUndefined();
      harness.revoke();
      expect(await failureOf(gateway.probe(harness.account))).toMatchObject({ code: 'access_revoked', inDoubt: false });
    });

    it('that was taken back at Google ends every call', async () => {
      await gateway.insert(at, EVENT, 'none');
      harness.revoke();
      for (const call of [
        () => gateway.insert({ ...at, eventId: 'other00000' }, EVENT, 'none'),
        () => gateway.patch(at, { texts: TEXTS }, 'none'),
        () => gateway.get(at),
        () => gateway.delete(at, 'none'),
        () => gateway.list(at.account, 'primary', TEXTS.start),
      ]) {
        expect((await failureOf(call()))?.code).toBe('access_revoked');
      }
    });

    it('is looked up by the grant, and by the account where no grant is named', async () => {
      const { sub, secretName } = harness.account;
      const of = (account: AccountRef) => gateway.get({ ...at, account });
      expect((await failureOf(of({ ...harness.account, grantId: 'grant-2' })))?.code).toBe('credentials_changing');
      expect(await failureOf(of({ sub, secretName }))).toBeUndefined();
      expect((await failureOf(of({ sub: 'somebody', secretName })))?.code).toBe('access_revoked');
      expect((await failureOf(of({ sub, secretName: 'nothing' })))?.code).toBe('access_revoked');
      const probed = await failureOf(gateway.probe({ ...harness.account, grantId: 'grant-2' }));
      expect(probed?.code).toBe('credentials_changing');
    });
  });
});

describe('over HTTP: the error table', () => {
  let harness: Harness;
  let at: EventAddress;
  beforeEach(async () => {
    harness = await overHttp();
    at = { account: harness.account, calendarId: 'primary', eventId: 'abcdef0123456789' };
  });
  const insert = () => failureOf(harness.gateway.insert(at, EVENT, 'none'));

  it.each<[{ status?: number; reason?: string; message?: string }, GoogleFailureCode, boolean]>([
    [{ status: 500 }, 'google_unavailable', true],
    [{ status: 503 }, 'google_unavailable', true],
    [{ status: 429 }, 'rate_limited', false],
    [{ status: 403, reason: 'rateLimitExceeded' }, 'rate_limited', false],
    [{ status: 403, reason: 'userRateLimitExceeded' }, 'rate_limited', false],
    [{ status: 403, reason: 'quotaExceeded' }, 'calendar_usage_limits', false],
    [{ status: 429, reason: 'quotaExceeded' }, 'calendar_usage_limits', false],
    [{ reason: 'insufficientPermissions' }, 'calendar_permission_missing', false],
    [{ reason: 'accessNotConfigured' }, 'calendar_api_disabled', false],
    [{ reason: 'forbidden' }, 'calendar_forbidden', false],
    [{ reason: 'forbiddenForNonOrganizer' }, 'calendar_forbidden', false],
    [{ reason: 'notFound' }, 'calendar_not_found', false],
    [{ reason: 'timeRangeEmpty' }, 'event_rejected', false],
    [{ reason: 'invalid', message: 'Invalid conference type value.' }, 'meet_unavailable', false],
    [{ reason: 'invalid', message: 'Invalid attendee email.' }, 'event_rejected', false],
  ])('%o is %s', async (fault, code, inDoubt) => {
    running.google.orderFault({ operation: 'insert', ...fault });
    expect(await insert()).toMatchObject({ code, inDoubt });
    expect(running.google.requests({ operation: 'insert' })).toHaveLength(1);
  });

  it.each(['before', 'after'] as const)('a line cut %s the change leaves the answer in doubt', async (cut) => {
    running.google.orderFault({ operation: 'insert', cut });
    expect(await insert()).toMatchObject({ code: 'google_unavailable', inDoubt: true });
    expect(await harness.gateway.get(at)).toEqual(cut === 'after' ? expect.anything() : undefined);
  });

  it('a call that hangs ends after five seconds, in doubt', async () => {
    running.google.orderFault({ operation: 'insert', hangAfterMs: 8000 });
    const started = performance.now();
    expect(await insert()).toMatchObject({ code: 'google_timeout', inDoubt: true });
    expect(performance.now() - started).toBeLessThan(6500);
    expect(await harness.gateway.get(at)).toBeDefined();
  });

  it('never repeats a call by itself, whichever it is', async () => {
    await harness.gateway.insert(at, EVENT, 'none');
    const calls = {
      patch: () => harness.gateway.patch(at, { texts: TEXTS }, 'none'),
      get: () => harness.gateway.get(at),
      delete: () => harness.gateway.delete(at, 'none'),
      list: () => harness.gateway.list(at.account, 'primary', TEXTS.start),
      refresh: () => harness.gateway.probe(at.account),
    };
    for (const [operation, call] of Object.entries(calls)) {
      running.google.clearRequests({});
      running.google.orderFault({ operation: operation as keyof typeof calls, status: 503 });
      expect((await failureOf(call()))?.code).toBe('google_unavailable');
      expect(running.google.requests({ operation })).toHaveLength(1);
    }
  });

  it('refreshes a refused access token once, and uses a good one as long as it lasts', async () => {
    await harness.gateway.insert(at, EVENT, 'none');
    await harness.gateway.get(at);
    expect(running.google.requests({ operation: 'refresh' })).toHaveLength(1);

    running.google.expireAccessTokens({});
    expect(await failureOf(harness.gateway.get(at))).toBeUndefined();
    expect(running.google.requests({ operation: 'refresh' })).toHaveLength(2);
  });

  it('asks for one token to probe an access, and uses that from then on', async () => {
    await harness.gateway.get(at);
    running.google.clearRequests({});
    await harness.gateway.probe(at.account);
    await harness.gateway.list(at.account, 'primary', TEXTS.start);
    expect(running.google.requests({}).map(({ operation }) => operation)).toEqual(['refresh', 'list']);
  });

  it('follows a list from page to page', async () => {
    const ids = ['event00', 'event01', 'event02', 'event03', 'event04'];
    for (const eventId of ids) await harness.gateway.insert({ ...at, eventId }, EVENT, 'none');
    running.google.behave({ listPage: 2 });
    const events = await harness.gateway.list(at.account, 'primary', TEXTS.start);
    expect(events.map(({ eventId }) => eventId).sort()).toEqual(ids);
    expect(running.google.requests({ operation: 'list' })).toHaveLength(3);
  });

  it('follows the list of calendars from page to page', async () => {
    await harness.allowList();
    for (const id of ['one', 'two', 'three', 'four']) harness.addCalendar(id, true);
    running.google.behave({ listPage: 2 });
    const listed = await harness.gateway.calendars({ sub: harness.account.sub, secretName: SECRET });
    expect(listed.map(({ name }) => name)).toEqual([ANA, 'one', 'two', 'three', 'four']);
    expect(running.google.requests({ operation: 'calendarList' })).toHaveLength(3);
  });

  it('a list of calendars that hangs ends after five seconds', async () => {
    await harness.allowList();
    running.google.orderFault({ operation: 'calendarList', hangAfterMs: 8000 });
    const started = performance.now();
    const listing = harness.gateway.calendars({ sub: harness.account.sub, secretName: SECRET });
    expect((await failureOf(listing))?.code).toBe('google_timeout');
    expect(performance.now() - started).toBeLessThan(6500);
  });

  it.each<[{ status?: number; reason?: string }, GoogleFailureCode]>([
    [{ status: 503 }, 'google_unavailable'],
    [{ status: 429 }, 'rate_limited'],
    [{ reason: 'invalid_grant' }, 'access_revoked'],
    [{ status: 401, reason: 'invalid_client' }, 'google_client_rejected'],
  ])('%o from the token endpoint is %s, and certain not to have changed anything', async (fault, code) => {
    running.google.orderFault({ operation: 'refresh', ...fault });
    expect(await insert()).toMatchObject({ code, inDoubt: false });
    expect(running.google.requests({ operation: 'insert' })).toEqual([]);
  });

  it('asks Google to write to guests as it is told', async () => {
    await harness.gateway.insert(at, EVENT, 'all');
    await harness.gateway.patch(at, { texts: { ...TEXTS, title: 'Otra' } }, 'none');
    await harness.gateway.delete(at, 'all');
    expect(running.google.invitations({}).map(({ kind }) => kind)).toEqual(['invitation', 'cancellation']);
  });
});

describe('when the client in the settings is replaced', () => {
  const OTHER = { clientId: '1234-other.apps.googleusercontent.com', clientSecret: 'other' };
  const redirectUris = ['http://localhost:3000/oauth/google/callback'];
  /** The gateway of a process that has read `cached` before, where `stored` stands now. */
  async function replaced(cached: typeof CLIENT, stored: typeof CLIENT) {
    const { account } = await overHttp();
    const refreshToken =
      running.google.tokens({}).find(({ kind, revokedAt }) => kind === 'refresh' && !revokedAt)?.value ?? '';
    let known = cached;
    const reads: boolean[] = [];
    const gateway = makeCalendarGateway({
      secrets: { text: async () => JSON.stringify(secretOf(account.sub, refreshToken)), list: async () => [] },
      googleClient: async (fresh = false) => {
        reads.push(fresh);
        if (fresh) known = stored;
        return known;
      },
      emulatorUrl: running.url,
    });
    const insert = () =>
      gateway.insert({ account, calendarId: 'primary', eventId: 'abc123' }, EVENT, 'none').then(
        ({ conference }) => conference,
        ({ code }: GoogleError) => code,
      );
    return { insert, probe: () => gateway.probe(account), reads };
  }
  const register = (...clients: (typeof CLIENT)[]) =>
    running.google.configureClients({ clients: clients.map((client) => ({ ...client, redirectUris })) });

  it('by another secret of the same client, nobody notices, however old what is remembered', async () => {
    const renewed = { ...CLIENT, clientSecret: 'another secret' };
    const { insert, reads } = await replaced(CLIENT, renewed);
    register(renewed);
    expect(await insert()).toBe('success');
    expect(reads.filter(Boolean)).toHaveLength(1);
    expect(await insert()).toBe('event_changed');
    expect(reads.filter(Boolean)).toHaveLength(1);
  });

  it('by another client, the access that was given to the first one has ended', async () => {
    const { insert, probe, reads } = await replaced(OTHER, OTHER);
    register(CLIENT, OTHER);
    expect(await insert()).toBe('access_revoked');
    await expect(probe()).rejects.toMatchObject({ code: 'access_revoked' });
    expect(reads.filter(Boolean)).toHaveLength(2);
  });

  it('by another client while the first one is remembered, it has ended as well', async () => {
    const { insert } = await replaced(CLIENT, OTHER);
    register(OTHER);
    expect(await insert()).toBe('access_revoked');
  });

  it('an access that was given to the new client is not taken for lost by who remembers the old one', async () => {
    const { insert } = await replaced(OTHER, CLIENT);
    register(CLIENT, OTHER);
    expect(await insert()).toBe('success');
  });

  it('by one that Google does not know, a person must put it right, and no access has ended', async () => {
    const { insert } = await replaced(CLIENT, CLIENT);
    register(OTHER);
    expect(await insert()).toBe('google_client_rejected');
  });
});
