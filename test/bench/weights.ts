import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Metafile } from 'esbuild';
import { bundleBrowserApp } from '../../infra/constructs/browser-app.ts';
import { bundleFunction } from '../../infra/constructs/function-bundle.ts';
import type { Figure, Section } from './figure.ts';
import { weightOf } from './parts.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

export const section: Section = {
  name: 'weights',
  title:
    'What the bundle that has most of it would not have without a package, by itself or by what nothing else brings along',
  run: weights,
};

/** One figure for each package that is shipped, by name. */
export async function weights(): Promise<Figure[]> {
  const { dependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
  const bundles = await metafiles();
  return Object.keys(dependencies).map((name): Figure => {
    const weighed = bundles.map(([bundle, metafile]) => ({ bundle, bytes: weightOf(name, metafile) }));
    const { bundle, bytes } = weighed.reduce((most, next) => (next.bytes > most.bytes ? next : most));
    return { name, value: bytes, unit: 'bytes', ...(bytes > 0 && { note: bundle }) };
  });
}

/** Of everything that is deployed, by name. */
async function metafiles(): Promise<[name: string, metafile: Metafile][]> {
  const place = mkdtempSync(join(tmpdir(), 'booking-meet-weights-'));
  try {
    const functions = readdirSync(join(PROJECT, 'functions'), { withFileTypes: true }).filter((it) => it.isDirectory());
    const app = await bundleBrowserApp(join(PROJECT, 'functions/admin-console/app'), join(place, 'app'));
    return [
      ['the admin console', app],
      ...functions.map(({ name }): [string, Metafile] => [name, bundleFunction(name, join(place, name))]),
    ];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
