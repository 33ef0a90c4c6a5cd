import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type SupervisedProcess, startSupervised } from './processes.ts';

/** What the synthesized app depends on, relative to the project. */
const SOURCES = ['infra', 'functions', 'shared', 'package-lock.json', 'cdk.json', 'tsconfig.json'];
/** Not part of what is deployed. */
const LOCAL_ONLY = join('infra', 'local') + sep;
const DAY = 86_400_000;
/** Unfinished ones begin with this. */
const UNFINISHED = 'new-';

/**
 * Synthesizes the CDK app, or finds the result of the last time when no source has changed since.
 * @param root the project's folder.
 * @param onSpawned is given the process that synthesizes, while it does.
 * @returns the folder of the cloud assembly.
 * @throws with the app's own output when it fails.
 */
export async function synthesize(
  root: string,
  log: (line: string) => void,
  onSpawned: (process: SupervisedProcess) => void,
): Promise<string> {
  const cache = join(root, '.local', 'synth');
  const hash = await hashSources(root);
  const target = join(cache, hash);
  await mkdir(cache, { recursive: true });
  if (!existsSync(target)) {
    log('Sources changed: synthesizing');
    // Elsewhere first and then moved as a whole: two starts at once do not see each other's halves.
    const temporary = await mkdtemp(join(cache, UNFINISHED));
    try {
      await runApp(root, temporary, onSpawned);
      if ((await hashSources(root)) !== hash) {
        // Made from some sources as they were and some as they are: it would be found under the name of the first for days.
        await rm(temporary, { recursive: true, force: true });
        return await synthesize(root, log, onSpawned);
      }
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      if (!existsSync(target)) throw error;
    }
  }
  const now = new Date();
  await utimes(target, now, now);
  await removeOld(cache);
  return target;
}

async function hashSources(root: string): Promise<string> {
  const files: string[] = [];
  for (const source of SOURCES.map((name) => join(root, name)).filter(existsSync)) {
    if ((await stat(source)).isFile()) files.push(source);
    else {
      const entries = await readdir(source, { recursive: true, withFileTypes: true });
      files.push(...entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)));
    }
  }
  const hash = createHash('sha256');
  for (const file of files.filter((name) => !relative(root, name).startsWith(LOCAL_ONLY)).sort()) {
    const content = await readFile(file);
    hash.update(`${relative(root, file)}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 32);
}

async function runApp(root: string, outdir: string, onSpawned: (process: SupervisedProcess) => void): Promise<void> {
  const { app, context = {} } = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8')) as {
    app: string;
    context?: Record<string, unknown>;
  };
  // What the cdk command would hand over; the metadata says which folder holds a function's code.
  const handedOver = { ...context, 'aws:cdk:enable-asset-metadata': true, 'aws:cdk:enable-path-metadata': true };
  const running = await startSupervised({
    command: 'sh',
    args: ['-c', app],
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(handedOver) },
  });
  onSpawned(running);
  const { code, lastLines } = await running.ended;
  if (code !== 0) throw new Error(`"${app}" (the CDK app) failed with exit code ${code}:\n${lastLines.join('\n')}`);
}

async function removeOld(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }));
    // Another stack may still run from a folder that was current a while ago.
    const kept = name.startsWith(UNFINISHED) ? DAY / 24 : 7 * DAY;
    if (mtimeMs < Date.now() - kept) await rm(path, { recursive: true, force: true });
  }
}
