import type {
  AccountRef,
  CalendarEvent,
  CalendarGateway,
  ConferenceStatus,
  EventAddress,
  EventChange,
  EventTexts,
  Guest,
  ListedCalendar,
  ListedEvent,
  SendUpdates,
  StaffSecret,
} from '../../shared/google/calendar.ts';
import { GoogleError } from '../../shared/google/errors.ts';
import type { Instant } from '../../shared/time.ts';

export type Operation = 'insert' | 'patch' | 'get' | 'delete' | 'list' | 'calendars' | 'probe';

/** One call as it reached Google. */
export interface GoogleCall {
  readonly operation: Operation;
  /** A list is of a calendar; a probe and the list of calendars are of an account alone. */
  readonly address: Pick<EventAddress, 'account'> & Partial<EventAddress>;
  readonly change?: EventChange;
  readonly sendUpdates?: SendUpdates;
  readonly etag?: string;
  readonly failure?: GoogleError['code'];
}

/** An error to answer with. */
export interface CalendarFault {
  readonly on: Operation | 'any';
  readonly error: GoogleError;
  /** What becomes of the call: nothing, or it is done all the same, at once or only when `landLateCalls` says so. @default 'none' */
  readonly effect?: 'none' | 'done' | 'late';
  /** Only on this account's calendars, by `sub`. */
  readonly sub?: string;
  /** @default 1 */
  readonly times?: number;
}

/** What differs from the usual at Google. */
export interface CalendarBehaviour {
  /** Looks at an event that still show its Meet link as pending. */
  pendingPolls: number;
  /** The next so many requests for a Meet link fail. */
  conferenceFailures: number;
  /** What a read of a deleted event answers. */
  deletedGet: 'cancelled' | 'notFound';
  /** Whether a deleted event can be brought back. */
  restore: 'allowed' | 'forbidden';
}

/** An event that takes place, with where it is. */
export interface PlacedEvent extends CalendarEvent {
  readonly sub: string;
  readonly calendarId: string;
}

interface Conference {
  readonly requestId: string;
  readonly outcome: 'success' | 'failure';
  isPending: boolean;
  pollsLeft: number;
  url?: string;
}

interface StoredEvent {
  readonly eventId: string;
  version: number;
  cancelled: boolean;
  meetingId?: string;
  texts: Omit<EventTexts, 'timeZone'>;
  guests: Guest[];
  conference?: Conference;
  /** Kept when the conference is gone: the same request again is ignored. */
  lastRequestId?: string;
}

interface Calendar {
  readonly isOwned: boolean;
  readonly makesMeetLinks: boolean;
  readonly events: Map<string, StoredEvent>;
}

const NO_TEXTS: StoredEvent['texts'] = {
  title: '',
  description: '',
  location: '',
  start: '1970-01-01T00:00:00Z',
  end: '1970-01-01T00:00:00Z',
  guestsCanSeeOtherGuests: true,
};

/** Google Calendar as `CalendarGateway` shows it: ids taken for ever, etags, Meet links that take their time, accounts that end access. */
export class FakeCalendar implements CalendarGateway {
  readonly calls: GoogleCall[] = [];
  readonly behaviour: CalendarBehaviour = {
    pendingPolls: 0,
    conferenceFailures: 0,
    deletedGet: 'cancelled',
    restore: 'allowed',
  };

  readonly #secret: (secretName: string) => StaffSecret;
  readonly #calendars = new Map<string, Calendar>();
  readonly #listable = new Set<string>();
  readonly #revoked = new Set<string>();
  readonly #late: (() => void)[] = [];
  #faults: (CalendarFault & { left: number })[] = [];
  #serial = 0;

  /** @param secret what a staff member's secret holds, by its name */
  constructor(secret: (secretName: string) => StaffSecret) {
    this.#secret = secret;
  }

