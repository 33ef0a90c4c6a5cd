import { afterEach, describe, expect, it } from 'vitest';
import { LambdaFunction, type RuntimeLimits } from '../../../infra/local/lambda.ts';
import { bundle } from './assembly.ts';

const running: LambdaFunction[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((fn) => fn.stop()));
});

function start(
  code: string,
  options: {
    timeoutSeconds?: number;
    limits?: Partial<RuntimeLimits>;
    concurrency?: number;
    log?: (line: string) => void;
  } = {},
): LambdaFunction {
  const fn = new LambdaFunction(
    {
      id: 'Fn',
      arn: 'arn:aws:lambda:eu-west-1:000000000000:function:Fn',
      name: 'fn',
      codePath: bundle(code),
      handler: 'index.handler',
      timeoutSeconds: options.timeoutSeconds ?? 5,
      memoryMegabytes: 128,
      concurrency: options.concurrency,
      variables: { FROM_TEMPLATE: 'template', OVERRIDDEN: 'template' },
    },
    { OVERRIDDEN: 'override' },
    options.log ?? (() => {}),
    options.limits,
  );
  running.push(fn);
  return fn;
}

async function value(fn: LambdaFunction, event: unknown = {}): Promise<unknown> {
  const result = await fn.invoke(event);
  if (!result.ok) throw new Error(`${result.error.errorType}: ${result.error.errorMessage}`);
  return JSON.parse(result.payload);
}

describe('invocation', () => {
  it('hands over the event and a context, and the environment as Lambda sets it', async () => {
    const fn = start(`export const handler = async (event, context) => ({
      event, id: context.awsRequestId, name: context.functionName, left: context.getRemainingTimeInMillis(), env: { ...process.env } })`);

    expect(await value(fn, { a: 1 })).toEqual({
      event: { a: 1 },
      id: expect.stringMatching(/^[\da-f-]{36}$/),
      name: 'fn',
      left: expect.closeTo(5000, -3),
      env: expect.objectContaining({
        FROM_TEMPLATE: 'template',
        OVERRIDDEN: 'override',
        AWS_LAMBDA_FUNCTION_NAME: 'fn',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        AWS_REGION: 'eu-west-1',
      }),
    });
  });

  it('gives a function nothing of the environment of this process', async () => {
    expect(await value(start('export const handler = async () => process.env.PATH ?? "none"'))).toBe('none');
  });

  it('loads the bundle once and reuses the environment', async () => {
    const fn = start('let count = 0; export const handler = async () => ++count');

    expect([await value(fn), await value(fn), await value(fn)]).toEqual([1, 2, 3]);
  });

  it('takes one at a time per environment and starts more up to the bound', async () => {
    const code = `let busy = 0; const id = Math.random();
      export const handler = async () => { busy += 1; await new Promise((r) => setTimeout(r, 300)); const seen = busy; busy -= 1; return { seen, id }; }`;
    const fn = start(code, { limits: { concurrency: 2 } });

    const results = (await Promise.all([1, 2, 3, 4].map(() => value(fn)))) as { seen: number; id: number }[];

    expect(results.map((result) => result.seen)).toEqual([1, 1, 1, 1]);
    expect(new Set(results.map((result) => result.id)).size).toBe(2);
  });

  it('ends environments that are not used', async () => {
    const fn = start('let count = 0; export const handler = async () => ++count', { limits: { idleMilliseconds: 50 } });

    expect(await value(fn)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await value(fn)).toBe(1);
  });

  it('passes on what the function writes', async () => {
    const lines: string[] = [];
    const fn = start('export const handler = async () => { console.log("to out"); console.error("to err"); }', {
      log: (line) => lines.push(line),
    });

    await fn.invoke({});

    await expect.poll(() => [...lines].sort()).toEqual(['to err', 'to out']);
  });
});

describe('failure', () => {
  it('reports what the handler throws', async () => {
    const fn = start('export const handler = async () => { throw new RangeError("too much"); }');

    expect(await fn.invoke({})).toMatchObject({
      ok: false,
      error: { errorType: 'RangeError', errorMessage: 'too much' },
    });
  });

  it('lets a function that loads slowly go on loading within its own timeout', async () => {
    const code = `await new Promise((resolve) => setTimeout(resolve, 300)); export const handler = async () => 'loaded'`;
    expect(await value(start(code, { limits: { initMilliseconds: 1 } }))).toBe('loaded');
    expect(await start(code, { limits: { initMilliseconds: 1 }, timeoutSeconds: 0.05 }).invoke({})).toMatchObject({
      ok: false,
      error: { errorType: 'Sandbox.Timedout' },
    });
  });

  it('ends a function that takes too long, even one that never yields, and starts afresh', async () => {
    const code = `let count = 0;
      export const handler = async (event) => { count += 1; if (event.hang) for (;;); return count; }`;
    const fn = start(code, { timeoutSeconds: 0.3 });

    expect(await value(fn)).toBe(1);
    expect(await fn.invoke({ hang: true })).toMatchObject({
      ok: false,
      error: {
        errorType: 'Sandbox.Timedout',
        errorMessage: expect.stringContaining('Task timed out after 0.30 seconds'),
      },
    });
    expect(await value(fn)).toBe(1);
  });

  it.each([
    ['process.exit(3)', 'Runtime.ExitError', 'exit status 3'],
    [
      'Promise.reject(new Error("forgotten")); await new Promise(() => {})',
      'Runtime.UnhandledPromiseRejection',
      'forgotten',
    ],
    ['setTimeout(() => { throw new Error("loose") }); await new Promise(() => {})', 'Error', 'loose'],
  ])('counts %s as a failed invocation and starts afresh', async (statement, errorType, message) => {
    const fn = start(
      `let count = 0; export const handler = async (event) => { count += 1; if (event.fail) { ${statement} } return count; }`,
    );

    expect(await value(fn)).toBe(1);
    expect(await fn.invoke({ fail: true })).toMatchObject({
      ok: false,
      error: { errorType, errorMessage: expect.stringContaining(message) },
    });
    expect(await value(fn)).toBe(1);
  });

  it('reports a bundle that cannot be loaded, or has no such handler', async () => {
    expect(await start('throw new Error("bad start")').invoke({})).toMatchObject({
      error: { errorMessage: 'bad start' },
    });
    expect(await start('export const other = 1').invoke({})).toMatchObject({
      error: { errorType: 'Runtime.HandlerNotFound' },
    });
  });

  it('fails what is under way when it is stopped', async () => {
    const fn = start('export const handler = () => new Promise(() => { setInterval(() => {}, 1000) })', {
      concurrency: 1,
    });
    const results = Promise.all([fn.invoke({}), fn.invoke({})]);
    await new Promise((resolve) => setTimeout(resolve, 200));

    await fn.stop();

    expect((await results).map((result) => result.ok)).toEqual([false, false]);
  });
});
