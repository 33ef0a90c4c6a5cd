import type { ErrorKind } from '../errors.ts';
import { STATUS } from '../http/chain.ts';
import { type Content, OPERATIONS, type Operation, type Parameter, REFUSALS, type Reply, TAGS } from './operations.ts';
import { exampleOf, type JsonSchema, jsonSchemas, parameterSchema } from './schemas.ts';

/** As far as it is looked into here. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly object[];
  readonly info: Readonly<Record<string, unknown>>;
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly responses: Readonly<Record<string, ResponseObject>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

export interface OperationObject {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly security: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly schema: JsonSchema; readonly example: unknown }[];
  readonly requestBody?: { readonly required: boolean; readonly content: ContentObject };
  readonly responses: Readonly<Record<string, ResponseObject | { readonly $ref: string }>>;
}

export interface ResponseObject {
  readonly description: string;
  readonly headers?: Readonly<Record<string, { readonly required: boolean }>>;
  readonly content?: ContentObject;
}

export type ContentObject = Readonly<Record<string, { readonly schema: JsonSchema; readonly example: unknown }>>;

export const VERSION = '0.1.0';

const DESCRIPTION = `Every booking gets its Google Meet link. A booking platform posts webhooks; Booking Meet keeps one Google Calendar event with one Meet
link for each booking on the calendar of the staff member who holds it, and tells staff and customers.

Times are RFC 3339, in answers always in UTC. Refusals are problems (RFC 9457). Answers may get further fields some day; unknown fields of
requests to the admin API are refused.`;

const SECURITY = {
  adminKey: { type: 'http', scheme: 'bearer', description: 'The admin key.' },
  webhookSecret: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Webhook-Secret',
    description: 'The webhook secret, as it is.',
  },
  webhookSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'webhook-signature',
    description:
      'Standard Webhooks: v1, and the HMAC-SHA256 in base64 of webhook-id, webhook-timestamp and the body, joined by dots, with the signing secret. While secrets are being replaced several are taken.',
  },
};

/**
 * Everything that other programs may rely on, made of the schemas that validate.
 * @param publicUrl without a slash at its end
 */
export function openApiDocument(publicUrl: string): OpenApiDocument {
  const paths: Record<string, Record<string, OperationObject>> = {};
  for (const [key, operation] of Object.entries(OPERATIONS)) {
    const [method = '', path = ''] = key.split(' ');
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationObject(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Booking Meet',
      version: VERSION,
      description: DESCRIPTION,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: jsonSchemas(), responses: sharedResponses(), securitySchemes: SECURITY },
  };
}

function operationObject(operation: Operation): OperationObject {
  const { id, tag, summary, description, security = [], parameters = [], body, replies, refusals } = operation;
  const isPage = tag === 'Pages';
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description && { description }),
    security: security.map((scheme) => ({ [scheme]: [] })),
    ...(parameters.length > 0 && { parameters: parameters.map(parameterObject) }),
    ...(body && { requestBody: { required: !body.optional, content: contentObject(body.content) } }),
    responses: {
      ...Object.fromEntries(refusals.map((kind) => [STATUS[kind][0], responseRef(responseName(kind))])),
      429: responseRef('TooManyRequests'),
      500: responseRef(isPage ? 'PageFailure' : 'Failure'),
      503: responseRef('ServiceUnavailable'),
      ...Object.fromEntries(Object.entries(replies).map(([status, reply]) => [status, responseObject(reply)])),
    },
  };
}

const responseRef = (name: string) => ({ $ref: `#/components/responses/${name}` });

function parameterObject({ schema, description, example, ...parameter }: Parameter) {
  const { description: said = description, ...json } = schema ? parameterSchema(schema) : { type: 'string' as const };
  return { ...parameter, description: said, schema: json, example };
}

const responseObject = ({ description, content, headers }: Reply): ResponseObject => ({
  description,
  ...(headers && { headers: headerObjects(headers) }),
  ...(content && { content: contentObject(content) }),
});

const headerObjects = (headers: NonNullable<Reply['headers']>) =>
  Object.fromEntries(
    Object.entries(headers).map(([name, { description, example, required = true }]) => [
      name,
      { description, required, schema: { type: 'string' }, example },
    ]),
  );

const contentObject = (content: Content): ContentObject =>
  Object.fromEntries(
    Object.entries(content).map(([type, name]) => [
      type,
      name === 'page' || name === 'text'
        ? { schema: { type: 'string' as const }, example: name === 'page' ? '<!doctype html>…' : '…' }
        : { schema: { $ref: `#/components/schemas/${name}` }, example: exampleOf(name) },
    ]),
  );

/** Refusals and failures, which many operations have in common. */
function sharedResponses(): Record<string, ResponseObject> {
  const refusals = Object.entries(REFUSALS).map(([kind, description]) => {
    const [status, title] = STATUS[kind as ErrorKind];
    const errors = [{ path: 'eventTitle', message: '{service_nam} is not a known keyword.' }];
    return [
      responseName(kind as ErrorKind),
      {
        description,
        ...(kind === 'unauthorized' && { headers: headerObjects(AUTHENTICATE) }),
        content: {
          ...problemContent(status, title, description, kind === 'invalid' ? { errors } : {}),
          // Far larger ones do not come as far as the function.
          ...(kind === 'too_large' && gatewayContent('Request Entity Too Large')),
        },
      },
    ];
  });
  const failure = 'A failure of ours. It may pass by itself.';
  return {
    ...Object.fromEntries(refusals),
    TooManyRequests: { description: 'Too many requests at once.', content: gatewayContent('Too Many Requests') },
    Failure: {
      description: failure,
      content: {
        ...problemContent(500, 'Internal Server Error', 'Something went wrong on our side. Please try again.', {}),
        ...gatewayContent('Internal Server Error'),
      },
    },
    PageFailure: {
      description: failure,
      content: { ...contentObject({ 'text/html': 'page' }), ...gatewayContent('Internal Server Error') },
    },
    ServiceUnavailable: { description: failure, content: gatewayContent('Service Unavailable') },
  };
}

const AUTHENTICATE = {
  'WWW-Authenticate': { description: 'How to authenticate.', example: 'Bearer' },
} as const;

/** `Content Too Large` becomes `ContentTooLarge`. */
const responseName = (kind: ErrorKind): string => STATUS[kind][1].replaceAll(' ', '');

const problemContent = (status: number, title: string, detail: string, more: object): ContentObject => ({
  'application/problem+json': {
    schema: { $ref: '#/components/schemas/Problem' },
    example: { type: 'about:blank', title, status, detail, instance: 'Q1wZfjzcDoEEPWg=', ...more },
  },
});

const gatewayContent = (message: string): ContentObject => ({
  'application/json': { schema: { $ref: '#/components/schemas/GatewayError' }, example: { message } },
});
