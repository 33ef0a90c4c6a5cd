import { expect, it } from 'vitest';
import { makeHandler } from '../../functions/openapi/handler.ts';
import { openApiDocument } from '../../shared/api/openapi.ts';
import { keptLogs, send } from './events.ts';

const handler = makeHandler({
  document: JSON.stringify(openApiDocument('')),
  publicUrl: 'https://meet.clinic.test',
  logger: keptLogs().logger,
});
const ask = (headers: Record<string, string> = {}) => send(handler, 'GET /openapi.json', { headers });

it('shows the document to whoever asks', async () => {
  const { status, headers, json } = await ask();

  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'content-type': 'application/json', 'cache-control': 'public, max-age=300' });
  expect(json).toMatchObject({ openapi: '3.1.0', servers: [{ url: 'https://meet.clinic.test' }] });
});

it('says in short that it is as it was', async () => {
  const { etag = '' } = (await ask()).headers;

  for (const tags of [etag, `"other", W/${etag}`]) {
    expect(await ask({ 'if-none-match': tags })).toMatchObject({ status: 304, text: '', headers: { etag } });
  }
  expect((await ask({ 'if-none-match': '"other"' })).status).toBe(200);
});
