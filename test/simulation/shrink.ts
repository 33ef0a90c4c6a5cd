import { type Day, makeDay } from './day.ts';
import { type Outcome, simulate } from './simulate.ts';

/** Milliseconds after which what is left is shown as it is. */
const PATIENCE = 60_000;

/**
 * Leaves out all that is not needed for the violation: first what happens, then what goes wrong, in halves, quarters and so on (delta
 * debugging).
 * @returns the outcome of what is left, with its history
 */
export async function shrink(seed: number): Promise<Outcome> {
  const day = makeDay(seed);
  const first = await simulate(day);
  const what = first.violation?.what;
  const end = Date.now() + PATIENCE;
  let { happenings } = day;
  let spared = new Set<string>();
  const fails = async (candidate: Day, without: ReadonlySet<string>): Promise<boolean> =>
    (await simulate(candidate, { spared: without })).violation?.what === what;

  happenings = await smallest(happenings, (some) => fails({ ...day, happenings: some }, spared), end);
  const small = { ...day, happenings };
  const { struck } = await simulate(small);
  const needed = await smallest(
    struck,
    (some) => fails(small, new Set(struck.filter((name) => !some.includes(name)))),
    end,
  );
  spared = new Set(struck.filter((name) => !needed.includes(name)));
  const last = await smallest(happenings, (some) => fails({ ...day, happenings: some }, spared), end);
  return simulate({ ...day, happenings: last }, { spared, withTrace: true });
}

/** The least part, in its order, that still does it, or the least that was found in time. */
async function smallest<T>(
  items: readonly T[],
  stillFails: (some: readonly T[]) => Promise<boolean>,
  end: number,
): Promise<readonly T[]> {
  let left = items;
  for (let size = Math.ceil(items.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < left.length && Date.now() < end; ) {
      const rest = [...left.slice(0, from), ...left.slice(from + size)];
      if (await stillFails(rest)) left = rest;
      else from += size;
    }
  }
  return left;
}
