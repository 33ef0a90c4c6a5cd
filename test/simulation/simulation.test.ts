import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { makeDay } from './day.ts';
import { MENDED, MISTAKES } from './mistakes.ts';
import { simulate } from './simulate.ts';

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
    const { code } = await run('--from', String(seed), '--seeds', '1', '--whole', '--mistake', name);
    expect(code).toBe(1);
  });
});

describe('a planted mistake is found', () => {
  it.each(Object.keys(MISTAKES))('%s', async (mistake) => {
    const { code, output } = await run('--seeds', '500', '--whole', '--mistake', mistake);
    expect(output).toContain('VIOLATION');
    expect(code).toBe(1);
  });

  it('and said how to see it again', async () => {
    const { output } = await run('--seeds', '20', '--mistake', 'message-before-link');
    expect(output).toMatch(/Again: npm run simulate -- --seeds 1 --from \d+ --mistake message-before-link/);
    expect(output).toContain('told before the link was there');
  });

  it('which must still have a place in the code', async () => {
    const { code, output } = await run('--seeds', '1', '--mistake', 'unheard-of');
    expect(output).toContain('There is no mistake unheard-of');
    expect(code).not.toBe(0);
  });
});
