import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerCalendar, bearerToken, calendarCall } from './calendar.ts';
import { eventPage, homePage } from './calendar-page.ts';
import { answerControl, type Google, makeControl } from './control.ts';
import { apiErrorResponse } from './errors.ts';
import { eventByKey } from './events.ts';
import { faultResponse, strike } from './faults.ts';
import { type HttpRequest, type HttpResponse, html, json, Refusal, readRequest, send } from './http.ts';
import { accountOfTokenRequest, answerRevoke, answerToken, parseForm, revokedToken } from './oauth.ts';
import { answerSignIn } from './sign-in.ts';
import { type Context, type LoggedRequest, type NewAccount, newState, nextSerial, SAMPLE_ACCOUNTS } from './state.ts';
import { openStore } from './store.ts';

const LOG_ENTRIES = 5000;
const READS = ['get', 'list', 'calendarList'];

export interface GoogleOptions {
  /** @default 0, a free one */
  port?: number;
  /** @default 127.0.0.1 */
  host?: string;
  /** The time that tokens, pending links and the calendar page go by. @default the real one */
  clock?: { now(): Date };
  /** File to keep everything in; what it holds already is carried on with. @default in memory only */
  stateFile?: string;
  /** Accounts of a first start. @default a few samples */
  accounts?: readonly NewAccount[];
  /** Looks at an event that still show its Meet link as pending. @default 0 */
  pendingPolls?: number;
  /** Milliseconds that a Meet link takes to be made. @default 0 */
  pendingMs?: number;
}

export interface RunningGoogle {
  url: string;
  google: Google;
  close(): Promise<void>;
}

/** A call of one of Google's own services, where ordered faults can strike. */
interface ServiceCall {
  service: 'calendar' | 'oauth';
  /** The first is the name in the log; a fault may mean any. */
  operations: [string, ...string[]];
  account: string | null;
  body: unknown;
  answer(context: Context): HttpResponse;
}

function serviceCall({ state }: Context, request: HttpRequest): ServiceCall | undefined {
  const call = calendarCall(request);
  if (call !== undefined)
    return {
      service: 'calendar',
      operations: [call.operation],
      account: bearerToken(state, request)?.account ?? null,
      body: readableBody(request.body),
      answer: (context) => answerCalendar(context, request, call),
    };
  if (request.method !== 'POST') return undefined;
  if (request.path === '/oauth2/token') {
    const form = parseForm(request);
    const grant = form.get('grant_type') === 'refresh_token' ? 'refresh' : 'code';
    const account = accountOfTokenRequest(state, form);
    return {
      service: 'oauth',
      operations: [grant, 'token'],
      account,
      body: null,
      answer: (context) => answerToken(context, request),
    };
  }
  if (request.path === '/oauth2/revoke')
    return {
      service: 'oauth',
      operations: ['revoke'],
      account: revokedToken(state, request)?.account ?? null,
      body: null,
      answer: (context) => answerRevoke(context, request),
    };
  return undefined;
}

function readableBody(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return text;
  }
}

function orRefusal(answer: () => HttpResponse): HttpResponse {
  try {
    return answer();
  } catch (error) {
    if (error instanceof Refusal) return error.response;
    throw error;
  }
}

function logged(context: Context, request: HttpRequest, call: ServiceCall): LoggedRequest {
  const query: Record<string, string[]> = {};
  for (const name of request.query.keys()) if (name !== 'token') query[name] = request.query.getAll(name);
  const entry: LoggedRequest = {
    number: nextSerial(context.state),
    at: context.now.toISOString(),
    operation: call.operations[0],
    method: request.method,
    path: request.path,
    query,
    body: call.body,
    account: call.account,
    status: null,
    durationMs: null,
    committed: false,
    faultId: null,
  };
  const log = context.state.requests;
  log.push(entry);
  if (log.length > LOG_ENTRIES) log.splice(0, log.length - LOG_ENTRIES);
  return entry;
}

/** Starts the Google stand-in; it answers as soon as the promise resolves. */
export async function startGoogle(options: GoogleOptions = {}): Promise<RunningGoogle> {
  const host = options.host ?? '127.0.0.1';
  const clock = options.clock ?? { now: () => new Date() };
  const fresh = () =>
    newState(options.accounts ?? SAMPLE_ACCOUNTS, { polls: options.pendingPolls ?? 0, ms: options.pendingMs ?? 0 });
  const store = openStore(options.stateFile, fresh);
  const closing = new AbortController();
  let url = '';

  const contextAt = (origin: string): Context => ({ state: store.state, now: clock.now(), origin });
  const control = makeControl({ context: () => contextAt(url), fresh, save: store.save });

  /** Faults around the work: wait, cut, fail before; do the work and save it; cut, wait, fail after. */
  async function serve(request: HttpRequest, call: ServiceCall, outgoing: ServerResponse): Promise<void> {
    const started = performance.now();
    const context = contextAt(request.origin);
    const entry = logged(context, request, call);
    const fault = strike(context.state, call.operations, call.account);
    entry.faultId = fault?.id ?? null;
    store.save();
    if (fault !== undefined && fault.delayMs > 0) await sleep(fault.delayMs, undefined, { signal: closing.signal });
    if (fault?.cut === 'before') {
      outgoing.destroy();
      return;
    }
    const error = fault === undefined ? undefined : faultResponse(fault, call.service);
    let response = error;
    if (response === undefined || fault?.committed === true || fault?.cut === 'after') {
      const done = orRefusal(() => call.answer(contextAt(request.origin)));
      entry.committed = done.status < 300 && !READS.includes(entry.operation);
      response = error ?? done;
    }
    const willAnswer = fault?.cut !== 'after';
    entry.durationMs = Math.round(performance.now() - started);
    entry.status = willAnswer && !fault?.hangAfterMs && !outgoing.destroyed ? response.status : null;
    store.save();
    if (!willAnswer) {
      outgoing.destroy();
      return;
    }
    if (fault?.hangAfterMs) {
      await sleep(fault.hangAfterMs, undefined, { signal: closing.signal });
      entry.durationMs = Math.round(performance.now() - started);
      entry.status = outgoing.destroyed ? null : response.status;
      store.save();
    }
    send(outgoing, response);
  }

  function answerOther(request: HttpRequest): HttpResponse {
    const { method, path } = request;
    const context = contextAt(request.origin);
    if (path === '/o/oauth2/v2/auth' && (method === 'GET' || method === 'POST')) {
      const response = answerSignIn(context, request);
      store.save();
      return response;
    }
    if (path.startsWith('/_control')) return answerControl(control, request);
    if (method === 'GET' && path === '/') return homePage(context);
    if (method === 'GET' && path === '/calendar/event')
      return eventPage(eventByKey(context.state, request.query.get('eid') ?? ''));
    if (path.startsWith('/calendar/v3/')) return apiErrorResponse({ reason: 'notFound' });
    return path.startsWith('/oauth2/') ? json(404, { error: 'not_found' }) : html(404, 'Not found');
  }

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const request = await readRequest(incoming);
    const call = serviceCall(contextAt(request.origin), request);
    if (call !== undefined) await serve(request, call, outgoing);
    else send(outgoing, answerOther(request));
  }

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch((error: unknown) => {
      if (error instanceof Refusal && !outgoing.headersSent) {
        send(outgoing, error.response);
        return;
      }
      if (!closing.signal.aborted && !incoming.destroyed) console.error('google stand-in:', error);
      outgoing.destroy();
    });
  });
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  url = `http://${host}:${(server.address() as AddressInfo).port}`;

  return {
    url,
    google: { ...control.views, ...control.orders },
    async close() {
      closing.abort();
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
