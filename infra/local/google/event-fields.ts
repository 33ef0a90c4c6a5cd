import { DateTime, IANAZone } from 'luxon';
import { apiError } from './errors.ts';

export type JsonObject = Record<string, unknown>;

interface EventTime {
  dateTime?: string;
  timeZone?: string;
  date?: string;
}

export interface Attendee {
  email: string;
  responseStatus: string;
  displayName?: string;
  comment?: string;
  optional?: boolean;
  resource?: boolean;
  additionalGuests?: number;
}

interface ExtendedProperties {
  private?: Record<string, string>;
  shared?: Record<string, string>;
}

/** The part of an event that its organizer writes. */
export interface EventFields {
  status: 'confirmed' | 'tentative' | 'cancelled';
  start: EventTime;
  end: EventTime;
  attendees?: Attendee[];
  extendedProperties?: ExtendedProperties;
  /** Texts, switches and structures that we keep as they are. */
  plain: JsonObject;
}

const MAX_PROPERTY_KEY = 44;
const MAX_PROPERTY_VALUE = 1024;
const TEXTS = ['summary', 'description', 'location', 'colorId', 'visibility', 'transparency', 'eventType'];
const STRUCTURES = ['reminders', 'source', 'recurrence', 'attachments'];
/** Google leaves these out of an event while they have their default. */
const SWITCHES: Readonly<Record<string, boolean>> = {
  guestsCanSeeOtherGuests: true,
  guestsCanInviteOthers: true,
  guestsCanModify: false,
  anyoneCanAddSelf: false,
};
const STATUSES = ['confirmed', 'tentative', 'cancelled'] as const;
const RESPONSES = ['needsAction', 'declined', 'tentative', 'accepted'];

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Google's patch: objects are merged, null removes, arrays and everything else are replaced as a whole. */
export function mergePatch(target: JsonObject, patch: JsonObject): JsonObject {
  const merged: JsonObject = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (isObject(value)) merged[key] = mergePatch(isObject(merged[key]) ? merged[key] : {}, value);
    else merged[key] = value;
  }
  return merged;
}

/** The fields in the shape that a request body has, for a patch to be merged into. */
export function asBody(fields: EventFields): JsonObject {
  const { plain, ...rest } = fields;
  return { ...plain, ...rest };
}

function readTime(value: unknown, which: 'start' | 'end'): EventTime {
  if (!isObject(value)) throw apiError('required', `Missing ${which} time.`);
  const { dateTime, date, timeZone } = value;
  if (timeZone !== undefined && (typeof timeZone !== 'string' || !IANAZone.isValidZone(timeZone)))
    throw apiError('invalid', `Invalid time zone definition for ${which} time.`);
  if ((dateTime === undefined) === (date === undefined)) throw apiError('invalid', `Invalid ${which} time.`);
  if (date !== undefined) {
    if (typeof date !== 'string' || !/^\d{4}-\d\d-\d\d$/.test(date) || !DateTime.fromISO(date).isValid)
      throw apiError('invalid', `Invalid ${which} time.`);
    return { date };
  }
  if (typeof dateTime !== 'string' || !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(dateTime))
    throw apiError('invalid', `Invalid value for: Invalid format: "${String(dateTime)}"`);
  const hasOffset = /(?:Z|[+-]\d\d:?\d\d)$/i.test(dateTime);
  if (!hasOffset && timeZone === undefined)
    throw apiError('required', `Missing time zone definition for ${which} time.`);
  const moment = DateTime.fromISO(dateTime, { setZone: true, ...(hasOffset ? {} : { zone: timeZone as string }) });
  if (!moment.isValid) throw apiError('invalid', `Invalid value for: Invalid format: "${dateTime}"`);
  return {
    dateTime: moment.startOf('second').toUTC().toISO({ suppressMilliseconds: true }),
    ...(timeZone === undefined ? {} : { timeZone }),
  };
}

export function instantOf(time: EventTime, zone: string): number {
  return DateTime.fromISO(time.dateTime ?? time.date ?? '', { zone }).toMillis();
}

