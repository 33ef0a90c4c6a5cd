import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { AsyncInvocationDefinition } from './async-invocation.ts';
import { ACCOUNT, PARTITION, REGION } from './aws.ts';
import type { TableDefinition } from './dynamodb.ts';
import { type LocalValues, resolveIntrinsics, TemplateError } from './intrinsics.ts';
import type { FunctionDefinition } from './lambda.ts';
import type { EventDestinationDefinition } from './mail-simulator.ts';
import { Role, type Statement } from './policy.ts';
import type { QueueDefinition, QueueMappingDefinition } from './queue.ts';
import type { ScheduleDefinition } from './schedule.ts';
import type { SecretDefinition } from './secrets.ts';
import type { MappingDefinition } from './streams.ts';
import {
  apiSchema,
  asyncInvocationSchema,
  configurationSetSchema,
  eventDestinationSchema,
  eventSourceSchema,
  functionSchema,
  integrationSchema,
  policySchema,
  queueMappingSchema,
  queueSchema,
  relevant,
  roleOfSchema,
  roleSchema,
  routeSchema,
  ruleSchema,
  schedulerSchema,
  secretSchema,
  stageSchema,
  type statementSchema,
  streamMappingSchema,
  subscriptionSchema,
  tableSchema,
  topicSchema,
} from './template-schemas.ts';
import type { TopicDefinition } from './topics.ts';

/** A route of the HTTP API and the function that answers it. */
interface RouteDefinition {
  /** `GET /staff/{email}`, `ANY /{proxy+}` or `$default`. */
  readonly routeKey: string;
  /** Logical id of the function. */
  readonly functionId: string;
  /** How long the gateway waits for it. */
  readonly timeoutMilliseconds: number;
}

/** What of a template depends on addresses that exist only once the parts run. */
export interface Plan {
  readonly functions: readonly FunctionDefinition[];
  /** What each function may do, by its logical id; those whose role is none of this template are not in it. */
  readonly roles: ReadonlyMap<string, Role>;
  readonly routes: readonly RouteDefinition[];
  readonly mappings: readonly MappingDefinition[];
  readonly queues: readonly QueueDefinition[];
  readonly queueMappings: readonly QueueMappingDefinition[];
  readonly schedules: readonly ScheduleDefinition[];
  readonly topics: readonly TopicDefinition[];
  readonly eventDestinations: readonly EventDestinationDefinition[];
  readonly asyncInvocations: readonly AsyncInvocationDefinition[];
}

interface Resource {
  readonly Type: string;
  readonly Condition?: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** Kinds of resources that make no difference on one machine: who may call us, logs, alarms, names. */
const WITHOUT_LOCAL_MEANING =
  /^AWS::(Logs::|CloudWatch::|Route53::|CertificateManager::|CDK::Metadata$|SNS::TopicPolicy$|SQS::QueuePolicy$|Lambda::Permission$|ApiGatewayV2::DomainName$|ApiGatewayV2::ApiMapping$)/;

const UNDERSTOOD = new Set([
  'AWS::ApiGatewayV2::Api',
  'AWS::ApiGatewayV2::Integration',
  'AWS::ApiGatewayV2::Route',
  'AWS::ApiGatewayV2::Stage',
  'AWS::DynamoDB::Table',
  'AWS::Events::Rule',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::Scheduler::Schedule',
  'AWS::SecretsManager::Secret',
  'AWS::SES::ConfigurationSet',
  'AWS::SES::ConfigurationSetEventDestination',
  'AWS::SNS::Subscription',
  'AWS::SNS::Topic',
  'AWS::SQS::Queue',
]);

/** A synthesized template, read for running it on one machine. */
export class Template {
  readonly #assembly: string;
  readonly #resources: Readonly<Record<string, Resource>>;

