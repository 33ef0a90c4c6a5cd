import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { DataDirectoryClaim, processIdentity, startSupervised } from '../../../infra/local/processes.ts';
import { temporaryFolder } from './assembly.ts';

const sleeper = { command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], env: process.env };
const processes = new URL('../../../infra/local/processes.ts', import.meta.url).href;

it('ends a program when it is told to', async () => {
  const program = await startSupervised(sleeper);
  expect(program.pids.map(processIdentity)).not.toContain(undefined);

  await program.stop();

  expect(program.pids.map(processIdentity)).toEqual([undefined, undefined]);
});

it('says how a program ended, and what it wrote last', async () => {
  const program = await startSupervised({ ...sleeper, args: ['-e', 'console.error("no luck"); process.exitCode = 7'] });

  expect(await program.ended).toEqual({ code: 7, lastLines: ['no luck'] });
});

it('says when there is no such program', async () => {
  await expect(startSupervised({ ...sleeper, command: 'no-such-program' })).rejects.toThrow('no-such-program');
});

it('lets no program outlive a parent that is killed', async () => {
  const code = `import { startSupervised } from ${JSON.stringify(processes)};
    const program = await startSupervised({ command: process.execPath, args: ['-e', 'setInterval(() => {}, 1000)'], env: process.env });
    console.log(program.pids.join(' '));`;
  const parent = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = (await once(parent.stdout, 'data')) as [Buffer];
  const pids = output.toString().trim().split(' ').map(Number);
  expect(pids.map(processIdentity)).not.toContain(undefined);

  parent.kill('SIGKILL');

  await expect.poll(() => pids.map(processIdentity), { timeout: 5000 }).toEqual([undefined, undefined]);
});

it('replaces what a killed run left in the folder, and only that', async () => {
  const [leftover, stranger] = [1, 2].map(() => spawn(sleeper.command, sleeper.args));
  const dataDir = temporaryFolder();
  const records = [
    { pid: leftover?.pid, identity: processIdentity(leftover?.pid ?? 0), role: 'part' },
    // The id of a part that ended long ago now belongs to somebody else.
    { pid: stranger?.pid, identity: 'another start', role: 'main' },
  ];
  writeFileSync(join(dataDir, 'processes.json'), JSON.stringify(records));

  const claim = await DataDirectoryClaim.take(dataDir);

  expect(processIdentity(leftover?.pid ?? 0)).toBeUndefined();
  expect(processIdentity(stranger?.pid ?? 0)).toBeDefined();
  await expect(DataDirectoryClaim.take(dataDir)).rejects.toThrow('in use');
  claim.release();
  await expect(DataDirectoryClaim.take(dataDir)).resolves.toBeDefined();
  stranger?.kill();
});
