import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Locator, Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { clientSettings } from '../../infra/local/aws.ts';
import { bounceEvent } from '../builders/mail-events.ts';
import { until } from '../e2e/driver.ts';
import { expectConsoleWellMade, titled, visitConsole } from './console.ts';
import { mustSkip, WALKS, withStage } from './visitor.ts';

/** What the pages say. */
const VISITS = [
  {
    ...WALKS[0],
    none: 'No staff yet',
    add: 'Add a person',
    addTitle: 'Add a staff member',
    email: 'E-mail address',
    emailFault: 'Type in an e-mail address.',
    emailTaken: 'This person is in the list already.',
    name: 'Name',
    phone: 'Telephone',
    messages: 'Language',
    all: 'All staff',
    link: 'Connect link',
    copy: 'Copy link',
    copied: 'Copied.',
    goodUntil: /Good until .*\d{4}, \d/,
    send: 'Send by e-mail',
    sent: /^Sent to .* at \d/,
    refused: /The mail could not be sent \(ses_sandbox\)/,
    states: { not_connected: 'Not connected', connected: 'Connected' },
    as: /As .*, since/,
    waiting: '1 waits for a link',
    upcoming: '1 upcoming booking',
    disconnect: 'Disconnect',
    edit: 'Edit',
    save: 'Save',
    saved: 'Saved.',
    remove: 'Delete',
    stays: /an upcoming booking.*back into this list/,
    undeliverable: 'Messages do not arrive',
    lift: 'Send to it again',
    stay: 'Stay on this page',
    cancel: 'Cancel',
  },
  {
    ...WALKS[1],
    none: 'Aún no hay personal',
    add: 'Añadir persona',
    addTitle: 'Añadir a una persona',
    email: 'Dirección de correo',
    emailFault: 'Escribe una dirección de correo.',
    emailTaken: 'Esta persona ya está en la lista.',
    name: 'Nombre',
    phone: 'Teléfono',
    messages: 'Idioma',
    all: 'Todo el personal',
    link: 'Enlace de conexión',
    copy: 'Copiar enlace',
    copied: 'Copiado.',
    goodUntil: /Válido hasta el .*\d{4}, \d/,
    send: 'Enviar por correo',
    sent: /^Enviado a .* a las \d/,
    refused: /entorno de pruebas/,
    states: {
      not_connected: 'Sin conectar',
      connected: 'Conectada',
    },
    as: /Con .*, desde el/,
    waiting: '1 espera su enlace',
    upcoming: '1 cita próxima',
    disconnect: 'Desconectar',
    edit: 'Editar',
    save: 'Guardar',
    saved: 'Guardado.',
    remove: 'Eliminar',
    stays: /una cita próxima.*volverá enseguida/,
    undeliverable: 'Los mensajes no llegan',
    lift: 'Volver a enviarle mensajes',
    stay: 'Seguir en esta página',
    cancel: 'Cancelar',
  },
] as const;

