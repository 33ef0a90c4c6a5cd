import type { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy, { type MiddlewareObj } from '@middy/core';
import httpSecurityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { ProblemAnswer } from '../api/problem.ts';
import { AppError, type ErrorKind, type Fault } from '../errors.ts';
import { PAGE_STYLE } from './page.ts';
import { validate } from './validate.ts';

export type HttpResponse = APIGatewayProxyStructuredResultV2;

/** API Gateway's event with what the chain adds. */
export type HttpEvent = APIGatewayProxyEventV2 & {
  /** The body's bytes exactly as they were sent. */
  rawBody: Buffer;
  /** The body as its route's schema read it. */
  input: unknown;
};

export type Middleware = MiddlewareObj<HttpEvent, HttpResponse>;
export type RouteHandler = (event: HttpEvent) => Promise<HttpResponse>;

/** What a failure is answered with: problem+json for programs, a page for people. */
export type ErrorRenderer = (problem: Problem, event: HttpEvent) => HttpResponse;

export interface Problem {
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly instance: string;
  readonly errors: readonly Fault[];
}

/** What the middleware adds by itself, which would break plain links on a laptop. */
const NOTHING_BESIDES = { sandbox: undefined, 'report-to': undefined, 'upgrade-insecure-requests': undefined };

/** Nothing but our own style. */
const PAGE_POLICY = {
  'default-src': "'none'",
  'style-src': PAGE_STYLE,
  'base-uri': "'none'",
  'form-action': "'self'",
  'frame-ancestors': "'none'",
  'require-trusted-types-for': "'script'",
};

/** What the pages of a route may do, where that is something else than to be read. */
export interface PageSecurity {
  /** In place of the usual one, as a whole. A directive of the middleware's own is left out as undefined. */
  readonly contentSecurityPolicy: Readonly<Record<string, string | undefined>>;
  /** @default - none of what a browser asks its user about */
  readonly permissionsPolicy?: Readonly<Record<string, string>>;
  /** Who may show it in a frame; older browsers read it instead of `frame-ancestors`. @default "deny" */
  readonly frameOptions?: { readonly action: 'deny' | 'sameorigin' };
}

/** The security headers of every answer. @param pages by route key */
function securityHeaders(pages: Readonly<Record<string, PageSecurity>>): Middleware {
  const headers = ({ contentSecurityPolicy, ...others }: PageSecurity) =>
    httpSecurityHeaders({
      contentSecurityPolicy: { ...NOTHING_BESIDES, ...contentSecurityPolicy } as unknown as Record<string, string>,
      strictTransportSecurity: { maxAge: 63_072_000, includeSubDomains: true, preload: false },
      poweredBy: true,
      reportTo: false,
      reportingEndpoints: false,
      ...others,
    }) as Middleware;
  const usual = headers({ contentSecurityPolicy: PAGE_POLICY });
  const own = new Map(Object.entries(pages).map(([route, page]) => [route, headers(page)]));
  const of = (event: HttpEvent): Middleware => own.get(event.routeKey) ?? usual;
  return {
    after: (request) => of(request.event).after?.(request),
    onError: (request) => of(request.event).onError?.(request),
  };
}

/** Answers speak of people, so none is kept anywhere unless its route says that it may be. */
function notKept(): Middleware {
  const say: Middleware['after'] = ({ response }) => {
    if (response) response.headers = { 'cache-control': 'no-store', ...response.headers };
  };
  return { after: say, onError: say };
}

const MAX_BODY_BYTES = 256 * 1024;

export const STATUS: Readonly<Record<ErrorKind, readonly [status: number, title: string]>> = {
  unreadable: [400, 'Bad Request'],
  unauthorized: [401, 'Unauthorized'],
  not_found: [404, 'Not Found'],
  conflict: [409, 'Conflict'],
  precondition_failed: [412, 'Precondition Failed'],
  too_large: [413, 'Content Too Large'],
  unsupported_media_type: [415, 'Unsupported Media Type'],
  invalid: [422, 'Unprocessable Content'],
};

/**
 * The one chain around every HTTP handler: log context, security headers, errors as answers, raw body, then what the function adds
 * (its credentials, its schemas), then the route.
 * @param options.routes by API Gateway's route key (`PUT /settings`)
 * @param options.security by route key, of pages that are more than text with links
 */
export function httpHandler(options: {
  readonly logger: Logger;
  readonly routes: Readonly<Record<string, RouteHandler>>;
  readonly use?: readonly Middleware[];
  readonly renderError?: ErrorRenderer;
  readonly security?: Readonly<Record<string, PageSecurity>>;
}) {
  return middy<HttpEvent, HttpResponse>()
    .use(injectLambdaContext(options.logger, { resetKeys: true }))
    .use(securityHeaders(options.security ?? {}))
    .use(notKept())
    .use(errorsAsAnswers(options.logger, options.renderError ?? problemJson))
    .use(rawBody())
    .use([...(options.use ?? [])])
    .handler(async (event) => {
      const route = options.routes[event.routeKey];
      if (!route) throw new AppError('not_found', 'There is nothing at this address.');
      return route(event);
    });
}

/** DESIGN rule 19: a clear error that leaks nothing; what is not an `AppError` is ours and is answered without its words. */
function errorsAsAnswers(logger: Logger, render: ErrorRenderer): Middleware {
  return {
    onError: (request) => {
      const { error, event } = request;
      const known = error instanceof AppError ? error : undefined;
      const [status, title] = known ? STATUS[known.kind] : [500, 'Internal Server Error'];
      // By its id the access log is matched with this one.
      const { requestId } = event.requestContext;
      if (!known) logger.error('request failed', { event: 'request_failed', requestId, ...describe(error) });
      else logger.info('request refused', { event: 'request_refused', kind: known.kind });
      request.response = render(
        {
          status,
          title,
          detail: known?.message ?? 'Something went wrong on our side. Please try again.',
          instance: requestId,
          errors: known?.faults ?? [],
        },
        event,
      );
    },
  };
}

/** An error's name and place, without its message: vendors put what they were sent into theirs (DESIGN rule 22). */
export const describe = (error: unknown): Record<string, string> =>
  error instanceof Error
    ? {
        errorName: error.name,
        at:
          error.stack
            ?.split('\n')
            .find((line) => line.startsWith('    at '))
            ?.trim() ?? '',
      }
    : { errorName: typeof error };

export const problemJson: ErrorRenderer = ({ errors, ...problem }) => ({
  statusCode: problem.status,
  headers: {
    'content-type': 'application/problem+json',
    ...(problem.status === 401 && { 'www-authenticate': 'Bearer' }),
  },
  body: JSON.stringify({
    type: 'about:blank',
    ...problem,
    ...(errors.length > 0 && { errors }),
  } satisfies ProblemAnswer),
});

/** API Gateway sends text types as they are and everything else, forms too, as base64. */
const rawBody = (): Middleware => ({
  before: ({ event }) => {
    event.rawBody = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');
    if (event.rawBody.length > MAX_BODY_BYTES) {
      throw new AppError('too_large', `The body is larger than ${MAX_BODY_BYTES / 1024} KiB.`);
    }
  },
});

/** Reads the JSON body of each route that has a schema. @param options.bodyOptional routes to which no body is an empty object */
export const jsonInput = (
  schemas: Readonly<Record<string, z.core.$ZodType>>,
  options: { readonly bodyOptional?: readonly string[] } = {},
): Middleware => ({
  before: ({ event }) => {
    const schema = schemas[event.routeKey];
    if (!schema) return;
    if (event.rawBody.length === 0 && options.bodyOptional?.includes(event.routeKey)) {
      event.input = validate(schema, {});
      return;
    }
    requireContentType(event, /^application\/(?:[\w.-]+\+)?json$/);
    event.input = validate(schema, parseJson(event.rawBody));
  },
});

/** The media type without its parameters. @throws AppError `unsupported_media_type` */
export function requireContentType(event: HttpEvent, accepted: RegExp): string {
  const type = (event.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (!accepted.test(type)) {
    throw new AppError(
      'unsupported_media_type',
      type ? `Cannot read a body of type ${type.slice(0, 80)}.` : 'Send a Content-Type.',
    );
  }
  return type;
}

const UTF8 = new TextDecoder('utf-8', { fatal: true });

/** @throws AppError `unreadable` when the bytes are not UTF-8 */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return UTF8.decode(bytes);
  } catch (cause) {
    throw new AppError('unreadable', 'The body is not UTF-8 text.', { cause });
  }
}

/** Levels of a JSON body; nothing of ours has nearly as many, and what walks down them must come to an end. */
const MAX_DEPTH = 32;

/** @throws AppError `unreadable` when it is not JSON, or nested past all sense */
export function parseJson(bytes: Buffer): unknown {
  const decoded = decodeUtf8(bytes);
  let value: unknown;
  try {
    value = JSON.parse(decoded);
  } catch (cause) {
    throw new AppError('unreadable', 'The body is not JSON.', { cause });
  }
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH) throw new AppError('unreadable', 'The body is nested too deeply.');
    level = level.flatMap((inner) => (typeof inner === 'object' && inner !== null ? Object.values(inner) : []));
  }
  return value;
}

/** @param body of the type that the OpenAPI document shows (`shared/api`) */
export const json = <Body>(statusCode: number, body: Body, headers: Record<string, string> = {}): HttpResponse => ({
  statusCode,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** A path parameter that its route always has. */
export const pathParameter = (event: HttpEvent, name: string): string => event.pathParameters?.[name] ?? '';
