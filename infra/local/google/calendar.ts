import { IANAZone } from 'luxon';
import { apiError } from './errors.ts';
import { instantOf, type JsonObject } from './event-fields.ts';
import {
  changeEvent,
  insertEvent,
  type Place,
  parseBody,
  readEvent,
  refreshConference,
  removeEvent,
  renderEvent,
  type WriteOptions,
} from './events.ts';
import { type HttpRequest, type HttpResponse, json } from './http.ts';
import {
  type Account,
  behaviourOf,
  type Context,
  findAccount,
  type GoogleState,
  isAlive,
  type SendUpdates,
  type StoredEvent,
  type Token,
} from './state.ts';

const BASE = '/calendar/v3/';
const SCOPE = 'https://www.googleapis.com/auth/calendar';
const WRITE_SCOPES = [SCOPE, `${SCOPE}.events`, `${SCOPE}.events.owned`];
const READ_SCOPES = [
  ...WRITE_SCOPES,
  `${SCOPE}.readonly`,
  `${SCOPE}.events.readonly`,
  `${SCOPE}.events.owned.readonly`,
];
const CALENDAR_LIST_SCOPES = [SCOPE, `${SCOPE}.readonly`, `${SCOPE}.calendarlist`, `${SCOPE}.calendarlist.readonly`];
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;

type CalendarOperation = 'insert' | 'list' | 'get' | 'patch' | 'update' | 'delete' | 'calendarList';

interface CalendarCall {
  operation: CalendarOperation;
  calendarId: string;
  eventId: string;
}

const EVENT_METHODS: Readonly<Record<string, CalendarOperation>> = {
  GET: 'get',
  PATCH: 'patch',
  PUT: 'update',
  DELETE: 'delete',
};
const COLLECTION_METHODS: Readonly<Record<string, CalendarOperation>> = { GET: 'list', POST: 'insert' };

/** What a path and method of the Calendar API ask for, or nothing when we have no such call. */
export function calendarCall(request: HttpRequest): CalendarCall | undefined {
  if (!request.path.startsWith(BASE)) return undefined;
  let parts: string[];
  try {
    parts = request.path.slice(BASE.length).split('/').map(decodeURIComponent);
  } catch {
    return undefined;
  }
  const [root, calendarId = '', events, eventId = ''] = parts;
  if (request.method === 'GET' && parts.join('/') === 'users/me/calendarList')
    return { operation: 'calendarList', calendarId: '', eventId: '' };
  if (root !== 'calendars' || events !== 'events' || parts.length > 4) return undefined;
  const operation = (parts.length === 4 ? EVENT_METHODS : COLLECTION_METHODS)[request.method];
  return operation === undefined ? undefined : { operation, calendarId, eventId };
}

export function bearerToken(state: GoogleState, request: HttpRequest): Token | undefined {
  const value = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return state.tokens.find((token) => token.kind === 'access' && token.value === value);
}

function authorize(context: Context, request: HttpRequest, operation: CalendarOperation): Account {
  const token = bearerToken(context.state, request);
  const account = token === undefined ? undefined : findAccount(context.state, token.account);
  if (token === undefined || account === undefined || !isAlive(token, context.now)) throw apiError('authError');
  const reading = operation === 'get' || operation === 'list';
  const scopes = operation === 'calendarList' ? CALENDAR_LIST_SCOPES : reading ? READ_SCOPES : WRITE_SCOPES;
  if (!token.scopes.some((scope) => scopes.includes(scope))) {
    const method =
      operation === 'calendarList' ? 'CalendarList.List' : `Events.${operation.replace(/^./, (c) => c.toUpperCase())}`;
    throw apiError('insufficientPermissions', undefined, `calendar.v3.${method}`);
  }
  return account;
}

function findPlace(account: Account, calendarId: string): Place {
  const calendar = account.calendars.find(
    ({ id, primary }) => id.toLowerCase() === calendarId.toLowerCase() || (primary && calendarId === 'primary'),
  );
  if (calendar === undefined) throw apiError('notFound');
  return { account, calendar };
}

function findEvent({ calendar }: Place, id: string): StoredEvent {
  const event = calendar.events.find((candidate) => candidate.id === id);
  if (event === undefined) throw apiError('notFound');
  return event;
}

function writeOptions(request: HttpRequest): WriteOptions {
  const version = request.query.get('conferenceDataVersion') ?? '0';
  if (version !== '0' && version !== '1') throw apiError('invalid', `Invalid value for: conferenceDataVersion`);
  const asked = request.query.get('sendUpdates');
  if (asked !== null && !['all', 'externalOnly', 'none'].includes(asked))
    throw apiError('invalid', 'Invalid value for: sendUpdates');
  const older = request.query.get('sendNotifications') === 'true' ? 'all' : 'none';
  return {
    conferences: version === '1',
    sendUpdates: (asked ?? older) as SendUpdates,
    ifMatch: request.headers['if-match'],
  };
}

function bound(query: URLSearchParams, name: string): number | undefined {
  const value = query.get(name);
  if (value === null) return undefined;
  if (!RFC3339.test(value) || Number.isNaN(Date.parse(value))) throw apiError('badRequest');
  return Date.parse(value);
}

function propertyFilter(query: URLSearchParams, name: string, kind: 'private' | 'shared') {
  const wanted = query.getAll(name).map((text) => {
    const at = text.indexOf('=');
    if (at < 1) throw apiError('invalid', `Invalid value for: ${name}`);
    return [text.slice(0, at), text.slice(at + 1)] as const;
  });
  return (event: StoredEvent) =>
    wanted.every(([key, value]) => event.fields.extendedProperties?.[kind]?.[key] === value);
}

