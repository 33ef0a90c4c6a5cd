import { describe, expect, it } from 'vitest';
import type { MessageContext } from '../../../shared/notifications/message-values.ts';
import { composeConnectionMail, composeMail } from '../../../shared/notifications/messages.ts';
import { MESSAGE_KEYWORDS } from '../../../shared/settings/message-keywords.ts';
import { defaultSettings, type Settings } from '../../../shared/settings/settings.ts';
import { keywordValues } from '../../../shared/settings/values.ts';
import { newStaff } from '../../../shared/staff/staff.ts';
import { ANA, aBooking, customer } from '../../builders/bookings.ts';

const EVIL = 'Ana <script>alert(1)</script>\r\nBcc: x@y';
const URL = 'https://meet.google.com/abc-defg-hij';
/** Of a template that was not filled, or of the mark for the button. */
const LEFTOVER = new RegExp(`[{}${String.fromCharCode(1)}]|undefined|null`);
const KINDS = ['booked', 'rescheduled', 'link_changed', 'cancelled'] as const;
const MADRID: Settings = { ...defaultSettings, timeZone: 'Europe/Madrid' };

const toLuis = {
  role: 'customer',
  channel: 'email',
  address: 'luis@mail.test',
  person: 'luis@mail.test',
  name: 'Luis',
} as const;
const toAna = { role: 'staff', channel: 'email', address: ANA, person: ANA, name: 'Ana' } as const;
const context = (changes: Partial<MessageContext> = {}): MessageContext => ({
  kind: 'booked',
  to: { ...toLuis, customer: customer('Luis') },
  appointmentId: 'booknetic:1042',
  status: 'approved',
  booking: aBooking({ location: { name: 'Online' }, notes: 'first\n\nsecond' }),
  url: URL,
  oldStart: '2026-11-30T09:00:00Z',
  ...changes,
});
const compose = (changes: Partial<MessageContext> = {}, settings: Settings = MADRID) =>
  composeMail(context(changes), settings);
const templates = (value: { subject?: string; body?: string }, locale: 'en' | 'es' = 'en'): Settings => ({
  ...MADRID,
  templates: { booked: { customer: { email: { [locale]: value } } } },
});

describe('a message', () => {
  it('to a customer says what, when in their zone, and where to join', () => {
    const { subject, text, html } = compose();
    expect(subject).toMatch(/^Consulta on Tuesday,? 1 December 2026 at 16:00$/);
    expect(text).toContain('Hello Luis,');
    expect(text).toContain(`Join the video call: ${URL}`);
    expect(text).toContain('16:00 – 16:45');
    expect(text).toContain('Central European Time (Madrid)');
    expect(html).toContain(`<a href="${URL}" style="display:inline-block`);
    expect(html).toContain('<html lang="en">');
  });

  it('in Spanish is in Spanish', () => {
    const { subject, text, html } = compose({}, { ...MADRID, locale: 'es' });
    expect(subject).toBe('Consulta: martes, 1 de diciembre de 2026 a las 16:00');
    expect(text).toContain('Hola, Luis:');
    expect(text).toContain(`Entrar en la videollamada: ${URL}`);
    expect(html).toContain('<html lang="es">');
  });

  it('is in the recipient’s language before the business’s', () => {
    expect(compose({ to: { ...toLuis, locale: 'es' } }).text).toContain('Hola, Luis:');
  });

  it('has the time in the booking’s own zone before the business’s', () => {
    const { text } = compose({ booking: aBooking({ timeZone: 'America/New_York' }) });
    expect(text).toContain('10:00 – 10:45');
    expect(text).toContain('(New York)');
  });

  it.each(KINDS.flatMap((kind) => (['en', 'es'] as const).map((locale) => [kind, locale] as const)))(
    'exists for customer and staff: %s in %s',
    (kind, locale) => {
      for (const to of [
        { ...toLuis, locale },
        { ...toAna, locale },
      ]) {
        const { url: _url, ...gone } = context({ kind, to });
        const { subject, text, html } = composeMail(kind === 'cancelled' ? gone : context({ kind, to }), MADRID);
        for (const part of [subject, text, html]) {
          expect(part).not.toMatch(LEFTOVER);
          expect(part).toContain('Consulta');
        }
        if (kind === 'cancelled') expect(text + html).not.toContain(URL);
        else expect(text).toContain(URL);
        if (kind === 'rescheduled') expect(text).toMatch(/30 (November|de noviembre)/);
      }
    },
  );

  it('to staff says who', () => {
    const booking = aBooking({ customers: [{ ...customer('Luis'), phone: '+34600000002' }], notes: 'shy' });
    const { text } = compose({ to: toAna, booking });
    for (const word of ['Hello Ana', 'Luis', 'luis@mail.test', '+34600000002', 'shy']) expect(text).toContain(word);
  });

  it('to staff of a group names all of them', () => {
    const booking = aBooking({ customers: [customer('Luis'), customer('Marta')] });
    const { text } = compose({ to: toAna, booking });
    expect(text).toContain('Luis, Marta has booked');
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
    const { url: _url, ...dropped } = context({ kind: 'cancelled', booking });
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

  it('cannot leave an attribute', () => {
    const { html } = compose({ url: 'https://meet.google.com/"><img src=x onerror=alert(1)>' });
    expect(html).not.toContain('<img');
  });

  it('is not a template itself', () => {
    const booking = aBooking({
      customers: [{ name: '{staff_email} {join_button} {meet_link}', email: 'luis@mail.test' }],
    });
    expect(compose({ booking, to: toAna }).text).toContain('{staff_email} {join_button} {meet_link} has booked');
  });

  it('is not a pattern of a replacement', () => {
    const { html, text } = compose({ booking: aBooking({ customers: [{ name: "$& $1 $` $' $$" }] }), to: toAna });
    expect(text).toContain("$& $1 $` $' $$ has booked");
    expect(html).toContain('$&#38; $1 $` $&#39; $$ has booked');
  });

  it('has a subject of bearable length', () => {
    expect(compose({ booking: aBooking({ service: { name: 'x'.repeat(300) } }) }).subject).toHaveLength(200);
  });
});

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
    const values = keywordValues(context(), undefined, MADRID);
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
    expect(staff.html).toContain(`<a href="${link}" style="display:inline-block`);
    const admin = composeConnectionMail(news, { role: 'admin', locale }, ana, undefined, MADRID);
    expect(admin.text).toMatch(/Ana/);
    for (const { subject, text, html } of [staff, admin]) {
      expect(subject + text + html).not.toMatch(LEFTOVER);
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
    expect([subject, text]).toEqual(['Please', `Dear Ana,\nConnect my Google account: ${link}\n`]);
    expect(MESSAGE_KEYWORDS as readonly string[]).toEqual(expect.arrayContaining(['connect_button', 'google_email']));
  });

  it('takes names for text', () => {
    const evil = { ...ana, name: EVIL, connection: { state: 'connected', googleEmail: '<b>x</b>' } } as const;
    const { html, subject } = composeConnectionMail('connected', { role: 'staff' }, evil, link, MADRID);
    expect(html).not.toMatch(/<script>|<b>x/);
    expect(subject).not.toMatch(/[\r\n]/);
  });
});
