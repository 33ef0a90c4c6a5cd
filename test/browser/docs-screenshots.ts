import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { type Booking, type Driver, startSystem } from '../e2e/driver.ts';
import { launchBrowser } from './visitor.ts';

// Takes the pictures of our own pages that the guides show (npm run screenshots), with the same sample every time.

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const LANGUAGES = ['en', 'es'] as const;
type Language = (typeof LANGUAGES)[number];

/** Where an installation would be, as the pictures of the console have it. */
const SITE = 'https://meet.clinic.example';
/** When the pictures are taken, as far as they show it; the bookings of the sample come a week after it. */
const NOW = Date.parse('2030-11-26T09:00:00Z');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FIRST_START = NOW + 7 * DAY;

const SIZES = {
  // As low as the page itself, which is taken whole.
  page: { width: 700, height: 200 },
  console: { width: 1060, height: 760 },
} as const;
const CONSOLE_PAGES = ['setup', 'settings', 'staff', 'bookings', 'health'] as const;

const WORDS = {
  en: { service: 'Consultation', go: 'Continue with Google', notes: 'First visit' },
  es: { service: 'Consulta', go: 'Continuar con Google', notes: 'Primera visita' },
} as const;

const ANA = { email: 'ana@clinic.example', name: 'Ana García' };
const PABLO = { email: 'pablo@clinic.example', name: 'Pablo Ruiz' };
const LUIS = { name: 'Luis Pérez', email: 'luis@mail.example', phone: '+34600000002' };
const MARTA = { name: 'Marta Gil', email: 'marta@mail.example', phone: '+34600000003' };
const JORGE = { name: 'Jorge Sanz', email: 'jorge@mail.example', phone: '+34600000004' };
const ELENA = { name: 'Elena Vidal', email: 'elena@mail.example', phone: '+34600000005' };

/** What is another thing in each run, put as if it were not: addresses, links of Google, and what happened just now. */
function makeSteady({ url }: Driver): (text: string) => string {
  const begun = Date.now();
  const links = new Map<string, string>();
  const linkFor = (link: string): string => {
    const letter = String.fromCharCode('a'.charCodeAt(0) + links.size);
    const steady =
      links.get(link) ?? `https://meet.google.com/${letter.repeat(3)}-${letter.repeat(4)}-${letter.repeat(3)}`;
    links.set(link, steady);
    return steady;
  };
  return (text) =>
    text
      .replaceAll(url, SITE)
      .replace(/https:\/\/meet\.google\.com\/[a-z-]+/g, linkFor)
      .replace(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, (instant) => {
        const days = Math.round((Date.parse(instant) - begun) / DAY);
        return Math.abs(days) > 30 ? instant : new Date(NOW + days * DAY).toISOString().replace('.000Z', 'Z');
      });
}

/** As Booknetic fills in what docs/en/booknetic-setup.md has an admin paste, on a site in Madrid. */
function sampleBooking(
  language: Language,
  id: string,
  staff: typeof ANA,
  customer: typeof LUIS,
  hours: number,
  fields: Readonly<Record<string, string>> = {},
): Booking {
  const start = FIRST_START + hours * HOUR;
  const minutes = 45;
  const local = (time: number) =>
    new Intl.DateTimeFormat('es-ES', { dateStyle: 'short', timeStyle: 'short', timeZone: 'Europe/Madrid' })
      .format(time)
      .replace(',', '')
      .replace(/^(\d+)\/(\d+)\/(\d+)/, (_, day: string, month: string, year: string) =>
        [day.padStart(2, '0'), month.padStart(2, '0'), `20${year}`].join('/'),
      );
  return {
    id,
    staff: staff.email,
    customer,
    start,
    minutes,
    service: WORDS[language].service,
    fields: {
      staff_name: staff.name,
      appointment_start_date_time: local(start),
      appointment_end_date_time: local(start + minutes * MINUTE),
      appointment_notes: WORDS[language].notes,
      ...fields,
    },
  };
}

async function openPage(browser: Browser, language: Language, size: keyof typeof SIZES): Promise<Page> {
  const context = await browser.newContext({
    locale: language === 'en' ? 'en-GB' : 'es-ES',
    timezoneId: 'Europe/Madrid',
    viewport: SIZES[size],
    reducedMotion: 'reduce',
  });
  return context.newPage();
}

const shoot = (page: Page, language: Language, name: string, fullPage = false): Promise<Buffer> =>
  page.screenshot({ path: `${IMAGES}${language}/${name}.png`, fullPage, animations: 'disabled' });

