import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBStreamsClient } from '@aws-sdk/client-dynamodb-streams';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { AsyncInvoker } from './async-invocation.ts';
import { clientSettings } from './aws.ts';
import { deadLetter } from './dead-letters.ts';
import { type AwsCall, startDoor } from './door.ts';
import { ensureTable, requireJava, startDynamoDb } from './dynamodb.ts';
import { type LocalEnvironment, readEnvironment } from './environment.ts';
import { startGateway } from './gateway.ts';
import { startGoogle } from './google/server.ts';
import { grantRecord } from './grant-record.ts';
import { startInbox } from './inbox.ts';
import { jsonFile } from './json-file.ts';
import { type FunctionDefinition, LambdaFunction } from './lambda.ts';
import { MailSimulator } from './mail-simulator.ts';
import { DataDirectoryClaim, type SupervisedProcess } from './processes.ts';
import { Queue, QueueConsumer, type Redriven } from './queue.ts';
import { runSchedule, startSchedule } from './schedule.ts';
import { ensureSecret } from './secrets.ts';
import { startSecretsManager } from './secrets-manager.ts';
import { startSns } from './sns.ts';
import { startSqs } from './sqs.ts';
import { dynamoDbSource, StreamConsumer } from './streams.ts';
import { synthesize } from './synth.ts';
import { type Plan, Template } from './template.ts';
import { Topics } from './topics.ts';

/** How to start the local stack from a program. */
export interface StackOptions {
  /** The variables of the contract ("Local stack"); nothing else of it is read. `PORT` "0" takes a free one. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes what the parts and the functions say, line by line. @default standard error */
  readonly log?: (line: string) => void;
  /** Is told of every call that a function makes to AWS, once it has been answered. */
  readonly onCall?: (call: AwsCall) => void;
  /** Folder of a cloud assembly to run. @default the project's own, synthesized when its sources changed */
  readonly assembly?: string;
  /** Gives up starting. */
  readonly signal?: AbortSignal;
}

/** A local stack that runs. */
export interface Stack {
  /** Address of the HTTP API: `http://localhost:<port>`. */
  readonly url: string;
  /** Mails and text messages. */
  readonly inboxUrl: string;
  /** The Google stand-in; undefined with the real Google. */
  readonly googleUrl: string | undefined;
  readonly dynamoDbUrl: string;
  readonly secretsManagerUrl: string;
  readonly snsUrl: string;
  /** ARNs of the topics that functions are subscribed to: what is published there, at `snsUrl` too, comes to them. */
  readonly topicArns: readonly string[];
  readonly adminKey: string;
  /** What Booknetic sends in X-Webhook-Secret. */
  readonly webhookSecret: string;
  /** For Standard Webhooks, `whsec_…`. */
  readonly signingSecret: string;
  /** Lines about what was started and where, for a person to read. */
  readonly summary: readonly string[];
  /** What the stream gave up: the messages that stand in the on-failure queue. */
  readonly deadLetters: readonly object[];
  /** Has what the stream gave up looked at again: delivers all that stands in the queue once, enabled or not. */
  redrive(): Promise<Redriven>;
  /** Runs what the template has run on a schedule once, besides its own time, and waits for its end. */
  sweep(): Promise<void>;
  /** Settles with the reason when a part ends by itself. */
  readonly failed: Promise<Error>;
  /** Ends every part; nothing is left running. */
  stop(): Promise<void>;
}

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
/** What the Google stand-in takes as an OAuth client; it takes any. */
const LOCAL_GOOGLE_CLIENT = JSON.stringify({ clientId: 'booking-meet-local', clientSecret: 'local-secret' });

