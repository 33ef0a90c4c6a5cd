import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, Result } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
// It is not in the frames, and would wait for an answer from there.
const RUN = 'axe.run(document, { resultTypes: ["violations"], iframes: false, preload: false })';

/** What keeps somebody from using a page at all, or makes it hard. */
const SERIOUS: ReadonlySet<string> = new Set(['serious', 'critical']);

/**
 * The serious faults that axe-core finds in a page as it is shown now, one line for each, to be compared with none. It is brought in
 * past the page's Content-Security-Policy, which forbids scripts.
 */
export async function seriousFaults(page: Page): Promise<string[]> {
  const known = await page.evaluate<AxeResults | undefined>(`globalThis.axe && ${RUN}`);
  const { violations } = known ?? (await page.evaluate<AxeResults>(`${AXE};${RUN}`));
  return violations.filter(({ impact }) => SERIOUS.has(impact ?? '')).map(asLine);
}

const asLine = ({ id, impact, help, nodes }: Result): string =>
  `${id} (${impact}): ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`;
