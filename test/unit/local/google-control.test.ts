import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type GoogleOptions, type RunningGoogle, startGoogle } from '../../../infra/local/google/server.ts';
import {
  authorizationUrl,
  type CalendarClient,
  calendarClient,
  call,
  connect,
  eventBody,
  exchange,
  meet,
  refresh,
} from './google-client.ts';

const ID = 'meeting0001';
const ANA = 'ana@clinic.test';

let running: RunningGoogle;
let api: CalendarClient;

beforeEach(async () => {
  running = await startGoogle();
  api = calendarClient(running, (await connect(running, ANA)).access_token);
});

afterEach(() => running.close());

function insert(id = ID) {
  return api('POST', '', { body: eventBody({ id }) });
}

function order(name: string, body: object) {
  return call(`${running.url}/_control/${name}`, { method: 'POST', body: JSON.stringify(body) });
}

describe('faults', () => {
  it.each([
    [{ status: 500 }, 500, 'backendError', 'global'],
    [{ status: 503, reason: 'backendError' }, 503, 'backendError', 'global'],
    [{ status: 429 }, 429, 'rateLimitExceeded', 'usageLimits'],
    [{ reason: 'rateLimitExceeded' }, 403, 'rateLimitExceeded', 'usageLimits'],
    [{ reason: 'userRateLimitExceeded' }, 403, 'userRateLimitExceeded', 'usageLimits'],
    [{ reason: 'quotaExceeded' }, 403, 'quotaExceeded', 'usageLimits'],
    [{ reason: 'accessNotConfigured' }, 403, 'accessNotConfigured', 'usageLimits'],
    [{ reason: 'insufficientPermissions' }, 403, 'insufficientPermissions', 'global'],
    [{ status: 401 }, 401, 'authError', 'global'],
    [{ status: 404 }, 404, 'notFound', 'global'],
    [{ status: 400, reason: 'invalid', message: 'No.' }, 400, 'invalid', 'global'],
  ])('answers %o once, in Google’s words', async (fault, status, reason, domain) => {
    running.google.orderFault({ operation: 'insert', ...fault });
    const { status: answered, body } = await insert();
    expect(answered).toBe(status);
    expect(body.error).toMatchObject({ code: status, errors: [{ reason, domain }] });
    expect(running.google.events()).toEqual([]);
    expect((await insert()).status).toBe(200);
  });

  it('strikes by account, after some, as often as ordered, until cleared', async () => {
    const marc = calendarClient(running, (await connect(running, 'marc@clinic.test')).access_token);
    running.google.orderFault({ operation: 'list', account: ANA, skip: 1, count: 2, status: 500 });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i += 1) statuses.push((await api('GET', '')).status);
    expect(statuses).toEqual([200, 500, 500, 200]);
    const { id } = running.google.orderFault({ operation: 'any', account: ANA, count: 'always', status: 503 });
    expect([(await api('GET', '')).status, (await insert()).status]).toEqual([503, 503]);
    expect((await marc('GET', '')).status).toBe(200);
    expect(running.google.faults().map(({ struck }) => struck)).toEqual([2, 2]);
    running.google.clearFaults({ id });
    expect((await api('GET', '')).status).toBe(200);
  });

  it('cuts the line before or after the change', async () => {
    running.google.orderFault({ operation: 'insert', cut: 'before' });
    await expect(insert()).rejects.toThrow();
    expect(running.google.events()).toEqual([]);
    running.google.orderFault({ operation: 'insert', cut: 'after' });
    await expect(insert()).rejects.toThrow();
    expect(running.google.events()).toHaveLength(1);
    expect((await insert()).status).toBe(409);
    const log = running.google.requests({ operation: 'insert' });
    expect(log.map(({ status, committed }) => [status, committed])).toEqual([
      [null, false],
      [null, true],
      [409, false],
    ]);
  });

  it('answers an error after the change was made', async () => {
    running.google.orderFault({ operation: 'insert', status: 503, committed: true });
    expect((await insert()).status).toBe(503);
    expect((await api('GET', `/${ID}`)).status).toBe(200);
    expect(running.google.requests({ operation: 'insert' })[0]).toMatchObject({ status: 503, committed: true });
  });

  it('hangs before the change, which still happens after the caller has gone', async () => {
    running.google.orderFault({ operation: 'insert', delayMs: 300 });
    const url = `${running.url}/calendar/v3/calendars/primary/events`;
    const [token] = running.google.tokens({ account: ANA }).filter(({ kind }) => kind === 'access');
    const impatient = fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token?.value}` },
      body: JSON.stringify(eventBody({ id: ID })),
      signal: AbortSignal.timeout(100),
    });
    await expect(impatient).rejects.toThrow();
    expect(running.google.events()).toEqual([]);
    await expect.poll(() => running.google.events().length).toBe(1);
    expect(running.google.requests({ operation: 'insert' })[0]).toMatchObject({ status: null, committed: true });
  });

  it('hangs after the change; others are served meanwhile', async () => {
    running.google.orderFault({ operation: 'insert', hangAfterMs: 200 });
    const slow = insert();
    await expect.poll(() => running.google.events().length).toBe(1);
    expect((await insert('other')).status).toBe(200);
    expect(running.google.requests({ operation: 'insert' })[0]?.status).toBeNull();
    expect((await slow).status).toBe(200);
  });

  it('strikes the token endpoint in OAuth’s words', async () => {
    const { refresh_token: refreshToken } = await connect(running, 'marc@clinic.test');
    running.google.orderFault({ operation: 'refresh', account: 'marc@clinic.test', reason: 'invalid_grant' });
    const dead = await refresh(running, refreshToken);
    expect([dead.status, dead.body.error]).toEqual([400, 'invalid_grant']);
    running.google.orderFault({ operation: 'token', status: 503 });
    expect((await refresh(running, refreshToken)).status).toBe(503);
    expect((await refresh(running, refreshToken)).status).toBe(200);
  });

  it('does not keep the stand-in from closing', async () => {
    const other = await startGoogle();
    const client = calendarClient(other, (await connect(other, ANA)).access_token);
    other.google.orderFault({ operation: 'list', delayMs: 60_000 });
    const hanging = client('GET', '');
    await expect.poll(() => other.google.requests({ operation: 'list' }).length).toBe(1);
    await Promise.all([expect(hanging).rejects.toThrow(), other.close()]);
  });
});

describe('people', () => {
  it('remove the access of the app, or it runs out', async () => {
    const tokens = await connect(running, ANA);
    running.google.expireAccessTokens({ account: ANA });
    expect((await api('GET', '')).status).toBe(401);
    expect((await refresh(running, tokens.refresh_token)).status).toBe(200);
    running.google.revokeAccess({ account: ANA });
    expect((await refresh(running, tokens.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('edit and delete events, add guests and answer', async () => {
    const { etag } = (await insert()).body;
    running.google.editEvent({ eventId: ID, change: { summary: 'By hand' } });
    running.google.addGuest({ eventId: ID, email: 'guest@mail.test', sendUpdates: 'all' });
    running.google.answerInvitation({ eventId: ID, email: 'guest@mail.test', responseStatus: 'declined' });
    const { body } = await api('GET', `/${ID}`);
    expect(body).toMatchObject({
      summary: 'By hand',
      attendees: [{ email: 'guest@mail.test', responseStatus: 'declined' }],
    });
    expect(body.etag).not.toBe(etag);
    expect(running.google.invitations({ to: 'guest@mail.test' })).toHaveLength(1);
    running.google.deleteEvent({ eventId: ID });
    expect((await api('GET', `/${ID}`)).body.status).toBe('cancelled');
  });

  it('sign in by one order', async () => {
    const { location } = running.google.signIn({ url: authorizationUrl(running), email: ANA });
    expect((await exchange(running, new URL(location).searchParams.get('code') ?? '')).status).toBe(200);
    const cancelled = running.google.signIn({ url: authorizationUrl(running), email: ANA, cancel: true });
    expect(cancelled.location).toContain('error=access_denied');
  });
});

describe('control over HTTP', () => {
  it('takes the same orders and shows the same views', async () => {
    expect((await order('order-fault', { operation: 'insert', status: 500 })).status).toBe(200);
    expect((await insert()).status).toBe(500);
    expect((await insert()).status).toBe(200);
    const events = await call(`${running.url}/_control/events?account=${ANA}`);
    expect(events.body).toMatchObject([{ account: ANA, calendarId: ANA, event: { id: ID } }]);
    const log = await call(`${running.url}/_control/requests?operation=insert`);
    expect(log.body.map(({ status }: { status: number }) => status)).toEqual([500, 200]);
    expect((await order('add-account', { email: 'Eva@clinic.test', name: 'Eva' })).body.email).toBe('eva@clinic.test');
    await order('reset', {});
    const { body } = await call(`${running.url}/_control/state`);
    expect([body.accounts.length, body.tokens, body.requests]).toEqual([3, [], []]);
  });

  it('says what is wrong with an order', async () => {
    const bad = await order('order-fault', { operation: 'insert', cutt: 'before' });
    expect([bad.status, bad.body.error]).toEqual([400, expect.stringContaining('cutt')]);
    expect((await order('delete-event', { eventId: 'unknown' })).status).toBe(404);
    expect((await order('constructor', {})).status).toBe(404);
    expect((await call(`${running.url}/_control/`)).body.POST).toContain('/_control/order-fault');
  });
});

describe('the calendar page', () => {
  it('shows what is coming up, and nothing that a customer could plant in it', async () => {
    await api('POST', '', {
      query: { conferenceDataVersion: '1' },
      body: eventBody({
        id: ID,
        summary: 'Ana <script>alert(1)</script>',
        start: { dateTime: '2099-12-01T14:00:00Z' },
        end: { dateTime: '2099-12-01T15:00:00Z' },
        ...meet('r1'),
      }),
    });
    const { body, headers } = await call(running.url);
    expect(body).toContain('Ana &lt;script&gt;alert(1)&lt;/script&gt;');
    expect(body).toMatch(/<a href="https:\/\/meet\.google\.com\//);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect((await call(`${running.url}/calendar/event?eid=unknown`)).status).toBe(404);
  });
});

describe('state file', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'google-stand-in-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('is written before an answer goes out and carried on with', async () => {
    const options: GoogleOptions = { stateFile: join(folder, 'data', 'google.json') };
    const first = await startGoogle(options);
    const tokens = await connect(first, ANA);
    const client = calendarClient(first, tokens.access_token);
    first.google.orderFault({ operation: 'list', count: 'always', status: 500 });
    const { etag } = (await client('POST', '', { body: eventBody({ id: ID }) })).body;
    const written = JSON.parse(await readFile(options.stateFile ?? '', 'utf8'));
    expect(written.accounts[0].calendars[0].events).toHaveLength(1);
    await first.close();
    const second = await startGoogle({ ...options, accounts: [] });
    try {
      const again = calendarClient(second, tokens.access_token);
      expect((await again('GET', `/${ID}`)).body.etag).toBe(etag);
      expect((await again('GET', '')).status).toBe(500);
      expect((await refresh(second, tokens.refresh_token)).status).toBe(200);
    } finally {
      await second.close();
    }
  });
});
