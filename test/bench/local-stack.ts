import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../../infra/local/aws.ts';
import { type StackOptions, startStack } from '../../infra/local/stack.ts';
import { type MeetingStore, makeMeetingStore } from '../../shared/meetings/store.ts';
import { type Booking, bookneticForm, Driver, QUICK } from '../e2e/driver.ts';

/** As deployed: what the sweep does must not be taken for what the stream does. */
export const PACE = { ...QUICK, SWEEP_SECONDS: '60', RETRY_BASE_SECONDS: '30', NOTIFY_HOLD_SECONDS: '60' };

/** The tables of a stack that runs, past its functions. */
export interface Tables {
  readonly db: DynamoDBDocumentClient;
  readonly appointments: string;
  readonly meetings: string;
  readonly told: string;
  readonly meetingStore: MeetingStore;
}

export async function tablesAt(dynamoDbUrl: string): Promise<Tables> {
  const db = DynamoDBDocumentClient.from(new DynamoDBClient(clientSettings(dynamoDbUrl)));
  const { TableNames = [] } = await db.send(new ListTablesCommand());
  const named = (what: string): string => {
    const name = TableNames.find((table) => new RegExp(what, 'i').test(table));
    if (name === undefined) throw new Error(`There is no table ${what} among ${TableNames}.`);
    return name;
  };
  const [appointments, meetings, told] = [named('Appointments'), named('Meetings'), named('Told')];
  return { db, appointments, meetings, told, meetingStore: makeMeetingStore(db, meetings, appointments) };
}

/** All that a table holds. */
export async function scan(db: DynamoDBDocumentClient, table: string): Promise<Record<string, unknown>[]> {
  const items: Record<string, unknown>[] = [];
  for await (const page of paginateScan({ client: db }, { TableName: table })) items.push(...(page.Items ?? []));
  return items;
}

/** What goes wrong is said; what functions log is not. */
const log = (line: string): void => {
  if (/\] \S*(?:Error|Timedout|Exit)|denied/.test(line)) console.error(line);
};

/** Runs a stack of its own, with these people connected. */
export async function withStack<T>(
  staff: readonly string[],
  use: (running: { readonly driver: Driver; readonly tables: Tables; readonly dynamoDbUrl: string }) => Promise<T>,
  options: Omit<StackOptions, 'environment' | 'log'> = {},
): Promise<T> {
  const stack = await startStack({ environment: PACE, log, ...options });
  try {
    const driver = new Driver({ ...stack, googleUrl: stack.googleUrl ?? '' });
    for (const email of staff) await driver.connect(email);
    return await use({ driver, tables: await tablesAt(stack.dynamoDbUrl), dynamoDbUrl: stack.dynamoDbUrl });
  } finally {
    await stack.stop();
  }
}

/** Bookings one hour after the other, so that each is a meeting of its own. */
export const bookingsOf = (name: string, count: number, staff: readonly string[], from: number): Booking[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `${name}-${index}`,
    staff: staff[index % staff.length] ?? '',
    start: from + Math.floor(index / staff.length) * 3_600_000,
  }));

/** Starts execution environments, one after the other, until so many requests at once need no new one. */
export async function warmUp(driver: Driver, staff: readonly string[], width: number, from: number): Promise<void> {
  for (let together = 1; together <= width; together += 1) {
    const bookings = bookingsOf(`warm-${together}`, together, staff, from + together * 24 * 3_600_000);
    await Promise.all(bookings.map((booking) => driver.postForm(bookneticForm(booking))));
  }
}
