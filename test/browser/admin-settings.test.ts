import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { tomorrow } from '../e2e/driver.ts';
import { expectConsoleWellMade, previewed, titled, visitConsole } from './console.ts';
import { type LOCALES, mustSkip, SIZES, WALKS, withStage } from './visitor.ts';

/** What one presses, and where one is. */
const WORDS = {
  en: {
    title: 'Settings',
    save: 'Save',
    keywords: 'Insert a keyword',
    zone: 'Time zone',
    kept: 'Days for which',
    event: 'Title',
  },
  es: {
    title: 'Ajustes',
    save: 'Guardar',
    keywords: 'Insertar una palabra clave',
    zone: 'Zona horaria',
    kept: 'Días que se conservan',
    event: 'Título',
  },
} as const;

const ANA = 'ana@settings-clinic.test';

describe.skipIf(mustSkip)('the settings in the admin console, in a browser', () => {
  const stage = withStage();

  beforeAll(async () => {
    await stage.driver.book({
      id: '77',
      staff: ANA,
      service: 'Masaje',
      customer: { name: 'Marta Ruiz', email: 'marta@mail.test' },
    });
  });

  const saved = async () => (await stage.driver.admin('GET', '/settings')).json() as Promise<Record<string, unknown>>;
  /** Every setting as by default, but for these. */
  const begin = async (settings: Readonly<Record<string, unknown>> = {}) => {
    expect((await stage.driver.admin('PUT', '/settings', { timeZone: 'Europe/Madrid', ...settings })).status).toBe(200);
  };
  const open = async (options: Parameters<typeof visitConsole>[2] = {}) => {
    const visit = await visitConsole(stage.browser, stage.stack, { hash: '#/settings', ...options });
    await titled(visit.page, WORDS[options.language ?? 'en'].title).waitFor();
    // The last thing to be there.
    await previewed(visit.page).getByRole('link').first().waitFor();
    return visit;
  };
  /** A mail begins with what its list shows of it, which is not seen. */
  const inMail = (page: Page, text: string) => previewed(page).getByText(text).last();
  const save = (page: Page, language: (typeof LOCALES)[number] = 'en') =>
    page.getByRole('button', { name: WORDS[language].save, exact: true }).click();
  const isSaved = (page: Page) => page.getByRole('status').filter({ hasText: 'Saved.' }).waitFor();
  const group = (page: Page, name: string) => page.locator(`#settings-${name}`);
  const focusedLabel = (page: Page) => page.evaluate<string>('document.activeElement.labels?.[0]?.textContent ?? ""');
  /** What is said beside a field. */
  const faultOf = async (page: Page, label: string) => {
    const field = page.getByLabel(label, { exact: true });
    expect(await field.getAttribute('aria-invalid'), label).toBe('true');
    const ids = (await field.getAttribute('aria-describedby'))?.split(' ') ?? [];
    return page.locator(`[id="${ids.at(-1)}"]`).textContent();
  };

  it.each(WALKS)('shows every setting, its keywords and what is wrong, in $language', async ({ language, size }) => {
    const words = WORDS[language];
    await begin();
    const { page, context, complaints } = await open({ language, size });
    const wellMade = (state: string) => expectConsoleWellMade(page, `settings-${state}-${language}`, SIZES);
    await wellMade('all');
    for (const summary of await page.getByText(words.keywords).all()) await summary.click();
    await page.getByLabel(words.zone, { exact: true }).fill('Mars/Olympus');
    await page.getByLabel(words.kept).fill('never');
    await page.getByLabel(words.event, { exact: true }).fill('{servce_name}');
    await save(page, language);
    const summary = page.getByRole('alert').filter({ has: page.getByRole('listitem') });
    await summary.waitFor();
    expect(await summary.getByRole('listitem').count()).toBe(3);
    // What the API says in English is said in the language of the page.
    expect(await summary.textContent()).toMatch(
      language === 'en' ? /did you mean \{service_name\}/ : /¿querías decir \{service_name\}/,
    );
    await wellMade('wrong');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('saves what was changed, and nothing else', async () => {
    await begin({ senderName: 'Clínica Sol' });
    const { page, context, complaints } = await open();
    const bodies: unknown[] = [];
    page.on('request', (request) => {
      if (request.method() === 'PATCH') bodies.push(request.postDataJSON());
    });
    const bar = page.getByRole('button', { name: 'Save', exact: true });
    expect(await bar.count()).toBe(0);
    await page.getByLabel('Your e-mail address').fill('boss@clinic.test');
    await page.getByText('1 unsaved change', { exact: true }).waitFor();
    await page.getByLabel('Sender name').fill('');
    await page.getByLabel('Time format').selectOption('g:i a');
    await page.getByRole('checkbox', { name: 'Pending' }).check();
    await page.getByLabel('Other statuses').fill('Paid, shown up');
    await page.getByRole('checkbox', { name: 'SMS to staff' }).check();
    await page.getByRole('button', { name: 'Add a reminder' }).click();
    const added = page.getByRole('group', { name: 'Reminder 2' });
    await added.getByLabel('How long before').fill('90');
    await added.getByLabel('Unit').selectOption('minutes');
    await added.getByRole('checkbox', { name: 'SMS' }).check();
    await page.getByText('6 unsaved changes', { exact: true }).waitFor();
    await save(page);
    await isSaved(page);
    const reminders = [
      { minutesBefore: 1440, channels: ['email'] },
      { minutesBefore: 90, channels: ['email', 'sms'] },
    ];
    expect(bodies).toEqual([
      {
        adminEmail: 'boss@clinic.test',
        senderName: null,
        timeFormat: 'g:i a',
        statuses: ['approved', 'pending', 'Paid', 'shown up'],
        notifications: { sms: { staff: true } },
        reminders,
      },
    ]);
    // As the API has written it.
    expect(await page.getByLabel('Other statuses').inputValue()).toBe('paid, shown up');
    expect(await bar.count()).toBe(0);
    expect(await saved()).toMatchObject({
      adminEmail: 'boss@clinic.test',
      senderName: null,
      statuses: ['approved', 'pending', 'paid', 'shown up'],
      notifications: { email: { customer: true, staff: true }, sms: { customer: false, staff: true } },
      reminders,
      timeZone: 'Europe/Madrid',
    });

    await page.reload();
    await added.waitFor();
    expect(await added.getByLabel('How long before').inputValue()).toBe('90');
    await added.getByRole('button', { name: 'Remove' }).click();
    await save(page);
    await isSaved(page);
    expect(await saved()).toMatchObject({ reminders: [reminders[0]] });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('saves nothing that is wrong, says why beside each field, and leads to it', async () => {
    await begin({
      templates: { cancelled: { staff: { email: { es: { body: 'Hola' } } } } },
    });
    const { page, context, complaints } = await open();
    const before = await saved();
    // Of a message that is not shown any more when it is saved.
    await page.getByRole('button', { name: 'Cancellation · Staff member · E-mail · Spanish' }).click();
    await expect.poll(() => page.getByLabel('Text', { exact: true }).inputValue()).toBe('Hola');
    await page.getByLabel('Text', { exact: true }).fill('Hola {staff_nam}');
    await page.getByLabel('Message', { exact: true }).selectOption('Confirmation');
    await page.getByLabel('Time zone').fill('Mars/Olympus');
    await page.getByLabel('Title', { exact: true }).fill('');
    await page.getByLabel('Description', { exact: true }).fill('{location_nme}');
    await page.getByLabel('Your e-mail address').fill('boss');
    await page.getByLabel('Country of telephone numbers').fill('esp');
    await page.getByLabel('How long before').fill('0');
    await page.getByRole('group', { name: 'Reminder 1' }).getByRole('checkbox', { name: 'E-mail' }).uncheck();
    await page.getByLabel('Days for which bookings are kept').fill('5000');
    await save(page);
    await page.getByText('Nothing was saved: 9 values are not right.').waitFor();
    expect(await focusedLabel(page)).toBe('Time zone');
    expect(await saved()).toEqual(before);

    expect(await faultOf(page, 'Time zone')).toContain('There is no such time zone');
    expect(await faultOf(page, 'Title')).toBe('Must not be empty.');
    expect(await faultOf(page, 'Description')).toContain('did you mean {location_name}?');
    expect(await faultOf(page, 'Your e-mail address')).toBe('Not an e-mail address.');
    expect(await faultOf(page, 'Country of telephone numbers')).toBe('Two capital letters, such as ES.');
    expect(await faultOf(page, 'How long before')).toBe('From one minute to 90 days, in whole minutes.');
    expect(await group(page, 'people').getByText('Choose at least one.').count()).toBe(1);
    expect(await faultOf(page, 'Days for which bookings are kept')).toBe('At most 3,650.');

    const summary = page.getByRole('alert').filter({ has: page.getByRole('listitem') });
    await summary.getByRole('button', { name: /^Days for which/ }).click();
    expect(await focusedLabel(page)).toBe('Days for which bookings are kept');
    await summary.getByRole('button', { name: /^Cancellation .* Spanish: Text/ }).click();
    await expect.poll(() => focusedLabel(page)).toBe('Text');
    expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Hola {staff_nam}');
    expect(await faultOf(page, 'Text')).toContain('did you mean {staff_name}?');

    // What is put right is not complained of any more.
    await page.getByLabel('Time zone').fill('Europe/Madrid');
    expect(await summary.getByRole('listitem').count()).toBe(8);
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Keep them' }).click();
    expect(await page.getByLabel('Your e-mail address').inputValue()).toBe('boss');
    await page.getByRole('button', { name: 'Discard' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Discard' }).click();
    expect(await page.getByLabel('Your e-mail address').inputValue()).toBe('');
    expect(await summary.count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it("shows another admin's save beside one's own, and overwrites nothing that nobody has chosen", async () => {
    await begin();
    const { page, context, complaints } = await open();
    await page.getByLabel('Sender name').fill('Mine');
    await page.getByLabel('Title', { exact: true }).fill('Mine: {service_name}');
    await page.getByRole('checkbox', { name: 'SMS to staff' }).check();
    await page.getByLabel('Subject').fill('My subject');
    await stage.driver.settings({
      senderName: 'Theirs',
      eventTitle: 'Theirs: {service_name}',
      retentionDays: 30,
      notifications: { sms: { customer: true } },
      templates: { booked: { customer: { email: { en: { body: 'Their text {start_date}' } } } } },
    });
    await save(page);
    const panel = page.locator('section', {
      has: page.getByRole('heading', { name: 'Another admin has saved meanwhile' }),
    });
    await panel.waitFor();
    expect(await page.evaluate('document.activeElement.textContent')).toBe('Another admin has saved meanwhile');
    expect(await panel.getByRole('group').allTextContents()).toEqual([
      expect.stringMatching(/^Title.*Mine: .*Theirs: /),
      expect.stringMatching(/^Sender name.*Mine.*Theirs/),
    ]);
    expect(await panel.locator('dl').textContent()).toMatch(
      /SMS to customers.*off → on.*English: Text.*the default words → Their text.*90 → 30/,
    );
    expect(await saved()).toMatchObject({ senderName: 'Theirs', eventTitle: 'Theirs: {service_name}' });
    await expectConsoleWellMade(page, 'settings-conflict');

    // Saving waits for the choice.
    await save(page);
    await panel.getByText('Choose yours or theirs first.').first().waitFor();
    expect(await saved()).toMatchObject({ senderName: 'Theirs', eventTitle: 'Theirs: {service_name}' });
    await panel.getByRole('group', { name: 'Sender name' }).getByRole('radio', { name: 'Theirs' }).check();
    expect(await page.getByLabel('Sender name', { exact: true }).inputValue()).toBe('Theirs');
    await panel.getByRole('group', { name: 'Title' }).getByRole('radio', { name: 'Yours' }).check();

    // And a third save in between is found as well.
    await stage.driver.settings({ retentionDays: 31 });
    await save(page);
    await expect.poll(() => panel.locator('dl').textContent()).toMatch(/30 → 31/);
    await save(page);
    await isSaved(page);
    expect(await panel.count()).toBe(0);
    expect(await saved()).toMatchObject({
      senderName: 'Theirs',
      eventTitle: 'Mine: {service_name}',
      retentionDays: 31,
      notifications: { sms: { customer: true, staff: true } },
      templates: {
        booked: { customer: { email: { en: { subject: 'My subject', body: 'Their text {start_date}' } } } },
      },
    });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('is not left with something unsaved without asking', async () => {
    await begin();
    const { page, context } = await open();
    await page.getByLabel('Sender name').fill('Unsaved');
    await page.getByRole('navigation').getByRole('link', { name: 'Staff' }).click();
    const dialog = page.getByRole('dialog', { name: 'Leave without saving?' });
    await dialog.getByRole('button', { name: 'Stay on this page' }).click();
    expect(await page.getByLabel('Sender name').inputValue()).toBe('Unsaved');
    let asked = '';
    page.on('dialog', (question) => {
      asked = question.type();
      return question.dismiss();
    });
    await page.close({ runBeforeUnload: true });
    await expect.poll(() => asked).toBe('beforeunload');
    expect(page.isClosed()).toBe(false);
    await page.getByRole('navigation').getByRole('link', { name: 'Staff' }).click();
    await dialog.getByRole('button', { name: 'Leave without saving' }).click();
    await titled(page, 'Staff').waitFor();
    await context.close();
  });

  it('puts keywords where the caret is, by mouse and by keyboard', async () => {
    await begin();
    const { page, context, complaints } = await open();
    const event = group(page, 'event');
    const title = page.getByLabel('Title', { exact: true });
    await title.fill('At: !');
    await title.press('End');
    await title.press('ArrowLeft');
    await event.getByText('Insert a keyword').click();
    expect(await event.getByText('It goes into “Title”').count()).toBe(1);
    await event.getByLabel('Search').fill('time starts');
    await event.getByRole('button', { name: /^\{appointment_start_time\}/ }).click();
    expect(await title.inputValue()).toBe('At: {appointment_start_time}!');
    expect(await page.evaluate('[document.activeElement.value, document.activeElement.selectionStart]')).toEqual([
      'At: {appointment_start_time}!',
      'At: {appointment_start_time}'.length,
    ]);

    const description = page.getByLabel('Description', { exact: true });
    await description.fill('');
    await description.press('Tab');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('zoom');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await description.inputValue()).toBe('{zoom_meeting_url}');
    await page.keyboard.type(' after');
    expect(await description.inputValue()).toBe('{zoom_meeting_url} after');

    // Those that only messages have are not offered for events, and each message has its own.
    await event.getByLabel('Search').fill('join_button');
    await event.getByText('0 keywords').waitFor();
    const words = group(page, 'words');
    await words.getByText('Insert a keyword').click();
    await words.getByLabel('Search').fill('meet_link');
    await words.getByRole('button', { name: /^\{meet_link\}/ }).click();
    expect(await page.getByLabel('Text', { exact: true }).inputValue()).toMatch(/See you then!\{meet_link\}$/);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows events as they would be, with a sample or a real booking', async () => {
    await begin();
    const { page, context, complaints } = await open();
    const event = group(page, 'event');
    const preview = event.getByRole('region', { name: 'Preview' });
    let requests = 0;
    page.on('request', (request) => {
      if (request.url().endsWith('/settings/preview')) requests += 1;
    });
    await page.getByLabel('Title', { exact: true }).press('End');
    await page.getByLabel('Title', { exact: true }).pressSequentially(': {staff_name} {nope}');
    await preview.getByText('Consulta – Luis Pérez: Ana García').waitFor();
    // One for a pause, not one for each key.
    expect(requests).toBeLessThan(8);
    await expect.poll(() => faultOf(page, 'Title')).toContain('{nope} is not a known keyword; did you mean {');

    await preview.getByRole('button', { name: 'Choose a booking' }).click();
    const dialog = page.getByRole('dialog', { name: 'Preview with a booking' });
    await dialog.getByRole('button', { name: /Marta Ruiz/ }).waitFor();
    await expectConsoleWellMade(page, 'settings-choose-booking');
    await dialog.getByLabel(/Name, e-mail/).fill('nobody');
    await dialog.getByText('No such booking.').waitFor();
    await dialog.getByLabel(/Name, e-mail/).fill('booknetic:77');
    const madrid = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Madrid' });
    await dialog.getByLabel('On the day').fill(madrid.format(tomorrow() + 7 * 86_400_000));
    await dialog.getByText('No such booking.').waitFor();
    await dialog.getByLabel('On the day').fill(madrid.format(tomorrow()));
    await dialog.getByRole('button', { name: /Masaje · Marta Ruiz/ }).click();
    await preview.getByText('Masaje – Marta Ruiz: Staff ana').waitFor();
    await inMail(page, 'Marta').waitFor();
    await preview.getByRole('button', { name: 'Use the sample' }).click();
    await preview.getByText('Consulta – Luis Pérez').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows each message that is ever sent in its words, the default ones again when they are wanted', async () => {
    await begin();
    const { page, context, complaints } = await open();
    const words = group(page, 'words');
    const text = page.getByLabel('Text', { exact: true });
    expect(await text.inputValue()).toContain(
      'Hello {customer_first_name}, your booking with {staff_name} is confirmed.',
    );
    await text.fill('Dear {customer_first_name}, come at {start_time}. {join_button}');
    await inMail(page, 'Dear Luis, come at 15:00.').waitFor();
    await words.getByText('These are your own words.').waitFor();
    await words.getByLabel('Language', { exact: true }).selectOption('Spanish');
    await expect.poll(() => text.inputValue()).toContain('Hola, {customer_first_name}');
    await words.getByRole('button', { name: 'Confirmation · Customer · E-mail · English' }).click();
    await expect.poll(() => text.inputValue()).toContain('Dear');
    await save(page);
    await isSaved(page);
    expect(await saved()).toMatchObject({
      templates: { booked: { customer: { email: { en: { body: expect.stringContaining('Dear') } } } } },
    });
    await words.getByRole('button', { name: 'Back to the default words' }).click();
    expect(await text.inputValue()).toContain('Hello {customer_first_name}');
    await inMail(page, 'Hello Luis').waitFor();
    await save(page);
    await isSaved(page);
    expect(await saved()).toMatchObject({ templates: {} });

    await words.getByLabel('By', { exact: true }).selectOption('SMS');
    await words.getByText(/1 SMS segment/).waitFor();
    expect(await page.getByLabel('Subject').count()).toBe(0);
    await expectConsoleWellMade(page, 'settings-sms');
    const options = (label: string) => words.getByLabel(label, { exact: true }).locator('option').allTextContents();
    expect(await options('To')).toEqual(['Customer', 'Staff member']);
    await words.getByLabel('Message', { exact: true }).selectOption('Request to connect Google');
    expect(await options('To')).toEqual(['Staff member', 'You, the admin']);
    expect(await options('By')).toEqual(['E-mail']);
    await expect.poll(() => text.inputValue()).toContain('{connect_button}');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('sends a test message as it stands there, once it knows where to', async () => {
    await begin();
    const { page, context, complaints } = await open();
    const words = group(page, 'words');
    const to = `boss-${Date.now()}@clinic.test`;
    await words.getByRole('button', { name: 'Enter it' }).click();
    expect(await focusedLabel(page)).toBe('Your e-mail address');
    await page.keyboard.type(to);
    await save(page);
    await isSaved(page);
    await page.getByLabel('Subject').fill('A test of {service_name}');
    await words.getByRole('button', { name: 'Send me this as a test' }).click();
    await page
      .getByRole('status')
      .filter({ hasText: `Sent to ${to}.` })
      .waitFor();
    await expect
      .poll(async () => (await stage.driver.mails({ to })).map(({ subject }) => subject))
      .toEqual(['A test of Consulta']);
    // It was not saved by that.
    expect(await saved()).toMatchObject({ templates: {} });
    expect(complaints).toEqual([]);
    await context.close();
  });
});
