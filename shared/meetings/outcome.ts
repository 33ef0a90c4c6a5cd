import type { CalendarEvent } from '../google/calendar.ts';
import { GoogleError, PARK_SECONDS } from '../google/errors.ts';
import { after, DAY, type Instant, latest, type Moment } from '../time.ts';
import { type EventWish, hasDrifted, textsHash, wishHash } from './event-body.ts';
import {
  type GoogleSide,
  guestDigest,
  type HeldEvent,
  idSpent,
  type Meeting,
  type Removal,
  removalOf,
} from './meeting.ts';
import { type Call, MAX_LINK_REQUESTS } from './reconcile.ts';

/** What a call came to: the event, undefined where there is none (any more), or why it failed. */
export type Answer = CalendarEvent | undefined | GoogleError;

/** When it is, and how long to wait before trying again. */
export interface Timing {
  readonly now: Instant;
  readonly moment: Moment;
  readonly retryBaseSeconds: number;
  /** From 0 up to 1, for jitter. */
  readonly random: number;
}

/** DESIGN rule 12: seconds at most between two tries. */
const MAX_RETRY_SECONDS = 900;
/** What failed for good is still tried once a day: the person who mends it may not know of every booking. */
const FAILED_SECONDS = DAY;

/** Exponential, with jitter, at most 15 minutes. @param attempt from 1 @returns seconds */
export const retryDelay = (
  attempt: number,
  { retryBaseSeconds, random }: Pick<Timing, 'retryBaseSeconds' | 'random'>,
): number => Math.min(MAX_RETRY_SECONDS, retryBaseSeconds * 2 ** Math.min(attempt - 1, 20)) * (0.5 + random / 2);

const retryAt = (attempt: number, timing: Timing): Instant => after(timing.now, retryDelay(attempt, timing));

/** When a call whose answer was lost has landed, if it ever does. */
const lateCallsLanded = ({ now, retryBaseSeconds }: Timing): Instant => after(now, 4 * retryBaseSeconds);

/** The record before a call: what is about to be done, and that nobody knows yet whether it was. */
export function beforeCall(call: Call, { google, staffEmail }: Meeting, wish: EventWish | undefined): GoogleSide {
  const { event } = google;
  if (call.do === 'insert' && !event) {
    return {
      ...google,
      event: {
        staffEmail,
        address: call.address,
        certain: false,
        confirmed: false,
        etag: '',
        conference: 'none',
        guests: [],
        ...guestsInDoubt(call, undefined, wish),
        textsHash: '',
        end: wish?.texts.end ?? '',
        polls: 0,
      },
    };
  }
  const writes = call.do === 'insert' || call.do === 'patch' || call.do === 'delete';
  if (!event || !writes) return google;
  const end = 'change' in call ? call.change.texts?.end : undefined;
  return {
    ...google,
    event: {
      ...event,
      certain: false,
      ...guestsInDoubt(call, event, wish),
      ...(end && { endInDoubt: latest(end, event.endInDoubt ?? '') }),
    },
  };
}

const guestsInDoubt = (call: Call, event: HeldEvent | undefined, wish: EventWish | undefined) =>
  'change' in call && call.change.guests
    ? {
        guestsInDoubt: [
          ...new Set([...(event?.guestsInDoubt ?? []), ...digestsOf(call.address.eventId, wish?.guests)]),
        ],
      }
    : {};

const digestsOf = (eventId: string, guests: readonly { readonly email: string }[] = []): string[] =>
  guests.map(({ email }) => guestDigest(eventId, email));

