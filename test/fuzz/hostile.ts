import fc from 'fast-check';
import type { HttpEvent } from '../../shared/http/chain.ts';

/** In most of what is made up, so that it is known again where it must not stand. */
export const MARK = 'zqx';

/** What somebody who wants to break something would try first. */
const TRICKS: readonly string[] = [
  '',
  ' ',
  '\0',
  `${MARK}\0${MARK}`,
  '\ud800',
  `a\udfff${MARK}`,
  `\u202e${MARK}\u2066`,
  '\ufeff',
  `${MARK}\r\nset-cookie: ${MARK}=1\r\n\r\n<script>`,
  `<script>alert('${MARK}')</script>`,
  `"><img src=x onerror=alert(1) data-${MARK}>`,
  `' onmouseover='${MARK}`,
  `</style><b>${MARK}`,
  `<!--${MARK}`,
  `' OR 1=1 --${MARK}`,
  '"; DROP TABLE Appointments; --',
  `../../../etc/${MARK}`,
  `..%2f..%5c${MARK}`,
  `//${MARK}.test/`,
  `https://${MARK}.test/`,
  `javascript:alert('${MARK}')`,
  'data:text/html,<script>alert(1)</script>',
  '%',
  '%zz',
  '%00',
  '%c3%28',
  '%E0%A4%A',
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'null',
  'undefined',
  'true',
  '[]',
  '{}',
  '{',
  '{service_name}',
  '{{service_name}}',
  '{__proto__}',
  '{constructor}',
  '{}'.repeat(3000),
  '{'.repeat(5000),
  '$&$1$$',
  'NaN',
  'Infinity',
  '-0',
  '1e999',
  '0x1F',
  '9'.repeat(400),
  '-1',
  '1.5',
  '9007199254740993',
  '*',
  '=',
  '&a=b',
  ',',
  ','.repeat(5000),
  ';'.repeat(5000),
  ' '.repeat(20_000),
  `${' '.repeat(20_000)}x`,
  '-'.repeat(20_000),
  'a'.repeat(70_000),
  'ñ'.repeat(20_000),
  '😀'.repeat(5000),
  'ﷺ'.repeat(3000),
  'e\u0301'.repeat(5000),
  'İıßﬃ',
  'a@'.repeat(5000),
  `${'a'.repeat(63)}@${'b.'.repeat(90)}test`,
  `${MARK}@${MARK}.test`,
  `"${MARK} x"@mail.test`,
  `${MARK}@[127.0.0.1]`,
  '+'.repeat(50),
  '+34600000002',
  // Days and times at the edges.
  '0000-00-00T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '1969-12-31T23:59:59Z',
  '1970-01-01',
  '2026-02-30T25:61:61Z',
  '2026-02-29',
  '2028-02-29T23:59:60Z',
  '2026-03-29T02:30:00',
  '2026-03-29 02:30',
  '2026-10-25T02:30:00',
  '2026-12-01T15:00:00+24:00',
  '2026-12-01T15:00:00-23:59',
  '9999-12-31T23:59:59Z',
  '9999-12-31 23:59',
  '10000-01-01T00:00:00Z',
  '+275760-09-13T00:00:00Z',
  '-271821-04-20T00:00:00Z',
  '12:00 AM',
  '24:00',
  '31.12.9999',
  'https://calendar.google.com/?dates=20261201T140000Z/20261201T140000Z',
  'https://calendar.google.com/?dates=99991231T235959Z/00000101T000000Z',
  'https://calendar.google.com/?dates=20261301T140000Z',
  // Names of formats, zones and languages.
  'Y-m-d',
  'd.m.Y',
  'm/d/Y',
  'Y',
  'h:i A',
  'H:i:s',
  '\\Y\\m',
  'Europe/Madrid',
  'Pacific/Apia',
  'Etc/GMT+12',
  '+05:30',
  'UTC',
  'es-ES',
  'xx',
];

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...TRICKS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }).map((made) => `${MARK}${made}`) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.tuple(fc.constantFrom(...TRICKS), fc.constantFrom(...TRICKS)).map((two) => two.join('')) },
  { weight: 1, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) },
);

const nested = (levels: number): unknown =>
  Array.from({ length: levels }).reduce<unknown>((inner, _, level) => (level % 2 ? [inner] : { a: inner }), 'x');

const value: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 6, arbitrary: text },
  { weight: 1, arbitrary: fc.constantFrom(null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, [], {}, '') },
  { weight: 1, arbitrary: fc.double() },
  { weight: 1, arbitrary: fc.integer() },
  { weight: 1, arbitrary: fc.constantFrom(nested(20), nested(40), nested(3000)) },
  { weight: 1, arbitrary: fc.array(text, { maxLength: 5 }) },
  { weight: 1, arbitrary: fc.dictionary(text, text, { maxKeys: 5, noNullPrototype: true }) },
  { weight: 1, arbitrary: fc.constant(Array.from({ length: 2000 }, () => 'x')) },
);

