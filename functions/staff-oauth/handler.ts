import type { Logger } from '@aws-lambda-powertools/logger';
import type { Locale } from '../../shared/appointments/appointment.ts';
import type { AppointmentStore } from '../../shared/appointments/store.ts';
import type { Witness } from '../../shared/diagnostics/witness.ts';
import type { CalendarGateway } from '../../shared/google/calendar.ts';
import {
  decodeUtf8,
  type HttpEvent,
  type HttpResponse,
  httpHandler,
  pathParameter,
  requireContentType,
} from '../../shared/http/chain.ts';
import { browserLocale, errorPage } from '../../shared/http/page.ts';
import { nextMeetings, wakeBookings } from '../../shared/meetings/staff-bookings.ts';
import type { MeetingStore } from '../../shared/meetings/store.ts';
import type { SettingsStore } from '../../shared/settings/store.ts';
import {
  type CalendarDeps,
  type CalendarProblem,
  chooseCalendar,
  readCalendars,
} from '../../shared/staff/calendars.ts';
import {
  beginSignIn,
  type ConnectDeps,
  type ConnectProblem,
  type ConnectResult,
  disconnectThemselves,
  finishSignIn,
  isConnectedOnce,
  readConnectLink,
  redirectUri,
} from '../../shared/staff/connect.ts';
import { STATE_LIFE } from '../../shared/staff/links.ts';
import type { Staff } from '../../shared/staff/staff.ts';
import { ownPageOf } from './own-page.ts';
import { askForListPage, calendarChosenPage, calendarsPage } from './pages/calendars.ts';
import { disconnectedPage, disconnectPage } from './pages/disconnect.ts';
import { connectedPage, ownPage } from './pages/own.ts';
import { paths } from './pages/parts.ts';
import { problemPage } from './pages/problem.ts';

export interface StaffOAuthDeps extends ConnectDeps {
  readonly meetings: MeetingStore;
  readonly appointments: AppointmentStore;
  readonly calendar: Pick<CalendarGateway, 'calendars'>;
  readonly settings: SettingsStore;
  readonly witness: Witness;
  readonly logger: Logger;
}

/** Meetings that a staff member's page shows. */
const MOST_MEETINGS = 10;

