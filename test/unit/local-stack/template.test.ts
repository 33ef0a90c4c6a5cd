// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of CloudFormation
import { describe, expect, it } from 'vitest';
import { synthesize } from '../../../infra/app.ts';
import { resolveIntrinsics, TemplateError } from '../../../infra/local/intrinsics.ts';
import { Template } from '../../../infra/local/template.ts';
import { functionResource, routeResources, temporaryFolder, writeAssembly } from './assembly.ts';

describe('resolveIntrinsics', () => {
  const values = new Map([
    ['Table', 'table-1'],
    ['Table.StreamArn', 'arn:stream'],
    ['Secret', 'arn:aws:secretsmanager:eu-west-1:1:secret:app/key-abcdef'],
  ]);

  it.each([
    [{ Ref: 'Table' }, 'table-1'],
    [{ Ref: 'AWS::Region' }, 'eu-west-1'],
    [{ 'Fn::GetAtt': ['Table', 'StreamArn'] }, 'arn:stream'],
    [{ 'Fn::GetAtt': 'Table.StreamArn' }, 'arn:stream'],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'Table' }]] }, 'a-table-1'],
    [{ 'Fn::Select': [6, { 'Fn::Split': [':', { Ref: 'Secret' }] }] }, 'app/key-abcdef'],
    [{ 'Fn::Sub': 'x-${Table}-${Table.StreamArn}-${!Not}-${AWS::Partition}' }, 'x-table-1-arn:stream-${Not}-aws'],
    [{ 'Fn::Sub': ['${Own}/${Table}', { Own: { Ref: 'Table' } }] }, 'table-1/table-1'],
    [{ deep: [{ Ref: 'Table' }, 1, null, true] }, { deep: ['table-1', 1, null, true] }],
  ])('%j is %j', (value, expected) => {
    expect(resolveIntrinsics(value, values)).toEqual(expected);
  });

  it.each([
    [{ Ref: 'Unknown' }, 'Unknown'],
    [{ 'Fn::GetAtt': ['Table', 'Other'] }, 'Table.Other'],
    [{ 'Fn::ImportValue': 'x' }, 'Fn::ImportValue'],
    [{ 'Fn::Sub': '${Unknown}' }, 'Unknown'],
  ])('names what it does not know in %j', (value, name) => {
    expect(() => resolveIntrinsics(value, values)).toThrow(TemplateError);
    expect(() => resolveIntrinsics(value, values)).toThrow(name);
  });
});

const resources = {
  Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
  Fn: functionResource('Fn', { TABLE: { Ref: 'Table' }, PUBLIC_URL: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } }),
  ...routeResources('GET /things/{id}', 'Fn'),
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    },
  },
  Mapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
      FunctionName: { Ref: 'Fn' },
      StartingPosition: 'TRIM_HORIZON',
    },
  },
  Queue: { Type: 'AWS::SQS::Queue', Properties: { SqsManagedSseEnabled: true, MessageRetentionPeriod: 1_209_600 } },
  QueueMapping: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: { EventSourceArn: { 'Fn::GetAtt': ['Queue', 'Arn'] }, FunctionName: { Ref: 'Fn' } },
  },
  Rule: {
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression: 'rate(1 minute)',
      Targets: [{ Arn: { 'Fn::GetAtt': ['Fn', 'Arn'] }, Id: 'Target0' }],
    },
  },
  Topic: { Type: 'AWS::SNS::Topic' },
  TopicPolicy: { Type: 'AWS::SNS::TopicPolicy', Properties: { Whatever: { 'Fn::ImportValue': 'x' } } },
  Subscription: {
    Type: 'AWS::SNS::Subscription',
    Properties: { Protocol: 'lambda', TopicArn: { Ref: 'Topic' }, Endpoint: { 'Fn::GetAtt': ['Fn', 'Arn'] } },
  },
  AlarmMail: {
    Type: 'AWS::SNS::Subscription',
    Properties: { Protocol: 'email', TopicArn: { Ref: 'AlarmTopic' }, Endpoint: 'admin@clinic.test' },
  },
  AlarmTopic: { Type: 'AWS::SNS::Topic', Properties: { DisplayName: 'Alarms' } },
  ConfigurationSet: { Type: 'AWS::SES::ConfigurationSet', Properties: { Name: 'booking-meet' } },
  EventDestination: {
    Type: 'AWS::SES::ConfigurationSetEventDestination',
    Properties: {
      ConfigurationSetName: { Ref: 'ConfigurationSet' },
      EventDestination: {
        Enabled: true,
        MatchingEventTypes: ['bounce', 'complaint'],
        SnsDestination: { TopicARN: { Ref: 'Topic' } },
      },
    },
  },
  AsyncInvocation: {
    Type: 'AWS::Lambda::EventInvokeConfig',
    Properties: {
      FunctionName: { Ref: 'Fn' },
      Qualifier: '$LATEST',
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Queue', 'Arn'] } } },
    },
  },
  Role: { Type: 'AWS::IAM::Role', Properties: { Whatever: { 'Fn::ImportValue': 'x' } } },
};
const streamArn = 'arn:aws:dynamodb:eu-west-1:1:table/t/stream/1';
const local = new Map([['Table.StreamArn', streamArn]]);

