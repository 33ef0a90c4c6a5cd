import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Resource, synthesizeTemplate, written } from './synthesized.ts';

const template = synthesizeTemplate();
const functions = template.functions();
const roleOf = (fn: Resource): string => fn.Properties.Role['Fn::GetAtt'][0];
const environmentOf = (fn: Resource): Record<string, unknown> => fn.Properties.Environment.Variables;
/** The queues and topics are told apart by the part of the stack that they belong to. */
const named = (type: string, name: RegExp): Resource => {
  const [only, ...others] = template.all(type).filter(({ id }) => name.test(id));
  if (only === undefined || others.length > 0) throw new Error(`There is not exactly one ${type} called ${name}.`);
  return only;
};
const streamFailures = named('AWS::SQS::Queue', /^StreamFailures/);
const mailFailures = named('AWS::SQS::Queue', /^MailEventsFailures/);
const mailTopic = named('AWS::SNS::Topic', /^MailEvents/);
const alarmTopic = named('AWS::SNS::Topic', /^Monitoring/);
const configurationSet = template.one('AWS::SES::ConfigurationSet');
const policyOf = (topic: Resource): Record<string, unknown>[] =>
  template
    .all('AWS::SNS::TopicPolicy')
    .filter(({ Properties }) => Properties.Topics.some((one: { Ref: string }) => one.Ref === topic.id))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
const tlsOnly = expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
const idsIn = (value: unknown): string[] =>
  [...JSON.stringify(value).matchAll(/"(?:Ref|Fn::GetAtt)":\[?"(\w+)"/g)].flatMap(([, id]) => id ?? []);

describe('every function', () => {
  it('is one of those that exist', () => {
    expect([...functions.keys()].sort()).toEqual([
      'admin-console',
      'appointments-api',
      'booking-webhook',
      'customers-api',
      'diagnostics',
      'due-work',
      'join',
      'mail-feedback',
      'meeting-sync',
      'openapi',
      'redrive',
      'settings-api',
      'staff-api',
      'staff-oauth',
    ]);
  });

  it('runs on Node 24 and arm64, within a time limit of its own', () => {
    const expected = {
      'booking-webhook': 10,
      'settings-api': 15,
      'staff-api': 15,
      'appointments-api': 15,
      'customers-api': 29,
      diagnostics: 15,
      'staff-oauth': 29,
      join: 10,
      'admin-console': 10,
      openapi: 10,
      'meeting-sync': 60,
      'due-work': 60,
      redrive: 30,
      'mail-feedback': 30,
    };
    for (const [name, { Properties }] of functions) {
      expect(Properties, name).toMatchObject({ Runtime: 'nodejs24.x', Architectures: ['arm64'], MemorySize: 512 });
    }
    expect(Object.fromEntries([...functions].map(([name, fn]) => [name, fn.Properties.Timeout]))).toEqual(expected);
  });

  it('has a role of its own, without anything that AWS manages', () => {
    const roles = [...functions.values()].map(roleOf);
    expect(new Set(roles).size).toBe(functions.size);
    for (const role of template.all('AWS::IAM::Role')) expect(role.Properties).not.toHaveProperty('ManagedPolicyArns');
  });

  it('has a log of its own that forgets, and may write to no other', () => {
    const logs = new Map(template.all('AWS::Logs::LogGroup').map((log) => [log.id, log]));
    const own = [...functions.values()].map((fn): string => fn.Properties.LoggingConfig.LogGroup.Ref);
    expect(new Set(own).size).toBe(functions.size);
    for (const log of logs.values()) expect(log.Properties.RetentionInDays, log.id).toBe(30);
    for (const [name, fn] of functions) {
      const log = fn.Properties.LoggingConfig.LogGroup.Ref;
      expect(logs.get(log)?.Properties.LogGroupName).toBe(`/booking-meet/${name}`);
      const writes = template
        .statementsOf(roleOf(fn))
        .filter(({ actions }) => actions.some((a) => a.startsWith('logs:')));
      expect(writes).toEqual([
        { effect: 'Allow', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`<${log}.Arn>`] },
      ]);
    }
  });

  it('gets tables and secrets by reference, and no value of a secret', () => {
    const secretIds = new Set(template.all('AWS::SecretsManager::Secret').map(({ id }) => id));
    for (const fn of functions.values()) {
      expect(JSON.stringify(environmentOf(fn))).not.toMatch(/resolve:secretsmanager|SecretString/);
      for (const [variable, value] of Object.entries(environmentOf(fn))) {
        if (variable.endsWith('_SECRET_ARN')) expect(secretIds).toContain((value as { Ref: string }).Ref);
      }
    }
  });

  it('may touch exactly the tables and secrets that its environment names', () => {
    const kept = [...template.all('AWS::DynamoDB::Table'), ...template.all('AWS::SecretsManager::Secret')];
    const keptIds = new Set(kept.map(({ id }) => id));
    for (const [name, fn] of functions) {
      const resources = template.statementsOf(roleOf(fn)).flatMap((statement) => statement.resources);
      const granted = resources
        .flatMap((resource) => /^<(\w+)/.exec(resource)?.[1] ?? [])
        .filter((id) => keptIds.has(id));
      const named = idsIn(environmentOf(fn)).filter((id) => keptIds.has(id));
      expect([...new Set(granted)].sort(), name).toEqual([...new Set(named)].sort());
      expect(
        resources.some((resource) => resource.endsWith(':secret:booking-meet/staff/*')),
        name,
        // The sync and the diagnostics find the secret's name in the staff row, so they need no prefix.
      ).toBe('STAFF_SECRET_PREFIX' in environmentOf(fn) || ['meeting-sync', 'due-work', 'diagnostics'].includes(name));
    }
  });

  it('knows its service, and the delays where it needs them', () => {
    for (const [name, fn] of functions) {
      expect(environmentOf(fn), name).toMatchObject({
        POWERTOOLS_SERVICE_NAME: name,
        LOG_LEVEL: 'INFO',
      });
    }
    for (const name of ['settings-api', 'staff-api', 'staff-oauth', 'meeting-sync', 'due-work']) {
      expect(functions.get(name)?.Properties.Environment.Variables, name).toMatchObject({
        PUBLIC_URL: { 'Fn::GetAtt': [template.one('AWS::ApiGatewayV2::Api').id, 'ApiEndpoint'] },
      });
    }
    for (const name of ['meeting-sync', 'due-work', 'staff-api', 'settings-api']) {
      expect(functions.get(name)?.Properties.Environment.Variables, name).toMatchObject({
        MAIL_FROM: 'bookings@clinic.test',
        SES_CONFIGURATION_SET: { Ref: configurationSet.id },
      });
    }
    for (const name of ['meeting-sync', 'due-work']) {
      expect(functions.get(name)?.Properties.Environment.Variables).toMatchObject({
        RETRY_BASE_SECONDS: '30',
        NOTIFY_HOLD_SECONDS: '60',
      });
    }
  });
});

