import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Token } from 'aws-cdk-lib';
import { type BuildOptions, buildSync, type Metafile } from 'esbuild';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** How everything that runs in Lambda is bundled (ADR 22). */
export const BUNDLING = {
  absWorkingDir: here('../../'),
  bundle: true,
  platform: 'node',
  target: 'node24',
  // Starts faster than an ES module, and V8 takes a compile cache for it from us.
  format: 'cjs',
  // As require: what V8 takes a compile cache for may not import without a warning in the log.
  supported: { 'dynamic-import': false },
  mainFields: ['module', 'main'],
  minify: true,
  // Stack traces name functions, at no cost at start; a source map would cost some and tie the asset hash to the place of the
  // output folder.
  keepNames: true,
  metafile: true,
  logLevel: 'silent',
  // What packages bring along and never use in Lambda.
  alias: {
    '@aws-sdk/credential-provider-node': './infra/constructs/instead/credential-provider-node.ts',
    'node-fetch': './infra/constructs/instead/node-fetch.ts',
    'node:zlib': './infra/constructs/instead/zlib.ts',
  },
  define: { 'import.meta.url': 'bundleUrl' },
  banner: { js: "const bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
} as const satisfies BuildOptions;

const LOADER = here('bundle-loader.cjs');

/** What differs from function to function. One that has a `made.ts` has what that prints now, as the text `MADE`. */
const optionsOf = (name: string): BuildOptions => {
  const made = here(`../../functions/${name}/made.ts`);
  return {
    ...BUNDLING,
    entryPoints: [`functions/${name}/index.ts`],
    ...(existsSync(made) && {
      define: {
        ...BUNDLING.define,
        MADE: JSON.stringify(execFileSync(process.execPath, [made], { encoding: 'utf8' })),
      },
    }),
  };
};

/**
 * Bundles a function, the SDK with it: the bundle is what was tested, and it runs anywhere without node_modules.
 * @param outdir gets `bundle.cjs`, and `index.cjs` that loads it
 * @returns what the bundle is made of
 * @throws Error also of what esbuild only warns of
 */
export function bundleFunction(name: string, outdir: string): Metafile {
  const { metafile, warnings } = buildSync({ ...optionsOf(name), metafile: true, outfile: join(outdir, 'bundle.cjs') });
  if (warnings.length > 0) throw new Error(`${name}: ${warnings.map(({ text }) => text).join('; ')}`);
  copyFileSync(LOADER, join(outdir, 'index.cjs'));
  return metafile;
}

/** Changes with the bundle, with what loads it, and with the Node.js that a compile cache is for. */
export const hashOfBundle = (name: string): string => {
  const { outputFiles } = buildSync({ ...optionsOf(name), outfile: 'bundle.cjs', write: false });
  const hash = createHash('sha256').update(process.version).update(readFileSync(LOADER));
  for (const { contents } of outputFiles) hash.update(contents);
  return hash.digest('hex');
};

/** Those flags of Lambda's Node.js that V8 tells compile caches apart by. */
const LAMBDA_V8_FLAGS = ['--expose-gc'];

/**
 * Puts V8's compile cache beside a bundle, for this very Node.js on this kind of processor; any other does without.
 * @param environment what the function needs to start
 */
export function addCompileCache(outdir: string, environment: Readonly<Record<string, string>>): void {
  const known = Object.entries(environment).map(([name, value]) => [
    name,
    // What only AWS knows when it deploys.
    Token.isUnresolved(value) ? 'https://example.test' : value,
  ]);
  execFileSync(process.execPath, [...LAMBDA_V8_FLAGS, here('compile-cache.cjs'), outdir], {
    env: { AWS_REGION: 'us-east-1', ...Object.fromEntries(known) },
  });
}
