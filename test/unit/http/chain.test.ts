import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { AppError, type ErrorKind, invalid } from '../../../shared/errors.ts';
import { httpHandler, json, jsonInput, parseJson, STATUS } from '../../../shared/http/chain.ts';
import { adminKey, isOneOf, makeSecretCheck } from '../../../shared/http/credentials.ts';
import { text } from '../../../shared/http/fields.ts';
import { ADMIN_KEY, asAdmin, httpEvent, keptLogs, lambdaContext, send } from '../../handler/events.ts';
import { secretsOf } from '../staff/secrets.ts';

const { logger, lines } = keptLogs();
const handling = (route: () => unknown) =>
  httpHandler({ logger, routes: { 'POST /things': async () => (await route()) as ReturnType<typeof json> } });
const failing = (error: unknown) =>
  handling(() => {
    throw error;
  });
const checked = httpHandler({
  logger,
  use: [
    adminKey(secretsOf({ key: ADMIN_KEY }), 'key'),
    jsonInput(
      { 'POST /things': z.strictObject({ name: text(5, 1), count: z.int() }), 'POST /maybe': z.strictObject({}) },
      { bodyOptional: ['POST /maybe'] },
    ),
  ],
  routes: {
    'POST /things': async ({ input }) => json(200, input),
    'POST /maybe': async ({ input }) => json(200, input),
    'POST /raw': async ({ rawBody }) => json(200, { bytes: rawBody.toString('hex') }),
  },
});

describe('rule 19: an error', () => {
  it.each(Object.keys(STATUS) as ErrorKind[])('of kind %s is a problem of its status', async (kind) => {
    const { status, headers, json: body } = await send(failing(new AppError(kind, 'Because.')), 'POST /things');
    const [expected, title] = STATUS[kind];
    expect(status).toBe(expected);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(body).toEqual({
      type: 'about:blank',
      title,
      status,
      detail: 'Because.',
      instance: expect.stringMatching(/^request-\d+$/),
    });
  });

  it('has the statuses of the contract', () => {
    expect(
      Object.values(STATUS)
        .map(([status]) => status)
        .sort(),
    ).toEqual([400, 401, 404, 409, 412, 413, 415, 422]);
  });

  it('names every fault', async () => {
    const errors = [
      { path: 'eventTitle', message: 'x' },
      { path: 'a.0.b', message: 'y' },
    ];
    const { status, json: body } = await send(failing(invalid(errors)), 'POST /things');
    expect([status, body.errors]).toEqual([422, errors]);
  });

  it('carries the id of its request', async () => {
    const event = httpEvent('POST /things');
    const response = await (
      failing(new AppError('conflict', 'x')) as unknown as (e: unknown, c: unknown) => Promise<{ body: string }>
    )(event, lambdaContext());
    expect(JSON.parse(response.body).instance).toBe(event.requestContext.requestId);
  });

  it('of an address that there is not is 404', async () => {
    expect((await send(checked, 'POST /nothing', { headers: asAdmin })).status).toBe(404);
  });

  it.each([
    new Error('the token is s3cret of luis@mail.test'),
    Object.assign(new Error('s3cret luis@mail.test'), { statusCode: 418, expose: true, name: 's3' }),
    Object.assign(new TypeError('luis@mail.test'), { cause: new Error('s3cret') }),
    'luis@mail.test s3cret',
    { statusCode: 403, message: 's3cret', body: 'luis@mail.test' },
    undefined,
  ])('of our own is 500 and says nothing of it: %s', async (error) => {
    lines.length = 0;
    const answer = await send(failing(error), 'POST /things', { body: { name: 'luis@mail.test' } });
    expect(answer.status).toBe(500);
    expect(answer.json).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: expect.any(String),
      instance: expect.any(String),
    });
    expect(answer.text + JSON.stringify(answer.headers)).not.toMatch(/s3cret|luis|chain\.test|at /);
    const [line] = lines.map((text) => JSON.parse(text));
    expect(line).toMatchObject({ event: 'request_failed', requestId: answer.json.instance });
    expect(lines.join('\n')).not.toMatch(/s3cret|luis/);
  });
});

