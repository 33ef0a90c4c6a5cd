import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MessageContext } from '../../../shared/notifications/message-values.ts';
import { composeConnectionMail, composeMail } from '../../../shared/notifications/messages.ts';
import { MESSAGE_KEYWORDS } from '../../../shared/settings/message-keywords.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { keywordValues } from '../../../shared/settings/values.ts';
import { newStaff } from '../../../shared/staff/staff.ts';
import { ANA, aBooking, customer } from '../../builders/bookings.ts';
import { aMessage, EVIL, KINDS, LOCALES, MADRID, toAna, toLuis, URL } from './message-context.ts';

/** Of a template that was not filled, or of the mark for the button. */
const LEFTOVER = new RegExp(`[{}${String.fromCharCode(1)}]|undefined|null`);
const withoutStyles = (html: string): string => html.replace(/<style>.*?<\/style>/gs, '');
const compose = (changes: Partial<MessageContext> = {}, settings: Settings = MADRID) =>
  composeMail(aMessage(changes), settings);
const templates = (value: { subject?: string; body?: string }, locale: 'en' | 'es' = 'en'): Settings => ({
  ...MADRID,
  templates: { booked: { customer: { email: { [locale]: value } } } },
});

describe('a message', () => {
  it('to a customer says where to join, what it is, and when in their zone', () => {
    const { subject, text, html } = compose();
    expect(subject).toBe('Consulta on Tuesday, 1 December 2026 at 16:00');
    expect(text).toBe(`Join the video call:
${URL}

Hello Luis, your booking with Ana is confirmed. When it is time, the link above takes you straight into the video call.

Consulta
Tuesday, 1 December 2026
16:00 – 16:45
Central European Time (Madrid)
Online

See you then!
`);
    expect(html).toContain('<html lang="en">');
  });

  it('in Spanish is in Spanish', () => {
    const { subject, text, html } = compose({}, { ...MADRID, locale: 'es' });
    expect(subject).toBe('Consulta: martes, 1 de diciembre de 2026, 16:00');
    expect(text).toBe(`Entrar en la videollamada:
${URL}

Hola, Luis: tu cita con Ana está confirmada. Cuando llegue la hora, el enlace de arriba te lleva directamente a la videollamada.

Consulta
martes, 1 de diciembre de 2026
16:00 – 16:45
hora de Europa central (Madrid)
Online

¡Hasta entonces!
`);
    expect(html).toContain('<html lang="es">');
  });

  it('is in the recipient’s language before the business’s', () => {
    expect(compose({ to: { ...toLuis, locale: 'es' } }).text).toContain('Hola, Luis:');
  });

  describe.each(KINDS.flatMap((kind) => LOCALES.map((locale) => [kind, locale] as const)))(
    '%s in %s',
    (kind, locale) => {
      it.each([toLuis, toAna])('is whole in every part, to $role', (to) => {
        const { subject, text, html } = compose({ kind, to: { ...to, locale } });
        for (const part of [subject, text, withoutStyles(html)]) {
          expect(part).not.toMatch(LEFTOVER);
          expect(part).toContain('Consulta');
          expect(part).toMatch(/1 (de diciembre de|December) 2026/);
        }
        // Whoever reads the text alone misses nothing, and sees no markup.
        expect(text).not.toMatch(/[<>]|&#/);
        expect(text).toContain('16:00 – 16:45\n');
        expect(text).toContain('(Madrid)\n');
        expect(text).toContain(to.role === 'staff' ? 'Ana' : 'Luis');
      });

      it.each([toLuis, toAna])('begins with the way to join, on a line of its own, to $role', (to) => {
        const { text, html } = compose({ kind, to: { ...to, locale } });
        if (kind === 'cancelled') return expect(text + html).not.toMatch(/meet\.google|videol|video call/);
        const label = locale === 'en' ? 'Join the video call' : 'Entrar en la videollamada';
        expect(text.split('\n').slice(0, 3)).toEqual([`${label}:`, URL, '']);
        expect(html.indexOf(`>${label}</a>`)).toBeGreaterThan(0);
        expect(html.indexOf(`>${label}</a>`)).toBeLessThan(html.indexOf('<p '));
      });
    },
  );

  it.each(LOCALES)('of a move names the old time as well, in %s', (locale) => {
    for (const to of [toLuis, toAna]) {
      expect(compose({ kind: 'rescheduled', to: { ...to, locale } }).text).toMatch(
        /(Before: Monday, 30 November 2026|Antes: lunes, 30 de noviembre de 2026), 10:00/,
      );
    }
  });

  it.each(LOCALES)('of a move whose old time is not known says the new one, in %s', (locale) => {
    const { oldStart: _oldStart, ...unknown } = aMessage({ kind: 'rescheduled', to: { ...toLuis, locale } });
    const { subject, text } = composeMail(unknown, MADRID);
    expect(subject + text).not.toMatch(/Before|Antes|\(\)| ,/);
    expect(text).toMatch(/Online\n\n(See|¡Hasta)/);
  });

  it.each(LOCALES)('to staff about a booking of nobody is whole, in %s', (locale) => {
    for (const kind of KINDS) {
      const { subject, text } = compose({ kind, to: { ...toAna, locale }, booking: aBooking({ customers: [] }) });
      expect(subject + text).not.toMatch(/ [,.]|– ?\n|\(\)/);
      expect(text).toContain('\nConsulta\n');
    }
  });

  it('to staff says who', () => {
    const booking = aBooking({ customers: [{ ...customer('Luis'), phone: '+34600000002' }], notes: 'shy' });
    const { text } = compose({ to: toAna, booking });
    for (const word of ['Hello Ana,', 'Luis', 'luis@mail.test', '+34600000002', 'shy']) expect(text).toContain(word);
  });

  it('to staff of a group names all of them', () => {
    const booking = aBooking({ customers: [customer('Luis'), customer('Marta')] });
    const { text } = compose({ to: toAna, booking });
    expect(text).toContain('Consulta – Luis, Marta\n');
    expect(text).toContain('luis@mail.test, marta@mail.test');
  });

  it('to a customer of a group tells of nobody else', () => {
    const booking = aBooking({
      customers: [customer('Luis'), customer('Marta')],
      keywords: { customer_first_name: 'Luis', customer_notes: 'Luis likes it' },
    });
    const marta = { ...toLuis, address: 'marta@mail.test', name: 'Marta', customer: customer('Marta') };
    for (const settings of [
      MADRID,
      templates({ body: '{customer_first_name} {customer_full_name} {customer_email}\n{customer_notes}' }),
    ]) {
      const { subject, text, html } = compose({ to: marta, booking }, settings);
      expect(subject + text + html).not.toMatch(/luis/i);
      expect(text).toContain('Marta');
    }
  });

  it('to somebody who dropped out tells of nobody who took their place', () => {
    const booking = aBooking({
      customers: [customer('Marta')],
      keywords: { customer_first_name: 'Marta', customer_last_name: 'Ruiz' },
      notes: 'Marta is shy',
    });
    const dropped = aMessage({ kind: 'cancelled', booking });
    const message = composeMail(dropped, {
      ...MADRID,
      templates: {
        cancelled: {
          customer: {
            email: {
              en: {
                subject: '{customer_first_name}',
                body: 'Hello {customer_first_name} {customer_last_name},\n{appointment_notes}\n{customer_email}',
              },
            },
          },
        },
      },
    });
    expect(JSON.stringify(message)).not.toMatch(/marta|ruiz/i);
    expect(composeMail(dropped, MADRID).text).toContain('Hello Luis,');
  });
});

describe('what was typed in by somebody', () => {
  const evil = aBooking({
    service: { name: EVIL },
    staff: { email: ANA, name: EVIL },
    customers: [{ name: EVIL, email: 'luis@mail.test' }],
    location: { name: EVIL },
    notes: EVIL,
  });

  it.each(KINDS.flatMap((kind) => [toLuis, toAna].map((to) => [kind, to.role, to] as const)))(
    'is text, and never more: %s to %s',
    (kind, _role, to) => {
      const { subject, html, text } = compose({
        kind,
        booking: evil,
        to: { ...to, name: EVIL, customer: evil.customers[0] ?? customer('x') },
      });
      expect(html).not.toContain('<script>');
      expect(html).toContain('&#60;script&#62;');
      expect(subject).not.toMatch(/[\r\n]/);
      expect(text).toContain('Ana <script>alert(1)</script>');
    },
  );

  it('never makes an element, whatever it is', () => {
    const usual = new Set(['en', 'es'].flatMap((locale) => elements(textsAs('x\n\ny', locale as 'en' | 'es'))));
    const nasty = fc.constantFrom(
      '<',
      '>',
      '"',
      "'",
      '&',
      '&lt;',
      '<b>',
      '-->',
      ']]>',
      '</td>',
      '\r\n\r\n',
      '\n',
      URL,
      'ñ',
    );
    const text = fc.array(fc.oneof(nasty, fc.string()), { minLength: 1 }).map((parts) => `x${parts.join('')}x`);
    fc.assert(
      fc.property(text, (value) => {
        const html = textsAs(value, 'es');
        expect(elements(html).filter((element) => !usual.has(element))).toEqual([]);
        // Nothing else opens or closes anything.
        expect(html.replace(/<[^<>]*>/g, '')).not.toMatch(/[<>]/);
      }),
    );
  });

  it('cannot leave an attribute', () => {
    const { html } = compose({ url: 'https://meet.google.com/"><img src=x onerror=alert(1)>' });
    expect(html).not.toContain('<img');
  });

  it('is not a template itself', () => {
    const booking = aBooking({
      customers: [{ name: '{staff_email} {join_button} {meet_link}', email: 'luis@mail.test' }],
    });
    expect(compose({ booking, to: toAna }).text).toContain('Consulta – {staff_email} {join_button} {meet_link}\n');
  });

  it('is not a pattern of a replacement', () => {
    const { html, text } = compose({ booking: aBooking({ customers: [{ name: "$& $1 $` $' $$" }] }), to: toAna });
    expect(text).toContain("Consulta – $& $1 $` $' $$\n");
    expect(html).toContain('Consulta – $&#38; $1 $` $&#39; $$<');
  });

  it('has a subject of bearable length', () => {
    expect(compose({ booking: aBooking({ service: { name: 'x'.repeat(300) } }) }).subject).toHaveLength(200);
  });
});

/** The mail to staff about a booking in which everything that can be typed in is this. */
function textsAs(value: string, locale: 'en' | 'es'): string {
  const booking = aBooking({
    service: { name: value },
    staff: { email: ANA, name: value },
    customers: [{ name: value, email: value, phone: value }],
    location: { name: value },
    notes: value,
  });
  return compose({ booking, to: { ...toAna, name: value, locale } }, { ...MADRID, senderName: value }).html;
}

/** Every tag and comment, in order, without what its attributes hold. */
const elements = (html: string): string[] =>
  (html.match(/<[^<>]*>/g) ?? []).map((tag) => tag.replace(/"[^"]*"/g, '""'));

describe('a template of the admin', () => {
  it('replaces the subject, the body, or both', () => {
    const ours = compose();
    expect(compose({}, templates({ subject: 'Hi {customer_full_name}' }))).toMatchObject({
      subject: 'Hi Luis',
      text: ours.text,
    });
    const { subject, text } = compose({}, templates({ body: 'See you at {start_time}: {meet_link}' }));
    expect(subject).toBe(ours.subject);
    expect(text).toBe(`See you at 16:00: ${URL}\n`);
  });

  it('is only for its language, role and kind', () => {
    const settings = templates({ subject: 'Hola' }, 'es');
    expect(compose({}, settings).subject).toBe(compose().subject);
    expect(compose({ to: { ...toLuis, locale: 'es' } }, settings).subject).toBe('Hola');
    expect(compose({ to: { ...toAna, locale: 'es' } }, settings).subject).not.toBe('Hola');
    expect(compose({ kind: 'rescheduled', to: { ...toLuis, locale: 'es' } }, settings).subject).not.toBe('Hola');
  });

  it('is text, not HTML', () => {
    expect(compose({}, templates({ body: '<b>{customer_full_name}</b>' })).html).toContain('&#60;b&#62;Luis');
  });

  it('has its links made ones', () => {
    const { html } = compose({}, templates({ body: 'Here: {meet_link}' }));
    expect(html).toContain(`Here: <a href="${URL}"`);
  });

  it('may use every keyword that only messages have', () => {
    const values = keywordValues(aMessage(), undefined, MADRID);
    for (const name of MESSAGE_KEYWORDS.filter(
      (keyword) => !values(keyword) && !['connect_button', 'google_email'].includes(keyword),
    )) {
      expect(compose({}, templates({ body: `{${name}}` })).text.trim(), name).not.toBe('');
    }
  });
});

describe('a mail about a connection', () => {
  const ana = {
    ...newStaff(ANA, { name: 'Ana' }),
    connection: { state: 'connected', googleEmail: 'ana@gmail.test' },
  } as const;
  const link = 'https://meet.test/connect/token';

  it.each(
    (['to_connect', 'to_reconnect'] as const).flatMap((news) =>
      (['en', 'es'] as const).map((locale) => [news, locale] as const),
    ),
  )('asks staff with their link and tells the admin without it: %s in %s', (news, locale) => {
    const staff = composeConnectionMail(news, { role: 'staff', locale }, ana, link, MADRID);
    expect(staff.text).toContain(link);
    expect(staff.html).toContain(`<a href="${link}"`);
    const admin = composeConnectionMail(news, { role: 'admin', locale }, ana, undefined, MADRID);
    expect(admin.text).toMatch(/Ana/);
    for (const { subject, text, html } of [staff, admin]) {
      expect(subject + text + withoutStyles(html)).not.toMatch(LEFTOVER);
    }
  });

  it.each(['en', 'es'] as const)('says which account it is, in %s', (locale) => {
    expect(composeConnectionMail('connected', { role: 'staff', locale }, ana, link, MADRID).text).toContain(
      'ana@gmail.test',
    );
  });

  it('can be worded by the admin, link and all', () => {
    const settings: Settings = {
      ...MADRID,
      templates: {
        connect_google: {
          staff: { email: { en: { subject: 'Please', body: 'Dear {staff_name},\n{connect_button}' } } },
        },
      },
    };
    const { subject, text } = composeConnectionMail('to_connect', { role: 'staff' }, ana, link, settings);
    expect([subject, text]).toEqual(['Please', `Dear Ana,\nConnect my Google account:\n${link}\n`]);
    expect(MESSAGE_KEYWORDS as readonly string[]).toEqual(expect.arrayContaining(['connect_button', 'google_email']));
  });

  it('takes names for text', () => {
    const evil = { ...ana, name: EVIL, connection: { state: 'connected', googleEmail: '<b>x</b>' } } as const;
    const { html, subject } = composeConnectionMail('connected', { role: 'staff' }, evil, link, MADRID);
    expect(html).not.toMatch(/<script>|<b>x/);
    expect(subject).not.toMatch(/[\r\n]/);
  });
});
