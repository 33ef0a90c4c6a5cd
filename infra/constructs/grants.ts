import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

/** One thing that a function may do: exact actions on exact resources. */
export interface Grant {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Instead of `resources`: everything but these. @default - none */
  readonly notResources?: readonly string[];
  /** @default - none */
  readonly conditions?: Readonly<Record<string, unknown>>;
  /**
   * Why a resource has to end in a wildcard, and that resource as cdk-nag writes it.
   * @default - none does
   */
  readonly wildcard?: { readonly resource: string; readonly reason: string };
}

type TableAction =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'UpdateItem';

type StreamAction = 'DescribeStream' | 'GetRecords' | 'GetShardIterator' | 'ListStreams';

type SecretAction = 'CreateSecret' | 'DeleteSecret' | 'GetSecretValue' | 'PutSecretValue' | 'RestoreSecret';

/** Actions on the items of a table; its indexes are not included. */
export const onTable = (table: Table, ...actions: TableAction[]): Grant => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  resources: [table.tableArn],
});

/** Actions on one item of a table, by its partition key. */
export const onItem = (table: Table, key: string, ...actions: TableAction[]): Grant => ({
  ...onTable(table, ...actions),
  conditions: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': [key] } },
});

/** Query on one index of a table. */
export const queryIndex = (table: Table, index: string): Grant => ({
  actions: ['dynamodb:Query'],
  resources: [`${table.tableArn}/index/${index}`],
});

/** The address of a table's stream. @throws when it has none */
export const streamArnOf = (table: Table): string => {
  if (table.tableStreamArn === undefined) throw new Error(`${table.node.path} has no stream.`);
  return table.tableStreamArn;
};

/** Actions on a table's stream. */
export const onStream = (table: Table, ...actions: StreamAction[]): Grant => ({
  actions: actions.map((action) => `dynamodb:${action}`),
  resources: [streamArnOf(table)],
});

/** What Lambda needs in the function's role to read a table's stream for it; it asks for ListStreams on that stream too. */
export const readStream = (table: Table): Grant =>
  onStream(table, 'DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams');

/** Actions on one secret. */
export const onSecret = (secret: Secret, ...actions: SecretAction[]): Grant => ({
  actions: actions.map((action) => `secretsmanager:${action}`),
  resources: [secret.secretArn],
});

/** Actions on the secrets that the functions themselves make, one per staff member, under one prefix. */
export const onStaffSecrets = (scope: Construct, prefix: string, ...actions: SecretAction[]): Grant => {
  const secrets = {
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${prefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  };
  const pseudo = { partition: '<AWS::Partition>', region: '<AWS::Region>', account: '<AWS::AccountId>' };
  return {
    actions: actions.map((action) => `secretsmanager:${action}`),
    resources: [Stack.of(scope).formatArn(secrets)],
    wildcard: {
      resource: Stack.of(scope).formatArn({ ...secrets, ...pseudo }),
      reason:
        'One secret per staff member is made while the system runs, so only the prefix of their names is known; nothing else lives under it.',
    },
  };
};

/** Sending one message at a time to a queue. */
export const sendTo = (queue: Queue): Grant => ({ actions: ['sqs:SendMessage'], resources: [queue.queueArn] });

/** What Lambda needs in the function's role to bring it a queue's messages, and to delete those that are done. */
export const receiveFrom = (queue: Queue): Grant => ({
  actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
  resources: [queue.queueArn],
});

/** Asking how many messages stand in queues. */
export const askSize = (...queues: Queue[]): Grant => ({
  actions: ['sqs:GetQueueAttributes'],
  resources: queues.map(({ queueArn }) => queueArn),
});

/** Asking SES about the account and its identities. */
export const askSes = (): Grant => ({
  actions: ['ses:GetAccountSendingEnabled', 'ses:GetIdentityVerificationAttributes', 'ses:GetSendQuota'],
  resources: ['*'],
  wildcard: {
    resource: '*',
    reason:
      'SES knows no resource for these questions about the account; they change nothing and tell nothing of mails.',
  },
});

/**
 * Sending mail as one address, with one configuration set. SES checks the identity of the address where that is verified, else that of its
 * domain; the condition keeps a verified domain from lending its other addresses. For the configuration set SES asks for the same action
 * once more; it stands without the condition, since without the identity it allows nothing.
 */
export const sendMailAs = (scope: Construct, address: string, configurationSet: string): Grant[] => {
  const arnOf = (resource: string, resourceName: string) =>
    Stack.of(scope).formatArn({ service: 'ses', resource, resourceName });
  return [
    {
      actions: ['ses:SendRawEmail'],
      resources: [address, address.slice(address.lastIndexOf('@') + 1)].map((identity) => arnOf('identity', identity)),
      conditions: { StringEquals: { 'ses:FromAddress': address } },
    },
    { actions: ['ses:SendRawEmail'], resources: [arnOf('configuration-set', configurationSet)] },
  ];
};

/** Sending text messages: a telephone number has no ARN, so everything is allowed that is no topic. */
export const sendSms = (scope: Construct): Grant => ({
  actions: ['sns:Publish'],
  resources: [],
  notResources: [Stack.of(scope).formatArn({ service: 'sns', region: '*', account: '*', resource: '*' })],
});
