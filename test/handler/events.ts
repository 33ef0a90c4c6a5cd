import { Logger } from '@aws-lambda-powertools/logger';
import type { Context, DynamoDBRecord, DynamoDBStreamEvent, EventBridgeEvent, SNSEvent, SQSEvent } from 'aws-lambda';
import { openApiDocument } from '../../shared/api/openapi.ts';
import { OPERATIONS } from '../../shared/api/operations.ts';
import type { StreamRange } from '../../shared/appointments/stream.ts';
import type { HttpEvent, HttpResponse } from '../../shared/http/chain.ts';
import { makeAnswerCheck } from '../e2e/answer-check.ts';
import { headerFaults } from '../e2e/header-check.ts';

export interface Request {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  /** Anything but text and bytes is sent as JSON. */
  readonly body?: unknown;
}

let requests = 0;

/**
 * What API Gateway's HTTP API hands to a function (payload format 2.0): header names in lower case, cookies apart, and every body that
 * is not known to be text, forms too, in base64.
 * @param routeKey `PUT /staff/{email}`
 */
export function httpEvent(routeKey: string, { path, query, headers = {}, cookies, body }: Request = {}): HttpEvent {
  requests += 1;
  const [method = 'GET', template = '/'] = routeKey.split(' ');
  const rawPath = template.replace(/\{(\w+)\}/g, (_, name: string) => path?.[name] ?? '');
  const isForm = body instanceof URLSearchParams;
  const isBytes = typeof body === 'string' || body instanceof Buffer;
  const bytes =
    body === undefined ? Buffer.alloc(0) : Buffer.from(isForm ? `${body}` : isBytes ? body : JSON.stringify(body));
  const type = isForm ? 'application/x-www-form-urlencoded' : body === undefined ? undefined : 'application/json';
  const sent = Object.fromEntries(
    Object.entries({ ...(type && { 'content-type': type }), ...headers })
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([, value]) => value !== ''),
  );
  const isText = /^text\/|^application\/(?:[\w.-]+\+)?(?:json|xml)\b|^application\/javascript\b/.test(
    sent['content-type'] ?? '',
  );
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString: new URLSearchParams(query).toString(),
    ...(cookies && { cookies: [...cookies] }),
    headers: { host: 'meet.test', 'x-forwarded-for': '192.0.2.1', ...sent },
    ...(query && { queryStringParameters: { ...query } }),
    ...(path && { pathParameters: { ...path } }),
    requestContext: {
      accountId: '123456789012',
      apiId: 'api',
      domainName: 'meet.test',
      domainPrefix: 'meet',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: `request-${requests}`,
      routeKey,
      stage: '$default',
      time: '23/Nov/2026:10:00:00 +0000',
      timeEpoch: 1_795_428_000_000,
    },
    ...(bytes.length > 0 && { body: bytes.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: bytes.length > 0 && !isText,
  } as unknown as HttpEvent;
}

export function lambdaContext(remainingMilliseconds = 30_000): Context {
  const end = Date.now() + remainingMilliseconds;
  return {
    awsRequestId: 'invocation',
    functionName: 'function',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:function',
    memoryLimitInMB: '256',
    logGroupName: 'group',
    logStreamName: 'stream',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => end - Date.now(),
  } as Context;
}

type HttpHandler = (event: HttpEvent, context: Context) => Promise<unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked into freely by the tests
  readonly json: any;
}

const checkAnswer = makeAnswerCheck(openApiDocument('https://meet.test'));

/**
 * Sends a request to a handler. Header names of the answer are in lower case.
 * @throws Error when the answer is not as the OpenAPI document says, or could be misused by a browser
 */
export const send = (handler: unknown, routeKey: string, request: Request = {}): Promise<Answer> =>
  sendEvent(handler, httpEvent(routeKey, request));

