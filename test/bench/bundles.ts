import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { synthesize } from '../../infra/local/synth.ts';
import { SynthesizedTemplate } from '../infra/synthesized.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A function as it would be deployed. */
export interface Bundle {
  readonly name: string;
  readonly folder: string;
}

/** The bundles of all functions, by name; synthesized anew when sources changed. */
export async function bundles(): Promise<Bundle[]> {
  const assembly = await synthesize(
    PROJECT,
    (line) => console.error(line),
    () => {},
  );
  const template = new SynthesizedTemplate(readFileSync(join(assembly, 'BookingMeet.template.json'), 'utf8'));
  return [...template.functions()]
    .map(([name, fn]) => ({ name, folder: join(assembly, fn.Metadata['aws:asset:path'] ?? '') }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
