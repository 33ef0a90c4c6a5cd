import { createHash } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import { openApiDocument } from '../../shared/api/openapi.ts';
import { type HttpResponse, httpHandler } from '../../shared/http/chain.ts';

export interface OpenApiDeps {
  readonly publicUrl: string;
  readonly logger: Logger;
}

/** Shows the OpenAPI document, which is made once: it changes with a deployment only. */
export function makeHandler({ publicUrl, logger }: OpenApiDeps) {
  const body = JSON.stringify(openApiDocument(publicUrl));
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
