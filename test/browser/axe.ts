import axe, { type AxeResults, type Result } from 'axe-core';
import type { Page } from 'playwright-core';

/** What keeps somebody from using a page at all, or makes it hard. */
const SERIOUS: ReadonlySet<string> = new Set(['serious', 'critical']);

/**
 * The serious faults that axe-core finds in a page as it is shown now, one line for each, to be compared with none. It is brought in
 * past the page's Content-Security-Policy, which forbids scripts.
 */
export async function seriousFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>('axe.run(document, { resultTypes: ["violations"] })');
  return violations.filter(({ impact }) => SERIOUS.has(impact ?? '')).map(asLine);
}

const asLine = ({ id, impact, help, nodes }: Result): string =>
  `${id} (${impact}): ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`;
