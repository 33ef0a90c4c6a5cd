import fc from 'fast-check';
import { expect, it } from 'vitest';
import { faultsOfPage } from './pages.ts';
import { missedRoutes, PROPERTIES, statusesOfGood } from './properties.ts';

/** Few, and always the same: `npm run fuzz` draws others. */
const SHORT = { numRuns: 60, seed: 2026 };

it('every route has a good request to begin from, and it is answered well', async () => {
  expect(missedRoutes()).toEqual([]);
  const statuses = await statusesOfGood();
  expect(Object.entries(statuses).filter(([, status]) => status >= 400)).toEqual([]);
});

it.each(PROPERTIES)('$name', async ({ property }) => {
  const { failed, counterexample, errorInstance } = await fc.check(property, SHORT);
  expect(failed, `${JSON.stringify(counterexample)}\n${errorInstance}`).toBe(false);
});

it.each([
  '<p><script>x</script></p>',
  '<p onclick="x">x</p>',
  '<p class="a" onclick=x>x</p>',
  '<img src="x">',
  '<a href="javascript:alert(1)">x</a>',
  '<a href="https://evil.test/">x</a>',
  '<form method="post" action="//evil.test">x</form>',
  '<p>a "quoted" thing</p>',
  '<p>a < b</p>',
  '<!-- x -->',
])('a page with %s is found', (html) => {
  expect(faultsOfPage(html)).not.toEqual([]);
});
