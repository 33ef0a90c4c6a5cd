import { describe, expect, it } from 'vitest';
import { ApiError, makeApi } from '../../../functions/admin-console/app/api.ts';
import { faultAt } from '../../../functions/admin-console/app/kit/load.tsx';

interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

/** An API that answers once, or does what is given instead. */
function answering(answer: () => Response | Promise<Response>) {
  const sent: Sent[] = [];
  let endings = 0;
  const api = makeApi({
    key: () => 'the-key',
    language: () => 'es',
    onUnauthorized: () => {
      endings += 1;
    },
    fetch: async (url, init) => {
      sent.push({ url: String(url), init: init ?? {} });
      return answer();
    },
  });
  return { api, sent, endings: () => endings };
}
const problem = (status: number, body: object = {}) =>
  answering(
    () => new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/problem+json' } }),
  );
const failure = async (running: Promise<unknown>): Promise<ApiError> => {
  const error = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof ApiError) return error;
  throw new Error(`not an ApiError: ${error}`);
};

it('sends key, language, path, query and body, and gives data and version', async () => {
  const { api, sent } = answering(() => new Response('{"timeZone":"UTC"}', { headers: { etag: '"3"' } }));
  const { data, etag } = await api('PATCH /settings', { body: { enabled: false }, ifMatch: '"2"' });
  expect([data.timeZone, etag]).toEqual(['UTC', '"3"']);
  await api('GET /staff/{email}', { path: { email: 'ana+x@clinic.test' } });
  await api('GET /appointments', { query: { state: 'failed', staff: '' } });
  expect(sent.map(({ url, init }) => `${init.method} ${url}`)).toEqual([
    'PATCH /settings',
    'GET /staff/ana%2Bx%40clinic.test',
    'GET /appointments?state=failed',
  ]);
  expect(sent[0]?.init.headers).toEqual({
    authorization: 'Bearer the-key',
    'accept-language': 'es',
    'content-type': 'application/json',
    'if-match': '"2"',
  });
  expect(sent[0]?.init.body).toBe('{"enabled":false}');
  expect(sent[1]?.init.headers).not.toHaveProperty('content-type');
});

it('takes an empty answer', async () => {
  const { api } = answering(() => new Response(null, { status: 204 }));
  expect(await api('DELETE /staff/{email}', { path: { email: 'ana@clinic.test' } })).toEqual({
    data: undefined,
    etag: undefined,
  });
});

describe('what goes wrong', () => {
  it.each([
    [401, 'unauthorized'],
    [404, 'not_found'],
    [409, 'conflict'],
    [412, 'changed'],
    [422, 'invalid'],
    [429, 'too_many'],
    [500, 'failed'],
    [503, 'failed'],
  ])('%i is %s', async (status, kind) => {
    const { api, endings } = problem(status);
    expect((await failure(api('GET /settings'))).kind).toBe(kind);
    expect(endings()).toBe(status === 401 ? 1 : 0);
  });

  it('comes with the faults and the words of the API', async () => {
    const errors = [{ path: 'timeZone', message: 'Not a time zone.' }];
    const error = await failure(problem(422, { detail: 'Invalid.', errors, instance: 'r-1' }).api('GET /settings'));
    expect(error).toMatchObject({ detail: 'Invalid.', faults: errors, requestId: 'r-1' });
  });

  it('is told in our own words when it is our own fault, or not JSON', async () => {
    expect((await failure(problem(500, { detail: 'TypeError' }).api('GET /settings'))).detail).toBe('');
    const { api } = answering(() => new Response('<html>', { status: 502 }));
    expect((await failure(api('GET /settings'))).kind).toBe('failed');
  });

  it('is being offline when there is no answer', async () => {
    const { api } = answering(() => Promise.reject(new TypeError('Failed to fetch')));
    expect((await failure(api('GET /settings'))).kind).toBe('offline');
  });

  it('is nothing of the API when the one who asked has gone', async () => {
    const abort = new AbortController();
    const { api } = answering(() => {
      abort.abort(new Error('left'));
      return Promise.reject(new Error('aborted'));
    });
    await expect(api('GET /settings', { signal: abort.signal })).rejects.toThrow('left');
  });
});

it('finds the faults of a field and of what is in it, and no others', () => {
  const faults = [
    { path: 'reminders.0.channels', message: 'One.' },
    { path: 'reminders', message: 'Two.' },
    { path: 'remindersSince', message: 'Other.' },
  ];
  expect(faultAt(faults, 'reminders')).toBe('One. Two.');
  expect(faultAt(faults, 'timeZone')).toBeUndefined();
});
