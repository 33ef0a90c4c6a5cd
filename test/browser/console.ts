import type { Browser, Page } from 'playwright-core';
import type { Addresses } from '../e2e/driver.ts';
import { expectWellMade, type LOCALES, SIZES, type Size, type Visit, visit } from './visitor.ts';

type Language = (typeof LOCALES)[number];

/** What one signs in with in each language, and what one presses. */
export const SIGN_IN = {
  en: { title: 'Sign in', key: 'Admin key', button: 'Sign in' },
  es: { title: 'Iniciar sesión', key: 'Clave de administración', button: 'Iniciar sesión' },
} as const;

interface ConsoleOptions {
  /** @default - the first page */
  readonly hash?: string;
  /** Of the browser. @default "en" */
  readonly language?: Language;
  /** @default 1280 pixels wide */
  readonly size?: Size;
  readonly colorScheme?: 'dark' | 'light';
  /** Whether it begins signed in, at the place that is asked for. @default true */
  readonly signedIn?: boolean;
}

/** Opens the admin console in a browser of its own, which complains of every request to another host, too. */
export async function visitConsole(
  browser: Browser,
  { url, adminKey }: Pick<Addresses, 'url' | 'adminKey'>,
  { hash = '', language = 'en', size = SIZES[1], colorScheme = 'light', signedIn = true }: ConsoleOptions = {},
): Promise<Visit> {
  const visitor = await visit(browser, url, language, size, { colorScheme });
  const { page, complaints } = visitor;
  page.on('request', (request) => {
    const address = request.url();
    if (!address.startsWith(`${url}/`) && !address.startsWith('data:')) complaints.push(`request to ${address}`);
  });
  await page.goto(`${url}/admin${hash}`);
  if (signedIn) {
    await signIn(page, adminKey, language);
    await page.getByRole('navigation').waitFor();
  }
  return visitor;
}

export async function signIn(page: Page, key: string, language: Language = 'en'): Promise<void> {
  const words = SIGN_IN[language];
  await page.getByLabel(words.key).fill(key);
  await page.getByRole('main').getByRole('button', { name: words.button }).click();
}

/** The heading of the page of that name. */
export const titled = (page: Page, title: string) => page.getByRole('heading', { level: 1, name: title, exact: true });

/** A mail that is previewed. */
export const previewed = (page: Page) => page.frameLocator('iframe.mail');

/** A page of the console is well made once all of it has come, and is kept as a picture to look at. */
export async function expectConsoleWellMade(page: Page, name: string, sizes?: readonly Size[]): Promise<void> {
  // What is in a frame is not drawn before it has been in sight.
  for (const frame of await page.locator('iframe').all()) await frame.scrollIntoViewIfNeeded();
  await expectWellMade(page, `console-${name}`, sizes);
}