  constructor(assembly: string, resources: Readonly<Record<string, Resource>>) {
    this.#assembly = assembly;
    this.#resources = resources;
    for (const [id, { Type, Condition }] of Object.entries(resources)) {
      if (WITHOUT_LOCAL_MEANING.test(Type)) continue;
      if (!UNDERSTOOD.has(Type)) throw new TemplateError(`${id}: the local stack does not know ${Type}`);
      if (Condition !== undefined) throw new TemplateError(`${id}: conditions are not known to the local stack`);
    }
  }

  /**
   * Reads the one template of a cloud assembly.
   * @throws TemplateError when it holds something that would have to be understood and is not.
   */
  static read(assembly: string): Template {
    const names = readdirSync(assembly).filter((name) => name.endsWith('.template.json'));
    const [name] = names;
    if (name === undefined || names.length > 1) {
      throw new TemplateError(`${assembly} should hold one template, it holds ${names.length}`);
    }
    const { Resources } = JSON.parse(readFileSync(join(assembly, name), 'utf8')) as {
      Resources: Record<string, Resource>;
    };
    return new Template(assembly, Resources);
  }

  /** The tables by logical id; a table without a name of its own gets its logical id as name. */
  tables(): ReadonlyMap<string, TableDefinition> {
    return new Map(
      this.#parse('AWS::DynamoDB::Table', tableSchema, new Map()).map(([id, table]) => [
        id,
        {
          create: {
            TableName: table.TableName ?? id,
            KeySchema: table.KeySchema,
            AttributeDefinitions: table.AttributeDefinitions,
            BillingMode: table.BillingMode,
            ...(table.GlobalSecondaryIndexes && { GlobalSecondaryIndexes: table.GlobalSecondaryIndexes }),
            ...(table.StreamSpecification && {
              StreamSpecification: { StreamEnabled: true, ...table.StreamSpecification },
            }),
          },
          ttlAttribute: table.TimeToLiveSpecification?.Enabled
            ? table.TimeToLiveSpecification.AttributeName
            : undefined,
        },
      ]),
    );
  }

  /** The partition key of each table, by the table's name. */
  partitionKeys(): ReadonlyMap<string, string> {
    return new Map(
      [...this.tables().values()].map(({ create: { TableName, KeySchema = [] } }) => [
        TableName,
        KeySchema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? '',
      ]),
    );
  }

  /** The secrets by logical id. */
  secrets(): ReadonlyMap<string, SecretDefinition> {
    return new Map(
      this.#parse('AWS::SecretsManager::Secret', secretSchema, new Map()).map(([id, secret]) => [
        id,
        {
          name: secret.Name,
          description: secret.Description,
          value: secret.SecretString,
          generate: secret.GenerateSecretString && {
            length: secret.GenerateSecretString.PasswordLength,
            excludeCharacters: secret.GenerateSecretString.ExcludeCharacters,
            excludeLowercase: secret.GenerateSecretString.ExcludeLowercase,
            excludeUppercase: secret.GenerateSecretString.ExcludeUppercase,
            excludeNumbers: secret.GenerateSecretString.ExcludeNumbers,
            excludePunctuation: secret.GenerateSecretString.ExcludePunctuation,
            includeSpace: secret.GenerateSecretString.IncludeSpace,
            requireEachType: secret.GenerateSecretString.RequireEachIncludedType,
            template: secret.GenerateSecretString.SecretStringTemplate,
            key: secret.GenerateSecretString.GenerateStringKey,
          },
        },
      ]),
    );
  }

  /**
   * Everything that runs.
   * @param local addresses of what was started: the ARN of each secret under its logical id, `Id.StreamArn` of each
   * streamed table.
   * @param publicUrl the address at which the HTTP API is reached.
   */
  plan(local: LocalValues, publicUrl: string): Plan {
    const values = new Map([...this.#fixedValues(publicUrl), ...local]);
    this.#parse('AWS::ApiGatewayV2::Api', apiSchema, values);
    this.#parse('AWS::ApiGatewayV2::Stage', stageSchema, values);
    const functionIds = new Map(this.#idsOf('AWS::Lambda::Function').map((id) => [functionArn(id), id]));
    const functionId = (owner: string, arn: string): string => {
      const id = functionIds.get(arn) ?? (this.#resources[arn]?.Type === 'AWS::Lambda::Function' ? arn : undefined);
      if (id === undefined) throw new TemplateError(`${owner}: ${arn} is not a function of this template`);
      return id;
    };
    const queues = this.#parse('AWS::SQS::Queue', queueSchema, values).map(([id, queue]) => ({
      id,
      arn: queueArn(id),
      visibilityTimeoutSeconds: queue.VisibilityTimeout,
    }));
    const knownQueue = (owner: string, arn: string): string => {
      if (queues.some((queue) => queue.arn === arn)) return arn;
      throw new TemplateError(`${owner}: ${arn} is not a queue of this template`);
    };
    const integrations = new Map(this.#parse('AWS::ApiGatewayV2::Integration', integrationSchema, values));
    const topicArns = this.#parse('AWS::SNS::Topic', topicSchema, values).map(([id]) => topicArn(id));
    const knownTopic = (owner: string, arn: string): string => {
      if (topicArns.includes(arn)) return arn;
      throw new TemplateError(`${owner}: ${arn} is not a topic of this template`);
    };
    const subscriptions = this.#parse('AWS::SNS::Subscription', subscriptionSchema, values)
      // What people would get by mail are alarms, and nothing rings here.
      .filter(([, { Protocol }]) => Protocol === 'lambda')
      .map(([id, { TopicArn, Endpoint }]) => ({
        topic: knownTopic(id, TopicArn),
        functionId: functionId(id, Endpoint),
      }));
    this.#parse('AWS::SES::ConfigurationSet', configurationSetSchema, values);
    const { stream: streamMappings = [], queue: queueMappings = [] } = Object.groupBy(
      this.#idsOf('AWS::Lambda::EventSourceMapping'),
      (id) => eventSource(id, this.#read(id, eventSourceSchema, values).EventSourceArn),
    );
    return {
      functions: this.#parse('AWS::Lambda::Function', functionSchema, values).map(([id, fn]) => ({
        id,
        arn: functionArn(id),
        name: fn.Environment.Variables.POWERTOOLS_SERVICE_NAME ?? id,
        codePath: this.#codePath(id),
        handler: fn.Handler,
        timeoutSeconds: fn.Timeout,
        memoryMegabytes: fn.MemorySize,
        concurrency: fn.ReservedConcurrentExecutions,
        variables: fn.Environment.Variables,
      })),
      roles: this.#roles(values),
      routes: this.#parse('AWS::ApiGatewayV2::Route', routeSchema, values).map(([id, route]) => {
        const integration = integrations.get(route.Target);
        if (integration === undefined) throw new TemplateError(`${id}: no integration ${route.Target}`);
        return {
          routeKey: route.RouteKey,
          functionId: functionId(id, integration.IntegrationUri),
          timeoutMilliseconds: integration.TimeoutInMillis,
        };
      }),
      mappings: streamMappings.map((id) => {
        const mapping = this.#read(id, streamMappingSchema, values);
        return {
          id,
          functionId: functionId(id, mapping.FunctionName),
          streamArn: mapping.EventSourceArn,
          startingPosition: mapping.StartingPosition,
          batchSize: mapping.BatchSize,
          lanes: mapping.ParallelizationFactor,
          maximumRetryAttempts: mapping.MaximumRetryAttempts,
          maximumRecordAgeSeconds: mapping.MaximumRecordAgeInSeconds,
          bisectOnError: mapping.BisectBatchOnFunctionError,
          partialResponses: mapping.FunctionResponseTypes.length > 0,
          filterPatterns: mapping.FilterCriteria.Filters.map((filter) => filter.Pattern),
          onFailure: mapping.DestinationConfig && knownQueue(id, mapping.DestinationConfig.OnFailure.Destination),
        };
      }),
      queues,
      queueMappings: queueMappings.map((id) => {
        const mapping = this.#read(id, queueMappingSchema, values);
        return {
          id,
          functionId: functionId(id, mapping.FunctionName),
          queueArn: knownQueue(id, mapping.EventSourceArn),
          enabled: mapping.Enabled,
          batchSize: mapping.BatchSize,
          partialResponses: mapping.FunctionResponseTypes.length > 0,
        };
      }),
      schedules: [
        ...this.#parse('AWS::Events::Rule', ruleSchema, values).flatMap(([id, rule]) =>
          rule.Targets.map((target) => ({
            arn: `arn:${PARTITION}:events:${REGION}:${ACCOUNT}:rule/${rule.Name ?? id}`,
            source: 'aws.events' as const,
            enabled: rule.State === 'ENABLED',
            expression: rule.ScheduleExpression,
            functionId: functionId(id, target.Arn),
            input: target.Input,
          })),
        ),
        ...this.#parse('AWS::Scheduler::Schedule', schedulerSchema, values).map(([id, schedule]) => ({
          arn: `arn:${PARTITION}:scheduler:${REGION}:${ACCOUNT}:schedule/${schedule.GroupName ?? 'default'}/${schedule.Name ?? id}`,
          source: 'aws.scheduler' as const,
          enabled: schedule.State === 'ENABLED',
          expression: schedule.ScheduleExpression,
          functionId: functionId(id, schedule.Target.Arn),
          input: schedule.Target.Input,
        })),
      ],
      topics: topicArns.map((arn) => ({
        arn,
        functionIds: subscriptions.filter(({ topic }) => topic === arn).map((subscription) => subscription.functionId),
      })),
      eventDestinations: this.#parse('AWS::SES::ConfigurationSetEventDestination', eventDestinationSchema, values)
        .filter(([, { EventDestination }]) => EventDestination.Enabled)
        .map(([id, { ConfigurationSetName, EventDestination }]) => ({
          configurationSet: ConfigurationSetName,
          eventTypes: EventDestination.MatchingEventTypes,
          topicArn: knownTopic(id, EventDestination.SnsDestination.TopicARN),
        })),
      asyncInvocations: this.#parse('AWS::Lambda::EventInvokeConfig', asyncInvocationSchema, values).map(
        ([id, config]) => ({
          functionId: functionId(id, config.FunctionName),
          retries: config.MaximumRetryAttempts,
          onFailure: config.DestinationConfig && knownQueue(id, config.DestinationConfig.OnFailure.Destination),
        }),
      ),
    };
  }

  #roles(values: LocalValues): ReadonlyMap<string, Role> {
    this.#parse('AWS::IAM::Role', roleSchema, values);
    const policies = this.#parse('AWS::IAM::Policy', policySchema, values).map(([, policy]) => policy);
    return new Map(
      this.#idsOf('AWS::Lambda::Function').flatMap((id): [string, Role][] => {
        const { success, data } = roleOfSchema.safeParse(this.#resources[id]?.Properties?.Role);
        if (!success || this.#resources[data]?.Type !== 'AWS::IAM::Role') return [];
        const statements = policies
          .filter(({ Roles }) => Roles.includes(data))
          .flatMap((policy) => policy.PolicyDocument.Statement);
        return [[id, new Role(statements.map(statementOf))]];
      }),
    );
  }

  #idsOf(type: string): string[] {
    return Object.keys(this.#resources).filter((id) => this.#resources[id]?.Type === type);
  }

  #parse<S extends z.ZodType>(type: string, schema: S, values: LocalValues): [string, z.output<S>][] {
    return this.#idsOf(type).map((id) => [id, this.#read(id, schema, values)]);
  }

  #read<S extends z.ZodType>(id: string, schema: S, values: LocalValues): z.output<S> {
    const { Type = '', Properties = {} } = this.#resources[id] ?? {};
    let resolved: unknown;
    try {
      resolved = resolveIntrinsics(relevant(Properties, Type), values);
    } catch (error) {
      throw new TemplateError(`${id} (${Type}): ${(error as Error).message}`, { cause: error });
    }
    const parsed = schema.safeParse(resolved);
    if (!parsed.success) throw new TemplateError(`${id} (${Type}):\n${z.prettifyError(parsed.error)}`);
    return parsed.data;
  }

  #fixedValues(publicUrl: string): [string, string][] {
    return Object.entries(this.#resources).flatMap(([id, { Type, Properties = {} }]): [string, string][] => {
      switch (Type) {
        case 'AWS::ApiGatewayV2::Api':
          return [
            [id, 'local'],
            [`${id}.ApiEndpoint`, publicUrl],
          ];
        case 'AWS::ApiGatewayV2::Integration':
          return [[id, id]];
        case 'AWS::Lambda::Function':
          return [
            [id, id],
            [`${id}.Arn`, functionArn(id)],
          ];
        case 'AWS::DynamoDB::Table': {
          const name = this.tables().get(id)?.create.TableName ?? id;
          return [
            [id, name],
            [`${id}.Arn`, `arn:${PARTITION}:dynamodb:${REGION}:${ACCOUNT}:table/${name}`],
          ];
        }
        case 'AWS::IAM::Role':
          return [[id, id]];
        case 'AWS::Logs::LogGroup':
          return [[`${id}.Arn`, `arn:${PARTITION}:logs:${REGION}:${ACCOUNT}:log-group:${id}`]];
        case 'AWS::SQS::Queue':
          return [
            [id, queueUrl(id)],
            [`${id}.Arn`, queueArn(id)],
          ];
        case 'AWS::SNS::Topic':
          return [[id, topicArn(id)]];
        case 'AWS::SES::ConfigurationSet':
          return [[id, String(Properties.Name)]];
        default:
          return [];
      }
    });
  }

  #codePath(id: string): string {
    const path = this.#resources[id]?.Metadata?.['aws:asset:path'];
    if (typeof path === 'string') return join(this.#assembly, path);
    throw new TemplateError(`${id}: no aws:asset:path says where its code is`);
  }
}

