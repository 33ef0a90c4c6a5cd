import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** One thing that was seen of a grant. */
export interface GrantLine {
  readonly by: string;
  /** The grants of its role; the first line of each function. */
  readonly granted?: readonly string[];
  readonly used?: string;
  readonly denied?: string;
}

/** What functions were granted, and what of it they made use of, each thing once. */
export interface GrantRecord {
  note(line: GrantLine): void;
}

/** @param folder where it goes, each stack's into a file of its own; without it, nowhere */
export function grantRecord(folder: string | undefined): GrantRecord {
  if (folder === undefined) return { note: () => {} };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${randomUUID()}.jsonl`);
  const noted = new Set<string>();
  return {
    note(line) {
      const text = `${JSON.stringify(line)}\n`;
      if (noted.has(text)) return;
      noted.add(text);
      appendFileSync(file, text);
    },
  };
}
