import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../../../infra/local/gateway.ts';
import type { GatewayEvent } from '../../../infra/local/gateway-event.ts';
import type { Invocable, InvocationResult } from '../../../infra/local/lambda.ts';

let gateway: Gateway;
let url: string;
let events: GatewayEvent[];
let logged: string[];
let answer: (event: GatewayEvent) => unknown;

beforeEach(async () => {
  events = [];
  logged = [];
  answer = () => ({ statusCode: 200 });
  gateway = await startGateway({ port: 0, log: (line) => logged.push(line) });
  url = `http://127.0.0.1:${gateway.port}`;
});

afterEach(() => gateway.close());

const target: Invocable = {
  invoke: async (event) => {
    events.push(event as GatewayEvent);
    return { ok: true, payload: JSON.stringify(answer(event as GatewayEvent)) ?? 'null' };
  },
};

function mount(...routeKeys: string[]): void {
  gateway.mount(routeKeys.map((routeKey) => ({ routeKey, timeoutMilliseconds: 200, target })));
}

describe('event', () => {
  it('carries path, query, cookies and headers as AWS does', async () => {
    mount('GET /staff/{email}/{rest+}');

    await new Promise((resolve) => {
      const request = httpRequest(`${url}/staff/ana%40clinic.test/a/b%20c?x=1&x=2&name=J%C3%B6rg+K`, (response) => {
        response.resume().on('end', resolve);
      });
      request.setHeader('X-Twice', ['one', 'two']);
      request.setHeader('Cookie', 'a=1; b=2');
      request.setHeader('User-Agent', 'test');
      request.end();
    });

    expect(events[0]).toMatchObject({
      version: '2.0',
      routeKey: 'GET /staff/{email}/{rest+}',
      rawPath: '/staff/ana@clinic.test/a/b c',
      rawQueryString: 'x=1&x=2&name=J%C3%B6rg+K',
      queryStringParameters: { x: '1,2', name: 'Jörg K' },
      pathParameters: { email: 'ana@clinic.test', rest: 'a/b c' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-twice': 'one,two', 'x-forwarded-proto': 'http', 'x-forwarded-for': '127.0.0.1' },
      requestContext: {
        stage: '$default',
        routeKey: 'GET /staff/{email}/{rest+}',
        domainName: '127.0.0.1',
        http: { method: 'GET', path: '/staff/ana@clinic.test/a/b c', sourceIp: '127.0.0.1', userAgent: 'test' },
        time: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
      },
      isBase64Encoded: false,
    });
    expect(events[0]).not.toHaveProperty('body');
    expect(events[0]?.headers).not.toHaveProperty('cookie');
    expect(events[0]?.headers).not.toHaveProperty('connection');
  });

  it.each([
    ['application/json', '{"a":"ü"}', false],
    ['application/problem+json; charset=utf-8', '{}', false],
    ['text/plain', 'ü', false],
    ['application/xml', '<a/>', false],
    ['application/x-www-form-urlencoded', 'a=b&c=%C3%BC', true],
    [undefined, '{"a":1}', true],
    ['application/octet-stream', 'x', true],
  ])('hands a body of type %s over without changing a byte', async (type, body, base64) => {
    mount('POST /hook');

    await fetch(`${url}/hook`, {
      method: 'POST',
      body: Buffer.from(body),
      ...(type !== undefined && { headers: { 'content-type': type } }),
    });

    expect(events[0]?.isBase64Encoded).toBe(base64);
    expect(Buffer.from(events[0]?.body ?? '', base64 ? 'base64' : 'utf8').toString()).toBe(body);
  });
});

describe('routes', () => {
  it.each([
    ['GET', '/staff', 'GET /staff'],
    ['GET', '/staff/me', 'GET /staff/me'],
    ['GET', '/staff/x', 'GET /staff/{email}'],
    ['POST', '/staff/x', 'ANY /{proxy+}'],
    ['GET', '/staff/x/y', 'ANY /{proxy+}'],
    ['POST', '/staff', 'ANY /staff'],
    ['GET', '/', '$default'],
  ])('%s %s goes to the most specific one', async (method, path, routeKey) => {
    mount('$default', 'ANY /{proxy+}', 'GET /staff/{email}', 'ANY /staff', 'GET /staff', 'GET /staff/me');

    await fetch(url + path, { method });

    expect(events[0]?.routeKey).toBe(routeKey);
  });

  it('answers 404 itself for what has no route, and logs no path', async () => {
    mount('GET /connect/{token}');

    const response = await fetch(`${url}/connect/secret-token`, { method: 'POST' });
    await fetch(`${url}/connect/secret-token`);

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ message: 'Not Found' });
    expect(response.headers.get('apigw-requestid')).toBeTruthy();
    expect(logged.join('\n')).toContain('GET /connect/{token} 200');
    expect(logged.join('\n')).not.toContain('secret-token');
  });

  it('answers 503 until they are mounted', async () => {
    expect((await fetch(url)).status).toBe(503);
  });
});

describe('response', () => {
  it('takes status, headers, several cookies and a base64 body', async () => {
    mount('GET /');
    answer = () => ({
      statusCode: 201,
      headers: { 'Content-Type': 'image/png', 'X-Number': 5 },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: Buffer.from([0, 255]).toString('base64'),
      isBase64Encoded: true,
    });

    const response = await fetch(url);

    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('image/png');
    expect(response.headers.get('x-number')).toBe('5');
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect([...(await response.bytes())]).toEqual([0, 255]);
  });

  it('makes 200 and JSON of anything without a status code', async () => {
    mount('GET /');
    answer = () => ({ hello: 'world' });

    const response = await fetch(url);

    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.json()).toEqual({ hello: 'world' });
  });

  it.each([
    [{ statusCode: 'many' }],
    [{ statusCode: 200, body: { not: 'text' } }],
    [{ statusCode: 200, headers: { 'x-bad': 'line\nbreak' } }],
    [{ statusCode: 200, headers: { 'bad name': 'x' } }],
    [{ statusCode: 200, cookies: 'a=1' }],
  ])('makes 500 of the malformed answer %j', async (malformed) => {
    mount('GET /');
    answer = () => malformed;

    const response = await fetch(url);

    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ message: 'Internal Server Error' });
  });

  it('makes 500 of a function error, and tells nothing of it', async () => {
    const failing = {
      invoke: async (): Promise<InvocationResult> => ({ ok: false, error: { errorType: 'E', errorMessage: 'secret' } }),
    };
    gateway.mount([{ routeKey: 'GET /', timeoutMilliseconds: 200, target: failing }]);

    const response = await fetch(url);

    expect(response.status).toBe(500);
    expect(await response.text()).toBe('{"message":"Internal Server Error"}');
  });

  it('gives up on a function that takes too long', async () => {
    gateway.mount([{ routeKey: 'GET /', timeoutMilliseconds: 50, target: { invoke: () => new Promise(() => {}) } }]);

    const response = await fetch(url);

    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
  });

  it('refuses a body of more than 10 MB', async () => {
    mount('POST /');

    const response = await fetch(url, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });

    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ message: 'Request Entity Too Large' });
    expect(events).toEqual([]);
  });
});

it('names the variable of a port that is taken', async () => {
  await expect(startGateway({ port: gateway.port, log: () => {} })).rejects.toThrow(
    /^PORT: port \d+ is already in use/,
  );
});
