/**
 * Runs one command and ends it when the process that started this one is gone, however that one ended: a parent that
 * is killed cannot clean up, but its end of the channel closes.
 *
 * Usage: node lifeline.ts <command> [arguments], spawned with an IPC channel.
 */
import { spawn } from 'node:child_process';

/** What a command gets to end by itself before it is killed. */
const GRACE_MILLISECONDS = 3000;

const [command = '', ...parameters] = process.argv.slice(2);
// A process group of its own, so that what the command starts ends with it.
const child = spawn(command, parameters, { stdio: ['ignore', 'inherit', 'inherit'], detached: true });

function end(signal: NodeJS.Signals): void {
  if (child.pid !== undefined) process.kill(-child.pid, signal);
}

child.on('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
child.on('exit', (code) => process.exit(code ?? 1));
// Whoever asked may be gone already; that is told by the disconnection, and must not end this before its child has ended.
child.on('spawn', () => process.send?.({ pid: child.pid }, () => {}));
process.on('disconnect', () => {
  end('SIGTERM');
  setTimeout(() => end('SIGKILL'), GRACE_MILLISECONDS);
});
