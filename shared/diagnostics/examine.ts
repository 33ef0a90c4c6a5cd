import { type Appointment, isCancelled } from '../appointments/appointment.ts';
import { isErrand } from '../appointments/errands.ts';
import type { AppointmentStore } from '../appointments/store.ts';
import type { CalendarReach } from '../google/calendar.ts';
import type { GoogleClientReader } from '../google/client.ts';
import { GoogleError } from '../google/errors.ts';
import type { GoogleProbe } from '../google/probe.ts';
import { listBookings } from '../meetings/booking-list.ts';
import { linkOf, type MeetingError } from '../meetings/meeting.ts';
import { isUpcoming } from '../meetings/staff-bookings.ts';
import type { MeetingStore, StaffBooking } from '../meetings/store.ts';
import type { UndeliverableStore } from '../notifications/undeliverable.ts';
import type { SettingsStore } from '../settings/store.ts';
import { redirectUri as redirectUriOf } from '../staff/connect.ts';
import { connectedAccount, type Staff } from '../staff/staff.ts';
import type { StaffStore } from '../staff/store.ts';
import { after, type Clock, DAY, type Instant, toInstant } from '../time.ts';
import type { Rule } from './check.ts';
import { addresses } from './checks/addresses.ts';
import { appPublished } from './checks/app-published.ts';
import { basicSettings } from './checks/basic-settings.ts';
import { calendarApi } from './checks/calendar-api.ts';
import { clockAndFormat, type TimedBooking } from './checks/clock-and-format.ts';
import { deadLetters } from './checks/dead-letters.ts';
import { failedBookings } from './checks/failed-bookings.ts';
import { firstBooking } from './checks/first-booking.ts';
import { googleClient } from './checks/google-client.ts';
import { integration } from './checks/integration.ts';
import { mailSender } from './checks/mail-sender.ts';
import { type MeetLinksEvidence, meetLinks } from './checks/meet-links.ts';
import { overdue } from './checks/overdue.ts';
import { redirectUri } from './checks/redirect-uri.ts';
import { staffConnected } from './checks/staff-connected.ts';
import { webhooks } from './checks/webhooks.ts';
import { PLATFORMS } from './evidence.ts';
import type { MailAccount } from './mail-account.ts';
import type { QueueDepth } from './queues.ts';
import type { Examination } from './run.ts';
import type { EvidenceStore } from './store.ts';

export interface ExamineDeps {
  readonly settings: Pick<SettingsStore, 'get'>;
  readonly staff: Pick<StaffStore, 'list'>;
  readonly appointments: AppointmentStore;
  readonly meetings: MeetingStore;
  readonly undeliverable: Pick<UndeliverableStore, 'list'>;
  readonly evidence: Pick<EvidenceStore, 'notes'>;
  readonly googleClient: GoogleClientReader;
  readonly google: GoogleProbe;
  readonly calendar: CalendarReach;
  readonly mailAccount: MailAccount;
  readonly queueDepth: QueueDepth;
  readonly queues: { readonly streamFailures: string; readonly mailFailures: string };
  readonly publicUrl: string;
  readonly clock: Clock;
}

/** Minutes past its time after which something is overdue: many sweeps would have found it. */
const OVERDUE_MINUTES = 10;
const MOST_OVERDUE = 100;
/** Bookings to come that are looked into; where there are more, these tell enough. */
const MOST_LOOKED_INTO = 100;
/** Seconds. Where there are no bookings to come, those of this time tell of the platform. */
const LOOKED_BACK = 7 * DAY;
/** Staff members through whom the Calendar API is asked, should the access of the first ones not hold. */
const MOST_ASKED = 3;
/** Who failed for these says nothing about the API: another may be asked. */
const OF_ONE_PERSON = new Set(['access_revoked', 'calendar_permission_missing', 'credentials_changing']);