describe('security headers', () => {
  it.each([
    ['an answer', handling(() => json(200, {}))],
    ['a problem', failing(new AppError('not_found', 'x'))],
    ['our own fault', failing(new Error('x'))],
  ])('stand on %s', async (_what, handler) => {
    const { headers } = await send(handler, 'POST /things');
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': expect.stringContaining('max-age=63072000'),
      'x-frame-options': expect.stringMatching(/deny/i),
    });
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).not.toHaveProperty('server');
  });

  it('let a page have our style and nothing else', async () => {
    const page = handling(() => ({
      statusCode: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: '<p>',
    }));
    const policy = (await send(page, 'POST /things')).headers['content-security-policy'] ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toMatch(/style-src 'sha256-[\w+/=]+'/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|upgrade-insecure-requests/);
  });
});

describe('the body', () => {
  const LIMIT = 256 * 1024;
  it('may have 256 KiB and not a byte more, in bytes and not in characters', async () => {
    const statusOf = async (body: string | Buffer, headers = {}) =>
      (await send(checked, 'POST /raw', { body, headers: { ...asAdmin, ...headers } })).status;
    expect(await statusOf('x'.repeat(LIMIT))).toBe(200);
    expect(await statusOf('x'.repeat(LIMIT + 1))).toBe(413);
    expect(await statusOf('ñ'.repeat(LIMIT / 2 + 1))).toBe(413);
    expect(await statusOf(Buffer.alloc(LIMIT), { 'content-type': 'application/octet-stream' })).toBe(200);
    expect(await statusOf(Buffer.alloc(LIMIT + 1), { 'content-type': 'application/octet-stream' })).toBe(413);
  });

  it('is what was sent, byte for byte', async () => {
    const bytes = Buffer.from([0, 255, 13, 10, 128]);
    const headers = { ...asAdmin, 'content-type': 'application/octet-stream' };
    expect((await send(checked, 'POST /raw', { body: bytes, headers })).json.bytes).toBe('00ff0d0a80');
    expect(
      (await send(checked, 'POST /raw', { body: 'ñ', headers: { ...headers, 'content-type': 'text/plain' } })).json
        .bytes,
    ).toBe('c3b1');
    expect((await send(checked, 'POST /raw', { headers: asAdmin })).json.bytes).toBe('');
  });

  const post = (body: unknown, headers: object = {}, routeKey = 'POST /things') =>
    send(checked, routeKey, { body, headers: { ...asAdmin, ...headers } });

  it.each([
    ['application/json', 200],
    ['Application/JSON; charset=utf-8', 200],
    ['application/merge-patch+json', 200],
    ['text/plain', 415],
    ['application/x-www-form-urlencoded', 415],
    ['application/jsonp', 415],
    ['text/json', 415],
    ['', 415],
  ])('of type %j is %i', async (type, status) => {
    expect((await post('{"name":"a","count":1}', { 'content-type': type })).status).toBe(status);
  });

  it.each(['', '{', 'name=a', '{"name":"a",}', 'undefined'])('that is not JSON is 400: %j', async (body) => {
    expect((await post(body)).status).toBe(400);
  });

  it('that is not UTF-8 is 400', async () => {
    const { status, json: problem } = await post(Buffer.from('{"name":"\xff"}', 'latin1'), {
      'content-type': 'application/vnd.x-json',
    });
    expect(status).toBe(415);
    expect(() => parseJson(Buffer.from('{"name":"\xff"}', 'latin1'))).toThrow(AppError);
    expect(problem.title).toBe('Unsupported Media Type');
  });

  it('that is not as it should be is 422, with all faults', async () => {
    const { status, json: problem } = await post({ name: 'too long', count: 1.5, extra: 1, __proto__: {} });
    expect(status).toBe(422);
    expect(problem.errors.map(({ path }: { path: string }) => path).sort()).toEqual(['count', 'extra', 'name']);
    for (const { message } of problem.errors) expect(message).not.toBe('');
  });

  it('may be missing only where it may', async () => {
    expect((await post(undefined, {}, 'POST /maybe')).status).toBe(200);
    expect((await post(undefined)).status).toBe(415);
  });
});

