import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import { CREDENTIALS, REGION } from './aws.ts';
import type { EnvironmentData, EnvironmentMessage, FunctionError, InvocationMessage } from './lambda-worker.ts';

/** A function as the template defines it. */
export interface FunctionDefinition {
  /** Logical id. */
  readonly id: string;
  readonly arn: string;
  /** For people. */
  readonly name: string;
  /** Folder of its bundle. */
  readonly codePath: string;
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  /** Reserved concurrency. */
  readonly concurrency: number | undefined;
  readonly variables: Readonly<Record<string, string>>;
}

/** What came out of an invocation: what the handler returned, as JSON, or the error as Lambda reports it. */
export type InvocationResult =
  | { readonly ok: true; readonly payload: string }
  | { readonly ok: false; readonly error: FunctionError };

/** Anything that can be invoked. */
export interface Invocable {
  invoke(event: unknown): Promise<InvocationResult>;
}

/** Limits that Lambda sets by itself, and ours for one machine. */
export interface RuntimeLimits {
  /** What loading the bundle may take before the function's own timeout starts to count. */
  readonly initMilliseconds: number;
  /** Execution environments of one function at the same time, where the template reserves none. */
  readonly concurrency: number;
  /** After which an environment that is not used ends. */
  readonly idleMilliseconds: number;
}

const LIMITS: RuntimeLimits = { initMilliseconds: 10_000, concurrency: 10, idleMilliseconds: 300_000 };

interface Waiting {
  readonly event: string;
  readonly done: (result: InvocationResult) => void;
}

/**
 * Runs one function as Lambda does: in execution environments that load its bundle once and take one invocation at a
 * time, more of them when several invocations come at once, each ended when its time is over.
 */
export class LambdaFunction implements Invocable {
  readonly definition: FunctionDefinition;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #log: (line: string) => void;
  readonly #limits: RuntimeLimits;
  readonly #environments = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #queue: Waiting[] = [];
  #stopped = false;

