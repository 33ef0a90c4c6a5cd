import { describe, expect, it } from 'vitest';
import type { MessageContext } from '../../../shared/notifications/message-values.ts';
import { composeSms } from '../../../shared/notifications/sms-message.ts';
import { smsSize } from '../../../shared/notifications/sms-text.ts';
import { smsWording } from '../../../shared/notifications/wording/sms.ts';
import { keywordsIn } from '../../../shared/settings/keywords.ts';
import { MESSAGE_KEYWORDS } from '../../../shared/settings/message-keywords.ts';
import { defaultSettings, type Settings } from '../../../shared/settings/settings.ts';
import { ANA, aBooking, customer } from '../../builders/bookings.ts';

const URL = 'https://meet.google.com/abc-defg-hij';
const KINDS = ['booked', 'rescheduled', 'link_changed', 'cancelled', 'reminder'] as const;
const ROLES = ['customer', 'staff'] as const;
const LOCALES = ['en', 'es'] as const;
const DEFAULTS = KINDS.flatMap((kind) =>
  ROLES.flatMap((role) => LOCALES.map((locale) => [kind, role, locale] as const)),
);
const MADRID: Settings = { ...defaultSettings, timeZone: 'Europe/Madrid' };

const LUIS = { ...customer('Luis'), phone: '+34600000002' };
const toLuis = {
  role: 'customer',
  channel: 'sms',
  address: '+34600000002',
  person: LUIS.email,
  name: 'Luis',
  customer: LUIS,
} as const;
const toAna = { role: 'staff', channel: 'sms', address: '+34600000001', person: ANA, name: 'Ana' } as const;
const context = ({ url = URL, ...changes }: Partial<MessageContext> = {}): MessageContext => ({
  kind: 'booked',
  to: toLuis,
  appointmentId: 'booknetic:1042',
  status: 'approved',
  booking: aBooking(),
  oldStart: '2026-11-28T09:00:00Z',
  ...changes,
  ...(changes.kind !== 'cancelled' && { url }),
});
const compose = (changes: Partial<MessageContext> = {}, settings = MADRID): string =>
  composeSms(context(changes), settings).text;
const templates = (body: string): Settings => ({
  ...MADRID,
  templates: { booked: { customer: { sms: { en: { body } } } } },
});