/**
 * Starts the whole system on this machine: everything that the template describes, and stand-ins for what it uses.
 * @throws when a part cannot be started, after the others were stopped.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const environment = readEnvironment(options.environment);
  const log = options.log ?? ((line) => process.stderr.write(`${line}\n`));
  const parts = new Parts();
  try {
    return await Promise.race([start(environment, options, log, parts), abortion(options.signal)]);
  } catch (error) {
    await parts.stop();
    throw error;
  }
}

async function start(
  environment: LocalEnvironment,
  { assembly: givenAssembly, onCall }: Pick<StackOptions, 'assembly' | 'onCall'>,
  log: (line: string) => void,
  parts: Parts,
): Promise<Stack> {
  const { endpoints, dataDir } = environment;
  const stored = (name: string): string | undefined => (dataDir === undefined ? undefined : join(dataDir, name));

  const claim = dataDir === undefined ? undefined : await DataDirectoryClaim.take(dataDir);
  if (claim !== undefined) parts.add(async () => claim.release());
  const standIn = async (given: string | undefined, starting: () => Promise<StandIn>): Promise<string> =>
    given ?? (await parts.started(starting())).url;
  const topics = new Topics();
  // Another SES has to have a mailbox simulator of its own, and somebody who brings its events to the topic.
  const simulator = new MailSimulator(topics);
  const [gateway, snsUrl] = await all([
    parts.started(startGateway({ port: environment.port, log: (line) => log(`[gateway] ${line}`) })),
    standIn(endpoints.sns, () => startSns({ statePath: stored('sns.json'), topics })),
    endpoints.dynamodb === undefined ? requireJava() : undefined,
  ]);
  const url = `http://localhost:${gateway.port}`;

  const supervise = (process: SupervisedProcess): void => {
    claim?.add(process.pids);
    parts.add(() => process.stop());
  };
  const googleState = stored('google.json');
  const [assembly, dynamoDb, secretsManagerUrl, inboxUrl, googleUrl] = await all([
    givenAssembly ?? synthesize(PROJECT, log, supervise),
    endpoints.dynamodb === undefined ? startDynamoDb(stored('dynamodb'), supervise) : undefined,
    standIn(endpoints.secretsManager, () => startSecretsManager({ statePath: stored('secrets.json') })),
    standIn(endpoints.ses, () =>
      startInbox({
        port: environment.inboxPort,
        statePath: stored('inbox.jsonl'),
        snsUrl,
        onTaken: (mail) => simulator.take(mail),
      }),
    ),
    environment.google === 'real'
      ? undefined
      : standIn(environment.google?.emulatorUrl, () => startGoogle(googleState ? { stateFile: googleState } : {})),
  ]);
  const dynamoDbUrl = endpoints.dynamodb ?? dynamoDb?.url ?? '';

  const template = Template.read(assembly);
  const [streamArns, secrets] = await all([
    ensureTables(template, dynamoDbUrl),
    ensureSecrets(template, secretsManagerUrl, environment),
  ]);
  const plan = template.plan(new Map([...streamArns, ...secrets.arns]), url);

  const queues = new Map(
    plan.queues.map((queue) => [queue.arn, new Queue(queue, jsonFile(stored(`queue-${queue.id}.json`)))]),
  );
  // Whatever else is somewhere else, the queues are here: what the stream gives up is put into them.
  const { url: sqsUrl } = await parts.started(startSqs([...queues.values()]));

  const streamsUrl = endpoints.dynamodbStreams ?? dynamoDbUrl;
  const services = {
    dynamodb: dynamoDbUrl,
    dynamodbstreams: streamsUrl,
    secretsmanager: secretsManagerUrl,
    ses: inboxUrl,
    sns: snsUrl,
    sqs: sqsUrl,
  };
  const { url: doorUrl } = await parts.started(
    startDoor({
      services,
      callers: callersOf(plan),
      partitionKeys: template.partitionKeys(),
      record: grantRecord(environment.grantsDir),
      onDenied: (what) => log(`[door] denied: ${what}`),
      onCall,
    }),
  );
  const variables = {
    PUBLIC_URL: url,
    ...environment.functionOverrides,
    AWS_ENDPOINT_URL_DYNAMODB: doorUrl,
    AWS_ENDPOINT_URL_DYNAMODB_STREAMS: doorUrl,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: doorUrl,
    AWS_ENDPOINT_URL_SES: doorUrl,
    AWS_ENDPOINT_URL_SNS: doorUrl,
    AWS_ENDPOINT_URL_SQS: doorUrl,
    ...(googleUrl !== undefined && { GOOGLE_EMULATOR_URL: googleUrl }),
  };
  const functions = new Map(
    plan.functions.map((definition) => [definition.id, runFunction(definition, variables, log)]),
  );
  parts.add(async () => void (await Promise.all([...functions.values()].map((fn) => fn.stop()))));
  const functionOf = (id: string): LambdaFunction => {
    const found = functions.get(id);
    if (found === undefined) throw new Error(`There is no function ${id}`);
    return found;
  };

  gateway.mount(plan.routes.map((route) => ({ ...route, target: functionOf(route.functionId) })));
  subscribe(plan, topics, functionOf, queues, parts);
  simulator.publishTo(plan.eventDestinations);
  const redrives = queueConsumers(plan, functionOf, queues);
  for (const consumer of [...consumers(plan, functionOf, streamsUrl, stored, queues, log), ...redrives]) {
    consumer.start();
    parts.add(() => consumer.stop());
  }
  for (const schedule of plan.schedules) {
    const stopSchedule = startSchedule(schedule, functionOf(schedule.functionId), environment.sweepSeconds);
    parts.add(async () => stopSchedule());
  }

  const topicArns = plan.topics.filter(({ functionIds }) => functionIds.length > 0).map(({ arn }) => arn);
  const { adminKey, webhookSecret, signingSecret } = secrets;
  return {
    url,
    inboxUrl,
    googleUrl,
    dynamoDbUrl,
    secretsManagerUrl,
    snsUrl,
    topicArns,
    adminKey,
    webhookSecret,
    signingSecret,
    get deadLetters() {
      return [...queues.values()].flatMap(({ bodies }) => bodies.map((body) => JSON.parse(body) as object));
    },
    async redrive() {
      const done = await Promise.all(redrives.map((consumer) => consumer.redrive()));
      const sum = (what: keyof Redriven): number => done.reduce((total, each) => total + each[what], 0);
      const result = { redriven: sum('redriven'), left: sum('left') };
      log(`[redrive] ${result.redriven} redriven, ${result.left} left in the queue`);
      return result;
    },
    async sweep() {
      await Promise.all(plan.schedules.map((schedule) => runSchedule(schedule, functionOf(schedule.functionId))));
    },
    failed:
      dynamoDb?.process.ended.then(
        ({ code, lastLines }) => new Error(`DynamoDB Local ended with exit code ${code}: ${lastLines.join('\n')}`),
      ) ?? new Promise(() => {}),
    summary: [
      `API                http://localhost:${gateway.port}`,
      `Admin console      http://localhost:${gateway.port}/admin`,
      `Admin key          ${adminKey}`,
      `X-Webhook-Secret   ${webhookSecret}`,
      `Signing secret     ${signingSecret}`,
      `Inbox              ${inboxUrl} (e-mails and text messages)`,
      ...topicArns.map((arn) => `Topic              ${arn}`),
      `Google             ${googleUrl ?? `the real one; redirect URI ${url}/oauth/google/callback`}`,
      `DynamoDB           ${dynamoDbUrl}`,
      `Secrets Manager    ${secretsManagerUrl}`,
      `SNS                ${snsUrl}`,
      `Data               ${dataDir ?? 'in memory, gone when this ends (set DATA_DIR to keep it)'}`,
      `Running            ${plan.functions.length} functions, ${plan.routes.length} routes, ${plan.mappings.length} stream, ${plan.schedules.length} schedule (every ${environment.sweepSeconds} s)`,
    ],
    stop: () => parts.stop(),
  };
}

interface StandIn {
  readonly url: string;
  close(): Promise<void>;
}

/** What runs, so that it can be ended in the opposite order. */
class Parts {
  readonly #stops: (() => Promise<void>)[] = [];
  #stopping: Promise<void> | undefined;

