import type { Operations } from './api-types.ts';
import type { Language } from './language.ts';

export interface Fault {
  /** `templates.booked.customer.email.en.body` */
  readonly path: string;
  readonly message: string;
}

/** Why a call did not give what was asked for; the last three had no answer of the API at all, or none that it meant. */
export type ApiErrorKind =
  | 'unauthorized'
  | 'not_found'
  | 'conflict'
  /** Somebody else saved first (412). */
  | 'changed'
  | 'invalid'
  | 'too_many'
  | 'offline'
  | 'timeout'
  | 'failed';

const KINDS: Readonly<Record<number, ApiErrorKind>> = {
  401: 'unauthorized',
  404: 'not_found',
  409: 'conflict',
  412: 'changed',
  413: 'invalid',
  422: 'invalid',
  429: 'too_many',
};

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly kind: ApiErrorKind;
  /** What the API said, in words for the admin; empty where it said nothing of use. */
  readonly detail: string;
  readonly faults: readonly Fault[];
  /** By which the request is found in the log. */
  readonly requestId: string | undefined;

  constructor(
    kind: ApiErrorKind,
    { detail = '', faults = [], requestId }: { detail?: string; faults?: readonly Fault[]; requestId?: string } = {},
  ) {
    super(`${kind}: ${detail}`);
    this.kind = kind;
    this.detail = detail;
    this.faults = faults;
    this.requestId = requestId;
  }
}

export interface Answer<Data> {
  readonly data: Data;
  /** For `ifMatch` of the save to come. */
  readonly etag: string | undefined;
}

type Input<Name extends keyof Operations> = Omit<Operations[Name], 'answer'> & {
  /** The etag of what was shown: another admin's save in between makes the call fail as `changed`. */
  readonly ifMatch?: string | undefined;
  /** Of `useLoad`: what nobody waits for any more is not waited for. */
  readonly signal?: AbortSignal;
};
type Arguments<Name extends keyof Operations> =
  object extends Input<Name> ? [input?: Input<Name>] : [input: Input<Name>];

/** Calls the admin API. @throws ApiError; and the signal's reason when it was aborted */
export type Api = <Name extends keyof Operations>(
  operation: Name,
  ...input: Arguments<Name>
) => Promise<Answer<Operations[Name]['answer']>>;

interface ApiOptions {
  readonly key: () => string;
  readonly language: () => Language;
  /** The key is not taken (any more). */
  readonly onUnauthorized: () => void;
  readonly fetch?: typeof fetch;
}

/** Milliseconds: longer than any function of the API runs. */
const TIMEOUT = 20_000;

interface AnyInput {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly ifMatch?: string;
  readonly signal?: AbortSignal;
}

export function makeApi({ key, language, onUnauthorized, fetch: send = (...call) => fetch(...call) }: ApiOptions): Api {
  return async (operation, ...[given]) => {
    const { signal, body, ifMatch, ...address } = (given ?? {}) as AnyInput;
    const [method = '', template = ''] = operation.split(' ');
    const timeout = AbortSignal.timeout(TIMEOUT);
    const waiting = signal ? AbortSignal.any([signal, timeout]) : timeout;
    let response: Response;
    let text: string;
    try {
      response = await send(addressOf(template, address), {
        method,
        headers: {
          authorization: `Bearer ${key()}`,
          'accept-language': language(),
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(ifMatch !== undefined && { 'if-match': ifMatch }),
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        cache: 'no-store',
        credentials: 'omit',
        signal: waiting,
      });
      text = await response.text();
    } catch {
      if (signal?.aborted) throw signal.reason;
      throw new ApiError(timeout.aborted ? 'timeout' : 'offline');
    }
    if (response.ok) {
      return { data: text === '' ? undefined : parsed(text), etag: response.headers.get('etag') ?? undefined } as never;
    }
    const error = errorOf(response.status, parsed(text));
    if (error.kind === 'unauthorized') onUnauthorized();
    throw error;
  };
}

function addressOf(template: string, { path = {}, query = {} }: Pick<AnyInput, 'path' | 'query'>): string {
  const address = template.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(path[name] ?? ''));
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString();
  return search ? `${address}?${search}` : address;
}

function errorOf(status: number, problem: unknown): ApiError {
  const { detail, instance, errors } = { ...(problem as { detail?: string; instance?: string; errors?: Fault[] }) };
  const kind = KINDS[status] ?? 'failed';
  return new ApiError(kind, {
    // Our own faults are told in our own words.
    ...(kind !== 'failed' && detail && { detail }),
    ...(errors && { faults: errors }),
    ...(instance && { requestId: instance }),
  });
}

/** The gateway's own answers need not be JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
