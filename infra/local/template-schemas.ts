/** What the local stack understands of each kind of resource. */
import { z } from 'zod';
import { KNOWN_OPERATORS } from './policy.ts';

// Strict where a property that goes unnoticed would make the local stack behave differently from the deployed one.
export const apiSchema = z.strictObject({
  Name: z.string(),
  ProtocolType: z.literal('HTTP'),
  Description: z.string().optional(),
});
export const stageSchema = z.looseObject({ StageName: z.literal('$default') });
export const routeSchema = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string(),
  AuthorizationType: z.literal('NONE').default('NONE'),
  Target: z.string().transform((target) => target.replace(/^integrations\//, '')),
});
export const integrationSchema = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  PayloadFormatVersion: z.literal('2.0'),
  TimeoutInMillis: z.int().default(30_000),
});
export const functionSchema = z.looseObject({
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs/, 'only Node.js runs locally'),
  PackageType: z.literal('Zip').optional(),
  Layers: z.undefined({ error: 'layers are not known to the local stack' }).optional(),
  Timeout: z.int().default(3),
  MemorySize: z.int().default(128),
  ReservedConcurrentExecutions: z.int().optional(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).default({ Variables: {} }),
});
const oneOrMore = z.union([z.string(), z.array(z.string())]);
const conditionSchema = z.record(
  z
    .string()
    .refine((operator) => KNOWN_OPERATORS.has(operator), 'this operator of conditions is not known to the local stack'),
  z.record(z.string(), oneOrMore),
);
export const statementSchema = z.strictObject({
  Effect: z.literal('Allow', 'only statements that allow work locally'),
  Action: oneOrMore,
  Resource: oneOrMore.optional(),
  NotResource: oneOrMore.optional(),
  Condition: conditionSchema.default({}),
});
export const policySchema = z.strictObject({
  PolicyName: z.string(),
  PolicyDocument: z.object({ Statement: z.array(statementSchema) }),
  Roles: z.array(z.string()),
});
/** What a role may do stands in policies of their own. */
export const roleSchema = z.strictObject({});
/** The logical id of a function's role. */
export const roleOfSchema = z
  .object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) })
  .transform((role) => role['Fn::GetAtt'][0]);
