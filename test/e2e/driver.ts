import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { openApiDocument } from '../../shared/api/openapi.ts';
import { makeAnswerCheck, mediaType } from './answer-check.ts';
import { headerFaults } from './header-check.ts';

const HOUR = 3_600_000;
/** Milliseconds; more than any lease, retry or hold here takes, on a machine that is busy with other tests. */
const PATIENCE = 60_000;
/** Between two looks: each costs the stack as much as a booking. */
const LOOK_EVERY = 350;
const CALENDAR_SCOPE = 'https://www.googleapis.com/auth/calendar.events.owned';
const CALENDAR_CALLS = new Set(['insert', 'list', 'get', 'patch', 'update', 'delete', 'calendarList']);

/** What a driver must know of a stack that runs. */
export type Addresses = Pick<Stack, 'url' | 'inboxUrl' | 'adminKey' | 'webhookSecret' | 'signingSecret'> & {
  readonly googleUrl: string;
};

/** Seconds instead of minutes, and free ports. */
export const QUICK = {
  PORT: '0',
  INBOX_PORT: '0',
  SWEEP_SECONDS: '1',
  RETRY_BASE_SECONDS: '1',
  NOTIFY_HOLD_SECONDS: '1',
  // Where `npm run privileges` finds what the functions made use of.
  GRANTS_DIR: process.env.GRANTS_DIR ?? '',
};

export interface Customer {
  readonly name: string;
  readonly email: string;
  readonly phone?: string;
}

