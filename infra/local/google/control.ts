import { z } from 'zod';
import { changeEvent, type Place, removeEvent, renderEvent, type WriteOptions } from './events.ts';
import { addFault, faultSchema } from './faults.ts';
import { type HttpRequest, type HttpResponse, json } from './http.ts';
import { revokeProject } from './oauth.ts';
import { answerSignIn } from './sign-in.ts';
import {
  type Account,
  accessRoles,
  accountSchema,
  behaviourSchema,
  type Context,
  findAccount,
  type GoogleState,
  newAccount,
  nextSerial,
  projectNumber,
  projectOf,
  type StoredEvent,
} from './state.ts';

class OrderError extends Error {
  override readonly name = 'OrderError';
}

const email = z.string().toLowerCase();
const eventRef = z.strictObject({ eventId: z.string(), account: email.optional() });
const sendUpdates = z.enum(['all', 'externalOnly', 'none']).default('none');

/** What the orders need of the running stand-in. */
interface ControlDependencies {
  context(): Context;
  fresh(): GoogleState;
  save(): void;
}

function accountOf(state: GoogleState, address: string): Account {
  const account = findAccount(state, address);
  if (account === undefined) throw new OrderError(`no account ${address}`);
  return account;
}

function byHand(updates: WriteOptions['sendUpdates']): WriteOptions {
  return { conferences: false, sendUpdates: updates, ifMatch: undefined };
}

function matches(filter: object, entry: object): boolean {
  const given = Object.entries(filter).filter(([, wanted]) => wanted !== undefined);
  return given.every(([key, wanted]) => (entry as Record<string, unknown>)[key] === wanted);
}

/**
 * All that a test or a person can ask of the stand-in besides Google's own interface. The same functions answer
 * `/_control/…`: a view by GET with its filters in the query, an order by POST with a JSON body.
 */
