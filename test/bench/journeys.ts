/** What a booking costs in calls: every journey through the running stack, with each call that its functions make. */
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { BatchWriteCommand, DynamoDBDocumentClient, ScanCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../../infra/local/aws.ts';
import type { AwsCall } from '../../infra/local/door.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { type Booking, Driver, QUICK, read, tomorrow, until } from '../e2e/driver.ts';

/** The calls of one journey: `meeting-sync GetItem Staff`, `Google insert`, and how many of each. */
export interface Journey {
  readonly name: string;
  readonly calls: Readonly<Record<string, number>>;
  /** Those that a warm environment makes once in minutes, whatever comes. */
  readonly remembered: Readonly<Record<string, number>>;
  /** What DynamoDB says that the calls have cost: units of reads and of writes. */
  readonly units: { readonly read: number; readonly write: number };
  /** Invocations of each function. */
  readonly invocations: Readonly<Record<string, number>>;
  /** Bytes that the functions and the gateway have logged. */
  readonly logged: number;
}

/** What the journeys have come to. */
export interface Counted {
  /** The first booking, in fresh execution environments: what it remembers is what they cost more. */
  readonly cold: Journey;
  /** With few bookings stored, by name. */
  readonly few: readonly Journey[];
  /** The same with `STORED` more. */
  readonly many: readonly Journey[];
  /** The look at a calendar that holds `STORED` good meetings. */
  readonly dailyLook: Journey;
}

/** Good meetings that stand there besides, all of them to come. */
export const STORED = 1000;

const ANA = 'ana@clinic.test';
const BERTA = 'berta@clinic.test';
const DAY = 86_400_000;
/** Of the tests' own questions nothing is counted. */
const NOT_COUNTED = new Set(['appointments-api', 'staff-api', 'staff-oauth', 'settings-api']);
/** Asked for by the first request of an environment and then again after minutes: secrets, an access token, the note that webhooks arrive. */
const REMEMBERED = /^\S+ GetSecretValue |^Google refresh$|^booking-webhook UpdateItem Settings$/;
/** Milliseconds without a call after which nothing more is to come. */
const QUIET = 1500;
const READS = new Set(['GetItem', 'BatchGetItem', 'Query', 'Scan', 'TransactGetItems']);

/** Counts all journeys in a stack of its own. It takes about a minute. */
export async function countJourneys(): Promise<Counted> {
  const calls: AwsCall[] = [];
  const log: string[] = [];
  const stack = await startStack({
    // Swept when told to only; and what could fall due meanwhile does so in its own time.
    environment: { ...QUICK, SWEEP_SECONDS: '86400', RETRY_BASE_SECONDS: '30', NOTIFY_HOLD_SECONDS: '600' },
    log: (line) => void log.push(line),
    onCall: (call) => void calls.push(call),
  });
  try {
    return await new Journeys(stack, calls, log).count();
  } finally {
    await stack.stop();
  }
}

let counted: Promise<Counted> | undefined;

/** The same for every section of one bench. */
export function countedOnce(): Promise<Counted> {
  counted ??= countJourneys();
  return counted;
}

class Journeys {
  readonly #stack: Stack;
  readonly #driver: Driver;
  readonly #calls: AwsCall[];
  readonly #log: string[];
  #next = 1;

  constructor(stack: Stack, calls: AwsCall[], log: string[]) {
    this.#stack = stack;
    this.#driver = new Driver({ ...stack, googleUrl: stack.googleUrl ?? '' });
    this.#calls = calls;
    this.#log = log;
  }

  async count(): Promise<Counted> {
    await this.#driver.connect(ANA);
    await this.#driver.connect(BERTA);
    await this.#stack.sweep();
    const cold = await this.#journey('first booking', () => this.#book(this.#booking()));
    // Every function has then done everything once.
    await this.#all(2);
    const few = await this.#all();
    await this.#store();
    const many = await this.#all();
    return { cold, few, many, dailyLook: await this.#dailyLook() };
  }

  /** @param size of the group */
  async #all(size = 10): Promise<Journey[]> {
    const booking = this.#booking();
    const moved = { ...booking, start: (booking.start ?? 0) + DAY / 2, event: 'booking_rescheduled' };
    const handedOver = { ...moved, staff: BERTA };
    const cancelled = { ...handedOver, event: 'booking_status_changed', status: 'canceled' };
    const group = this.#booking();
    const journeys = [
      await this.#journey('book', () => this.#book(booking)),
      await this.#journey('repeated webhook', async () => void (await this.#driver.book(booking))),
      await this.#journey('reschedule', () => this.#change(moved)),
      await this.#journey('change of staff', () => this.#change(handedOver)),
      await this.#journey('cancel', () => this.#change(cancelled)),
    ];
    for (let place = 1; place < size; place += 1) await this.#book(this.#inGroup(group));
    journeys.push(
      await this.#journey('tenth customer of a group', () => this.#book(this.#inGroup(group))),
      await this.#journey('sweep with nothing due', () => this.#stack.sweep()),
    );
    return journeys;
  }

  #booking(): Booking {
    const id = String(this.#next);
    this.#next += 1;
    return { id, staff: ANA, start: tomorrow(this.#next) + 7 * DAY };
  }

  #inGroup(group: Booking): Booking {
    return { ...this.#booking(), ...(group.start !== undefined && { start: group.start }), service: 'Class' };
  }

  async #book(booking: Booking): Promise<void> {
    const seen = this.#calls.length;
    await this.#driver.book(booking);
    await this.#looked(seen);
  }

  /** Told once it has stood: by the sweep. */
  async #change(booking: Booking): Promise<void> {
    await this.#book(booking);
    await this.#letStand(booking);
    await this.#stack.sweep();
  }

  /** As if it had been changed an hour ago, and what is owed were due. */
  #letStand({ id }: Booking): Promise<void> {
    return this.#withDatabase(async ({ db, all, tables: { appointments, meetings } }) => {
      const ago = `${new Date(Date.now() - 3_600_000).toISOString().slice(0, 19)}Z`;
      const appointmentId = `booknetic:${id}`;
      await db.send(
        new UpdateCommand({
          TableName: appointments,
          Key: { appointmentId },
          UpdateExpression: 'SET changedAt = :ago, dueAt = :ago',
          ExpressionAttributeValues: { ':ago': ago },
        }),
      );
      const held = (await all(meetings)).filter(
        ({ participants, google }) =>
          (participants as string[] | undefined)?.includes(appointmentId) && (google as { event?: object }).event,
      );
      for (const { pk } of held) {
        await db.send(
          new UpdateCommand({
            TableName: meetings,
            Key: { pk },
            UpdateExpression: 'SET google.event.linkSince = :ago',
            ExpressionAttributeValues: { ':ago': ago },
          }),
        );
      }
    });
  }

  /** Each look ends with a write that says whether something is still owed; and then nothing more is called. */
  async #looked(since: number): Promise<void> {
    const isLastWrite = ({ by, operation, on }: AwsCall): boolean =>
      by === 'meeting-sync' && operation === 'UpdateItem' && on.includes('table/TablesAppointments');
    await until(
      async () => this.#calls.slice(since),
      (calls) => calls.some(isLastWrite),
    );
    for (let seen = -1; seen < this.#calls.length; ) {
      seen = this.#calls.length;
      await sleep(QUIET);
    }
  }

  async #journey(name: string, go: () => Promise<void>): Promise<Journey> {
    const calls = this.#calls.length;
    const lines = this.#log.length;
    const google = await this.#google();
    await go();
    const counted = this.#calls.slice(calls).filter(({ by }) => !NOT_COUNTED.has(by));
    const asked = (await this.#google()).slice(google.length);
    const names = [
      ...counted.map(({ by, operation, on }) => `${by} ${operation} ${[...new Set(on.map(plain))].sort().join(' + ')}`),
      ...asked.map(({ operation }) => `Google ${operation}`),
    ];
    const units = (isWanted: (call: AwsCall) => boolean): number =>
      counted
        .filter((call) => call.service === 'dynamodb' && isWanted(call))
        .reduce((sum, call) => sum + call.units, 0);
    const said = this.#log.slice(lines);
    return {
      name,
      calls: tally(names.filter((name) => !REMEMBERED.test(name)).sort()),
      remembered: tally(names.filter((name) => REMEMBERED.test(name)).sort()),
      units: {
        read: units(({ operation }) => READS.has(operation)),
        write: units(({ operation }) => !READS.has(operation)),
      },
      invocations: tally(counted.flatMap((call, at) => (counted[at - 1]?.by === call.by ? [] : [call.by])).sort()),
      logged: said.reduce((sum, line) => sum + Buffer.byteLength(line.replace(/^\[[^\]]+\] /, '')), 0),
    };
  }

  #google(): Promise<{ operation: string }[]> {
    return this.#driver.googleView('requests');
  }

  /** Puts copies of a good booking there, each with an event of its own, without going through the stack. */
  async #store(): Promise<void> {
    const model = this.#booking();
    await this.#book(model);
    const appointmentId = `booknetic:${model.id}`;
    await this.#withDatabase(async ({ all, write, tables: { appointments, meetings, told } }) => {
      const [appointment] = (await all(appointments)).filter((item) => item.appointmentId === appointmentId);
      const [mapping] = (await all(meetings)).filter(({ pk }) => pk === `mapping#${appointmentId}`);
      const [meeting] = (await all(meetings)).filter(({ pk }) => pk === `meeting#${mapping?.meetingId}`);
      const ledger = (await all(told)).filter(({ subject }) => subject === appointmentId);
      if (!appointment || !mapping || !meeting) throw new Error('The booking to copy is not there.');
      const google = meeting.google as { event: { address: { eventId: string } } };
      const copyEvent = await this.#eventCopier(google.event.address.eventId);

      for (let copy = 1; copy < STORED; copy += 1) {
        const id = `booknetic:copy-${copy}`;
        const meetingId = `copy-${copy}`;
        const { id: eventId, etag } = await copyEvent(copy, meetingId);
        const event = { ...google.event, address: { ...google.event.address, eventId }, etag };
        const place = { meetingId, slot: meetingId };
        await write({
          [appointments]: [{ ...appointment, appointmentId: id, listedAt: `${appointment.listedAt}-${copy}` }],
          [meetings]: [
            { ...mapping, ...place, pk: `mapping#${id}`, appointmentId: id },
            { ...meeting, ...place, pk: `meeting#${meetingId}`, participants: [id], google: { ...google, event } },
          ],
          [told]: ledger.map((item) => ({ ...item, subject: id })),
        });
      }
    });
  }

  /** Makes events as we do, with the access that we have been given. */
  async #eventCopier(
    eventId: string,
  ): Promise<(copy: number, meetingId: string) => Promise<{ id: string; etag: string }>> {
    const events = await this.#driver.googleView<{ event: GoogleCopy }[]>('events', { account: ANA });
    const tokens = await this.#driver.googleView<{ kind: string; value: string }[]>('tokens', { account: ANA });
    const model = events.find(({ event }) => event.id === eventId)?.event;
    const token = tokens.findLast(({ kind }) => kind === 'access')?.value;
    return async (copy, bookingMeetId) => {
      const { summary, start, end, extendedProperties } = model ?? {};
      const properties = { ...extendedProperties?.private, bookingMeetId };
      const response = await fetch(`${this.#stack.googleUrl}/calendar/v3/calendars/primary/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({
          id: `copies${String(copy).padStart(5, '0')}`.replace('y', 'i'),
          summary,
          start,
          end,
          extendedProperties: { private: properties },
        }),
      });
      return read(response);
    };
  }

  async #dailyLook(): Promise<Journey> {
    await this.#withDatabase(async ({ db, all, tables: { appointments } }) => {
      const errand = (await all(appointments)).find(
        ({ appointmentId, staffEmail }) => String(appointmentId).startsWith('errand#daily:') && staffEmail === ANA,
      );
      await db.send(
        new UpdateCommand({
          TableName: appointments,
          Key: { appointmentId: errand?.appointmentId },
          UpdateExpression: 'SET dueAt = :past',
          ExpressionAttributeValues: { ':past': '2026-01-01T00:00:00Z' },
        }),
      );
    });
    return this.#journey(`daily look over ${STORED} good meetings`, () => this.#stack.sweep());
  }

  async #withDatabase(use: (database: Database) => Promise<void>): Promise<void> {
    const client = new DynamoDBClient(clientSettings(this.#stack.dynamoDbUrl));
    const db = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
    const { TableNames = [] } = await client.send(new ListTablesCommand());
    const named = (id: string): string => TableNames.find((name) => name.startsWith(`Tables${id}`)) ?? id;
    await use({
      db,
      tables: { appointments: named('Appointments'), meetings: named('Meetings'), told: named('Told') },
      all: async (TableName) => (await db.send(new ScanCommand({ TableName }))).Items ?? [],
      write: async (items) => {
        const requests = Object.entries(items).map(([table, puts]) => [
          table,
          puts.map((Item) => ({ PutRequest: { Item } })),
        ]);
        await db.send(new BatchWriteCommand({ RequestItems: Object.fromEntries(requests) }));
      },
    });
    client.destroy();
  }
}

type Item = Record<string, unknown>;

interface Database {
  readonly db: DynamoDBDocumentClient;
  readonly tables: { readonly appointments: string; readonly meetings: string; readonly told: string };
  readonly all: (table: string) => Promise<Item[]>;
  readonly write: (items: Readonly<Record<string, readonly Item[]>>) => Promise<void>;
}

interface GoogleCopy {
  readonly id: string;
  readonly summary: string;
  readonly start: object;
  readonly end: object;
  readonly extendedProperties?: { readonly private?: object };
}

/** `table/TablesMeetings/index/byStaff` becomes `Meetings/byStaff`, `secret:booking-meet/staff/<digest>` becomes `staff secret`. */
const plain = (resource: string): string =>
  resource
    .replace(/^table\/Tables/, '')
    .replace('/index/', '/')
    .replace(/^secret:booking-meet\/staff\/.*$/, 'staff secret')
    .replace(/^secret:booking-meet\/(.*)$/, '$1 secret')
    .replace(/^(identity|configuration-set)\/.*$/, '$1');

function tally(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
