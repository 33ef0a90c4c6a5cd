/** What a request to AWS asks for: which operation of which service, on what, and which permissions it needs. */
import { ACCOUNT, PARTITION, REGION } from './aws.ts';
import type { Need } from './policy.ts';

export const SERVICES = ['dynamodb', 'dynamodbstreams', 'secretsmanager', 'ses', 'sns', 'sqs'] as const;
export type Service = (typeof SERVICES)[number];

/** A call as its request says it. */
export interface AskedCall {
  readonly service: Service;
  /** `TransactWriteItems` */
  readonly operation: string;
  readonly needs: readonly Need[];
}

/** What must be known of a table to read what is asked of it. */
interface TableKeys {
  /** Its partition key by the table's name. */
  readonly partitionKeys: ReadonlyMap<string, string>;
}

interface Asking {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** Who signed a request, and for which service: from the scope of its signature. @returns undefined when it is not signed */
export function signerOf(authorization: string | undefined): { key: string; service: string } | undefined {
  const [, key, service] = /Credential=([^/]+)\/\d+\/[^/]+\/([^/]+)\//.exec(authorization ?? '') ?? [];
  return key === undefined || service === undefined ? undefined : { key, service };
}

/** @returns undefined when it is a call of which nothing is known here */
export function readCall(service: string, { headers, body }: Asking, tables: TableKeys): AskedCall | undefined {
  const [api = '', operation = ''] = String(headers['x-amz-target'] ?? '').split('.');
  switch (service) {
    case 'dynamodb': {
      const input = JSON.parse(String(body)) as DynamoDbInput;
      if (api.startsWith('DynamoDBStreams')) {
        return { service: 'dynamodbstreams', operation, needs: [need(`dynamodb:${operation}`, streamOf(input))] };
      }
      return { service, operation, needs: dynamoDbNeeds(operation, input, tables) };
    }
    case 'secretsmanager': {
      const { SecretId, Name } = JSON.parse(String(body)) as { SecretId?: string; Name?: string };
      const id = SecretId ?? Name ?? '';
      const secret = id.startsWith('arn:') ? id : arnOf('secretsmanager', `secret:${id}`);
      return { service, operation, needs: [need(`secretsmanager:${operation}`, secret)] };
    }
    case 'sqs': {
      const { QueueUrl = '' } = JSON.parse(String(body)) as { QueueUrl?: string };
      return { service, operation, needs: [need(`sqs:${operation}`, arnOf('sqs', QueueUrl.split('/').at(-1) ?? ''))] };
    }
    case 'ses':
    case 'sns': {
      const form = new URLSearchParams(String(body));
      const action = form.get('Action') ?? '';
      return { service, operation: action, needs: service === 'ses' ? sesNeeds(action, form) : snsNeeds(action, form) };
    }
    default:
      return undefined;
  }
}

const arnOf = (service: string, resource: string): string =>
  `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT}:${resource}`;

const need = (action: string, ...resources: string[]): Need => ({ action, resources, context: {} });

type Attributes = Readonly<Record<string, { readonly S?: string }>>;

interface OneItem {
  readonly TableName: string;
  readonly Key?: Attributes;
  readonly Item?: Attributes;
}

interface DynamoDbInput extends Partial<OneItem> {
  readonly IndexName?: string;
  readonly RequestItems?: Readonly<Record<string, { readonly Keys: readonly Attributes[] }>>;
  readonly TransactItems?: readonly Readonly<Record<string, OneItem>>[];
  readonly StreamArn?: string;
  readonly ShardIterator?: string;
}

/** In a transaction each item is asked for by itself. */
const IN_TRANSACTIONS: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

function dynamoDbNeeds(operation: string, input: DynamoDbInput, { partitionKeys }: TableKeys): Need[] {
  const onItems = (action: string, table: string, keys: readonly Attributes[]): Need => {
    const partitionKey = partitionKeys.get(table) ?? '';
    return {
      action: `dynamodb:${action}`,
      resources: [arnOf('dynamodb', `table/${table}`)],
      context: { 'dynamodb:LeadingKeys': keys.flatMap((key) => key[partitionKey]?.S ?? []) },
    };
  };
  if (input.RequestItems) {
    return Object.entries(input.RequestItems).map(([table, { Keys }]) => onItems(operation, table, Keys));
  }
  if (input.TransactItems) {
    return input.TransactItems.flatMap((item) =>
      Object.entries(item).map(([kind, { TableName, Key, Item }]) =>
        onItems(IN_TRANSACTIONS[kind] ?? kind, TableName, [Key ?? Item ?? {}]),
      ),
    );
  }
  const { TableName = '', IndexName, Key, Item } = input;
  if (IndexName !== undefined) {
    return [need(`dynamodb:${operation}`, arnOf('dynamodb', `table/${TableName}/index/${IndexName}`))];
  }
  return [onItems(operation, TableName, [Key ?? Item ?? {}])];
}

/** An iterator begins with the stream that it is of. */
const streamOf = ({ StreamArn, ShardIterator = '' }: DynamoDbInput): string =>
  StreamArn ?? /arn:[^|]+/.exec(ShardIterator)?.[0] ?? '*';

function sesNeeds(action: string, form: URLSearchParams): Need[] {
  if (action !== 'SendRawEmail') return [need(`ses:${action}`, '*')];
  const message = Buffer.from(form.get('RawMessage.Data') ?? '', 'base64').toString('latin1');
  const from = addressIn(form.get('Source') ?? /^From: (.*(?:\r\n[ \t].*)*)/im.exec(message)?.[1] ?? '');
  const configurationSet = form.get('ConfigurationSetName');
  return [
    {
      action: 'ses:SendRawEmail',
      // Which of them is asked about depends on which is verified.
      resources: [from, from.slice(from.lastIndexOf('@') + 1)].map((name) => arnOf('ses', `identity/${name}`)),
      context: { 'ses:FromAddress': [from] },
    },
    ...(configurationSet ? [need('ses:SendRawEmail', arnOf('ses', `configuration-set/${configurationSet}`))] : []),
  ];
}

const addressIn = (mailbox: string): string => /<([^<>]+)>\s*$/.exec(mailbox)?.[1] ?? mailbox.trim();

// A telephone number is no ARN, and is a person's.
const snsNeeds = (action: string, form: URLSearchParams): Need[] => [
  need(`sns:${action}`, form.get('TopicArn') ?? 'telephone number'),
];
