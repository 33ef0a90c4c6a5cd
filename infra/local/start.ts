/** `npm start` and `npm run demo`: runs the local stack until it is told to stop. */
import { DEMO_ENVIRONMENT, demo } from './demo.ts';
import { EnvironmentError } from './environment.ts';
import { type Stack, startStack } from './stack.ts';

const OLDEST_NODE = 24;
/** Ctrl-C under npm arrives twice, from the terminal and from npm: so close together it is one. */
const SAME_SIGNAL_MILLISECONDS = 1000;
const PARENT_LOOK_MILLISECONDS = 250;

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function explain(error: unknown): string {
  if (error instanceof EnvironmentError) return `The environment is not usable:\n${error.message}`;
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}\n${explain(error.cause)}`;
}

let stopRequestedAt: number | undefined;
const isDemo = process.argv.includes('--demo');
const abort = new AbortController();
const starting = run();

async function run(): Promise<Stack> {
  if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
    throw new Error(
      `Node.js ${OLDEST_NODE} is needed and this is ${process.version}: start it with "npm start" after "npm ci"`,
    );
  }
  // As in Lambda, so that nothing depends on the time zone of this machine.
  process.env.TZ = 'UTC';
  const stack = await startStack({
    environment: isDemo ? { ...DEMO_ENVIRONMENT, ...process.env } : process.env,
    signal: abort.signal,
    // The demo speaks for itself; what the functions log would only be in its way.
    ...(isDemo && { log: () => {} }),
  });
  const summary = [...stack.summary, `Redrive            kill -USR2 ${process.pid}`];
  for (const line of ['', 'Booking Meet runs on this machine:', '', ...summary, '', 'Ctrl-C stops it.', '']) say(line);
  process.stdout.write(`ready ${stack.url}\n`);
  if (isDemo) {
    demo(stack).catch((error: unknown) => {
      if (stopRequestedAt !== undefined) return;
      say(explain(error));
      stop(1);
    });
  }
  void stack.failed.then((error) => {
    if (stopRequestedAt !== undefined) return;
    say(error.message);
    stop(1);
  });
  return stack;
}

function stop(exitCode: number): void {
  if (stopRequestedAt !== undefined) {
    // Forced: what runs in processes of its own ends when this one is gone.
    if (Date.now() - stopRequestedAt > SAME_SIGNAL_MILLISECONDS) process.exit(1);
    return;
  }
  stopRequestedAt = Date.now();
  say('Stopping.');
  abort.abort();
  starting
    // Not started at all is stopped, too.
    .then(
      (stack) => stack.stop(),
      () => {},
    )
    .then(
      () => process.exit(exitCode),
      (error: unknown) => {
        say(explain(error));
        process.exit(1);
      },
    );
}

process.on('SIGINT', () => stop(0));
process.on('SIGTERM', () => stop(0));
process.on('SIGHUP', () => stop(0));
process.on('SIGUSR2', () => {
  // What did not start has said so itself.
  void starting.then(
    (stack) => stack.redrive(),
    () => {},
  );
});

// npm itself may be killed without passing that on, and its script would go on unseen.
if (process.env.npm_lifecycle_event !== undefined) {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent && stopRequestedAt === undefined) stop(0);
  }, PARENT_LOOK_MILLISECONDS).unref();
}

starting.catch((error: unknown) => {
  if (stopRequestedAt !== undefined) return;
  say(explain(error));
  process.exit(1);
});
