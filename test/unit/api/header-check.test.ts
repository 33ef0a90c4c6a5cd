import { expect, it } from 'vitest';
import { headerFaults } from '../../e2e/header-check.ts';

const GOOD = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'cache-control': 'no-store',
  'x-frame-options': 'DENY',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=(), clipboard-read=()',
  'content-security-policy':
    "default-src 'none'; style-src 'sha256-x'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'set-cookie': '__Host-a=b; Path=/; HttpOnly; SameSite=Lax; Secure',
};
const check = (changes: Readonly<Record<string, string>> = {}, path = '/connect/x') =>
  headerFaults({ method: 'GET', path, headers: new Headers({ ...GOOD, ...changes }) });
const policy = (change: (policy: string) => string) => ({
  'content-security-policy': change(GOOD['content-security-policy']),
});

it('finds nothing where all is as it should be', () => {
  expect(check()).toEqual([]);
  expect(check({ 'cache-control': 'public, max-age=300' }, '/openapi.json')).toEqual([]);
  expect(check({ 'set-cookie': 'a=b; Path=/; HttpOnly; SameSite=Strict' })).toEqual([]);
});

it.each(Object.keys(GOOD).filter((name) => name !== 'set-cookie'))('misses %s', (name) => {
  expect(check({ [name]: '' })).not.toEqual([]);
});

it.each<[string, Record<string, string>]>([
  ['a short HSTS', { 'strict-transport-security': 'max-age=86400; includeSubDomains' }],
  ['something of a person that may be kept', { 'cache-control': 'public, max-age=300' }],
  ['another site that may read it', { 'access-control-allow-origin': '*' }],
  ['a server that says what it is', { server: 'x' }],
  ['inline scripts', policy((text) => `${text}; script-src 'unsafe-inline'`)],
  ['inline styles', policy((text) => text.replace("'sha256-x'", "'unsafe-inline'"))],
  ['anybody’s scripts', policy((text) => `${text}; script-src https:`)],
  ['scripts of several', policy((text) => `${text}; script-src 'self' cdn.test`)],
  ['data as scripts', policy((text) => `${text}; script-src data:`)],
  ['forms that are sent elsewhere', policy((text) => text.replace("form-action 'self'", 'form-action cdn.test'))],
  ['a frame', policy((text) => text.replace("frame-ancestors 'none'", "frame-ancestors 'self'"))],
  ['a page that may look', { 'permissions-policy': GOOD['permissions-policy'].replace('camera=()', 'camera=(self)') }],
  ['a cookie that scripts read', { 'set-cookie': '__Host-a=b; Path=/; SameSite=Lax; Secure' }],
  ['a cookie of all sites', { 'set-cookie': '__Host-a=b; Path=/; HttpOnly; SameSite=None; Secure' }],
  ['a cookie of all hosts', { 'set-cookie': '__Host-a=b; Path=/; HttpOnly; SameSite=Lax; Secure; Domain=x.test' }],
  ['a cookie without its prefix', { 'set-cookie': 'a=b; Path=/; HttpOnly; SameSite=Lax; Secure' }],
])('finds %s', (_what, changes) => {
  expect(check(changes)).not.toEqual([]);
});

it('lets the frame of a mail have inline styles, and only while it has no origin', () => {
  const sandboxed = {
    'cache-control': 'no-cache',
    'x-frame-options': 'SAMEORIGIN',
    'content-security-policy':
      "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox allow-scripts",
  };
  const open = sandboxed['content-security-policy'].replace('allow-scripts', 'allow-scripts allow-same-origin');
  expect(check(sandboxed, '/admin/preview')).toEqual([]);
  expect(check({ ...sandboxed, 'content-security-policy': open }, '/admin/preview')).not.toEqual([]);
  expect(check(sandboxed, '/admin')).not.toEqual([]);
});
