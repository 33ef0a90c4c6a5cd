import { createHash } from 'node:crypto';
import type { Appointment, Booking } from '../appointments/appointment.ts';
import type { AccountRef, ConferenceStatus, EventAddress } from '../google/calendar.ts';
import type { GoogleFailureCode } from '../google/errors.ts';
import type { Instant, Moment } from '../time.ts';

/** `meeting.state` of API.md. */
export const MEETING_STATES = [
  'not_required',
  'pending',
  'ready',
  'waiting_for_staff',
  'retrying',
  'failed',
  'cancelled',
] as const;
export type MeetingState = (typeof MEETING_STATES)[number];

/** A stable code with a sentence that a receptionist can act on. */
export interface MeetingError {
  readonly code:
    | GoogleFailureCode
    | 'staff_not_connected'
    | 'staff_reconnect_required'
    | 'integration_off'
    | 'start_not_announced';
  readonly message: string;
}

export interface TimelineEntry {
  readonly at: Instant;
  readonly what: string;
  readonly detail?: string;
}

/** Which meeting an appointment is in, and how far it has come. */
export interface Mapping {
  readonly appointmentId: string;
  readonly meetingId?: string;
  /** The slot in which it is placed. */
  readonly slot?: string;
  /** Whether it ever was in a meeting. */
  readonly everPlaced?: boolean;
  /** Meetings that it has left and that Google does not show so yet. */
  readonly leaving: readonly string[];
  /** The appointment's revision that `state` speaks of; 0 before the first. */
  readonly revision: number;
  readonly state: MeetingState;
  readonly error?: MeetingError;
  readonly timeline: readonly TimelineEntry[];
  readonly staffEmail?: string;
  readonly start?: Instant;
  readonly end?: Instant;
  readonly version: number;
}

/** The event of a meeting, as far as we know what Google holds. */
export interface HeldEvent {
  /** On whose calendar it is. */
  readonly staffEmail: string;
  readonly address: EventAddress;
  /**
   * False from before a call that writes until its answer is recorded: after a crash or a lost answer nobody knows what Google holds,
   * and it is read before anything is written.
   */
  readonly certain: boolean;
  /** Whether Google ever said that it holds it. */
  readonly confirmed: boolean;
  /** Deleted after an answer in doubt, and to be looked at once more: a late call may still land. */
  readonly gone?: boolean;
  readonly etag: string;
  readonly conference: ConferenceStatus;
  readonly meetUrl?: string;
  readonly linkSince?: Instant;
  readonly htmlLink?: string;
  /** The guests that we added, each as `guestDigest`: to know them again is all that is needed. */
  readonly guests: readonly string[];
  /** Those of calls whose answer is not known: whenever they are seen in the event, they are ours as well. */
  readonly guestsInDoubt?: readonly string[];
  /** Of the texts and times that were last sent; empty when others were seen there. */
  readonly textsHash: string;
  readonly end: Instant;
  /** The end that a call whose answer is not known may have given it. */
  readonly endInDoubt?: Instant;
  /** How often a pending link was asked for, and when to ask again. */
  readonly polls: number;
  readonly pollAt?: Instant;
}

/** An event still to be deleted that is not this meeting's any more. Its failures hold up nothing else. */
export interface Removal {
  readonly address: EventAddress;
  readonly staffEmail: string;
  /** What has ended by then stays. */
  readonly end: Instant;
  /** It stays until the event that takes its place is there, or none is wanted: its link may be in everybody's hands. */
  readonly afterReplacement: boolean;
  /** Nobody knows what the last call for it did: it is read before it is deleted. */
  readonly inDoubt: boolean;
  /** Delete it once more later: the call that made it may land late. */
  readonly again: boolean;
  readonly attempts: number;
  /** Not before then. */
  readonly dueAt?: Instant;
}

/** What Google holds for a slot. The first part is written by placing, `google` only by who holds the claim. */
export interface Meeting {
  readonly meetingId: string;
  readonly slot: string;
  readonly staffEmail: string;
  /** Appointment ids. */
  readonly participants: readonly string[];
  readonly version: number;
  readonly google: GoogleSide;
  /** Seconds since the epoch; of the participant that ends last, never lowered. */
  readonly expiresAt: number;
  readonly claim?: Claim;
}