  add(stop: () => Promise<void>): void {
    // What was still starting while everything else was stopped.
    if (this.#stopping !== undefined) void stop();
    else this.#stops.push(stop);
  }

  async started<T extends { close(): Promise<void> }>(starting: Promise<T>): Promise<T> {
    const part = await starting;
    this.add(() => part.close());
    return part;
  }

  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    for (const stop of this.#stops.splice(0).reverse()) await stop();
  }
}

/** Like Promise.all, but waits for all to settle, so that what did start can be stopped, and tells every failure. */
async function all<T extends readonly unknown[]>(
  promises: [...T],
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const settled = await Promise.allSettled(promises);
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  const [first] = failures;
  if (first !== undefined) {
    if (failures.length === 1) throw first;
    throw new AggregateError(failures, failures.map((failure) => failure.message).join('\n'));
  }
  return settled.map((result) => (result as PromiseFulfilledResult<unknown>).value) as never;
}

function abortion(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('Stopped while starting')), { once: true });
  });
}

async function ensureTables(template: Template, endpoint: string): Promise<[string, string][]> {
  const client = new DynamoDBClient(clientSettings(endpoint));
  const streamArns = await Promise.all(
    [...template.tables()].map(async ([id, table]): Promise<[string, string][]> => {
      const streamArn = await ensureTable(client, table);
      return streamArn === undefined ? [] : [[`${id}.StreamArn`, streamArn]];
    }),
  );
  client.destroy();
  return streamArns.flat();
}

