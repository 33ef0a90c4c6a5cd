import type { calendar_v3 } from '@googleapis/calendar/build/v3.js';
import type { OAuth2Client } from 'google-auth-library/build/src/auth/oauth2client.js';
import type { SecretReader } from '../aws/secrets.ts';
import { type Instant, toInstant } from '../time.ts';
import type { GoogleClientReader } from './client.ts';
import { calendarError, GoogleError } from './errors.ts';
import { ensureAccessToken, GOOGLE_TIMEOUT, makeOAuth2Client, renewAccessToken } from './oauth.ts';

/** One connected account: what the staff row knows of it. */
export interface AccountRef {
  readonly secretName: string;
  /** Google's lasting id of the account. */
  readonly sub: string;
  /** The grant in use; absent for an account connected before the present one, whose grant is looked up by `sub`. */
  readonly grantId?: string;
}

/** What a staff member's secret holds: the present grant first, then those of accounts connected before. */
export interface StaffSecret {
  readonly grants: readonly { readonly grantId: string; readonly sub: string; readonly refreshToken: string }[];
}

export type SendUpdates = 'all' | 'externalOnly' | 'none';
export type ConferenceStatus = 'pending' | 'success' | 'failure' | 'none';

/** An event as Google holds it, as far as it matters here. */
export interface CalendarEvent {
  readonly eventId: string;
  readonly etag: string;
  readonly cancelled: boolean;
  /** Our own mark, by which an event is known to be of this meeting. */
  readonly meetingId?: string;
  readonly title: string;
  readonly description: string;
  readonly location: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly guestsCanSeeOtherGuests: boolean;
  readonly conference: ConferenceStatus;
  readonly meetUrl?: string;
  readonly htmlLink?: string;
  /** As Google holds them, answers included, to be sent back untouched. */
  readonly guests: readonly Guest[];
}

export interface Guest {
  readonly email: string;
  readonly vendor: Readonly<calendar_v3.Schema$EventAttendee>;
}

export interface EventTexts {
  readonly title: string;
  readonly description: string;
  readonly location: string;
  readonly start: Instant;
  readonly end: Instant;
  readonly timeZone: string;
  readonly guestsCanSeeOtherGuests: boolean;
}

/** What is to be sent; what is absent stays as it is. */
export interface EventChange {
  readonly meetingId?: string;
  readonly texts?: EventTexts;
  /** All guests that the event shall have. */
  readonly guests?: readonly Guest[];
  /** Asks for a Meet link; the same id is the same request. */
  readonly conferenceRequestId?: string;
  /** Brings a deleted event back. */
  readonly restore?: boolean;
}

/** An event of ours as a list shows it: enough to tell whether it is as we left it. */
export type ListedEvent = Pick<CalendarEvent, 'eventId' | 'etag' | 'end'> & { readonly meetingId: string };

/** A calendar as it stands in an account's list. */
export interface ListedCalendar {
  readonly calendarId: string;
  readonly name: string;
  /** The account's own, which is also called `primary`. */
  readonly isPrimary: boolean;
  readonly isOwned: boolean;
  /** Where Google does not say, it is left to the first event to find out. */
  readonly makesMeetLinks: boolean;
}

/** One account's calendars. Every method is one call to Google, a long list one for each page. @throws GoogleError */
export interface CalendarGateway {
  insert(at: EventAddress, event: EventChange, sendUpdates: SendUpdates): Promise<CalendarEvent>;
  /** @param etag changes it only when it still is that version (`precondition_failed` otherwise) */
  patch(at: EventAddress, change: EventChange, sendUpdates: SendUpdates, etag?: string): Promise<CalendarEvent>;
  /** @returns undefined when there is no such event; a deleted one may also come back as `cancelled` */
  get(at: EventAddress): Promise<CalendarEvent | undefined>;
  /** What is gone already is deleted. */
  delete(at: EventAddress, sendUpdates: SendUpdates): Promise<void>;
  /** All that carry our mark and end after `from`, deleted ones left out. */
  list(account: AccountRef, calendarId: string, from: Instant): Promise<ListedEvent[]>;
  /** All in the account's list. It needs `SCOPES.calendarList` (`calendar_permission_missing` otherwise). */
  calendars(account: AccountRef): Promise<ListedCalendar[]>;
  /** Whether Google still accepts the access: asks for another access token, whatever there is. */
  probe(account: AccountRef): Promise<void>;
}

