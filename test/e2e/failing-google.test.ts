import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Driver, rfc3339, type System, settleDown, startSystem, tomorrow } from './driver.ts';

let system: System;
let driver: Driver;

beforeAll(async () => {
  system = await startSystem();
  driver = system.driver;
});

afterAll(async () => {
  await system.stack.stop();
});

const customerOf = (id: string): string => `customer-${id}@mail.test`;
const kinds = async (to: string): Promise<string[]> =>
  (await driver.mails({ to, about: 'Consulta' })).map(({ subject }) => subject.split(' ')[0] ?? '');

/** What Google does to one call of each kind. */
const FAULTS = [
  ['answers 500', { status: 500 }],
  ['answers 503, thrice', { status: 503, count: 3 }],
  ['answers 500 although it did it', { status: 500, committed: true }],
  ['answers 429', { status: 429 }],
  ['answers 403 rateLimitExceeded, twice', { reason: 'rateLimitExceeded', count: 2 }],
  ['hangs, and does it late', { delayMs: 7000 }],
  ['hangs after it did it', { hangAfterMs: 6000 }],
  ['drops the line before it does it', { cut: 'before' }],
  ['drops the line after it did it', { cut: 'after' }],
] as const;

describe.concurrent('when Google', () => {
  it.for(FAULTS.map(([what, fault], index) => ({ what, fault, id: String(100 + index) })))(
    '$what, there is one event, one conference and one mail each in the end',
    async ({ fault, id }, { expect }) => {
      const staff = `failing-${id}@google.test`;
      const fail = (operation: string) => driver.google('order-fault', { operation, account: staff, ...fault });
      await driver.connect(staff);

      await fail('insert');
      await driver.book({ id, staff });
      const booked = await driver.untilTold(id, 2);
      expect(await driver.events(staff)).toMatchObject([{ hangoutLink: booked.meeting.meetUrl }]);

      await fail('patch');
      await driver.book({ id, staff, event: 'booking_rescheduled', start: tomorrow(30) });
      const moved = await driver.untilTold(id, 4);
      expect(moved.meeting.meetUrl).toBe(booked.meeting.meetUrl);
      expect(await driver.events(staff)).toMatchObject([{ startsAt: rfc3339(tomorrow(30)) }]);

      await fail('delete');
      await driver.book({ id, staff, event: 'booking_status_changed', status: 'canceled', start: tomorrow(30) });
      await driver.untilTold(id, 6, 'cancelled');
      await settleDown();

      expect(await driver.events(staff)).toEqual([]);
      expect(await driver.everyEvent(staff)).toHaveLength(1);
      expect(await driver.conferences(staff)).toBe(1);
      expect(await kinds(customerOf(id))).toEqual(['Consulta', 'Moved:', 'Cancelled:']);
      expect(await kinds(staff)).toEqual(['New', 'Moved:', 'Cancelled:']);
      const ordered = await driver.googleView<{ account: string; left: number | null }[]>('faults');
      expect(ordered.filter(({ account, left }) => account === staff && left !== 0)).toEqual([]);
    },
  );

  it('makes an event only after the booking was cancelled, it is removed all the same', async ({ expect }) => {
    const staff = 'late-insert@google.test';
    await driver.connect(staff);
    await driver.google('order-fault', { operation: 'insert', account: staff, delayMs: 8000 });

    await driver.book({ id: '200', staff });
    await expect.poll(() => driver.operations(staff), { timeout: 30_000 }).toEqual(['insert']);
    await driver.book({ id: '200', staff, event: 'booking_status_changed', status: 'canceled' });
    await driver.untilView('200', ({ meeting: { state } }) => state === 'cancelled');
    await expect.poll(() => driver.everyEvent(staff), { timeout: 30_000 }).toHaveLength(1);
    await expect.poll(() => driver.events(staff), { timeout: 30_000 }).toEqual([]);

    expect(await driver.mails({ to: customerOf('200') })).toEqual([]);
  });

  it('hangs for one staff member, another has the link within ten seconds', async ({ expect }) => {
    const [slow, quick] = ['hanging@google.test', 'not-hanging@google.test'];
    await driver.connect(slow);
    await driver.connect(quick);
    await driver.google('order-fault', { operation: 'any', account: slow, count: 'always', delayMs: 20_000 });
    const ids = Array.from({ length: 8 }, (_, index) => String(210 + index));
    await Promise.all(ids.map((id, hours) => driver.book({ id, staff: slow, start: tomorrow(hours) })));

    const postedAt = Date.now();
    await driver.book({ id: '220', staff: quick });
    await driver.untilView('220', ({ meeting }) => meeting.meetUrl !== null);
    expect(Date.now() - postedAt).toBeLessThan(10_000);

    await driver.google('clear-faults', {});
    for (const id of ids) await driver.untilTold(id, 2);
    expect(await driver.events(slow)).toHaveLength(ids.length);
  });
});
