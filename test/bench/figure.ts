/** What something is compared with, measured in turn with it in the same run. */
export interface Yardstick {
  readonly name: string;
  readonly value: number;
}

/** One line of the bench's table. */
export interface Figure {
  readonly name: string;
  /** The median, of what was measured several times. */
  readonly value: number;
  readonly unit: 'ms' | 'min' | 'bytes' | 'calls' | 'units' | 'USD' | '1/s';
  /** The quartiles around the median. */
  readonly spread?: { readonly low: number; readonly high: number };
  /** How many times it was measured. */
  readonly runs?: number;
  readonly yardstick?: Yardstick;
  /** `value` divided by the yardstick's. */
  readonly ratio?: number;
  readonly goal?: { readonly text: string; readonly isMet: boolean };
  readonly note?: string;
}

/** A part of the bench that can be run by itself. */
export interface Section {
  readonly name: string;
  readonly title: string;
  run(): Promise<readonly Figure[]>;
}

/** The value below which a share of all lies, between two of them where it falls there. @param share from 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
  if (below === undefined || above === undefined) throw new Error('Nothing was measured.');
  return below + (above - below) * (place - Math.floor(place));
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Median, quartiles and number of what was measured several times. */
export const summarize = (values: readonly number[]): Required<Pick<Figure, 'value' | 'spread' | 'runs'>> => ({
  value: median(values),
  spread: { low: quantile(values, 0.25), high: quantile(values, 0.75) },
  runs: values.length,
});

/** A figure held against its yardstick. @param most the goal: the ratio that it must not exceed */
export function against(figure: Figure, yardstick: Yardstick, most?: number): Figure {
  const ratio = figure.value / yardstick.value;
  return {
    ...figure,
    yardstick,
    ratio,
    ...(most !== undefined && { goal: { text: `≤ ${most} ×`, isMet: ratio <= most } }),
  };
}