const statementOf = ({ Action, Resource, NotResource, Condition }: z.output<typeof statementSchema>): Statement => ({
  actions: [Action].flat(),
  resources: [Resource ?? []].flat(),
  ...(NotResource && { notResources: [NotResource].flat() }),
  conditions: Object.fromEntries(
    Object.entries(Condition).map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, wanted]) => [key, [wanted].flat()])),
    ]),
  ),
});

/** @throws TemplateError when it is none that works locally */
function eventSource(id: string, arn: string): 'stream' | 'queue' {
  if (/^arn:aws[a-z-]*:dynamodb:.*\/stream\//.test(arn)) return 'stream';
  if (/^arn:aws[a-z-]*:sqs:/.test(arn)) return 'queue';
  throw new TemplateError(`${id}: only streams of DynamoDB tables and SQS queues work locally, not ${arn}`);
}

function queueArn(id: string): string {
  return `arn:${PARTITION}:sqs:${REGION}:${ACCOUNT}:${id}`;
}

/** As SQS writes it; where it is answered, the SDK is told apart from this. */
function queueUrl(id: string): string {
  return `https://sqs.${REGION}.amazonaws.com/${ACCOUNT}/${id}`;
}

function topicArn(id: string): string {
  return `arn:${PARTITION}:sns:${REGION}:${ACCOUNT}:${id}`;
}

function functionArn(id: string): string {
  return `arn:${PARTITION}:lambda:${REGION}:${ACCOUNT}:function:${id}`;
}
