import { statSync } from 'node:fs';
import { join } from 'node:path';
import { bundles } from './bundles.ts';
import type { Section } from './figure.ts';

export const section: Section = {
  name: 'cold',
  title: 'Cold start',
  run: async () =>
    (await bundles()).map(({ name, folder }) => ({
      name: `${name}: bundle`,
      value: statSync(join(folder, 'index.mjs')).size,
      unit: 'bytes',
    })),
};
