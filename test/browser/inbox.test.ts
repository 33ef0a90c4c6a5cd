import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startInbox } from '../../infra/local/inbox.ts';
import { startSns } from '../../infra/local/sns.ts';
import { HOSTILE, invitation, MEET, sendMail, sendSms } from '../builders/inbox.ts';
import { launchBrowser, mustSkip, screenshot } from './visitor.ts';

const PHONE = { width: 375, height: 740 };
const DESKTOP = { width: 1280, height: 800 };
const SCHEMES = ['light', 'dark'] as const;

const INVITATION = `Invitation for ${HOSTILE}`;

/** What a mail may hold whose values were not escaped, in the look of one that knows both light and dark. */
const html = (link: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark"><style>
body{margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;background:#fff;color:#1f2328}
@media (prefers-color-scheme:dark){body{background:#131417;color:#e8eaed}}
.button{display:inline-block;background:#0b57d0;color:#fff;padding:12px 24px;border-radius:24px;text-decoration:none}
</style></head>
<body onload="alert('onload')">
<p>Hello ${HOSTILE}, your booking with Ana García is confirmed.</p>
<p><a class="button" href="${link}">Join the video call</a></p>
<p><b>Consulta</b><br>Tuesday, 1 December 2026, 16:00 – 16:45<br>Europe/Madrid</p>
<script>alert('script')</script><img src="data:," onerror="alert('onerror')" alt="">
<script>parent.document.title = 'taken over'; top.location = 'about:blank'</script>
</body></html>`;

describe.skipIf(mustSkip)('the inbox, in a browser', () => {
  let sns: { url: string; close(): Promise<void> };
  let inbox: { url: string; close(): Promise<void> };
  let browser: Browser;

  beforeAll(async () => {
    sns = await startSns({});
    [inbox, browser] = await Promise.all([startInbox({ port: 0, snsUrl: sns.url }), launchBrowser()]);
    await sendMail(inbox.url, { subject: 'Your Google account is connected', text: 'Hello Ana García,\n\nall set.' });
    await sendMail(inbox.url, {
      subject: INVITATION,
      to: { name: HOSTILE, address: 'ana@mail.test' },
      html: html(`${inbox.url}/health-check`),
      text: `Hello ${HOSTILE},\n\nyour booking is confirmed.\n\nJoin the video call: ${MEET}.\n\nConsulta\n1 December 2026, 16:00`,
      calendar: invitation(),
      tags: { kind: 'booked', role: 'customer' },
    });
    await sendSms(sns.url, '+34600000002', `Consulta with Ana García, Tue 1 Dec 16:00 (Madrid). Join: ${MEET}`);
    await sendSms(sns.url, '+34600000002', `${HOSTILE}: mañana a las 16:00, reunión aquí: ${MEET}`);
  });

  afterAll(async () => {
    await browser.close();
    await inbox.close();
    await sns.close();
  });

  /** A browser of its own, which complains of what runs in it that should not. */
  async function visit(size: typeof PHONE): Promise<{ page: Page; complaints: string[]; leave(): Promise<void> }> {
    const context = await browser.newContext({
      viewport: size,
      locale: 'en',
      timezoneId: 'Europe/Madrid',
    });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('dialog', (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      // This is how the browser says that it has kept a mail's scripts from running.
      if (message.type() === 'error' && !message.text().startsWith('Blocked script execution in'))
        complaints.push(message.text());
    });
    await page.goto(inbox.url);
    return { page, complaints, leave: () => context.close() };
  }

  const items = (page: Page) => page.getByRole('list', { name: 'Messages, newest first' }).getByRole('listitem');
  const choose = (page: Page, text: string) => items(page).filter({ hasText: text }).getByRole('link').click();
  const heading = (page: Page) => page.getByRole('main').getByRole('heading', { level: 2 });
  const show = (page: Page, part: string) => page.getByRole('button', { name: part, exact: true }).click();

  async function expectWellLaidOut(page: Page, name: string): Promise<void> {
    const width = page.viewportSize()?.width;
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme });
      await screenshot(page, `inbox-${name}-${width}-${colorScheme}`, false);
    }
    expect(await page.evaluate<number>('document.documentElement.scrollWidth'), name).toBeLessThanOrEqual(width ?? 0);
  }

  it.each([PHONE, DESKTOP])(
    'shows every message and each of its parts, and runs nothing of it, at $width',
    async (size) => {
      const { page, complaints, leave } = await visit(size);
      const isPhone = size === PHONE;
      const back = () => page.getByRole('link', { name: 'Inbox' }).click();

      await items(page).first().waitFor();
      expect(await items(page).count()).toBe(4);
      const invited = items(page).filter({ hasText: 'Invitation for' });
      expect(await invited.textContent()).toContain('Ana <script>alert(1)</script> Bcc: x@y');
      await expectWellLaidOut(page, 'list');

      await choose(page, 'Invitation for');
      expect(await heading(page).textContent()).toContain('Ana <script>alert(1)</script>');
      expect(await items(page).first().isVisible()).toBe(!isPhone);
      const mail = page.frameLocator('iframe');
      await mail.getByText('your booking with Ana García is confirmed').waitFor();
      await expectWellLaidOut(page, 'html');
      await show(page, 'Text');
      expect(await page.getByRole('main').getByRole('link', { name: MEET }).getAttribute('href')).toBe(MEET);
      await expectWellLaidOut(page, 'text');
      await show(page, 'Calendar');
      expect(await page.getByRole('main').textContent()).toContain('booknetic-1042@clinic.test');
      await expectWellLaidOut(page, 'calendar');
      await show(page, 'Headers');
      expect(await page.getByRole('main').textContent()).toContain('<booknetic-1042.1@clinic.test>');
      await expectWellLaidOut(page, 'headers');

      if (isPhone) await back();
      await choose(page, 'mañana');
      await heading(page).getByText('SMS to +34600000002', { exact: true }).waitFor();
      const bubbles = page.getByRole('main').getByRole('listitem');
      expect(await bubbles.count()).toBe(2);
      expect(await bubbles.last().textContent()).toMatch(/alert\(1\)<\/script>.*\d+ characters · 2 segments · UCS-2/s);
      await expectWellLaidOut(page, 'sms');
      expect(await page.title()).toMatch(/^Inbox/);
      expect(complaints).toEqual([]);
      await leave();
    },
  );

  it('opens links of a mail in a new tab', async () => {
    const { page, leave } = await visit(DESKTOP);
    await choose(page, 'Invitation for');

    const opened = page.context().waitForEvent('page');
    await page.frameLocator('iframe').getByRole('link', { name: 'Join the video call' }).click();

    expect((await opened).url()).toBe(`${inbox.url}/health-check`);
    expect(await heading(page).isVisible()).toBe(true);
    await leave();
  });

  it('takes in what comes, while what is open stays as it is', async () => {
    const { page, complaints, leave } = await visit(DESKTOP);
    const other = await page.context().newPage();
    await other.goto(inbox.url);
    await choose(other, 'mañana');
    await choose(page, 'Invitation for');
    await page.frameLocator('iframe').getByText('confirmed').waitFor();
    const before = await page.locator('iframe').elementHandle();
    await items(page).filter({ hasText: 'Invitation for' }).getByRole('link').focus();

    await sendMail(inbox.url, { subject: 'Just come', text: 'Hello' });
    await sendSms(sns.url, '+34600000002', 'One more');
    await items(page).filter({ hasText: 'Just come' }).waitFor();
    await other.getByRole('main').getByText('One more').waitFor();

    expect(await items(page).first().textContent()).toContain('One more');
    expect(await items(page).nth(1).textContent()).toContain('Just come');
    expect(await before?.isVisible()).toBe(true);
    expect(await page.locator(':focus').textContent()).toContain('Invitation for');
    expect(await page.locator(':focus').getAttribute('aria-current')).toBe('true');
    await page.getByRole('searchbox').fill('booked');
    expect(await items(page).count()).toBe(1);
    expect(complaints).toEqual([]);
    await leave();
  });

  it('can be used with the keyboard alone', async () => {
    const { page, leave } = await visit(PHONE);
    await items(page).first().waitFor();

    await page.getByRole('searchbox').focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await heading(page).waitFor();
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('message');
    await page.keyboard.press('Tab');
    expect(await page.locator(':focus').textContent()).toMatch(/Inbox/);
    await screenshot(page, `inbox-focused`, false);
    await page.keyboard.press('Enter');
    await items(page).first().waitFor();
    expect(await page.locator(':focus').textContent()).toBe(await items(page).first().textContent());
    await leave();
  });
});
