import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { Driver } from './driver.ts';
import { type StackProcess, startStackProcess } from './stack-process.ts';

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

/** `npm start`, which ends with the tests of the file at the latest. @param hear takes what it says on standard error */
export function spawnStart(environment: Readonly<Record<string, string>>, hear?: (text: string) => void): StackProcess {
  const stack = startStackProcess(environment, hear);
  children.push(stack.process);
  return stack;
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
  let said = '';
  const { process, ready } = spawnStart(environment, (text) => {
    said += text;
  });
  return { process, driver: await ready, said: () => said };
}
