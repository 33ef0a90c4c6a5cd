import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bookneticForm, type Driver, type System, startSystem } from '../e2e/driver.ts';
import { expectConsoleWellMade, titled, visitConsole } from './console.ts';
import { launchBrowser, mustSkip, SIZES, throughGoogle } from './visitor.ts';

const TEXTS = {
  en: {
    title: 'Set-up',
    done: (count: number) => `${count} of 8 steps done`,
    client: 'Make the OAuth client',
    clientId: 'Client ID',
    clientSecret: 'Client secret',
    save: 'Save and test',
    staff: 'Invite your staff',
    staffEmail: 'E-mail of the staff member',
    getLink: 'Show the link',
    platform: 'Connect Booknetic',
    workflow: 'Workflow “New booking”',
    problem: 'Problem',
    again: 'Check again',
    allDone: 'All is set up',
    connected: 'Your account is connected',
    goOn: 'Continue with Google',
    bookings: 'Bookings',
    settings: 'Settings',
  },
  es: {
    title: 'Guía',
    done: (count: number) => `${count} de 8 pasos hechos`,
    client: 'Crea el cliente OAuth',
    clientId: 'ID de cliente',
    clientSecret: 'Secreto de cliente',
    save: 'Guardar y probar',
    staff: 'Invita a tu personal',
    staffEmail: 'Correo de la persona',
    getLink: 'Mostrar el enlace',
    platform: 'Conecta Booknetic',
    workflow: 'Flujo de trabajo «Nueva cita»',
    problem: 'Problema',
    again: 'Comprobar de nuevo',
    allDone: 'Todo está listo',
    connected: 'Tu cuenta está conectada',
    goOn: 'Continuar con Google',
    bookings: 'Citas',
    settings: 'Ajustes',
  },
} as const;

const CLIENT = { clientId: '1234-abc.apps.googleusercontent.test', clientSecret: 'GOCSPX-right' };

describe.skipIf(mustSkip)('the set-up, from an empty stack to the first link', () => {
  let browser: Browser;
  let system: System | undefined;

  beforeAll(async () => {
    browser = await launchBrowser();
  });
  afterAll(() => browser.close());
  afterEach(async () => {
    await system?.stack.stop();
    system = undefined;
  });

  /** Opens a step that is not open yet. */
  async function openStep(page: Page, name: string) {
    const step = page.locator('.steps > li').filter({ has: page.getByRole('heading', { level: 2, name }) });
    if ((await step.locator('> details[open]').count()) === 0) await step.locator('> details > summary').click();
    return step;
  }

  it.each([
    ['en', SIZES[1]],
    ['es', SIZES[0]],
  ] as const)('in %s', async (language, size) => {
    const text = TEXTS[language];
    const staff = 'ana@setup-clinic.test';
    const customer = { name: 'Luis Pérez', email: 'luis@mail.test' };
    system = await startSystem();
    const driver: Driver = system.driver;
    await driver.google('configure-clients', {
      clients: [{ ...CLIENT, redirectUris: [`${driver.url}/oauth/google/callback`], name: 'Clínica Sol' }],
    });
    const { page, context, complaints } = await visitConsole(browser, system.stack, { language, size });
    const shot = (name: string) => expectConsoleWellMade(page, `setup-${name}-${language}-${size.width}`);
    await titled(page, text.title).waitFor();
    await page.getByText(text.done(0)).waitFor();
    await shot('empty');

    // The settings that the first step asks for.
    await driver.settings({ timeZone: 'Europe/Madrid', adminEmail: 'admin@setup-clinic.test', locale: language });
    await page.getByRole('button', { name: text.again }).click();
    await page.getByText(text.done(1)).waitFor();

    // A secret with a slip in it is found out at once, and the right one too.
    const client = await openStep(page, text.client);
    expect(await client.getByRole('code').first().textContent()).toBe(`${driver.url}/oauth/google/callback`);
    await client.getByLabel(text.clientId).fill(CLIENT.clientId);
    await client.getByLabel(text.clientSecret).fill('GOCSPX-wrong');
    await client.getByRole('button', { name: text.save }).click();
    await client.getByText(text.problem).first().waitFor();
    await shot('wrong-client');
    expect(await client.getByLabel(text.clientSecret).inputValue()).toBe('');
    await client.getByLabel(text.clientSecret).fill(CLIENT.clientSecret);
    await client.getByRole('button', { name: text.save }).click();
    await page.getByText(text.done(2)).waitFor();

    // A staff member follows the link, in a browser of their own.
    const invite = await openStep(page, text.staff);
    await invite.getByLabel(text.staffEmail).fill(staff);
    await invite.getByRole('button', { name: text.getLink }).click();
    const link = (await invite.locator('.result code').textContent()) ?? '';
    await shot('invited');
    const own = await browser.newContext({ locale: language });
    const google = await own.newPage();
    await google.goto(link);
    await google.getByRole('link', { name: text.goOn }).click();
    await throughGoogle(google, { account: staff });
    await google.getByRole('heading', { level: 1, name: text.connected }).waitFor();
    await own.close();

    // The page sees it by itself, and that the API, the consent screen and the publishing are as they should be.
    await page.getByText(text.done(6)).waitFor({ timeout: 60_000 });
    const platform = await openStep(page, text.platform);
    await platform.getByText(text.workflow).click();
    expect(await platform.getByRole('table').textContent()).toContain('{add_to_google_calendar_link}');
    await shot('platform');

    await driver.postForm(bookneticForm({ id: '1042', staff, customer }));
    await driver.untilTold('1042', 2);
    await page.getByText(text.allDone).waitFor({ timeout: 60_000 });
    await shot('done');
    const { meeting } = await driver.view('1042');
    await page.getByRole('navigation').getByRole('link', { name: text.bookings }).click();
    await page.getByText(customer.name).first().waitFor();
    await page.getByRole('main').getByRole('link', { name: 'Consulta' }).first().click();
    await page.locator(`a[href="${meeting.meetUrl}"]`).first().waitFor();
    await shot('first-link');

    expect(complaints).toEqual([]);
    await context.close();
  });
});
