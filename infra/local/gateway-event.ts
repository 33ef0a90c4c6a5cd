import type { IncomingMessage } from 'node:http';
import { ACCOUNT } from './aws.ts';

/** A request as API Gateway's HTTP API hands it to a function (payload format 2.0). */
export interface GatewayEvent {
  readonly version: '2.0';
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies?: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters?: Readonly<Record<string, string>>;
  readonly pathParameters?: Readonly<Record<string, string>>;
  readonly requestContext: object;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
}

/** Headers between the client and the gateway, which the function never sees. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer', 'expect']);

/**
 * Makes the event for a request, as AWS does it: path and parameters decoded, query string raw, cookies taken out of
 * the headers, and any body that is not known to be text in base64.
 */
export function gatewayEvent(
  request: IncomingMessage,
  body: Buffer,
  route: { routeKey: string; path: string; parameters: Readonly<Record<string, string>> },
  requestId: string,
): GatewayEvent {
  const rawQueryString = request.url?.split('?').slice(1).join('?') ?? '';
  const query = queryParameters(rawQueryString);
  const headers = joinHeaders(request.rawHeaders);
  const cookies = headers.get('cookie');
  headers.delete('cookie');
  const sourceIp = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const host = headers.get('host') ?? 'localhost';
  const [domainName = 'localhost', port = '80'] = host.split(':');
  headers.set('content-length', String(body.length));
  headers.set('x-forwarded-for', [headers.get('x-forwarded-for'), sourceIp].filter(Boolean).join(', '));
  headers.set('x-forwarded-port', port);
  headers.set('x-forwarded-proto', 'http');
  const isText = isTextType(headers.get('content-type'));
  const now = new Date();
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: route.path,
    rawQueryString,
    ...(cookies !== undefined && { cookies: cookies.split(/[;,]\s*/) }),
    headers: Object.fromEntries(headers),
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    ...(Object.keys(route.parameters).length > 0 && { pathParameters: route.parameters }),
    requestContext: {
      accountId: ACCOUNT,
      apiId: 'local',
      domainName,
      domainPrefix: domainName.split('.')[0],
      http: {
        method: request.method,
        path: route.path,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp,
        userAgent: headers.get('user-agent') ?? '',
      },
      requestId,
      routeKey: route.routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(body.length > 0 && { body: body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
}

/** Whether API Gateway takes a body of this type for text; a form, or a body without a type, it does not. */
function isTextType(contentType: string | undefined): boolean {
  const type = contentType?.split(';')[0]?.trim().toLowerCase() ?? '';
  return /^text\/|^application\/((.+\+)?json|(.+\+)?xml|javascript)$/.test(type);
}

function joinHeaders(rawHeaders: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (HOP_BY_HOP.has(name)) continue;
    const former = headers.get(name);
    headers.set(name, former === undefined ? value : `${former},${value}`);
  }
  return headers;
}

function queryParameters(rawQueryString: string): Record<string, string> {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    parameters[name] = name in parameters ? `${parameters[name]},${value}` : value;
  }
  return parameters;
}

/** `12/Mar/2020:19:03:58 +0000` */
function commonLogTime(date: Date): string {
  const [, day, month, year, time] = date.toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
