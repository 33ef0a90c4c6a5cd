import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AwsCall, startDoor } from '../../../infra/local/door.ts';
import { grantRecord } from '../../../infra/local/grant-record.ts';
import { HOST, type RunningServer, readBody, serve } from '../../../infra/local/http-server.ts';
import { Role, type Statement } from '../../../infra/local/policy.ts';
import { temporaryFolder } from './assembly.ts';

const arn = (rest: string): string => {
  const [service = '', ...resource] = rest.split(':');
  return `arn:aws:${service}:eu-west-1:000000000000:${resource.join(':')}`;
};
const allow = (actions: string[], resources: string[], conditions: Statement['conditions'] = {}): Statement => ({
  actions,
  resources,
  conditions,
});

const role = new Role([
  allow(['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:ConditionCheckItem'], [arn('dynamodb:table/Bookings')]),
  allow(['dynamodb:Query'], [arn('dynamodb:table/Bookings/index/due')]),
  allow(['dynamodb:PutItem'], [arn('dynamodb:table/Meetings')]),
  allow(['dynamodb:UpdateItem'], [arn('dynamodb:table/Settings')], {
    'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['evidence'] },
  }),
  allow(['secretsmanager:GetSecretValue'], [arn('secretsmanager:secret:app/staff/*')]),
  allow(['ses:SendRawEmail'], [arn('ses:identity/clinic.test')], {
    StringEquals: { 'ses:FromAddress': ['meet@clinic.test'] },
  }),
  allow(['ses:SendRawEmail'], [arn('ses:configuration-set/app')]),
  { actions: ['sns:Publish'], resources: [], notResources: ['arn:aws:sns:*:*:*'], conditions: {} },
  allow(['sqs:GetQueueAttributes'], [arn('sqs:Failures')]),
]);

const folder = temporaryFolder();
const denied: string[] = [];
const calls: AwsCall[] = [];
/** What has come through. */
const passed: { key: string; body: string }[] = [];
let answer = '{}';
let service: RunningServer;
let door: Awaited<ReturnType<typeof startDoor>>;

beforeAll(async () => {
  service = await serve(async (request, response) => {
    const key = /Credential=([^/]+)/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    passed.push({ key, body: String(await readBody(request)) });
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(answer);
  });
  const url = `http://${HOST}:${service.port}`;
  door = await startDoor({
    services: { dynamodb: url, dynamodbstreams: url, secretsmanager: url, ses: url, sns: url, sqs: url },
    callers: new Map([['Fn', { name: 'fn', role }]]),
    partitionKeys: new Map([
      ['Bookings', 'id'],
      ['Meetings', 'pk'],
      ['Settings', 'id'],
    ]),
    record: grantRecord(folder),
    onDenied: (what) => void denied.push(what),
    onCall: (call) => void calls.push(call),
  });
});

afterAll(async () => {
  await door.close();
  await service.close();
});

beforeEach(() => {
  for (const list of [denied, calls, passed]) list.splice(0);
  answer = '{}';
});

const settings = (accessKeyId = 'Fn') => ({
  endpoint: door.url,
  region: 'eu-west-1',
  maxAttempts: 1,
  credentials: { accessKeyId, secretAccessKey: 'any' },
});
const db = (key?: string) => DynamoDBDocumentClient.from(new DynamoDBClient(settings(key)));
const mail = (from: string, configurationSet = 'app') =>
  new SESClient(settings()).send(
    new SendRawEmailCommand({
      RawMessage: { Data: Buffer.from(`Subject: Hello\r\nFrom: "Clinic" <${from}>\r\n\r\nText`) },
      ConfigurationSetName: configurationSet,
    }),
  );