describe('rule 21: every permission', () => {
  const statements = [...functions].flatMap(([name, fn]) =>
    template.statementsOf(roleOf(fn)).map((statement) => ({ name, ...statement })),
  );

  it('names its actions', () => {
    expect(statements.length).toBeGreaterThan(functions.size);
    for (const { actions, effect } of statements) {
      expect(effect).toBe('Allow');
      for (const action of actions) expect(action).toMatch(/^[a-z]+:[A-Za-z]+$/);
    }
  });

  it('names its resources, but for the secrets of staff members, telephones, and questions to SES about the account', () => {
    const wildcards = statements.flatMap(({ resources }) => resources).filter((resource) => resource.includes('*'));
    expect(new Set(wildcards)).toEqual(
      new Set([
        'arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:booking-meet/staff/*',
        'not arn:<AWS::Partition>:sns:*:*:*',
        '*',
      ]),
    );
    expect(
      statements.filter(({ resources }) => resources.includes('*')).map(({ name, actions }) => [name, actions]),
    ).toEqual([
      ['diagnostics', ['ses:GetAccountSendingEnabled', 'ses:GetIdentityVerificationAttributes', 'ses:GetSendQuota']],
    ]);
  });

  it('to diagnose is to read', () => {
    const own = statements.filter(
      ({ name, actions }) => name === 'diagnostics' && !actions.includes('logs:PutLogEvents'),
    );
    expect(new Set(own.flatMap(({ actions }) => actions))).toEqual(
      new Set([
        'dynamodb:BatchGetItem',
        'dynamodb:GetItem',
        'dynamodb:Query',
        'dynamodb:Scan',
        'secretsmanager:GetSecretValue',
        'ses:GetAccountSendingEnabled',
        'ses:GetIdentityVerificationAttributes',
        'ses:GetSendQuota',
        'sqs:GetQueueAttributes',
      ]),
    );
  });

  it('to leave evidence is for one record each', () => {
    const [settings] = template.all('AWS::DynamoDB::Table').filter(({ id }) => /Settings/.test(id));
    const writes = template
      .all('AWS::IAM::Policy')
      .flatMap(({ Properties }) =>
        Properties.PolicyDocument.Statement.filter((statement: { Condition?: object }) =>
          JSON.stringify(statement.Condition ?? {}).includes('LeadingKeys'),
        ),
      );
    expect(writes).toEqual(
      ['evidence#webhooks', 'evidence#sign-ins'].map((key) => ({
        Effect: 'Allow',
        Action: 'dynamodb:UpdateItem',
        Resource: { 'Fn::GetAtt': [settings?.id, 'Arn'] },
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [key] } },
      })),
    );
  });

  it('to send mail is for the one sender, and with the one configuration set', () => {
    const policies = template
      .all('AWS::IAM::Policy')
      .map((policy) =>
        policy.Properties.PolicyDocument.Statement.filter((statement: { Action: string | string[] }) =>
          [statement.Action].flat().includes('ses:SendRawEmail'),
        ),
      );
    const senders = policies.filter((statements) => statements.length > 0);
    expect(senders).toHaveLength(4);
    for (const [asSender, withSet, ...others] of senders) {
      expect(others).toEqual([]);
      expect(asSender.Condition).toEqual({ StringEquals: { 'ses:FromAddress': 'bookings@clinic.test' } });
      expect(asSender.Resource.map(written)).toEqual([
        'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/bookings@clinic.test',
        'arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity/clinic.test',
      ]);
      expect(written(withSet.Resource)).toBe(
        `arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:configuration-set/<${configurationSet.id}>`,
      );
    }
  });

  it('to send SMS is for no topic, and for the two functions that tell people', () => {
    const senders = statements.filter(({ actions }) => actions.includes('sns:Publish'));
    expect(senders.map(({ name, actions, resources }) => [name, actions, resources])).toEqual(
      ['meeting-sync', 'due-work'].map((name) => [name, ['sns:Publish'], ['not arn:<AWS::Partition>:sns:*:*:*']]),
    );
  });

  it('to record bounces is to read and write the ledger, and to leave what fails', () => {
    const [, , told] = template.all('AWS::DynamoDB::Table');
    const own = statements.filter(
      ({ name, actions }) => name === 'mail-feedback' && !actions.includes('logs:PutLogEvents'),
    );
    expect(own.map(({ actions, resources }) => [actions, resources])).toEqual([
      [['dynamodb:DeleteItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'], [`<${told?.id}.Arn>`]],
      [['sqs:SendMessage'], [`<${mailFailures.id}.Arn>`]],
    ]);
  });

  it('to redrive is to read the stream and the queue, and to ask for a look', () => {
    const [appointments] = template.all('AWS::DynamoDB::Table');
    const own = statements.filter(({ name, actions }) => name === 'redrive' && !actions.includes('logs:PutLogEvents'));
    expect(own.map(({ actions, resources }) => [actions, resources])).toEqual([
      [['dynamodb:UpdateItem'], [`<${appointments?.id}.Arn>`]],
      [['dynamodb:GetRecords', 'dynamodb:GetShardIterator'], [`<${appointments?.id}.StreamArn>`]],
      [['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'], [`<${streamFailures.id}.Arn>`]],
    ]);
  });

  it('belongs to a function', () => {
    const roles = new Set([...functions.values()].map(roleOf));
    expect(template.all('AWS::IAM::Role').map(({ id }) => id)).toEqual([...roles]);
  });
});