export interface Booking {
  readonly id: string;
  readonly staff: string;
  readonly customer?: Customer;
  /** Milliseconds since the epoch. @default tomorrow at the full hour */
  readonly start?: number;
  readonly minutes?: number;
  readonly service?: string;
  readonly event?: string;
  readonly status?: string;
  /** Further fields, or others instead. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** `GET /appointments/{appointmentId}` */
export interface View {
  readonly appointment: {
    readonly id: string;
    readonly status: string;
    readonly revision: number;
    readonly start?: string;
  };
  readonly meeting: {
    readonly state: string;
    readonly meetUrl: string | null;
    readonly eventId: string | null;
    readonly calendarId: string | null;
    readonly eventLink: string | null;
    readonly attempts: number;
    readonly nextAttemptAt: string | null;
    readonly error: { readonly code: string; readonly message: string } | null;
  };
  readonly messages: readonly {
    readonly to: string;
    readonly role: string;
    readonly channel: string;
    readonly kind: string;
    readonly state: string;
    readonly reason?: string;
  }[];
  readonly timeline: readonly { readonly at: string; readonly what: string; readonly detail?: string }[];
}

/** `GET /appointments` */
export interface Page {
  readonly items: readonly Pick<View, 'appointment' | 'meeting'>[];
  readonly cursor: string | null;
}

export interface StaffView {
  readonly email: string;
  readonly connection: {
    readonly state: string;
    readonly googleEmail: string | null;
    readonly problem: string | null;
  };
  /** Addresses to which nothing is sent any more. */
  readonly undeliverable: readonly { readonly channel: string; readonly address: string; readonly reason: string }[];
  readonly upcoming: number;
  readonly waiting: number;
}

export interface Mail {
  readonly from: string;
  /** Address only. */
  readonly to: string;
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface GoogleEvent {
  readonly id: string;
  readonly status: string;
  readonly summary?: string;
  readonly description?: string;
  readonly hangoutLink?: string;
  /** RFC 3339 UTC, whatever zone the calendar shows it in. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly guestsCanSeeOtherGuests?: boolean;
  readonly attendees?: readonly { readonly email: string; readonly responseStatus: string }[];
}

export interface GoogleCall {
  readonly operation: string;
  readonly account: string | null;
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly body: { readonly conferenceData?: { readonly createRequest?: { readonly requestId: string } } } | null;
  readonly status: number | null;
  readonly committed: boolean;
}

/** The API answered otherwise than its document says. */
export class UndocumentedAnswer extends Error {
  override readonly name = 'UndocumentedAnswer';
}

const isGateways = (body: string): boolean => /^\{"message":"[\w ]+"\}$/.test(body);

const checkAnswer = makeAnswerCheck(openApiDocument('https://meet.clinic.test'));

/** The page at which a sign-in ends, or the last one that there was. */
export interface SignInResult {
  readonly status: number;
  readonly page: string;
  /** Where Google sent the browser back to. */
  readonly callback: string;
  readonly cookie: string;
}

interface SignIn {
  /** @default the staff member's own address */
  readonly account?: string;
  readonly granted?: readonly string[];
  readonly cancel?: boolean;
}

/** Drives a running stack as the world does: platform, admin, staff in their browsers; looks at Google and the mails. */
export class Driver {
  readonly #at: Addresses;
  #before: Promise<unknown> = Promise.resolve();

  constructor(addresses: Addresses) {
    this.#at = addresses;
  }

  get url(): string {
    return this.#at.url;
  }

  /**
   * Every request of the tests to the API goes through here.
   * @param target an address, or a path of the API
   * @throws UndocumentedAnswer when what comes back is not as the OpenAPI document says, or could be misused by a browser
   */
  async fetch(target: string | URL, init: RequestInit = {}): Promise<Response> {
    const request = new Request(new URL(target, this.url), init);
    const response = await fetch(request.clone());
    const answering = new URL(response.url);
    if (answering.origin !== new URL(this.url).origin) return response;
    // Where the line is cut before the end there is no answer to check: whoever reads it finds out.
    const body = await response
      .clone()
      .text()
      .catch(() => undefined);
    if (body === undefined) return response;
    const { method, headers } = request;
    const answered = { method, path: answering.pathname, headers: response.headers };
    const faults = [
      ...checkAnswer({
        ...answered,
        status: response.status,
        body,
        sent:
          response.ok && init.body ? sentBody(mediaType(headers.get('content-type')), await request.text()) : undefined,
      }),
      // The gateway's own words hold nothing, and no function gets to see them; to HEAD, which no route takes, it has none.
      ...(isGateways(body) || (method === 'HEAD' && response.status === 404) ? [] : headerFaults(answered)),
    ];
    if (faults.length > 0) {
      throw new UndocumentedAnswer(`${method} ${answering.pathname} ${response.status}: ${faults.join('; ')}\n${body}`);
    }
    return response;
  }

  /** What need not be done at once is done in turn: a function then starts few environments, which is what costs time here. */
  #inTurn<T>(act: () => Promise<T>): Promise<T> {
    const mine = this.#before.then(act);
    this.#before = mine.catch(() => {});
    return mine;
  }

  // The platform

  /** Posts what Booknetic's workflow action posts. */
  postForm(fields: URLSearchParams, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.fetch('/webhooks/booknetic', {
      method: 'POST',
      headers: { 'x-webhook-secret': this.#at.webhookSecret, ...headers },
      body: fields,
    });
  }

  /** Posts a booking that must be taken in. @returns the answer's body */
  async book(booking: Booking): Promise<{ appointmentId: string; revision: number; outcome: string }> {
    return read(await this.#inTurn(() => this.postForm(bookneticForm(booking))));
  }

  /** The same for many, all at once. */
  bookAtOnce(bookings: readonly Booking[]): Promise<{ appointmentId: string; revision: number; outcome: string }[]> {
    return Promise.all(bookings.map(async (booking) => read(await this.postForm(bookneticForm(booking)))));
  }

  /** Posts the neutral form, signed. */
  postSigned(
    body: unknown,
    { id = `msg_${randomUUID()}`, sentAt = new Date(), secret = this.#at.signingSecret } = {},
  ): Promise<Response> {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    return this.fetch('/webhooks/appointments', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
        'webhook-signature': new Webhook(secret).sign(id, sentAt, text),
      },
      body: text,
    });
  }

  // The admin

  admin(method: string, path: string, body?: unknown, headers: Readonly<Record<string, string>> = {}) {
    return this.#inTurn(() =>
      this.fetch(path, {
        method,
        headers: {
          authorization: `Bearer ${this.#at.adminKey}`,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    );
  }

  async settings(change: Readonly<Record<string, unknown>>): Promise<void> {
    await read(await this.admin('PATCH', '/settings', change));
  }

  async view(id: string): Promise<View> {
    return read(await this.admin('GET', `/appointments/${encodeURIComponent(qualified(id))}`));
  }

  async list(query: Readonly<Record<string, string>>): Promise<Page> {
    return read(await this.admin('GET', `/appointments?${new URLSearchParams(query)}`));
  }

  async staff(email: string): Promise<StaffView> {
    return read(await this.admin('GET', `/staff/${email}`));
  }

  async resync(id: string): Promise<void> {
    await read(await this.admin('POST', `/appointments/${encodeURIComponent(qualified(id))}/resync`));
  }

  /** Looks at a booking until it is as wanted. @throws with what was seen last */
  untilView(id: string, isWanted: (view: View) => boolean, patience = PATIENCE): Promise<View> {
    return until(() => this.view(id), isWanted, patience);
  }

  /** Until the link is there and staff and customer have been sent `messages` mails in all. */
  untilTold(id: string, messages: number, state = 'ready', patience = PATIENCE): Promise<View> {
    const isTold = (view: View): boolean =>
      view.meeting.state === state && view.messages.filter((sent) => sent.state === 'sent').length >= messages;
    return this.untilView(id, isTold, patience);
  }

  // Staff

  async connectLink(staff: string): Promise<string> {
    return (await read<{ url: string }>(await this.admin('POST', `/staff/${staff}/connect-link`))).url;
  }

  /** As far as Google's own page. */
  async beginSignIn(link: string): Promise<{ googleUrl: string; cookie: string }> {
    const page = await (await answered(await this.#inTurn(() => this.fetch(link)))).text();
    const href = /href="(\/oauth\/google\/start[^"]+)"/.exec(page)?.[1];
    if (!href) throw new Error('The connect page has no link to Google.');
    const start = await this.#inTurn(() => this.fetch(new URL(href, link).href, { redirect: 'manual' }));
    return {
      googleUrl: start.headers.get('location') ?? '',
      cookie: start.headers.getSetCookie()[0]?.split(';')[0] ?? '',
    };
  }

  /** What a person does in a browser: open the link, go on to Google, choose the account, tick, allow. */
  async signIn(
    staff: string,
    { account = staff, granted = [CALENDAR_SCOPE], cancel }: SignIn = {},
  ): Promise<SignInResult> {
    const { googleUrl, cookie } = await this.beginSignIn(await this.connectLink(staff));
    const consent = await fetch(googleUrl, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams([
        ['email', account],
        ['decision', cancel ? 'cancel' : 'allow'],
        ...granted.map((scope): [string, string] => ['granted', scope]),
      ]),
    });
    const callback = consent.headers.get('location') ?? '';
    const result = await this.#inTurn(() => this.fetch(callback, { headers: { cookie } }));
    return { status: result.status, page: await result.text(), callback, cookie };
  }

  /** A sign-in that must end connected. */
  async connect(staff: string, account = staff): Promise<void> {
    const { status, page } = await this.signIn(staff, { account });
    if (status !== 200) throw new Error(`${staff} could not connect: ${status} ${page}`);
  }

  // Google

  async google<T = unknown>(order: string, body: object): Promise<T> {
    return read(await fetch(`${this.#at.googleUrl}/_control/${order}`, { method: 'POST', body: JSON.stringify(body) }));
  }

  async googleView<T>(view: string, filters: Readonly<Record<string, string>> = {}): Promise<T> {
    return read(await fetch(`${this.#at.googleUrl}/_control/${view}?${new URLSearchParams(filters)}`));
  }

  /** An account's events, deleted ones included. */
  async everyEvent(account: string): Promise<GoogleEvent[]> {
    return (await this.googleView<{ event: StoredEvent }[]>('events', { account })).map(({ event }) => ({
      ...event,
      startsAt: rfc3339(Date.parse(event.start.dateTime)),
      endsAt: rfc3339(Date.parse(event.end.dateTime)),
    }));
  }

  async events(account: string): Promise<GoogleEvent[]> {
    return (await this.everyEvent(account)).filter(({ status }) => status !== 'cancelled');
  }

  /** Calls of the Calendar API, oldest first. */
  async calls(account: string): Promise<GoogleCall[]> {
    return (await this.googleView<GoogleCall[]>('requests', { account })).filter(({ operation }) =>
      CALENDAR_CALLS.has(operation),
    );
  }

  async operations(account: string): Promise<string[]> {
    return (await this.calls(account)).map(({ operation }) => operation);
  }

  /** Conferences that Google was made to create for an account. */
  async conferences(account: string): Promise<number> {
    const ids = (await this.calls(account))
      .filter(({ committed }) => committed)
      .flatMap(({ body }) => body?.conferenceData?.createRequest?.requestId ?? []);
    return new Set(ids).size;
  }

  // Mails

  /** Mails that have arrived, oldest first. @param about part of the subject */
  async mails({ to, about }: { to?: string; about?: string | RegExp } = {}): Promise<Mail[]> {
    const { emails } = await read<{ emails: StoredMail[] }>(await fetch(`${this.#at.inboxUrl}/store`));
    return emails.map(asMail).filter((mail) => (!to || mail.to === to) && (!about || mail.subject.search(about) >= 0));
  }
}

interface StoredEvent extends Omit<GoogleEvent, 'startsAt' | 'endsAt'> {
  readonly start: { readonly dateTime: string };
  readonly end: { readonly dateTime: string };
}

interface StoredMail {
  readonly from: string;
  readonly destination: { readonly to: string[]; readonly cc: string[]; readonly bcc: string[] };
  readonly subject: string;
  readonly body: { readonly text?: string; readonly html?: string };
}

const asMail = ({ from, destination: { to, cc, bcc }, subject, body }: StoredMail): Mail => ({
  from,
  to: to.map((address) => /<([^<>]+)>$/.exec(address)?.[1] ?? address).join(', '),
  cc,
  bcc,
  subject,
  text: body.text ?? '',
  html: body.html ?? '',
});

/** Ids of Booknetic, unless they say otherwise. */
const qualified = (id: string): string => (id.includes(':') ? id : `booknetic:${id}`);

/** Tomorrow at the full hour. */
export const tomorrow = (hours = 0): number => Math.ceil((Date.now() + 24 * HOUR) / HOUR) * HOUR + hours * HOUR;

export const rfc3339 = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

/** Most of the fields that docs/en/booknetic-setup.md has an admin paste into Booknetic, filled in as Booknetic does. */
export function bookneticForm(booking: Booking): URLSearchParams {
  const { id, staff, start = tomorrow(), minutes = 60 } = booking;
  const customer = booking.customer ?? { name: `Customer ${id}`, email: `customer-${id}@mail.test` };
  const compact = (time: number): string => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const dates = `${compact(start)}/${compact(start + minutes * 60_000)}`;
  return new URLSearchParams({
    event: booking.event ?? 'booking_new',
    appointment_id: id,
    appointment_status: booking.status ?? 'approved',
    add_to_google_calendar_link: `https://calendar.google.com/calendar/render?action=TEMPLATE&dates=${dates}`,
    service_name: booking.service ?? 'Consulta',
    staff_email: staff,
    staff_name: `Staff ${staff.split('@')[0]}`,
    customer_full_name: customer.name,
    customer_email: customer.email,
    customer_phone: customer.phone ?? '',
    location_name: 'Online',
    ...booking.fields,
  });
}

/** `data` of the neutral form. */
export function neutralData(booking: Booking): Record<string, unknown> {
  const { id, staff, start = tomorrow(), minutes = 60 } = booking;
  const customer = booking.customer ?? { name: `Customer ${id}`, email: `customer-${id}@mail.test` };
  return {
    id,
    status: booking.status ?? 'approved',
    start: rfc3339(start),
    end: rfc3339(start + minutes * 60_000),
    timeZone: 'Europe/Madrid',
    service: { name: booking.service ?? 'Consulta' },
    staff: { email: staff },
    customers: [customer],
  };
}

/** A body of the given type as what it says. */
const sentBody = (type: string, text: string) => ({
  type,
  body: type === 'application/x-www-form-urlencoded' ? Object.fromEntries(new URLSearchParams(text)) : JSON.parse(text),
});

async function answered(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response;
}

/** The JSON of an answer that must be a success. */
export async function read<T>(response: Response): Promise<T> {
  return (await answered(response)).json() as Promise<T>;
}

/** Looks again and again. @throws with what was seen last when it never is as wanted */
export async function until<T>(
  look: () => Promise<T>,
  isWanted: (seen: T) => boolean,
  patience = PATIENCE,
): Promise<T> {
  const end = Date.now() + patience;
  for (;;) {
    const seen = await look();
    if (isWanted(seen)) return seen;
    if (Date.now() > end) throw new Error(`After ${patience} ms still ${JSON.stringify(seen, undefined, 1)}`);
    await sleep(LOOK_EVERY);
  }
}

/** Long enough for what must not happen to have happened: several sweeps, holds and retries. */
export const settleDown = (): Promise<void> => sleep(3000);

export interface System {
  readonly stack: Stack;
  readonly driver: Driver;
  /** What the parts have said, line by line. */
  readonly log: readonly string[];
}

/** Starts a stack of its own for a test file. */
export async function startSystem(environment: Readonly<Record<string, string>> = {}): Promise<System> {
  const log: string[] = [];
  const stack = await startStack({ environment: { ...QUICK, ...environment }, log: (line) => void log.push(line) });
  const { googleUrl = '' } = stack;
  return { stack, log, driver: new Driver({ ...stack, googleUrl }) };
}
