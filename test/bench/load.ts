import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startGoogle } from '../../infra/local/google/server.ts';
import { startInbox } from '../../infra/local/inbox.ts';
import { tomorrow } from '../e2e/driver.ts';
import { startStackProcess } from '../e2e/stack-process.ts';
import type { Figure, Section } from './figure.ts';
import { PACE, scan, type Tables, tablesAt, warmUp } from './local-stack.ts';

const SECRET = 'webhook-secret-of-the-load';
const STAFF = Array.from({ length: 10 }, (_, index) => `staff-${index}@clinic.test`);
/** Seconds; shorter while the bench itself is worked on. */
const SECONDS = Number(process.env.LOAD_SECONDS ?? 60);
/** Requests at the same time. */
const CONNECTIONS = 8;
/** More than a run books of anybody's. */
const HOURS_OF_A_RUN = 10_000;
/** Seconds that all the links may take to come. */
const PATIENCE = 1200;

interface Result {
  readonly accepted: number;
  readonly refused: number;
  readonly broken: number;
  readonly seconds: number;
  /** Milliseconds. */
  readonly median: number;
  readonly low: number;
  readonly high: number;
  readonly p99: number;
}

/** Posts as many bookings as will go, each run's at hours of their own. @throws when there is no wrk */
async function wrk(url: string, run: number): Promise<Result> {
  const script = fileURLToPath(new URL('load.lua', import.meta.url));
  const from = tomorrow(2000 + run * HOURS_OF_A_RUN) / 1000;
  const { stdout } = await promisify(execFile)(
    'wrk',
    ['-t2', `-c${CONNECTIONS}`, `-d${SECONDS}s`, '--timeout', '30s', '-s', script, url],
    {
      env: {
        ...process.env,
        WEBHOOK_SECRET: SECRET,
        RUN: String(run),
        FROM: String(from),
        STAFF: String(STAFF.length),
      },
    },
  );
  return JSON.parse(/^RESULT (.*)$/m.exec(stdout)?.[1] ?? 'null') as Result;
}

/** Bytes that a process holds in memory, as Linux says it. */
function memoryOf(pid: number): number {
  const [, kibibytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) * 1024;
}

/** How many of the bookings are stored, and how many of these have their link. */
async function reckon({ db, appointments, meetings }: Tables): Promise<{ stored: number; linked: number }> {
  const isOurs = (id: unknown): boolean => String(id).includes('booknetic:load-');
  const stored = (await scan(db, appointments)).filter(({ appointmentId }) => isOurs(appointmentId));
  const linked = (await scan(db, meetings)).filter(({ pk, state }) => isOurs(pk) && state === 'ready');
  return { stored: stored.length, linked: linked.length };
}

export const section: Section = {
  name: 'load',
  title: `wrk against the local stack's webhook, ${CONNECTIONS} connections, ${SECONDS} seconds`,
  run: async () => {
    await promisify(execFile)('wrk', ['--version']).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new Error('wrk is needed: apt-get install wrk.');
    });
    // What keeps every mail and event is not in the process whose memory is looked at.
    const [google, inbox] = await Promise.all([startGoogle(), startInbox({ port: 0, snsUrl: '', onTaken: () => {} })]);
    let said = '';
    const { process: stack, ready } = startStackProcess(
      { ...PACE, WEBHOOK_SECRET: SECRET, GOOGLE_EMULATOR_URL: google.url, AWS_ENDPOINT_URL_SES: inbox.url },
      (text) => {
        said += text;
      },
    );
    try {
      const driver = await ready;
      const tables = await tablesAt(/^DynamoDB +(http\S+)/m.exec(said)?.[1] ?? '');
      for (const email of STAFF) await driver.connect(email);
      const memory = () => memoryOf(stack.pid ?? 0);
      await warmUp(driver, STAFF, CONNECTIONS, tomorrow());
      // The same once before, for the memory: V8 lets the heaps of all environments grow to what they have room for, and then no more.
      const first = await wrk(driver.url, 1);
      const before = memory();
      const [result, middle] = await Promise.all([wrk(driver.url, 2), sleep(SECONDS * 500).then(memory)]);
      const end = memory();
      const start = performance.now();
      let seen = await reckon(tables);
      for (; seen.linked < seen.stored && performance.now() - start < PATIENCE * 1000; seen = await reckon(tables)) {
        await sleep(1000);
      }
      const drained = (performance.now() - start) / 1000;
      const none = (value: number) => ({ value, unit: 'calls', goal: { text: '0', isMet: value === 0 } }) as const;
      const figures: Figure[] = [
        {
          name: 'webhooks taken in',
          value: result.accepted / result.seconds,
          unit: '1/s',
          note: `${result.accepted} in all; the last link ${drained.toFixed(0)} s after the last of them`,
        },
        {
          name: 'latency',
          value: result.median,
          unit: 'ms',
          spread: { low: result.low, high: result.high },
          note: `99 % within ${result.p99.toFixed(0)} ms`,
        },
        { name: 'refused or broken', ...none(first.refused + first.broken + result.refused + result.broken) },
        { name: 'taken in and not stored', ...none(Math.max(0, first.accepted + result.accepted - seen.stored)) },
        { name: 'stored and without a link', ...none(seen.stored - seen.linked) },
        { name: 'memory of gateway and functions, after such a load', value: before, unit: 'bytes' },
        { name: 'half-way through the measured one', value: middle, unit: 'bytes' },
        {
          name: 'at the end',
          value: end,
          unit: 'bytes',
          yardstick: { name: 'half-way', value: middle },
          ratio: end / middle,
          goal: { text: '≤ 1.10 ×', isMet: end <= 1.1 * middle },
        },
        { name: 'when all have their links', value: memory(), unit: 'bytes' },
      ];
      return figures;
    } finally {
      const ended = once(stack, 'exit');
      stack.kill('SIGTERM');
      await ended;
      await Promise.all([google.close(), inbox.close()]);
    }
  },
};
