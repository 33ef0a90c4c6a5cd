import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

const MAX_BODY_BYTES = 2 * 1024 * 1024;

export interface HttpRequest {
  method: string;
  /** Path as sent, still percent-encoded. */
  path: string;
  query: URLSearchParams;
  headers: IncomingMessage['headers'];
  body: string;
  /** Scheme, host and port under which the caller reached us. */
  origin: string;
}

export interface HttpResponse {
  status: number;
  headers: OutgoingHttpHeaders;
  body: string;
}

/** Thrown anywhere below the server to answer with the response that it carries. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly response: HttpResponse;

  constructor(response: HttpResponse) {
    super(`refused with ${response.status}`);
    this.response = response;
  }
}

export function json(status: number, body: unknown, headers: OutgoingHttpHeaders = {}): HttpResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', 'cache-control': 'no-store', ...headers },
    body: `${JSON.stringify(body, null, 2)}\n`,
  };
}

export function html(status: number, body: string): HttpResponse {
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
    body,
  };
}

export function redirect(location: string): HttpResponse {
  return { status: 302, headers: { location, 'cache-control': 'no-store' }, body: '' };
}

export async function readRequest(incoming: IncomingMessage): Promise<HttpRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Refusal(json(413, { error: 'body too large' }));
    chunks.push(chunk);
  }
  const origin = `http://${incoming.headers.host ?? 'localhost'}`;
  const [path = '/', search = ''] = (incoming.url ?? '/').split(/\?(.*)/s);
  return {
    method: incoming.method ?? 'GET',
    path,
    query: new URLSearchParams(search),
    headers: incoming.headers,
    body: Buffer.concat(chunks).toString('utf8'),
    origin,
  };
}

export function send(outgoing: ServerResponse, response: HttpResponse): void {
  outgoing.writeHead(response.status, response.headers);
  outgoing.end(response.body);
}