/** One thing that is otherwise than in a good request. */
export type Mutation =
  | { readonly kind: 'header' | 'query' | 'field'; readonly name: string; readonly value: string }
  | { readonly kind: 'path'; readonly value: string }
  | { readonly kind: 'drop'; readonly what: 'header' | 'query' | 'cookies' | 'body' | 'path'; readonly pick: number }
  | {
      readonly kind: 'spoil';
      readonly where: 'header' | 'query' | 'field';
      readonly pick: number;
      readonly value: string;
    }
  | { readonly kind: 'json'; readonly pick: number; readonly how: 'set' | 'delete' | 'add'; readonly value: unknown }
  | { readonly kind: 'key'; readonly pick: number; readonly name: string }
  | { readonly kind: 'cookies'; readonly value: readonly string[] }
  | { readonly kind: 'body'; readonly text: string; readonly encoding: 'utf8' | 'base64' | 'broken base64' }
  | { readonly kind: 'cut'; readonly pick: number }
  | { readonly kind: 'flip' }
  | { readonly kind: 'doubled key' }
  | { readonly kind: 'sourceIp'; readonly value: string };

const HEADERS = [
  'authorization',
  'x-webhook-secret',
  'webhook-id',
  'webhook-timestamp',
  'webhook-signature',
  'content-type',
  'accept-language',
  'accept-encoding',
  'if-match',
  'if-none-match',
  'origin',
  'host',
  'x-forwarded-for',
  '__proto__',
];
const TYPES = [
  'application/json',
  'application/json; charset=utf-16',
  'application/x-www-form-urlencoded',
  'application/merge-patch+json',
  'text/plain',
  'multipart/form-data; boundary=x',
  'application/xml',
  '/',
  ';',
];
const QUERIES = [
  'token',
  'calendars',
  'state',
  'code',
  'error',
  'e',
  'reload',
  'check',
  'from',
  'to',
  'staff',
  'limit',
  'cursor',
  '__proto__',
];
const FIELDS = [
  'event',
  'appointment_id',
  'appointment_status',
  'add_to_google_calendar_link',
  'appointment_start_date_time',
  'appointment_end_date_time',
  'customer_email',
  'customer_full_name',
  'staff_email',
  'service_name',
  'appointment_notes',
  'calendar',
  'seen',
  '__proto__',
  'constructor',
];
const pick = fc.nat({ max: 200 });
const named = (kind: 'header' | 'query' | 'field', names: readonly string[]) =>
  fc.record({
    kind: fc.constant(kind),
    name: fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...names) }, { weight: 1, arbitrary: text }),
    value: text,
  });

