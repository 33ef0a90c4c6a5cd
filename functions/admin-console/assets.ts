import { readdirSync, readFileSync } from 'node:fs';

/** One file of the app as it is sent. */
export interface Asset {
  readonly type: string;
  /** By the name of its `Content-Encoding`. */
  readonly bodies: Readonly<Record<Encoding, Buffer>>;
}

/** By file name. */
export type Assets = ReadonlyMap<string, Asset>;

/** How a body is sent, what is smallest first. */
export const ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
};

/**
 * Reads what the bundler wrote: each file, and the same compressed as `.br` and `.gz`.
 * @throws Error when one is missing
 */
export function readAssets(folder: URL): Assets {
  const names = readdirSync(folder).filter((name) => !/\.(?:br|gz)$/.test(name));
  return new Map(
    names.map((name) => {
      const read = (suffix: string): Buffer => readFileSync(new URL(`${name}${suffix}`, folder));
      const type = TYPES[name.split('.').pop() ?? ''];
      if (type === undefined) throw new Error(`The app has a file of unknown type: ${name}.`);
      return [name, { type, bodies: { br: read('.br'), gzip: read('.gz'), identity: read('') } }];
    }),
  );
}