function readAttendees(value: unknown): Attendee[] {
  if (!Array.isArray(value)) throw apiError('invalid', 'Invalid attendees.');
  const byEmail = new Map<string, Attendee>();
  for (const entry of value as unknown[]) {
    const email = isObject(entry) ? entry.email : undefined;
    if (typeof email !== 'string' || !/^[^\s@<>]+@[^\s@<>]+$/.test(email))
      throw apiError('invalid', 'Invalid attendee email.');
    const { displayName, comment, optional, resource, additionalGuests, responseStatus } = entry as JsonObject;
    // An attendee without an answer is a new one to Google: what they had answered before is gone.
    const response = responseStatus ?? 'needsAction';
    if (typeof response !== 'string' || !RESPONSES.includes(response))
      throw apiError('invalid', 'Invalid response status.');
    if (byEmail.has(email.toLowerCase())) continue;
    byEmail.set(email.toLowerCase(), {
      email,
      ...(typeof displayName === 'string' ? { displayName } : {}),
      ...(typeof comment === 'string' ? { comment } : {}),
      ...(optional === true ? { optional } : {}),
      ...(resource === true ? { resource } : {}),
      ...(typeof additionalGuests === 'number' ? { additionalGuests } : {}),
      responseStatus: response,
    });
  }
  return [...byEmail.values()];
}

function readProperties(value: unknown): Record<string, string> | undefined {
  if (!isObject(value)) return undefined;
  const kept = Object.entries(value).filter(([key]) => key.length <= MAX_PROPERTY_KEY);
  if (kept.length === 0) return undefined;
  return Object.fromEntries(kept.map(([key, text]) => [key, String(text).slice(0, MAX_PROPERTY_VALUE)]));
}

function readExtendedProperties(value: unknown): ExtendedProperties | undefined {
  if (!isObject(value)) return undefined;
  const own = readProperties(value.private);
  const shared = readProperties(value.shared);
  if (own === undefined && shared === undefined) return undefined;
  return { ...(own === undefined ? {} : { private: own }), ...(shared === undefined ? {} : { shared }) };
}

function readPlain(body: JsonObject): JsonObject {
  const plain: JsonObject = {};
  for (const name of TEXTS) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'string') throw apiError('invalid', `Invalid value for: ${name}`);
    plain[name] = value;
  }
  for (const [name, usual] of Object.entries(SWITCHES)) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    if (typeof value !== 'boolean') throw apiError('invalid', `Invalid value for: ${name}`);
    if (value !== usual) plain[name] = value;
  }
  for (const name of STRUCTURES) {
    const value = body[name];
    if (value !== undefined && value !== null) plain[name] = value;
  }
  const source = plain.source;
  if (isObject(source) && !/^https?:\/\//.test(String(source.url))) throw apiError('invalid', 'Invalid source url.');
  return plain;
}

/**
 * Reads a whole event body as Google would: refuses what Google refuses, drops what Google drops.
 *
 * @throws Refusal with Google's own error body
 */
export function readFields(body: JsonObject, calendarZone: string): EventFields {
  const status = STATUSES.find((known) => known === (body.status ?? 'confirmed'));
  if (status === undefined) throw apiError('invalid', 'Invalid event status.');
  const start = readTime(body.start, 'start');
  const end = readTime(body.end, 'end');
  if ((start.date === undefined) !== (end.date === undefined))
    throw apiError('invalid', 'Start and end times must either both be date or both be dateTime.');
  if (instantOf(end, calendarZone) < instantOf(start, calendarZone)) throw apiError('timeRangeEmpty');
  const extendedProperties = readExtendedProperties(body.extendedProperties);
  const attendees = body.attendees === undefined || body.attendees === null ? [] : readAttendees(body.attendees);
  return {
    status,
    start,
    end,
    ...(attendees.length === 0 ? {} : { attendees }),
    ...(extendedProperties === undefined ? {} : { extendedProperties }),
    plain: readPlain(body),
  };
}

export function renderTime(time: EventTime, calendarZone: string, shownIn: string): EventTime {
  if (time.dateTime === undefined) return { ...time };
  const dateTime = DateTime.fromISO(time.dateTime, { zone: shownIn }).toISO({ suppressMilliseconds: true });
  return { dateTime: dateTime ?? time.dateTime, timeZone: time.timeZone ?? calendarZone };
}
