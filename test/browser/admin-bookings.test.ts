import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { tomorrow, until } from '../e2e/driver.ts';
import { expectConsoleWellMade, titled, visitConsole } from './console.ts';
import { mustSkip, WALKS, withStage } from './visitor.ts';

/** What the pages say. */
const VISITS = [
  {
    ...WALKS[0],
    title: 'Bookings',
    none: 'No bookings from today on',
    search: 'Search',
    state: 'State',
    from: 'From',
    to: 'To',
    toFault: 'This is before the first day.',
    staff: 'Staff',
    attention: 'Needs attention',
    nothing: 'No booking is like this',
    found: 'Found by its number',
    missing: 'There is no such booking',
    states: { ready: 'Link ready', waiting: 'Waits for the staff member', cancelled: 'Cancelled', failed: 'Failed' },
    event: /Open the event in Google Calendar/,
    look: 'Look again',
    same: 'Looked at again: there was nothing to change.',
    changed: 'Looked at again: see the history for what was done.',
    restored: /Event changed in the calendar|Somebody had deleted the event/,
    cancel: 'Cancel booking',
    why: /Booknetic says nothing/,
    confirmation: 'Confirmation',
    cancellation: 'Cancellation',
    sent: 'Sent',
    meetOff: /This calendar cannot make Google Meet links|Google does not let this account/,
    refused: 'Google did not do it',
    erase: 'Erase this person',
    eraseType: /^To confirm, type/,
    eraseFault: 'This is not the address.',
    erased: /Removed from 1 booking, 1 message and 1 event to come/,
    nobody: 'Nobody (any more)',
    close: 'Close',
  },
  {
    ...WALKS[1],
    title: 'Citas',
    none: 'No hay citas de hoy en adelante',
    search: 'Buscar',
    state: 'Estado',
    from: 'Desde',
    to: 'Hasta',
    toFault: 'Es anterior al primer día.',
    staff: 'Personal',
    attention: 'Requieren atención',
    nothing: 'No hay ninguna cita así',
    found: 'Encontrada por su número',
    missing: 'No existe esa cita',
    states: { ready: 'Enlace listo', waiting: 'Espera al personal', cancelled: 'Cancelada', failed: 'Ha fallado' },
    event: /Abrir el evento en Google Calendar/,
    look: 'Volver a mirar',
    same: 'Se ha vuelto a mirar: no había nada que cambiar.',
    changed: 'Se ha vuelto a mirar: en el historial está lo que se ha hecho.',
    restored: /Evento modificado en el calendario|Alguien había borrado el evento/,
    cancel: 'Cancelar la cita',
    why: /Booknetic no avisa/,
    confirmation: 'Confirmación',
    cancellation: 'Cancelación',
    sent: 'Enviado',
    meetOff: /Este calendario no puede crear enlaces|Google no permite que esta cuenta/,
    refused: 'Google no lo ha hecho',
    erase: 'Borrar los datos de esta persona',
    eraseType: /^Para confirmar, escribe/,
    eraseFault: 'Esta no es la dirección.',
    erased: /de 1 cita, 1 mensaje y 1 evento próximo/,
    nobody: 'Nadie (ya)',
    close: 'Cerrar',
  },
] as const;

const ANA = 'ana@bookings-clinic.test';
const BEA = 'bea.who.is.not.connected@bookings-clinic.test';
const LUIS = { name: 'Luís Pérez de la Fuente y Martínez', email: 'luis@bookings-mail.test', phone: '+34 600 000 002' };

