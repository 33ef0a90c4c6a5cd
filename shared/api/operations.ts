import type * as z from 'zod/mini';
import type { ErrorKind } from '../errors.ts';
import { customerEmail } from './customers.ts';
import { listQuery } from './list-query.ts';
import type { SchemaName } from './schemas.ts';
import { staffEmail } from './staff.ts';

export const TAGS = {
  Webhooks: 'What booking platforms post. Answered once the booking is stored, without waiting for Google.',
  Bookings: 'What is known of bookings, and what can be done about one.',
  Staff: 'Staff members and their connections to Google.',
  Customers: 'What people may ask of those who keep something of them.',
  Settings: 'The settings, the Google client, keywords, and previews of what they make.',
  Diagnostics: 'What is wrong with this installation.',
  Pages: 'Pages for people, in English and Spanish.',
  Console: 'The admin console, which is a client of this API.',
  Document: 'This document.',
};

/** Kinds of refusal, and when they are met. */
export const REFUSALS: Readonly<Record<ErrorKind, string>> = {
  unreadable: 'The body cannot be read.',
  unauthorized: 'The credentials are missing or wrong.',
  not_found: 'There is no such thing.',
  conflict: 'It cannot be done as things are; the detail says why.',
  precondition_failed: 'What If-Match names is not the present version.',
  too_large: 'The body is larger than 256 KiB.',
  unsupported_media_type: 'The type of the body is not known.',
  invalid: 'Readable, but not valid; all faults are named at once.',
};

/** A body by its media type: of a schema, or a page for people, or another text. */
export type Content = Readonly<Record<string, SchemaName | 'page' | 'text'>>;

export interface Parameter {
  readonly in: 'path' | 'query' | 'header';
  readonly name: string;
  readonly required: boolean;
  /** @default any text, with this description */
  readonly schema?: z.core.$ZodType;
  readonly description?: string;
  readonly example?: unknown;
}

export interface ResponseHeader {
  readonly description: string;
  readonly example: string;
  /** @default true */
  readonly required?: boolean;
}

export interface Reply {
  readonly description: string;
  readonly content?: Content;
  readonly headers?: Readonly<Record<string, ResponseHeader>>;
}

/** One route as the document shows it. */
export interface Operation {
  readonly id: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description?: string;
  /** Names of security schemes; none for what anybody may ask. */
  readonly security?: readonly string[];
  readonly parameters?: readonly Parameter[];
  readonly body?: { readonly content: Content; readonly optional?: true };
  readonly replies: Readonly<Record<number, Reply>>;
  readonly refusals: readonly ErrorKind[];
}

const JSON_TYPE = 'application/json';
const jsonReply = (schema: SchemaName, description: string, headers?: Reply['headers']): Reply => ({
  description,
  content: { [JSON_TYPE]: schema },
  ...(headers && { headers }),
});
const jsonBody = (schema: SchemaName) => ({ content: { [JSON_TYPE]: schema } });
/** Of a body that is read. */
const UNREADABLE = ['unreadable', 'too_large', 'unsupported_media_type', 'invalid'] as const;

const page = (description: string): Reply => ({ description, content: { 'text/html': 'page' } });
const redirect = (description: string, headers: Reply['headers'] = {}): Reply => ({
  description,
  headers: { Location: { description: 'Where to.', example: 'https://meet.google.com/abc-defg-hij' }, ...headers },
});

const ETAG = { ETag: { description: 'The version of what is answered, for If-Match.', example: '"3"' } };
const IF_MATCH: Parameter = {
  in: 'header',
  name: 'If-Match',
  required: false,
  description: 'Save only over this version: an ETag from before. Without it, whatever is there is saved over.',
  example: '"3"',
};
const EMAIL: Parameter = {
  in: 'path',
  name: 'email',
  required: true,
  schema: staffEmail,
  example: 'ana@clinic.example',
};
const APPOINTMENT_ID: Parameter = {
  in: 'path',
  name: 'appointmentId',
  required: true,
  description: '`{platform}:{id}`',
  example: 'booknetic:1042',
};
const ACCEPT_LANGUAGE: Parameter = {
  in: 'header',
  name: 'Accept-Language',
  required: false,
  description: 'The language in which to say it: en or es.',
  example: 'es',
};
const CONTENT_LANGUAGE = { 'Content-Language': { description: 'The language in which it is said.', example: 'es' } };
const queryParameter = (name: string, required: boolean, description: string, example: string): Parameter => ({
  in: 'query',
  name,
  required,
  description,
  example,
});