describe('rule 19: the admin key', () => {
  it.each([
    ['none', {}],
    ['a wrong one', { authorization: 'Bearer wrong' }],
    ['the beginning of it', { authorization: `Bearer ${ADMIN_KEY.slice(0, -1)}` }],
    ['more than it', { authorization: `Bearer ${ADMIN_KEY}x` }],
    ['another scheme', { authorization: `Basic ${ADMIN_KEY}` }],
    ['the key alone', { authorization: ADMIN_KEY }],
    ['nothing after it', { authorization: 'Bearer ' }],
    ['two', { authorization: `Bearer wrong ${ADMIN_KEY}` }],
    ['one with bytes beyond ASCII', { authorization: 'Bearer ñ' }],
  ])('is asked for: %s is 401, before anything is read', async (_what, headers) => {
    const answer = await send(checked, 'POST /things', { body: 'not JSON', headers });
    expect(answer.status).toBe(401);
    expect(answer.headers['www-authenticate']).toBe('Bearer');
    expect(answer.text).not.toContain(ADMIN_KEY);
  });

  it('opens, however the scheme is written', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER ']) {
      const headers = { authorization: `${scheme} ${ADMIN_KEY}` };
      expect((await send(checked, 'POST /maybe', { headers })).status).toBe(200);
    }
  });

  it('is good as soon as it has been changed, and asks no more often than needed', async () => {
    const secrets = secretsOf({ key: 'new' }, { key: 'old' });
    const check = makeSecretCheck(secrets, 'key');
    expect(await check((keys) => isOneOf('new', keys))).toBe(true);
    expect(secrets.reads).toEqual(['key', 'key fresh']);
    expect(await check((keys) => isOneOf('guess', keys))).toBe(false);
    expect(await check((keys) => isOneOf('guess', keys))).toBe(false);
    expect(secrets.reads).toEqual(['key', 'key fresh', 'key', 'key']);
  });

  it('may be one of several while it is being replaced', () => {
    expect([isOneOf('b', ['a', 'b']), isOneOf('c', ['a', 'b']), isOneOf('a', []), isOneOf('', [''])]).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('opens nothing when there is none', async () => {
    const open = httpHandler({
      logger,
      use: [adminKey(secretsOf({}), 'key')],
      routes: { 'GET /x': async () => json(200, {}) },
    });
    for (const authorization of ['', 'Bearer undefined', 'Bearer null', 'Bearer ']) {
      expect((await send(open, 'GET /x', { headers: { authorization } })).status).toBe(401);
    }
  });
});

it('logs carry no key and no body', async () => {
  lines.length = 0;
  await send(checked, 'POST /things', { body: { name: 'luis@mail.test' }, headers: asAdmin });
  await send(checked, 'POST /things', { body: { name: 'x' }, headers: { authorization: 'Bearer s3cret' } });
  expect(lines.length).toBeGreaterThan(0);
  expect(lines.join('\n')).not.toMatch(/luis|s3cret|the-admin-key/);
});

describe('a JSON body nested past all sense', () => {
  it('is unreadable, and nothing walks down it', () => {
    const nested = (levels: number) => Buffer.from('['.repeat(levels) + ']'.repeat(levels));
    expect(parseJson(nested(30))).toBeInstanceOf(Array);
    expect(() => parseJson(nested(100_000))).toThrow('nested too deeply');
  });
});
