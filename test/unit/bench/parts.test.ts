import type { Metafile } from 'esbuild';
import { expect, it } from 'vitest';
import { partsOf, weightOf } from '../../bench/parts.ts';

const files: Record<string, { bytes: number; imports: string[] }> = {
  'functions/one/index.ts': { bytes: 1, imports: ['shared/a.ts', 'node_modules/@scope/needed/a.js'] },
  'shared/a.ts': { bytes: 2, imports: ['node_modules/both/a.js'] },
  'node_modules/@scope/needed/a.js': {
    bytes: 4,
    imports: ['node_modules/@scope/needed/b.js', 'node_modules/alone/a.js', 'node_modules/both/a.js'],
  },
  'node_modules/@scope/needed/b.js': { bytes: 8, imports: [] },
  'node_modules/alone/a.js': { bytes: 16, imports: ['node_modules/alone/node_modules/inner/a.js'] },
  'node_modules/alone/node_modules/inner/a.js': { bytes: 32, imports: ['node_modules/@scope/needed/a.js'] },
  'node_modules/both/a.js': { bytes: 64, imports: [] },
};
const entries = Object.entries(files);
const metafile = {
  inputs: Object.fromEntries(
    entries.map(([path, { imports }]) => [path, { imports: imports.map((to) => ({ path: to })) }]),
  ),
  outputs: {
    'bundle.cjs': {
      entryPoint: 'functions/one/index.ts',
      inputs: Object.fromEntries(entries.map(([path, { bytes }]) => [path, { bytesInOutput: bytes }])),
    },
  },
} as unknown as Metafile;

it('counts the bytes of each package and each folder of ours', () => {
  expect(partsOf(metafile)).toEqual([
    ['both', 64],
    ['inner', 32],
    ['alone', 16],
    ['@scope/needed', 12],
    ['shared', 2],
    ['functions', 1],
  ]);
});

it.each([
  ['@scope/needed', 4 + 8 + 16 + 32],
  ['alone', 16 + 32],
  ['both', 64],
  ['elsewhere', 0],
])('weighs %s by itself and by what nothing else brings along', (name, bytes) => {
  expect(weightOf(name, metafile)).toBe(bytes);
});
