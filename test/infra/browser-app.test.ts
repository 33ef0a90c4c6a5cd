import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleBrowserApp } from '../../infra/constructs/browser-app.ts';

const PROJECT = fileURLToPath(new URL('../../', import.meta.url));
const APP = 'functions/admin-console/app';
/** Bytes of the whole first load as it is sent: page, script and style. */
const BUDGET = 60 * 1024;

describe('the admin console, bundled', () => {
  const place = mkdtempSync(join(tmpdir(), 'booking-meet-app-'));
  const here = join(place, 'here');
  const plain = () => readdirSync(here).filter((name) => !/\.(br|gz)$/.test(name));
  const text = (name: string) => readFileSync(join(here, name), 'utf8');

  beforeAll(() => bundleBrowserApp(join(PROJECT, APP), here));
  afterAll(() => rmSync(place, { recursive: true, force: true }));

  it('is a page that asks for one script and one style by names made from what is in them', () => {
    expect(plain().sort()).toEqual([
      'index.html',
      expect.stringMatching(/^main-[0-9a-f]{16}\.js$/),
      expect.stringMatching(/^style-[0-9a-f]{16}\.css$/),
    ]);
    const asked = [...text('index.html').matchAll(/"\/admin\/([^"]+)"/g)].map(([, name]) => name);
    expect(asked.sort()).toEqual(plain().filter((name) => name !== 'index.html'));
  });

  it('is compressed as it is', () => {
    for (const name of plain()) {
      expect(`${brotliDecompressSync(readFileSync(join(here, `${name}.br`)))}`, name).toBe(text(name));
      expect(`${gunzipSync(readFileSync(join(here, `${name}.gz`)))}`, name).toBe(text(name));
    }
  });

  it.each(['br', 'gz'])('is within its budget, as .%s', (suffix) => {
    const size = plain().reduce((sum, name) => sum + statSync(join(here, `${name}.${suffix}`)).size, 0);
    expect(size).toBeLessThan(BUDGET);
  });

  it('names no other host but those that links lead to', () => {
    const hosts = plain().flatMap((name) => [...text(name).matchAll(/https?:\/\/([\w.-]+)/g)].map(([, host]) => host));
    // Names of XML, not addresses.
    expect(hosts.filter((host) => host !== 'www.w3.org' && !host?.endsWith('google.com'))).toEqual([]);
  });

  it('is the same from wherever it is built', async () => {
    const [elsewhere, there] = [join(place, 'a', 'longer', 'path'), join(place, 'there')];
    cpSync(join(PROJECT, APP), join(elsewhere, APP), { recursive: true });
    symlinkSync(join(PROJECT, 'node_modules'), join(elsewhere, 'node_modules'));
    await bundleBrowserApp(join(elsewhere, APP), there);
    expect(readdirSync(there)).toEqual(readdirSync(here));
    for (const name of readdirSync(here)) {
      expect(readFileSync(join(there, name)).equals(readFileSync(join(here, name))), name).toBe(true);
    }
  });
});