  async insert(at: EventAddress, change: EventChange, sendUpdates: SendUpdates): Promise<CalendarEvent> {
    return this.#call({ operation: 'insert', address: at, change, sendUpdates }, (calendar) => {
      if (!/^[a-v0-9]{5,1024}$/.test(at.eventId)) throw new GoogleError('event_rejected');
      if (calendar.events.has(at.eventId)) throw new GoogleError('event_changed', { answer: 'duplicate' });
      const event: StoredEvent = { eventId: at.eventId, version: 0, cancelled: false, texts: NO_TEXTS, guests: [] };
      this.#change(calendar, event, change);
      calendar.events.set(at.eventId, event);
      return render(event);
    });
  }

  async patch(at: EventAddress, change: EventChange, sendUpdates: SendUpdates, etag?: string): Promise<CalendarEvent> {
    const call = { operation: 'patch', address: at, change, sendUpdates, ...(etag && { etag }) } as const;
    return this.#call(call, (calendar) => {
      const event = calendar.events.get(at.eventId);
      if (!event) throw new GoogleError('calendar_not_found', { answer: 'not_found' });
      if (etag && etag !== etagOf(event)) throw new GoogleError('event_changed', { answer: 'precondition_failed' });
      if (event.cancelled && !change.restore) throw new GoogleError('calendar_not_found', { answer: 'not_found' });
      if (event.cancelled && this.behaviour.restore === 'forbidden') throw new GoogleError('calendar_forbidden');
      this.#change(calendar, event, change);
      return render(event);
    });
  }

  async get(at: EventAddress): Promise<CalendarEvent | undefined> {
    return this.#call({ operation: 'get', address: at }, (calendar) => {
      const event = calendar.events.get(at.eventId);
      if (!event || (event.cancelled && this.behaviour.deletedGet === 'notFound')) return undefined;
      poll(event);
      return render(event);
    }).catch(orUndefinedWhenNotFound);
  }

  async delete(at: EventAddress, sendUpdates: SendUpdates): Promise<void> {
    await this.#call({ operation: 'delete', address: at, sendUpdates }, (calendar) => {
      const event = calendar.events.get(at.eventId);
      if (event) cancel(event);
    }).catch(orUndefinedWhenNotFound);
  }

  async list(account: AccountRef, calendarId: string, from: Instant): Promise<ListedEvent[]> {
    return this.#call({ operation: 'list', address: { account, calendarId } }, ({ events }) =>
      [...events.values()].flatMap((event) => {
        const { eventId, etag, end, meetingId, cancelled } = render(event);
        return meetingId && !cancelled && end > from ? [{ eventId, etag, end, meetingId }] : [];
      }),
    );
  }

  async calendars(account: AccountRef): Promise<ListedCalendar[]> {
    return this.#call({ operation: 'calendars', address: { account } }, () => {
      if (!this.#listable.has(account.sub)) throw new GoogleError('calendar_permission_missing');
      return [...this.#calendars].flatMap(([place, { isOwned, makesMeetLinks }]) => {
        const [sub, calendarId = ''] = place.split(' ');
        const named = { calendarId, name: calendarId, isPrimary: calendarId === 'primary', isOwned, makesMeetLinks };
        return sub === account.sub ? [named] : [];
      });
    });
  }

  async probe(account: AccountRef): Promise<void> {
    await this.#call({ operation: 'probe', address: { account } }, () => undefined);
  }

  /** Has the next calls of a kind fail. */
  order(fault: CalendarFault): void {
    this.#faults.push({ ...fault, left: fault.times ?? 1 });
  }

  clearFaults(): void {
    this.#faults = [];
  }

  /** Calls whose answer was lost arrive at last, in their order; by now they may be refused. */
  landLateCalls(): void {
    for (const land of this.#late.splice(0)) land();
  }

  get lateCalls(): number {
    return this.#late.length;
  }

  /** As if the person had taken the access back in their Google account: every token given so far is dead. */
  revoke(sub: string, ...secretNames: readonly string[]): void {
    for (const { sub: theirs, refreshToken } of secretNames.flatMap((name) => this.#secret(name).grants)) {
      if (theirs === sub) this.#revoked.add(refreshToken);
    }
  }

  /** Another calendar of an account, beside `primary`. */
  addCalendar(sub: string, calendarId: string, { makesMeetLinks = true, isOwned = true } = {}): void {
    this.#calendars.set(`${sub} ${calendarId}`, { isOwned, makesMeetLinks, events: new Map() });
  }

  /** As if the person had ticked the box that lets the list of their calendars be read. */
  allowCalendarList(sub: string): void {
    this.#listable.add(sub);
  }

  /** All that takes place, the soonest first. */
  events(): PlacedEvent[] {
    return [...this.#calendars]
      .flatMap(([place, { events }]) => {
        const [sub = '', calendarId = ''] = place.split(' ');
        return [...events.values()]
          .filter(({ cancelled }) => !cancelled)
          .map((event) => ({ ...render(event), sub, calendarId }));
      })
      .sort((a, b) => (`${a.start}${a.eventId}` < `${b.start}${b.eventId}` ? -1 : 1));
  }

  /** What a person does in Google Calendar. */
  byHand(eventId: string) {
    const [calendar, event] = [...this.#calendars.values()].flatMap((place) => {
      const found = place.events.get(eventId);
      return found ? ([[place, found]] as const) : [];
    })[0] ?? [undefined, undefined];
    if (!calendar || !event) throw new Error(`no event ${eventId}`);
    const edit = (change: () => void) => {
      change();
      event.version += 1;
    };
    return {
      edit: (texts: Partial<StoredEvent['texts']>) =>
        edit(() => Object.assign(event, { texts: { ...event.texts, ...texts } })),
      delete: () => cancel(event),
      /** Deleted, and long enough ago for Google to have forgotten it. */
      forget: () => calendar.events.delete(eventId),
      addGuest: (email: string) => edit(() => event.guests.push(guestOf({ email }))),
      removeGuest: (email: string) =>
        edit(() => Object.assign(event, { guests: event.guests.filter((guest) => guest.email !== email) })),
      answer: (email: string, responseStatus: 'accepted' | 'declined' | 'tentative') =>
        edit(() => {
          event.guests = event.guests.map((guest) =>
            guest.email === email ? { ...guest, vendor: { ...guest.vendor, responseStatus } } : guest,
          );
        }),
      removeMeetLink: () => edit(() => delete event.conference),
    };
  }

  #calendar({ account, calendarId = 'primary' }: GoogleCall['address']): Calendar {
    const grant = this.#secret(account.secretName).grants.find(({ grantId, sub }) =>
      account.grantId ? grantId === account.grantId : sub === account.sub,
    );
    if (!grant) throw new GoogleError(account.grantId ? 'credentials_changing' : 'access_revoked');
    if (this.#revoked.has(grant.refreshToken)) throw new GoogleError('access_revoked');
    if (calendarId === 'primary' && !this.#calendars.has(`${grant.sub} primary`))
      this.addCalendar(grant.sub, 'primary');
    const calendar = this.#calendars.get(`${grant.sub} ${calendarId}`);
    if (!calendar) throw new GoogleError('calendar_not_found', { answer: 'not_found' });
    return calendar;
  }

  async #call<T>(call: GoogleCall, effect: (calendar: Calendar) => T): Promise<T> {
    const done = (): T => effect(this.#calendar(call.address));
    const fault = this.#faults.find(
      ({ on, sub, left }) =>
        left > 0 && (on === 'any' || on === call.operation) && (sub === undefined || sub === call.address.account.sub),
    );
    try {
      if (!fault) {
        const answer = done();
        this.calls.push(call);
        return answer;
      }
      fault.left -= 1;
      if (fault.effect === 'done') done();
      if (fault.effect === 'late') this.#late.push(() => ignoringRefusal(done));
      throw fault.error;
    } catch (error) {
      if (error instanceof GoogleError) this.calls.push({ ...call, failure: error.code });
      throw error;
    }
  }

  #change(calendar: Calendar, event: StoredEvent, change: EventChange): void {
    const { meetingId, texts, guests, conferenceRequestId, restore } = change;
    if (conferenceRequestId !== undefined && conferenceRequestId !== event.lastRequestId) {
      if (!calendar.makesMeetLinks) throw new GoogleError('meet_unavailable');
      event.conference = this.#conference(conferenceRequestId);
      event.lastRequestId = conferenceRequestId;
    }
    if (meetingId) event.meetingId = meetingId;
    if (texts) {
      const { timeZone: _zone, ...rest } = texts;
      event.texts = rest;
    }
    if (guests) event.guests = guests.map(({ vendor }) => guestOf(vendor));
    if (restore) event.cancelled = false;
    event.version += 1;
  }

  #conference(requestId: string): Conference {
    const fails = this.behaviour.conferenceFailures > 0;
    if (fails) this.behaviour.conferenceFailures -= 1;
    this.#serial += 1;
    return {
      requestId,
      outcome: fails ? 'failure' : 'success',
      isPending: this.behaviour.pendingPolls > 0,
      pollsLeft: this.behaviour.pendingPolls,
      ...(!fails && { url: `https://meet.google.com/abc-${String(this.#serial).padStart(4, '0')}-xyz` }),
    };
  }
}