/** The pages of a staff member, reached by their signed link: their Google account, their calendar, their next bookings. */
export function makeHandler(deps: StaffOAuthDeps) {
  const { logger } = deps;
  const isSecure = deps.publicUrl.startsWith('https:');
  // The prefix has the browser refuse it from any other host; it may only be used over TLS.
  const cookieName = isSecure ? '__Host-booking-meet-oauth' : 'booking-meet-oauth';
  const calendars: CalendarDeps = { ...deps, wakeBookings: (staffEmail) => wakeBookings(deps, staffEmail) };

  /** The language of the staff member's profile, else of their browser, else of the business. */
  const localeFor = async (event: HttpEvent, person?: Staff): Promise<Locale> =>
    person?.locale ?? browserLocale(event) ?? (await deps.settings.get()).settings.locale;
  const cookieOf = (event: HttpEvent): string | undefined =>
    event.cookies
      ?.map((cookie) => cookie.split('='))
      .find(([name]) => name?.trim() === cookieName)?.[1]
      ?.trim();

  /** A page of whoever the link in its path belongs to. */
  const ofLink =
    (show: (own: { event: HttpEvent; token: string; person: Staff; locale: Locale }) => Promise<HttpResponse>) =>
    async (event: HttpEvent): Promise<HttpResponse> => {
      const token = pathParameter(event, 'token');
      const link = await readConnectLink(deps, token);
      if (typeof link === 'string') return problemPage(await localeFor(event), link);
      const { person } = link;
      return show({ event, token, person, locale: await localeFor(event, person) });
    };

  /** What to say where the calendars cannot be shown, or one of them not be chosen. */
  const calendarProblem = (
    locale: Locale,
    token: string,
    person: Staff,
    problem: CalendarProblem,
    unticked = false,
  ): HttpResponse => {
    if (problem === 'list_not_allowed') return askForListPage(locale, choiceOf(token, person), unticked);
    const isOfCalendars = problem === 'calendar_unknown' || problem === 'calendar_unusable';
    const isPassing = problem === 'google_unavailable';
    return problemPage(
      locale,
      problem,
      isOfCalendars || isPassing
        ? { path: paths.calendar(token), words: 'retry' }
        : { path: paths.own(token), words: 'page' },
    );
  };

  const showCalendars = async (locale: Locale, token: string, person: Staff, unticked = false) => {
    const listed = await readCalendars(calendars, person);
    return typeof listed === 'string'
      ? calendarProblem(locale, token, person, listed, unticked)
      : calendarsPage(locale, choiceOf(token, person), listed);
  };

  /** What came back from Google proves the address that it was sent to; what anybody can make up proves nothing. */
  const noteSignIn = async (result: ConnectResult): Promise<void> => {
    if (!result.connected && !result.begun) return;
    const clientId = (await deps.googleClient())?.clientId;
    const name = result.connected ? 'connected' : result.isRedirectMismatch ? 'redirect_uri_mismatch' : result.problem;
    await deps.witness.note(name, result.connected, {
      ...(clientId && { clientId }),
      redirectUri: redirectUri(deps.publicUrl),
    });
  };

  return httpHandler({
    logger,
    renderError: (problem, event) => errorPage(browserLocale(event) ?? 'en', problem),
    routes: {
      'GET /connect/{token}': ofLink(async ({ token, person, locale }) => {
        const [{ settings }, meetings] = await Promise.all([
          deps.settings.get(),
          nextMeetings(deps, person.email, MOST_MEETINGS),
        ]);
        return ownPage(locale, ownPageOf(person, token, locale, settings, meetings));
      }),

      'GET /connect/{token}/calendar': ofLink(({ token, person, locale }) => showCalendars(locale, token, person)),

      'POST /connect/{token}/calendar': ofLink(async ({ event, token, person, locale }) => {
        const chosen = await chooseCalendar(calendars, person, formOf(event).get('calendar') ?? '');
        if (typeof chosen === 'string') return calendarProblem(locale, token, person, chosen);
        logger.info('calendar chosen', { event: 'calendar_chosen' });
        return calendarChosenPage(locale, token, chosen.name);
      }),

      'GET /connect/{token}/disconnect': ofLink(async ({ token, person, locale }) => {
        const { googleEmail = '', connectedAt = '' } = person.connection;
        return isConnectedOnce(person)
          ? disconnectPage(locale, token, googleEmail, connectedAt)
          : disconnectedPage(locale, token);
      }),

      'POST /connect/{token}/disconnect': ofLink(async ({ event, token, person, locale }) => {
        const seen = formOf(event).get('seen') ?? undefined;
        if (!(await disconnectThemselves(deps, person, seen))) {
          return problemPage(locale, 'changed_meanwhile', { path: paths.own(token), words: 'page' });
        }
        await wakeBookings(deps, person.email);
        logger.info('account disconnected', { event: 'account_disconnected' });
        return disconnectedPage(locale, token);
      }),

      'GET /oauth/google/start': async (event) => {
        const { token = '', calendars: asksForList } = event.queryStringParameters ?? {};
        const begun = await beginSignIn(deps, token, cookieOf(event), asksForList !== undefined);
        if (typeof begun === 'string') return problemPage(await localeFor(event), begun);
        const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${STATE_LIFE}${isSecure ? '; Secure' : ''}`;
        return {
          statusCode: 302,
          headers: { location: begun.location },
          cookies: [`${cookieName}=${begun.cookie}; ${attributes}`],
        } satisfies HttpResponse;
      },

      'GET /oauth/google/callback': async (event) => {
        const { state, code, error } = event.queryStringParameters ?? {};
        const result = await finishSignIn(deps, { state, code, error, cookie: cookieOf(event) });
        await noteSignIn(result);
        if (result.connected) {
          const { staff: person, googleEmail, begun } = result;
          logger.info('account connected', { event: 'account_connected' });
          const locale = await localeFor(event, person);
          const goesOn = begun.calendars && (await showCalendars(locale, begun.link, person, true));
          // Should Google not give the list, they are connected all the same, and their page leads back to it.
          return goesOn && goesOn.statusCode === 200 ? goesOn : connectedPage(locale, googleEmail, begun.link);
        }
        logger.info('account not connected', { event: 'account_not_connected', problem: result.problem });
        const { begun, problem } = result;
        const person = begun && (await deps.staff.get(begun.staffEmail));
        return problemPage(
          await localeFor(event, person),
          problem,
          begun && { path: paths.own(begun.link), words: 'start' },
          stillConnected(problem, person),
        );
      },
    },
  });
}

const choiceOf = (token: string, { calendarId, connection }: Staff) => ({
  token,
  googleEmail: connection.googleEmail ?? '',
  calendarId,
});

/** What a page's form sends; nothing at all where it has no fields. */
function formOf(event: HttpEvent): URLSearchParams {
  if (event.rawBody.length === 0) return new URLSearchParams();
  requireContentType(event, /^application\/x-www-form-urlencoded$/);
  return new URLSearchParams(decodeUtf8(event.rawBody));
}

/** Whoever has a connection that works keeps it when they try again and it comes to nothing. */
const stillConnected = (problem: ConnectProblem, person: Staff | undefined): string | undefined =>
  problem !== 'link_invalid' && person?.connection.state === 'connected' ? person.connection.googleEmail : undefined;