/** Every check of an installation, in the order of its set-up. */
export function makeExaminations(deps: ExamineDeps): Examination[] {
  const { clock, publicUrl } = deps;
  const now = toInstant(clock.now());
  const evidence = shareEvidence(deps, now);
  const address = redirectUriOf(publicUrl);

  return [
    examination(integration, async () => (await evidence.settings()).settings),
    examination(basicSettings, async () => {
      const { settings, version } = await evidence.settings();
      return { settings, isSaved: version > 0 };
    }),
    examination(googleClient, async () => {
      const client = await evidence.googleClient();
      return client && deps.google.client(client);
    }),
    examination(redirectUri, async () => {
      const [client, signIns] = await Promise.all([evidence.googleClient(), deps.evidence.notes('sign-ins')]);
      const last = [...signIns].toSorted(([, a], [, b]) => (a.at < b.at ? 1 : -1))[0];
      return {
        redirectUri: address,
        clientId: client?.clientId,
        answer: client ? await deps.google.redirectUri(client.clientId, address) : 'unclear',
        lastSignIn: last && {
          at: toInstant(last[1].at),
          clientId: last[1].clientId,
          redirectUri: last[1].redirectUri,
          isMismatch: last[0] === 'redirect_uri_mismatch',
        },
      };
    }),
    examination(appPublished, async () => ({ staff: await evidence.staff(), now })),
    examination(calendarApi, async () => {
      const [staff, failed] = await Promise.all([evidence.staff(), evidence.failed()]);
      return {
        answer: await askCalendar(deps, staff),
        failedBookings: failed.filter(({ error }) => error?.code === 'calendar_api_disabled').length,
      };
    }),
    examination(staffConnected, async () => {
      const [staff, bookings] = await Promise.all([evidence.staff(), evidence.upcoming()]);
      const stateOf = new Map(staff.map(({ email, connection }) => [email, connection.state]));
      return [...bookings].map(([email, own]) => ({
        email,
        state: stateOf.get(email) ?? 'not_connected',
        upcoming: own.length,
      }));
    }),
    examination(meetLinks, async () => {
      const [failed, made] = await Promise.all([evidence.failed(), evidence.made()]);
      const unable = failed.filter(({ error }) => error?.code === 'meet_unavailable');
      const byStaff = Map.groupBy(unable, ({ email }) => email);
      return { unable: [...byStaff].map(([email, own]) => ({ email, bookings: own.length })), made };
    }),
    examination(webhooks, async () => {
      const [notes, recent] = await Promise.all([evidence.webhookNotes(), evidence.recent()]);
      return { notes, lastChange: lastChanges(recent), publicUrl };
    }),
    examination(clockAndFormat, async () => {
      const [{ settings }, recent] = await Promise.all([evidence.settings(), evidence.recent()]);
      const newestFirst = recent.toSorted((a, b) => (a.changedAt < b.changedAt ? 1 : -1));
      return { bookings: newestFirst.flatMap((appointment) => timesOf(appointment) ?? []), format: settings };
    }),
    examination(firstBooking, async () => {
      const [made, recent, notes] = await Promise.all([evidence.made(), evidence.recent(), evidence.webhookNotes()]);
      return { made, anySeen: recent.length > 0 || [...notes.keys()].some((name) => name.endsWith(' taken_in')) };
    }),
    examination(mailSender, () => deps.mailAccount.look()),
    examination(addresses, () => deps.undeliverable.list()),
    examination(failedBookings, async () => {
      const [upcoming, failed] = await Promise.all([evidence.upcoming(), evidence.failed()]);
      return { count: [...upcoming.values()].flat().filter(({ state }) => state === 'failed').length, failed };
    }),
    examination(overdue, async () => {
      const late = await deps.appointments.due(after(now, -60 * OVERDUE_MINUTES), MOST_OVERDUE);
      return {
        overdue: late.map(({ appointmentId, dueAt }) => ({
          appointmentId: isErrand(appointmentId) ? undefined : appointmentId,
          dueAt,
        })),
        most: MOST_OVERDUE,
        minutes: OVERDUE_MINUTES,
      };
    }),
    examination(deadLetters, async () => {
      const [streamFailures, mailFailures] = await Promise.all([
        deps.queueDepth(deps.queues.streamFailures),
        deps.queueDepth(deps.queues.mailFailures),
      ]);
      return { streamFailures, mailFailures };
    }),
  ];
}

const examination = <Evidence>({ id, title, judge }: Rule<Evidence>, gather: () => Promise<Evidence>): Examination => ({
  id,
  title,
  find: async () => judge(await gather()),
});

/** A booking to come that failed, with whose it is and why. */
interface FailedBooking {
  readonly appointmentId: string;
  readonly email: string;
  readonly error: MeetingError | undefined;
}

