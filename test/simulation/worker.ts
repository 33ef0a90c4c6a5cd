import { parentPort, workerData } from 'node:worker_threads';
import { plant } from './plant.ts';

const { mistake } = workerData as { readonly mistake: string | undefined };
if (mistake) plant(mistake);
const { simulate } = await import('./simulate.ts');

/** Simulates each seed that it is given, one after the other. */
parentPort?.on('message', async (seed: number) => {
  const { violation, counts, googleCalls, messages, repeats } = await simulate(seed);
  parentPort?.postMessage({ seed, violation, counts, googleCalls, messages, repeats });
});