const LIST_EXAMPLES = {
  state: 'failed,retrying,waiting_for_staff',
  staff: 'ana@clinic.example',
  from: '2026-12-01T00:00:00Z',
  to: '2026-12-08',
  limit: 50,
  cursor: 'MjAyNi0xMi0wMVQxNDowMDowMFogYm9va25ldGljOjEwNDI',
};

const TOKEN: Parameter = {
  in: 'path',
  name: 'token',
  required: true,
  description: 'From the link of POST /staff/{email}/connect-link.',
  example: 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln',
};
const LINK_PROBLEMS = { 404: page('The link does not work.'), 410: page('The link has expired.') };
const FORM_PROBLEMS = {
  400: page('The form cannot be read.'),
  413: page('The form is larger than 256 KiB.'),
  415: page('It is no form.'),
};
const NOT_AS_IT_IS = page('No account is connected, or Google does not let its calendars be seen.');
const formBody = (schema: SchemaName) =>
  ({ content: { 'application/x-www-form-urlencoded': schema }, optional: true }) as const;

const SECURED = { security: ['adminKey'] };
const admin = (operation: Omit<Operation, 'security'>): Operation => ({
  ...operation,
  ...SECURED,
  refusals: ['unauthorized', ...operation.refusals],
});

const RECEIPTS = {
  200: jsonReply('NotNeeded', 'Taken in, and nothing changes.'),
  202: jsonReply('Accepted', 'Taken in.'),
};

