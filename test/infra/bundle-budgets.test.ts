import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { bundleFunction } from '../../infra/constructs/function-bundle.ts';
import { partsOf } from '../bench/parts.ts';
import { BUDGETS } from './bundle-budgets.ts';

const place = mkdtempSync(join(tmpdir(), 'booking-meet-budgets-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

const FUNCTIONS = fileURLToPath(new URL('../../functions', import.meta.url));
const names = readdirSync(FUNCTIONS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);

const kib = (bytes: number): number => Math.ceil(bytes / 1024);

it('has a budget for every function', () => {
  expect(Object.keys(BUDGETS).sort()).toEqual(names.sort());
});

it.each(Object.entries(BUDGETS))('the bundle of %s keeps to its %d KiB, and uses most of them', (name, budget) => {
  const outdir = mkdtempSync(join(place, name));
  const metafile = bundleFunction(name, outdir);
  const size = kib(statSync(join(outdir, 'bundle.cjs')).size);
  const parts = partsOf(metafile).map(([part, bytes]) => `${part} ${kib(bytes)}`);
  const said = `${name} has ${size} KiB and may have ${budget}; it holds ${parts.join(', ')}`;
  expect(size, said).toBeLessThanOrEqual(budget);
  expect(size, `A smaller budget will do: ${said}`).toBeGreaterThan(budget * 0.9);
});
