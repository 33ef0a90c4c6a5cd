import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A list that outlives the process when it has a path, and that one can add to without writing all of it anew. */
export interface Journal<T> {
  load(): T[];
  add(value: T): void;
  replace(values: readonly T[]): void;
}

/**
 * Keeps a list in a file, a line of JSON for each value. Writes are synchronous: what was acknowledged is on disk. A process killed
 * while it adds leaves a last line that breaks off; nobody was told of that one, and it is dropped by the next load.
 */
export function journal<T>(path: string | undefined): Journal<T> {
  if (path === undefined) return { load: () => [], add: () => {}, replace: () => {} };
  mkdirSync(dirname(path), { recursive: true });
  const replace = (values: readonly T[]): void => {
    const temporary = `${path}.tmp`;
    writeFileSync(temporary, values.map((value) => `${JSON.stringify(value)}\n`).join(''), { mode: 0o600 });
    renameSync(temporary, path);
  };
  return {
    load() {
      const whole = read(path).split('\n').slice(0, -1);
      try {
        const values = whole.map((line) => JSON.parse(line) as T);
        // What is added next must begin on a line of its own.
        replace(values);
        return values;
      } catch (error) {
        throw new Error(`${path} cannot be read; remove it to start afresh`, { cause: error });
      }
    },
    add: (value) => appendFileSync(path, `${JSON.stringify(value)}\n`, { mode: 0o600 }),
    replace,
  };
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