/** The same for an event of any make. */
export async function sendEvent(handler: unknown, event: HttpEvent): Promise<Answer> {
  const { routeKey } = event;
  const response = (await (handler as HttpHandler)(event, lambdaContext())) as HttpResponse;
  const text = response.body ?? '';
  const headers = Object.fromEntries(
    Object.entries(response.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
  const isJson = /json/.test(headers['content-type'] ?? '');
  if (routeKey in OPERATIONS) {
    const [method = '', path = ''] = routeKey.split(' ');
    const cookies = (response.cookies ?? []).map((cookie): [string, string] => ['set-cookie', cookie]);
    // Which also refuses what no header can hold.
    const answered = { method, path, headers: new Headers([...Object.entries(headers), ...cookies]) };
    const faults = [
      ...checkAnswer({ ...answered, status: response.statusCode ?? 200, body: text }),
      ...headerFaults(answered),
    ];
    if (faults.length > 0)
      throw new Error(`${routeKey} ${response.statusCode} is not as it must be: ${faults.join('; ')}`);
  }
  return {
    status: response.statusCode ?? 200,
    headers,
    cookies: response.cookies ?? [],
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

export const STREAM_ARN = 'arn:aws:dynamodb:eu-west-1:123456789012:table/Appointments/stream/2026-11-23T00:00:00.000';

/** A batch of the appointments table's stream. */
export const streamEvent = (
  ...records: readonly { appointmentId: string; staffEmail?: string; eventName?: DynamoDBRecord['eventName'] }[]
): DynamoDBStreamEvent => ({
  Records: records.map(({ appointmentId, staffEmail = '-', eventName = 'MODIFY' }, index) => ({
    eventID: `event-${index}`,
    eventName,
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-1',
    eventSourceARN: STREAM_ARN,
    dynamodb: {
      ApproximateCreationDateTime: 1_795_428_000,
      Keys: { appointmentId: { S: appointmentId } },
      ...(eventName !== 'REMOVE' && {
        NewImage: { appointmentId: { S: appointmentId }, staffEmail: { S: staffEmail }, wake: { S: 'now' } },
      }),
      SequenceNumber: `${1000 + index}`,
      SizeBytes: 100,
      StreamViewType: 'NEW_IMAGE',
    },
  })),
});

/** What Lambda leaves in the on-failure queue of a stream for a batch that it gave up, as it stands in its documentation. */
export const givenUp = ({ shardId, first, last }: StreamRange, streamArn = STREAM_ARN) => ({
  requestContext: {
    requestId: '316aa6d0-8154-41d7-9af7-85d5f4a6bc81',
    functionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:meeting-sync',
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: 4,
  },
  responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
  version: '1.0',
  timestamp: '2026-11-23T10:00:00.717Z',
  DDBStreamBatchInfo: {
    shardId,
    startSequenceNumber: first,
    endSequenceNumber: last,
    approximateArrivalOfFirstRecord: '2026-11-23T09:59:19Z',
    approximateArrivalOfLastRecord: '2026-11-23T09:59:19Z',
    batchSize: 1,
    streamArn,
  },
});

/** A batch of a queue. The messages are called `message-0` and so on. @param bodies anything but text is sent as JSON */
export const queueEvent = (...bodies: readonly unknown[]): SQSEvent => ({
  Records: bodies.map((body, index) => ({
    messageId: `message-${index}`,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1795428000717',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1795428000720',
    },
    messageAttributes: {},
    md5OfBody: 'e4e68fb7bd0e697a0ae8f1bb342846b3',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:eu-west-1:123456789012:StreamFailures',
    awsRegion: 'eu-west-1',
  })),
});

/** What SNS hands to a function: one notification. @param message anything but text is sent as JSON */
export const snsEvent = (message: unknown): SNSEvent => ({
  Records: [
    {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: 'arn:aws:sns:eu-west-1:123456789012:MailEvents:2bcfbf39-05c3-41de-beaa-fcfcc21c8f55',
      Sns: {
        Type: 'Notification',
        MessageId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e',
        TopicArn: 'arn:aws:sns:eu-west-1:123456789012:MailEvents',
        Subject: 'Amazon SES Email Event Notification',
        Message: typeof message === 'string' ? message : JSON.stringify(message),
        Timestamp: '2026-11-24T09:01:03.000Z',
        SignatureVersion: '1',
        Signature: 'EXAMPLE',
        SigningCertUrl: 'https://sns.eu-west-1.amazonaws.com/SimpleNotificationService.pem',
        UnsubscribeUrl: 'https://sns.eu-west-1.amazonaws.com/?Action=Unsubscribe',
        MessageAttributes: {},
      },
    },
  ],
});

/** What the schedule sends every minute. */
export const scheduledEvent = (): EventBridgeEvent<'Scheduled Event', object> => ({
  version: '0',
  id: '53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '123456789012',
  time: '2026-11-23T10:00:00Z',
  region: 'eu-west-1',
  resources: ['arn:aws:events:eu-west-1:123456789012:rule/due-work'],
  detail: {},
});

/** A logger whose lines are kept instead of written. */
export function keptLogs(): { logger: Logger; lines: string[] } {
  const lines: string[] = [];
  const logger = new Logger({ logLevel: 'DEBUG', serviceName: 'test' });
  const keep = (line: string) => void lines.push(line);
  Object.assign(logger, { console: { debug: keep, info: keep, warn: keep, error: keep, log: keep } });
  return { logger, lines };
}

export const ADMIN_KEY = 'the-admin-key';
export const asAdmin = { authorization: `Bearer ${ADMIN_KEY}` };