/** What several checks go by is read once, and not at all when none of them is asked for. */
function shareEvidence(deps: ExamineDeps, now: Instant) {
  const { appointments, meetings } = deps;
  const settings = once(() => deps.settings.get());
  const staff = once(() => deps.staff.list());
  /** Past the cache: it may have just been entered. */
  const googleClient = once(() => deps.googleClient(true));
  const webhookNotes = once(() => deps.evidence.notes('webhooks'));
  const listed = once(() => appointments.byStart({ from: now }, MOST_LOOKED_INTO));

  /** Bookings to come of each staff member, of those too whom only a booking names. */
  const upcoming = once(async () => {
    const [known, toCome] = await Promise.all([staff(), listed()]);
    const emails = new Set([...known.map(({ email }) => email), ...toCome.map(({ staffEmail }) => staffEmail)]);
    const bookingsOf = async (email: string): Promise<[string, StaffBooking[]]> => [
      email,
      (await meetings.ofStaff(email, now)).filter(({ state }) => isUpcoming(state)),
    ];
    return new Map(await Promise.all([...emails].map(bookingsOf)));
  });

  const failed = once(async (): Promise<FailedBooking[]> => {
    const soonestFirst = [...(await upcoming())]
      .flatMap(([email, own]) => own.map((booking) => ({ email, ...booking })))
      .filter(({ state }) => state === 'failed')
      .sort((a, b) => (a.start < b.start ? -1 : 1))
      .slice(0, MOST_LOOKED_INTO);
    const mappings = await meetings.mappings(soonestFirst.map(({ appointmentId }) => appointmentId));
    const errorOf = new Map(mappings.map(({ appointmentId, error }) => [appointmentId, error]));
    return soonestFirst.map(({ appointmentId, email }) => ({
      appointmentId,
      email,
      error: errorOf.get(appointmentId),
    }));
  });

  /** Bookings to come, or of the last days. */
  const recent = once(async () => {
    const toCome = await listed();
    const range = { from: after(now, -LOOKED_BACK), to: now };
    const chosen = toCome.length > 0 ? toCome : await appointments.byStart(range, MOST_LOOKED_INTO);
    return appointments.getMany(chosen.map(({ appointmentId }) => appointmentId));
  });

  /** A booking that has its link: one to come, else any that is still known. */
  const made = once(async (): Promise<MeetLinksEvidence['made']> => {
    const query = { states: ['ready' as const], limit: 1 };
    const [toCome] = (await listBookings(deps, { ...query, from: now })).bookings;
    const ready = toCome ?? (await listBookings(deps, query)).bookings[0];
    if (!ready) return undefined;
    const since = ready.meeting && linkOf(ready.meeting)?.since;
    return { appointmentId: ready.appointment.appointmentId, since: since || undefined };
  });

  return { settings, staff, googleClient, webhookNotes, upcoming, failed, recent, made };
}

/** Asked for the first time it is begun; the others get the same. */
function once<T>(begin: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= begin();
    return begun;
  };
}

async function askCalendar({ calendar, clock }: ExamineDeps, staff: readonly Staff[]) {
  const now = toInstant(clock.now());
  // Who is parked is left in peace, unless there is nobody else.
  const connected = staff.flatMap((person) => {
    const account = connectedAccount(person);
    return account ? [{ person, account, isParked: (person.parked?.until ?? '') > now }] : [];
  });
  const inOrder = connected.toSorted((a, b) => Number(a.isParked) - Number(b.isParked)).slice(0, MOST_ASKED);
  let answer: { through: string; said: string } | undefined;
  for (const { person, account } of inOrder) {
    const said = await calendar.reach(account, person.calendarId).then(() => 'enabled', whatRefusalSays);
    answer = { through: person.email, said };
    if (!OF_ONE_PERSON.has(said)) break;
  }
  return answer;
}

/** @throws what is no answer of Google's */
function whatRefusalSays(error: unknown): string {
  if (!(error instanceof GoogleError)) throw error;
  if (error.code === 'calendar_api_disabled') return 'disabled';
  // Who knows that there is no such calendar is the API itself.
  return error.code === 'calendar_not_found' ? 'enabled' : error.code;
}

const lastChanges = (recent: readonly Appointment[]) =>
  Object.fromEntries(
    PLATFORMS.flatMap((platform) => {
      const last = recent
        // A cancellation may be the admin's.
        .filter(({ appointmentId, status }) => appointmentId.startsWith(`${platform}:`) && !isCancelled(status))
        .map(({ changedAt }) => changedAt)
        .sort()
        .at(-1);
      return last ? [[platform, last]] : [];
    }),
  );

/** The times of a booking as its platform sent them. */
function timesOf({ appointmentId, booking, revision, changedAt }: Appointment): TimedBooking | undefined {
  if (!booking) return undefined;
  const { keywords, start } = booking;
  const isUtc = !appointmentId.startsWith('booknetic:') || Boolean(keywords.add_to_google_calendar_link?.trim());
  const {
    appointment_start_date_time: whole,
    appointment_start_date: date = keywords.appointment_date,
    appointment_start_time: time,
    appointment_created_date: createdDate,
    appointment_created_time: createdTime,
  } = keywords;
  return {
    appointmentId,
    start,
    isUtc,
    written: whole || (date && time ? `${date} ${time}` : undefined),
    ...(revision === 1 &&
      createdDate &&
      createdTime && { created: { written: `${createdDate} ${createdTime}`, arrivedAt: changedAt } }),
  };
}