describe('what is kept', () => {
  const tables = template.all('AWS::DynamoDB::Table');

  it('has every table with its keys and indexes', () => {
    const shape = ({ Properties }: Resource) => [
      ...Properties.KeySchema.map((key: { AttributeName: string }) => key.AttributeName),
      ...(Properties.GlobalSecondaryIndexes ?? []).map(
        (index: {
          IndexName: string;
          KeySchema: { AttributeName: string }[];
          Projection: { NonKeyAttributes: string[] };
        }) =>
          `${index.IndexName}(${index.KeySchema.map((key) => key.AttributeName)}; ${index.Projection.NonKeyAttributes})`,
      ),
    ];
    expect(tables.map(shape)).toEqual([
      ['appointmentId', 'due(due,dueAt; staffEmail)', 'byStart(listed,listedAt; staffEmail)'],
      ['pk', 'byStaff(staffEmail,start; state,end,appointmentId)'],
      ['subject', 'recipient'],
      ['email'],
      ['id'],
      ['state'],
    ]);
    expect(tables.map(({ Properties }) => Properties.StreamSpecification?.StreamViewType)).toEqual([
      'NEW_IMAGE',
      ...Array(5).fill(undefined),
    ]);
  });

  it('is encrypted, recoverable, protected and retained, and forgets what has expired', () => {
    for (const table of tables) {
      expect(table, table.id).toMatchObject({
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
        Properties: {
          BillingMode: 'PAY_PER_REQUEST',
          SSESpecification: { SSEEnabled: true },
          PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
          TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
          DeletionProtectionEnabled: true,
        },
      });
    }
  });

  it('has every secret under its name, made by Secrets Manager', () => {
    const secrets = template.all('AWS::SecretsManager::Secret');
    expect(secrets.map(({ Properties }) => Properties.Name)).toEqual([
      'booking-meet/admin-key',
      'booking-meet/webhook-secret',
      'booking-meet/webhook-signing-secret',
      'booking-meet/link-signing-key',
      'booking-meet/google-client',
    ]);
    for (const { Properties } of secrets) {
      if (Properties.Name === 'booking-meet/google-client') expect(Properties.SecretString).toBe('{}');
      else expect(Properties.GenerateSecretString).toMatchObject({ ExcludePunctuation: true });
    }
    // Letters and digits in a multiple of four are base64.
    expect(secrets[2]?.Properties.GenerateSecretString.PasswordLength).toBe(44);
    expect(secrets.map(({ DeletionPolicy }) => DeletionPolicy)).toEqual([
      'RetainExceptOnCreate',
      'RetainExceptOnCreate',
      'RetainExceptOnCreate',
      'Delete',
      'RetainExceptOnCreate',
    ]);
  });

  it('has queues that are encrypted and refuse plain text', () => {
    const policies = template.all('AWS::SQS::QueuePolicy');
    for (const queue of template.all('AWS::SQS::Queue')) {
      expect(queue.Properties).toMatchObject({ SqsManagedSseEnabled: true, MessageRetentionPeriod: 14 * 24 * 3600 });
      const own = policies.filter(({ Properties }) =>
        Properties.Queues.some((one: { Ref: string }) => one.Ref === queue.id),
      );
      expect(own.flatMap(({ Properties }) => Properties.PolicyDocument.Statement)).toContainEqual(
        expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
      );
    }
  });
});

