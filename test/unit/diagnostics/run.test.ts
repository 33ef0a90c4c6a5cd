import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Finding, same, trouble } from '../../../shared/diagnostics/check.ts';
import { type Examination, runChecks } from '../../../shared/diagnostics/run.ts';

const LIMIT = 40;
const found = trouble('warn', { en: 'evidence', es: 'indicio' }, { en: 'remedy', es: 'remedio' });

/** Every way in which evidence can come, or not. */
const ways: Readonly<Record<string, () => Promise<Finding>>> = {
  'at once': async () => found,
  'in time': () => sleep(5, found),
  'too late': () => sleep(4 * LIMIT, found),
  never: () => new Promise(() => {}),
  'fails at once': () => Promise.reject(new TypeError('secret')),
  'fails later': () => sleep(5).then(() => Promise.reject(new TypeError('secret'))),
  'fails too late': () => sleep(2 * LIMIT).then(() => Promise.reject(new TypeError('secret'))),
  'is no error': () => Promise.reject('secret'),
  'throws before it begins': () => {
    throw new TypeError('secret');
  },
};

it('answers for every check, in its order and within the limit, whatever becomes of the others', async () => {
  const failed: string[] = [];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...Object.keys(ways)), { maxLength: 20 }), async (chosen) => {
      const examinations = chosen.map(
        (way, index): Examination => ({
          id: `${index}`,
          title: same(way),
          find: () => (ways[way] as () => Promise<Finding>)(),
        }),
      );
      const began = performance.now();
      const checks = await runChecks(examinations, {
        locale: 'en',
        limitMilliseconds: LIMIT,
        onFailure: (id) => failed.push(id),
      });
      // One limit for all of them, not one for each.
      expect(performance.now() - began).toBeLessThan(LIMIT + 2000);
      expect(checks.map(({ id, title }) => [id, title])).toEqual(chosen.map((way, index) => [`${index}`, way]));
      for (const { title, status, detail } of checks) {
        const isGood = title === 'at once' || title === 'in time';
        // On a busy machine what should come in time may be late.
        if (title === 'at once') expect([status, detail]).toEqual(['warn', 'evidence']);
        else if (!isGood) expect(status).toBe('unknown');
        expect(detail).not.toContain('secret');
      }
    }),
    { numRuns: 40 },
  );
  expect(failed.length).toBeGreaterThan(0);
});

it('speaks the language that is asked for', async () => {
  const examination = { id: 'one', title: { en: 'title', es: 'título' }, find: async () => found };
  const options = { locale: 'es' as const, limitMilliseconds: 1000, onFailure: () => {} };
  expect(await runChecks([examination], options)).toEqual([
    { id: 'one', status: 'warn', title: 'título', detail: 'indicio', fix: 'remedio' },
  ]);
});
