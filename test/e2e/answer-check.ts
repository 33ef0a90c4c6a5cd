import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { OpenApiDocument, OperationObject, ResponseObject } from '../../shared/api/openapi.ts';

/** What was asked, and what was answered. */
export interface Exchange {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly sent?: { readonly type: string; readonly body: unknown } | undefined;
}

/** Compares what is sent over HTTP with an OpenAPI document. @returns what is not as documented; nothing when all is */
export type AnswerCheck = (exchange: Exchange) => string[];

/**
 * Fields that an answer has beyond those that are documented are not as documented here, though clients must take them: that they will be
 * added some day is why the document itself allows them.
 */
export function makeAnswerCheck(document: OpenApiDocument): AnswerCheck {
  const answers = validators(closed(document) as OpenApiDocument);
  const requests = validators(document);
  const routes = Object.entries(document.paths).map(([path, operations]) => ({ path, operations }));

  return ({ method, path, status, headers, body, sent }) => {
    const type = mediaType(headers.get('content-type'));
    const route = routes
      .filter((candidate) => matches(candidate.path, path))
      .sort((a, b) => variables(a.path) - variables(b.path))
      .find(({ operations }) => method.toLowerCase() in operations);
    if (!route) {
      const isGateways = status === 404 && body === '{"message":"Not Found"}';
      return isGateways || method === 'HEAD' ? [] : [`${method} of a path that is not documented answers ${status}`];
    }
    const pointer = ['paths', route.path, method.toLowerCase()];
    const operation = route.operations[method.toLowerCase()] as OperationObject;
    const response = operation.responses[status];
    if (!response) return [`the status ${status} is not documented`];
    const name = '$ref' in response ? (response.$ref.split('/').at(-1) ?? '') : '';
    const at = name ? ['components', 'responses', name] : [...pointer, 'responses', String(status)];
    const { content, headers: documented = {} } = name
      ? (document.components.responses[name] as ResponseObject)
      : (response as ResponseObject);
    const missing = Object.entries(documented)
      .filter(([header, { required }]) => required && !headers.has(header))
      .map(([header]) => `the header ${header} is missing`);

    if (!content) return [...missing, ...(body === '' ? [] : ['a body where none is documented'])];
    if (!(type in content)) return [...missing, `the type ${type || 'of no body'} is not documented`];
    const faults = isJson(type) ? answers([...at, 'content', type, 'schema'], JSON.parse(body)) : [];
    // What is taken must be what the document says can be sent.
    const taken = status < 300 && sent ? operation.requestBody?.content[sent.type] && sent : undefined;
    const unexpected = taken
      ? requests([...pointer, 'requestBody', 'content', taken.type, 'schema'], taken.body).map(
          (fault) => `sent: ${fault}`,
        )
      : [];
    return [...missing, ...faults, ...unexpected];
  };
}

/** Checks a value against the schema at a place of the document. */
function validators(document: OpenApiDocument): (pointer: readonly string[], value: unknown) => string[] {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document, 'document');
  const compiled = new Map<string, ValidateFunction>();
  return (pointer, value) => {
    const fragment = pointer
      .map((step) => `/${encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))}`)
      .join('');
    const validate = compiled.get(fragment) ?? ajv.compile({ $ref: `document#${fragment}` });
    compiled.set(fragment, validate);
    return validate(value) ? [] : (validate.errors ?? []).map(inWords);
  };
}

const inWords = ({ instancePath, message, params }: ErrorObject): string =>
  `${instancePath || 'the body'} ${message} ${JSON.stringify(params)}`;

/** The document with no room for fields that it does not name. */
function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const isOpen = 'properties' in value && 'type' in value && !('additionalProperties' in value);
  const inner = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closed(part)]));
  return isOpen ? { ...inner, additionalProperties: false } : inner;
}

export const mediaType = (header: string | null): string => header?.split(';')[0]?.trim().toLowerCase() ?? '';
const isJson = (type: string): boolean => /[/+]json$/.test(type);
const variables = (path: string): number => path.split('{').length;

const matches = (template: string, path: string): boolean => {
  const [wanted, actual] = [template.split('/'), path.split('/')];
  return (
    wanted.length === actual.length &&
    wanted.every((step, index) => (step.startsWith('{') ? actual[index] !== '' : step === actual[index]))
  );
};
