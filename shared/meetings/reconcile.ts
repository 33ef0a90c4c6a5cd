import type { AccountRef, CalendarEvent, EventAddress, EventChange, Guest } from '../google/calendar.ts';
import { newGuest } from '../google/guest.ts';
import { after, earliest, type Instant, type Moment } from '../time.ts';
import { type EventWish, hasDrifted, textsHash, wishHash } from './event-body.ts';
import {
  conferenceRequestId,
  eventId,
  type GoogleSide,
  guestDigest,
  type HeldEvent,
  idSpent,
  linkOf,
  type Meeting,
  type MeetingError,
  type MeetingState,
  mayBeToCome,
  placeOf,
  type Removal,
  removalOf,
  withAccount,
} from './meeting.ts';

/** All that the decision depends on. */
export interface Situation {
  readonly meeting: Meeting;
  /** The event that Google should hold; undefined for none. */
  readonly wish: EventWish | undefined;
  readonly access: Access;
  /** The event as read in this very run. */
  readonly seen: CalendarEvent | 'missing' | undefined;
  /** Whether all of it is over: then only what is to come is still taken away (DESIGN rule 6). */
  readonly isHistory: boolean;
  /** Who was erased from its bookings. */
  readonly erasure: {
    readonly isErased: (email: string) => boolean;
    /** Whether that is the last that was changed in one of them. */
    readonly isLatest: boolean;
  };
  /** When somebody asked for a look at Google itself. */
  readonly lookRequestedAt: Moment | undefined;
  readonly now: Instant;
}

/** Where the event belongs, or why no call can be made for this staff member. */
export type Access =
  | { readonly account: AccountRef; readonly calendarId: string }
  | { readonly wait: 'waiting_for_staff' | 'retrying'; readonly error: MeetingError; readonly until: Instant };

/** One call to Google. */
export type Call =
  | { readonly do: 'insert'; readonly address: EventAddress; readonly change: EventChange }
  | {
      readonly do: 'patch';
      readonly address: EventAddress;
      readonly change: EventChange;
      readonly etag?: string;
      /** Google is to tell nobody of it. */
      readonly isQuiet?: boolean;
    }
  | { readonly do: 'read'; readonly address: EventAddress }
  | { readonly do: 'delete'; readonly address: EventAddress }
  | { readonly do: 'remove'; readonly removal: Removal };

/** Something to write into our own record, without a call. */
export interface Note {
  readonly do: 'note';
  readonly google: GoogleSide;
  readonly what: string;
}

type Rest =
  | { readonly do: 'wait'; readonly state: MeetingState; readonly error?: MeetingError; readonly until: Instant }
  | { readonly do: 'nothing'; readonly until?: Instant };

/** What to do next; `until` says when to look again. */
export type Step = Call | Note | Rest;

/** Requests for a Meet link that Google answered with failure before a person is asked. */
export const MAX_LINK_REQUESTS = 5;

/**
 * Decides what brings Google one step nearer to what it should hold. Called again after each step, until there is `nothing` to do or
 * something to `wait` for; so every step can be lost, repeated or interleaved with another's, and the end is the same.
 */
export function reconcile(situation: Situation): Step {
  const { meeting, access, isHistory } = situation;
  const wish = isHistory ? undefined : situation.wish;
  const { google } = meeting;
  const { event } = google;
  if (isHistory && !isLeftOver(situation)) return orRemoval(situation, { do: 'nothing' });

  if (event && event.staffEmail !== meeting.staffEmail) return moveAway(google, event, 'another_staff_member');
  if (event && 'account' in access && event.address.account.sub !== access.account.sub) {
    return moveAway(google, event, 'another_account');
  }
  if (wish && event && 'account' in access && event.address.calendarId !== access.calendarId) {
    return moveAway(google, event, 'another_calendar');
  }
  const waiting = waitAfterFailure(situation);
  if (waiting) return waiting.state === 'failed' ? orRemoval(situation, waiting) : waiting;

  // With the grant of today: the one with which it was made may have been replaced.
  const held =
    event && ('account' in access ? { ...event, address: withAccount(event.address, access.account) } : event);
  const step = wish ? towardsEvent(situation, held, wish) : towardsNone(situation, held);
  return step.do === 'nothing' || step.do === 'wait' ? orRemoval(situation, step) : step;
}