describe('a text message', () => {
  it('says what, with whom, when in their zone and where to join', () => {
    expect(compose()).toBe(
      `Hi Luis, your booking is confirmed: Consulta with Ana\nTue 1 Dec, 16:00 (Madrid)\nJoin: ${URL}`,
    );
  });

  it('is in the recipient’s language before the business’s', () => {
    const spanish = `Hola, Luis. Tu cita queda confirmada: Consulta con Ana\nmar 1 dic, 16:00 (Madrid)\nVideollamada: ${URL}`;
    expect(compose({ to: { ...toLuis, locale: 'es' } })).toBe(spanish);
    expect(compose({}, { ...MADRID, locale: 'es' })).toBe(spanish);
  });

  it('begins with the name of the company, where there is one', () => {
    const booking = aBooking({ keywords: { company_name: 'Clínica Sol' } });
    for (const [kind, role, locale] of DEFAULTS) {
      const to = { ...(role === 'staff' ? toAna : toLuis), locale };
      expect(compose({ kind, to, booking })).toMatch(/^Cl[ií]nica Sol: \p{Lu}/u);
      expect(compose({ kind, to })).toMatch(/^\p{Lu}[^:]/u);
    }
  });

  it.each([
    ['2026-12-01T15:00:00Z', 'Europe/Madrid', 'Tue 1 Dec, 16:00 (Madrid)', 'mar 1 dic, 16:00 (Madrid)'],
    [
      '2026-09-02T23:30:00Z',
      'America/Mexico_City',
      'Wed 2 Sept, 17:30 (Mexico City)',
      'mié 2 sept, 17:30 (Ciudad de México)',
    ],
    [
      '2026-07-04T01:00:00Z',
      'America/Argentina/Buenos_Aires',
      'Fri 3 Jul, 22:00 (Buenos Aires)',
      'vie 3 jul, 22:00 (Buenos Aires)',
    ],
    ['2026-07-04T10:00:00Z', 'UTC', 'Sat 4 Jul, 10:00 (UTC)', 'sáb 4 jul, 10:00 (UTC)'],
    ['2026-07-04T10:00:00Z', 'Etc/UTC', 'Sat 4 Jul, 10:00 (UTC)', 'sáb 4 jul, 10:00 (UTC)'],
    // The sign in such a name is the other way round.
    ['2026-07-04T20:00:00Z', 'Etc/GMT+5', 'Sat 4 Jul, 15:00 (UTC-5)', 'sáb 4 jul, 15:00 (UTC-5)'],
    ['2026-07-04T20:00:00Z', '-06:00', 'Sat 4 Jul, 14:00 (UTC-6)', 'sáb 4 jul, 14:00 (UTC-6)'],
    ['2026-07-04T10:00:00Z', 'CET', 'Sat 4 Jul, 12:00 (UTC+2)', 'sáb 4 jul, 12:00 (UTC+2)'],
  ])('names day, time and zone shortly: %s in %s', (start, timeZone, english, spanish) => {
    const booking = aBooking({ start, end: start, timeZone });
    expect(compose({ booking })).toContain(`\n${english}\n`);
    expect(compose({ booking, to: { ...toLuis, locale: 'es' } })).toContain(`\n${spanish}\n`);
  });

  it('names the right day on either side of a change of clocks and of midnight', () => {
    const booking = aBooking({ start: '2026-10-25T02:30:00Z', timeZone: 'Europe/Madrid' });
    expect(compose({ booking, kind: 'rescheduled', oldStart: '2026-10-24T22:30:00Z' })).toContain(
      'Now: Sun 25 Oct, 03:30 (Madrid)\nBefore: Sun 25 Oct, 00:30\n',
    );
  });

  it('of a time that was never told says only the new one', () => {
    const { oldStart: _oldStart, ...first } = context({ kind: 'rescheduled' });
    expect(composeSms(first, MADRID).text).not.toContain('Before');
  });

  it('to staff says who', () => {
    expect(compose({ to: toAna })).toBe(`Luis has booked Consulta with you\nTue 1 Dec, 16:00 (Madrid)\nJoin: ${URL}`);
  });

  it('to a customer of a group tells of nobody else', () => {
    const booking = aBooking({ customers: [LUIS, customer('Marta')], keywords: { customer_first_name: 'Marta' } });
    for (const kind of KINDS) expect(compose({ kind, booking })).not.toContain('Marta');
  });

  it('to staff of a large group fits', () => {
    const names = Array.from({ length: 20 }, (_, number) => `María Jesús Núñez ${number}`);
    const text = compose({ to: toAna, booking: aBooking({ customers: names.map(customer) }) });
    expect(smsSize(text).segments).toBe(2);
    expect(text).toContain('Maria Jesus Nuñez 0, Maria Jesus Nuñez 1, ');
    expect(text).toMatch(/\.\.\. has booked Consulta with you\nTue 1 Dec, 16:00 \(Madrid\)\n/);
  });
});

