import type { Locale } from '../../shared/appointments/appointment.ts';
import type { ListedBooking } from '../../shared/meetings/booking-list.ts';
import { viewMeeting } from '../../shared/meetings/view.ts';
import { messageValues } from '../../shared/notifications/message-values.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { Staff } from '../../shared/staff/staff.ts';
import type { Instant } from '../../shared/time.ts';
import type { OwnPage, ShownMeeting } from './pages/own.ts';

/** Failures that another calendar mends. */
const CALENDAR_IS_WRONG: ReadonlySet<string> = new Set([
  'calendar_not_found',
  'calendar_forbidden',
  'meet_unavailable',
]);

/** What a staff member's page shows of them, in words and in their language. */
export function ownPageOf(
  person: Staff,
  token: string,
  locale: Locale,
  settings: Settings,
  { next, more }: { next: readonly (readonly [ListedBooking, ...ListedBooking[]])[]; more: boolean },
): OwnPage {
  const { state, googleEmail, connectedAt, endedAt, endsAt } = person.connection;
  const { calendarId, chosen } = person;
  const on = (at: Instant) => dateIn(at, locale, settings.timeZone);
  return {
    token,
    staffEmail: person.email,
    state,
    ...(googleEmail && { googleEmail }),
    ...(connectedAt && { connectedOn: on(connectedAt) }),
    ...(endedAt && { endedOn: on(endedAt) }),
    ...(endsAt && { endsOn: on(endsAt) }),
    calendarId,
    ...(chosen?.calendarId === calendarId && { calendarName: chosen.name }),
    meetings: next.map((bookings) => shownMeeting(bookings, person, locale, settings)),
    moreMeetings: more,
  };
}

const dateIn = (at: Instant, locale: Locale, timeZone: string): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'es', { dateStyle: 'long', timeZone }).format(new Date(at));

/** As a mail to the staff member would say it, of all who are in it. */
function shownMeeting(
  bookings: readonly [ListedBooking, ...ListedBooking[]],
  { email, name = email }: Staff,
  locale: Locale,
  settings: Settings,
): ShownMeeting {
  const [{ appointment, mapping, meeting }] = bookings;
  const { appointmentId, status, booking } = appointment;
  const to = { role: 'staff', channel: 'email', address: email, person: email, name, locale } as const;
  const value = messageValues({ kind: 'booked', to, appointmentId, status, booking }, settings);
  const view = viewMeeting(appointment, mapping, meeting);
  return {
    date: value('start_date') ?? '',
    time: `${value('start_time')} – ${value('end_time')}`,
    zone: value('time_zone') ?? '',
    service: booking.service.name,
    customers: bookings.flatMap((one) => one.appointment.booking.customers.map((customer) => customer.name)).join(', '),
    state: view.state,
    calendarIsWrong: view.state === 'failed' && CALENDAR_IS_WRONG.has(view.error?.code ?? ''),
    ...(view.meetUrl && { meetUrl: view.meetUrl }),
    ...(view.eventLink && { eventUrl: view.eventLink }),
  };
}
