import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** A program that runs as long as this process does. */
export interface SupervisedProcess {
  /** The program and what watches over it. */
  readonly pids: readonly number[];
  /** Settles when the program has ended, with the last lines that it wrote. */
  readonly ended: Promise<{ code: number | null; lastLines: readonly string[] }>;
  stop(): Promise<void>;
}

const KEPT_LINES = 100;
/** What the last output may take to arrive after the end of its program. */
const OUTPUT_MILLISECONDS = 500;

/**
 * Starts a program that cannot outlive this process, even when this process is killed (see lifeline.ts).
 * @throws when the program cannot be started at all.
 */
export async function startSupervised(options: {
  command: string;
  args: readonly string[];
  /** @default the folder of this process */
  cwd?: string;
  env: Readonly<Record<string, string | undefined>>;
}): Promise<SupervisedProcess> {
  // A process group of its own keeps Ctrl-C in a terminal from ending the program before the parts that use it.
  const lifeline = spawn(
    process.execPath,
    [fileURLToPath(new URL('lifeline.ts', import.meta.url)), options.command, ...options.args],
    {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      cwd: options.cwd,
      env: options.env,
    },
  );
  const lastLines: string[] = [];
  const streams = [lifeline.stdout, lifeline.stderr].filter((stream) => stream !== null);
  for (const stream of streams) {
    createInterface({ input: stream }).on('line', (line) => {
      lastLines.push(line);
      if (lastLines.length > KEPT_LINES) lastLines.shift();
    });
  }
  // Not the event "close", which does not come once the channel was closed from this end.
  const ended = once(lifeline, 'exit').then(async ([code]: (number | null)[]) => {
    const wholeOutput = Promise.all(streams.map((stream) => stream.readableEnded || once(stream, 'end')));
    await Promise.race([wholeOutput, sleep(OUTPUT_MILLISECONDS)]);
    return { code: code ?? null, lastLines };
  });
  const program = await Promise.race([
    new Promise<number>((resolve) => lifeline.once('message', (message: { pid: number }) => resolve(message.pid))),
    ended.then(() => {
      throw new Error(`${options.command} cannot be started: ${lastLines.join('\n')}`);
    }),
  ]);
  const pids = [program, ...(lifeline.pid === undefined ? [] : [lifeline.pid])];
  return {
    pids,
    ended,
    async stop() {
      if (lifeline.connected) lifeline.disconnect();
      await ended;
    },
  };
}

interface ProcessRecord {
  readonly pid: number;
  /** Start of the process, so that a later process with the same id is not taken for it. */
  readonly identity: string;
  readonly role: 'main' | 'part';
}

const PATIENCE_MILLISECONDS = 5000;

/** Names who uses a data folder. Processes that a killed run left there are ended, a run that is alive is respected. */
export class DataDirectoryClaim {
  readonly #path: string;
  readonly #records: ProcessRecord[] = [];

  private constructor(path: string) {
    this.#path = path;
  }

  /**
   * Claims the folder, which is made when it is missing.
   * @throws when another run that is alive uses it.
   */
  static async take(dataDir: string): Promise<DataDirectoryClaim> {
    mkdirSync(dataDir, { recursive: true });
    const claim = new DataDirectoryClaim(join(dataDir, 'processes.json'));
    const deadline = Date.now() + PATIENCE_MILLISECONDS;
    for (;;) {
      const alive = claim.#read().filter((record) => processIdentity(record.pid) === record.identity);
      const main = alive.find((record) => record.role === 'main' && record.pid !== process.pid);
      if (alive.some((record) => record.pid === process.pid)) throw new Error(`DATA_DIR: ${dataDir} is in use already`);
      if (main === undefined) {
        await endLeftovers(alive);
        break;
      }
      // A run that is being stopped right now frees the folder in a moment.
      if (Date.now() > deadline) {
        throw new Error(`DATA_DIR: ${dataDir} is in use by process ${main.pid}; stop that one or use another folder`);
      }
      await sleep(100);
    }
    claim.add([process.pid], 'main');
    return claim;
  }

  /** Records processes that belong to this run. */
  add(pids: readonly number[], role: ProcessRecord['role'] = 'part'): void {
    for (const pid of pids) {
      const identity = processIdentity(pid);
      if (identity !== undefined) this.#records.push({ pid, identity, role });
    }
    writeFileSync(this.#path, JSON.stringify(this.#records));
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }

  #read(): ProcessRecord[] {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as ProcessRecord[];
    } catch {
      // Absent, or cut off while it was written: nothing can be said about who was there.
      return [];
    }
  }
}

async function endLeftovers(records: readonly ProcessRecord[]): Promise<void> {
  for (const record of records) killProcess(record.pid);
  while (records.some((record) => processIdentity(record.pid) === record.identity)) await sleep(50);
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime, which is what was wanted.
  }
}

/** Something that differs between two processes that have the same id one after the other; undefined when there is none. */
export function processIdentity(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') {
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] })
        .toString()
        .trim();
    }
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    // The command name, in brackets, may itself hold spaces and brackets.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').trim().split(' ');
    const [state, startedAt] = [fields[0], fields[19]];
    return state === 'Z' ? undefined : `${boot}:${startedAt}`;
  } catch {
    // No such process.
    return undefined;
  }
}
