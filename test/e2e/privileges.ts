/** Whether every function's role allows exactly what it calls, over all tests that started a stack. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GrantLine } from '../../infra/local/grant-record.ts';

/** Where the stacks of the last test run have recorded what they made use of. */
export const GRANTS_DIR = fileURLToPath(new URL('../../.local/grants', import.meta.url));

/** A grant that a test makes use of by chance at most, and why it is there all the same. */
export interface Exception {
  /** Functions that have it. @default all */
  readonly by?: readonly string[];
  /** Whole grants as the record names them, `*` for anything. */
  readonly grant: string;
  readonly reason: string;
}

/** What is wrong with the roles. */
export interface Verdict {
  readonly faults: readonly string[];
  /** How many grants were made use of, and how many are excepted. */
  readonly used: number;
  readonly excepted: number;
}

/** Everything recorded. @throws when nothing is */
export function readGrants(folder: string): GrantLine[] {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  if (files.length === 0) throw new Error('No test has started a stack: run "npm test" first');
  return files.flatMap((file) =>
    readFileSync(join(folder, file), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as GrantLine),
  );
}

/** What was denied, granted and never used, or excepted without being there. */
export function judge(lines: readonly GrantLine[], exceptions: readonly Exception[]): Verdict {
  const all = (pick: (line: GrantLine) => readonly string[]): Set<string> =>
    new Set(lines.flatMap((line) => pick(line).map((what) => `${line.by}: ${what}`)));
  const granted = all(({ granted: grants = [] }) => grants);
  const used = all(({ used: grant }) => (grant === undefined ? [] : [grant]));
  const denied = all(({ denied: what }) => (what === undefined ? [] : [what]));

  const idle = [...granted].filter((grant) => !used.has(grant));
  const excepted = idle.filter((grant) => exceptions.some((exception) => covers(exception, grant)));
  return {
    faults: [
      ...[...denied].map((what) => `${what} was wanted and is not granted`),
      ...idle.filter((grant) => !excepted.includes(grant)).map((grant) => `${grant} is granted and never used`),
      ...exceptions
        .filter((exception) => ![...granted].some((grant) => covers(exception, grant)))
        .map(({ grant }) => `the exception for ${grant} excepts nothing that is granted`),
    ],
    used: used.size,
    excepted: excepted.length,
  };
}

const covers = ({ by, grant: pattern }: Exception, named: string): boolean => {
  const [, name = '', grant = ''] = /^([^:]+): (.*)$/.exec(named) ?? [];
  const escaped = pattern.replace(/[.+^$(){}|[\]\\?]/g, '\\$&').replaceAll('*', '.*');
  return (by === undefined || by.includes(name)) && new RegExp(`^${escaped}$`).test(grant);
};
