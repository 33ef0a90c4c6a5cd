import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { makeDay } from './day.ts';
import { MENDED, MISTAKES } from './mistakes.ts';
import { type Outcome, simulate } from './simulate.ts';

/** Runs `npm run simulate` as its users do. */
async function run(...args: string[]): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('./run.ts', import.meta.url)), ...args]);
  let output = '';
  child.stdout.on('data', (chunk) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk) => {
    output += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** How far the day that shows a mistake may move when the days change. */
const NEARBY = 20;

/** The first of some seeds that fails with a mistake in the code, which is loaded anew with it. */
async function failing(mistake: string, from: number, seeds: number): Promise<number | undefined> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { mistake }, execArgv: [] });
  try {
    for (let seed = from; seed < from + seeds; seed += 1) {
      worker.postMessage(seed);
      const [{ violation }] = (await once(worker, 'message')) as [Pick<Outcome, 'violation'>];
      if (violation) return seed;
    }
    return undefined;
  } finally {
    await worker.terminate();
  }
}

describe('hostile days', () => {
  it('a few hundred of them break nothing', async () => {
    const { code, output } = await run('--seeds', '200');
    expect(output).toContain('200 seeds from 1: no violation');
    expect(code).toBe(0);
  });

  it('are the same for the same seed', async () => {
    const [one, other] = [await simulate(7, { withTrace: true }), await simulate(7, { withTrace: true })];
    expect(one.trace.length).toBeGreaterThan(20);
    expect(one.trace).toEqual(other.trace);
    expect(makeDay(7)).toEqual(makeDay(7));
    expect(makeDay(7)).not.toEqual(makeDay(8));
  });
});

describe('a seed that has found a bug', () => {
  it.each(Object.entries(MENDED))('passes now, and fails with it: %s', async (name, { seed }) => {
    expect((await simulate(seed)).violation).toBeUndefined();
    expect(await failing(name, seed, 1)).toBe(seed);
  });
});

describe('a planted mistake is found', () => {
  it.each(Object.entries(MISTAKES))('%s', async (name, { seed }) => {
    expect(
      await failing(name, seed, NEARBY),
      `No day from ${seed} on shows it any more. Find one that does, and write it beside the mistake:
npm run simulate -- --whole --seeds 500 --mistake ${name}`,
    ).toBeDefined();
  });

  it('and said how to see it again', async () => {
    const { code, output } = await run('--seeds', '20', '--mistake', 'message-before-link');
    expect(code).toBe(1);
    expect(output).toContain('VIOLATION');
    expect(output).toMatch(/Again: npm run simulate -- --seeds 1 --from \d+ --mistake message-before-link/);
    expect(output).toContain('told before the link was there');
  });

  it('which must still have a place in the code', async () => {
    const { code, output } = await run('--seeds', '1', '--mistake', 'unheard-of');
    expect(output).toContain('There is no mistake unheard-of');
    expect(code).not.toBe(0);
  });
});
