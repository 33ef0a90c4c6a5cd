import { randomUUID } from 'node:crypto';
import { DynamoDBClient, TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, vi } from 'vitest';
import { CREDENTIALS, clientSettings, REGION } from '../../infra/local/aws.ts';
import { ensureTable, startDynamoDb, type TableDefinition } from '../../infra/local/dynamodb.ts';
import { Template } from '../../infra/local/template.ts';
import { makeDocumentClient } from '../../shared/aws/clients.ts';
import { withSynthesis } from '../infra/synthesized.ts';

/** What `TransactionConflict` is thrown at. */
interface Conflicts {
  /** Requests to have fail before they are let through. */
  left: number;
  /** Commands that ran into it. */
  readonly struck: string[];
}

export interface Database {
  /** The functions' own. */
  readonly client: DynamoDBDocumentClient;
  readonly conflicts: Conflicts;
  /** An empty table defined as the stack defines this one, but for its stream. @returns its name */
  table(definition: RegExp): Promise<string>;
  /** The same with its stream. */
  streamedTable(definition: RegExp): Promise<{ name: string; streamArn: string }>;
}

/** DynamoDB Local for the tests of one file, with the tables of the synthesized stack. */
export function useDynamoDb(): () => Database {
  let stop = async (): Promise<void> => {};
  let database: Database | undefined;
  beforeAll(async () => {
    const definitions = withSynthesis({ bundle: false }, (_template, outdir) => Template.read(outdir).tables());
    const { url, process } = await startDynamoDb(undefined, () => {});
    const bare = new DynamoDBClient(clientSettings(url));
    stop = async () => {
      bare.destroy();
      await process.stop();
    };
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url);
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB_STREAMS', url);
    vi.stubEnv('AWS_REGION', REGION);
    vi.stubEnv('AWS_ACCESS_KEY_ID', CREDENTIALS.accessKeyId);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', CREDENTIALS.secretAccessKey);
    database = connect(bare, definitions);
  });
  afterAll(() => stop());
  return () => {
    if (!database) throw new Error('DynamoDB Local has not started');
    return database;
  };
}

function connect(bare: DynamoDBClient, definitions: ReadonlyMap<string, TableDefinition>): Database {
  const client = makeDocumentClient();
  const conflicts: Conflicts = { left: 0, struck: [] };
  injectConflicts(client, conflicts);
  const newTable = async (definition: RegExp, streamed: boolean): Promise<{ name: string; streamArn: string }> => {
    const [id] = [...definitions.keys()].filter((name) => definition.test(name));
    const found = id === undefined ? undefined : definitions.get(id);
    if (!found) throw new Error(`the stack has no table ${definition}`);
    const TableName = `${id}-${randomUUID()}`;
    const { StreamSpecification, ...create } = found.create;
    const streamArn = await ensureTable(bare, {
      create: { ...create, TableName, ...(streamed && { StreamSpecification }) },
      ttlAttribute: undefined,
    });
    return { name: TableName, streamArn: streamArn ?? '' };
  };
  return {
    client,
    conflicts,
    table: async (definition) => (await newTable(definition, false)).name,
    streamedTable: (definition) => newTable(definition, true),
  };
}

/** DynamoDB Local never raises a conflict with another transaction; DynamoDB does, for single writes and for transactions. */
function injectConflicts(client: DynamoDBDocumentClient, conflicts: Conflicts): void {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const command = context.commandName ?? '';
      const isWrite = /^(Put|Update|Delete|TransactWrite)/.test(command);
      if (!isWrite || conflicts.left === 0) return next(args);
      conflicts.left -= 1;
      conflicts.struck.push(command);
      const details = { message: 'Transaction is ongoing for the item', $metadata: {} };
      throw command.startsWith('TransactWrite')
        ? new TransactionCanceledException({
            ...details,
            CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
          })
        : new TransactionConflictException(details);
    },
    // Below the SDK's own retries, as an answer of the service would be.
    { step: 'finalizeRequest', priority: 'low', name: 'injectConflicts' },
  );
}
