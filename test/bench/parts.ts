import type { Metafile } from 'esbuild';

const packageOf = (path: string): string | undefined => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1];

/** Bytes of a bundle by what they come from, most first: a package, or a folder of ours. */
export function partsOf(metafile: Metafile): [part: string, bytes: number][] {
  const parts = new Map<string, number>();
  for (const [path, bytes] of bytesByFile(metafile)) {
    const part = packageOf(path) ?? path.split('/')[0] ?? path;
    parts.set(part, (parts.get(part) ?? 0) + bytes);
  }
  return [...parts].sort(([, a], [, b]) => b - a);
}

/** Bytes that a bundle would not have without a package: its own, and of what nothing else brings along. */
export function weightOf(name: string, metafile: Metafile): number {
  const left = new Set(Object.values(metafile.outputs).flatMap(({ entryPoint }) => entryPoint ?? []));
  // It grows while it is walked through.
  for (const path of left) {
    for (const { path: imported } of metafile.inputs[path]?.imports ?? []) {
      if (packageOf(imported) !== name) left.add(imported);
    }
  }
  return bytesByFile(metafile).reduce((sum, [path, bytes]) => sum + (left.has(path) ? 0 : bytes), 0);
}

const bytesByFile = ({ outputs }: Metafile): [path: string, bytes: number][] =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).map(([path, { bytesInOutput }]): [string, number] => [path, bytesInOutput]),
  );
