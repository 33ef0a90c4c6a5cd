import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { processIdentity } from '../../infra/local/processes.ts';
import { Driver, QUICK } from './driver.ts';

const START = fileURLToPath(new URL('../../infra/local/start.ts', import.meta.url));
const KEYS = {
  ADMIN_API_KEY: 'admin-key-of-the-test',
  WEBHOOK_SECRET: 'webhook-secret-of-the-test',
  WEBHOOK_SIGNING_SECRET: `whsec_${Buffer.from('signing-secret-of-the-test').toString('base64')}`,
};

/** A stack that is a process of its own. */
export interface StackProcess {
  readonly process: ChildProcess;
  /** Settles when every part answers. @throws with what it said, when it ends before that */
  readonly ready: Promise<Driver>;
}

/** `npm start`. @param hear takes what it says on standard error */
export function startStackProcess(
  environment: Readonly<Record<string, string>>,
  hear: (text: string) => void = () => {},
): StackProcess {
  const child = spawn(process.execPath, [START], {
    // As npm names it; so the stack ends by itself should this process be killed.
    env: { PATH: process.env.PATH, npm_lifecycle_event: 'start', ...QUICK, ...KEYS, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    // What matters here, the addresses and why it could not start, is said at the beginning.
    if (said.length < 100_000) said += text.toString();
    hear(text.toString());
  });
  const named = (what: string): string => new RegExp(`^${what} +(http\\S+)`, 'm').exec(said)?.[1] ?? '';
  const ready = new Promise<Driver>((resolve, reject) => {
    let line = '';
    child.stdout.on('data', (text: Buffer) => {
      line += text.toString();
      if (!line.includes('\n')) return;
      resolve(
        new Driver({
          url: /^ready (http:\/\/localhost:\d+)\n$/.exec(line)?.[1] ?? '',
          inboxUrl: named('Inbox'),
          googleUrl: named('Google'),
          adminKey: KEYS.ADMIN_API_KEY,
          webhookSecret: KEYS.WEBHOOK_SECRET,
          signingSecret: KEYS.WEBHOOK_SIGNING_SECRET,
        }),
      );
    });
    child.once('exit', (code, signal) => reject(new Error(`It ended with ${code ?? signal}: ${said}`)));
  });
  // Whoever kills it while it starts does not wait for it.
  ready.catch(() => {});
  return { process: child, ready };
}

/** Processes of a stack that run, as it has recorded them. */
export function recordedProcesses(dataDir: string): number[] {
  const records = JSON.parse(readFileSync(join(dataDir, 'processes.json'), 'utf8')) as {
    pid: number;
    identity: string;
  }[];
  return records.filter(({ pid, identity }) => processIdentity(pid) === identity).map(({ pid }) => pid);
}