function selectEvents({ calendar }: Place, query: URLSearchParams): StoredEvent[] {
  const from = bound(query, 'timeMin');
  const to = bound(query, 'timeMax');
  if (from !== undefined && to !== undefined && to <= from) throw apiError('timeRangeEmpty');
  const updatedFrom = bound(query, 'updatedMin');
  const ordering = query.get('orderBy');
  if (ordering === 'startTime' && query.get('singleEvents') !== 'true')
    throw apiError('badRequest', 'The requested ordering is not available for the particular query.');
  const uid = query.get('iCalUID');
  const text = query.get('q')?.toLowerCase();
  const owned = propertyFilter(query, 'privateExtendedProperty', 'private');
  const shared = propertyFilter(query, 'sharedExtendedProperty', 'shared');
  const start = (event: StoredEvent) => instantOf(event.fields.start, calendar.timeZone);
  const found = calendar.events.filter(
    (event) =>
      (event.fields.status !== 'cancelled' || query.get('showDeleted') === 'true') &&
      (from === undefined || instantOf(event.fields.end, calendar.timeZone) > from) &&
      (to === undefined || start(event) < to) &&
      (updatedFrom === undefined || Date.parse(event.updated) >= updatedFrom) &&
      (uid === null || event.iCalUID === uid) &&
      (text === undefined || JSON.stringify(event.fields).toLowerCase().includes(text)) &&
      owned(event) &&
      shared(event),
  );
  if (ordering === 'startTime') found.sort((a, b) => start(a) - start(b));
  if (ordering === 'updated') found.sort((a, b) => Date.parse(a.updated) - Date.parse(b.updated));
  return found;
}

function page<Entry>(
  found: Entry[],
  query: URLSearchParams,
  most: number | null,
): { entries: Entry[]; next: JsonObject } {
  const size = Number(query.get('maxResults') ?? 250);
  if (!Number.isInteger(size) || size < 1) throw apiError('invalid', 'Invalid value for: maxResults');
  const token = query.get('pageToken');
  const offset = token === null ? 0 : Number(Buffer.from(token, 'base64url').toString());
  if (!Number.isInteger(offset) || offset < 0) throw apiError('invalid', 'Invalid page token value.');
  const end = offset + Math.min(size, most ?? 2500, 2500);
  const next = end < found.length ? { nextPageToken: Buffer.from(String(end)).toString('base64url') } : {};
  return { entries: found.slice(offset, end), next };
}

function shownZone(query: URLSearchParams): string | null {
  const zone = query.get('timeZone');
  if (zone !== null && !IANAZone.isValidZone(zone)) throw apiError('invalid', 'Invalid value for: timeZone');
  return zone;
}

function list(context: Context, place: Place, query: URLSearchParams): HttpResponse {
  // We keep no history to answer from, and Google may say this at any time too.
  if (query.has('syncToken')) throw apiError('fullSyncRequired');
  const zone = shownZone(query);
  const most = behaviourOf(context.state, place.account, 'listPage');
  const { entries: events, next } = page(selectEvents(place, query), query, most);
  for (const event of events) refreshConference(context, event, true);
  return json(200, {
    kind: 'calendar#events',
    etag: `"p3${String(context.state.serial).padStart(15, '0')}"`,
    summary: place.calendar.summary,
    updated: context.now.toISOString(),
    timeZone: zone ?? place.calendar.timeZone,
    accessRole: 'owner',
    defaultReminders: [],
    ...next,
    items: events.map((event) => renderEvent(context, place, event, zone)),
  });
}

function listCalendars(context: Context, account: Account, query: URLSearchParams): HttpResponse {
  const unable = behaviourOf(context.state, account, 'conference').unable;
  const { entries, next } = page(account.calendars, query, behaviourOf(context.state, account, 'listPage'));
  return json(200, {
    kind: 'calendar#calendarList',
    etag: `"p3${String(context.state.serial).padStart(15, '0')}"`,
    ...next,
    items: entries.map((calendar) => ({
      kind: 'calendar#calendarListEntry',
      id: calendar.id,
      summary: calendar.summary,
      timeZone: calendar.timeZone,
      accessRole: calendar.accessRole ?? 'owner',
      defaultReminders: [],
      conferenceProperties: {
        allowedConferenceSolutionTypes: calendar.conferences && !unable ? ['hangoutsMeet'] : [],
      },
      ...(calendar.primary ? { primary: true } : {}),
    })),
  });
}

/** Answers one call of the Calendar API; throws Google's error as a Refusal. */
export function answerCalendar(context: Context, request: HttpRequest, call: CalendarCall): HttpResponse {
  const account = authorize(context, request, call.operation);
  if (call.operation === 'calendarList') return listCalendars(context, account, request.query);
  const place = findPlace(account, call.calendarId);
  if ((place.calendar.accessRole ?? 'owner') !== 'owner') throw apiError('forbidden');
  if (call.operation === 'list') return list(context, place, request.query);
  const zone = shownZone(request.query);
  const reply = (event: StoredEvent) => json(200, renderEvent(context, place, event, zone), { etag: event.etag });
  if (call.operation === 'insert')
    return reply(insertEvent(context, place, parseBody(request.body), writeOptions(request)));
  const event = findEvent(place, call.eventId);
  switch (call.operation) {
    case 'get':
      return reply(readEvent(context, place, event));
    case 'delete':
      removeEvent(context, place, event, writeOptions(request));
      return { status: 204, headers: {}, body: '' };
    case 'patch':
    case 'update':
      return reply(changeEvent(context, place, event, call.operation, parseBody(request.body), writeOptions(request)));
  }
}
