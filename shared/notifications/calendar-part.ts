import ical, {
  ICalAlarmType,
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
  ICalEventTransparency,
} from 'ical-generator';
import type { Instant } from '../time.ts';

/** An iCalendar object that goes with a mail; the mail's MIME part names the same method (RFC 6047). */
export interface CalendarPart {
  readonly method: 'REQUEST' | 'CANCEL';
  readonly content: string;
}

/** What a person's calendar is to hold of a booking, or to hold no more. */
export interface Invitation {
  /** The appointment's id: stays the same whatever becomes of the booking, for everybody in it. */
  readonly uid: string;
  readonly method: CalendarPart['method'];
  /** Higher than in anything that this person was sent of the booking before: a calendar drops what is older than what it holds. */
  readonly sequence: number;
  /** When it is written. */
  readonly at: Instant;
  readonly start: Instant;
  readonly end: Instant;
  readonly summary: string;
  readonly description: string;
  /** Where to join; there is nothing to join any more when it is cancelled. */
  readonly url?: string | undefined;
  /** The mail's own sender: calendars distrust an organizer who is somebody else. */
  readonly organizer: { readonly name?: string | undefined; readonly address: string };
  readonly attendee: { readonly name: string; readonly address: string };
  /** Minutes before the start. */
  readonly alarmMinutes: number;
}

/** One event for one person, by RFC 5545 and 5546. Its times are in UTC, so that it needs no zone rules of its own. */
export function calendarPart(invitation: Invitation): CalendarPart {
  const { method, sequence, at, start, end, organizer, attendee, alarmMinutes } = invitation;
  const isRequest = method === 'REQUEST';
  const url = invitation.url && webAddress(invitation.url);
  const calendar = ical({
    prodId: '//Booking Meet//EN',
    method: ICalCalendarMethod[method],
    events: [
      {
        id: uidOf(invitation),
        sequence,
        stamp: new Date(at),
        start: new Date(start),
        end: new Date(end),
        summary: line(invitation.summary),
        description: lines(invitation.description),
        ...(url && { location: url, url, x: { 'X-GOOGLE-CONFERENCE': url } }),
        organizer: { name: line(organizer.name ?? '') || organizer.address, email: mailAddress(organizer.address) },
        attendees: [
          {
            name: line(attendee.name),
            email: mailAddress(attendee.address),
            role: ICalAttendeeRole.REQ,
            // They booked it themselves, and nobody reads answers. RFC 5546 (3.2.2) lets a request say what is known of an attendee's
            // status: Google shows it as accepted. Exchange reads no answer out of a request, so it enters the event as tentative, but
            // where RSVP is FALSE it asks for none (MS-OXCICAL 2.1.3.1.1.20.2).
            status: ICalAttendeeStatus.ACCEPTED,
            rsvp: false,
          },
        ],
        status: isRequest ? ICalEventStatus.CONFIRMED : ICalEventStatus.CANCELLED,
        transparency: ICalEventTransparency.OPAQUE,
        // RFC 5546 forbids an alarm in what cancels.
        alarms: isRequest ? [{ type: ICalAlarmType.display, trigger: alarmMinutes * 60 }] : [],
      },
    ],
  });
  // The library ends every line but the last.
  return { method, content: plainMailto(alarmsLast(`${calendar}\r\n`)) };
}

/** The library writes an attendee's scheme in capitals, which is right, and yet not known to every calendar. A fold may stand within it. */
const plainMailto = (content: string): string =>
  content.replace(/:[MAILTO\r\n ]+:/g, (found) =>
    found.replaceAll('\r\n ', '') === ':MAILTO:' ? found.toLowerCase() : found,
  );

/** RFC 5545 (3.6.1) wants all properties of an event before its alarms; the library writes some of them after. */
const alarmsLast = (content: string): string =>
  content.replace(/^(BEGIN:VALARM\r\n.*?^END:VALARM\r\n)(.*?)(?=^END:VEVENT\r\n)/ms, '$2$1');

/** The library writes it as it is, so nothing that could end a line may be in it. No platform has a dash in its name. */
const uidOf = ({ uid, organizer: { address } }: Invitation): string =>
  `${encodeURIComponent(uid.toWellFormed().replace(':', '-'))}@${address.slice(address.lastIndexOf('@') + 1)}`;

/** An address as a `mailto:` has it (RFC 6068): what could end it, or what stands after it, is percent-encoded. */
const mailAddress = (address: string): string =>
  encodeURIComponent(address.toWellFormed()).replace(/%40(?!.*%40)|%2B/g, decodeURIComponent);

/** The library escapes what stands in an address as if it were text, which no calendar undoes; a Meet link has nothing of this. */
const webAddress = (url: string): string => url.toWellFormed().replace(/[\s\p{Cc};,\\]/gu, encodeURIComponent);

/** Text of several lines. The library escapes and folds; control characters cannot be written in iCalendar at all. */
const lines = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?|[\u2028\u2029]/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '');

const line = (text: string): string => lines(text).replace(/\s+/g, ' ').trim();