/** Every route of the API, by its key in the template. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  'POST /webhooks/booknetic': {
    id: 'postBooknetic',
    tag: 'Webhooks',
    summary: 'What Booknetic’s workflow action “Webhook” sends',
    description: 'Any event but booking_new also creates a booking that is not known yet.',
    security: ['webhookSecret'],
    body: { content: { 'application/x-www-form-urlencoded': 'BookneticForm', [JSON_TYPE]: 'BookneticJson' } },
    replies: RECEIPTS,
    refusals: ['unauthorized', ...UNREADABLE],
  },
  'POST /webhooks/appointments': {
    id: 'postAppointment',
    tag: 'Webhooks',
    summary: 'What any other booking platform sends, signed as Standard Webhooks',
    description: 'The same webhook-id again is a duplicate. What is older or newer than five minutes is refused.',
    security: ['webhookSignature'],
    parameters: [
      {
        in: 'header',
        name: 'webhook-id',
        required: true,
        description: 'Names the delivery; the same when it is repeated.',
        example: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W',
      },
      {
        in: 'header',
        name: 'webhook-timestamp',
        required: true,
        description: 'When it was sent, in seconds since the epoch.',
        example: '1795428000',
      },
    ],
    body: jsonBody('NeutralDelivery'),
    replies: RECEIPTS,
    refusals: ['unauthorized', ...UNREADABLE],
  },

  'GET /settings': admin({
    id: 'getSettings',
    tag: 'Settings',
    summary: 'The settings',
    replies: { 200: jsonReply('Settings', 'The settings.', ETAG) },
    refusals: [],
  }),
  'PUT /settings': admin({
    id: 'putSettings',
    tag: 'Settings',
    summary: 'Save all settings; what is left out gets its default',
    parameters: [IF_MATCH],
    body: jsonBody('SettingsRequest'),
    replies: { 200: jsonReply('Settings', 'As saved.', ETAG) },
    refusals: ['conflict', 'precondition_failed', ...UNREADABLE],
  }),
  'PATCH /settings': admin({
    id: 'patchSettings',
    tag: 'Settings',
    summary: 'Change some settings (JSON Merge Patch, RFC 7396)',
    parameters: [IF_MATCH],
    body: { content: { 'application/merge-patch+json': 'SettingsPatch', [JSON_TYPE]: 'SettingsPatch' } },
    replies: { 200: jsonReply('Settings', 'As saved.', ETAG) },
    refusals: ['conflict', 'precondition_failed', ...UNREADABLE],
  }),
  'GET /settings/google': admin({
    id: 'getGoogleClient',
    tag: 'Settings',
    summary: 'The OAuth client, without its secret',
    replies: { 200: jsonReply('GoogleClient', 'The client.') },
    refusals: [],
  }),
  'PUT /settings/google': admin({
    id: 'putGoogleClient',
    tag: 'Settings',
    summary: 'Enter the OAuth client of your Google project',
    body: jsonBody('GoogleClientRequest'),
    replies: { 200: jsonReply('GoogleClient', 'As saved.') },
    refusals: [...UNREADABLE],
  }),
  'GET /keywords': admin({
    id: 'getKeywords',
    tag: 'Settings',
    summary: 'The keywords that a template may use',
    parameters: [ACCEPT_LANGUAGE],
    replies: { 200: jsonReply('Keywords', 'The keywords.', CONTENT_LANGUAGE) },
    refusals: [],
  }),
  'POST /settings/preview': admin({
    id: 'previewEvent',
    tag: 'Settings',
    summary: 'Show the texts of an event',
    body: jsonBody('PreviewRequest'),
    replies: { 200: jsonReply('Preview', 'The texts.') },
    refusals: ['not_found', ...UNREADABLE],
  }),
  'POST /settings/preview-message': admin({
    id: 'previewMessage',
    tag: 'Settings',
    summary: 'Show a message',
    body: jsonBody('MessageRequest'),
    replies: { 200: jsonReply('MessagePreview', 'The message.') },
    refusals: ['not_found', ...UNREADABLE],
  }),
  'POST /settings/test-message': admin({
    id: 'sendTestMessage',
    tag: 'Settings',
    summary: 'Send a message to adminEmail',
    body: jsonBody('MessageRequest'),
    replies: { 202: jsonReply('TestMessage', 'The message, which is on its way.') },
    refusals: ['not_found', 'conflict', ...UNREADABLE],
  }),

  'GET /staff': admin({
    id: 'listStaff',
    tag: 'Staff',
    summary: 'All staff members',
    replies: { 200: jsonReply('StaffList', 'The staff members.') },
    refusals: [],
  }),
  'GET /staff/{email}': admin({
    id: 'getStaff',
    tag: 'Staff',
    summary: 'A staff member',
    parameters: [EMAIL],
    replies: { 200: jsonReply('StaffMember', 'The staff member.') },
    refusals: ['not_found', 'invalid'],
  }),
  'PUT /staff/{email}': admin({
    id: 'putStaff',
    tag: 'Staff',
    summary: 'Save the profile of a staff member, who need not be known before',
    parameters: [EMAIL],
    body: jsonBody('ProfileRequest'),
    replies: { 200: jsonReply('StaffMember', 'As saved.') },
    refusals: [...UNREADABLE],
  }),
  'DELETE /staff/{email}': admin({
    id: 'deleteStaff',
    tag: 'Staff',
    summary: 'Disconnect and forget a staff member',
    parameters: [EMAIL],
    replies: { 204: { description: 'Forgotten.' } },
    refusals: ['not_found', 'invalid'],
  }),
  'POST /staff/{email}/connect-link': admin({
    id: 'makeConnectLink',
    tag: 'Staff',
    summary: 'Make the link by which a staff member connects their Google account',
    parameters: [EMAIL],
    body: { ...jsonBody('ConnectLinkRequest'), optional: true },
    replies: { 200: jsonReply('ConnectLink', 'The link.') },
    refusals: ['conflict', ...UNREADABLE],
  }),
  'DELETE /staff/{email}/connection': admin({
    id: 'disconnectStaff',
    tag: 'Staff',
    summary: 'End the connection to Google',
    description: 'It is revoked at Google, unless another staff member uses the same account.',
    parameters: [EMAIL],
    replies: { 200: jsonReply('StaffMember', 'The staff member, without it.') },
    refusals: ['not_found', 'invalid'],
  }),

  'GET /appointments': admin({
    id: 'listAppointments',
    tag: 'Bookings',
    summary: 'Bookings, by start and then by id, a page at a time',
    parameters: Object.entries(listQuery.shape).map(([name, schema]) => ({
      in: 'query',
      name,
      required: false,
      schema,
      example: LIST_EXAMPLES[name as keyof typeof LIST_EXAMPLES],
    })),
    replies: { 200: jsonReply('AppointmentPage', 'A page.') },
    refusals: ['invalid'],
  }),
  'GET /appointments/{appointmentId}': admin({
    id: 'getAppointment',
    tag: 'Bookings',
    summary: 'A booking with its meeting, messages and timeline',
    parameters: [APPOINTMENT_ID],
    replies: { 200: jsonReply('AppointmentView', 'The booking.') },
    refusals: ['not_found'],
  }),
  'POST /appointments/{appointmentId}/resync': admin({
    id: 'resyncAppointment',
    tag: 'Bookings',
    summary: 'Look at a booking again now',
    parameters: [APPOINTMENT_ID],
    replies: { 202: jsonReply('LookRequested', 'It is looked at.') },
    refusals: ['not_found'],
  }),
  'POST /appointments/{appointmentId}/cancel': admin({
    id: 'cancelAppointment',
    tag: 'Bookings',
    summary: 'Cancel a booking as if the platform had',
    parameters: [APPOINTMENT_ID],
    replies: { 202: jsonReply('Receipt', 'What it came to.') },
    refusals: ['not_found'],
  }),

  'DELETE /customers/{email}': admin({
    id: 'eraseCustomer',
    tag: 'Customers',
    summary: 'Erase a person',
    description: 'Where there is no time to look through everything it is a conflict; asked again, it goes on.',
    parameters: [{ ...EMAIL, schema: customerEmail, example: 'luis@mail.example' }],
    replies: { 200: jsonReply('Erasure', 'What was removed.') },
    refusals: ['conflict', 'invalid'],
  }),

  'GET /diagnostics': admin({
    id: 'getDiagnostics',
    tag: 'Diagnostics',
    summary: 'What is wrong, and what to do about it',
    description: 'Each check has its own time limit, and all are asked at once: the answer takes ten seconds at most.',
    parameters: [
      queryParameter(
        'check',
        false,
        'Ids of checks, separated by commas, to ask for those only.',
        'google_client,overdue',
      ),
      ACCEPT_LANGUAGE,
    ],
    replies: { 200: jsonReply('Diagnostics', 'The checks.', CONTENT_LANGUAGE) },
    refusals: ['invalid'],
  }),

  'GET /connect/{token}': {
    id: 'staffPage',
    tag: 'Pages',
    summary: 'The staff member’s own page: their Google account and their next bookings',
    parameters: [TOKEN],
    replies: { 200: page('The page.'), ...LINK_PROBLEMS },
    refusals: [],
  },
  'GET /connect/{token}/calendar': {
    id: 'calendarPage',
    tag: 'Pages',
    summary: 'The calendars to choose from',
    parameters: [TOKEN],
    replies: { 200: page('The calendars, or the way to let them be listed.'), ...LINK_PROBLEMS, 409: NOT_AS_IT_IS },
    refusals: [],
  },
  'POST /connect/{token}/calendar': {
    id: 'chooseCalendar',
    tag: 'Pages',
    summary: 'Choose the calendar that bookings go to',
    parameters: [TOKEN],
    body: formBody('CalendarForm'),
    replies: {
      200: page('The calendar is chosen.'),
      ...LINK_PROBLEMS,
      ...FORM_PROBLEMS,
      409: NOT_AS_IT_IS,
      422: page('There is no such calendar, or bookings cannot go to it.'),
    },
    refusals: [],
  },
  'GET /connect/{token}/disconnect': {
    id: 'disconnectPage',
    tag: 'Pages',
    summary: 'Asks whether to disconnect',
    parameters: [TOKEN],
    replies: { 200: page('The question, or that nothing is connected.'), ...LINK_PROBLEMS },
    refusals: [],
  },
  'POST /connect/{token}/disconnect': {
    id: 'disconnectThemselves',
    tag: 'Pages',
    summary: 'Disconnect the Google account',
    parameters: [TOKEN],
    body: formBody('DisconnectForm'),
    replies: {
      200: page('It is disconnected.'),
      ...LINK_PROBLEMS,
      ...FORM_PROBLEMS,
      409: page('Another account has been connected meanwhile.'),
    },
    refusals: [],
  },
  'GET /oauth/google/start': {
    id: 'startSignIn',
    tag: 'Pages',
    summary: 'Leads on to Google',
    parameters: [
      queryParameter('token', true, 'That of the page with the link.', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln'),
      queryParameter('calendars', false, 'Present where the list of calendars is to be allowed as well.', '1'),
    ],
    replies: {
      302: redirect('To Google.', {
        'Set-Cookie': { description: 'Binds the sign-in to this browser.', example: 'booking-meet-oauth=x; HttpOnly' },
      }),
      404: page('The link does not work.'),
      409: page('The Google client has not been entered yet.'),
      410: page('The link has expired.'),
    },
    refusals: [],
  },
  'GET /oauth/google/callback': {
    id: 'finishSignIn',
    tag: 'Pages',
    summary: 'Where Google sends the browser back to',
    parameters: [
      queryParameter('state', false, 'Names the sign-in; single use.', 'eyJhbGciOiJIUzI1NiJ9.e30.c2ln'),
      queryParameter('code', false, 'From Google, when the person allowed it.', '4/0AeaYSHB'),
      queryParameter('error', false, 'From Google, when they did not.', 'access_denied'),
    ],
    replies: {
      200: page('The account is connected.'),
      400: page('The person or Google refused.'),
      403: page('Begun in another browser, or the calendar box was not ticked.'),
      404: page('The link that it began with does not work.'),
      409: page('The Google client is not accepted, or Google does not answer or gives no lasting access.'),
      410: page('Used already, or expired.'),
    },
    refusals: [],
  },
  'GET /join/{appointmentId}': {
    id: 'join',
    tag: 'Pages',
    summary: 'Leads a customer to the Meet link of their booking',
    parameters: [
      APPOINTMENT_ID,
      queryParameter('e', false, 'E-mail address of the customer; without it nothing is said.', 'luis@mail.example'),
      queryParameter('reload', false, 'off for a page that stands still.', 'off'),
    ],
    replies: {
      200: page('The booking has no link: not yet, or not any more.'),
      302: redirect('To the Meet link.'),
      404: page('No such booking, or not of this address.'),
      429: {
        ...page('Too many wrong addresses.'),
        headers: { 'Retry-After': { description: 'Seconds to wait.', example: '3600', required: false } },
      },
    },
    refusals: [],
  },

  'GET /admin': {
    id: 'adminConsole',
    tag: 'Console',
    summary: 'The admin console',
    replies: { 200: page('The console, which asks for the admin key.') },
    refusals: [],
  },
  'GET /admin/preview': {
    id: 'adminConsolePreview',
    tag: 'Console',
    summary: 'The frame in which the console shows a mail',
    replies: { 200: page('An empty frame.') },
    refusals: [],
  },
  'GET /admin/{asset}': {
    id: 'adminConsoleAsset',
    tag: 'Console',
    summary: 'A file of the console',
    parameters: [{ in: 'path', name: 'asset', required: true, description: 'Its name.', example: 'main-ABCDEFGH.js' }],
    replies: {
      200: {
        description: 'The file.',
        content: { 'text/html': 'page', 'text/javascript': 'text', 'text/css': 'text' },
      },
    },
    refusals: ['not_found'],
  },

  'GET /openapi.json': {
    id: 'getDocument',
    tag: 'Document',
    summary: 'This document',
    parameters: [
      {
        in: 'header',
        name: 'If-None-Match',
        required: false,
        description: 'The ETag of the document that is known already.',
        example: '"Zm9v"',
      },
    ],
    replies: {
      200: { description: 'OpenAPI 3.1.', content: { [JSON_TYPE]: 'OpenApi' }, headers: ETAG },
      304: { description: 'It is as it was.', headers: ETAG },
    },
    refusals: [],
  },
};
