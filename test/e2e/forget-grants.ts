import { rmSync } from 'node:fs';
import { GRANTS_DIR } from './privileges.ts';

/** What the tests of before made use of says nothing of the code as it is now. */
export default function forgetGrants(): void {
  rmSync(GRANTS_DIR, { recursive: true, force: true });
}
