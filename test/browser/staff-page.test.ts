import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { tomorrow } from '../e2e/driver.ts';
import { expectWellMade, heading, mustSkip, SIZES, throughGoogle, visit, WALKS, withStage } from './visitor.ts';

const TEXTS = {
  en: {
    own: 'Your bookings with Google Meet',
    change: 'Change calendar',
    show: 'Show my calendars',
    unticked: 'The box for the list of calendars was not ticked',
    choose: 'Choose your calendar',
    use: 'Use this calendar',
    chosen: 'Your calendar is chosen',
    back: 'Back to your page',
    again: 'Connect it again, or choose another',
    join: /^Join the video call: Consulta/,
    disconnect: 'Disconnect…',
    confirm: 'Disconnect your Google account?',
    doIt: 'Disconnect',
    keep: 'Keep it connected',
    disconnected: 'Your account is disconnected',
    connect: 'Connect your Google account',
    go: 'Continue with Google',
    connected: 'Your account is connected',
    unavailable: 'Google is not answering',
    retry: 'Try again',
  },
  es: {
    own: 'Tus citas con Google Meet',
    change: 'Cambiar de calendario',
    show: 'Mostrar mis calendarios',
    unticked: 'Faltó marcar la lista de calendarios',
    choose: 'Elige tu calendario',
    use: 'Usar este calendario',
    chosen: 'Tu calendario está elegido',
    back: 'Volver a tu página',
    again: 'Conectarla de nuevo, o elegir otra',
    join: /^Entrar en la videollamada: Consulta/,
    disconnect: 'Desconectar…',
    confirm: '¿Desconectar tu cuenta de Google?',
    doIt: 'Desconectar',
    keep: 'Dejarla conectada',
    disconnected: 'Tu cuenta está desconectada',
    connect: 'Conecta tu cuenta de Google',
    go: 'Continuar con Google',
    connected: 'Tu cuenta está conectada',
    unavailable: 'Google no responde',
    retry: 'Inténtalo otra vez',
  },
} as const;

