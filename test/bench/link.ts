import { setTimeout as sleep } from 'node:timers/promises';
import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { clientSettings } from '../../infra/local/aws.ts';
import { jsonFile } from '../../infra/local/json-file.ts';
import { dynamoDbSource, StreamConsumer } from '../../infra/local/streams.ts';
import { bookneticForm, type Driver, tomorrow } from '../e2e/driver.ts';
import { against, type Section, summarize } from './figure.ts';
import { type Tables, withStack } from './local-stack.ts';

const RUNS = 30;
const ANA = 'ana@clinic.test';
/** Milliseconds between two looks. */
const LOOK_EVERY = 4;

/** Milliseconds from now until it is there. */
async function until(isThere: () => Promise<boolean>): Promise<number> {
  const start = performance.now();
  while (!(await isThere())) await sleep(LOOK_EVERY);
  return performance.now() - start;
}

/** Milliseconds from the webhook's answer to the stored link, without those that Google took for it. */
async function book(driver: Driver, { meetingStore }: Tables, id: string, start: number): Promise<number> {
  const answer = await driver.postForm(bookneticForm({ id, staff: ANA, start }));
  if (answer.status !== 202) throw new Error(`The webhook answered ${answer.status}.`);
  const all = await until(async () => {
    const mapping = await meetingStore.mapping(`booknetic:${id}`);
    const meeting = mapping?.meetingId ? await meetingStore.meeting(mapping.meetingId) : undefined;
    return meeting?.google.event?.meetUrl !== undefined;
  });
  const calls = await driver.googleView<{ operation: string; durationMs: number }[]>('requests', { account: ANA });
  const [insert] = calls.filter(({ operation }) => operation === 'insert').slice(-1);
  return all - (insert?.durationMs ?? 0);
}

/** The least there can be: a write, brought by the stream, answered by a write. @returns the same milliseconds of that */
async function makeBarePath({ db }: Tables, dynamoDbUrl: string) {
  const table = 'bare-path';
  const { TableDescription } = await db.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  );
  const streamArn = TableDescription?.LatestStreamArn ?? '';
  const consumer = new StreamConsumer({
    mapping: {
      id: 'bare',
      functionId: 'bare',
      streamArn,
      startingPosition: 'TRIM_HORIZON',
      filterPatterns: [],
      onFailure: undefined,
      batchSize: 10,
      lanes: 10,
      maximumRetryAttempts: 0,
      maximumRecordAgeSeconds: -1,
      bisectOnError: false,
      partialResponses: false,
    },
    source: dynamoDbSource(new DynamoDBStreamsClient(clientSettings(dynamoDbUrl)), streamArn),
    target: {
      invoke: async (event) => {
        const { Records } = event as { Records: { dynamodb: { Keys: { id: { S: string } } } }[] };
        for (const { dynamodb } of Records) {
          const id = dynamodb.Keys.id.S;
          if (!id.endsWith('/link')) await db.send(new PutCommand({ TableName: table, Item: { id: `${id}/link` } }));
        }
        return { ok: true, payload: 'null' };
      },
    },
    checkpoints: jsonFile(undefined),
    onDiscarded: () => {},
    log: () => {},
  });
  consumer.start();
  return {
    stop: () => consumer.stop(),
    run: async (id: string): Promise<number> => {
      await db.send(new PutCommand({ TableName: table, Item: { id } }));
      return until(async () => {
        const { Item } = await db.send(new GetCommand({ TableName: table, Key: { id: `${id}/link` } }));
        return Item !== undefined;
      });
    },
  };
}

export const section: Section = {
  name: 'link',
  title: 'From the webhook’s answer to the stored link, without Google’s own time, on the local stack',
  run: () =>
    withStack([ANA], async ({ driver, tables, dynamoDbUrl }) => {
      const bare = await makeBarePath(tables, dynamoDbUrl);
      const [links, yardstick]: [number[], number[]] = [[], []];
      // The first few start execution environments.
      for (let run = -5; run < RUNS; run += 1) {
        const link = await book(driver, tables, `link-${run}`, tomorrow(run + 5));
        const least = await bare.run(`bare-${run}`);
        // Told, settled and quiet again, at another moment of the next poll.
        await sleep(400 + 37 * (run % 5));
        if (run < 0) continue;
        links.push(link);
        yardstick.push(least);
      }
      await bare.stop();
      const { value } = summarize(yardstick);
      return [
        against(
          { name: 'booking to link', unit: 'ms', ...summarize(links) },
          { name: 'a write, the stream, a write', value },
        ),
      ];
    }),
};
