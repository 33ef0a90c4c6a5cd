import { HOUR } from '../time.ts';

/**
 * What helps after Google refused or did not answer:
 * `retry` later with backoff, `park` the staff member for hours, `reconnect` the account, or a `person` must act.
 */
export type Remedy = 'retry' | 'park' | 'reconnect' | 'person';

/** How long a staff member is left alone after Google's usage limits. */
export const PARK_SECONDS = 3 * HOUR;

/** Stable codes, each with a sentence that a receptionist can act on. */
const FAILURES = {
  google_unavailable: ['retry', 'Google is not answering properly at the moment. It is tried again by itself.'],
  google_timeout: ['retry', 'Google did not answer in time. It is tried again by itself.'],
  rate_limited: ['retry', 'Google asked us to slow down. It is tried again by itself.'],
  meet_link_failed: ['retry', 'Google could not make the Meet link. It is asked for again by itself.'],
  event_changed: ['retry', 'The event was being changed in Google at the same moment. It is tried again by itself.'],
  credentials_changing: [
    'retry',
    'The Google account was being connected at the same moment. It is tried again by itself.',
  ],
  calendar_usage_limits: [
    'park',
    'Google limits how many guests this calendar may invite in a short time. It goes on by itself in a few hours.',
  ],
  access_revoked: [
    'reconnect',
    'Google no longer accepts the access that this staff member gave. Send them their connect link again.',
  ],
  calendar_permission_missing: [
    'reconnect',
    'The staff member did not tick the calendar box at Google. Send them their connect link again.',
  ],
  calendar_api_disabled: [
    'person',
    'The Google Calendar API is switched off in your Google project. Switch it on (APIs & Services, Library, Google Calendar API), then press "look again".',
  ],
  calendar_not_found: [
    'person',
    'Google does not know this calendar, or the connected account does not own it. Check the calendar in the staff member’s profile.',
  ],
  calendar_forbidden: [
    'person',
    'Google does not let this account change the event. Check the calendar in the staff member’s profile.',
  ],
  meet_unavailable: [
    'person',
    'This calendar cannot make Google Meet links. Choose another calendar or have Google Meet enabled for the account.',
  ],
  event_rejected: ['person', 'Google refused the event as it is. Check the booking’s times and e-mail addresses.'],
  google_client_rejected: [
    'person',
    'Google does not accept the client id and secret in the settings. Copy them again from the Google console.',
  ],
  google_client_missing: ['person', 'The Google client id and secret have not been entered in the settings yet.'],
} as const satisfies Record<string, readonly [Remedy, string]>;

export type GoogleFailureCode = keyof typeof FAILURES;
export const GOOGLE_FAILURE_CODES = Object.keys(FAILURES) as GoogleFailureCode[];

/** What Google answers in the ordinary course, for the caller to act on. */
export type GoogleAnswer = 'duplicate' | 'not_found' | 'precondition_failed';

/** Google refused, or nobody knows whether it did what it was asked. */
export class GoogleError extends Error {
  readonly code: GoogleFailureCode;
  readonly remedy: Remedy;
  /** Whether the call may have taken effect all the same: read before writing again. */
  readonly inDoubt: boolean;
  readonly answer: GoogleAnswer | undefined;
  /** The token endpoint's own word for it. */
  readonly oauthError: string | undefined;

  constructor(
    code: GoogleFailureCode,
    options: { inDoubt?: boolean; answer?: GoogleAnswer; oauthError?: string } = {},
  ) {
    super(failureMessage(code));
    this.name = 'GoogleError';
    this.code = code;
    this.remedy = FAILURES[code][0];
    this.inDoubt = options.inDoubt ?? false;
    this.answer = options.answer;
    this.oauthError = options.oauthError;
  }
}

export const failureMessage = (code: GoogleFailureCode): string => FAILURES[code][1];

/** What gaxios throws, as far as it is read here. Never logged: it holds the event and so the guests (FACTS 5 C). */
interface VendorError {
  readonly code?: string | number;
  readonly cause?: { readonly code?: string };
  readonly response?: { readonly status?: number; readonly data?: unknown };
}

interface CalendarErrorBody {
  readonly error?: {
    readonly message?: string;
    readonly errors?: readonly { readonly reason?: string; readonly message?: string }[];
    readonly details?: readonly { readonly reason?: string }[];
  };
}

/** Where no request can have reached Google. */
const NEVER_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN']);

const noAnswer = (error: VendorError): GoogleError => {
  const code = String(error.cause?.code ?? error.code ?? '');
  return code === 'TimeoutError' || code === '23'
    ? new GoogleError('google_timeout', { inDoubt: true })
    : new GoogleError('google_unavailable', { inDoubt: !NEVER_SENT.has(code) });
};

/** The error table of FACTS 5 A for a Calendar call. */
export function calendarError(thrown: unknown): GoogleError {
  if (thrown instanceof GoogleError) return thrown;
  const error = thrown as VendorError;
  const status = error.response?.status;
  if (status === undefined) return noAnswer(error);

  const body = (error.response?.data as CalendarErrorBody | undefined)?.error;
  const first = typeof body === 'object' ? body?.errors?.[0] : undefined;
  const reasons = new Set([first?.reason, ...(body?.details ?? []).map(({ reason }) => reason)]);
  const has = (...names: string[]) => names.some((name) => reasons.has(name));

  if (status >= 500) return new GoogleError('google_unavailable', { inDoubt: true });
  if (has('quotaExceeded')) return new GoogleError('calendar_usage_limits');
  if (status === 429 || has('rateLimitExceeded', 'userRateLimitExceeded')) return new GoogleError('rate_limited');
  if (status === 408) return new GoogleError('google_timeout', { inDoubt: true });
  if (has('insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'))
    return new GoogleError('calendar_permission_missing');
  if (has('accessNotConfigured', 'SERVICE_DISABLED')) return new GoogleError('calendar_api_disabled');
  if (status === 401) return new GoogleError('access_revoked');
  if (status === 403) return new GoogleError('calendar_forbidden');
  if (status === 404 || status === 410) return new GoogleError('calendar_not_found', { answer: 'not_found' });
  if (status === 409) return new GoogleError('event_changed', { answer: 'duplicate' });
  if (status === 412) return new GoogleError('event_changed', { answer: 'precondition_failed' });
  if (/conference type/i.test(`${body?.message} ${first?.message}`)) return new GoogleError('meet_unavailable');
  return new GoogleError('event_rejected');
}

/** The same for the token endpoint, which answers in OAuth's own form. */
export function tokenError(thrown: unknown): GoogleError {
  if (thrown instanceof GoogleError) return thrown;
  const error = thrown as VendorError;
  const status = error.response?.status;
  if (status === undefined) return noAnswer(error);
  const code = (error.response?.data as { error?: unknown } | undefined)?.error;
  if (status >= 500) return new GoogleError('google_unavailable');
  if (status === 429) return new GoogleError('rate_limited');
  if (code === 'invalid_client' || code === 'unauthorized_client' || code === 'deleted_client') {
    return new GoogleError('google_client_rejected', { oauthError: code });
  }
  // Not in OAuth's form it is no word about the access, but of something in between.
  if (typeof code !== 'string') return new GoogleError('google_unavailable');
  return new GoogleError('access_revoked', { oauthError: code });
}