export function makeControl(dependencies: ControlDependencies) {
  const { context, save } = dependencies;
  const state = () => context().state;

  const view =
    <S extends z.ZodType, R>(schema: S, read: (filter: z.output<S>) => R) =>
    (filter?: z.input<S>): R =>
      structuredClone(read(schema.parse(filter ?? {})));

  const order =
    <S extends z.ZodType, R>(schema: S, run: (input: z.output<S>) => R) =>
    (input: z.input<S>): R => {
      const result = structuredClone(run(schema.parse(input)));
      save();
      return result;
    };

  function places(address?: string): Place[] {
    const accounts = address === undefined ? state().accounts : [accountOf(state(), address)];
    return accounts.flatMap((account) => account.calendars.map((calendar) => ({ account, calendar })));
  }

  function locate({ eventId, account }: z.output<typeof eventRef>): { place: Place; event: StoredEvent } {
    for (const place of places(account)) {
      const event = place.calendar.events.find(({ id }) => id === eventId);
      if (event !== undefined) return { place, event };
    }
    throw new OrderError(`no event ${eventId}`);
  }

  const views = {
    /** Everything, as it is stored. */
    state: view(z.strictObject({}), state),
    accounts: view(z.strictObject({}), () =>
      state().accounts.map(({ calendars, ...account }) => ({
        ...account,
        calendars: calendars.map(({ events, ...calendar }) => ({ ...calendar, events: events.length })),
      })),
    ),
    /** Events as the API shows them, deleted ones included. */
    events: view(z.strictObject({ account: email.optional(), calendarId: z.string().optional() }), (filter) =>
      places(filter.account)
        .filter(({ calendar }) => filter.calendarId === undefined || calendar.id === filter.calendarId)
        .flatMap((place) =>
          place.calendar.events.map((event) => ({
            account: place.account.email,
            calendarId: place.calendar.id,
            event: renderEvent(context(), place, event),
          })),
        ),
    ),
    tokens: view(z.strictObject({ account: email.optional() }), (filter) =>
      state().tokens.filter((token) => matches(filter, token)),
    ),
    /** The mails that Google would have sent to guests. */
    invitations: view(
      z.strictObject({ account: email.optional(), to: email.optional(), eventId: z.string().optional() }),
      (filter) => state().invitations.filter((invitation) => matches(filter, invitation)),
    ),
    requests: view(z.strictObject({ account: email.optional(), operation: z.string().optional() }), (filter) =>
      state().requests.filter((request) => matches(filter, request)),
    ),
    faults: view(z.strictObject({}), () => state().faults),
  };

  const orders = {
    /** Back to how it was at the very first start. */
    reset: order(z.strictObject({}).default({}), () => {
      Object.assign(state(), dependencies.fresh());
    }),
    clearRequests: order(z.strictObject({}).default({}), () => {
      state().requests.length = 0;
    }),
    addAccount: order(accountSchema, (input) => {
      if (findAccount(state(), input.email) !== undefined) throw new OrderError(`${input.email} is there already`);
      const account = newAccount(input);
      state().accounts.push(account);
      return account;
    }),
    addCalendar: order(
      z.strictObject({
        account: email,
        id: z.string().optional(),
        summary: z.string(),
        timeZone: z.string().optional(),
        /** False: this calendar cannot have Meet links. */
        conferences: z.boolean().default(true),
        /** Anything but `owner`: somebody else's, which the account is subscribed to. */
        accessRole: z.enum(accessRoles).default('owner'),
      }),
      (input) => {
        const account = accountOf(state(), input.account);
        const calendar = {
          id: input.id ?? `c_${String(nextSerial(state())).padStart(12, '0')}@group.calendar.google.com`,
          summary: input.summary,
          primary: false,
          timeZone: input.timeZone ?? account.calendars[0]?.timeZone ?? 'UTC',
          conferences: input.conferences,
          accessRole: input.accessRole,
          events: [],
        };
        account.calendars.push(calendar);
        return calendar;
      },
    ),
    /** From the first configured client on, only configured ones are accepted. */
    configureClients: order(
      z.strictObject({
        clients: z.array(
          z.strictObject({
            clientId: z.string(),
            clientSecret: z.string(),
            redirectUris: z.array(z.string()),
            project: z.string().optional(),
            name: z.string().optional(),
          }),
        ),
      }),
      ({ clients }) => {
        state().clients = clients.map((client) => ({
          ...client,
          project: client.project ?? projectNumber(client.clientId),
          name: client.name ?? client.clientId,
        }));
      },
    ),
    /** Changes how Google behaves, for one account or for all that have no behaviour of their own. */
    behave: order(behaviourSchema.extend({ account: email.optional() }), ({ account, ...change }) => {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      Object.assign(account === undefined ? state().behaviour : accountOf(state(), account).behaviour, given);
    }),
    /** As if the person had removed the app's access in their Google account. */
    revokeAccess: order(z.strictObject({ account: email, clientId: z.string().optional() }), (input) => {
      accountOf(state(), input.account);
      const held = [...state().tokens, ...state().consents].filter(
        (entry) => entry.account === input.account && entry.clientId === (input.clientId ?? entry.clientId),
      );
      const projects = new Set(held.map((entry) => projectOf(state(), entry.clientId)));
      for (const project of projects) revokeProject(context(), input.account, project);
    }),
    expireAccessTokens: order(z.strictObject({ account: email.optional() }).default({}), (filter) => {
      for (const token of state().tokens)
        if (token.kind === 'access' && matches(filter, token)) token.expiresAt = context().now.toISOString();
    }),
    /** Goes through the sign-in of an authorization address; answers where the browser would be sent. */
    signIn: order(
      z.strictObject({
        url: z.string(),
        email: z.string(),
        /** Ticked scopes; all of them when left out. */
        granted: z.array(z.string()).optional(),
        cancel: z.boolean().default(false),
      }),
      (input) => {
        const url = new URL(input.url);
        const granted = input.granted ?? (url.searchParams.get('scope') ?? '').split(' ');
        const fields = new URLSearchParams({ email: input.email, decision: input.cancel ? 'cancel' : 'allow' });
        for (const scope of granted) fields.append('granted', scope);
        const answer = answerSignIn(context(), {
          method: 'POST',
          path: url.pathname,
          query: url.searchParams,
          headers: {},
          body: fields.toString(),
          origin: url.origin,
        });
        if (answer.headers.location === undefined) throw new OrderError('that sign-in leads nowhere');
        return { location: String(answer.headers.location) };
      },
    ),
    orderFault: order(faultSchema, (input) => addFault(state(), input)),
    clearFaults: order(z.strictObject({ id: z.string().optional() }).default({}), (filter) => {
      state().faults = state().faults.filter((fault) => !matches(filter, fault));
    }),
    /** What a person does in Google Calendar: the change is merged as a patch is. */
    editEvent: order(
      eventRef.extend({ change: z.record(z.string(), z.unknown()), sendUpdates }),
      ({ change, sendUpdates: updates, ...ref }) => {
        const { place, event } = locate(ref);
        changeEvent(context(), place, event, 'patch', change, byHand(updates));
        return renderEvent(context(), place, event);
      },
    ),
    /** `forget` leaves no tombstone either, as Google does in the end. */
    deleteEvent: order(eventRef.extend({ forget: z.boolean().default(false), sendUpdates }), (input) => {
      const { forget, sendUpdates: updates, ...ref } = input;
      const { place, event } = locate(ref);
      if (event.fields.status !== 'cancelled') removeEvent(context(), place, event, byHand(updates));
      if (forget) place.calendar.events.splice(place.calendar.events.indexOf(event), 1);
    }),
    addGuest: order(
      eventRef.extend({ email: z.email(), displayName: z.string().optional(), sendUpdates }),
      ({ email: address, displayName, sendUpdates: updates, ...ref }) => {
        const { place, event } = locate(ref);
        const attendees = [...(event.fields.attendees ?? []), { email: address, displayName }];
        changeEvent(context(), place, event, 'patch', { attendees }, byHand(updates));
        return renderEvent(context(), place, event);
      },
    ),
    /** A guest says yes, no or maybe. */
    answerInvitation: order(
      eventRef.extend({
        email,
        responseStatus: z.enum(['accepted', 'declined', 'tentative', 'needsAction']),
        comment: z.string().optional(),
      }),
      ({ email: guest, responseStatus, comment, ...ref }) => {
        const { place, event } = locate(ref);
        const invited = event.fields.attendees ?? [];
        if (!invited.some((attendee) => attendee.email.toLowerCase() === guest))
          throw new OrderError(`${guest} is not invited`);
        const attendees = invited.map((attendee) =>
          attendee.email.toLowerCase() === guest ? { ...attendee, responseStatus, comment } : attendee,
        );
        changeEvent(context(), place, event, 'patch', { attendees }, byHand('none'));
        return renderEvent(context(), place, event);
      },
    ),
  };

  return { views, orders };
}