describe('the HTTP API', () => {
  const routes = template.all('AWS::ApiGatewayV2::Route');
  const functionOf = (route: Resource): string | undefined => {
    const integration = template.json.Resources[route.Properties.Target['Fn::Join'][1][1].Ref];
    const id = integration?.Properties.IntegrationUri['Fn::GetAtt'][0];
    return [...functions].find(([, fn]) => fn.id === id)?.[0];
  };

  it('has every route of the contract, and no other', () => {
    const byFunction = Object.groupBy(routes, (route) => functionOf(route) ?? 'none');
    const keys = Object.fromEntries(
      Object.entries(byFunction).map(([name, own]) => [name, own?.map(({ Properties }) => Properties.RouteKey)]),
    );
    expect(keys).toEqual({
      'booking-webhook': ['POST /webhooks/booknetic', 'POST /webhooks/appointments'],
      'settings-api': [
        'GET /settings',
        'PUT /settings',
        'PATCH /settings',
        'GET /settings/google',
        'PUT /settings/google',
        'POST /settings/preview',
        'POST /settings/preview-message',
        'GET /keywords',
        'POST /settings/test-message',
      ],
      'staff-api': [
        'GET /staff',
        'GET /staff/{email}',
        'PUT /staff/{email}',
        'DELETE /staff/{email}',
        'POST /staff/{email}/connect-link',
        'DELETE /staff/{email}/connection',
      ],
      diagnostics: ['GET /diagnostics'],
      'customers-api': ['DELETE /customers/{email}'],
      'appointments-api': [
        'GET /appointments',
        'GET /appointments/{appointmentId}',
        'POST /appointments/{appointmentId}/resync',
        'POST /appointments/{appointmentId}/cancel',
      ],
      'staff-oauth': [
        'GET /connect/{token}',
        'GET /connect/{token}/calendar',
        'POST /connect/{token}/calendar',
        'GET /connect/{token}/disconnect',
        'POST /connect/{token}/disconnect',
        'GET /oauth/google/start',
        'GET /oauth/google/callback',
      ],
      join: ['GET /join/{appointmentId}'],
      'admin-console': ['GET /admin', 'GET /admin/preview', 'GET /admin/{asset}'],
      openapi: ['GET /openapi.json'],
    });
  });

  it('hands over payload format 2.0 and lets no other site call it', () => {
    for (const { Properties } of template.all('AWS::ApiGatewayV2::Integration')) {
      expect(Properties.PayloadFormatVersion).toBe('2.0');
    }
    expect(template.one('AWS::ApiGatewayV2::Api').Properties).not.toHaveProperty('CorsConfiguration');
  });

  it('is throttled, each route by itself and no more generously than it is worth', () => {
    const { Properties, DependsOn = [] } = template.one('AWS::ApiGatewayV2::Stage');
    const routes = template.all('AWS::ApiGatewayV2::Route');
    expect(Properties).toMatchObject({
      StageName: '$default',
      DefaultRouteSettings: { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 50 },
    });
    const limits: Record<string, { ThrottlingRateLimit: number; ThrottlingBurstLimit: number }> =
      Properties.RouteSettings;
    expect(Object.keys(limits).sort()).toEqual(routes.map((route) => route.Properties.RouteKey).sort());
    // A deployment that adds a route would fail otherwise.
    expect(DependsOn).toEqual(expect.arrayContaining(routes.map(({ id }) => id)));
    const rates = Object.entries(limits).map(([route, limit]) => [route, limit.ThrottlingRateLimit] as const);
    expect(rates.filter(([, rate]) => rate > 20).map(([route]) => route)).toEqual([
      'POST /webhooks/booknetic',
      'POST /webhooks/appointments',
    ]);
    expect(rates.filter(([, rate]) => rate < 20).map(([route]) => route)).toEqual([
      'POST /settings/test-message',
      'DELETE /customers/{email}',
      'GET /diagnostics',
    ]);
  });

  it('logs who was served how, and nothing about people', () => {
    const { Format } = template.one('AWS::ApiGatewayV2::Stage').Properties.AccessLogSettings;
    expect(Object.values(JSON.parse(Format))).toEqual(
      expect.arrayContaining([
        '$context.routeKey',
        '$context.requestId',
        '$context.status',
        '$context.responseLatency',
      ]),
    );
    expect(Format).not.toMatch(/path|query|sourceIp|userAgent|identity|domainName|authorizer/i);
  });
});