  /** @param variables come on top of those of the definition. */
  constructor(
    definition: FunctionDefinition,
    variables: Readonly<Record<string, string>>,
    log: (line: string) => void,
    limits: Partial<RuntimeLimits> = {},
  ) {
    this.definition = definition;
    this.#variables = { ...lambdaVariables(definition), ...definition.variables, ...variables };
    this.#log = log;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Never rejects: whatever goes wrong is an error as Lambda reports it. */
  invoke(event: unknown): Promise<InvocationResult> {
    return new Promise((done) => {
      this.#queue.push({ event: JSON.stringify(event), done });
      this.#dispatch();
    });
  }

  /** Ends all environments; what is still running or waiting fails. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const stopped = failure('Runtime.Stopped', 'The local stack is stopping');
    for (const waiting of this.#queue.splice(0)) waiting.done(stopped);
    await Promise.all([...this.#environments].map((environment) => environment.end()));
  }

  #dispatch(): void {
    const bound = this.definition.concurrency ?? this.#limits.concurrency;
    while (this.#queue.length > 0) {
      const environment = this.#idle.pop() ?? (this.#environments.size < bound ? this.#start() : undefined);
      if (environment === undefined) return;
      const waiting = this.#queue.shift();
      if (waiting === undefined) return;
      if (this.#stopped) {
        waiting.done(failure('Runtime.Stopped', 'The local stack is stopping'));
        continue;
      }
      void this.#run(environment, waiting);
    }
  }

  #start(): ExecutionEnvironment {
    const environment = new ExecutionEnvironment(this.definition, this.#variables, this.#log, this.#limits, () => {
      this.#environments.delete(environment);
      const index = this.#idle.indexOf(environment);
      if (index >= 0) this.#idle.splice(index, 1);
      this.#dispatch();
    });
    this.#environments.add(environment);
    return environment;
  }

  async #run(environment: ExecutionEnvironment, waiting: Waiting): Promise<void> {
    const result = await environment.run(waiting.event);
    if (!result.ok && !this.#stopped) this.#log(`${result.error.errorType}: ${result.error.errorMessage}`);
    if (this.#environments.has(environment) && environment.usable) this.#idle.push(environment);
    waiting.done(result);
    this.#dispatch();
  }
}

class ExecutionEnvironment {
  readonly #worker: Worker;
  readonly #definition: FunctionDefinition;
  readonly #limits: RuntimeLimits;
  readonly #ready: Promise<FunctionError | undefined>;
  readonly #closed: Promise<void>;
  #finish: ((result: InvocationResult) => void) | undefined;
  #reaper: NodeJS.Timeout | undefined;
  /** False once it has ended or is ending. */
  usable = true;

  constructor(
    definition: FunctionDefinition,
    variables: Readonly<Record<string, string>>,
    log: (line: string) => void,
    limits: RuntimeLimits,
    onEnd: () => void,
  ) {
    this.#definition = definition;
    this.#limits = limits;
    const handlerDot = definition.handler.lastIndexOf('.');
    const data: EnvironmentData = {
      modulePath: modulePath(definition.codePath, definition.handler.slice(0, handlerDot)),
      handlerName: definition.handler.slice(handlerDot + 1),
      functionName: definition.name,
      functionArn: definition.arn,
      memoryMegabytes: definition.memoryMegabytes,
    };
    this.#worker = new Worker(new URL('lambda-worker.ts', import.meta.url), {
      workerData: data,
      env: { ...variables },
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: definition.memoryMegabytes },
    });
    for (const stream of [this.#worker.stdout, this.#worker.stderr]) createInterface({ input: stream }).on('line', log);

    let initialized: (error: FunctionError | undefined) => void = () => {};
    this.#ready = new Promise((resolve) => {
      initialized = resolve;
    });
    let crash: FunctionError | undefined;
    this.#worker.on('message', (message: EnvironmentMessage) => {
      if ('ready' in message) return initialized(undefined);
      if ('payload' in message) return this.#settle({ ok: true, payload: message.payload });
      if ('error' in message) return this.#settle({ ok: false, error: message.error });
      this.usable = false;
      initialized(message.fatal);
      this.#settle({ ok: false, error: message.fatal });
    });
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      const outOfMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
      crash = {
        errorType: outOfMemory ? 'Runtime.OutOfMemory' : error.name,
        errorMessage: error.message,
        ...(error.stack && { trace: error.stack.split('\n') }),
      };
    });
    this.#closed = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.usable = false;
        clearTimeout(this.#reaper);
        const reason =
          code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: exit status ${code}`;
        const error = crash ?? { errorType: 'Runtime.ExitError', errorMessage: reason };
        initialized(error);
        this.#settle({ ok: false, error });
        onEnd();
        resolve();
      });
    });
  }

  async run(event: string): Promise<InvocationResult> {
    clearTimeout(this.#reaper);
    const requestId = randomUUID();
    const result = await this.#invoke(requestId, event);
    this.#reaper = setTimeout(() => void this.end(), this.#limits.idleMilliseconds);
    this.#reaper.unref();
    return result;
  }

  async end(): Promise<void> {
    this.usable = false;
    await this.#worker.terminate();
    await this.#closed;
  }

  async #invoke(requestId: string, event: string): Promise<InvocationResult> {
    const { timeoutSeconds } = this.#definition;
    // What Lambda has not loaded by then is loaded again for the first invocation, within the function's own timeout.
    const initMilliseconds = this.#limits.initMilliseconds + timeoutSeconds * 1000;
    const initError = await this.#within(this.#ready, initMilliseconds);
    if (initError === 'late') return await this.#timedOut(requestId, initMilliseconds / 1000);
    if (initError !== undefined) return { ok: false, error: initError };
    const answer = new Promise<InvocationResult>((resolve) => {
      this.#finish = resolve;
    });
    const message: InvocationMessage = { requestId, event, deadline: Date.now() + timeoutSeconds * 1000 };
    this.#worker.postMessage(message);
    const result = await this.#within(answer, timeoutSeconds * 1000);
    return result === 'late' ? await this.#timedOut(requestId, timeoutSeconds) : result;
  }

  async #timedOut(requestId: string, seconds: number): Promise<InvocationResult> {
    this.#finish = undefined;
    await this.end();
    return failure(
      'Sandbox.Timedout',
      `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
    );
  }

  #settle(result: InvocationResult): void {
    this.#finish?.(result);
    this.#finish = undefined;
  }

  async #within<T>(outcome: Promise<T>, milliseconds: number): Promise<T | 'late'> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), milliseconds);
    });
    const result = await Promise.race([outcome, late]);
    clearTimeout(timer);
    return result;
  }
}

function failure(errorType: string, errorMessage: string): InvocationResult {
  return { ok: false, error: { errorType, errorMessage } };
}

function modulePath(folder: string, name: string): string {
  const candidates = ['.mjs', '.js', '.cjs'].map((extension) => join(folder, `${name}${extension}`));
  return candidates.find((path) => existsSync(path)) ?? join(folder, `${name}.mjs`);
}

/** What Lambda itself puts into a function's environment. */
function lambdaVariables(definition: FunctionDefinition): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    AWS_REGION: REGION,
    AWS_DEFAULT_REGION: REGION,
    AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${definition.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    LAMBDA_TASK_ROOT: definition.codePath,
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    _HANDLER: definition.handler,
  };
}
