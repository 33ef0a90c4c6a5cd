import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { PROPERTIES } from './properties.ts';

/** `npm run fuzz -- --minutes 60 [--seed 1]`: each property in turn, with seeds that count up, until the time is over or one does not hold. */
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const first = Number(values.seed ?? Date.now() % 2 ** 31);
const end = performance.now() + Number(values.minutes) * 60_000;
/** Runs of one property with one seed. */
const ROUND = 200;

const runs = new Map(PROPERTIES.map(({ name }) => [name, 0]));
let seed = first;
let failed = false;
for (; !failed && performance.now() < end; seed += 1) {
  for (const { name, property } of PROPERTIES) {
    const result = await fc.check(property, { numRuns: ROUND, seed, interruptAfterTimeLimit: end - performance.now() });
    runs.set(name, (runs.get(name) ?? 0) + result.numRuns);
    // Without a counterexample it was only interrupted.
    if (result.counterexample === null) continue;
    failed = true;
    console.log(`Seed ${seed}, after ${result.numRuns} runs: not so that ${name}`);
    console.log(JSON.stringify(result.counterexample, undefined, 1));
    console.log(result.errorInstance);
  }
}
for (const [name, count] of runs) console.log(`${count} runs: ${name}`);
console.log(failed ? 'One does not hold.' : `All hold, with seeds ${first} to ${seed - 1}.`);
process.exitCode = failed ? 1 : 0;
