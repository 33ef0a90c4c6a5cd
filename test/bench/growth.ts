import { setTimeout as sleep } from 'node:timers/promises';
import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { AwsCall } from '../../infra/local/door.ts';
import { type Booking, bookneticForm, type Driver, tomorrow } from '../e2e/driver.ts';
import type { Figure, Section } from './figure.ts';
import { bookingsOf, scan, type Tables, warmUp, withStack } from './local-stack.ts';

const STAFF = Array.from({ length: 5 }, (_, index) => `staff-${index}@clinic.test`);
/** Bookings stored already. */
const SIZES = [100, 1000, 10_000];
/** Bookings of one measurement. */
const COUNT = 60;
/** Webhooks at the same time. */
const AT_ONCE = 4;
/** What is looked at from outside meanwhile costs nothing. */
const OURS = new Set(['booking-webhook', 'meeting-sync', 'due-work']);
const HOUR = 3_600_000;
/** Milliseconds; a machine that is busy with other things takes its time. */
const PATIENCE = 600_000;
/** What a batch takes. */
const BATCH = 25;

type Item = Record<string, unknown>;

/** What one booking, which is ready and told, has left in each table. */
async function pattern({ db, appointments, meetings, told }: Tables, id: string): Promise<ReadonlyMap<string, Item[]>> {
  const found = new Map<string, Item[]>();
  for (const table of [appointments, meetings, told]) {
    const items = await scan(db, table);
    found.set(
      table,
      items.filter((item) => JSON.stringify(item).includes(id)),
    );
  }
  return found;
}

/** Stores bookings as the system would have left them, hour after hour for one person after the other. */
async function fill({ db }: Tables, of: ReadonlyMap<string, Item[]>, booked: Booking, from: number, to: number) {
  const meetingId = /"pk":"meeting#([^"]+)"/.exec(JSON.stringify([...of.values()]))?.[1] ?? 'none';
  const hour = (start: number): string => new Date(start).toISOString().slice(0, 14);
  const start = booked.start ?? 0;
  const writes: Record<string, { PutRequest: { Item: Item } }[]>[] = [];
  for (let number = from; number < to; number += 1) {
    const other = start + (1000 + Math.floor(number / STAFF.length)) * HOUR;
    const renamed = (item: Item): Item =>
      JSON.parse(
        JSON.stringify(item)
          .replaceAll(booked.id, `stored-${number}`)
          .replaceAll(meetingId, `${number}-${meetingId}`)
          .replaceAll(hour(start + HOUR), hour(other + HOUR))
          .replaceAll(hour(start), hour(other))
          .replaceAll(booked.staff, STAFF[number % STAFF.length] ?? ''),
      );
    for (const [table, items] of of) {
      for (const item of items) writes.push({ [table]: [{ PutRequest: { Item: renamed(item) } }] });
    }
  }
  const tables = [...of.keys()];
  const batches = tables.flatMap((table) => {
    const own = writes.flatMap((write) => write[table] ?? []);
    return Array.from({ length: Math.ceil(own.length / BATCH) }, (_, index) => ({
      [table]: own.slice(index * BATCH, (index + 1) * BATCH),
    }));
  });
  const writer = async (): Promise<void> => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      await db.send(new BatchWriteCommand({ RequestItems: batch }));
    }
  };
  await Promise.all([writer(), writer(), writer(), writer()]);
}

/** Posts bookings, a few at once, and waits for their links. @returns seconds from the first webhook to the last link */
async function bookAll(driver: Driver, { meetingStore }: Tables, bookings: readonly Booking[]): Promise<number> {
  const start = performance.now();
  const waiting = [...bookings];
  const post = async (): Promise<void> => {
    for (let booking = waiting.shift(); booking; booking = waiting.shift()) {
      const { status } = await driver.postForm(bookneticForm(booking));
      // On a machine that is busy with other things an execution environment may not start in time.
      if (status >= 500) waiting.push(booking);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, post));
  const ids = bookings.map(({ id }) => `booknetic:${id}`);
  for (;;) {
    const mappings = await meetingStore.mappings(ids);
    if (mappings.filter(({ state }) => state === 'ready').length === ids.length) break;
    await sleep(50);
  }
  return (performance.now() - start) / 1000;
}

export const section: Section = {
  name: 'growth',
  title: 'Bookings through the local stack, by how many are stored already',
  run: async () => {
    const calls: AwsCall[] = [];
    const measure = async (driver: Driver, tables: Tables, size: number) => {
      const bookings = bookingsOf(`new-${size}`, COUNT, STAFF, tomorrow(size / 5 + 20));
      calls.length = 0;
      const seconds = await bookAll(driver, tables, bookings);
      for (const { id } of bookings) await driver.untilTold(id, 2, 'ready', PATIENCE);
      return { perSecond: COUNT / seconds, made: calls.length / COUNT, units: sum(calls) / COUNT };
    };
    return withStack(
      STAFF,
      async ({ driver, tables }) => {
        const booked: Booking = { id: 'pattern', staff: STAFF[0] ?? '', start: tomorrow() };
        await driver.book(booked);
        await driver.untilTold(booked.id, 2);
        const left = await pattern(tables, booked.id);
        await warmUp(driver, STAFF, AT_ONCE, tomorrow(100_000));
        await measure(driver, tables, 0);

        const figures: Figure[] = [];
        let [stored, first]: [number, Awaited<ReturnType<typeof measure>> | undefined] = [1, undefined];
        for (const size of SIZES) {
          await fill(tables, left, booked, stored, size);
          stored = size;
          const now = await measure(driver, tables, size);
          first ??= now;
          const beside = (name: string, unit: Figure['unit'], value: number, before: number): Figure => ({
            name: `${size} stored: ${name}`,
            value,
            unit,
            ...(now !== first && {
              yardstick: { name: `at ${SIZES[0]}`, value: before },
              ratio: value / before,
              ...(unit !== '1/s' && { goal: { text: '≤ 1.02 ×', isMet: value <= 1.02 * before } }),
            }),
          });
          figures.push(
            beside('bookings to link', '1/s', now.perSecond, first.perSecond),
            beside('calls to AWS per booking', 'calls', now.made, first.made),
            beside('DynamoDB capacity per booking', 'units', now.units, first.units),
          );
        }
        return figures;
      },
      { onCall: (call) => void (OURS.has(call.by) && calls.push(call)) },
    );
  },
};

const sum = (calls: readonly AwsCall[]): number => calls.reduce((total, { units }) => total + units, 0);
