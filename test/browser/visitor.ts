import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Stack } from '../../infra/local/stack.ts';
import { type Driver, type System, startSystem } from '../e2e/driver.ts';
import { seriousFaults } from './axe.ts';

// The shell is the same engine without a window around it, which costs seconds for every visitor.
const CHROMIUM = ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'].find((path) => existsSync(path));
const SCREENSHOTS = fileURLToPath(new URL('screenshots/', import.meta.url));

/** Where the tests must all run, a missing browser is a failure. */
export const mustSkip = !CHROMIUM && !process.env.CI;

export const SIZES = [
  { width: 375, height: 740 },
  { width: 1280, height: 800 },
] as const;
export type Size = (typeof SIZES)[number];
export const LOCALES = ['en', 'es'] as const;
/** Each language on another screen. What is walked through so is looked at in both sizes where both matter. */
export const WALKS = [
  { language: 'en', size: SIZES[0] },
  { language: 'es', size: SIZES[1] },
] as const;

export function launchBrowser(): Promise<Browser> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  if (!CHROMIUM) throw new Error('Chromium is missing: apt-get install chromium-headless-shell');
  return chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}

/** A stack and a browser for all tests of the `describe` that calls this, once they begin. */
export function withStage(settings?: Readonly<Record<string, unknown>>) {
  let system: System;
  let browser: Browser;
  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), launchBrowser()]);
    if (settings) await system.driver.settings(settings);
  });
  afterAll(async () => {
    // Where one of them did not start, that is what is to be told.
    await browser?.close();
    await system?.stack.stop();
  });
  return {
    get stack(): Stack {
      return system.stack;
    },
    get driver(): Driver {
      return system.driver;
    },
    get browser(): Browser {
      return browser;
    },
  };
}

export interface Visit {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Whatever the browser complains of on our pages. */
  readonly complaints: string[];
}

/** A browser of its own, as a person has. @param ours address that our pages begin with */
export async function visit(
  browser: Browser,
  ours: string,
  locale: 'en' | 'es',
  size: Size = SIZES[1],
  options: { readonly colorScheme?: 'dark' | 'light' } = {},
): Promise<Visit> {
  const context = await browser.newContext({ locale, viewport: size, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const { url } = message.location();
    const isOurs = url.startsWith(ours) && !url.endsWith('/favicon.ico');
    // That a page was answered with 4xx is said by its own test.
    if (message.type() === 'error' && isOurs && !/status of 4\d\d/.test(message.text()))
      complaints.push(message.text());
  });
  return { context, page, complaints };
}

export const screenshot = (page: Page, name: string, fullPage = true) =>
  page.screenshot({ path: `${SCREENSHOTS}${name}.png`, fullPage });

/**
 * It fits the screen, and axe-core finds no serious fault in it; kept as pictures to look at: the whole of it as on a phone, on a wide
 * screen what is in sight.
 * @param sizes to look at it in. @default the one that it has
 */
export async function expectWellMade(page: Page, name: string, sizes?: readonly Size[]): Promise<void> {
  const own = page.viewportSize() ?? SIZES[1];
  for (const size of sizes ?? [own]) {
    const picture = `${name}-${size.width}`;
    if (page.viewportSize()?.width !== size.width) await page.setViewportSize(size);
    await screenshot(page, picture, size.width === SIZES[0].width);
    const widths = await page.evaluate<[number, number]>('[document.documentElement.scrollWidth, innerWidth]');
    expect(widths[0], `${picture} scrolls sideways`).toBeLessThanOrEqual(widths[1]);
    expect(await seriousFaults(page), picture).toEqual([]);
  }
  if (page.viewportSize()?.width !== own.width) await page.setViewportSize(own);
}

export const heading = (page: Page) => page.getByRole('heading', { level: 1 }).textContent();

/** Through Google's own pages: warning, account unless it is known already, consent. @param unticked part of the words beside a box */
export async function throughGoogle(
  page: Page,
  {
    account,
    decision = 'Continue',
    unticked,
  }: { account?: string; decision?: 'Continue' | 'Cancel'; unticked?: RegExp },
): Promise<void> {
  await page.getByRole('button', { name: 'Continue' }).click();
  if (account) {
    await page.getByLabel(/E-mail/).fill(account);
    await page.getByRole('button', { name: 'Next' }).click();
  }
  if (unticked) await page.getByRole('checkbox', { name: unticked }).uncheck();
  await page.getByRole('button', { name: decision, exact: true }).click();
}