describe('the door to AWS', () => {
  it('passes on what a role allows, with the key of everybody, and notes it without what it carried', async () => {
    answer = '{"ConsumedCapacity":{"CapacityUnits":1.5}}';

    await db().send(new GetCommand({ TableName: 'Bookings', Key: { id: 'luis@mail.test' } }));

    expect(passed.map(({ key }) => key)).toEqual(['local']);
    expect(calls).toEqual([
      { by: 'fn', service: 'dynamodb', operation: 'GetItem', on: ['table/Bookings'], status: 200, units: 1.5 },
    ]);
    const [file = ''] = readdirSync(folder);
    const record = readFileSync(join(folder, file), 'utf8');
    expect(record).toContain('{"by":"fn","used":"dynamodb:GetItem on table/Bookings"}');
    expect(record).toContain('"sqs:GetQueueAttributes on Failures"');
    expect(record + JSON.stringify(calls)).not.toContain('luis');
  });

  it.each([
    ['an index', () => db().send(new QueryCommand({ TableName: 'Bookings', IndexName: 'due' }))],
    ['one item of a table', () => db().send(new UpdateCommand({ TableName: 'Settings', Key: { id: 'evidence' } }))],
    [
      'what a name begins with',
      () => new SecretsManagerClient(settings()).send(new GetSecretValueCommand({ SecretId: 'app/staff/1' })),
    ],
    ['mail from its address', () => mail('meet@clinic.test')],
    [
      'a text message',
      () => new SNSClient(settings()).send(new PublishCommand({ PhoneNumber: '+34600000001', Message: 'Hello' })),
    ],
    [
      'a queue',
      () =>
        new SQSClient({ ...settings(), useQueueUrlAsEndpoint: false }).send(
          new GetQueueAttributesCommand({ QueueUrl: 'https://sqs.eu-west-1.amazonaws.com/0/Failures' }),
        ),
    ],
    [
      'every item of a transaction',
      () =>
        db().send(
          new TransactWriteCommand({
            TransactItems: [
              { ConditionCheck: { TableName: 'Bookings', Key: { id: '1' }, ConditionExpression: 'a = b' } },
              { Put: { TableName: 'Meetings', Item: { pk: '1' } } },
            ],
          }),
        ),
    ],
  ])('lets a function have %s that it is granted', async (_what, call) => {
    // The answer is none of the service's; that it is asked is what counts.
    await call().catch(() => {});

    expect(denied).toEqual([]);
    expect(passed).toHaveLength(1);
  });

  it.each([
    [
      'another action',
      'fn: dynamodb:UpdateItem on table/Bookings',
      () => db().send(new UpdateCommand({ TableName: 'Bookings', Key: { id: '1' } })),
    ],
    [
      'the table of an index',
      'fn: dynamodb:Query on table/Bookings',
      () => db().send(new QueryCommand({ TableName: 'Bookings' })),
    ],
    [
      'another index',
      'fn: dynamodb:Query on table/Bookings/index/byStart',
      () => db().send(new QueryCommand({ TableName: 'Bookings', IndexName: 'byStart' })),
    ],
    [
      'another item',
      'fn: dynamodb:UpdateItem on table/Settings',
      () => db().send(new UpdateCommand({ TableName: 'Settings', Key: { id: 'settings' } })),
    ],
    [
      'one table of several',
      'fn: dynamodb:BatchGetItem on table/Meetings',
      () =>
        db().send(
          new BatchGetCommand({
            RequestItems: { Bookings: { Keys: [{ id: '1' }] }, Meetings: { Keys: [{ pk: '1' }] } },
          }),
        ),
    ],
    [
      'one item of a transaction',
      'fn: dynamodb:PutItem on table/Bookings',
      () =>
        db().send(
          new TransactWriteCommand({
            TransactItems: [
              { Put: { TableName: 'Meetings', Item: { pk: '1' } } },
              { Put: { TableName: 'Bookings', Item: { id: '1' } } },
            ],
          }),
        ),
    ],
    [
      'another secret',
      'fn: secretsmanager:GetSecretValue on secret:app/admin-key',
      () => new SecretsManagerClient(settings()).send(new GetSecretValueCommand({ SecretId: 'app/admin-key' })),
    ],
    [
      'mail from another address of its domain',
      'fn: ses:SendRawEmail on identity/boss@clinic.test or identity/clinic.test',
      () => mail('boss@clinic.test'),
    ],
    [
      'another configuration set',
      'fn: ses:SendRawEmail on configuration-set/other',
      () => mail('meet@clinic.test', 'other'),
    ],
    [
      'a topic',
      'fn: sns:Publish on Alarms',
      () => new SNSClient(settings()).send(new PublishCommand({ TopicArn: arn('sns:Alarms'), Message: 'Hello' })),
    ],
  ])('denies %s', async (_what, what, call) => {
    await expect(call()).rejects.toMatchObject({ name: expect.stringMatching(/^AccessDenied/) });

    expect(denied).toEqual([what]);
    expect(passed).toEqual([]);
  });

  it('passes on unasked what no function signed', async () => {
    await db('local').send(new UpdateCommand({ TableName: 'Bookings', Key: { id: '1' } }));

    expect(passed).toHaveLength(1);
    expect(calls).toEqual([]);
  });
});
