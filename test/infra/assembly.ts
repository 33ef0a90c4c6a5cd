import { fileURLToPath } from 'node:url';
import { synthesize } from '../../infra/local/synth.ts';

/** The cloud assembly that every stack of the tests runs, made when it is not there yet. @returns its folder */
export const assembly = (): Promise<string> =>
  synthesize(
    fileURLToPath(new URL('../..', import.meta.url)),
    () => {},
    () => {},
  );

/** Before the tests that need it: several that began at once would each make it for themselves. */
export default async function setup(): Promise<void> {
  await assembly();
}