type Control = ReturnType<typeof makeControl>;

/** The stand-in from inside the process: every view and every order. */
export type Google = Control['views'] & Control['orders'];

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function parseInput(request: HttpRequest): unknown {
  if (request.method === 'GET') return Object.fromEntries(request.query);
  return request.body.trim() === '' ? {} : JSON.parse(request.body);
}

/** `/_control/…` */
export function answerControl(control: Control, request: HttpRequest): HttpResponse {
  const table: Record<string, (input: never) => unknown> = request.method === 'GET' ? control.views : control.orders;
  const wanted = request.path.replace(/^\/_control\/?/, '');
  const name = Object.keys(table).find((candidate) => kebab(candidate) === wanted);
  const run = name === undefined ? undefined : table[name];
  if (run === undefined) {
    const paths = (names: object) => Object.keys(names).map((known) => `/_control/${kebab(known)}`);
    const help = { GET: paths(control.views), POST: paths(control.orders) };
    return json(wanted === '' && request.method === 'GET' ? 200 : 404, help);
  }
  try {
    return json(200, run(parseInput(request) as never) ?? {});
  } catch (error) {
    if (error instanceof z.ZodError) return json(400, { error: z.prettifyError(error), issues: error.issues });
    if (error instanceof SyntaxError) return json(400, { error: 'the body is not JSON' });
    if (error instanceof OrderError) return json(404, { error: error.message });
    throw error;
  }
}
