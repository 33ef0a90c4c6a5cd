import { describe, expect, it } from 'vitest';
import { against, median, quantile, summarize } from '../../bench/figure.ts';

describe('median', () => {
  it('is the one in the middle, in whatever order they came', () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it('lies between the two in the middle of an even number', () => {
    expect(median([4, 1, 2, 9])).toBe(3);
  });

  it('leaves what it was given as it was', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it('says that nothing was measured, rather than a number', () => {
    expect(() => median([])).toThrow('Nothing was measured.');
  });
});

describe('quantile', () => {
  it.each([
    [0, 10],
    [0.25, 20],
    [0.3, 22],
    [1, 50],
  ])('of a share of %f is %d', (share, expected) => {
    expect(quantile([50, 40, 30, 20, 10], share)).toBeCloseTo(expected);
  });
});

describe('summarize', () => {
  it('gives the median between its quartiles', () => {
    expect(summarize([1, 2, 3, 4, 100])).toEqual({ value: 3, spread: { low: 2, high: 4 }, runs: 5 });
  });
});

describe('against', () => {
  const yardstick = { name: 'the clients alone', value: 100 };

  it('divides by the yardstick', () => {
    expect(against({ name: 'start', value: 150, unit: 'ms' }, yardstick)).toEqual({
      name: 'start',
      value: 150,
      unit: 'ms',
      yardstick,
      ratio: 1.5,
    });
  });

  it.each([
    [115, true],
    [116, false],
  ])('says whether %d meets the goal', (value, isMet) => {
    expect(against({ name: 'start', value, unit: 'ms' }, yardstick, 1.15).goal).toEqual({ text: '≤ 1.15 ×', isMet });
  });
});