export interface GoogleSide {
  readonly event?: HeldEvent;
  /** Counts the events of this meeting: a deleted one keeps its id for ever. */
  readonly generation: number;
  /** Counts the requests for a Meet link: the id of one request is fixed, a new one needs another. */
  readonly linkRequests: number;
  readonly removals: readonly Removal[];
  /** Failures in a row. */
  readonly attempts: number;
  readonly error?: CallError;
  /** No call before then. */
  readonly dueAt?: Instant;
  /** Look at the event again then: an answer was in doubt. */
  readonly lookAt?: Instant;
  readonly lookedAt?: Moment;
}

/** Why the last call failed, for which account, and for what event. */
export interface CallError extends MeetingError {
  readonly at: Moment;
  readonly place: string;
  readonly wishHash: string;
  readonly permanent: boolean;
}

/** Who is calling Google for a meeting. It ends by itself, should they die. */
export interface Claim {
  readonly holder: string;
  readonly endsAt: Instant;
}

/** Seconds; DESIGN: at most 30. */
export const LEASE_SECONDS = 30;

/** DESIGN rule 1: same staff, service, location and start. A digest, so that no name can outgrow a key. */
export const slotKey = ({ staff, service, location, start }: Booking): string =>
  createHash('sha256')
    .update(JSON.stringify([staff.email, service.name, location?.name ?? '', start]))
    .digest('base64url');

/** DESIGN rule 8: ids of Google's alphabet (a to v and digits), the same for every attempt at one event. */
export const eventId = (meetingId: string, generation: number): string =>
  createHash('sha256').update(`${meetingId}/${generation}`).digest('hex');

/** DESIGN rule 9: fixed for one attempt. */
export const conferenceRequestId = (id: string, attempt: number): string =>
  createHash('sha256').update(`${id}/meet/${attempt}`).digest('hex').slice(0, 32);

/** A guest as they are remembered: their address stands in their bookings and in Google, nowhere else. */
export const guestDigest = (eventId: string, email: string): string =>
  createHash('sha256').update(`${eventId} ${email}`).digest('base64url').slice(0, 22);

export const newGoogleSide: GoogleSide = { generation: 0, linkRequests: 1, removals: [], attempts: 0 };

/** What follows is another event: the id of one that was deleted is taken for ever. */
export function idSpent({ event: _event, lookAt: _lookAt, ...google }: GoogleSide): GoogleSide {
  return { ...google, generation: google.generation + 1, linkRequests: 1 };
}

export const newMapping = (appointmentId: string): Mapping => ({
  appointmentId,
  leaving: [],
  revision: 0,
  state: 'pending',
  timeline: [],
  version: 0,
});

/** The event as one still to be deleted. The account may be connected anew before it is: it is looked up by what lasts. */
export const removalOf = ({ address, staffEmail, end, certain }: HeldEvent, afterReplacement: boolean): Removal => ({
  address: withAccount(address, { sub: address.account.sub, secretName: address.account.secretName }),
  staffEmail,
  end,
  afterReplacement,
  inDoubt: !certain,
  again: !certain,
  attempts: 0,
});

export const withAccount = (address: EventAddress, account: AccountRef): EventAddress => ({ ...address, account });

/** Where an event belongs, to tell whose failure it was. */
export const placeOf = (staffEmail: string, { sub }: AccountRef, calendarId: string): string =>
  JSON.stringify([staffEmail, sub, calendarId]);

/** Whether Google may hold it as one that is still to come. */
export const mayBeToCome = ({ certain, end, endInDoubt = '' }: HeldEvent, now: Instant): boolean =>
  end > now || (!certain && endInDoubt > now);

/** Whether everybody can be told the link. */
export const linkOf = ({ google: { event } }: Pick<Meeting, 'google'>): { url: string; since: Instant } | undefined =>
  event?.conference === 'success' && event.meetUrl && !event.gone
    ? { url: event.meetUrl, since: event.linkSince ?? '' }
    : undefined;

/** The same, while the meeting is the one that the booking as it is now belongs in: it may be about to be moved to another. */
export const standingLink = (meeting: Meeting, { booking }: Pick<Appointment, 'booking'>) =>
  booking && slotKey(booking) === meeting.slot && meeting.google.event?.staffEmail === meeting.staffEmail
    ? linkOf(meeting)
    : undefined;