/** Decides what else a mapping may say. */
export const eventSourceSchema = z.looseObject({ EventSourceArn: z.string() });
export const streamMappingSchema = z.strictObject({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  Enabled: z.literal(true).optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']),
  BatchSize: z.int().default(100),
  // Waiting for a batch to fill up changes when a function runs, not what it gets.
  MaximumBatchingWindowInSeconds: z.int().optional(),
  ParallelizationFactor: z.int().default(1),
  MaximumRetryAttempts: z.int().default(-1),
  MaximumRecordAgeInSeconds: z.int().default(-1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  FilterCriteria: z
    .strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })) })
    .default({ Filters: [] }),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }).optional(),
});
export const queueMappingSchema = z.strictObject({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  Enabled: z.boolean().default(true),
  BatchSize: z.int().default(10),
  // As for streams; nor does it matter to a function how many others run beside it.
  MaximumBatchingWindowInSeconds: z.int().optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.int() }).optional(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
});
export const queueSchema = z.strictObject({
  QueueName: z.string().optional(),
  VisibilityTimeout: z.int().default(30),
  // It forgets nothing by itself: what stands in it is for a person to see.
  MessageRetentionPeriod: z.int().optional(),
});
export const topicSchema = z.strictObject({ TopicName: z.string().optional(), DisplayName: z.string().optional() });
export const subscriptionSchema = z.strictObject({
  Protocol: z.enum(['lambda', 'email'], 'only functions, and people, subscribe to topics locally'),
  TopicArn: z.string(),
  Endpoint: z.string(),
});
export const configurationSetSchema = z.strictObject({
  Name: z.string({ error: 'only configuration sets with a fixed name work locally' }),
  ReputationOptions: z.unknown().optional(),
});
export const eventDestinationSchema = z.strictObject({
  ConfigurationSetName: z.string(),
  EventDestination: z.strictObject({
    Name: z.string().optional(),
    Enabled: z.boolean(),
    MatchingEventTypes: z.array(z.string()),
    SnsDestination: z.strictObject({ TopicARN: z.string() }, 'only topics take events of mails locally'),
  }),
});
export const asyncInvocationSchema = z.strictObject({
  FunctionName: z.string(),
  Qualifier: z.literal('$LATEST'),
  MaximumRetryAttempts: z.int().default(2),
  // Nothing waits for so long here.
  MaximumEventAgeInSeconds: z.int().optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }) }).optional(),
});
const scheduleState = z.enum(['ENABLED', 'DISABLED']).default('ENABLED');
export const ruleSchema = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  State: scheduleState,
  ScheduleExpression: z.string({ error: 'only rules with a ScheduleExpression work locally' }),
  Targets: z
    .array(
      z.strictObject({
        Arn: z.string(),
        Id: z.string(),
        Input: z.string().optional(),
        RetryPolicy: z.unknown().optional(),
        DeadLetterConfig: z.unknown().optional(),
      }),
    )
    .default([]),
});
export const schedulerSchema = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  GroupName: z.string().optional(),
  State: scheduleState,
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  FlexibleTimeWindow: z.strictObject({ Mode: z.literal('OFF') }),
  Target: z.strictObject({
    Arn: z.string(),
    Input: z.string().optional(),
    RetryPolicy: z.unknown().optional(),
    DeadLetterConfig: z.unknown().optional(),
  }),
});
export const tableSchema = z.looseObject({
  TableName: z.string().optional(),
  KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  BillingMode: z.literal('PAY_PER_REQUEST', 'only on-demand tables work locally'),
  GlobalSecondaryIndexes: z
    .array(
      z.object({
        IndexName: z.string(),
        KeySchema: z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) })),
        Projection: z.object({
          ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
          NonKeyAttributes: z.array(z.string()).optional(),
        }),
      }),
    )
    .optional(),
  LocalSecondaryIndexes: z.undefined({ error: 'local secondary indexes are not known to the local stack' }).optional(),
  StreamSpecification: z
    .object({ StreamViewType: z.enum(['NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES', 'KEYS_ONLY']) })
    .optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: z.boolean() }).optional(),
});
export const secretSchema = z.strictObject({
  Name: z.string({ error: 'only secrets with a fixed name work locally' }),
  Description: z.string().optional(),
  SecretString: z.string().optional(),
  GenerateSecretString: z
    .strictObject({
      PasswordLength: z.int().default(32),
      ExcludeCharacters: z.string().default(''),
      ExcludeLowercase: z.boolean().default(false),
      ExcludeUppercase: z.boolean().default(false),
      ExcludeNumbers: z.boolean().default(false),
      ExcludePunctuation: z.boolean().default(false),
      IncludeSpace: z.boolean().default(false),
      RequireEachIncludedType: z.boolean().default(true),
      SecretStringTemplate: z.string().optional(),
      GenerateStringKey: z.string().optional(),
    })
    .optional(),
});

/** Drops properties that only mean something on AWS, so that what they refer to need not be known here. */
export function relevant(
  properties: Readonly<Record<string, unknown>>,
  type: string,
): Readonly<Record<string, unknown>> {
  const { Tags: _tags, ...rest } = properties;
  switch (type) {
    case 'AWS::Lambda::Function': {
      const { Handler, Runtime, PackageType, Layers, Timeout, MemorySize, ReservedConcurrentExecutions, Environment } =
        rest;
      const known = {
        Handler,
        Runtime,
        PackageType,
        Layers,
        Timeout,
        MemorySize,
        ReservedConcurrentExecutions,
        Environment,
      };
      return Object.fromEntries(Object.entries(known).filter(([, value]) => value !== undefined));
    }
    case 'AWS::IAM::Role': {
      const { ManagedPolicyArns, Policies } = rest;
      return {
        ...(ManagedPolicyArns !== undefined && { ManagedPolicyArns }),
        ...(Policies !== undefined && { Policies }),
      };
    }
    case 'AWS::ApiGatewayV2::Stage':
      return { StageName: rest.StageName };
    case 'AWS::DynamoDB::Table': {
      const { SSESpecification: _encryption, ...table } = rest;
      return table;
    }
    case 'AWS::SQS::Queue': {
      const { SqsManagedSseEnabled: _encryption, ...queue } = rest;
      return queue;
    }
    case 'AWS::SecretsManager::Secret': {
      const { KmsKeyId: _key, ...secret } = rest;
      return secret;
    }
    case 'AWS::Scheduler::Schedule': {
      const { RoleArn: _role, ...target } = rest.Target as Record<string, unknown>;
      return { ...rest, Target: target };
    }
    default:
      return rest;
  }
}