/** Old events go when nothing else is to be done; until all are gone the meeting is owed another look. */
function orRemoval({ meeting, wish, now }: Situation, step: Rest): Step {
  const { google } = meeting;
  const isReplaced = step.do === 'nothing' || !wish || linkOf(meeting) !== undefined;
  const toGo = google.removals.filter(({ end, afterReplacement }) => end > now && (isReplaced || !afterReplacement));
  const due = toGo.find(({ dueAt }) => !dueAt || dueAt <= now);
  if (due) return { do: 'remove', removal: due };
  const until = earliest(step.until, ...toGo.map(({ dueAt }) => dueAt));
  return until ? { ...step, until } : step;
}

/** DESIGN rule 12: no call before its time, unless somebody asks, or what failed for good is wanted otherwise now. */
function waitAfterFailure({
  meeting: { google, staffEmail },
  wish,
  access,
  lookRequestedAt,
  now,
}: Situation): (Rest & { do: 'wait' }) | undefined {
  const { error, dueAt } = google;
  if (!error || !dueAt || dueAt <= now || 'wait' in access) return undefined;
  // What failed for somebody else says nothing about this calendar.
  if (error.place !== placeOf(staffEmail, access.account, access.calendarId)) return undefined;
  if (lookRequestedAt && lookRequestedAt > error.at) return undefined;
  if (error.permanent && error.wishHash !== wishHash(wish)) return undefined;
  return {
    do: 'wait',
    state: error.permanent ? 'failed' : 'retrying',
    error: { code: error.code, message: error.message },
    until: dueAt,
  };
}

/** DESIGN rules 3 and 14: the event is wanted elsewhere; the old one goes when the new one is there. */
const moveAway = (google: GoogleSide, event: HeldEvent, what: string): Step => ({
  do: 'note',
  what,
  google: {
    ...idSpent(google),
    removals: event.gone ? google.removals : [...google.removals, removalOf(event, true)],
  },
});

const recreate = (google: GoogleSide, what: string): Step => ({ do: 'note', what, google: idSpent(google) });

/** What has ended is history, but not an event that is still to come because its move into the past never reached Google. */
function isLeftOver({ meeting: { google }, wish, now }: Situation): boolean {
  const { event } = google;
  if (!event || !wish || !mayBeToCome(event, now)) return false;
  // Edited by hand (no hash) it is theirs.
  return !event.certain || !event.confirmed || (event.textsHash !== '' && event.textsHash !== textsHash(wish));
}

function towardsNone({ meeting, access, seen, isHistory, now }: Situation, event: HeldEvent | undefined): Step {
  const { lookAt } = meeting.google;
  if (!event) return { do: 'nothing' };
  if (!mayBeToCome(event, now)) return { do: 'nothing' };
  if ('wait' in access) return { do: 'wait', state: access.wait, error: access.error, until: access.until };
  const { address } = event;
  if (event.gone && lookAt && lookAt > now) return { do: 'nothing', until: lookAt };
  // Of what is over nothing is taken for granted.
  if ((!event.certain || event.gone || isHistory) && !seen) return { do: 'read', address };
  if (seen && isGone(seen)) {
    // A call whose answer was lost may still land, so a deleted event is looked at once more before it is forgotten.
    const google: GoogleSide = event.gone
      ? idSpent(meeting.google)
      : { ...meeting.google, event: { ...event, gone: true, certain: true } };
    return { do: 'note', what: 'event_gone', google };
  }
  return { do: 'delete', address };
}

