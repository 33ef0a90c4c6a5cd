/** `npm run prove`: breaks one thing after another in a copy of the project, and says whether the check that is there for it notices. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { BREAKAGES, type Breakage } from './breakages.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const copy = mkdtempSync(join(tmpdir(), 'booking-meet-proofs-'));

/** Names of the tests of a check that fail with something broken. */
function failing({ file, find, replace, check: [project, path] }: Breakage): string[] {
  const place = join(copy, file);
  const whole = readFileSync(place, 'utf8');
  const report = join(copy, 'report.json');
  try {
    // A function, so that no `$` of it means anything.
    writeFileSync(
      place,
      whole.replace(find, () => replace),
    );
    rmSync(report, { force: true });
    spawnSync(
      process.execPath,
      [
        'node_modules/vitest/vitest.mjs',
        'run',
        '--project',
        project,
        '--reporter=json',
        `--outputFile=${report}`,
        path,
      ],
      { cwd: copy, stdio: 'ignore' },
    );
    const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as {
      testResults: { assertionResults: { fullName: string; status: string }[] }[];
    };
    return testResults.flatMap(({ assertionResults }) =>
      assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
    );
  } finally {
    writeFileSync(place, whole);
  }
}

let missed = 0;
try {
  for (const file of execFileSync('git', ['ls-files', '-z'], { cwd: ROOT, encoding: 'utf8' }).split('\0')) {
    if (file) cpSync(join(ROOT, file), join(copy, file), { recursive: true });
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const wanted = process.argv.slice(2);
  for (const [name, breakage] of Object.entries(BREAKAGES)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const [, path, test] = breakage.check;
    const noticed = failing(breakage).some((failed) => failed.includes(test));
    if (!noticed) missed += 1;
    console.log(`${noticed ? 'noticed' : 'NOT NOTICED'}: ${name} (${path}, "${test}")`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
if (missed > 0) process.exitCode = 1;