describe.skipIf(mustSkip)("a staff member's own page, in a browser", () => {
  const stage = withStage({ timeZone: 'Europe/Madrid' });

  const follow = (page: Page, name: string) => page.getByRole('link', { name, exact: true }).click();

  describe.each(WALKS)('in $language', ({ language: locale, size }) => {
    const text = TEXTS[locale];

    it('shows what is theirs, and lets them choose a calendar', async () => {
      const staff = `calendar-${locale}@own-page.test`;
      await stage.driver.connect(staff);
      await stage.driver.google('add-calendar', {
        account: staff,
        id: `work-${locale}`,
        summary: 'Consultas <Madrid>',
      });
      await stage.driver.google('add-calendar', { account: staff, summary: 'Sin Meet', conferences: false });
      await stage.driver.google('add-calendar', { account: staff, summary: 'Festivos', accessRole: 'reader' });
      const ids = [1, 2, 3].map((number) => `${locale}-${number}`);
      await stage.driver.bookAtOnce(ids.map((id, hours) => ({ id, staff, start: tomorrow(hours) })));
      for (const id of ids) await stage.driver.untilView(id, ({ meeting }) => meeting.state === 'ready');
      const { context, page, complaints } = await visit(stage.browser, stage.driver.url, locale, size);
      const link = await stage.driver.connectLink(staff);

      await page.goto(link);
      expect(await heading(page)).toBe(text.own);
      const joining = page.getByRole('link', { name: text.join });
      expect(await joining.count()).toBe(3);
      expect(await joining.first().getAttribute('href')).toBe((await stage.driver.view(ids[0] ?? '')).meeting.meetUrl);
      await expectWellMade(page, `own-${locale}`, SIZES);
      await page.getByText(text.again).click();
      await expectWellMade(page, `own-open-${locale}`, SIZES);

      await follow(page, text.change);
      expect(await heading(page)).toBe(text.change);
      await expectWellMade(page, `calendar-ask-${locale}`, SIZES);
      await follow(page, text.show);
      await throughGoogle(page, { unticked: /list of Google calendars/ });
      expect(await heading(page)).toBe(text.unticked);
      await expectWellMade(page, `calendar-unticked-${locale}`, SIZES);
      await follow(page, text.show);
      await throughGoogle(page, {});

      expect(await heading(page)).toBe(text.choose);
      expect(await page.getByRole('radio', { disabled: true }).count()).toBe(2);
      expect(await page.getByRole('radio', { name: /calendar-/ }).isChecked()).toBe(true);
      await expectWellMade(page, `calendar-choose-${locale}`, SIZES);
      await stage.driver.google('order-fault', { operation: 'calendarList', account: staff, status: 503 });
      await page.goto(`${link}/calendar`);
      expect(await heading(page)).toBe(text.unavailable);
      await expectWellMade(page, `calendar-unavailable-${locale}`, SIZES);
      await follow(page, text.retry);
      await page.getByRole('radio', { name: 'Consultas <Madrid>' }).check();
      await page.getByRole('button', { name: text.use }).click();

      expect(await heading(page)).toBe(text.chosen);
      await expectWellMade(page, `calendar-chosen-${locale}`, SIZES);
      await follow(page, text.back);
      expect(await page.textContent('main')).toContain('Consultas <Madrid>');
      for (const id of ids) {
        await stage.driver.untilView(
          id,
          ({ meeting }) => meeting.calendarId === `work-${locale}` && meeting.state === 'ready',
        );
      }
      expect(complaints).toEqual([]);
      await context.close();
    });

    it('lets them disconnect, and connect again with the same link', async () => {
      const staff = `disconnect-${locale}@own-page.test`;
      await stage.driver.connect(staff);
      const { context, page, complaints } = await visit(stage.browser, stage.driver.url, locale, size);
      const link = await stage.driver.connectLink(staff);

      await page.goto(link);
      await expectWellMade(page, `own-empty-${locale}`, SIZES);
      await follow(page, text.disconnect);
      expect(await heading(page)).toBe(text.confirm);
      await expectWellMade(page, `disconnect-${locale}`, SIZES);
      await follow(page, text.keep);
      expect(await heading(page)).toBe(text.own);
      await follow(page, text.disconnect);
      await page.getByRole('button', { name: text.doIt, exact: true }).click();

      expect(await heading(page)).toBe(text.disconnected);
      await expectWellMade(page, `disconnected-${locale}`, SIZES);
      expect((await stage.driver.staff(staff)).connection).toMatchObject({
        state: 'not_connected',
        problem: 'Disconnected by the staff member.',
      });
      await follow(page, text.back);
      expect(await heading(page)).toBe(text.connect);
      await expectWellMade(page, `connect-again-${locale}`, SIZES);
      await follow(page, text.go);
      await throughGoogle(page, { account: staff });
      expect(await heading(page)).toBe(text.connected);
      expect((await stage.driver.staff(staff)).connection.state).toBe('connected');
      expect(complaints).toEqual([]);
      await context.close();
    });
  });

  it('can be used with the keyboard alone, in the dark', async () => {
    const staff = 'keyboard@own-page.test';
    await stage.driver.connect(staff);
    await stage.driver.book({ id: 'keyboard', staff });
    await stage.driver.untilView('keyboard', ({ meeting }) => meeting.state === 'ready');
    const { context, page } = await visit(stage.browser, stage.driver.url, 'en', SIZES[0], { colorScheme: 'dark' });
    await page.goto(await stage.driver.connectLink(staff));
    await expectWellMade(page, 'own-dark');

    const stops: string[] = [];
    for (let tabs = 0; tabs < 5; tabs += 1) {
      await page.keyboard.press('Tab');
      stops.push((await page.locator(':focus').textContent()) ?? '');
      expect(await page.evaluate<string>('getComputedStyle(document.activeElement).outlineStyle')).toBe('solid');
    }
    expect(stops).toEqual([
      TEXTS.en.again,
      TEXTS.en.change,
      'Join the video call',
      'Open in Google Calendar',
      TEXTS.en.disconnect,
    ]);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/disconnect$/);
    await expectWellMade(page, 'disconnect-dark');
    await context.close();
  });
});
