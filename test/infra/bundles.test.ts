import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addCompileCache } from '../../infra/constructs/function-bundle.ts';
import { assembly } from './assembly.ts';
import { environmentOf, SynthesizedTemplate } from './synthesized.ts';

interface Bundle {
  readonly folder: string;
  readonly environment: Record<string, string>;
}

const names = [
  'admin-console',
  'appointments-api',
  'customers-api',
  'diagnostics',
  'booking-webhook',
  'due-work',
  'join',
  'mail-feedback',
  'meeting-sync',
  'openapi',
  'redrive',
  'settings-api',
  'staff-api',
  'staff-oauth',
];

describe('every bundle', { timeout: 120_000 }, () => {
  // Outside of the project, so that nothing is found in its node_modules.
  const place = mkdtempSync(join(tmpdir(), 'booking-meet-bundles-'));
  const bundles = new Map<string, Bundle>();

  beforeAll(async () => {
    const outdir = await assembly();
    const template = new SynthesizedTemplate(readFileSync(join(outdir, 'BookingMeet.template.json'), 'utf8'));
    for (const [name, fn] of template.functions()) {
      const folder = join(place, name);
      cpSync(join(outdir, fn.Metadata['aws:asset:path'] ?? 'none'), folder, { recursive: true });
      bundles.set(name, { folder, environment: environmentOf(fn) });
    }
  });

  afterAll(() => rmSync(place, { recursive: true, force: true }));

  it.each(names)(
    '%s starts by itself, with the environment of the template and no other, with its compile cache, and with one that is none',
    (name) => {
      const bundle = bundles.get(name);
      if (bundle === undefined) throw new Error(`The template has no function ${name}.`);
      const besides = name === 'admin-console' ? ['app'] : [];
      const made = readdirSync(bundle.folder).filter((file) => !file.endsWith('.cache'));
      expect(made).toEqual([...besides, 'bundle.cjs', 'index.cjs']);
      for (const file of readdirSync(bundle.folder)) if (file.endsWith('.cache')) rmSync(join(bundle.folder, file));
      expect(start(bundle)).toEqual({ handler: 'function' });

      addCompileCache(bundle.folder, bundle.environment);
      const [cache = ''] = readdirSync(bundle.folder).filter((file) => file.endsWith('.cache'));
      expect(start(bundle)).toEqual({ handler: 'function', isCacheRefused: false });

      const path = join(bundle.folder, cache);
      writeFileSync(path, readFileSync(path).fill(0, 0, 16));
      expect(start(bundle)).toEqual({ handler: 'function', isCacheRefused: true });
    },
  );
});

it('a bundle is read as it was written, in regular expressions too, which esbuild leaves as they are', () => {
  const folder = mkdtempSync(join(tmpdir(), 'booking-meet-loader-'));
  cpSync('infra/constructs/bundle-loader.cjs', join(folder, 'index.cjs'));
  writeFileSync(join(folder, 'bundle.cjs'), "exports.handler = /^[–—]$/.test('\\u2013') ? () => {} : undefined;");
  try {
    expect(start({ folder, environment: {} })).toEqual({ handler: 'function' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Starts a bundle as Lambda starts Node.js. */
const start = ({ folder, environment }: Bundle): { handler: string; isCacheRefused?: boolean } => {
  const url = pathToFileURL(join(folder, 'index.cjs')).href;
  const script = `import(${JSON.stringify(url)}).then(({ handler, script }) => {
    console.log(JSON.stringify({ handler: typeof handler, isCacheRefused: script.cachedDataRejected }));
    process.exit();
  })`;
  return JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', '--eval', script], {
      cwd: folder,
      env: environment,
      encoding: 'utf8',
    }),
  );
};