describe.skipIf(mustSkip)('bookings in the admin console', () => {
  const stage = withStage({ timeZone: 'Europe/Madrid' });

  const open = (options: Parameters<typeof visitConsole>[2]) => visitConsole(stage.browser, stage.stack, options);
  const main = (page: Page) => page.getByRole('main');
  const button = (page: Page, name: string) => main(page).getByRole('button', { name });
  /** Behind its sign. */
  const standing = (within: Locator, name: string) =>
    within
      .locator('.status')
      .filter({ hasText: new RegExp(`^\\W?${name}$`) })
      .first();
  const row = (page: Page, text: string) => main(page).locator('.row').filter({ hasText: text });
  const rows = async (page: Page) => (await main(page).locator('.row a').allTextContents()).toSorted();

  it.each(VISITS)('is told how any get into an empty list, in $language', async (words) => {
    const { page, context, complaints } = await open({ ...words, hash: '#/bookings' });
    await page.getByText(words.none).waitFor();
    await expectConsoleWellMade(page, `bookings-none-${words.language}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(VISITS)('filters and searches, and keeps it in the address, in $language', async (words) => {
    const { language, size } = words;
    await stage.driver.connect(ANA);
    await stage.driver.bookAtOnce([
      { id: 'list-1', staff: ANA, service: 'Fisioterapia', customer: LUIS },
      { id: 'list-2', staff: BEA, service: 'Nutrición' },
      { id: '3003', staff: ANA, service: 'Masaje', start: tomorrow(24 * 40) },
    ]);
    for (const [id, state] of [
      ['list-1', 'ready'],
      ['list-2', 'waiting_for_staff'],
      ['3003', 'ready'],
    ] as const) {
      await stage.driver.untilView(id, ({ meeting }) => meeting.state === state);
    }
    const { page, context, complaints } = await open({ language, size, hash: '#/bookings' });
    await standing(row(page, 'Fisioterapia'), words.states.ready).waitFor();
    await standing(row(page, 'Nutrición'), words.states.waiting).waitFor();
    await expectConsoleWellMade(page, `bookings-${language}`);

    await page.getByRole('link', { name: words.attention, exact: true }).click();
    await row(page, 'Fisioterapia').waitFor({ state: 'detached' });
    expect(await rows(page)).toEqual(['Nutrición']);
    await page.reload();
    await row(page, 'Nutrición').waitFor();
    expect(await rows(page)).toEqual(['Nutrición']);
    expect(await page.getByRole('link', { name: words.attention, exact: true }).getAttribute('aria-current')).toBe(
      'true',
    );

    await page.getByLabel(words.state, { exact: true }).selectOption('');
    await page.getByLabel(words.staff, { exact: true }).selectOption(ANA);
    await row(page, 'Masaje').waitFor();
    await row(page, 'Nutrición').waitFor({ state: 'detached' });
    const day = new Date(tomorrow(24 * 3)).toISOString().slice(0, 10);
    await page.getByLabel(words.to, { exact: true }).fill(day);
    await row(page, 'Masaje').waitFor({ state: 'detached' });
    expect(await rows(page)).toEqual(['Fisioterapia']);
    expect(page.url()).toContain(`to=${day}`);

    await page.getByLabel(words.search).fill('perez FISIO');
    await row(page, 'Fisioterapia').waitFor();
    await page.getByLabel(words.search).fill('3003');
    await page.getByText(words.found).waitFor();
    expect(await rows(page)).toEqual(['Masaje']);
    await expectConsoleWellMade(page, `bookings-found-${language}`);
    await page.reload();
    await page.getByText(words.found).waitFor();

    await page.getByLabel(words.search).fill('');
    await page.getByLabel(words.to, { exact: true }).fill('2020-01-01');
    await page.getByText(words.toFault).waitFor();
    await page.getByLabel(words.to, { exact: true }).fill('');
    await page.getByLabel(words.from, { exact: true }).fill('2099-01-01');
    await page.getByText(words.nothing).waitFor();
    await expectConsoleWellMade(page, `bookings-nothing-${language}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(VISITS)('shows a booking, looks again, and cancels it, in $language', async (words) => {
    const { language, size } = words;
    const shot = (name: string) => expectConsoleWellMade(page, `booking-${name}-${language}`);
    const id = `one-${language}`;
    await stage.driver.connect(ANA);
    await stage.driver.book({
      id,
      staff: ANA,
      service: 'Osteopatía',
      customer: LUIS,
      start: tomorrow(language === 'en' ? 3 : 6),
      fields: { appointment_notes: 'Primera visita.\nTrae informes.' },
    });
    const { meeting } = await stage.driver.untilTold(id, 2);
    const { page, context, complaints } = await open({ language, size, hash: `#/bookings/booknetic:${id}` });
    await titled(page, 'Osteopatía').waitFor();
    await standing(main(page), words.states.ready).waitFor();
    await page.getByText(meeting.meetUrl ?? 'no link', { exact: true }).waitFor();
    await page.getByRole('link', { name: words.event }).waitFor();
    await page.getByText(words.confirmation, { exact: true }).first().waitFor();
    await standing(main(page), words.sent).waitFor();
    await shot('ready');

    await button(page, words.look).click();
    await page.getByText(words.same).waitFor();

    await stage.driver.google('delete-event', { eventId: meeting.eventId });
    await button(page, words.look).click();
    await page.getByText(words.changed).waitFor();
    await page.getByText(words.restored).first().waitFor();
    await until(
      () => stage.driver.events(ANA),
      (events) => events.some(({ hangoutLink }) => hangoutLink === meeting.meetUrl),
    );

    await button(page, words.cancel).click();
    await page.getByRole('dialog').getByText(words.why).waitFor();
    await shot('cancel');
    await page.getByRole('dialog').getByRole('button', { name: words.cancel }).click();
    await standing(main(page), words.states.cancelled).waitFor();
    await button(page, words.cancel).waitFor({ state: 'detached' });
    await stage.driver.untilTold(id, 4, 'cancelled');
    await page.reload();
    await page.getByText(words.cancellation, { exact: true }).first().waitFor();
    await shot('cancelled');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(VISITS)('says in words what went wrong, and comes along when it is mended, in $language', async (words) => {
    const { language, size } = words;
    const [id, staff] = [`wrong-${language}`, `cora.${language}@bookings-clinic.test`];
    await stage.driver.connect(staff);
    await stage.driver.google('order-fault', { operation: 'insert', account: staff, reason: 'forbidden', status: 403 });
    await stage.driver.book({ id, staff, service: 'Ortopedia' });
    await stage.driver.untilView(id, ({ meeting }) => meeting.state === 'failed');
    const { page, context, complaints } = await open({ language, size, hash: `#/bookings/booknetic:${id}` });
    await standing(main(page), words.states.failed).waitFor();
    await page.getByText(words.meetOff).first().waitFor();
    await page.getByText(words.refused).waitFor();
    await expectConsoleWellMade(page, `booking-failed-${language}`);

    await button(page, words.look).click();
    await page.getByText(words.changed).waitFor();
    await standing(main(page), words.states.ready).waitFor();
    await page.goto(`${stage.driver.url}/admin#/bookings/booknetic:nowhere-${language}`);
    await page.getByText(words.missing).waitFor();
    await expectConsoleWellMade(page, `booking-missing-${language}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(VISITS)('erases a customer whose address was typed in, and says what went, in $language', async (words) => {
    const { language, size } = words;
    const [id, email] = [`erase-${language}`, `marta.${language}@bookings-mail.test`];
    await stage.driver.connect(ANA);
    const start = tomorrow(language === 'en' ? 12 : 15);
    await stage.driver.book({ id, staff: ANA, service: 'Logopedia', customer: { name: 'Marta Ruiz', email }, start });
    await stage.driver.untilTold(id, 2);
    const { page, context, complaints } = await open({ language, size, hash: `#/bookings/booknetic:${id}` });
    const dialog = page.getByRole('dialog');
    await button(page, words.erase).click();
    await dialog.getByLabel(words.eraseType).fill('marta');
    await dialog.getByRole('button', { name: words.erase }).click();
    await dialog.getByText(words.eraseFault).waitFor();
    await expectConsoleWellMade(page, `booking-erase-${language}`);
    expect(JSON.stringify(await stage.driver.view(id))).toContain(email);

    await dialog.getByLabel(words.eraseType).fill(email);
    await dialog.getByRole('button', { name: words.erase }).click();
    await dialog.getByText(words.erased).waitFor();
    await dialog.getByRole('button', { name: words.close }).click();
    await page.getByText(words.nobody).waitFor();
    expect(JSON.stringify(await stage.driver.view(id))).not.toContain(email);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('refreshes itself while a booking is on its way, unless nobody sees it', async () => {
    await stage.driver.connect(ANA);
    await stage.driver.google('behave', { account: ANA, conference: { ms: 20_000 } });
    await stage.driver.book({ id: 'slow', staff: ANA, service: 'Podología', start: tomorrow(9) });
    await stage.driver.untilView('slow', ({ meeting }) => meeting.state === 'pending');
    const { page, context, complaints } = await open({ hash: '#/bookings/booknetic:slow' });
    await standing(main(page), 'Being prepared').waitFor();
    let calls = 0;
    page.on('request', (request) => {
      if (request.url().includes('/appointments/')) calls += 1;
    });
    await page.evaluate(
      `Object.defineProperty(document, 'hidden', { configurable: true, get: () => true }); document.dispatchEvent(new Event('visibilitychange'))`,
    );
    await page.waitForTimeout(500);
    const before = calls;
    await page.waitForTimeout(3000);
    expect(calls).toBe(before);
    await page.evaluate(`delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))`);
    await standing(main(page), 'Link ready').waitFor({ timeout: 60_000 });
    expect(calls).toBeGreaterThan(before);
    await stage.driver.google('behave', { account: ANA, conference: {} });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('shows the next page when it is asked for', async () => {
    const many = Array.from({ length: 55 }, (_, index) => ({
      id: `many-${index}`,
      staff: 'dora@bookings-clinic.test',
      service: 'Pilates',
      start: tomorrow(48 + index),
    }));
    for (let at = 0; at < many.length; at += 11) await stage.driver.bookAtOnce(many.slice(at, at + 11));
    const { page, context, complaints } = await open({ hash: '#/bookings?staff=dora@bookings-clinic.test' });
    await page.getByText('50+ bookings').waitFor();
    await button(page, 'Show more').click();
    await page.getByText('55 bookings', { exact: true }).waitFor();
    expect(await rows(page)).toHaveLength(55);
    expect(await button(page, 'Show more').count()).toBe(0);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