/** The record after a call: what Google holds now, as far as its answer tells. */
export function afterCall(
  call: Call,
  google: GoogleSide,
  answer: Answer,
  wish: EventWish | undefined,
  place: string,
  timing: Timing,
): GoogleSide {
  if (call.do === 'remove') return afterRemoval(call.removal, google, answer, timing);
  const failed = (side: GoogleSide, failure: GoogleError) => withError(side, failure, wish, place, timing);
  if (answer instanceof GoogleError) return afterFailure(call, google, answer, wish, failed);
  const { error: _error, dueAt: _dueAt, lookAt, ...rest } = { ...google, attempts: 0 };
  const { event } = google;
  if (!event) return rest;
  if (call.do === 'delete') return idSpent(rest);

  const read = call.do === 'read';
  const clean: GoogleSide = {
    ...rest,
    ...((read || call.do === 'insert') && { lookedAt: timing.moment }),
    // After an answer in doubt the meeting is looked at once more, since the late call may still land.
    ...(!read && lookAt && { lookAt }),
    ...(read && !event.certain && { lookAt: lateCallsLanded(timing) }),
    ...(read && event.gone && lookAt && { lookAt }),
  };
  // Read, and not there: what that means is decided with what is wanted. Until then nobody may take it for what it was.
  if (!answer) return { ...clean, event: { ...event, certain: false } };
  if (call.do === 'patch' && call.change.restore && answer.cancelled) return idSpent(clean);
  const after: GoogleSide = { ...clean, event: held(call, event, answer, wish, timing) };
  return call.do === 'read' && event.conference !== 'pending'
    ? withNewRequest(after, event)
    : withLink(after, answer, failed);
}

/** A link that somebody has removed by hand is asked for anew; what is still to be asked for has not failed once more. */
function withNewRequest(google: GoogleSide, before: HeldEvent): GoogleSide {
  const isGone = before.conference === 'success' && google.event?.conference !== 'success';
  return isGone ? { ...google, linkRequests: google.linkRequests + 1 } : google;
}

function held(
  call: Call,
  event: HeldEvent,
  answer: CalendarEvent,
  wish: EventWish | undefined,
  timing: Timing,
): HeldEvent {
  const change = 'change' in call ? call.change : undefined;
  const {
    meetUrl: _url,
    linkSince: _since,
    pollAt: _pollAt,
    endInDoubt: _end,
    guestsInDoubt: inDoubt,
    ...rest
  } = event;
  const pending = answer.conference === 'pending';
  const polls = pending ? event.polls + 1 : 0;
  const { eventId } = event.address;
  const wanted = digestsOf(eventId, wish?.guests);
  const there = new Set(digestsOf(eventId, change?.guests ?? answer.guests));
  const hash = wish && textsHash(wish);
  const textsAgree = wish !== undefined && (change?.texts !== undefined || !hasDrifted(answer, wish));
  return {
    ...rest,
    certain: !answer.cancelled,
    confirmed: true,
    etag: answer.etag,
    conference: answer.conference,
    ...(answer.meetUrl && {
      meetUrl: answer.meetUrl,
      linkSince: answer.meetUrl === event.meetUrl && event.linkSince ? event.linkSince : timing.now,
    }),
    ...(answer.htmlLink && { htmlLink: answer.htmlLink }),
    // What was sent, however Google may write it; otherwise whoever of these is there: somebody may have been removed by hand.
    guests: [...new Set(change?.guests ? wanted : [...wanted, ...event.guests, ...(inDoubt ?? [])])].filter((guest) =>
      there.has(guest),
    ),
    // A late call that changes guests can land as long as nothing else has changed the event: it goes by the version (rule 11).
    ...(call.do === 'read' && inDoubt && { guestsInDoubt: inDoubt }),
    // What somebody has edited is remembered until it is put right, whatever comes in between.
    ...(hash && { textsHash: textsAgree ? hash : event.textsHash === hash ? '' : event.textsHash }),
    end: answer.end,
    polls,
    ...(pending && {
      pollAt: after(timing.now, retryDelay(polls, polls === 1 ? { ...timing, random: 1 } : timing)),
    }),
  };
}

/** DESIGN rule 9: a request for a link that failed is replaced by a new one, with backoff; too many of them are a person's matter. */
function withLink(google: GoogleSide, answer: CalendarEvent, failed: Failed): GoogleSide {
  if (answer.cancelled || answer.conference === 'success' || answer.conference === 'pending') return google;
  const { linkRequests } = google;
  const failure = new GoogleError(linkRequests >= MAX_LINK_REQUESTS ? 'meet_unavailable' : 'meet_link_failed');
  return failed({ ...google, linkRequests: linkRequests + 1, attempts: linkRequests - 1 }, failure);
}

