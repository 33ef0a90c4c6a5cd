import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A value that outlives the process when it has a path, and lives in memory when it has none. */
export interface JsonFile<T> {
  load(): T | undefined;
  save(value: T): void;
}

/**
 * Keeps one JSON value in a file. Writes are synchronous and replace the file in one step: what was acknowledged is on
 * disk, and a process killed while writing leaves the former value whole.
 */
export function jsonFile<T>(path: string | undefined): JsonFile<T> {
  if (path === undefined) return { load: () => undefined, save: () => {} };
  mkdirSync(dirname(path), { recursive: true });
  return {
    load() {
      try {
        return JSON.parse(readFileSync(path, 'utf8')) as T;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw new Error(`${path} cannot be read; remove it to start afresh`, { cause: error });
      }
    },
    save(value) {
      const temporary = `${path}.tmp`;
      // Secrets are among what is kept here.
      writeFileSync(temporary, JSON.stringify(value), { mode: 0o600 });
      renameSync(temporary, path);
    },
  };
}
