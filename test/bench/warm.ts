import { Console } from 'node:console';
import { openSync, writeSync } from 'node:fs';
import { devNull } from 'node:os';
import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Logger } from '@aws-lambda-powertools/logger';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { makeHandler } from '../../functions/booking-webhook/handler.ts';
import { CREDENTIALS, clientSettings, REGION } from '../../infra/local/aws.ts';
import { ensureTable, startDynamoDb } from '../../infra/local/dynamodb.ts';
import { synthesize } from '../../infra/local/synth.ts';
import { Template } from '../../infra/local/template.ts';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import { makeDocumentClient } from '../../shared/aws/clients.ts';
import { makeEvidenceStore } from '../../shared/diagnostics/store.ts';
import { makeWitness } from '../../shared/diagnostics/witness.ts';
import { makeSettingsStore } from '../../shared/settings/store.ts';
import { systemClock } from '../../shared/time.ts';
import { bookneticForm, tomorrow } from '../e2e/driver.ts';
import { httpEvent, lambdaContext } from '../handler/events.ts';
import { secretsOf } from '../unit/staff/secrets.ts';
import { against, type Figure, median, type Section, summarize } from './figure.ts';

const SECRET = 'webhook-secret-of-the-bench';
/** Requests of one block, then as many bare writes. */
const BLOCK = 50;
/** Blocks of each; the first ones only let V8 compile what is hot. */
const BLOCKS = Number(process.env.BENCH_BLOCKS ?? 60);
const WARMING = 15;
const MOST = 1.3;

/** What one request, or one write, took: milliseconds of this process's processor time in each block, and of the clock each. */
interface Spent {
  readonly processor: number[];
  readonly clock: number[];
}

export const section: Section = {
  name: 'warm',
  title: 'A warm booking webhook, against the one conditional write that it must make',
  run: async () => {
    const assembly = await synthesize(
      fileURLToPath(new URL('../..', import.meta.url)),
      (line) => console.error(line),
      () => {},
    );
    const { url, process: server } = await startDynamoDb(undefined, () => {});
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_DYNAMODB: url,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      // As the stack says it.
      POWERTOOLS_SERVICE_NAME: 'booking-webhook',
    });
    const bare = new DynamoDBClient(clientSettings(url));
    try {
      const tables = Template.read(assembly).tables();
      const named = async (what: RegExp): Promise<string> => {
        const table = [...tables.values()].find(({ create }) => what.test(create.TableName));
        if (!table) throw new Error(`The stack has no table ${what}.`);
        await ensureTable(bare, table);
        return table.create.TableName;
      };
      return await measure(await named(/Appointments/), await named(/Settings/));
    } finally {
      bare.destroy();
      await server.stop();
    }
  },
};

/** What the function's index.ts makes, but for secrets that need no call, and lines that go nowhere. */
function webhook(db: DynamoDBDocumentClient, appointments: string, settings: string) {
  const logger = new Logger();
  // At once, as Lambda's pipe takes them.
  const file = openSync(devNull, 'w');
  const nowhere = new Console(
    new Writable({
      decodeStrings: false,
      write: (line, _encoding, done) => {
        writeSync(file, line);
        done();
      },
    }),
  );
  Object.assign(logger, { console: nowhere });
  return makeHandler({
    appointments: makeAppointmentStore(db, appointments),
    settings: makeSettingsStore(db, settings),
    secrets: secretsOf({ shared: SECRET }),
    webhookSecretId: 'shared',
    signingSecretId: 'signing',
    witness: makeWitness({
      store: makeEvidenceStore(db, settings),
      topic: 'webhooks',
      clock: systemClock,
      onFailure: (error) => console.error(error),
    }),
    clock: systemClock,
    logger,
  });
}

async function measure(appointments: string, settings: string): Promise<Figure[]> {
  const db = makeDocumentClient();
  const handler = webhook(db, appointments, settings);
  const context = lambdaContext(3_600_000);
  const requests = { processor: [], clock: [] } as Spent;
  const writes = { processor: [], clock: [] } as Spent;
  const start = tomorrow();
  const request = async (id: string): Promise<void> => {
    const event = httpEvent('POST /webhooks/booknetic', {
      headers: { 'x-webhook-secret': SECRET },
      body: bookneticForm({ id, staff: 'ana@clinic.test', start }),
    });
    const { statusCode } = await timed(requests, () => handler(event, context));
    if (statusCode !== 202) throw new Error(`A booking was answered with ${statusCode}.`);
  };
  await request('pattern');
  const { Item } = await db.send(
    new GetCommand({ TableName: appointments, Key: { appointmentId: 'booknetic:pattern' } }),
  );
  const write = async (id: string): Promise<void> => {
    const put = {
      TableName: appointments,
      Item: { ...Item, appointmentId: `written:${id}` },
      ConditionExpression: 'attribute_not_exists(appointmentId)',
    };
    await timed(writes, () => db.send(new PutCommand(put)));
  };

  for (let block = 0; block < WARMING + BLOCKS; block += 1) {
    if (block === WARMING) for (const list of [requests, writes].flatMap(Object.values)) list.length = 0;
    for (let one = 0; one < BLOCK; one += 1) await request(`${block}-${one}`);
    for (let one = 0; one < BLOCK; one += 1) await write(`${block}-${one}`);
  }
  db.destroy();
  return [
    compared('processor time of a request', requests.processor, writes.processor),
    compared('latency of a request', requests.clock, writes.clock),
  ];
}

async function timed<Answer>(spent: Spent, work: () => Promise<Answer>): Promise<Answer> {
  const [clock, processor] = [performance.now(), process.cpuUsage()];
  const answer = await work();
  const { user, system } = process.cpuUsage(processor);
  spent.clock.push(performance.now() - clock);
  spent.processor.push((user + system) / 1000);
  return answer;
}

const compared = (name: string, ours: readonly number[], bare: readonly number[]): Figure =>
  against({ name, ...summarize(ours), unit: 'ms' }, { name: 'bare write', value: median(bare) }, MOST);
