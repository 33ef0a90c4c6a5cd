import type { Logger } from '@aws-lambda-powertools/logger';
import { AppError } from '../../shared/errors.ts';
import {
  type HttpEvent,
  type HttpResponse,
  httpHandler,
  type PageSecurity,
  pathParameter,
} from '../../shared/http/chain.ts';
import { type Asset, type Assets, ENCODINGS, type Encoding } from './assets.ts';
import { PREVIEW_PAGE, PREVIEW_SCRIPT } from './preview.ts';

export interface AdminConsoleDeps {
  readonly assets: Assets;
  readonly logger: Logger;
}

const CONSOLE: PageSecurity = {
  contentSecurityPolicy: {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': "'self'",
    'connect-src': "'self'",
    'frame-src': "'self'",
    // Its icon.
    'img-src': 'data:',
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'none'",
    'require-trusted-types-for': "'script'",
    'trusted-types': "'none'",
  },
  permissionsPolicy: { 'clipboard-write': 'self' },
};

/** A mail needs its inline styles, and must get nothing else: no script but ours, no request, no origin, no link that leads anywhere. */
const PREVIEW: PageSecurity = {
  contentSecurityPolicy: {
    'default-src': "'none'",
    'script-src': PREVIEW_SCRIPT,
    'style-src': "'unsafe-inline'",
    'img-src': 'data:',
    'base-uri': "'none'",
    'form-action': "'none'",
    'frame-ancestors': "'self'",
    sandbox: 'allow-scripts',
    // Of the middleware's own; a mail is put together from a text.
    'require-trusted-types-for': undefined,
  },
  frameOptions: { action: 'sameorigin' },
};

/** Serves the admin console: a page, its script and its style. All that it shows comes from the admin API, which asks for the key. */
export function makeHandler({ assets, logger }: AdminConsoleDeps) {
  const asset = (name: string): Asset => {
    const found = assets.get(name);
    if (!found) throw new AppError('not_found', 'There is nothing at this address.');
    return found;
  };
  return httpHandler({
    logger,
    security: { 'GET /admin': CONSOLE, 'GET /admin/preview': PREVIEW },
    routes: {
      'GET /admin': async (event) => answer(event, asset('index.html'), 'no-cache'),
      'GET /admin/preview': async () => ({
        statusCode: 200,
        headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' },
        body: PREVIEW_PAGE,
      }),
      // Their names are made from what is in them.
      'GET /admin/{asset}': async (event) =>
        answer(event, asset(pathParameter(event, 'asset')), 'public, max-age=31536000, immutable'),
    },
  });
}

/** API Gateway's HTTP APIs compress nothing. */
function answer(event: HttpEvent, { type, bodies }: Asset, cacheControl: string): HttpResponse {
  const encoding = acceptedEncoding(event.headers['accept-encoding'] ?? '');
  return {
    statusCode: 200,
    headers: {
      'content-type': type,
      'cache-control': cacheControl,
      vary: 'accept-encoding',
      ...(encoding !== 'identity' && { 'content-encoding': encoding }),
    },
    body: bodies[encoding].toString('base64'),
    isBase64Encoded: true,
  };
}

/** The smallest that the browser takes. */
export function acceptedEncoding(header: string): Encoding {
  const taken = header
    .toLowerCase()
    .split(',')
    .map((part) => part.split(';').map((piece) => piece.trim()))
    .filter(([, weight = '']) => !/^q=0(?:\.0*)?$/.test(weight))
    .map(([name]) => name);
  return ENCODINGS.find((encoding) => taken.includes(encoding)) ?? 'identity';
}
