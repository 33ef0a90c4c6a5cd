import { randomBytes } from 'node:crypto';
import { changeConference, meetLink, renderConference, settle } from './conference.ts';
import { apiError } from './errors.ts';
import {
  type Attendee,
  asBody,
  type EventFields,
  isObject,
  type JsonObject,
  mergePatch,
  readFields,
  renderTime,
} from './event-fields.ts';
import {
  type Account,
  behaviourOf,
  type Calendar,
  type Context,
  findAccount,
  type GoogleState,
  type Invitation,
  isGuest,
  nextSerial,
  type SendUpdates,
  type StoredEvent,
} from './state.ts';

/** A calendar and whose it is. */
export interface Place {
  account: Account;
  calendar: Calendar;
}

export interface WriteOptions {
  /** Whether the body's conference data counts (`conferenceDataVersion=1`). */
  conferences: boolean;
  sendUpdates: SendUpdates;
  ifMatch: string | undefined;
}

function newEtag(state: GoogleState): string {
  return `"3${String(nextSerial(state)).padStart(15, '0')}"`;
}

export function eventKey(event: StoredEvent, calendar: Calendar): string {
  return Buffer.from(`${event.id} ${calendar.id}`).toString('base64url');
}

function renderAttendee(attendee: Attendee, { account, calendar }: Place): JsonObject {
  const own = attendee.email.toLowerCase() === calendar.id.toLowerCase();
  const self = own || attendee.email.toLowerCase() === account.email;
  return { ...attendee, ...(own ? { organizer: true } : {}), ...(self ? { self: true } : {}) };
}

export function renderEvent(context: Context, place: Place, event: StoredEvent, zone?: string | null): JsonObject {
  const { account, calendar } = place;
  const { plain, attendees, start, end, ...fields } = event.fields;
  const shownIn = zone ?? calendar.timeZone;
  return {
    kind: 'calendar#event',
    etag: event.etag,
    id: event.id,
    htmlLink: `${context.origin}/calendar/event?eid=${eventKey(event, calendar)}`,
    created: event.created,
    updated: event.updated,
    ...plain,
    creator: { email: account.email, ...(calendar.primary ? { self: true } : {}) },
    organizer: { email: calendar.id, ...(calendar.primary ? {} : { displayName: calendar.summary }), self: true },
    start: renderTime(start, calendar.timeZone, shownIn),
    end: renderTime(end, calendar.timeZone, shownIn),
    iCalUID: event.iCalUID,
    sequence: event.sequence,
    ...(attendees === undefined ? {} : { attendees: attendees.map((guest) => renderAttendee(guest, place)) }),
    ...fields,
    ...renderConference(event.conference),
    reminders: plain.reminders ?? { useDefault: true },
    eventType: plain.eventType ?? 'default',
  };
}

function touch(context: Context, event: StoredEvent): void {
  event.etag = newEtag(context.state);
  event.updated = context.now.toISOString();
}

/** Brings a pending Meet link up to date; a look is what counts as one poll. */
export function refreshConference(context: Context, event: StoredEvent, look: boolean): void {
  // Google writes the finished conference into the event, which makes it a new version.
  if (settle(context, event.conference, look)) touch(context, event);
}

function guestsOf(fields: EventFields | undefined, { account, calendar }: Place): Map<string, Attendee> {
  const guests = (fields?.attendees ?? []).filter((attendee) => isGuest(attendee, account, calendar));
  return new Map(guests.map((guest) => [guest.email.toLowerCase(), guest]));
}

function whatGuestsSee(event: StoredEvent): string {
  const { plain, start, end } = event.fields;
  return JSON.stringify([plain.summary, plain.description, plain.location, start, end, event.conference?.code]);
}

/** Notes the mails that Google would send about a change, by `sendUpdates`. */
function tellGuests(context: Context, place: Place, before: StoredEvent | null, after: StoredEvent, how: SendUpdates) {
  if (how === 'none') return;
  const alive = (event: StoredEvent | null) => (event?.fields.status === 'cancelled' ? undefined : event?.fields);
  const earlier = guestsOf(alive(before), place);
  const later = guestsOf(alive(after), place);
  const changed = before !== null && whatGuestsSee(before) !== whatGuestsSee(after);
  const note = (to: string, kind: Invitation['kind']) => {
    if (how === 'externalOnly' && findAccount(context.state, to) !== undefined) return;
    context.state.invitations.push({
      at: context.now.toISOString(),
      account: place.account.email,
      calendarId: place.calendar.id,
      eventId: after.id,
      to,
      kind,
      sendUpdates: how,
      summary: String(after.fields.plain.summary ?? ''),
      start: after.fields.start.dateTime ?? after.fields.start.date ?? '',
      hangoutLink: meetLink(after.conference),
    });
  };
  for (const email of later.keys()) {
    if (!earlier.has(email)) note(email, 'invitation');
    else if (changed) note(email, 'update');
  }
  for (const email of earlier.keys()) if (!later.has(email)) note(email, 'cancellation');
}

function readSequence(body: JsonObject, current: number): number {
  if (body.sequence === undefined || body.sequence === null) return current;
  if (typeof body.sequence !== 'number' || body.sequence < current)
    throw apiError(
      'invalid',
      'Invalid sequence value. The specified sequence number is below the current sequence number of the resource. Re-fetch the resource and use its sequence number on the following request.',
    );
  return body.sequence;
}

