import { defineConfig } from 'vitest/config';
import { GRANTS_DIR } from './test/e2e/privileges.ts';

const project = (name: string, testTimeout: number, globalSetup: string[] = []) => ({
  extends: true as const,
  test: { name, include: [`test/${name}/**/*.test.ts`], testTimeout, hookTimeout: 300_000, globalSetup },
});
const ASSEMBLY = ['test/infra/assembly.ts'];

export default defineConfig({
  test: {
    // Most of the time goes into waiting for stacks that start; one worker a core would leave cores idle.
    maxWorkers: 3,
    // Lambda's own, whatever the machine's is.
    // The stacks that tests start record there which grants of their roles the functions use (`npm run privileges`).
    env: { TZ: 'UTC', GRANTS_DIR },
    globalSetup: 'test/e2e/forget-grants.ts',
    expect: { requireAssertions: true },
    projects: [
      project('unit', 60_000),
      project('simulation', 600_000),
      project('contract', 60_000),
      project('handler', 60_000),
      project('fuzz', 240_000),
      project('infra', 240_000, ASSEMBLY),
      project('e2e', 300_000, ASSEMBLY),
      project('browser', 300_000, ASSEMBLY),
    ],
  },
});
