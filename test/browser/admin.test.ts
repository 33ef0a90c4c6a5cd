import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { expectConsoleWellMade, previewed, SIGN_IN, signIn, titled, visitConsole } from './console.ts';
import { mustSkip, SIZES, screenshot, WALKS, withStage } from './visitor.ts';

/** The pages by their names in the navigation. */
const PAGES = {
  en: { setup: 'Set-up', settings: 'Settings', staff: 'Staff', bookings: 'Bookings', health: 'Health' },
  es: { setup: 'Guía', settings: 'Ajustes', staff: 'Personal', bookings: 'Citas', health: 'Estado' },
} as const;

const ANA = 'ana.with.a.very.long.address@console-clinic.test';

describe.skipIf(mustSkip)('the admin console, in a browser', () => {
  const stage = withStage({ timeZone: 'Europe/Madrid' });

  beforeAll(async () => {
    const { appointmentId } = await stage.driver.book({ id: '1042', staff: ANA });
    await stage.driver.untilView(appointmentId, ({ meeting }) => meeting.state === 'waiting_for_staff');
  });

  const open = (options: Parameters<typeof visitConsole>[2] = {}) => visitConsole(stage.browser, stage.stack, options);
  const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent');

  it.each(WALKS)('signs in, and shows every page, in $language', async ({ language, size }) => {
    const wellMade = (name: string) => expectConsoleWellMade(page, `${name}-${language}`, SIZES);
    const { page, context, complaints } = await open({ language, size, signedIn: false });
    await titled(page, SIGN_IN[language].title).waitFor();
    expect(await page.getAttribute('html', 'lang')).toBe(language);
    await wellMade('sign-in');

    await signIn(page, 'not-the-key', language);
    const field = page.getByLabel(SIGN_IN[language].key);
    const problem = page.getByRole('alert').filter({ hasText: /./ });
    await problem.waitFor();
    expect(await field.getAttribute('aria-describedby')).toContain(await problem.getAttribute('id'));
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await wellMade('wrong-key');

    await signIn(page, stage.stack.adminKey, language);
    for (const [key, title] of Object.entries(PAGES[language])) {
      const link = page.getByRole('navigation').getByRole('link', { name: title, exact: true });
      await link.click();
      await titled(page, title).waitFor();
      await expect.poll(() => page.getByText(/Loading|Cargando/).count(), { timeout: 15_000 }).toBe(0);
      expect(await link.getAttribute('aria-current')).toBe('page');
      expect(await page.title()).toBe(`${title} · Booking Meet`);
      // The one that is there already is no navigation.
      if (key !== 'setup') expect(await focused(page)).toBe(title);
      if (key === 'settings') await previewed(page).getByText('Luis').filter({ visible: true }).first().waitFor();
      await wellMade(key);
    }
    expect(complaints).toEqual([]);
    expect(page.url()).not.toContain(stage.stack.adminKey);
    await context.close();
  });

  it('is worn in the dark, too', async () => {
    const { page, context, complaints } = await open({ size: SIZES[0], colorScheme: 'dark', hash: '#/health' });
    await page.getByRole('listitem').filter({ hasText: 'Addresses' }).waitFor();
    await expectConsoleWellMade(page, 'health-dark');
    await page.goto(`${stage.driver.url}/admin#/settings`);
    await previewed(page).getByText('Luis').filter({ visible: true }).first().waitFor();
    await expectConsoleWellMade(page, 'settings-dark');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('keeps the key in the tab, and takes the language along', async () => {
    const { page, context, complaints } = await open({ hash: '#/staff' });
    await titled(page, 'Staff').waitFor();
    await page.getByRole('button', { name: 'Español' }).click();
    await titled(page, 'Personal').waitFor();
    await page.locator('html[lang=es]').waitFor();
    expect(await page.title()).toBe('Personal · Booking Meet');

    await page.reload();
    await titled(page, 'Personal').waitFor();
    const other = await context.newPage();
    await other.goto(`${stage.driver.url}/admin#/staff`);
    await titled(other, SIGN_IN.es.title).waitFor();

    await page.getByRole('button', { name: 'Salir' }).click();
    await titled(page, SIGN_IN.es.title).waitFor();
    await page.reload();
    await titled(page, SIGN_IN.es.title).waitFor();
    expect(await page.getByRole('navigation').count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('asks for the key again when it is not taken any more, and comes back to where it was, with what was typed in', async () => {
    const { page, context } = await open({ hash: '#/settings' });
    await page.getByLabel('Your e-mail address').fill('boss@clinic.test');
    await page.route('**/settings', (route) =>
      route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"status":401}' }),
    );
    await page.getByRole('button', { name: 'Save' }).click();
    await titled(page, 'Sign in').waitFor();
    expect(await page.getByText('you come back to where you were').isVisible()).toBe(true);
    expect(page.url()).toMatch(/#\/settings$/);

    await page.unroute('**/settings');
    await signIn(page, stage.stack.adminKey);
    await titled(page, 'Settings').waitFor();
    expect(await page.title()).toBe('Settings · Booking Meet');
    expect(await page.getByLabel('Your e-mail address').inputValue()).toBe('boss@clinic.test');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
    expect(await (await stage.driver.admin('GET', '/settings')).json()).toMatchObject({
      adminEmail: 'boss@clinic.test',
    });
    await context.close();
  });

  it('is used with the keyboard alone', async () => {
    const { page, context, complaints } = await open({ signedIn: false });
    await titled(page, 'Sign in').waitFor();
    const press = async (...keys: readonly string[]) => {
      for (const key of keys) await page.keyboard.press(key);
    };
    await press('Tab', 'Enter', 'Tab');
    await page.keyboard.type(stage.stack.adminKey);
    await press('Enter');
    await titled(page, 'Set-up').waitFor();

    await page.reload();
    await titled(page, 'Set-up').waitFor();
    await press('Tab');
    expect(await focused(page)).toBe('Skip to the content');
    // Past language and sign-out to the navigation.
    await press('Tab', 'Tab', 'Tab', 'Tab', 'Tab', 'Tab');
    expect(await focused(page)).toBe('Bookings');
    expect(await page.evaluate('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await press('Tab', 'Enter');
    await titled(page, 'Health').waitFor();
    expect(await focused(page)).toBe('Health');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('asks before something unsaved is left or signed out of, and is back where it was when one stays', async () => {
    const { page, context, complaints } = await open({ hash: '#/settings' });
    const address = page.getByLabel('Your e-mail address');
    await address.fill('unsaved@clinic.test');
    await page.getByRole('navigation').getByRole('link', { name: 'Staff' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.waitFor();
    await screenshot(page, 'console-leave', false);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(await address.inputValue()).toBe('unsaved@clinic.test');
    expect(page.url()).toMatch(/#\/settings$/);
    expect(await focused(page)).toBe('Staff');

    await page.getByRole('button', { name: 'Sign out' }).click();
    await dialog.getByRole('button', { name: 'Stay on this page' }).click();
    expect(await address.isVisible()).toBe(true);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await dialog.getByRole('button', { name: 'Leave without saving' }).click();
    await titled(page, 'Sign in').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('says in words what went wrong on the way, and tries it again', async () => {
    const { page, context } = await open();
    await page.route('**/diagnostics', (route) => route.abort());
    await page.goto(`${stage.driver.url}/admin#/health`);
    await page.getByRole('alert').getByText('There is no connection').waitFor();
    await page.unroute('**/diagnostics');
    await page.route('**/diagnostics', (route) => route.fulfill({ status: 500, body: '{"instance":"r-1"}' }));
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('alert').getByText('Request r-1').waitFor();
    await page.unroute('**/diagnostics');
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByRole('listitem').filter({ hasText: 'Addresses' }).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    await context.close();
  });

  it('orders the checks by what needs somebody first, with status, evidence and remedy', async () => {
    const { page, context } = await open();
    const checks = (['pass', 'unknown', 'fail', 'warn'] as const).map((status) => ({
      id: status,
      status,
      title: `Title ${status}`,
      detail: `Detail ${status}`,
      fix: status === 'pass' ? '' : `Fix ${status}`,
    }));
    let language = '';
    await page.route('**/diagnostics', async (route) => {
      language = (await route.request().allHeaders())['accept-language'] ?? '';
      await route.fulfill({ json: { ok: false, checks } });
    });
    await page.goto(`${stage.driver.url}/admin#/health`);
    const cards = page.getByRole('main').getByRole('list').getByRole('listitem');
    await cards.first().waitFor();
    expect(await cards.getByRole('heading', { level: 2 }).allTextContents()).toEqual([
      'Title fail',
      'Title warn',
      'Title unknown',
      'Title pass',
    ]);
    expect(await cards.first().textContent()).toMatch(/Problem.*Detail fail.*What to do.*Fix fail/);
    expect(await cards.last().textContent()).not.toContain('What to do');
    expect(language).toBe('en');
    await expectConsoleWellMade(page, 'checks');
    await page.getByRole('button', { name: 'Español' }).click();
    await expect.poll(() => language).toBe('es');
    await context.close();
  });

  it('copies, and says so', async () => {
    const { page, context, complaints } = await open();
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('heading', { name: 'Connect Booknetic' }).click();
    await page.getByRole('button', { name: 'Copy address' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied.' }).waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows a mail with its own style, and lets nothing of it run, load or lead away', async () => {
    const { page, context } = await open();
    const violations: string[] = [];
    page.on('console', (message) => violations.push(message.text()));
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    const html = `<html><head><style>p{color:rgb(1,2,3)}</style>
      <meta http-equiv="refresh" content="0;url=${stage.driver.url}/admin"><base href="https://evil.test/">
      <script>parent.postMessage('taken','*')</script></head>
      <body onload="parent.document.title='taken'"><p style="font-weight:700">Hello Luis</p>
      <img src="https://evil.test/x.png" onerror="top.location='https://evil.test/'" alt=""><a href="https://evil.test/away">away</a>
      <a href="${stage.driver.url}/admin">home</a>
      <form action="https://evil.test/f"><button>send</button></form></body></html>`;
    await page.route('**/settings/preview-message', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, json: { ...(await answer.json()), html } });
    });
    await page.goto(`${stage.driver.url}/admin#/settings`);
    const paragraph = previewed(page).getByText('Hello Luis');
    await paragraph.waitFor();
    const frame = page.frames().find((each) => each.url().endsWith('/admin/preview'));
    expect(await frame?.evaluate('origin')).toBe('null');
    expect(await frame?.evaluate('getComputedStyle(document.querySelector("p")).color')).toBe('rgb(1, 2, 3)');
    expect(await frame?.evaluate('getComputedStyle(document.querySelector("p")).fontWeight')).toBe('700');
    await previewed(page).getByText('away').click();
    await previewed(page).getByText('home').click();
    await previewed(page).getByRole('button').click();
    await page.waitForTimeout(500);
    expect(requests.filter((url) => url.includes('evil') && !url.includes('x.png'))).toEqual([]);
    expect(await paragraph.isVisible()).toBe(true);
    expect(await page.title()).toBe('Settings · Booking Meet');
    expect(page.url()).toMatch(/\/admin#\/settings$/);
    expect(violations.join('\n')).toMatch(/Content Security Policy/);
    await context.close();
  });
});
