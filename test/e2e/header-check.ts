/** An answer as far as its headers go. */
interface Headed {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly headers: Headers;
}

const YEAR = 365 * 86_400;
/** What holds nothing of anybody; everything else is kept nowhere. */
const PUBLIC = /^\/(?:admin(?:\/[^/]*)?|openapi\.json)$/;
/** Made for mails, whose styles are inline; its policy takes away its origin instead. */
const PREVIEW = '/admin/preview';
/** What a browser would ask its user about, or let a page use, and no page of ours needs. */
const NEVER_USED = ['camera', 'geolocation', 'microphone', 'payment', 'usb', 'clipboard-read'];

/**
 * Holds an answer to the rules by which public checkers (Mozilla's HTTP Observatory, securityheaders.com) judge a site, taken strictly:
 * their best mark for every rule. @returns what is against them; nothing when nothing is
 */
export function headerFaults(answer: Headed): string[] {
  const { headers } = answer;
  const is = (name: string, wanted: RegExp): string[] =>
    wanted.test(headers.get(name) ?? '') ? [] : [`${name} is ${JSON.stringify(headers.get(name))}`];
  const maxAge = Number(/max-age=(\d+)/.exec(headers.get('strict-transport-security') ?? '')?.[1] ?? 0);
  return [
    ...is('x-content-type-options', /^nosniff$/),
    ...is('referrer-policy', /^no-referrer$/),
    ...is('cross-origin-resource-policy', /^same-origin$/),
    ...(maxAge >= YEAR ? [] : ['strict-transport-security is missing or shorter than a year']),
    ...is('strict-transport-security', /includeSubDomains/),
    ...['access-control-allow-origin', 'server', 'x-powered-by']
      .filter((name) => headers.has(name))
      .map((name) => `${name} is there`),
    ...(PUBLIC.test(answer.path) ? is('cache-control', /./) : is('cache-control', /^no-store$/)),
    // What is shown by mistake must not be able to do anything either, so the policy is on all answers.
    ...policyFaults(answer),
    ...is('x-frame-options', answer.path === PREVIEW ? /^SAMEORIGIN$/ : /^DENY$/),
    ...is('cross-origin-opener-policy', /^same-origin$/),
    ...NEVER_USED.flatMap((feature) => is('permissions-policy', new RegExp(`(^|, )${feature}=\\(\\)(,|$)`))),
    ...cookieFaults(headers.getSetCookie()),
  ];
}

function policyFaults({ path, headers }: Headed): string[] {
  const policy = new Map(
    (headers.get('content-security-policy') ?? '').split('; ').map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources] as const;
    }),
  );
  const isOnly = (name: string, ...values: string[]): string[] =>
    policy.get(name)?.join(' ') === values.join(' ') ? [] : [`${name} of the policy is ${policy.get(name)?.join(' ')}`];
  const isSandboxed = path === PREVIEW && policy.get('sandbox')?.join(' ') === 'allow-scripts';
  const loose = [...policy].flatMap(([name, sources]) =>
    sources
      .filter((source) => /^'unsafe|^\*|^https?:|^data:/.test(source))
      .filter((source) => !(name === 'img-src' && source === 'data:'))
      .filter((source) => !(name === 'style-src' && source === "'unsafe-inline'" && isSandboxed))
      .map((source) => `${name} of the policy allows ${source}`),
  );
  return [
    ...isOnly('default-src', "'none'"),
    ...isOnly('base-uri', "'none'"),
    ...isOnly('frame-ancestors', path === PREVIEW ? "'self'" : "'none'"),
    ...(/^'(?:self|none)'$/.test(policy.get('form-action')?.join(' ') ?? '') ? [] : ['form-action of the policy']),
    ...(policy.has('script-src') && policy.get('script-src')?.length !== 1 ? ['several sources of scripts'] : []),
    ...loose,
  ];
}

/** `Secure`, and with it the prefix, only where there is TLS: the handler tests look at that. */
const cookieFaults = (cookies: readonly string[]): string[] =>
  cookies.filter(
    (cookie) =>
      !(
        /; HttpOnly(;|$)/.test(cookie) &&
        /; SameSite=(?:Lax|Strict)(;|$)/.test(cookie) &&
        /; Path=\/(;|$)/.test(cookie)
      ) ||
      /; Domain=/i.test(cookie) ||
      /^__Host-/.test(cookie) !== /; Secure(;|$)/.test(cookie),
  );
