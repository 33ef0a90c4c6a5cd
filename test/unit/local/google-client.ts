import { createHash } from 'node:crypto';
import type { RunningGoogle } from '../../../infra/local/google/server.ts';

export const EVENTS_SCOPE = 'https://www.googleapis.com/auth/calendar.events.owned';
export const CALLBACK = 'http://localhost:3000/oauth/google/callback';
export const CLIENT = { client_id: '1234-app.apps.googleusercontent.com', client_secret: 'secret' };
const VERIFIER = 'a-code-verifier-that-is-long-enough-for-the-standard';

interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
  body: any;
}

export async function call(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

export function authorizationUrl(running: RunningGoogle, changes: Record<string, string | null> = {}): string {
  const fields: Record<string, string | null> = {
    client_id: CLIENT.client_id,
    redirect_uri: CALLBACK,
    response_type: 'code',
    scope: `openid email ${EVENTS_SCOPE}`,
    state: 'the state',
    access_type: 'offline',
    prompt: 'consent',
    code_challenge: createHash('sha256').update(VERIFIER).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) if (value !== null) query.set(name, value);
  return `${running.url}/o/oauth2/v2/auth?${query}`;
}

/** The one-request sign-in; answers the parameters that the app would get back. */
export async function approve(url: string, fields: [string, string][]): Promise<URLSearchParams> {
  const answer = await call(url, { method: 'POST', body: new URLSearchParams(fields) });
  if (answer.status !== 302) throw new Error(`sign-in answered ${answer.status}: ${answer.body}`);
  return new URL(answer.headers.get('location') ?? '').searchParams;
}

export function allow(email: string, scopes: string[] = [EVENTS_SCOPE]): [string, string][] {
  return [['email', email], ['decision', 'allow'], ...scopes.map((scope): [string, string] => ['granted', scope])];
}

export function token(running: RunningGoogle, fields: Record<string, string>): Promise<Answer> {
  return call(`${running.url}/oauth2/token`, { method: 'POST', body: new URLSearchParams({ ...CLIENT, ...fields }) });
}

export function exchange(running: RunningGoogle, code: string, changes: Record<string, string> = {}): Promise<Answer> {
  return token(running, {
    grant_type: 'authorization_code',
    code,
    redirect_uri: CALLBACK,
    code_verifier: VERIFIER,
    ...changes,
  });
}

export function refresh(running: RunningGoogle, refreshToken: string): Promise<Answer> {
  return token(running, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

export async function connect(running: RunningGoogle, email: string, scopes?: string[]): Promise<Answer['body']> {
  const changes = scopes === undefined ? {} : { scope: `openid email ${scopes.join(' ')}` };
  const back = await approve(authorizationUrl(running, changes), allow(email, scopes));
  return (await exchange(running, back.get('code') ?? '')).body;
}

interface CalendarOptions {
  calendar?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: unknown;
}

export type CalendarClient = (method: string, path: string, options?: CalendarOptions) => Promise<Answer>;

/** Calls below one calendar's events with an access token: `api('GET', '/someid')`. */
export function calendarClient(running: RunningGoogle, accessToken: string): CalendarClient {
  return (method, path, { calendar = 'primary', query = {}, headers = {}, body } = {}) => {
    const search = new URLSearchParams(query).toString();
    const base = `${running.url}/calendar/v3/calendars/${encodeURIComponent(calendar)}/events`;
    return call(`${base}${path}${search === '' ? '' : `?${search}`}`, {
      method,
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  };
}

export function eventBody(changes: object = {}): object {
  return {
    summary: 'Consulta – Luis',
    start: { dateTime: '2026-12-01T14:00:00Z' },
    end: { dateTime: '2026-12-01T14:45:00Z' },
    ...changes,
  };
}

export function meet(requestId: string): object {
  return { conferenceData: { createRequest: { requestId, conferenceSolutionKey: { type: 'hangoutsMeet' } } } };
}