const etagOf = ({ version }: StoredEvent): string => `"${version}"`;

/** An address sent without an answer is a guest who has not answered. */
const guestOf = (vendor: Guest['vendor']): Guest => ({
  email: (vendor.email ?? '').toLowerCase(),
  vendor: { responseStatus: 'needsAction', ...vendor },
});

function cancel(event: StoredEvent): void {
  if (event.cancelled) return;
  event.cancelled = true;
  event.version += 1;
}

/** What a look at a pending link does: so many still show it as pending, then it is made, and the event is another version. */
function poll(event: StoredEvent): void {
  const { conference } = event;
  if (!conference?.isPending) return;
  conference.pollsLeft -= 1;
  if (conference.pollsLeft >= 0) return;
  conference.isPending = false;
  event.version += 1;
}

function statusOf(conference: Conference | undefined): ConferenceStatus {
  if (!conference) return 'none';
  return conference.isPending ? 'pending' : conference.outcome;
}

function render(event: StoredEvent): CalendarEvent {
  const { eventId, cancelled, meetingId, texts, guests, conference } = event;
  const status = statusOf(conference);
  return structuredClone({
    eventId,
    etag: etagOf(event),
    cancelled,
    ...(meetingId && { meetingId }),
    ...texts,
    conference: status,
    ...(status === 'success' && conference?.url && { meetUrl: conference.url }),
    htmlLink: `https://calendar.google.com/event?eid=${eventId}`,
    guests,
  });
}

const orUndefinedWhenNotFound = (error: unknown): undefined => {
  if (error instanceof GoogleError && error.answer === 'not_found') return undefined;
  throw error;
};

function ignoringRefusal(effect: () => unknown): void {
  try {
    effect();
  } catch (error) {
    if (!(error instanceof GoogleError)) throw error;
  }
}