/** The connect page, Google, and what the staff member sees then. */
async function shootConnecting(page: Page, driver: Driver, language: Language): Promise<void> {
  await page.goto(await driver.connectLink(ANA.email));
  const go = page.getByRole('link', { name: WORDS[language].go });
  await go.waitFor();
  await shoot(page, language, 'connect', true);
  await go.click();
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel(/E-mail/).fill(ANA.email);
  await page.getByRole('button', { name: 'Next' }).click();
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.waitForURL((url) => url.href.startsWith(driver.url));
  await shoot(page, language, 'connected', true);
}

async function shootMail(page: Page, inboxUrl: string, language: Language, steady: (text: string) => string) {
  await page.context().route(`${inboxUrl}/**`, async (route) => {
    const response = await route.fetch();
    const isData = /json|html/.test(response.headers()['content-type'] ?? '');
    await route.fulfill({ response, ...(isData && { body: steady(await response.text()) }) });
  });
  await page.clock.setFixedTime(NOW);
  await page.goto(inboxUrl);
  await page.getByRole('listitem').filter({ hasText: LUIS.email }).first().getByRole('link').click();
  await page.frameLocator('iframe').first().getByRole('link').first().waitFor();
  await shoot(page, language, 'mail');
}

/** The console as it would be at the address of an installation. */
async function shootConsole(
  page: Page,
  driver: Driver,
  adminKey: string,
  language: Language,
  steady: (text: string) => string,
) {
  await page.context().route(`${SITE}/**`, async (route) => {
    const { pathname, search } = new URL(route.request().url());
    const response = await route.fetch({ url: `${driver.url}${pathname}${search}` });
    const isData = /json/.test(response.headers()['content-type'] ?? '');
    await route.fulfill({ response, ...(isData && { body: steady(await response.text()) }) });
  });
  await page.clock.setFixedTime(NOW);
  await page.goto(`${SITE}/admin`);
  const key = page.locator('input[type=password]');
  await key.fill(adminKey);
  await key.press('Enter');
  await page.getByRole('navigation').first().waitFor();
  for (const name of CONSOLE_PAGES) {
    // From nowhere, so that it is a page of its own to wait for.
    await page.goto('about:blank');
    await page.goto(`${SITE}/admin#/${name}`, { waitUntil: 'networkidle' });
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.waitForFunction("!document.querySelector('[aria-busy=true]')");
    await shoot(page, language, `admin-${name}`);
  }
}

async function shootAll(browser: Browser, language: Language): Promise<void> {
  mkdirSync(`${IMAGES}${language}`, { recursive: true });
  const { stack, driver } = await startSystem();
  try {
    const steady = makeSteady(driver);
    const on = (size: keyof typeof SIZES) => openPage(browser, language, size);
    await driver.settings({
      locale: language,
      timeZone: 'Europe/Madrid',
      dateFormat: 'd/m/Y',
      timeFormat: 'H:i',
      senderName: 'Clínica Sol',
      adminEmail: 'admin@clinic.example',
      defaultCountry: 'ES',
    });
    for (const { email, name } of [ANA, PABLO])
      await driver.admin('PUT', `/staff/${email}`, { name, locale: language });

    await driver.book(sampleBooking(language, '1041', ANA, LUIS, 0));
    await driver.untilView('1041', ({ meeting }) => meeting.state === 'waiting_for_staff');
    await shootConnecting(await on('page'), driver, language);
    await driver.untilTold('1041', 2);

    await driver.book(sampleBooking(language, '1042', ANA, MARTA, 1));
    await driver.untilTold('1042', 2);
    await driver.book(sampleBooking(language, '1043', ANA, JORGE, 2));
    await driver.untilTold('1043', 2);
    const cancelled = { event: 'booking_status_changed', appointment_status: 'canceled' };
    await driver.book(sampleBooking(language, '1043', ANA, JORGE, 2, cancelled));
    await driver.untilTold('1043', 4, 'cancelled');
    await driver.book(sampleBooking(language, '1044', PABLO, ELENA, 3));
    await driver.untilView('1044', ({ meeting }) => meeting.state === 'waiting_for_staff');

    const join = await on('page');
    await join.goto(`${driver.url}/join/booknetic:1044?e=${ELENA.email}`);
    await shoot(join, language, 'join', true);
    await shootMail(await on('console'), stack.inboxUrl, language, steady);
    await shootConsole(await on('console'), driver, stack.adminKey, language, steady);
  } finally {
    for (const context of browser.contexts()) {
      // A page that looks for news by itself may be doing so at this moment.
      await context.unrouteAll({ behavior: 'ignoreErrors' });
      await context.close();
    }
    await stack.stop();
  }
}

const browser = await launchBrowser();
try {
  for (const language of LANGUAGES) await shootAll(browser, language);
} finally {
  await browser.close();
}
