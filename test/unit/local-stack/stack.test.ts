import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { processIdentity } from '../../../infra/local/processes.ts';
import { type Stack, startStack } from '../../../infra/local/stack.ts';
import { sendMail, sendSms } from '../../builders/inbox.ts';
import { functionResource, routeResources, temporaryFolder, writeAssembly } from './assembly.ts';

const table = (stream: boolean): object => ({
  Type: 'AWS::DynamoDB::Table',
  Properties: {
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    BillingMode: 'PAY_PER_REQUEST',
    ...(stream && { StreamSpecification: { StreamViewType: 'NEW_IMAGE' } }),
    TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
  },
});

const secret = (name: string): object => ({
  Type: 'AWS::SecretsManager::Secret',
  Properties: { Name: `booking-meet/${name}`, GenerateSecretString: { PasswordLength: 44, ExcludePunctuation: true } },
});

const variables = {
  WANTED: { Ref: 'Wanted' },
  HANDLED: { Ref: 'Handled' },
  KEY: { Ref: 'AdminKey' },
  PUBLIC_URL: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] },
  NOTIFY_HOLD_SECONDS: '60',
};

const resources = {
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
  Wanted: table(true),
  Handled: table(false),
  AdminKey: secret('admin-key'),
  WebhookSecret: secret('webhook-secret'),
  SigningSecret: secret('webhook-signing-secret'),
  GoogleClient: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: { Name: 'booking-meet/google-client', SecretString: '{}' },
  },
  Web: functionResource('Web', variables),
  Sync: functionResource('Sync', variables),
  ...routeResources('POST /items/{id}', 'Web'),
  ...routeResources('GET /items/{id}', 'Web'),
  ...routeResources('GET /environment', 'Web'),
  Again: functionResource('Again', variables),
  Failures: { Type: 'AWS::SQS::Queue' },
  AgainMapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      Enabled: false,
      EventSourceArn: { 'Fn::GetAtt': ['Failures', 'Arn'] },
      FunctionName: { Ref: 'Again' },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
  },
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      BatchSize: 10,
      EventSourceArn: { 'Fn::GetAtt': ['Wanted', 'StreamArn'] },
      FunctionName: { Ref: 'Sync' },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      MaximumRetryAttempts: 0,
      ParallelizationFactor: 10,
      StartingPosition: 'TRIM_HORIZON',
      FilterCriteria: { Filters: [{ Pattern: '{"dynamodb":{"NewImage":{"wake":{"S":["now"]}}}}' }] },
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Failures', 'Arn'] } } },
    },
  },
};

const dynamoDb = `
  const call = async (action, input) => (await fetch(process.env.AWS_ENDPOINT_URL_DYNAMODB, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.' + action,
      authorization: 'AWS4-HMAC-SHA256 Credential=local/20260101/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=x',
    },
    body: JSON.stringify(input),
  })).json();`;

const code = {
  Web: `${dynamoDb}
    export const handler = async (event) => {
      if (event.routeKey === 'GET /environment') return process.env;
      const id = { S: event.pathParameters.id };
      if (event.requestContext.http.method === 'POST') {
        await call('PutItem', { TableName: process.env.WANTED, Item: { id, wake: { S: 'now' } } });
        return { statusCode: 202 };
      }
      const { Item } = await call('GetItem', { TableName: process.env.HANDLED, Key: { id } });
      return { statusCode: Item ? 200 : 404 };
    };`,
  Sync: `${dynamoDb}
    export const handler = async ({ Records }) => {
      const batchItemFailures = [];
      for (const { dynamodb } of Records) {
        const id = dynamodb.Keys.id;
        if (id.S === 'bad') batchItemFailures.push({ itemIdentifier: dynamodb.SequenceNumber });
        else if (id.S === 'slow' && process.env.NOTIFY_HOLD_SECONDS === '1') await new Promise((r) => setTimeout(r, 4000));
        else await call('PutItem', { TableName: process.env.HANDLED, Item: { id } });
      }
      return { batchItemFailures };
    };`,
  // Done once somebody has posted "mended".
  Again: `${dynamoDb}
    export const handler = async ({ Records }) => {
      const { Item } = await call('GetItem', { TableName: process.env.HANDLED, Key: { id: { S: 'mended' } } });
      const { shardId } = JSON.parse(Records[0].body).DDBStreamBatchInfo;
      if (Item && process.env.AWS_ENDPOINT_URL_DYNAMODB_STREAMS && shardId) return { batchItemFailures: [] };
      return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    };`,
};

const assembly = writeAssembly(resources, code);
const dataDir = temporaryFolder();
const freePorts = { PORT: '0', INBOX_PORT: '0' };
const handled = async (url: string, id: string): Promise<number> => (await fetch(`${url}/items/${id}`)).status;
const request = (url: string, id: string): Promise<Response> => fetch(`${url}/items/${id}`, { method: 'POST' });

interface Child {
  readonly process: ChildProcess;
  readonly url: string;
  readonly inboxUrl: string;
  readonly adminKey: string;
}

const children: ChildProcess[] = [];

async function startChild(environment: Record<string, string>): Promise<Child> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('run-stack.ts', import.meta.url)), assembly], {
    env: { PATH: process.env.PATH, ...freePorts, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [output] = (await once(child.stdout, 'data')) as [Buffer];
  return { process: child, ...(JSON.parse(output.toString()) as Omit<Child, 'process'>) };
}

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
});

