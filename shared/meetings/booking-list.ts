import type { Appointment } from '../appointments/appointment.ts';
import { type ListPlace, listPlace } from '../appointments/list-place.ts';
import type { AppointmentStore, ListRange } from '../appointments/store.ts';
import { type Booked, isBooked } from './event-body.ts';
import type { Mapping, Meeting, MeetingState } from './meeting.ts';
import type { MeetingStore } from './store.ts';
import { viewMeeting } from './view.ts';

export interface BookingListDeps {
  readonly appointments: AppointmentStore;
  readonly meetings: MeetingStore;
}

export interface BookingQuery extends ListRange {
  /** As `viewMeeting` shows them. */
  readonly states?: readonly MeetingState[] | undefined;
  readonly staffEmail?: string | undefined;
  /** Of a page. */
  readonly limit: number;
}

/** A booking with how far it has come. */
export interface ListedBooking {
  readonly appointment: Booked;
  readonly mapping: Mapping | undefined;
  readonly meeting: Meeting | undefined;
}

export interface BookingPage {
  readonly bookings: readonly ListedBooking[];
  /** The place up to which it has come; absent when nothing comes behind it. */
  readonly after?: ListPlace;
}

/** Bookings read at once while looking for some; a batch read takes no more. */
const STEP = 100;
/** Bookings looked at for one page, whether they are wanted or not. */
const MOST_LOOKED_AT = 1000;
/** Bytes of bookings in one page: a Lambda answers with 6 MB at most, in which JSON stands as a text with its quotes escaped. */
const MOST_BYTES = 2_000_000;

/** One page of the bookings that are wanted, by start and then by id: as many as `limit`, unless there are so many others between them. */
export async function listBookings(deps: BookingListDeps, query: BookingQuery): Promise<BookingPage> {
  const found: Omit<ListedBooking, 'meeting'>[] = [];
  let lookedAt = 0;
  let bytes = 0;
  let after: ListPlace | undefined;
  for await (const { place, booking } of lookThrough(deps, query)) {
    // There is one more: what has come before is the page.
    if (found.length === query.limit || lookedAt === MOST_LOOKED_AT || bytes > MOST_BYTES) {
      return { bookings: await withMeetings(deps.meetings, found), ...(after && { after }) };
    }
    after = place;
    lookedAt += 1;
    if (!booking) continue;
    found.push(booking);
    bytes += Buffer.byteLength(JSON.stringify(booking.appointment));
  }
  return { bookings: await withMeetings(deps.meetings, found) };
}

/** Every place in the range, with its booking where that is wanted. */
async function* lookThrough(deps: BookingListDeps, query: BookingQuery) {
  const { states, staffEmail, from, to, limit } = query;
  const step = states || staffEmail ? STEP : limit + 1;
  let { after } = query;
  for (;;) {
    const entries = await deps.appointments.byStart({ from, to, after }, step);
    const ids = entries
      .filter((entry) => !staffEmail || entry.staffEmail === staffEmail)
      .map(({ appointmentId }) => appointmentId);
    const [appointments, mappings] = await Promise.all([deps.appointments.getMany(ids), deps.meetings.mappings(ids)]);
    const bookings = new Map(appointments.filter(isBooked).map((booked) => [booked.appointmentId, booked]));
    const mappingOf = new Map(mappings.map((mapping) => [mapping.appointmentId, mapping]));
    for (const { appointmentId, listedAt: place } of entries) {
      const appointment = bookings.get(appointmentId);
      const mapping = mappingOf.get(appointmentId);
      const isWanted =
        appointment &&
        stands(appointment, place) &&
        (!staffEmail || appointment.booking.staff.email === staffEmail) &&
        (!states || states.includes(stateOf(appointment, mapping)));
      yield { place, ...(isWanted && { booking: { appointment, mapping } }) };
    }
    if (entries.length < step) return;
    after = entries.at(-1)?.listedAt;
  }
}

/** The index lags: a booking that has been moved is shown where it stands now, not where it stood, and so never twice. */
const stands = ({ booking: { start }, appointmentId }: Booked, place: ListPlace): boolean =>
  listPlace(start, appointmentId) === place;

const stateOf = (appointment: Appointment, mapping: Mapping | undefined): MeetingState =>
  viewMeeting(appointment, mapping, undefined).state;

/** Each with the meeting that it is in. */
export async function withMeetings(
  meetings: Pick<MeetingStore, 'getMany'>,
  found: readonly Omit<ListedBooking, 'meeting'>[],
): Promise<ListedBooking[]> {
  const held = await meetings.getMany(found.flatMap(({ mapping }) => mapping?.meetingId ?? []));
  const byId = new Map(held.map((meeting) => [meeting.meetingId, meeting]));
  return found.map((booking) => ({ ...booking, meeting: byId.get(booking.mapping?.meetingId ?? '') }));
}