describe('the default text', () => {
  it.each(DEFAULTS)('%s to %s in %s has no letter of its own that costs double', (kind, role, locale) => {
    expect(smsSize(smsWording(kind, role, locale)).encoding).toBe('GSM-7');
  });

  it.each(DEFAULTS)('%s to %s in %s has a link where there is one', (kind, role, locale) => {
    const to = { ...(role === 'staff' ? toAna : toLuis), locale };
    const text = compose({ kind, to });
    if (kind === 'cancelled') expect(text).not.toContain('http');
    else expect(text).toMatch(new RegExp(`: ${URL}$`));
    expect(text).not.toMatch(/[{}]|undefined|null/);
  });

  it.each(DEFAULTS)('%s to %s in %s takes one segment with short names', (kind, role, locale) => {
    const to = { ...(role === 'staff' ? toAna : toLuis), locale };
    expect(smsSize(compose({ kind, to })).segments).toBe(1);
  });

  it.each(DEFAULTS)('%s to %s in %s loses no word of ordinary names', (kind, role, locale) => {
    const names = [
      ['María José Núñez Fernández', 'Ana García Martínez', 'Consulta de fisioterapia', 'Clínica Sol'],
      [
        'Íñigo Gutiérrez de la Peña',
        'Concepción Rodríguez Ibáñez',
        'Sesión de psicología individual',
        'Centro Médico Salud',
      ],
      ['Joan Puigdevall i Güell', 'Núria Solé', 'Revisió i neteja dental – niños', 'Clínica Dental “Muñoz & Íñiguez”'],
      ['Luis Pérez', 'Dr. Ángel Gómez-Álvarez', 'Asesoría fiscal (1ª visita, 45 min)', ''],
    ] as const;
    for (const [who, staff, service, company] of names) {
      const booking = aBooking({
        service: { name: service },
        staff: { email: ANA, name: staff },
        customers: [{ name: who, email: 'x@mail.test' }],
        keywords: company ? { company_name: company } : {},
        timeZone: 'America/Argentina/Buenos_Aires',
      });
      const to =
        role === 'staff'
          ? { ...toAna, name: staff, locale }
          : { ...toLuis, name: who, locale, customer: booking.customers[0] ?? LUIS };
      const text = compose({ kind, to, booking });
      expect(smsSize(text).segments).toBeLessThanOrEqual(2);
      expect(text).not.toContain('...');
      const bare = (words: string) => words.normalize('NFKD').replace(/\P{L}/gu, '');
      for (const words of [service, role === 'staff' ? who : staff]) expect(bare(text)).toContain(bare(words));
    }
  });

  it.each(DEFAULTS)('%s to %s in %s keeps its time and link whatever is booked', (kind, role, locale) => {
    const hostile = [
      'Ana <script>alert(1)</script>\r\nBcc: x@y',
      'Очень длинное имя '.repeat(10),
      '€{}[]~|^\\'.repeat(30),
      '🦷👨‍👩‍👧‍👦'.repeat(20),
    ];
    for (const name of hostile) {
      const booking = aBooking({
        service: { name },
        staff: { email: ANA, name },
        customers: [{ name, email: 'x@mail.test' }],
        keywords: { company_name: name },
      });
      const to = {
        ...(role === 'staff' ? toAna : toLuis),
        name,
        locale,
        ...(role === 'customer' && { customer: booking.customers[0] ?? LUIS }),
      };
      const text = compose({ kind, to, booking });
      expect(smsSize(text).segments).toBeLessThanOrEqual(2);
      expect(text).toContain('16:00 (Madrid)');
      if (kind !== 'cancelled') expect(text.split(/\s/)).toContain(URL);
    }
  });

  it('uses no keyword that a template of the admin could not', () => {
    for (const [kind, role, locale] of DEFAULTS) {
      for (const name of keywordsIn(smsWording(kind, role, locale))) {
        expect([
          ...MESSAGE_KEYWORDS,
          'company_name',
          'customer_first_name',
          'customer_full_name',
          'service_name',
          'staff_name',
        ]).toContain(name);
      }
    }
  });
});

describe('a template of the admin', () => {
  it('is used instead, with every keyword that messages have', () => {
    expect(
      compose({}, templates('{customer_full_name}: {start_date} {start_time}-{end_time} {time_zone} {join_button}')),
    ).toBe(`Luis: Tue 1 Dec 16:00-16:45 Madrid ${URL}`);
    expect(compose({}, templates('{old_start_date} {old_start_time} {meet_link}'))).toBe(`Sat 28 Nov 10:00 ${URL}`);
  });

  it('is only for its language, role and kind', () => {
    const settings = templates('Hi');
    expect(compose({}, settings)).toBe('Hi');
    expect(compose({ to: { ...toLuis, locale: 'es' } }, settings)).not.toBe('Hi');
    expect(compose({ to: toAna }, settings)).not.toBe('Hi');
    expect(compose({ kind: 'reminder' }, settings)).not.toBe('Hi');
  });

  it.each(['', '  \n ', '{appointment_notes}'])('that comes to nothing is none: %j', (body) => {
    expect(compose({}, templates(body))).toBe(compose());
  });
});