describe.skipIf(mustSkip)('staff in the admin console', () => {
  const stage = withStage({ timeZone: 'Europe/Madrid' });

  const open = (options: Parameters<typeof visitConsole>[2]) => visitConsole(stage.browser, stage.stack, options);
  const button = (page: Page, name: string | RegExp) => page.getByRole('main').getByRole('button', { name });
  /** Behind its sign. */
  const standing = (within: Locator, name: string) =>
    within.locator('.status').filter({ hasText: new RegExp(`^\\W?${name}$`) });
  const dialog = (page: Page) => page.getByRole('dialog');
  const card = (page: Page, email: string) => page.getByRole('main').getByRole('listitem').filter({ hasText: email });

  it.each(VISITS)('is told how anybody gets into an empty list, in $language', async (words) => {
    const { page, context, complaints } = await open({ ...words, hash: '#/staff' });
    await page.getByText(words.none).waitFor();
    await expectConsoleWellMade(page, `staff-none-${words.language}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(VISITS)('adds, invites, connects, disconnects and deletes somebody, in $language', async (words) => {
    const { language, size } = words;
    const shot = (name: string) => expectConsoleWellMade(page, `staff-${name}-${language}`);
    const email = `nuria.${language}@people-clinic.test`;
    const { page, context, complaints } = await open({ language, size, hash: '#/staff' });
    await context.grantPermissions(['clipboard-write']);
    // The console may write it, and not read it.
    await page.evaluate('navigator.clipboard.writeText = (text) => ((window.copied = text), Promise.resolve())');

    await page.getByRole('link', { name: words.add }).click();
    await titled(page, words.addTitle).waitFor();
    await button(page, words.add).click();
    await page.getByText(words.emailFault).waitFor();
    expect(await page.getByLabel(words.email).getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel(words.email).fill(` ${email.toUpperCase()}`);
    await page.getByLabel(words.name).fill('Núria Puig');
    await page.getByLabel(words.phone).fill('+34 600 000 001');
    await page.getByLabel(words.messages).selectOption('es');
    await shot('add');
    await button(page, words.add).click();
    await titled(page, 'Núria Puig').waitFor();
    expect(page.url()).toMatch(/#\/staff\/nuria/);
    await standing(page.getByRole('main'), words.states.not_connected).waitFor();

    await button(page, words.link).click();
    await page.getByText(words.goodUntil).waitFor();
    await button(page, words.copy).click();
    await page.getByText(words.copied).waitFor();
    const link = await page.evaluate<string>('copied');
    expect(link).toMatch(new RegExp(`^${stage.driver.url}/connect/`));
    await button(page, words.send).click();
    await page.getByText(words.sent).waitFor();
    const [mail] = await until(
      () => stage.driver.mails({ to: email }),
      (mails) => mails.length > 0,
    );
    expect(mail?.text).toContain(await page.locator('.copyable code').textContent());
    await shot('invited');

    await stage.driver.book({ id: `staff-${language}`, staff: email });
    await stage.driver.untilView(`staff-${language}`, ({ meeting }) => meeting.state === 'waiting_for_staff');
    await page.getByRole('link', { name: words.all }).click();
    await card(page, email).getByRole('link', { name: words.waiting }).waitFor();
    await shot('waiting');

    await stage.driver.connect(email);
    await stage.driver.untilView(`staff-${language}`, ({ meeting }) => meeting.state === 'ready');
    await page.reload();
    await standing(card(page, email), words.states.connected).waitFor();
    await card(page, email).getByText(words.as).waitFor();
    await shot('connected');
    expect(await card(page, email).getByRole('link', { name: words.upcoming }).getAttribute('href')).toBe(
      `#/bookings?staff=${encodeURIComponent(email)}`,
    );

    await stage.driver.book({
      id: `staff-${language}`,
      staff: email,
      event: 'booking_status_changed',
      status: 'canceled',
    });
    await stage.driver.untilView(`staff-${language}`, ({ meeting }) => meeting.state === 'cancelled');
    await card(page, email).getByRole('button', { name: words.disconnect }).click();
    await shot('disconnect');
    await dialog(page).getByRole('button', { name: words.disconnect }).click();
    await standing(card(page, email), words.states.not_connected).waitFor();
    expect((await stage.driver.staff(email)).connection.state).toBe('not_connected');

    await card(page, email).getByRole('link', { name: words.edit }).click();
    await button(page, words.remove).click();
    await shot('delete');
    await dialog(page).getByRole('button', { name: words.remove }).click();
    await titled(page, { en: 'Staff', es: 'Personal' }[language]).waitFor();
    await card(page, email).waitFor({ state: 'detached' });
    expect((await stage.driver.admin('GET', `/staff/${email}`)).status).toBe(404);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(VISITS)('edits a profile, and mends an address that mails came back from, in $language', async (words) => {
    const { language, size } = words;
    const email = `bea.${language}@people-clinic.test`;
    await stage.driver.connect(email);
    await stage.driver.book({ id: `edit-${language}`, staff: email });
    await stage.driver.untilTold(`edit-${language}`, 2);
    await bounce(email, `booknetic:edit-${language}`);
    await until(
      () => stage.driver.staff(email),
      ({ undeliverable }) => undeliverable.length > 0,
    );
    const { page, context, complaints } = await open({ language, size, hash: `#/staff/${email}` });

    await page.getByRole('heading', { name: words.undeliverable }).waitFor();
    await expectConsoleWellMade(page, `staff-undeliverable-${language}`);
    await button(page, words.lift).click();
    await page.getByRole('heading', { name: words.undeliverable }).waitFor({ state: 'detached' });
    expect((await stage.driver.staff(email)).undeliverable).toEqual([]);

    await page.getByLabel(words.name).fill('Beatriz');
    await page.getByRole('link', { name: words.all }).click();
    await button(page, words.stay)
      .or(dialog(page).getByRole('button', { name: words.stay }))
      .click();
    await button(page, words.save).click();
    await titled(page, 'Beatriz').waitFor();
    await page.getByText(words.saved).waitFor();
    expect(await stage.driver.staff(email)).toMatchObject({ name: 'Beatriz' });

    await button(page, words.remove).click();
    await dialog(page).getByText(words.stays).waitFor();
    await dialog(page).getByRole('button', { name: words.cancel }).click();

    await page.getByRole('link', { name: words.all }).click();
    await page.getByRole('link', { name: words.add }).click();
    await page.getByLabel(words.email).fill(email);
    await button(page, words.add).click();
    await page.getByText(words.emailTaken).waitFor();
    expect(await stage.driver.staff(email)).toMatchObject({ name: 'Beatriz' });
    expect(complaints).toEqual([]);
    await context.close();
  });

  it.each(VISITS)('says beside the button why a link was not sent, in $language', async (words) => {
    const { language, size } = words;
    const email = `refused.${language}@people-clinic.test`;
    await stage.driver.connectLink(email);
    const { page, context } = await open({ language, size, hash: `#/staff/${email}` });
    await page.route('**/connect-link', async (route) => {
      if (route.request().postDataJSON().sendEmail !== true) return route.continue();
      await route.fulfill({
        status: 409,
        contentType: 'application/problem+json',
        body: JSON.stringify({
          status: 409,
          title: 'Conflict',
          detail:
            'The mail could not be sent (ses_sandbox). The account is in its sandbox. Or pass the link on yourself.',
        }),
      });
    });
    await button(page, words.link).click();
    await button(page, words.send).click();
    await page.getByRole('alert').filter({ hasText: words.refused }).waitFor();
    await expectConsoleWellMade(page, `staff-refused-${language}`);
    expect(await page.locator('.copyable code').textContent()).toContain('/connect/');
    await context.close();
  });

  it('has first who must do something, and says who shares an account', async () => {
    for (const email of ['aaa@people-clinic.test', 'aab@people-clinic.test']) {
      await stage.driver.connect(email, 'desk@people-clinic.test');
    }
    await stage.driver.book({ id: 'order', staff: 'zzz@people-clinic.test' });
    await stage.driver.untilView('order', ({ meeting }) => meeting.state === 'waiting_for_staff');
    const { page, context, complaints } = await open({ hash: '#/staff' });
    const shared = card(page, 'aaa@people-clinic.test').filter({ hasText: /same Google account.*aab@people/ });
    await shared.waitFor();
    const names = await page.getByRole('heading', { level: 2 }).allTextContents();
    expect(names[0]).toBe('Staff zzz');
    await expectConsoleWellMade(page, 'staff-shared-en');
    await card(page, 'zzz@people-clinic.test').getByRole('link', { name: '1 waits for a link' }).click();
    await page.getByText('Waits for the staff member').first().waitFor();
    expect(page.url()).toMatch(/#\/bookings\?.*state=waiting_for_staff/);
    expect(complaints).toEqual([]);
    await context.close();
  });

  /** A mail to somebody comes back. */
  async function bounce(to: string, subject: string): Promise<void> {
    const sns = new SNSClient(clientSettings(stage.stack.snsUrl));
    const store = (await (await fetch(`${stage.stack.inboxUrl}/store`)).json()) as {
      emails: { messageId: string; destination: { to: string[] } }[];
    };
    const mail = store.emails.findLast(({ destination }) => destination.to.some((address) => address.includes(to)));
    const event = bounceEvent({ messageId: mail?.messageId ?? '', to, subject });
    await sns.send(new PublishCommand({ TopicArn: stage.stack.topicArns[0], Message: JSON.stringify(event) }));
    sns.destroy();
  }
});
