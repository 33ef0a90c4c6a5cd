import { beforeAll, describe, expect, it } from 'vitest';
import { type Counted, countJourneys, type Journey, STORED } from '../bench/journeys.ts';
import { BUDGETS, DAILY_LOOK, MOST_REMEMBERED } from './call-budgets.ts';

let counted: Counted;

beforeAll(async () => {
  counted = await countJourneys();
}, 900_000);

const find = (journeys: readonly Journey[], name: string): Journey | undefined =>
  journeys.find((journey) => journey.name === name);

describe('the calls of each journey', () => {
  it.each(Object.keys(BUDGETS))('%s costs exactly what it must', (name) => {
    expect(find(counted.few, name)?.calls).toEqual(BUDGETS[name]);
  });

  it.each(Object.keys(BUDGETS))(`%s costs no more with ${STORED} bookings stored`, (name) => {
    const many = find(counted.many, name);
    expect(many?.calls).toEqual(BUDGETS[name]);
    expect(many?.units.read).toBe(find(counted.few, name)?.units.read);
  });

  it('the daily look costs one list and the meetings in batches', () => {
    expect(counted.dailyLook.calls).toEqual(DAILY_LOOK);
  });

  it('asks for secrets, a token and the note of webhooks once in minutes', () => {
    expect(Object.keys(counted.cold.remembered)).not.toEqual([]);
    const times = new Map<string, number>();
    for (const { remembered } of [...counted.few, ...counted.many]) {
      for (const [name, count] of Object.entries(remembered)) times.set(name, (times.get(name) ?? 0) + count);
    }
    expect(Math.max(0, ...times.values())).toBeLessThanOrEqual(MOST_REMEMBERED);
  });
});
