import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientSettings } from '../../infra/local/aws.ts';
import { type Driver, neutralData, read, type System, settleDown, startSystem, tomorrow, until } from './driver.ts';
import { type BreakableDynamoDb, startBreakableDynamoDb } from './dynamodb.ts';

const STAFF = 'ana@erase-clinic.test';
const LUIS = { name: 'Luis Quuxley', email: 'luis.quuxley@mail.test', phone: '+34600555444' };
const EVA = { name: 'Eva', email: 'eva@mail.test' };
/** Of both: who is left goes on being told there. */
const FAMILY = '+34600777888';
const OF_LUIS = /quuxley|600555444/i;
const HOUR = 3_600_000;

let database: BreakableDynamoDb;
let db: DynamoDBDocumentClient;
let system: System;
let driver: Driver;

beforeAll(async () => {
  database = await startBreakableDynamoDb();
  db = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(database.url)));
  system = await startSystem({ AWS_ENDPOINT_URL_DYNAMODB: database.url });
  driver = system.driver;
});

afterAll(async () => {
  await system.stack.stop();
  db.destroy();
  await database.close();
});

/** Items of all tables that speak of Luis. */
async function records(): Promise<unknown[]> {
  const found: unknown[] = [];
  const { TableNames = [] } = await db.send(new ListTablesCommand({}));
  expect(TableNames.length).toBeGreaterThan(4);
  for (const TableName of TableNames) {
    for await (const { Items = [] } of paginateScan({ client: db }, { TableName, ConsistentRead: true })) {
      found.push(...Items.filter((item) => OF_LUIS.test(JSON.stringify(item))));
    }
  }
  return found;
}

const erase = (email: string) => driver.admin('DELETE', `/customers/${encodeURIComponent(email)}`);

it('a person is erased from bookings, messages and what is to come, and nobody hears of it', async () => {
  await driver.connect(STAFF);
  await driver.settings({ notifications: { sms: { customer: true } } });
  const [alone, shared] = [tomorrow(), tomorrow(3)];
  const single = {
    id: '1',
    staff: STAFF,
    customer: LUIS,
    start: alone,
    fields: { appointment_notes: 'For Luis.', room: 'Quuxley suite' },
  };
  const past = { id: '2', staff: STAFF, customer: LUIS, start: Date.now() - 3 * HOUR };
  const group = [
    { id: '3', staff: STAFF, customer: LUIS, start: shared },
    { id: '4', staff: STAFF, customer: EVA, start: shared },
  ];
  const neutral = { type: 'appointment.created', timestamp: new Date().toISOString() };
  const both = {
    ...neutralData({ id: 'n', staff: STAFF, start: tomorrow(6) }),
    customers: [
      { ...LUIS, phone: FAMILY },
      { ...EVA, phone: FAMILY },
    ],
    notes: 'Bring water.',
  };
  for (const booking of [single, past, ...group]) await driver.book(booking);
  await read(await driver.postSigned({ ...neutral, data: both }, { id: 'msg_before' }));
  // An e-mail and an SMS to Luis, a mail to Ana, and to Eva where she is.
  await driver.untilTold('1', 3);
  await driver.untilTold('3', 3);
  await driver.untilTold('4', 2);
  await driver.untilTold('appointments:n', 4);
  await settleDown();
  expect((await records()).length).toBeGreaterThan(8);
  const [mailsBefore, logBefore] = [await driver.mails(), system.log.length];

  expect((await erase('Luis.Quuxley@mail.test, no address')).status).toBe(422);
  expect((await driver.fetch(`${driver.url}/customers/${LUIS.email}`, { method: 'DELETE' })).status).toBe(401);
  expect(await read(await erase('stranger@mail.test'))).toEqual({ appointments: 0, messages: 0, events: 0 });
  expect(await read(await erase(LUIS.email.toUpperCase()))).toEqual({ appointments: 4, messages: 6, events: 3 });

  const events = await until(
    () => driver.events(STAFF),
    (all) => !OF_LUIS.test(JSON.stringify(all)),
  );
  expect(events.map(({ summary, attendees = [] }) => [summary, attendees.map(({ email }) => email)])).toEqual(
    expect.arrayContaining([
      ['Consulta', []],
      ['Consulta – Eva', [EVA.email]],
    ]),
  );
  expect(events).toHaveLength(3);
  await until(records, (found) => found.length === 0);
  await settleDown();

  // What the platform said before, once more.
  for (const booking of [single, ...group]) {
    expect((await driver.book(booking)).outcome).toBe('duplicate');
  }
  expect((await driver.book({ ...past, event: 'booking_status_changed' })).outcome).toBe('unchanged');
  const again = await read(await driver.postSigned({ ...neutral, data: both }, { id: 'msg_before' }));
  expect(again).toMatchObject({ outcome: 'duplicate' });
  const renamed = await read(await driver.postSigned({ ...neutral, type: 'appointment.updated', data: both }));
  expect(renamed).toMatchObject({ outcome: 'unchanged' });
  await driver.resync('1');
  await settleDown();
  expect(await records()).toEqual([]);
  expect(await driver.events(STAFF)).toEqual(events);
  expect(await driver.mails()).toEqual(mailsBefore);
  expect(await read(await erase(LUIS.email))).toEqual({ appointments: 0, messages: 0, events: 0 });

  const view = await driver.view('1');
  expect(view.appointment).toMatchObject({ status: 'approved', customers: [] });
  expect(view.messages.map(({ role }) => role)).toEqual(['staff']);
  expect(view.meeting.state).toBe('ready');
  expect((await driver.fetch(`${driver.url}/join/booknetic:1?e=${LUIS.email}`, { redirect: 'manual' })).status).toBe(
    404,
  );
  expect(system.log.slice(logBefore).join('\n')).not.toMatch(OF_LUIS);

  // A change of the platform that has them still is its to make.
  await driver.book({ ...single, start: tomorrow(9), event: 'booking_rescheduled' });
  await until(
    () => driver.mails({ to: LUIS.email }),
    (mails) => mails.length === mailsBefore.filter(({ to }) => to === LUIS.email).length + 1,
  );
});