function readId(body: JsonObject): string {
  if (body.id === undefined || body.id === null) return randomBytes(13).toString('hex');
  if (typeof body.id !== 'string' || !/^[a-v0-9]{5,1024}$/.test(body.id))
    throw apiError('invalid', 'Invalid resource id value.');
  return body.id;
}

export function insertEvent(context: Context, place: Place, body: JsonObject, options: WriteOptions): StoredEvent {
  const { calendar, account } = place;
  if (typeof body.id === 'string' && typeof body.iCalUID === 'string')
    throw apiError('invalid', 'Only one of id and iCalUID may be given.');
  const id = readId(body);
  const fields = readFields(body, calendar.timeZone);
  // Deleted events keep their id for good, so this is right for tombstones too.
  if (calendar.events.some((event) => event.id === id)) throw apiError('duplicate');
  const sequence = readSequence(body, 0);
  const none = { conference: null, lastRequestId: null };
  const wanted = options.conferences ? (body.conferenceData ?? null) : null;
  const now = context.now.toISOString();
  const event: StoredEvent = {
    id,
    iCalUID: typeof body.iCalUID === 'string' ? body.iCalUID : `${id}@google.com`,
    etag: newEtag(context.state),
    created: now,
    updated: now,
    sequence,
    fields,
    ...changeConference(context, account, calendar, none, wanted),
  };
  calendar.events.push(event);
  tellGuests(context, place, null, event, options.sendUpdates);
  return event;
}

function checkEtag(event: StoredEvent, ifMatch: string | undefined): void {
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== event.etag) throw apiError('conditionNotMet');
}

/**
 * A write to a deleted event. The stored reports disagree: some see an update with `confirmed` bring it back, some
 * see 403; and what becomes of another patch is not written anywhere. All are orderable; 404 is the default for the
 * last, because a caller must not take a 200 on a cancelled event for a meeting that takes place.
 */
function checkDeleted(context: Context, account: Account, restores: boolean): void {
  if (restores) {
    if (behaviourOf(context.state, account, 'restore') === 'forbidden') throw apiError('forbidden');
    return;
  }
  const answer = behaviourOf(context.state, account, 'deletedPatch');
  if (answer !== 'kept') throw apiError(answer);
}

function moved(before: EventFields, after: EventFields): boolean {
  const timing = (fields: EventFields) => JSON.stringify([fields.start, fields.end, fields.status === 'cancelled']);
  return timing(before) !== timing(after);
}

/** Patch and update: they differ only in what the body is laid over. */
export function changeEvent(
  context: Context,
  place: Place,
  event: StoredEvent,
  how: 'patch' | 'update',
  body: JsonObject,
  options: WriteOptions,
): StoredEvent {
  const { account, calendar } = place;
  refreshConference(context, event, false);
  checkEtag(event, options.ifMatch);
  const wantedStatus = body.status ?? (how === 'update' ? 'confirmed' : undefined);
  if (event.fields.status === 'cancelled')
    checkDeleted(context, account, wantedStatus === 'confirmed' || wantedStatus === 'tentative');
  const whole = how === 'update' ? body : mergePatch(asBody(event.fields), body);
  const fields = readFields(whole, calendar.timeZone);
  const sequence = readSequence(body, event.sequence);
  const before = structuredClone(event);
  const wanted = how === 'update' ? (body.conferenceData ?? null) : body.conferenceData;
  if (options.conferences && wanted !== undefined)
    Object.assign(event, changeConference(context, account, calendar, event, wanted));
  event.fields = fields;
  event.sequence = sequence === before.sequence && moved(before.fields, fields) ? sequence + 1 : sequence;
  touch(context, event);
  tellGuests(context, place, before, event, options.sendUpdates);
  return event;
}

export function removeEvent(context: Context, place: Place, event: StoredEvent, options: WriteOptions): void {
  if (event.fields.status === 'cancelled') throw apiError('deleted');
  checkEtag(event, options.ifMatch);
  const before = structuredClone(event);
  event.fields = { ...event.fields, status: 'cancelled' };
  event.sequence += 1;
  touch(context, event);
  tellGuests(context, place, before, event, options.sendUpdates);
}

export function readEvent(context: Context, place: Place, event: StoredEvent): StoredEvent {
  if (event.fields.status === 'cancelled') {
    const answer = behaviourOf(context.state, place.account, 'deletedGet');
    if (answer !== 'cancelled') throw apiError(answer);
  }
  refreshConference(context, event, true);
  return event;
}

export function parseBody(text: string): JsonObject {
  let body: unknown;
  try {
    body = text === '' ? {} : JSON.parse(text);
  } catch {
    throw apiError('parseError');
  }
  if (!isObject(body)) throw apiError('parseError');
  return body;
}

/** Where an event of the calendar page is, by the key in its `htmlLink`. */
export function eventByKey(state: GoogleState, key: string): { place: Place; event: StoredEvent } | undefined {
  for (const account of state.accounts)
    for (const calendar of account.calendars) {
      const event = calendar.events.find((candidate) => eventKey(candidate, calendar) === key);
      if (event !== undefined) return { place: { account, calendar }, event };
    }
  return undefined;
}