describe('what sets it going', () => {
  const mappingOf = (name: string): Resource => {
    const id = functions.get(name)?.id;
    const [only, ...others] = template
      .all('AWS::Lambda::EventSourceMapping')
      .filter(({ Properties }) => Properties.FunctionName.Ref === id);
    if (only === undefined || others.length > 0) throw new Error(`${name} has not exactly one event source.`);
    return only;
  };

  it('is the stream of the appointments, bounded and in lanes', () => {
    const [appointments] = template.all('AWS::DynamoDB::Table');
    const { Properties } = mappingOf('meeting-sync');
    expect(Properties).toEqual({
      EventSourceArn: { 'Fn::GetAtt': [appointments?.id, 'StreamArn'] },
      FunctionName: { Ref: functions.get('meeting-sync')?.id },
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10,
      MaximumBatchingWindowInSeconds: 0,
      ParallelizationFactor: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 3,
      MaximumRecordAgeInSeconds: 3600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [streamFailures.id, 'Arn'] } } },
      FilterCriteria: { Filters: [{ Pattern: expect.any(String) }] },
    });
    expect(JSON.parse(Properties.FilterCriteria.Filters[0].Pattern)).toEqual({
      dynamodb: { NewImage: { wake: { S: ['now'] } } },
    });
  });

  it('is, only while an operator has it enabled, the queue of what the stream gave up', () => {
    const { Properties } = mappingOf('redrive');
    expect(Properties).toEqual({
      EventSourceArn: { 'Fn::GetAtt': [streamFailures.id, 'Arn'] },
      FunctionName: { Ref: functions.get('redrive')?.id },
      Enabled: false,
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      ScalingConfig: { MaximumConcurrency: 2 },
    });
    expect(template.all('AWS::Lambda::EventSourceMapping')).toHaveLength(2);
  });

  it('shows a message a second time only after six runs of whoever takes it', () => {
    const { VisibilityTimeout } = streamFailures.Properties;
    expect(VisibilityTimeout).toBeGreaterThanOrEqual(6 * functions.get('redrive')?.Properties.Timeout);
  });

  it('is made once its function may read it', () => {
    for (const fn of [functions.get('meeting-sync'), functions.get('redrive')]) {
      const policies = template.all('AWS::IAM::Policy').filter(({ id }) => fn?.DependsOn?.includes(id));
      expect(policies.map(({ Properties }) => Properties.Roles)).toEqual([[{ Ref: fn && roleOf(fn) }]]);
    }
  });

  it('is the sweep of every minute, whose failed runs are not repeated', () => {
    const dueWork = functions.get('due-work')?.id;
    expect(template.one('AWS::Events::Rule').Properties).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [dueWork, 'Arn'] }, RetryPolicy: { MaximumRetryAttempts: 0 } }],
    });
    expect(named('AWS::Lambda::EventInvokeConfig', /^DueWork/).Properties).toMatchObject({
      FunctionName: { Ref: dueWork },
      MaximumRetryAttempts: 0,
    });
  });

  it('is what SES finds out about mails, from its set over a topic to the one who records it', () => {
    const recorder = functions.get('mail-feedback')?.id;
    expect(configurationSet.Properties).toEqual({
      Name: 'booking-meet',
      ReputationOptions: { ReputationMetricsEnabled: false },
    });
    expect(template.one('AWS::SES::ConfigurationSetEventDestination')).toMatchObject({
      Properties: {
        ConfigurationSetName: { Ref: configurationSet.id },
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ['bounce', 'complaint', 'reject'],
          SnsDestination: { TopicARN: { Ref: mailTopic.id } },
        },
      },
      // SES tries the topic out at once.
      DependsOn: [named('AWS::SNS::TopicPolicy', /^MailEvents/).id],
    });
    expect(template.all('AWS::SNS::Subscription').map(({ Properties }) => Properties)).toEqual([
      { Protocol: 'lambda', TopicArn: { Ref: mailTopic.id }, Endpoint: { 'Fn::GetAtt': [recorder, 'Arn'] } },
    ]);
    const fromTopic = template
      .all('AWS::Lambda::Permission')
      .filter(({ Properties }) => Properties.Principal === 'sns.amazonaws.com');
    expect(fromTopic.map(({ Properties }) => [Properties.FunctionName, Properties.SourceArn])).toEqual([
      [{ 'Fn::GetAtt': [recorder, 'Arn'] }, { Ref: mailTopic.id }],
    ]);
    expect(named('AWS::Lambda::EventInvokeConfig', /^MailFeedback/).Properties).toMatchObject({
      FunctionName: { Ref: recorder },
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 6 * 3600,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [mailFailures.id, 'Arn'] } } },
    });
  });

  it('lets SES publish for its own set from this account, and by TLS only', () => {
    expect(policyOf(mailTopic)).toEqual([
      tlsOnly,
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'ses.amazonaws.com' },
        Condition: {
          StringEquals: {
            'AWS:SourceAccount': { Ref: 'AWS::AccountId' },
            'AWS:SourceArn': expect.objectContaining({ 'Fn::Join': expect.anything() }),
          },
        },
      }),
    ]);
  });

  it('leaves what was given up where an alarm looks, from every stream and every invocation that nobody waits for', () => {
    const kept = [
      ...template.all('AWS::Lambda::EventSourceMapping'),
      ...template.all('AWS::Lambda::EventInvokeConfig'),
    ].flatMap(({ Properties }) => Properties.DestinationConfig?.OnFailure.Destination['Fn::GetAtt'][0] ?? []);
    const watched = template
      .all('AWS::CloudWatch::Alarm')
      .flatMap(({ Properties }) => Properties.Dimensions ?? [])
      .flatMap(({ Name, Value }) => (Name === 'QueueName' ? Value['Fn::GetAtt'][0] : []));
    expect(kept.sort()).toEqual(
      template
        .all('AWS::SQS::Queue')
        .map(({ id }) => id)
        .sort(),
    );
    expect(watched.sort()).toEqual(kept);
  });
});

