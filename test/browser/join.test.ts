import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Driver, type System, startSystem } from '../e2e/driver.ts';
import { expectWellMade, heading, LOCALES, launchBrowser, mustSkip, SIZES, visit } from './visitor.ts';

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

  describe.each(LOCALES)('in %s', (locale) => {
    const text = TEXTS[locale];

    it.each(SIZES)('waits and says so, and can be told to stand still, at $width pixels', async (size) => {
      const id = `${locale}-${size.width}`;
      const staff = `${id}@join-browser.test`;
      await driver.settings({ locale });
      await driver.book({ id, staff });
      await driver.untilView(id, ({ meeting }) => meeting.state === 'waiting_for_staff');
      const { context, page, complaints } = await visit(browser, driver.url, locale, size);

      const address = `${driver.url}/join/booknetic:${id}?e=customer-${id}@mail.test`;
      const answer = await page.goto(address);
      expect([answer?.status(), await heading(page)]).toEqual([200, text.waiting]);
      expect(answer?.headers().refresh).toBe('10');
      await expectWellMade(page, `join-waiting-${id}`);

      await page.getByRole('link', { name: text.stop }).click();
      await expectWellMade(page, `join-still-${id}`);
      await page.getByRole('link', { name: text.again }).click();
      expect(await page.getByRole('link', { name: text.go }).isVisible()).toBe(true);

      await driver.admin('POST', `/appointments/booknetic:${id}/cancel`);
      await driver.untilView(id, ({ meeting }) => meeting.state === 'cancelled');
      await page.getByRole('link', { name: text.again }).click();
      expect(await heading(page)).toBe(text.cancelled);
      await expectWellMade(page, `join-cancelled-${id}`);
      const unknown = await page.goto(`${address}x`);
      expect([unknown?.status(), await heading(page)]).toEqual([404, text.unknown]);
      await expectWellMade(page, `join-unknown-${id}`);
      expect(complaints).toEqual([]);
      await context.close();
    });
  });

  it('takes to the video call by itself', async () => {
    const staff = 'by-itself@join-browser.test';
    await driver.settings({ locale: 'en' });
    await driver.book({ id: '1', staff });
    await driver.untilView('1', ({ meeting }) => meeting.state === 'waiting_for_staff');
    const { context, page } = await visit(browser, driver.url, 'en');
    await page.goto(`${driver.url}/join/booknetic:1?e=customer-1@mail.test`);
    expect(await heading(page)).toBe(TEXTS.en.waiting);

    const sent = page.waitForRequest(/^https:\/\/meet\.google\.com\//, { timeout: 60_000 });
    await driver.connect(staff);

    expect((await sent).isNavigationRequest()).toBe(true);
    await context.close();
  });
});