function plan(changes: Record<string, object> = {}) {
  return Template.read(writeAssembly({ ...resources, ...changes }, {})).plan(local, 'http://localhost:3000');
}

describe('Template', () => {
  it('says what runs, with AWS’s defaults', () => {
    const { functions, routes, mappings, queues, queueMappings, schedules } = plan();

    expect(functions).toMatchObject([
      { id: 'Fn', name: 'fn', timeoutSeconds: 5, variables: { TABLE: 'Table', PUBLIC_URL: 'http://localhost:3000' } },
    ]);
    expect(routes).toEqual([{ routeKey: 'GET /things/{id}', functionId: 'Fn', timeoutMilliseconds: 30_000 }]);
    expect(mappings).toMatchObject([
      { functionId: 'Fn', streamArn, batchSize: 100, lanes: 1, maximumRetryAttempts: -1, partialResponses: false },
    ]);
    const queueArn = 'arn:aws:sqs:eu-west-1:000000000000:Queue';
    expect(queues).toEqual([{ id: 'Queue', arn: queueArn, visibilityTimeoutSeconds: 30 }]);
    expect(queueMappings).toEqual([
      { id: 'QueueMapping', functionId: 'Fn', queueArn, enabled: true, batchSize: 10, partialResponses: false },
    ]);
    expect(schedules).toMatchObject([{ functionId: 'Fn', expression: 'rate(1 minute)', enabled: true }]);
  });

  it('says who hears of what is published, and of what became of mails', () => {
    const { topics, eventDestinations, asyncInvocations } = plan();

    const topicArn = 'arn:aws:sns:eu-west-1:000000000000:Topic';
    expect(topics).toEqual([
      { arn: topicArn, functionIds: ['Fn'] },
      { arn: 'arn:aws:sns:eu-west-1:000000000000:AlarmTopic', functionIds: [] },
    ]);
    expect(eventDestinations).toEqual([
      { configurationSet: 'booking-meet', eventTypes: ['bounce', 'complaint'], topicArn },
    ]);
    expect(asyncInvocations).toEqual([
      { functionId: 'Fn', retries: 2, onFailure: 'arn:aws:sqs:eu-west-1:000000000000:Queue' },
    ]);
  });

  it('says which tables there are', () => {
    const tables = Template.read(writeAssembly(resources, {})).tables();

    expect(tables.get('Table')).toMatchObject({
      create: { TableName: 'Table', StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' } },
      ttlAttribute: 'expiresAt',
    });
  });

  it.each([
    ['a kind of resource', { X: { Type: 'AWS::StepFunctions::StateMachine' } }, 'AWS::StepFunctions::StateMachine'],
    ['a condition', { Fn: { ...functionResource('Fn'), Condition: 'IsProduction' } }, 'conditions'],
    [
      'an authorizer',
      {
        GETthingsidRoute: {
          Type: 'AWS::ApiGatewayV2::Route',
          Properties: { ApiId: 'a', RouteKey: 'GET /', AuthorizationType: 'JWT', Target: 'x' },
        },
      },
      'AuthorizationType',
    ],
    [
      'a property of a mapping',
      {
        Mapping: { ...resources.Mapping, Properties: { ...resources.Mapping.Properties, TumblingWindowInSeconds: 5 } },
      },
      'TumblingWindowInSeconds',
    ],
    [
      'a mapping of something else',
      {
        Mapping: {
          ...resources.Mapping,
          Properties: { ...resources.Mapping.Properties, EventSourceArn: 'arn:aws:kinesis:x:1:stream/s' },
        },
      },
      'arn:aws:kinesis:x:1:stream/s',
    ],
    [
      'a mapping of a queue',
      {
        QueueMapping: {
          ...resources.QueueMapping,
          Properties: { ...resources.QueueMapping.Properties, EventSourceArn: 'arn:aws:sqs:x:1:q' },
        },
      },
      'arn:aws:sqs:x:1:q is not a queue',
    ],
    [
      'an on-failure queue',
      {
        Mapping: {
          ...resources.Mapping,
          Properties: {
            ...resources.Mapping.Properties,
            DestinationConfig: { OnFailure: { Destination: 'arn:aws:sqs:x:1:q' } },
          },
        },
      },
      'arn:aws:sqs:x:1:q is not a queue',
    ],
    [
      'a property of the mapping of a queue',
      {
        QueueMapping: {
          ...resources.QueueMapping,
          Properties: { ...resources.QueueMapping.Properties, FilterCriteria: { Filters: [] } },
        },
      },
      'FilterCriteria',
    ],
    ['a property of a queue', { Queue: { ...resources.Queue, Properties: { RedrivePolicy: {} } } }, 'RedrivePolicy'],
    [
      'a property of a subscription',
      {
        Subscription: {
          ...resources.Subscription,
          Properties: { ...resources.Subscription.Properties, FilterPolicy: { eventType: ['Bounce'] } },
        },
      },
      'FilterPolicy',
    ],
    [
      'a protocol of a subscription',
      {
        Subscription: {
          ...resources.Subscription,
          Properties: { ...resources.Subscription.Properties, Protocol: 'sqs' },
        },
      },
      'only functions, and people, subscribe',
    ],
    [
      'a topic',
      {
        Subscription: {
          ...resources.Subscription,
          Properties: { ...resources.Subscription.Properties, TopicArn: 'arn:aws:sns:x:1:t' },
        },
      },
      'arn:aws:sns:x:1:t is not a topic',
    ],
    [
      'a destination of events of mails',
      {
        EventDestination: {
          ...resources.EventDestination,
          Properties: {
            ConfigurationSetName: 'x',
            EventDestination: { Enabled: true, MatchingEventTypes: [], EventBridgeDestination: {} },
          },
        },
      },
      'only topics take events',
    ],
    [
      'a rule on events',
      { Rule: { Type: 'AWS::Events::Rule', Properties: { EventPattern: {} } } },
      'ScheduleExpression',
    ],
  ])('refuses %s that it does not know, by name', (_what, changes, name) => {
    expect(() => plan(changes)).toThrow(TemplateError);
    expect(() => plan(changes)).toThrow(name);
  });

  it('knows what a function may do, and of one with a foreign role that it does not', () => {
    const policy = (statement: object) => ({
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: { PolicyName: 'p', Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: [statement] } },
      },
    });
    const reading = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: { 'Fn::GetAtt': ['Table', 'Arn'] } };

    expect(plan(policy(reading)).roles.get('Fn')?.grants).toEqual(['dynamodb:GetItem on table/Table']);
    expect(plan({ Role: { Type: 'AWS::SNS::Topic' } }).roles.has('Fn')).toBe(false);
    expect(() => plan(policy({ ...reading, Effect: 'Deny' }))).toThrow('only statements that allow');
    expect(() => plan(policy({ ...reading, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }))).toThrow(
      'Condition.Bool',
    );
    expect(() => plan({ Role: { Type: 'AWS::IAM::Role', Properties: { ManagedPolicyArns: ['a'] } } })).toThrow(
      'ManagedPolicyArns',
    );
  });

  it('understands the whole template of this project', () => {
    const { outdir } = synthesize({
      bundle: false,
      outdir: temporaryFolder(),
      context: { mailFrom: 'bookings@clinic.example' },
    });
    const template = Template.read(outdir);
    const values = new Map([
      ...[...template.tables().keys()].map((id): [string, string] => [`${id}.StreamArn`, streamArn]),
      ...[...template.secrets().keys()].map((id): [string, string] => [id, `arn:${id}`]),
    ]);

    const whole = template.plan(values, 'http://localhost:3000');

    expect(whole.functions.length).toBeGreaterThan(0);
    expect(whole.routes.length).toBeGreaterThan(0);
    expect(whole.mappings).toHaveLength(1);
    expect(whole.queueMappings).toMatchObject([{ queueArn: whole.mappings[0]?.onFailure, enabled: false }]);
    expect(whole.schedules.length).toBeGreaterThan(0);
    const [mailEvents] = whole.eventDestinations;
    const recorder = whole.functions.find(({ name }) => name === 'mail-feedback')?.id;
    expect(whole.topics.filter(({ functionIds }) => functionIds.length > 0)).toEqual([
      { arn: mailEvents?.topicArn, functionIds: [recorder] },
    ]);
    expect(mailEvents?.configurationSet).toBe('booking-meet');
    const sender = whole.functions.find(({ name }) => name === 'meeting-sync');
    expect(sender?.variables.SES_CONFIGURATION_SET).toBe('booking-meet');
  }, 30_000);
});
