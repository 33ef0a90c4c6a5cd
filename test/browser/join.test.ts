import { describe, expect, it } from 'vitest';
import { expectWellMade, heading, mustSkip, SIZES, visit, WALKS, withStage } from './visitor.ts';

const TEXTS = {
  en: {
    waiting: 'Your video call is being prepared',
    stop: 'Stop looking by itself',
    go: 'Let it look by itself',
    again: 'Check again now',
    cancelled: 'This booking was cancelled',
    unknown: 'This link does not work',
  },
  es: {
    waiting: 'Estamos preparando tu videollamada',
    stop: 'Dejar de actualizar',
    go: 'Volver a actualizar sola',
    again: 'Comprobar ahora',
    cancelled: 'Esta cita se canceló',
    unknown: 'Este enlace no funciona',
  },
} as const;

describe.skipIf(mustSkip)('the join link, in a browser', () => {
  const stage = withStage();

  describe.each(WALKS)('in $language', ({ language: locale, size }) => {
    const text = TEXTS[locale];

    it('waits and says so, and can be told to stand still', async () => {
      const id = `walk-${locale}`;
      const staff = `${id}@join-browser.test`;
      await stage.driver.settings({ locale });
      await stage.driver.book({ id, staff });
      await stage.driver.untilView(id, ({ meeting }) => meeting.state === 'waiting_for_staff');
      const { context, page, complaints } = await visit(stage.browser, stage.driver.url, locale, size);

      const address = `${stage.driver.url}/join/booknetic:${id}?e=customer-${id}@mail.test`;
      const answer = await page.goto(address);
      expect([answer?.status(), await heading(page)]).toEqual([200, text.waiting]);
      expect(answer?.headers().refresh).toBe('10');
      await expectWellMade(page, `join-waiting-${locale}`, SIZES);

      await page.getByRole('link', { name: text.stop }).click();
      await expectWellMade(page, `join-still-${locale}`, SIZES);
      await page.getByRole('link', { name: text.again }).click();
      expect(await page.getByRole('link', { name: text.go }).isVisible()).toBe(true);

      await stage.driver.admin('POST', `/appointments/booknetic:${id}/cancel`);
      await stage.driver.untilView(id, ({ meeting }) => meeting.state === 'cancelled');
      await page.getByRole('link', { name: text.again }).click();
      expect(await heading(page)).toBe(text.cancelled);
      await expectWellMade(page, `join-cancelled-${locale}`, SIZES);
      const unknown = await page.goto(`${address}x`);
      expect([unknown?.status(), await heading(page)]).toEqual([404, text.unknown]);
      await expectWellMade(page, `join-unknown-${locale}`, SIZES);
      expect(complaints).toEqual([]);
      await context.close();
    });
  });

  it('takes to the video call by itself', async () => {
    const staff = 'by-itself@join-browser.test';
    await stage.driver.settings({ locale: 'en' });
    await stage.driver.book({ id: '1', staff });
    await stage.driver.untilView('1', ({ meeting }) => meeting.state === 'waiting_for_staff');
    const { context, page } = await visit(stage.browser, stage.driver.url, 'en');
    await page.goto(`${stage.driver.url}/join/booknetic:1?e=customer-1@mail.test`);
    expect(await heading(page)).toBe(TEXTS.en.waiting);

    const sent = page.waitForRequest(/^https:\/\/meet\.google\.com\//, { timeout: 60_000 });
    await stage.driver.connect(staff);

    expect((await sent).isNavigationRequest()).toBe(true);
    await context.close();
  });
});
