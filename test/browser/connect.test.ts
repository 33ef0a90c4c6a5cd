import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clientSettings } from '../../infra/local/aws.ts';
import { makeSecretReader } from '../../shared/aws/secrets.ts';
import { connectUrl, makeLinkSigner } from '../../shared/staff/links.ts';
import { type Driver, type System, startSystem } from '../e2e/driver.ts';
import {
  expectWellMade,
  heading,
  LOCALES,
  launchBrowser,
  mustSkip,
  SIZES,
  screenshot,
  throughGoogle,
  visit,
} from './visitor.ts';

/** What the pages say, by which a person knows where they are. */
const TEXTS = {
  en: {
    connect: 'Connect your Google account',
    go: 'Continue with Google',
    connected: 'Your account is connected',
    refused: 'Your account was not connected',
    unticked: 'The calendar box was not ticked',
    used: 'This sign-in is over',
    again: 'Start again',
    invalid: 'This link does not work',
    expired: 'This link has expired',
  },
  es: {
    connect: 'Conecta tu cuenta de Google',
    go: 'Continuar con Google',
    connected: 'Tu cuenta está conectada',
    refused: 'Tu cuenta no se ha conectado',
    unticked: 'Faltó marcar la casilla del calendario',
    used: 'Este inicio de sesión ya no vale',
    again: 'Empezar de nuevo',
    invalid: 'Este enlace no funciona',
    expired: 'Este enlace ha caducado',
  },
} as const;

describe.skipIf(mustSkip)('connecting, in a browser', () => {
  let system: System;
  let driver: Driver;
  let browser: Browser;

  beforeAll(async () => {
    [system, browser] = await Promise.all([startSystem(), launchBrowser()]);
    driver = system.driver;
  });

  afterAll(async () => {
    await browser.close();
    await system.stack.stop();
  });

  /** A link that was good a month ago. */
  async function expiredLink(staff: string): Promise<string> {
    const client = new SecretsManagerClient(clientSettings(system.stack.secretsManagerUrl));
    const monthAgo = { now: () => new Date(Date.now() - 30 * 86_400_000) };
    const links = makeLinkSigner(makeSecretReader(client), 'booking-meet/link-signing-key', monthAgo);
    return connectUrl(driver.url, (await links.sign('connect', staff)).token);
  }

  describe.each(LOCALES)('in %s', (locale) => {
    const text = TEXTS[locale];

    it.each(SIZES)('leads from the link to the connected account, at $width pixels', async (size) => {
      const staff = `long.name.of.somebody.with.a.long.address-${locale}-${size.width}@browser-clinic.test`;
      const name = `${locale}-${size.width}`;
      const { context, page, complaints } = await visit(browser, driver.url, locale, size);

      await page.goto(await driver.connectLink(staff));
      expect(await heading(page)).toBe(text.connect);
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      expect(await page.textContent('main')).toContain(staff);
      await expectWellMade(page, `connect-${name}`);
      await page.getByRole('link', { name: text.go }).click();
      await throughGoogle(page, { account: staff });

      expect(await heading(page)).toBe(text.connected);
      expect(await page.textContent('main')).toContain(staff);
      await expectWellMade(page, `connected-${name}`);
      expect((await driver.staff(staff)).connection).toMatchObject({ state: 'connected', googleEmail: staff });
      expect(complaints).toEqual([]);
      await context.close();
    });

    it.each(SIZES)('says what went wrong and leads back to the start, at $width pixels', async (size) => {
      const staff = `trouble-${locale}-${size.width}@browser.test`;
      const name = `${locale}-${size.width}`;
      const { context, page, complaints } = await visit(browser, driver.url, locale, size);
      await page.goto(await driver.connectLink(staff));

      await page.getByRole('link', { name: text.go }).click();
      await throughGoogle(page, { account: staff, decision: 'Cancel' });
      expect(await heading(page)).toBe(text.refused);
      await expectWellMade(page, `refused-${name}`);

      await page.getByRole('link', { name: text.again }).click();
      expect(await heading(page)).toBe(text.connect);
      await page.getByRole('link', { name: text.go }).click();
      await throughGoogle(page, { account: staff, unticked: /./ });
      expect(await heading(page)).toBe(text.unticked);
      await expectWellMade(page, `unticked-${name}`);

      const answer = await page.reload();
      expect([answer?.status(), await heading(page)]).toEqual([410, text.used]);
      await expectWellMade(page, `used-${name}`);

      const invalid = await page.goto(`${driver.url}/connect/not-a-link`);
      expect([invalid?.status(), await heading(page)]).toEqual([404, text.invalid]);
      await expectWellMade(page, `invalid-${name}`);
      const expired = await page.goto(await expiredLink(staff));
      expect([expired?.status(), await heading(page)]).toEqual([410, text.expired]);
      await expectWellMade(page, `expired-${name}`);
      expect((await driver.staff(staff)).connection.state).toBe('insufficient_scope');
      expect(complaints).toEqual([]);
      await context.close();
    });
  });

  it('can be done with the keyboard alone, and shows where one is', async () => {
    const { context, page } = await visit(browser, driver.url, 'en');
    await page.goto(await driver.connectLink('keyboard@browser.test'));

    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    expect(await focused.textContent()).toBe(TEXTS.en.go);
    expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    await screenshot(page, 'focused', false);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/o\/oauth2\/v2\/auth/);
    await context.close();
  });

  it('can be done in the dark, and is still good when begun in two tabs', async () => {
    const { context, page, complaints } = await visit(browser, driver.url, 'en', SIZES[0], { colorScheme: 'dark' });
    const staff = 'two-tabs@browser.test';
    const link = await driver.connectLink(staff);
    await page.goto(link);
    await expectWellMade(page, 'connect-dark');
    const second = await context.newPage();
    await second.goto(link);
    for (const tab of [page, second]) await tab.getByRole('link', { name: TEXTS.en.go }).click();

    await throughGoogle(page, { account: staff });

    expect(await heading(page)).toBe(TEXTS.en.connected);
    await page.goto(link);
    expect(await page.textContent('main')).toMatch(/At present .* is connected/);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('cannot be finished in a browser that did not begin it', async () => {
    const staff = 'other-browser@browser.test';
    const { context, page } = await visit(browser, driver.url, 'en');
    const { googleUrl } = await driver.beginSignIn(await driver.connectLink(staff));
    await page.goto(googleUrl);

    await throughGoogle(page, { account: staff });

    expect(await heading(page)).toBe('This sign-in was not begun here');
    expect((await driver.staff(staff)).connection.state).toBe('not_connected');
    await context.close();
  });
});
