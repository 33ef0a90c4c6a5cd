import { describe, expect, it } from 'vitest';
import { against, type Figure } from '../../bench/figure.ts';
import { table } from '../../bench/table.ts';

const figures: Figure[] = [
  against(
    { name: 'start', value: 123.4567, unit: 'ms', spread: { low: 120, high: 130.5 }, runs: 15 },
    { name: 'clients', value: 100 },
    1.15,
  ),
  { name: 'bundle', value: 204_800, unit: 'bytes' },
];

describe('table', () => {
  it('lines its columns up, and leaves out those that hold nothing', () => {
    expect(table({ title: 'Cold start' }, figures, 'text').split('\n')).toEqual([
      'Cold start',
      '          value    quartiles              yardstick        ratio   goal',
      '  start   123 ms   120 ms to 131 ms (15)  clients: 100 ms  1.23 ×  ≤ 1.15 ×, missed',
      '  bundle  200 KiB',
      '',
    ]);
  });

  it('is Markdown when that is asked for', () => {
    expect(table({ title: 'Cold start' }, figures, 'markdown').split('\n')).toEqual([
      '**Cold start**',
      '',
      '|  | value | quartiles | yardstick | ratio | goal |',
      '|---|---|---|---|---|---|',
      '| start | 123 ms | 120 ms to 131 ms (15) | clients: 100 ms | 1.23 × | ≤ 1.15 ×, missed |',
      '| bundle | 200 KiB |  |  |  |  |',
      '',
    ]);
  });

  it.each([
    [0.001234, 'USD', '$0.00123'],
    [1234.5, '1/s', '1235 1/s'],
    [3, 'calls', '3'],
    [2.5, 'calls', '2.50'],
    [1536, 'bytes', '1.5 KiB'],
  ] as const)('writes %f %s as %s', (value, unit, written) => {
    expect(table({ title: '' }, [{ name: 'it', value, unit }], 'text')).toContain(`it  ${written}`);
  });
});
