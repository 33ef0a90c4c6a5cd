import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { synthesize } from '../../../infra/local/synth.ts';
import { temporaryFolder } from './assembly.ts';

let root: string;

/** A project whose app writes down each of its runs. */
beforeEach(() => {
  root = temporaryFolder();
  mkdirSync(join(root, 'infra', 'local'), { recursive: true });
  writeFileSync(join(root, 'cdk.json'), JSON.stringify({ app: 'node infra/app.mjs', context: { name: 'mine' } }));
  writeFileSync(
    join(root, 'infra', 'app.mjs'),
    `import { appendFileSync, writeFileSync } from 'node:fs';
     appendFileSync('runs', '1');
     writeFileSync(process.env.CDK_OUTDIR + '/context.json', process.env.CDK_CONTEXT_JSON);`,
  );
});

const run = (): Promise<string> =>
  synthesize(
    root,
    () => {},
    () => {},
  );
const runs = (): number => readFileSync(join(root, 'runs'), 'utf8').length;

it('runs the app with the context of the project, and only when a source changed', async () => {
  const first = await run();
  expect(JSON.parse(readFileSync(join(first, 'context.json'), 'utf8'))).toMatchObject({
    name: 'mine',
    'aws:cdk:enable-asset-metadata': true,
  });

  writeFileSync(join(root, 'infra', 'local', 'start.ts'), 'not part of what is deployed');
  expect(await run()).toBe(first);
  expect(runs()).toBe(1);

  writeFileSync(join(root, 'infra', 'stack.ts'), 'changed');
  expect(await run()).not.toBe(first);
  expect(runs()).toBe(2);
});

it('begins again when a source is changed meanwhile, and keeps nothing of both', async () => {
  const edited = join(root, 'infra', 'stack.mjs');
  writeFileSync(edited, 'first');
  writeFileSync(
    join(root, 'infra', 'app.mjs'),
    `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
     appendFileSync('runs', '1');
     writeFileSync(process.env.CDK_OUTDIR + '/seen', readFileSync('infra/stack.mjs'));
     writeFileSync('infra/stack.mjs', 'second');`,
  );

  expect(readFileSync(join(await run(), 'seen'), 'utf8')).toBe('second');
  expect(runs()).toBe(2);
  expect(readdirSync(join(root, '.local', 'synth'))).toHaveLength(1);
});

it('lets two starts at once end with the same whole result', async () => {
  const [one, other] = await Promise.all([run(), run()]);

  expect(one).toBe(other);
  expect(existsSync(join(one, 'context.json'))).toBe(true);
  expect(readdirSync(join(root, '.local', 'synth'))).toHaveLength(1);
});

it('tells what the app said when it fails, and keeps nothing of it', async () => {
  writeFileSync(join(root, 'infra', 'app.mjs'), 'throw new Error("no such construct")');

  await expect(run()).rejects.toThrow('no such construct');
  expect(readdirSync(join(root, '.local', 'synth'))).toEqual([]);
});
