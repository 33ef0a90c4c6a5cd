import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { eventTable, faultTable, holes } from './coverage.ts';
import { MISTAKES } from './mistakes.ts';
import { plant } from './plant.ts';
import type { Outcome } from './simulate.ts';

type Result = Pick<Outcome, 'seed' | 'violation' | 'counts' | 'googleCalls' | 'messages' | 'repeats'>;

/** So many seeds may leave holes by chance. */
const ENOUGH_SEEDS = 1000;
const PROGRESS_SECONDS = 10;

const HELP = `Simulates hostile days of the whole system, one for each seed.

  npm run simulate -- --seeds N [--from S] [--minutes M]
  npm run simulate -- --seeds 1 --from S        a failing seed: its shrunk history
  npm run simulate -- --seeds 1 --from S --all  its whole history, every call of a store too

  --seeds N     how many [200]
  --from S      the first one [1]
  --minutes M   begin no more after so long
  --workers W   processors to use [all]
  --mistake X   with a known mistake in the code: ${Object.keys(MISTAKES).join(', ')}
  --table       the coverage, also of a short run
  --keep-going  all seeds, whatever fails
  --whole       a failing seed is named and not shrunk`;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '200' },
    from: { type: 'string', default: '1' },
    minutes: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    table: { type: 'boolean', default: false },
    'keep-going': { type: 'boolean', default: false },
    whole: { type: 'boolean', default: false },
    mistake: { type: 'string' },
    all: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const number = (name: 'seeds' | 'from' | 'workers'): number => {
  const given = Number(values[name]);
  if (Number.isInteger(given) && given >= 0) return given;
  console.error(`--${name} must be a whole number, not ${values[name]}`);
  process.exit(2);
};
const seeds = number('seeds');
const from = number('from');

const { mistake } = values;
if (mistake) plant(mistake);
// Only now, so that they come with it.
const { simulate } = await import('./simulate.ts');
const { shrink } = await import('./shrink.ts');

if (values.help) console.log(HELP);
else if (values.all) show(await simulate(from, { withTrace: true, isVerbose: true }));
else await run();

async function run(): Promise<void> {
  const began = Date.now();
  const until = values.minutes ? began + Number(values.minutes) * 60_000 : Number.POSITIVE_INFINITY;
  const counts = new Map<string, number>();
  const totals = { done: 0, googleCalls: 0, messages: 0, repeats: 0 };
  const failures: Result[] = [];
  let lastProgress = began;

  const take = (result: Result) => {
    totals.done += 1;
    totals.googleCalls += result.googleCalls;
    totals.messages += result.messages;
    totals.repeats += result.repeats;
    for (const [name, count] of result.counts) counts.set(name, (counts.get(name) ?? 0) + count);
    if (result.violation) failures.push(result);
    if (Date.now() - lastProgress > PROGRESS_SECONDS * 1000) {
      lastProgress = Date.now();
      console.log(`${totals.done} of ${seeds} seeds, ${failures.length} failed, ${perSecond(totals.done, began)}`);
    }
  };
  const isOver = () => (failures.length > 0 && !values['keep-going']) || Date.now() > until;
  await eachSeed(take, isOver);

  const { done, googleCalls, messages, repeats } = totals;
  const missing = holes(counts);
  if (values.table || done >= ENOUGH_SEEDS) {
    console.log(`\n${faultTable(counts)}\n\n${eventTable(counts)}\n`);
    if (missing.length > 0) console.log(`Never met: ${missing.join(', ')}\n`);
  }
  console.log(
    `${done} seeds from ${from}: ${failures.length === 0 ? 'no violation' : `${failures.length} failed`}; ${googleCalls} calls to Google, ${messages} messages, ${repeats} of them repeated after a crash or an answer in doubt; ${perSecond(done, began)}`,
  );
  const [failure] = failures.sort((a, b) => a.seed - b.seed);
  if (failures.length > 1) {
    for (const { seed, violation } of failures) console.log(`  seed ${seed}: ${violation?.what}`);
  }
  if (failure) {
    console.log(`\nSeed ${failure.seed}${values.whole ? '' : ', with all left out that is not needed'}:\n`);
    if (values.whole) console.log(`VIOLATION: ${failure.violation?.what}`);
    else show(await shrink(failure.seed));
    console.log(
      `\nAgain: npm run simulate -- --seeds 1 --from ${failure.seed}${mistake ? ` --mistake ${mistake}` : ''}`,
    );
  }
  process.exitCode = failure || (done >= ENOUGH_SEEDS && missing.length > 0) ? 1 : 0;
}

function perSecond(done: number, began: number): string {
  return `${((done * 1000) / Math.max(1, Date.now() - began)).toFixed(1)} seeds a second`;
}

/** Spreads the seeds over the processors. */
async function eachSeed(take: (result: Result) => void, isOver: () => boolean): Promise<void> {
  let next = from;
  const seed = () => (next < from + seeds && !isOver() ? next++ : undefined);
  const work = async () => {
    const first = seed();
    if (first === undefined) return;
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { mistake } });
    await new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (result: Result) => {
        take(result);
        const another = seed();
        if (another === undefined) resolve();
        else worker.postMessage(another);
      });
      worker.postMessage(first);
    });
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(number('workers'), seeds) }, work));
}

function show({ violation, trace }: Outcome): void {
  for (const { at, text } of trace) console.log(`${new Date(at).toISOString()}  ${text}`);
  console.log(violation ? `\nVIOLATION: ${violation.what}\n${violation.detail}` : '\nNo violation.');
}
