import { type HttpResponse, json, Refusal } from './http.ts';

interface KnownError {
  status: number;
  message: string;
  /** Message of the entry in `errors`, where Google words it differently. */
  entry?: string;
  domain?: string;
  /** The newer status word that Google adds on some errors. */
  rpcStatus?: string;
  location?: { location: string; locationType: string };
}

const IF_MATCH = { location: 'If-Match', locationType: 'header' };
const AUTHORIZATION = { location: 'Authorization', locationType: 'header' };

const KNOWN = {
  accessNotConfigured: {
    status: 403,
    message:
      'Google Calendar API has not been used in project 123456789012 before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/calendar-json.googleapis.com/overview?project=123456789012 then retry.',
    domain: 'usageLimits',
    rpcStatus: 'PERMISSION_DENIED',
  },
  authError: {
    status: 401,
    message:
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
    entry: 'Invalid Credentials',
    rpcStatus: 'UNAUTHENTICATED',
    location: AUTHORIZATION,
  },
  backendError: { status: 500, message: 'Backend Error' },
  badRequest: { status: 400, message: 'Bad Request' },
  conditionNotMet: { status: 412, message: 'Precondition Failed', location: IF_MATCH },
  deleted: { status: 410, message: 'Resource has been deleted' },
  duplicate: { status: 409, message: 'The requested identifier already exists.' },
  forbidden: { status: 403, message: 'Forbidden' },
  forbiddenForNonOrganizer: {
    status: 403,
    message: 'Shared properties can only be changed by the organizer of the event.',
    domain: 'calendar',
  },
  fullSyncRequired: {
    status: 410,
    message: 'Sync token is no longer valid, a full sync is required.',
    domain: 'calendar',
  },
  insufficientPermissions: {
    status: 403,
    message: 'Request had insufficient authentication scopes.',
    entry: 'Insufficient Permission',
    rpcStatus: 'PERMISSION_DENIED',
  },
  invalid: { status: 400, message: 'Invalid Value' },
  notFound: { status: 404, message: 'Not Found' },
  parseError: { status: 400, message: 'Parse Error' },
  quotaExceeded: { status: 403, message: 'Calendar usage limits exceeded.', domain: 'usageLimits' },
  rateLimitExceeded: { status: 403, message: 'Rate Limit Exceeded', domain: 'usageLimits' },
  required: { status: 400, message: 'Required' },
  timeRangeEmpty: { status: 400, message: 'The specified time range is empty.', domain: 'calendar' },
  userRateLimitExceeded: { status: 403, message: 'User Rate Limit Exceeded', domain: 'usageLimits' },
} satisfies Record<string, KnownError>;

type Reason = keyof typeof KNOWN;

const REASON_OF_STATUS: Readonly<Record<number, Reason>> = {
  400: 'badRequest',
  401: 'authError',
  403: 'forbidden',
  404: 'notFound',
  409: 'duplicate',
  410: 'deleted',
  412: 'conditionNotMet',
  429: 'rateLimitExceeded',
};

interface Ordered {
  status?: number | undefined;
  reason?: string | undefined;
  message?: string | undefined;
  /** Google's name of the API method, for the details of a scope error. */
  method?: string | undefined;
}

function details(reason: string, method = 'calendar.v3.Events.Insert'): unknown[] | undefined {
  const info = (why: string, metadata: Record<string, string>) => [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: why, domain: 'googleapis.com', metadata },
  ];
  const service = 'calendar-json.googleapis.com';
  if (reason === 'insufficientPermissions') return info('ACCESS_TOKEN_SCOPE_INSUFFICIENT', { method, service });
  if (reason === 'accessNotConfigured') return info('SERVICE_DISABLED', { consumer: 'projects/123456789012', service });
  return undefined;
}

/** A Calendar API error as Google words it; what is not given follows from the reason, or else from the status. */
export function apiErrorResponse(ordered: Ordered): HttpResponse {
  const reason = ordered.reason ?? REASON_OF_STATUS[ordered.status ?? 500] ?? 'backendError';
  const known: KnownError = (KNOWN as Record<string, KnownError>)[reason] ?? { status: 400, message: reason };
  const code = ordered.status ?? known.status;
  const message = ordered.message ?? known.message;
  const entry = {
    message: ordered.message ?? known.entry ?? known.message,
    domain: known.domain ?? 'global',
    reason,
    ...known.location,
  };
  const more = details(reason, ordered.method);
  return json(code, {
    error: {
      code,
      message,
      errors: [entry],
      ...(known.rpcStatus === undefined ? {} : { status: known.rpcStatus }),
      ...(more === undefined ? {} : { details: more }),
    },
  });
}

export function apiError(reason: Reason, message?: string, method?: string): Refusal {
  return new Refusal(apiErrorResponse({ reason, message, method }));
}

export function oauthErrorResponse(status: number, error: string, description: string): HttpResponse {
  return json(status, { error, error_description: description });
}

export function oauthError(status: number, error: string, description: string): Refusal {
  return new Refusal(oauthErrorResponse(status, error, description));
}
