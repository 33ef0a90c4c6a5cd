import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { GoogleState } from './state.ts';

/** A long log would make every write slow; the file keeps its end only. */
const LOG_ENTRIES_IN_FILE = 300;

interface Store {
  state: GoogleState;
  /** Returns once the state is on disk: a process killed right after has lost nothing. */
  save(): void;
}

function load(file: string): GoogleState | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const state = JSON.parse(text) as GoogleState;
  if (state.version !== 1) throw new Error(`${file} was written by another version of the Google stand-in: delete it`);
  return state;
}

/** @param file where the state lives; without one it ends with the process */
export function openStore(file: string | undefined, fresh: () => GoogleState): Store {
  if (file === undefined) return { state: fresh(), save: () => {} };
  mkdirSync(dirname(file), { recursive: true });
  const state = load(file) ?? fresh();
  return {
    state,
    save() {
      const written = { ...state, requests: state.requests.slice(-LOG_ENTRIES_IN_FILE) };
      const temporary = `${file}.new`;
      writeFileSync(temporary, JSON.stringify(written), { mode: 0o600 });
      renameSync(temporary, file);
    },
  };
}
