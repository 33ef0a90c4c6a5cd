import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';
import { addCompileCache, BUNDLING, bundleFunction } from '../../infra/constructs/function-bundle.ts';
import { synthesize } from '../../infra/local/synth.ts';
import { environmentOf, SynthesizedTemplate } from '../infra/synthesized.ts';
import { clientsAlone } from './clients.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

/** A function as it is deployed, and what it is measured against; each but the metafile a file to load. */
export interface Bundle {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly metafile: Metafile;
  readonly deployed: string;
  /** The same with the compile cache that it has where it was synthesized on Lambda's kind of processor. */
  readonly cached: string;
  /** Its clients alone. */
  readonly clients: string;
}

/** All functions, by name; synthesized anew when sources changed. @param place an empty folder */
export async function bundles(place: string): Promise<Bundle[]> {
  const assembly = await synthesize(
    PROJECT,
    (line) => console.error(line),
    () => {},
  );
  const template = new SynthesizedTemplate(readFileSync(join(assembly, 'BookingMeet.template.json'), 'utf8'));
  return [...template.functions()]
    .map(([name, fn]) => {
      const asset = join(assembly, fn.Metadata['aws:asset:path'] ?? '');
      const environment = environmentOf(fn);
      const [deployed, cached, clients, again] = ['deployed', 'cached', 'clients', 'again'].map((kind) =>
        join(place, name, kind),
      ) as [string, string, string, string];
      for (const folder of [deployed, cached]) cpSync(asset, folder, { recursive: true });
      addCompileCache(cached, environment);
      mkdirSync(again);
      const metafile = bundleFunction(name, again);
      if (!readFileSync(join(again, 'bundle.cjs')).equals(readFileSync(join(asset, 'bundle.cjs')))) {
        throw new Error(`${name} is deployed with another bundle than was just made of it.`);
      }
      buildSync({
        ...BUNDLING,
        stdin: { contents: clientsAlone(metafile), resolveDir: PROJECT },
        outfile: join(clients, 'index.cjs'),
      });
      return {
        name,
        environment,
        metafile,
        deployed: join(deployed, 'index.cjs'),
        cached: join(cached, 'index.cjs'),
        clients: join(clients, 'index.cjs'),
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** A handler that does nothing. @param place a folder */
export function emptyHandler(place: string): string {
  const file = join(place, 'empty.cjs');
  writeFileSync(file, 'exports.handler = async () => {};');
  return file;
}
