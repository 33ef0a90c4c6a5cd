import { createHash } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import { type HttpResponse, httpHandler } from '../../shared/http/chain.ts';

export interface OpenApiDeps {
  /** As JSON, made for no URL. */
  readonly document: string;
  readonly publicUrl: string;
  readonly logger: Logger;
}

/** Shows the OpenAPI document, which changes with a deployment only. */
export function makeHandler({ document, publicUrl, logger }: OpenApiDeps) {
  const body = document.replace('"servers":[{"url":""}]', () => `"servers":${JSON.stringify([{ url: publicUrl }])}`);
  const headers = {
    etag: `"${createHash('sha256').update(body).digest('base64url')}"`,
    'cache-control': 'public, max-age=300',
  };
  return httpHandler({
    logger,
    routes: {
      'GET /openapi.json': async (event): Promise<HttpResponse> => {
        const known = (event.headers['if-none-match'] ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
        return known.includes(headers.etag)
          ? { statusCode: 304, headers }
          : { statusCode: 200, headers: { 'content-type': 'application/json', ...headers }, body };
      },
    },
  });
}