describe('every alarm', () => {
  const alarms = template.all('AWS::CloudWatch::Alarm');
  const runbooks = ['docs/en/runbook.md', 'docs/es/runbook.md'].map((path) => ({
    path,
    text: readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'),
  }));
  const nameOf = ({ Properties }: Resource): string => Properties.AlarmName.replace(/^booking-meet-/, '');

  it.each(runbooks)('has its heading in $path, which has no other', ({ text }) => {
    const headings = [...text.matchAll(/^## (\S+)$/gm)].map(([, heading]) => heading);
    expect(headings.toSorted()).toEqual(alarms.map(nameOf).toSorted());
  });

  it('says where its heading is', () => {
    for (const alarm of alarms) {
      expect(alarm.Properties.AlarmDescription).toContain(`docs/en/runbook.md#${nameOf(alarm)}`);
    }
  });

  it.each(runbooks)('has steps under its heading in $path', ({ text }) => {
    for (const section of text.split(/^## /m).slice(1)) expect(section, section.split('\n')[0]).toMatch(/^1\. /m);
  });

  it('tells the topic, which lets the alarms of this account in', () => {
    for (const { Properties } of alarms) expect(Properties.AlarmActions).toEqual([{ Ref: alarmTopic.id }]);
    expect(policyOf(alarmTopic)).toEqual([
      tlsOnly,
      expect.objectContaining({
        Effect: 'Allow',
        Action: 'sns:Publish',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    ]);
    const listeners = template
      .all('AWS::SNS::Subscription')
      .filter(({ Properties }) => Properties.TopicArn.Ref === alarmTopic.id);
    expect(listeners).toEqual([]);
  });
});

describe('the outputs', () => {
  it('say what a person needs to know', () => {
    const api = `<${template.one('AWS::ApiGatewayV2::Api').id}.ApiEndpoint>`;
    const redriveMapping = template
      .all('AWS::Lambda::EventSourceMapping')
      .find(({ Properties }) => Properties.FunctionName.Ref === functions.get('redrive')?.id);
    const read = (secret: string) =>
      `aws secretsmanager get-secret-value --region <AWS::Region> --secret-id booking-meet/${secret} --query SecretString --output text`;
    expect(Object.fromEntries(Object.keys(template.json.Outputs).map((name) => [name, template.output(name)]))).toEqual(
      {
        ApiUrl: api,
        AdminConsoleUrl: `${api}/admin`,
        GoogleRedirectUri: `${api}/oauth/google/callback`,
        BookneticWebhookUrl: `${api}/webhooks/booknetic`,
        AppointmentsWebhookUrl: `${api}/webhooks/appointments`,
        AdminKeyCommand: read('admin-key'),
        WebhookSecretCommand: read('webhook-secret'),
        WebhookSigningSecretCommand: read('webhook-signing-secret'),
        StreamFailuresQueueUrl: `<${streamFailures.id}>`,
        RedriveMappingId: `<${redriveMapping?.id}>`,
        MailFeedbackFailuresQueueUrl: `<${mailFailures.id}>`,
        AlarmTopicArn: `<${alarmTopic.id}>`,
      },
    );
  });
});

describe('the template', () => {
  it('holds only characters that CloudFormation keeps', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the range is all of ASCII.
    expect(JSON.stringify(template.json)).toMatch(/^[\x00-\x7f]*$/);
  });

  it('changes only on purpose', () => {
    const masked = JSON.stringify(template.json, (key, value) =>
      key === 'aws:asset:path' ? '<asset>' : key === 'S3Key' ? '<asset>.zip' : value,
    );
    expect(JSON.parse(masked)).toMatchSnapshot();
  });
});