/** Headers and parameters that a request need not have. */
export const addition: fc.Arbitrary<Mutation> = fc.oneof(named('header', HEADERS), named('query', QUERIES));

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  { weight: 2, arbitrary: named('header', HEADERS) },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(...TYPES)
      .map((type) => ({ kind: 'header' as const, name: 'content-type', value: type })),
  },
  { weight: 2, arbitrary: named('query', QUERIES) },
  { weight: 3, arbitrary: named('field', FIELDS) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('path' as const), value: text }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('drop' as const),
      what: fc.constantFrom('header' as const, 'query' as const, 'cookies' as const, 'body' as const, 'path' as const),
      pick,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('spoil' as const),
      where: fc.constantFrom('header' as const, 'query' as const, 'field' as const),
      pick,
      value: text,
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('json' as const),
      pick,
      how: fc.constantFrom('set' as const, 'set' as const, 'set' as const, 'delete' as const, 'add' as const),
      value,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('key' as const), pick, name: text }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('cookies' as const), value: fc.array(text, { maxLength: 4 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('body' as const),
      text,
      encoding: fc.constantFrom('utf8' as const, 'base64' as const, 'broken base64' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cut' as const), pick }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'flip' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'doubled key' as const }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('sourceIp' as const), value: text }) },
);

const bodyOf = (event: HttpEvent): string =>
  Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
const withBody = (event: HttpEvent, body: string): HttpEvent => ({
  ...event,
  body: event.isBase64Encoded ? Buffer.from(body).toString('base64') : body,
});
const without = <T extends object>(from: T, at: number): T => {
  const entries = Object.entries(from);
  return Object.fromEntries(entries.filter((_, index) => index !== at % Math.max(1, entries.length))) as T;
};
/** Also one called `__proto__` is a field like others, as it is in what `JSON.parse` reads. */
const set = <T extends object>(on: T, name: string, to: unknown): T => {
  const copy = { ...on };
  Object.defineProperty(copy, name, { value: to, enumerable: true, configurable: true, writable: true });
  return copy;
};

const isForm = (event: HttpEvent): boolean => /form/.test(event.headers['content-type'] ?? '');

/** The event, otherwise in that one thing; as it is where it has no such thing. */
export function mutate(event: HttpEvent, by: Mutation): HttpEvent {
  const query = event.queryStringParameters ?? {};
  switch (by.kind) {
    case 'header':
      return { ...event, headers: set(event.headers, by.name.toLowerCase(), by.value) };
    case 'query':
      return { ...event, queryStringParameters: set(query, by.name, by.value) };
    case 'field':
      return isForm(event) ? withBody(event, formWith(bodyOf(event), by.name, by.value)) : event;
    case 'path': {
      const [name] = Object.keys(event.pathParameters ?? {});
      // API Gateway finds no route where a part of the path is empty.
      return name && by.value ? { ...event, pathParameters: { [name]: by.value } } : event;
    }
    case 'drop':
      return dropped(event, by.what, by.pick);
    case 'spoil': {
      const { where, value: given } = by;
      if (where === 'field') {
        if (!isForm(event)) return event;
        const names = [...new URLSearchParams(bodyOf(event)).keys()];
        const name = names[by.pick % Math.max(1, names.length)] ?? '';
        return withBody(event, formWith(bodyOf(event), name, given));
      }
      const from = where === 'header' ? event.headers : query;
      const names = Object.keys(from);
      const name = names[by.pick % Math.max(1, names.length)] ?? '';
      return mutate(event, { kind: where, name, value: given });
    }
    case 'json':
      return withJson(event, (body) => changed(body, by.pick, by.how, by.value));
    case 'key':
      return withJson(event, (body) => changed(body, by.pick, 'add', 'x', by.name));
    case 'cookies':
      return { ...event, cookies: [...by.value] };
    case 'body':
      return by.encoding === 'utf8'
        ? { ...event, body: by.text, isBase64Encoded: false }
        : {
            ...event,
            body: by.encoding === 'base64' ? Buffer.from(by.text).toString('base64') : `=${by.text}~`,
            isBase64Encoded: true,
          };
    case 'cut':
      return { ...event, body: (event.body ?? '').slice(0, -1 - (by.pick % 30)) };
    case 'flip':
      return { ...event, isBase64Encoded: !event.isBase64Encoded };
    case 'doubled key':
      return withBody(event, bodyOf(event).replace(/^\{/, '{"__proto__":{"isAdmin":true},"id":1,"id":2,"data":{},'));
    case 'sourceIp':
      return {
        ...event,
        requestContext: { ...event.requestContext, http: { ...event.requestContext.http, sourceIp: by.value } },
      };
  }
}

function formWith(body: string, name: string, given: string): string {
  const fields = new URLSearchParams(body);
  fields.set(name, given);
  return `${fields}`;
}

function dropped(event: HttpEvent, what: string, at: number): HttpEvent {
  if (what === 'header') return { ...event, headers: without(event.headers, at) };
  if (what === 'query') return { ...event, queryStringParameters: without(event.queryStringParameters ?? {}, at) };
  if (what === 'path') return { ...event, pathParameters: {} };
  const { [what === 'body' ? 'body' : 'cookies']: _, ...rest } = event;
  return rest as HttpEvent;
}

function withJson(event: HttpEvent, change: (body: unknown) => unknown): HttpEvent {
  if (isForm(event) || !event.body) return event;
  let body: unknown;
  try {
    body = JSON.parse(bodyOf(event));
  } catch {
    // Another mutation has spoilt it.
    return event;
  }
  return withBody(event, JSON.stringify(change(body)) ?? 'undefined');
}

/** Every place in a value, by the steps that lead there. */
const places = (value: unknown, way: readonly string[] = []): (readonly string[])[] =>
  typeof value === 'object' && value !== null && way.length < 8
    ? [way, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...way, key]))]
    : [way];

function changed(body: unknown, at: number, how: 'set' | 'delete' | 'add', to: unknown, name = 'extra'): unknown {
  const all = places(body);
  const way = all[at % all.length] ?? [];
  const at_ = (inner: unknown, [step, ...rest]: readonly string[]): unknown => {
    if (step === undefined) {
      if (how === 'add') return typeof inner === 'object' && inner !== null ? set({ ...inner }, name, to) : to;
      return to;
    }
    const held = inner as Record<string, unknown>;
    if (how === 'delete' && rest.length === 0) return without(held, Object.keys(held).indexOf(step));
    const next = at_(held[step], rest);
    return Array.isArray(inner) ? Object.values(set([...inner], step, next)) : set(held, step, next);
  };
  return at_(body, way);
}
