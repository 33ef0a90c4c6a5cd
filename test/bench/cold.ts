import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Bundle, bundles, emptyHandler } from './bundles.ts';
import { against, type Figure, median, type Section, summarize } from './figure.ts';
import { partsOf } from './parts.ts';

const START = fileURLToPath(new URL('lambda-start.cjs', import.meta.url));
/** As Lambda starts Node.js for a function of 512 MB; that it still does so with Node.js 24 cannot be seen from here. */
const LAMBDA_FLAGS = [
  '--expose-gc',
  '--max-http-header-size=81920',
  '--max-semi-space-size=25',
  '--max-old-space-size=460',
];
const RUNS = Number(process.env.BENCH_RUNS ?? 15);
/** The webhook is called most, and must not cost more than what it cannot do without. */
const MOST = (name: string): number => (name === 'booking-webhook' ? 1 : 1.15);

export const section: Section = {
  name: 'cold',
  title: 'Cold start: from the start of the process until the handler is ready, against the clients alone',
  run: async () => {
    const place = mkdtempSync(join(tmpdir(), 'booking-meet-bench-'));
    try {
      const empty = emptyHandler(place);
      return (await bundles(place)).flatMap((bundle) => figuresOf(bundle, empty));
    } finally {
      rmSync(place, { recursive: true, force: true });
    }
  },
};

function figuresOf({ name, environment, metafile, ...files }: Bundle, empty: string): Figure[] {
  const { deployed, cached, clients, nothing } = inTurn({ ...files, nothing: empty }, environment);
  const yardstick = { name: 'clients', value: median(clients) };
  const parts = partsOf(metafile).slice(0, 4);
  return [
    against(
      { name, ...summarize(cached), unit: 'ms', note: `an empty handler ${median(nothing).toFixed(0)} ms` },
      yardstick,
      MOST(name),
    ),
    against({ name: `${name}, no compile cache`, ...summarize(deployed), unit: 'ms' }, yardstick),
    {
      name: `${name}, bundle`,
      value: statSync(join(dirname(files.deployed), 'bundle.cjs')).size,
      unit: 'bytes',
      note: parts.map(([part, bytes]) => `${part} ${(bytes / 1024).toFixed(0)}`).join(', '),
    },
  ];
}

/** Milliseconds of each file's starts, each started once before the next round begins. */
function inTurn<Name extends string>(
  files: Readonly<Record<Name, string>>,
  environment: Readonly<Record<string, string>>,
): Record<Name, number[]> {
  const entries = Object.entries<string>(files);
  const measured = Object.fromEntries(entries.map(([name]) => [name, [] as number[]])) as Record<Name, number[]>;
  // The first round only fills the system's file cache.
  for (let round = 0; round <= RUNS; round += 1) {
    for (const [name, file] of entries) {
      const ready = Number(execFileSync(process.execPath, [...LAMBDA_FLAGS, START, file], { env: environment }));
      if (round > 0) measured[name as Name].push(ready);
    }
  }
  return measured;
}
