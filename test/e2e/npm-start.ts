import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { Driver, QUICK } from './driver.ts';

const START = fileURLToPath(new URL('../../infra/local/start.ts', import.meta.url));
const KEYS = {
  ADMIN_API_KEY: 'admin-key-of-the-test',
  WEBHOOK_SECRET: 'webhook-secret-of-the-test',
  WEBHOOK_SIGNING_SECRET: `whsec_${Buffer.from('signing-secret-of-the-test').toString('base64')}`,
};

const folders: string[] = [];
const children: ChildProcess[] = [];

afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A `DATA_DIR` that is removed after the tests of the file. */
export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'booking-meet-'));
  folders.push(folder);
  return folder;
}

/** The process of `npm start`, which ends with the tests of the file at the latest. */
export function spawnStart(
  environment: Readonly<Record<string, string>>,
): ChildProcessByStdio<null, Readable, Readable> {
  const child = spawn(process.execPath, [START], {
    env: { PATH: process.env.PATH, ...QUICK, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

/** `npm start` as a process of its own. */
interface NpmStart {
  readonly process: ChildProcess;
  readonly driver: Driver;
  /** What it has written to standard error so far. */
  said(): string;
}

/** Starts it, and waits until it is ready. */
export async function npmStart(environment: Readonly<Record<string, string>>): Promise<NpmStart> {
  const child = spawnStart({ ...KEYS, ...environment });
  let said = '';
  child.stderr.on('data', (text: Buffer) => {
    said += text.toString();
  });
  const ready = await new Promise<string>((resolve, reject) => {
    let line = '';
    child.stdout.on('data', (text: Buffer) => {
      line += text.toString();
      if (line.includes('\n')) resolve(line);
    });
    child.once('exit', (code) => reject(new Error(`It ended with ${code}: ${said}`)));
  });
  const named = (what: string): string => new RegExp(`^${what} +(http\\S+)`, 'm').exec(said)?.[1] ?? '';
  return {
    process: child,
    said: () => said,
    driver: new Driver({
      url: /^ready (http:\/\/localhost:\d+)\n$/.exec(ready)?.[1] ?? '',
      inboxUrl: named('Mails'),
      googleUrl: named('Google'),
      adminKey: KEYS.ADMIN_API_KEY,
      webhookSecret: KEYS.WEBHOOK_SECRET,
      signingSecret: KEYS.WEBHOOK_SIGNING_SECRET,
    }),
  };
}