async function ensureSecrets(
  template: Template,
  endpoint: string,
  { adminKey, webhookSecret, signingSecret, google }: LocalEnvironment,
): Promise<Pick<Stack, 'adminKey' | 'webhookSecret' | 'signingSecret'> & { arns: [string, string][] }> {
  const client = new SecretsManagerClient(clientSettings(endpoint));
  const wanted: Readonly<Record<string, (present: string) => string | undefined>> = {
    'admin-key': () => adminKey,
    'webhook-secret': () => webhookSecret,
    'webhook-signing-secret': () => signingSecret,
    'google-client': (present) =>
      google === 'real' || 'clientId' in JSON.parse(present) ? undefined : LOCAL_GOOGLE_CLIENT,
  };
  const values = new Map<string, string>();
  const arns = await Promise.all(
    [...template.secrets()].map(async ([id, definition]): Promise<[string, string]> => {
      const purpose = definition.name.split('/').at(-1) ?? '';
      const secret = await ensureSecret(client, definition, wanted[purpose] ?? (() => undefined));
      // Of several values, which all count while one is replaced by another, one is enough to tell.
      values.set(purpose, secret.value.split(/\s+/)[0] ?? '');
      return [id, secret.arn];
    }),
  );
  client.destroy();
  const signing = values.get('webhook-signing-secret') ?? '';
  return {
    arns,
    adminKey: values.get('admin-key') ?? '',
    webhookSecret: values.get('webhook-secret') ?? '',
    signingSecret: signing.startsWith('whsec_') ? signing : `whsec_${signing}`,
  };
}

const callersOf = ({ functions, roles }: Plan) =>
  new Map(
    functions.flatMap(({ id, name }) => {
      const role = roles.get(id);
      return role === undefined ? [] : [[id, { name, role }] as const];
    }),
  );

function runFunction(
  definition: FunctionDefinition,
  variables: Readonly<Record<string, string>>,
  log: (line: string) => void,
): LambdaFunction {
  // Of the contract's variables a function gets those that the template gives it; what begins with AWS_ or names the
  // Google stand-in is not in the template.
  const wanted = Object.entries(variables).filter(
    ([name]) => name in definition.variables || name.startsWith('AWS_') || name === 'GOOGLE_EMULATOR_URL',
  );
  // The key says who calls, as it does on AWS.
  const own = { AWS_ACCESS_KEY_ID: definition.id };
  return new LambdaFunction(definition, { ...Object.fromEntries(wanted), ...own }, (line) =>
    log(`[${definition.name}] ${line}`),
  );
}

function consumers(
  plan: Plan,
  functionOf: (id: string) => LambdaFunction,
  endpoint: string,
  stored: (name: string) => string | undefined,
  queues: ReadonlyMap<string, Queue>,
  log: (line: string) => void,
): StreamConsumer[] {
  const client = new DynamoDBStreamsClient(clientSettings(endpoint));
  return plan.mappings.map((mapping) => {
    const target = functionOf(mapping.functionId);
    const { name, arn } = target.definition;
    return new StreamConsumer({
      mapping,
      source: dynamoDbSource(client, mapping.streamArn),
      target,
      checkpoints: jsonFile(stored(`stream-${mapping.id}.json`)),
      onDiscarded: (discarded) => {
        log(`[${name}] gave up ${discarded.records.length} stream records: ${discarded.why}`);
        if (mapping.onFailure === undefined) return;
        queues.get(mapping.onFailure)?.send(JSON.stringify(deadLetter(discarded, arn)));
      },
      log: (line) => log(`[${name}] ${line}`),
    });
  });
}

function subscribe(
  plan: Plan,
  topics: Topics,
  functionOf: (id: string) => LambdaFunction,
  queues: ReadonlyMap<string, Queue>,
  parts: Parts,
): void {
  for (const { arn, functionIds } of plan.topics) {
    const subscribers = functionIds.map((id) => {
      const { retries = 2, onFailure } = plan.asyncInvocations.find(({ functionId }) => functionId === id) ?? {};
      const target = functionOf(id);
      const queue = onFailure === undefined ? undefined : queues.get(onFailure);
      return new AsyncInvoker({
        target,
        functionArn: target.definition.arn,
        retries,
        onFailure: queue && ((record) => queue.send(record)),
      });
    });
    for (const subscriber of subscribers) parts.add(async () => subscriber.stop());
    topics.add(arn, subscribers);
  }
}

function queueConsumers(
  plan: Plan,
  functionOf: (id: string) => LambdaFunction,
  queues: ReadonlyMap<string, Queue>,
): QueueConsumer[] {
  return plan.queueMappings.flatMap((mapping) => {
    const queue = queues.get(mapping.queueArn);
    return queue === undefined ? [] : [new QueueConsumer({ mapping, queue, target: functionOf(mapping.functionId) })];
  });
}