export interface CalendarReach {
  /** The cheapest call that there is on a calendar: whether the API answers. @throws GoogleError */
  reach(account: AccountRef, calendarId: string): Promise<void>;
}

export interface EventAddress {
  readonly account: AccountRef;
  readonly calendarId: string;
  readonly eventId: string;
}

const MEETING_PROPERTY = 'bookingMeetId';
/** Of every event of ours the same, since Google can only look for a property with its value. */
const OUR_PROPERTY = ['bookingMeet', '1'] as const;
/** The most that Google gives at once: of events, and of calendars. */
const PAGE_SIZE = 2500;
const CALENDARS_PAGE_SIZE = 250;

/** A call of the Calendar API, as Google's client sends it: with an access token, its body as JSON. */
interface Request {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly url: string;
  readonly params?: Readonly<Record<string, string | number | boolean>>;
  readonly data?: calendar_v3.Schema$Event;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface CalendarGatewayDeps {
  readonly secrets: SecretReader;
  readonly googleClient: GoogleClientReader;
  readonly emulatorUrl: string | undefined;
}

export function makeCalendarGateway({
  secrets,
  googleClient,
  emulatorUrl,
}: CalendarGatewayDeps): CalendarGateway & CalendarReach {
  const api = `${emulatorUrl ?? 'https://www.googleapis.com'}/calendar/v3`;
  const events = (calendarId: string) => `${api}/calendars/${encodeURIComponent(calendarId)}/events`;
  const eventAt = ({ calendarId, eventId }: EventAddress) => `${events(calendarId)}/${encodeURIComponent(eventId)}`;
  /** One client per grant, so that its access token serves until it ends. */
  const clients = new Map<string, OAuth2Client>();

  const findGrant = async (account: AccountRef, fresh: boolean) => {
    const secret = JSON.parse((await secrets.text(account.secretName, fresh)) ?? '{}') as Partial<StaffSecret>;
    return (secret.grants ?? []).find(({ grantId, sub }) =>
      account.grantId ? grantId === account.grantId : sub === account.sub,
    );
  };

  const clientFor = async (account: AccountRef): Promise<{ key: string; oauth: OAuth2Client }> => {
    // By the account alone the newest grant is wanted, which only the secret itself knows.
    const cached = account.grantId ? await findGrant(account, false) : undefined;
    const grant = cached ?? (await findGrant(account, true));
    // The staff row and its secret are written one after the other; between the two they do not agree.
    if (!grant) throw new GoogleError(account.grantId ? 'credentials_changing' : 'access_revoked');
    const google = await googleClient();
    if (!google) throw new GoogleError('google_client_missing');
    const key = `${grant.grantId} ${google.clientId} ${google.clientSecret}`;
    let oauth = clients.get(key);
    if (!oauth) {
      oauth = makeOAuth2Client(google, emulatorUrl);
      oauth.setCredentials({ refresh_token: grant.refreshToken });
      clients.set(key, oauth);
    }
    return { key, oauth };
  };

  /** What is kept in memory of an access that was refused goes. A client that was refused may have been replaced since it was read. */
  const asPresentClient = async <T>(account: AccountRef, act: (oauth: OAuth2Client) => Promise<T>): Promise<T> => {
    let { key, oauth } = await clientFor(account);
    for (;;) {
      try {
        return await act(oauth);
      } catch (thrown) {
        const failure = calendarError(thrown);
        if (failure.remedy === 'reconnect') clients.delete(key);
        if (failure.code !== 'google_client_rejected') throw failure;
        await googleClient(true);
        const present = await clientFor(account);
        if (present.key === key) {
          // The former is Google's word for an access that was given to another client than the one that asks: the settings name another now.
          throw failure.oauthError === 'unauthorized_client' ? new GoogleError('access_revoked') : failure;
        }
        ({ key, oauth } = present);
      }
    }
  };

  /** A refused access token is replaced once: it may have been taken back while the refresh token still holds. */
  const call = <Answer>(account: AccountRef, request: Request): Promise<Answer> =>
    asPresentClient(account, async (oauth) => {
      for (const mayRefresh of [true, false]) {
        try {
          await ensureAccessToken(oauth);
          return (await oauth.request<Answer>({ ...request, timeout: GOOGLE_TIMEOUT, retry: false })).data;
        } catch (error) {
          if (!mayRefresh || (error as { response?: { status?: number } }).response?.status !== 401) {
            throw calendarError(error);
          }
          oauth.setCredentials({ refresh_token: oauth.credentials.refresh_token ?? null });
        }
      }
      throw new GoogleError('access_revoked');
    });

  return {
    async insert({ account, calendarId, eventId }, event, sendUpdates) {
      const data = { id: eventId, ...toVendor(event) };
      const params = { sendUpdates, conferenceDataVersion: 1 };
      return fromVendor(await call(account, { method: 'POST', url: events(calendarId), params, data }));
    },
    async patch(at, change, sendUpdates, etag) {
      const params = { sendUpdates, conferenceDataVersion: 1 };
      const headers = etag ? { headers: { 'If-Match': etag } } : {};
      return fromVendor(
        await call(at.account, { method: 'PATCH', url: eventAt(at), params, data: toVendor(change), ...headers }),
      );
    },
    async get(at) {
      try {
        return fromVendor(await call(at.account, { method: 'GET', url: eventAt(at) }));
      } catch (error) {
        if (error instanceof GoogleError && error.answer === 'not_found') return undefined;
        throw error;
      }
    },
    async delete(at, sendUpdates) {
      try {
        await call(at.account, { method: 'DELETE', url: eventAt(at), params: { sendUpdates } });
      } catch (error) {
        if (error instanceof GoogleError && error.answer === 'not_found') return;
        throw error;
      }
    },
    async list(account, calendarId, from) {
      const params = {
        timeMin: from,
        privateExtendedProperty: OUR_PROPERTY.join('='),
        showDeleted: false,
        // One that a person has made recurring still is one event, under its own id.
        singleEvents: false,
        maxResults: PAGE_SIZE,
        fields: 'nextPageToken,items(id,etag,status,end,extendedProperties/private)',
      };
      const found: ListedEvent[] = [];
      let pageToken: string | undefined;
      do {
        const page: calendar_v3.Schema$Events = await call(account, {
          method: 'GET',
          url: events(calendarId),
          params: { ...params, ...(pageToken && { pageToken }) },
        });
        found.push(...(page.items ?? []).flatMap(ourEvent).filter(({ end }) => end > from));
        pageToken = page.nextPageToken ?? undefined;
      } while (pageToken);
      return found;
    },
    async calendars(account) {
      const params = {
        maxResults: CALENDARS_PAGE_SIZE,
        fields:
          'nextPageToken,items(id,summary,summaryOverride,primary,accessRole,deleted,conferenceProperties/allowedConferenceSolutionTypes)',
      };
      const found: ListedCalendar[] = [];
      let pageToken: string | undefined;
      do {
        const page: calendar_v3.Schema$CalendarList = await call(account, {
          method: 'GET',
          url: `${api}/users/me/calendarList`,
          params: { ...params, ...(pageToken && { pageToken }) },
        });
        found.push(...(page.items ?? []).flatMap(listedCalendar));
        pageToken = page.nextPageToken ?? undefined;
      } while (pageToken);
      return found;
    },
    async reach(account, calendarId) {
      await call(account, { method: 'GET', url: events(calendarId), params: { maxResults: 1, fields: 'kind' } });
    },
    probe: (account) => asPresentClient(account, renewAccessToken),
  };
}

function toVendor({ meetingId, texts, guests, conferenceRequestId, restore }: EventChange): calendar_v3.Schema$Event {
  return {
    ...(meetingId && {
      extendedProperties: { private: { [MEETING_PROPERTY]: meetingId, [OUR_PROPERTY[0]]: OUR_PROPERTY[1] } },
    }),
    ...(texts && {
      summary: texts.title,
      description: texts.description,
      location: texts.location,
      start: { dateTime: texts.start, timeZone: texts.timeZone },
      end: { dateTime: texts.end, timeZone: texts.timeZone },
      guestsCanSeeOtherGuests: texts.guestsCanSeeOtherGuests,
    }),
    ...(guests && { attendees: guests.map(({ vendor }) => vendor) }),
    ...(conferenceRequestId && {
      conferenceData: {
        createRequest: { requestId: conferenceRequestId, conferenceSolutionKey: { type: 'hangoutsMeet' } },
      },
    }),
    ...(restore && { status: 'confirmed' }),
  };
}

function fromVendor(event: calendar_v3.Schema$Event): CalendarEvent {
  const meetUrl =
    event.hangoutLink ??
    event.conferenceData?.entryPoints?.find(({ entryPointType }) => entryPointType === 'video')?.uri ??
    undefined;
  const status = event.conferenceData?.createRequest?.status?.statusCode;
  const meetingId = event.extendedProperties?.private?.[MEETING_PROPERTY];
  return {
    eventId: event.id ?? '',
    etag: event.etag ?? '',
    cancelled: event.status === 'cancelled',
    ...(meetingId && { meetingId }),
    title: event.summary ?? '',
    description: event.description ?? '',
    location: event.location ?? '',
    start: time(event.start),
    end: time(event.end),
    guestsCanSeeOtherGuests: event.guestsCanSeeOtherGuests ?? true,
    conference: status === 'pending' || status === 'failure' ? status : meetUrl ? 'success' : 'none',
    ...(meetUrl && { meetUrl }),
    ...(event.htmlLink && { htmlLink: event.htmlLink }),
    guests: (event.attendees ?? []).flatMap((vendor) =>
      vendor.email ? [{ email: vendor.email.toLowerCase(), vendor }] : [],
    ),
  };
}

/** Nothing of anybody else's, whoever answers. */
function ourEvent(event: calendar_v3.Schema$Event): ListedEvent[] {
  const { eventId, etag, end, meetingId, cancelled } = fromVendor(event);
  const [name, value] = OUR_PROPERTY;
  const isOurs = event.extendedProperties?.private?.[name] === value;
  return isOurs && meetingId && !cancelled ? [{ eventId, etag, end, meetingId }] : [];
}

function listedCalendar(entry: calendar_v3.Schema$CalendarListEntry): ListedCalendar[] {
  const { id, summary, summaryOverride, primary, accessRole, deleted, conferenceProperties } = entry;
  if (!id || deleted) return [];
  return [
    {
      calendarId: id,
      name: summaryOverride || summary || id,
      isPrimary: primary ?? false,
      isOwned: accessRole === 'owner',
      makesMeetLinks: conferenceProperties?.allowedConferenceSolutionTypes?.includes('hangoutsMeet') ?? true,
    },
  ];
}

/** A person can turn an event into one of whole days; it then has a date only. */
const time = (at: calendar_v3.Schema$EventDateTime | undefined): Instant =>
  toInstant(Date.parse(at?.dateTime ?? at?.date ?? '') || 0);
