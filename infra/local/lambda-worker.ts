/** One execution environment: loads a bundle once and answers one invocation after the other, as Lambda's Node.js runtime does. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** What an execution environment is told at its start. */
export interface EnvironmentData {
  readonly modulePath: string;
  readonly handlerName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMegabytes: number;
}

/** One invocation; the event travels as JSON, so that nothing is shared. */
export interface InvocationMessage {
  readonly requestId: string;
  readonly event: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

/** An error as Lambda reports it. */
export interface FunctionError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What an execution environment says: that it is ready, or how an invocation ended. */
export type EnvironmentMessage =
  | { readonly ready: true }
  | { readonly payload: string }
  | { readonly error: FunctionError }
  /** It cannot go on, and the invocation under way fails with it. */
  | { readonly fatal: FunctionError };

const data = workerData as EnvironmentData;

function describe(error: unknown): FunctionError {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}

function say(message: EnvironmentMessage): void {
  parentPort?.postMessage(message);
}

async function load(): Promise<(event: unknown, context: unknown) => unknown> {
  const module = (await import(pathToFileURL(data.modulePath).href)) as Record<string, unknown>;
  const handler = module[data.handlerName];
  if (typeof handler === 'function') return handler as (event: unknown, context: unknown) => unknown;
  const error = new Error(`${data.handlerName} is undefined or not exported`);
  error.name = 'Runtime.HandlerNotFound';
  throw error;
}

function contextOf({ requestId, deadline }: InvocationMessage): object {
  return {
    awsRequestId: requestId,
    functionName: data.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: data.functionArn,
    memoryLimitInMB: String(data.memoryMegabytes),
    logGroupName: `/aws/lambda/${data.functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
  };
}

function fail(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  const { errorMessage, trace } = describe(error);
  const errorType = 'Runtime.UnhandledPromiseRejection';
  say({ fatal: { errorType, errorMessage, ...(trace && { trace }) } });
  process.exit(1);
}
process.on('unhandledRejection', fail);

load().then(
  (handler) => {
    parentPort?.on('message', async (message: InvocationMessage) => {
      try {
        const result = await handler(JSON.parse(message.event), contextOf(message));
        say({ payload: JSON.stringify(result) ?? 'null' });
      } catch (error) {
        say({ error: describe(error) });
      }
    });
    say({ ready: true });
  },
  (error) => {
    say({ fatal: describe(error) });
    process.exit(1);
  },
);
