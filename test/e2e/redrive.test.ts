import { once } from 'node:events';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Driver, settleDown, startSystem, tomorrow } from './driver.ts';
import { type BreakableDynamoDb, startBreakableDynamoDb } from './dynamodb.ts';
import { dataFolder, npmStart } from './npm-start.ts';

// Practically off: whatever is looked at again, somebody asked for it.
const NO_SWEEP = { SWEEP_SECONDS: '3600' };
/** Milliseconds until a change is given up: three retries, on a machine that is busy with other tests. */
const GIVEN_UP = 60_000;

let dynamoDb: BreakableDynamoDb;

beforeAll(async () => {
  dynamoDb = await startBreakableDynamoDb();
});

afterEach(() => dynamoDb.break());

afterAll(() => dynamoDb.close());

/** A meeting cannot be placed, so that the look at any new booking crashes. */
const breakLooks = (): void => dynamoDb.break('TransactWriteItems');

const states = (driver: Driver, ids: readonly string[]): Promise<string[]> =>
  Promise.all(ids.map(async (id) => (await driver.view(id)).meeting.state));

describe('what the stream gave up', () => {
  it('is looked at again once the cause is mended and a redrive was asked for, and not before', async () => {
    const { stack, driver, log } = await startSystem({ ...NO_SWEEP, AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url });
    const staff = 'redriven@stack.test';
    const ids = ['1', '2', '3'];
    const letters = (count: number) =>
      expect.poll(() => stack.deadLetters.length, { timeout: GIVEN_UP, interval: 100 }).toBe(count);
    try {
      await driver.connect(staff);
      breakLooks();
      for (const id of ids) await driver.book({ id, staff, start: tomorrow(Number(id)) });
      await letters(3);
      expect(dynamoDb.failures).toBeGreaterThan(ids.length * 3);
      // Positions in the stream, and nothing of anybody.
      expect(JSON.stringify(stack.deadLetters)).not.toMatch(/\.test|customer|redriven@|Consulta/i);

      // While the cause stands, a redrive only goes once around.
      expect(await stack.redrive()).toEqual({ redriven: 3, left: 0 });
      await letters(3);

      dynamoDb.break();
      await settleDown();
      expect(await states(driver, ids)).toEqual(['pending', 'pending', 'pending']);
      expect(stack.deadLetters).toHaveLength(3);
      expect(await driver.events(staff)).toEqual([]);

      expect(await stack.redrive()).toEqual({ redriven: 3, left: 0 });
      for (const id of ids) await driver.untilTold(id, 2);
      await settleDown();

      expect(stack.deadLetters).toEqual([]);
      expect(await driver.events(staff)).toHaveLength(3);
      for (const id of ids) expect(await driver.mails({ to: `customer-${id}@mail.test` })).toHaveLength(1);
      const redriven = log.filter((line) => line.includes('"event":"redriven"'));
      expect(redriven.map((line) => JSON.parse(line.slice(line.indexOf('{'))))).toMatchObject([
        { messages: 3, bookings: 3, trimmed: 0, left: 0 },
        { messages: 3, bookings: 3, trimmed: 0, left: 0 },
      ]);
    } finally {
      await stack.stop();
    }
  });

  it('outlives npm start, and is redriven by a signal to it', async () => {
    const environment = { ...NO_SWEEP, DATA_DIR: dataFolder(), AWS_ENDPOINT_URL_DYNAMODB: dynamoDb.url };
    const staff = 'signalled@stack.test';
    const first = await npmStart(environment);
    await first.driver.connect(staff);
    breakLooks();
    await first.driver.book({ id: '10', staff });
    await expect.poll(first.said, { timeout: GIVEN_UP, interval: 100 }).toContain('gave up 1 stream records');
    first.process.kill('SIGTERM');
    await once(first.process, 'exit');

    const { process: child, driver, said } = await npmStart(environment);
    dynamoDb.break();
    await settleDown();
    expect(await states(driver, ['10'])).toEqual(['pending']);

    child.kill('SIGUSR2');
    await driver.untilTold('10', 2);

    expect(said()).toContain(`kill -USR2 ${child.pid}`);
    await expect.poll(said).toContain('[redrive] 1 redriven, 0 left in the queue');
    child.kill('SIGUSR2');
    await expect.poll(said).toContain('[redrive] 0 redriven, 0 left in the queue');
    expect(await driver.events(staff)).toHaveLength(1);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
