import type { CalendarGateway, ListedCalendar } from '../google/calendar.ts';
import { GoogleError } from '../google/errors.ts';
import type { Clock } from '../time.ts';
import { noteRefusal } from './access.ts';
import { connectedAccount, mayListCalendars, type Staff } from './staff.ts';
import type { StaffStore } from './store.ts';

export interface CalendarDeps {
  readonly staff: StaffStore;
  readonly clock: Clock;
  readonly calendar: Pick<CalendarGateway, 'calendars'>;
  /** Has their bookings looked at: they belong on another calendar now. */
  readonly wakeBookings: (staffEmail: string) => Promise<void>;
}

/** Why the calendars cannot be shown, or one of them not be chosen; each has a page that says what to do. */
export type CalendarProblem =
  | 'not_connected'
  | 'list_not_allowed'
  | 'calendar_unknown'
  | 'calendar_unusable'
  | 'access_ended'
  | 'client_rejected'
  | 'api_disabled'
  | 'google_unavailable';

/** Every account has one of this name. */
const PRIMARY = 'primary';

export const isUsable = ({ isOwned, makesMeetLinks }: ListedCalendar): boolean => isOwned && makesMeetLinks;

/** Whether a calendar of the list is the one that stands in a profile, under either of its names. */
export const isCalled = ({ calendarId, isPrimary }: ListedCalendar, name: string): boolean =>
  calendarId === name || (isPrimary && name === PRIMARY);

/** The calendars of the account that is connected, those that can be chosen first. */
export async function readCalendars(deps: CalendarDeps, person: Staff): Promise<ListedCalendar[] | CalendarProblem> {
  const account = connectedAccount(person);
  if (!account) return 'not_connected';
  if (!mayListCalendars(person)) return 'list_not_allowed';
  try {
    return (await deps.calendar.calendars(account)).sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
    // It says nothing of the access to the events.
    if (error.code === 'calendar_permission_missing') return 'list_not_allowed';
    const isLost = await noteRefusal({ ...deps, retryBaseSeconds: 0 }, person, error);
    return isLost ? 'access_ended' : problemOf(error);
  }
}

const rank = (calendar: ListedCalendar): number => (isUsable(calendar) ? 0 : 2) + (calendar.isPrimary ? 0 : 1);

function problemOf({ code }: GoogleError): CalendarProblem {
  if (code === 'calendar_api_disabled') return 'api_disabled';
  return code === 'google_client_rejected' || code === 'google_client_missing'
    ? 'client_rejected'
    : 'google_unavailable';
}

/**
 * Puts their future bookings on another calendar of their account. What the browser sends is looked up at Google once more; their main
 * calendar, which every account has, can be chosen without the list.
 */
export async function chooseCalendar(
  deps: CalendarDeps,
  person: Staff,
  calendarId: string,
): Promise<{ name: string | undefined } | CalendarProblem> {
  const calendars = await readCalendars(deps, person);
  if (typeof calendars === 'string') {
    if (calendars !== 'list_not_allowed' || calendarId !== PRIMARY) return calendars;
    return put(deps, person, PRIMARY, undefined);
  }
  const wanted = calendars.find((calendar) => isCalled(calendar, calendarId));
  if (!wanted) return 'calendar_unknown';
  if (!isUsable(wanted)) return 'calendar_unusable';
  // The main one goes by its lasting name, so that it is not taken for another when it stands there already.
  const isSame = isCalled(wanted, person.calendarId);
  return put(deps, person, isSame ? person.calendarId : wanted.isPrimary ? PRIMARY : wanted.calendarId, wanted.name);
}

/** They are woken also when it is the same: the run before may have died in between. */
async function put({ staff, wakeBookings }: CalendarDeps, { email }: Staff, calendarId: string, name?: string) {
  await staff.setCalendar(email, calendarId, name);
  await wakeBookings(email);
  return { name };
}
