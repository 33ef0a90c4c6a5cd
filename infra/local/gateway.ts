import { randomBytes } from 'node:crypto';
import {
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type ServerResponse,
  validateHeaderName,
  validateHeaderValue,
} from 'node:http';
import { gatewayEvent } from './gateway-event.ts';
import { type RunningServer, readBody, serve } from './http-server.ts';
import type { Invocable, InvocationResult } from './lambda.ts';

/** A route with what answers it. */
interface MountedRoute {
  /** `GET /staff/{email}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  readonly timeoutMilliseconds: number;
  readonly target: Invocable;
}

/** What API Gateway takes at most. */
const LONGEST_BODY = 10 * 1024 * 1024;

/** An HTTP API that runs before its routes are known: until they are mounted, it answers 503. */
export interface Gateway extends Pick<RunningServer, 'port' | 'close'> {
  mount(routes: readonly MountedRoute[]): void;
}

/**
 * Starts the local counterpart of an API Gateway HTTP API.
 * @param options.port 0 takes a free one.
 * @throws when the port is taken, naming its variable.
 */
export async function startGateway(options: { port: number; log: (line: string) => void }): Promise<Gateway> {
  let find: RouteFinder | undefined;
  const server = await serve(
    async (request, response) => {
      const started = performance.now();
      const requestId = randomBytes(12).toString('base64url');
      response.setHeader('apigw-requestid', requestId);
      const match = find?.(request.method ?? '', request.url?.split('?')[0] ?? '/');
      const reply =
        find === undefined ? gatewayError(503, 'Service Unavailable') : await answer(request, match, requestId);
      send(response, request.method, reply);
      // The route key and not the path, which carries addresses and one-click tokens.
      options.log(
        `${match?.route.routeKey ?? 'no route'} ${reply.status} ${Math.round(performance.now() - started)} ms`,
      );
    },
    options.port,
    'PORT',
  );
  return {
    port: server.port,
    close: server.close,
    mount(routes) {
      find = routeFinder(routes);
    },
  };
}

interface Match {
  readonly route: MountedRoute;
  readonly path: string;
  readonly parameters: Readonly<Record<string, string>>;
}

type RouteFinder = (method: string, path: string) => Match | undefined;

interface Reply {
  readonly status: number;
  readonly headers: OutgoingHttpHeaders;
  readonly body: Buffer;
}

/** Prepares finding a route: the most specific path wins, and on it the exact method before ANY. */
function routeFinder(routes: readonly MountedRoute[]): RouteFinder {
  const patterns = routes
    .filter((route) => route.routeKey !== '$default')
    .map((route) => {
      const [method = '', path = ''] = route.routeKey.split(' ');
      return { route, method, segments: segmentsOf(path) };
    })
    .sort((a, b) => compareSegments(a.segments, b.segments) || Number(a.method === 'ANY') - Number(b.method === 'ANY'));
  const fallback = routes.find((route) => route.routeKey === '$default');
  return (method, path) => {
    for (const pattern of patterns) {
      if (pattern.method !== 'ANY' && pattern.method !== method) continue;
      const parameters = matchSegments(pattern.segments, segmentsOf(path));
      if (parameters !== undefined) return { route: pattern.route, path: decode(path), parameters };
    }
    return fallback && { route: fallback, path: decode(path), parameters: {} };
  };
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1);
}

/** Literal before variable before greedy. */
function rank(segment: string | undefined): number {
  if (segment === undefined) return 3;
  if (!segment.startsWith('{')) return 0;
  return segment.endsWith('+}') ? 2 : 1;
}

function compareSegments(a: readonly string[], b: readonly string[]): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = rank(a[index]) - rank(b[index]);
    if (difference !== 0) return difference;
  }
  return 0;
}

function matchSegments(pattern: readonly string[], actual: readonly string[]): Record<string, string> | undefined {
  const parameters: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const value = actual[index];
    if (value === undefined || (value === '' && segment !== '')) return undefined;
    if (rank(segment) === 2) {
      parameters[segment.slice(1, -2)] = decode(actual.slice(index).join('/'));
      return parameters;
    }
    if (rank(segment) === 1) {
      parameters[segment.slice(1, -1)] = decode(value);
    } else if (segment !== decode(value)) return undefined;
  }
  return actual.length === pattern.length ? parameters : undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not valid percent-encoding: then it is meant as it stands.
    return text;
  }
}

async function answer(request: IncomingMessage, match: Match | undefined, requestId: string): Promise<Reply> {
  const body = await readBody(request, LONGEST_BODY);
  if (match === undefined) return gatewayError(404, 'Not Found');
  if (body === undefined) return gatewayError(413, 'Request Entity Too Large');
  const { routeKey, target, timeoutMilliseconds } = match.route;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), timeoutMilliseconds);
  });
  const event = gatewayEvent(request, body, { routeKey, path: match.path, parameters: match.parameters }, requestId);
  const result = await Promise.race([target.invoke(event), late]);
  clearTimeout(timer);
  if (result === undefined) return gatewayError(503, 'Service Unavailable');
  return replyOf(result) ?? gatewayError(500, 'Internal Server Error');
}

/** What the function's answer means as HTTP; undefined when it is an error or malformed. */
function replyOf(result: InvocationResult): Reply | undefined {
  if (!result.ok) return undefined;
  const value: unknown = JSON.parse(result.payload);
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    const text = typeof value === 'string' ? value : result.payload;
    return { status: 200, headers: { 'content-type': 'application/json' }, body: Buffer.from(text) };
  }
  const {
    statusCode,
    headers = {},
    cookies = [],
    body = '',
    isBase64Encoded = false,
  } = value as Record<string, unknown>;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 200 || status > 599) return undefined;
  if (typeof headers !== 'object' || !Array.isArray(cookies)) return undefined;
  if (typeof (body ?? '') !== 'string') return undefined;
  const out: OutgoingHttpHeaders = { 'content-type': 'text/plain;charset=UTF-8' };
  for (const [name, content] of Object.entries(headers ?? {})) {
    if (/^(connection|content-length|transfer-encoding)$/i.test(name)) continue;
    if (!isHeader(name, String(content))) return undefined;
    out[name.toLowerCase()] = String(content);
  }
  const ownCookie = out['set-cookie'];
  const setCookies = [...(ownCookie === undefined ? [] : [String(ownCookie)]), ...cookies.map(String)];
  if (!setCookies.every((cookie) => isHeader('set-cookie', cookie))) return undefined;
  if (setCookies.length > 0) out['set-cookie'] = setCookies;
  return {
    status,
    headers: out,
    body: Buffer.from((body as string | null) ?? '', isBase64Encoded ? 'base64' : 'utf8'),
  };
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return true;
  } catch {
    // Node says so by throwing.
    return false;
  }
}

function gatewayError(status: number, message: string): Reply {
  return { status, headers: { 'content-type': 'application/json' }, body: Buffer.from(JSON.stringify({ message })) };
}

function send(response: ServerResponse, method: string | undefined, { status, headers, body }: Reply): void {
  const empty = status === 204 || status === 304;
  response.writeHead(status, empty ? headers : { ...headers, 'content-length': body.length });
  response.end(empty || method === 'HEAD' ? undefined : body);
}