function towardsEvent(situation: Situation, event: HeldEvent | undefined, wish: EventWish): Step {
  const { meeting, access, seen, now } = situation;
  const { meetingId, google } = meeting;
  if ('wait' in access) return { do: 'wait', state: access.wait, error: access.error, until: access.until };

  if (!event) {
    const address = {
      account: access.account,
      calendarId: access.calendarId,
      eventId: eventId(meetingId, google.generation),
    };
    return { do: 'insert', address, change: wholeEvent(meeting, wish, address.eventId) };
  }
  const { address } = event;
  if (event.gone) return recreate(google, 'event_wanted_again');
  if (!event.certain && !seen) return { do: 'read', address };

  if (seen === 'missing') {
    return event.confirmed
      ? recreate(google, 'event_deleted_by_hand')
      : { do: 'insert', address, change: wholeEvent(meeting, wish, address.eventId) };
  }
  if (seen && seen.meetingId !== meetingId) return recreate(google, 'event_id_taken');
  if (seen?.cancelled) {
    if (!event.confirmed) return recreate(google, 'event_deleted_by_hand');
    return { do: 'patch', address, change: { restore: true, ...changeOf(event, wish, seen) }, etag: seen.etag };
  }

  const guestsDiffer = !sameGuests(event, wish, seen);
  if (guestsDiffer && !seen) return { do: 'read', address };
  const textsDiffer = event.textsHash !== textsHash(wish) || (seen !== undefined && hasDrifted(seen, wish));
  const asksAgain = event.conference === 'failure' || event.conference === 'none';
  const takesOff = guestsDiffer && seen !== undefined && takesOffErased(situation, event, wish, seen);
  // Nor are the others to be told of texts that only do not name somebody any more.
  const isQuiet = takesOff || (!guestsDiffer && situation.erasure.isLatest && event.end === wish.texts.end);
  if (guestsDiffer || textsDiffer || asksAgain) {
    return {
      do: 'patch',
      address,
      change: {
        ...(textsDiffer && { texts: wish.texts }),
        ...(guestsDiffer &&
          seen && { guests: isQuiet ? keptGuests(event, wish, seen) : mergedGuests(event, wish, seen) }),
        ...(asksAgain && { conferenceRequestId: conferenceRequestId(address.eventId, google.linkRequests) }),
      },
      // Rule 11: only what was read may be replaced, or a guest's answer given meanwhile would be lost.
      ...(guestsDiffer && seen && { etag: seen.etag }),
      ...(isQuiet && { isQuiet }),
    };
  }

  if (!seen && isLookDue(situation)) return { do: 'read', address };
  if (event.conference === 'pending') {
    const pollAt = event.pollAt ?? now;
    if (pollAt <= now && !seen) return { do: 'read', address };
    return { do: 'wait', state: 'pending', until: pollAt > now ? pollAt : after(now, 1) };
  }
  return { do: 'nothing', ...(google.lookAt && { until: google.lookAt }) };
}

const isGone = (seen: CalendarEvent | 'missing'): boolean => seen === 'missing' || seen.cancelled;

const isLookDue = ({ meeting: { google }, lookRequestedAt, now }: Situation): boolean =>
  (google.lookAt !== undefined && google.lookAt <= now) ||
  (lookRequestedAt !== undefined && lookRequestedAt > (google.lookedAt ?? ''));

const wholeEvent = ({ meetingId, google }: Meeting, wish: EventWish, id: string): EventChange => ({
  meetingId,
  texts: wish.texts,
  ...(wish.guests.length > 0 && { guests: wish.guests.map(({ email, name }) => newGuest(email, name)) }),
  conferenceRequestId: conferenceRequestId(id, google.linkRequests),
});

const changeOf = (event: HeldEvent, wish: EventWish, seen: CalendarEvent): EventChange => ({
  texts: wish.texts,
  guests: mergedGuests(event, wish, seen),
});

/** Whether Google has exactly the guests it should, besides those that a person added. */
function sameGuests(event: HeldEvent, wish: EventWish, seen: CalendarEvent | undefined): boolean {
  const wanted = new Set(wish.guests.map(({ email }) => email));
  const ours = oursIn(event, event.guests);
  if (!seen) return wanted.size === event.guests.length && [...wanted].every((email) => ours.has(email));
  const there = new Set(seen.guests.map(({ email }) => email));
  return (
    [...wanted].every((email) => there.has(email)) && [...there].every((email) => wanted.has(email) || !ours.has(email))
  );
}

/** Which addresses are those of guests that we added. */
function oursIn({ address: { eventId } }: HeldEvent, guests: readonly string[]): { has: (email: string) => boolean } {
  const known = new Set(guests);
  return { has: (email) => known.has(guestDigest(eventId, email)) };
}

/** Whether it takes off a guest who was erased, whom Google would tell that the event was cancelled. */
const takesOffErased = ({ erasure }: Situation, event: HeldEvent, wish: EventWish, seen: CalendarEvent): boolean => {
  const kept = new Set(keptGuests(event, wish, seen));
  return seen.guests.some((guest) => !kept.has(guest) && erasure.isErased(guest.email));
};

/** DESIGN rule 11: what Google holds, answers and guests added by hand included, less those we added and no longer want, plus the new. */
function mergedGuests(event: HeldEvent, wish: EventWish, seen: CalendarEvent): Guest[] {
  const kept = keptGuests(event, wish, seen);
  const there = new Set(kept.map(({ email }) => email));
  return [
    ...kept,
    ...wish.guests.filter(({ email }) => !there.has(email)).map(({ email, name }) => newGuest(email, name)),
  ];
}

/** Those it holds that are to stay. */
function keptGuests(event: HeldEvent, wish: EventWish, seen: CalendarEvent): Guest[] {
  const wanted = new Set(wish.guests.map(({ email }) => email));
  const ours = oursIn(event, [...event.guests, ...(event.guestsInDoubt ?? [])]);
  return seen.guests.filter(({ email }) => wanted.has(email) || !ours.has(email));
}