describe('a stack', () => {
  it('runs what the template describes, and a second one on the stand-ins of the first', {
    timeout: 60_000,
  }, async () => {
    const log: string[] = [];
    const stack: Stack = await startStack({
      environment: { ...freePorts, ADMIN_API_KEY: 'my-key', NOTIFY_HOLD_SECONDS: '5' },
      assembly,
      log: (line) => void log.push(line),
    });
    try {
      const environment = (await (await fetch(`${stack.url}/environment`)).json()) as Record<string, string>;
      expect(environment).toMatchObject({
        PUBLIC_URL: stack.url,
        WANTED: 'Wanted',
        KEY: expect.stringMatching(/^arn:aws:secretsmanager:.*:secret:booking-meet\/admin-key-/),
        NOTIFY_HOLD_SECONDS: '5',
        GOOGLE_EMULATOR_URL: stack.googleUrl,
        AWS_ENDPOINT_URL_SES: environment.AWS_ENDPOINT_URL_SNS,
      });
      expect(environment).not.toHaveProperty('RETRY_BASE_SECONDS');
      expect(stack.adminKey).toBe('my-key');
      expect(stack.signingSecret).toMatch(/^whsec_[A-Za-z0-9]{44}$/);
      expect((await fetch(`${stack.inboxUrl}/store`)).status).toBe(200);
      await sendSms(stack.snsUrl, '+34600000002', 'Hello');
      expect(await (await fetch(`${stack.inboxUrl}/messages.json`)).json()).toMatchObject({
        messages: [{ channel: 'sms', text: 'Hello' }],
      });

      await Promise.all([request(stack.url, 'one'), request(stack.url, 'bad')]);

      await expect.poll(() => handled(stack.url, 'one'), { timeout: 5000 }).toBe(200);
      await expect
        .poll(() => stack.deadLetters, { timeout: 5000 })
        .toMatchObject([
          { requestContext: { condition: 'RetryAttemptsExhausted' }, DDBStreamBatchInfo: { batchSize: 1 } },
        ]);
      expect(await stack.redrive()).toEqual({ redriven: 0, left: 1 });
      await request(stack.url, 'mended');
      await expect.poll(() => handled(stack.url, 'mended'), { timeout: 5000 }).toBe(200);
      expect(stack.deadLetters).toHaveLength(1);
      expect(await stack.redrive()).toEqual({ redriven: 1, left: 0 });
      expect(stack.deadLetters).toEqual([]);
      expect(log.filter((line) => line.startsWith('[redrive]'))).toEqual([
        '[redrive] 0 redriven, 1 left in the queue',
        '[redrive] 1 redriven, 0 left in the queue',
      ]);

      const second = await startStack({
        environment: {
          ...freePorts,
          GOOGLE: 'real',
          AWS_ENDPOINT_URL_DYNAMODB: stack.dynamoDbUrl,
          AWS_ENDPOINT_URL_SES: stack.inboxUrl,
          AWS_ENDPOINT_URL_SECRETS_MANAGER: stack.secretsManagerUrl,
          AWS_ENDPOINT_URL_SNS: stack.snsUrl,
        },
        assembly,
        log: () => {},
      });
      expect(second).toMatchObject({ dynamoDbUrl: stack.dynamoDbUrl, adminKey: 'my-key', googleUrl: undefined });
      expect(await handled(second.url, 'one')).toBe(200);
      const real = (await (await fetch(`${second.url}/environment`)).json()) as object;
      expect(real).not.toHaveProperty('GOOGLE_EMULATOR_URL');
      await second.stop();
      expect((await fetch(`${stack.inboxUrl}/store`)).status).toBe(200);
    } finally {
      await stack.stop();
    }
    await expect(fetch(stack.url)).rejects.toThrow();
    await expect(fetch(stack.dynamoDbUrl)).rejects.toThrow();
  });

  it('that is killed leaves nothing running, and the next one carries on', { timeout: 60_000 }, async () => {
    const killed = await startChild({ DATA_DIR: dataDir, NOTIFY_HOLD_SECONDS: '1' });
    await request(killed.url, 'one');
    await expect.poll(() => handled(killed.url, 'one'), { timeout: 5000 }).toBe(200);
    await request(killed.url, 'slow');
    const recorded = JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8')) as { pid: number }[];
    const second = startChild({ DATA_DIR: dataDir });
    const { messageId } = await sendMail(killed.inboxUrl, { subject: 'Just sent', text: 'Hello' });
    killed.process.kill('SIGKILL');

    const next = await second;

    expect(recorded.map(({ pid }) => processIdentity(pid))).toEqual(recorded.map(() => undefined));
    expect(next.adminKey).toBe(killed.adminKey);
    expect((await fetch(`${next.inboxUrl}/raw/${messageId}`)).status).toBe(200);
    expect(await handled(next.url, 'one')).toBe(200);
    await expect.poll(() => handled(next.url, 'slow'), { timeout: 10_000 }).toBe(200);
    next.process.kill('SIGKILL');
  });
});

describe('npm start', () => {
  const start = fileURLToPath(new URL('../../../infra/local/start.ts', import.meta.url));
  const run = (env: Record<string, string | undefined>): string => {
    try {
      execFileSync(process.execPath, [start], {
        env: { PATH: process.env.PATH, ...env },
        stdio: 'pipe',
        timeout: 30_000,
      });
      return 'it started';
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      return `${status}: ${stderr.toString()}`;
    }
  };

  it('names every fault of the environment', () => {
    expect(run({ PORT: 'x', SWEEP_SECONDS: '-1' })).toMatch(/^1: .*PORT must be.*SWEEP_SECONDS must be/s);
  });

  it('says what to install when there is no Java', () => {
    expect(run({ ...freePorts, PATH: temporaryFolder() })).toMatch(/^1: Java 17 or newer is needed.*apt-get install/s);
  });

  it('says which port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;

    expect(run({ PORT: String(port) })).toMatch(new RegExp(`^1: PORT: port ${port} is already in use`));
    other.close();
  });
});
