/** `npm run bench`: how fast and how dear it is, each figure beside what it is to be compared with. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Figure, Section } from './figure.ts';
import { table } from './table.ts';

/** In the order of the table; each is loaded only when it is asked for. */
const SECTIONS: Readonly<Record<string, () => Promise<{ readonly section: Section }>>> = {
  cold: () => import('./cold.ts'),
  warm: () => import('./warm.ts'),
  weights: () => import('./weights.ts'),
  link: () => import('./link.ts'),
  growth: () => import('./growth.ts'),
  calls: () => import('./calls.ts'),
  cost: () => import('./cost.ts'),
  backlog: () => import('./backlog.ts'),
  load: () => import('./load.ts'),
};

const HELP = `Measures the system and prints a table.

  npm run bench -- [--only ${Object.keys(SECTIONS).join(',')}] [--out file.json] [--markdown]

  --only      these sections [all]
  --out       where the figures go as JSON [test/bench/results/<date>.json]
  --markdown  the table as the README has it`;

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    out: { type: 'string' },
    markdown: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const wanted = values.only?.split(',') ?? Object.keys(SECTIONS);
const unknown = wanted.find((name) => !SECTIONS[name]);

if (values.help) console.log(HELP);
else if (unknown !== undefined) {
  console.error(`There is no section ${unknown}.\n\n${HELP}`);
  process.exitCode = 2;
} else await bench(values.markdown ? 'markdown' : 'text');

async function bench(style: 'text' | 'markdown'): Promise<void> {
  const date = new Date();
  const machine = { cpu: cpus()[0]?.model ?? 'unknown', cores: availableParallelism(), node: process.version };
  const commit = execFileSync('git', ['describe', '--always', '--dirty'], { encoding: 'utf8' }).trim();
  console.log(
    `${date.toISOString().slice(0, 10)}, ${machine.cpu}, ${machine.cores} cores, Node.js ${machine.node}, commit ${commit}\n`,
  );

  const sections: { name: string; title: string; figures: readonly Figure[] }[] = [];
  for (const name of wanted) {
    const loaded = await SECTIONS[name]?.();
    if (!loaded) continue;
    const { title, run } = loaded.section;
    const figures = await run();
    console.log(table({ title }, figures, style));
    sections.push({ name, title, figures });
  }

  const standard = new URL(`results/${date.toISOString().replaceAll(':', '-')}.json`, import.meta.url);
  const path = values.out ?? fileURLToPath(standard);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ date, commit, machine, sections }, undefined, 2)}\n`);
  console.error(`Written to ${path}`);
}
