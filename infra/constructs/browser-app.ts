import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build, type Metafile } from 'esbuild';

/**
 * Bundles a browser app for its function to serve: `main.tsx` and `style.css` under names made from what is in them, and `index.html`
 * that asks for them, each with the same compressed as `.br` and `.gz` beside it.
 * @param folder the app's sources
 * @param outdir is made
 * @returns what they are made of
 */
export async function bundleBrowserApp(folder: string, outdir: string): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    // Nothing of the place of the checkout, nor of its folders, gets into what is written.
    absWorkingDir: folder,
    entryPoints: ['main.tsx', 'style.css'],
    outdir: 'out',
    write: false,
    metafile: true,
    bundle: true,
    minify: true,
    format: 'esm',
    target: ['es2022', 'safari16'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
  const files = new Map<string, Uint8Array>();
  let page = await readFile(join(folder, 'index.html'), 'utf8');
  for (const { path, contents } of outputFiles) {
    const plain = path.replace(/^.*[\\/]/, '');
    const hash = createHash('sha256').update(contents).digest('hex').slice(0, 16);
    const name = plain.replace('.', `-${hash}.`);
    if (!page.includes(`"/admin/${plain}"`)) throw new Error(`index.html does not ask for ${plain}.`);
    page = page.replace(`"/admin/${plain}"`, `"/admin/${name}"`);
    files.set(name, contents);
  }
  files.set('index.html', Buffer.from(page));

  await mkdir(outdir, { recursive: true });
  for (const [name, contents] of files) {
    const params = { [constants.BROTLI_PARAM_SIZE_HINT]: contents.length };
    await writeFile(join(outdir, name), contents);
    await writeFile(join(outdir, `${name}.br`), brotliCompressSync(contents, { params }));
    await writeFile(join(outdir, `${name}.gz`), gzipSync(contents, { level: 9 }));
  }
  return metafile;
}

if (import.meta.main) {
  const [folder, outdir] = process.argv.slice(2);
  if (folder === undefined || outdir === undefined) throw new Error('usage: browser-app.ts <folder> <outdir>');
  await bundleBrowserApp(folder, outdir);
}