/** The event when Google certainly did not do what it was asked. */
const notDone = (event: HeldEvent): HeldEvent => ({ ...event, certain: true });

/** The record with a failure, and when to try again. */
type Failed = (google: GoogleSide, failure: GoogleError) => GoogleSide;

function afterRemoval(removal: Removal, google: GoogleSide, answer: Answer, timing: Timing): GoogleSide {
  const removals = google.removals.flatMap((entry): Removal[] => {
    if (entry.address.eventId !== removal.address.eventId) return [entry];
    if (answer instanceof GoogleError) {
      if (isLeftBehind(answer)) return [];
      const attempts = entry.attempts + 1;
      return [{ ...entry, attempts, dueAt: removalRetryAt(answer, attempts, timing) }];
    }
    return entry.again ? [{ ...entry, again: false, dueAt: lateCallsLanded(timing) }] : [];
  });
  return { ...google, removals };
}

const removalRetryAt = ({ remedy }: GoogleError, attempts: number, timing: Timing): Instant => {
  if (remedy === 'person') return after(timing.now, FAILED_SECONDS);
  return remedy === 'park' ? after(timing.now, PARK_SECONDS) : retryAt(attempts, timing);
};

/** DESIGN rule 14: where the old access does not work any more, the old event stays where it is. */
export const isLeftBehind = ({ remedy, code }: GoogleError): boolean =>
  remedy === 'reconnect' || code === 'calendar_forbidden';

function afterFailure(
  call: Exclude<Call, { do: 'remove' }>,
  google: GoogleSide,
  failure: GoogleError,
  wish: EventWish | undefined,
  failed: Failed,
): GoogleSide {
  const { event } = google;
  if (!event) return failed(google, failure);
  // Google holds that id, whatever became of it: it is read next.
  if (failure.answer === 'duplicate') return { ...google, event: { ...event, confirmed: true } };
  // Somebody else changed it, so nothing was done: it is read and merged again.
  if (failure.answer === 'precondition_failed') {
    const wasDeleted = call.do === 'patch' && call.change.restore;
    return { ...google, event: wasDeleted ? event : notDone(event) };
  }
  if (call.do === 'patch' && call.change.restore && (failure.answer || failure.code === 'calendar_forbidden')) {
    return idSpent(google);
  }
  if (call.do === 'patch' && failure.answer === 'not_found') return google;
  if (failure.inDoubt || call.do === 'read') return failed(google, failure);

  // Google certainly did not do it.
  const { event: _event, ...without } = google;
  if (call.do === 'insert' && !event.confirmed) {
    // An earlier one may have been done all the same: whoever only that one invited must not pass for a friend of theirs.
    const wanted = new Set(digestsOf(event.address.eventId, wish?.guests));
    const invitesOthers = event.guestsInDoubt?.some((guest) => !wanted.has(guest));
    return failed(invitesOthers ? google : without, failure);
  }
  return failed({ ...google, event: notDone(event) }, failure);
}

function withError(
  google: GoogleSide,
  failure: GoogleError,
  wish: EventWish | undefined,
  place: string,
  timing: Timing,
): GoogleSide {
  const { code, message, remedy } = failure;
  // What these wait for stands in the staff row; the meeting itself is not held back.
  if (remedy === 'reconnect' || remedy === 'park') return google;
  const permanent = remedy === 'person';
  const attempts = google.attempts + 1;
  return {
    ...(code === 'meet_unavailable' ? withoutUselessEvent(google) : google),
    attempts,
    error: { code, message, at: timing.moment, place, wishHash: wishHash(wish), permanent },
    dueAt: permanent ? after(timing.now, FAILED_SECONDS) : retryAt(attempts, timing),
  };
}

/** DESIGN rule 9: a calendar that cannot make Meet links is left without an event. */
function withoutUselessEvent(google: GoogleSide): GoogleSide {
  const { event } = google;
  return event ? idSpent({ ...google, removals: [...google.removals, removalOf(event, false)] }) : google;
}
