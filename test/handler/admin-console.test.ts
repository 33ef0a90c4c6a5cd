import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import type { Assets } from '../../functions/admin-console/assets.ts';
import { acceptedEncoding, makeHandler } from '../../functions/admin-console/handler.ts';
import { keptLogs, send } from './events.ts';

const asset = (type: string, text: string) => ({
  type,
  bodies: { br: brotliCompressSync(text), gzip: gzipSync(text), identity: Buffer.from(text) },
});
const assets: Assets = new Map([
  ['index.html', asset('text/html; charset=utf-8', '<!doctype html>')],
  ['main-1234.js', asset('text/javascript; charset=utf-8', 'run()')],
]);
const { logger } = keptLogs();
const handler = makeHandler({ assets, logger });
const page = (encoding: string) => send(handler, 'GET /admin', { headers: { 'accept-encoding': encoding } });
const file = (name: string) => send(handler, 'GET /admin/{asset}', { path: { asset: name } });
const bytes = (text: string) => Buffer.from(text, 'base64');

it('serves the page anew each time, to anybody', async () => {
  const { status, headers, text } = await page('');
  expect(status).toBe(200);
  expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-cache' });
  expect(`${bytes(text)}`).toBe('<!doctype html>');
});

it('serves what a page asks for, to be kept for good', async () => {
  const { status, headers, text } = await file('main-1234.js');
  expect(status).toBe(200);
  expect(headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'cache-control': 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  });
  expect(`${bytes(text)}`).toBe('run()');
});

it.each(['main-0000.js', '..%2Findex.mjs', '../index.mjs', '', 'constructor'])(
  'has nothing called %j',
  async (name) => {
    const { status, headers, json } = await file(name);
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(headers['cache-control'] ?? '').not.toContain('immutable');
    expect(json).toMatchObject({ status: 404 });
  },
);

it('is sent as small as the browser takes it', async () => {
  const brotli = await page('gzip, deflate, br, zstd');
  expect(brotli.headers).toMatchObject({ 'content-encoding': 'br', vary: 'accept-encoding' });
  expect(`${brotliDecompressSync(bytes(brotli.text))}`).toBe('<!doctype html>');
  const gzip = await page('gzip, deflate');
  expect(gzip.headers['content-encoding']).toBe('gzip');
  expect(`${gunzipSync(bytes(gzip.text))}`).toBe('<!doctype html>');
  expect((await page('')).headers).not.toHaveProperty('content-encoding');
});

it.each([
  ['br;q=1.0, gzip;q=0.5', 'br'],
  ['br;q=0, gzip', 'gzip'],
  ['BR ; q=0.000, GZIP', 'gzip'],
  ['deflate', 'identity'],
  ['*', 'identity'],
])('reads "%s" as %s', (header, encoding) => {
  expect(acceptedEncoding(header)).toBe(encoding);
});

it('lets the page run and load what is ours, and nothing else', async () => {
  const { headers } = await page('');
  expect(headers['content-security-policy']?.split('; ').sort()).toEqual([
    "base-uri 'none'",
    "connect-src 'self'",
    "default-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "frame-src 'self'",
    'img-src data:',
    "require-trusted-types-for 'script'",
    "script-src 'self'",
    "style-src 'self'",
    "trusted-types 'none'",
  ]);
  expect(headers['x-frame-options']).toBe('DENY');
  expect(headers['permissions-policy']).toContain('clipboard-write=(self)');
  expect(headers['permissions-policy']).toContain('clipboard-read=()');
});

it('lets the preview of a mail be framed by the console alone, without an origin', async () => {
  const { status, headers, text } = await send(handler, 'GET /admin/preview');
  expect(status).toBe(200);
  expect(headers['content-security-policy']?.split('; ').sort()).toEqual([
    "base-uri 'none'",
    "default-src 'none'",
    "form-action 'none'",
    "frame-ancestors 'self'",
    'img-src data:',
    'sandbox allow-scripts',
    expect.stringMatching(/^script-src 'sha256-[\w+/=]{44}'$/),
    "style-src 'unsafe-inline'",
  ]);
  expect(headers['x-frame-options']).toBe('SAMEORIGIN');
  expect(text).not.toMatch(/<script[^>]/);
});
