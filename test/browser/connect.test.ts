import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { describe, expect, it } from 'vitest';
import { clientSettings } from '../../infra/local/aws.ts';
import { makeSecretReader } from '../../shared/aws/secrets.ts';
import { connectUrl, makeLinkSigner } from '../../shared/staff/links.ts';
import {
  expectWellMade,
  heading,
  mustSkip,
  SIZES,
  screenshot,
  throughGoogle,
  visit,
  WALKS,
  withStage,
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
  const stage = withStage();

  /** A link that was good a month ago. */
  async function expiredLink(staff: string): Promise<string> {
    const client = new SecretsManagerClient(clientSettings(stage.stack.secretsManagerUrl));
    const monthAgo = { now: () => new Date(Date.now() - 30 * 86_400_000) };
    const links = makeLinkSigner(makeSecretReader(client), 'booking-meet/link-signing-key', monthAgo);
    return connectUrl(stage.driver.url, (await links.sign('connect', staff)).token);
  }

  describe.each(WALKS)('in $language', ({ language: locale, size }) => {
    const text = TEXTS[locale];

    it('leads from the link to the connected account', async () => {
      const staff = `long.name.of.somebody.with.a.long.address-${locale}@browser-clinic.test`;
      const { context, page, complaints } = await visit(stage.browser, stage.driver.url, locale, size);

      await page.goto(await stage.driver.connectLink(staff));
      expect(await heading(page)).toBe(text.connect);
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      expect(await page.textContent('main')).toContain(staff);
      await expectWellMade(page, `connect-${locale}`, SIZES);
      await page.getByRole('link', { name: text.go }).click();
      await throughGoogle(page, { account: staff });

      expect(await heading(page)).toBe(text.connected);
      expect(await page.textContent('main')).toContain(staff);
      await expectWellMade(page, `connected-${locale}`, SIZES);
      expect((await stage.driver.staff(staff)).connection).toMatchObject({ state: 'connected', googleEmail: staff });
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('says what went wrong and leads back to the start', async () => {
      const staff = `trouble-${locale}@browser.test`;
      const { context, page, complaints } = await visit(stage.browser, stage.driver.url, locale, size);
      await page.goto(await stage.driver.connectLink(staff));

      await page.getByRole('link', { name: text.go }).click();
      await throughGoogle(page, { account: staff, decision: 'Cancel' });
      expect(await heading(page)).toBe(text.refused);
      await expectWellMade(page, `refused-${locale}`, SIZES);

      await page.getByRole('link', { name: text.again }).click();
      expect(await heading(page)).toBe(text.connect);
      await page.getByRole('link', { name: text.go }).click();
      await throughGoogle(page, { account: staff, unticked: /./ });
      expect(await heading(page)).toBe(text.unticked);
      await expectWellMade(page, `unticked-${locale}`, SIZES);

      const answer = await page.reload();
      expect([answer?.status(), await heading(page)]).toEqual([410, text.used]);
      await expectWellMade(page, `used-${locale}`, SIZES);

      const invalid = await page.goto(`${stage.driver.url}/connect/not-a-link`);
      expect([invalid?.status(), await heading(page)]).toEqual([404, text.invalid]);
      await expectWellMade(page, `invalid-${locale}`, SIZES);
      const expired = await page.goto(await expiredLink(staff));
      expect([expired?.status(), await heading(page)]).toEqual([410, text.expired]);
      await expectWellMade(page, `expired-${locale}`, SIZES);
      expect((await stage.driver.staff(staff)).connection.state).toBe('insufficient_scope');
      expect(complaints).toEqual([]);
      await context.close();
    });
  });

  it('can be done with the keyboard alone, and shows where one is', async () => {
    const { context, page } = await visit(stage.browser, stage.driver.url, 'en');
    await page.goto(await stage.driver.connectLink('keyboard@browser.test'));

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
    const { context, page, complaints } = await visit(stage.browser, stage.driver.url, 'en', SIZES[0], {
      colorScheme: 'dark',
    });
    const staff = 'two-tabs@browser.test';
    const link = await stage.driver.connectLink(staff);
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
    const { context, page } = await visit(stage.browser, stage.driver.url, 'en');
    const { googleUrl } = await stage.driver.beginSignIn(await stage.driver.connectLink(staff));
    await page.goto(googleUrl);

    await throughGoogle(page, { account: staff });

    expect(await heading(page)).toBe('This sign-in was not begun here');
    expect((await stage.driver.staff(staff)).connection.state).toBe('not_connected');
    await context.close();
  });
});
