import fc from 'fast-check';
import { distance as levenshtein } from 'fastest-levenshtein';
import { describe, expect, it } from 'vitest';
import { dayOf, daysAround, isFound } from '../../../functions/admin-console/app/pages/settings/booking-search.ts';
import { DEFAULTS } from '../../../functions/admin-console/app/pages/settings/defaults.ts';
import { faultText } from '../../../functions/admin-console/app/pages/settings/faults.ts';
import { insertAt, nearest, searchKeywords } from '../../../functions/admin-console/app/pages/settings/keywords.ts';
import { inPageOrder, labelOf, valueText } from '../../../functions/admin-console/app/pages/settings/labels.ts';
import {
  channelsOf,
  hasKeyword,
  KINDS,
  LOCALES as MESSAGE_LOCALES,
  rolesOf,
  sentName,
} from '../../../functions/admin-console/app/pages/settings/messages.ts';
import { numberOf, reminderOf, rowOf, UNITS } from '../../../functions/admin-console/app/pages/settings/reminders.ts';
import { settingsTexts } from '../../../functions/admin-console/app/pages/settings/texts.ts';
import {
  DATE_FORMATS as WRITTEN_DATES,
  TIME_FORMATS as WRITTEN_TIMES,
  writtenAs,
} from '../../../functions/admin-console/app/pages/settings/written-dates.ts';
import { faultsOf } from '../../../shared/http/validate.ts';
import { defaultWords, neverSent } from '../../../shared/notifications/preview.ts';
import { DATE_FORMATS, formatDate, formatTime, TIME_FORMATS } from '../../../shared/settings/date-format.ts';
import { keywordFaults, keywordsIn, PLATFORM_KEYWORDS } from '../../../shared/settings/keywords.ts';
import { MESSAGE_KEYWORDS } from '../../../shared/settings/message-keywords.ts';
import {
  CHANNELS,
  defaultSettings,
  LOCALES,
  MESSAGE_KINDS,
  ROLES,
  settingsSchema,
} from '../../../shared/settings/settings.ts';

const { en, es } = settingsTexts;

describe('what the page knows of the API', () => {
  it('is what holds there: defaults, formats, messages and their languages', () => {
    expect(DEFAULTS).toEqual(defaultSettings);
    expect(WRITTEN_DATES).toEqual(DATE_FORMATS);
    expect(WRITTEN_TIMES).toEqual(TIME_FORMATS);
    expect(KINDS).toEqual(MESSAGE_KINDS);
    expect(MESSAGE_LOCALES).toEqual(LOCALES);
    expect(Object.keys(en.messageKeywords)).toEqual(MESSAGE_KEYWORDS);
  });

  it('is which messages are ever sent', () => {
    for (const kind of MESSAGE_KINDS) {
      for (const role of ROLES) {
        for (const channel of CHANNELS) {
          const name = { kind, role, channel, locale: 'en' } as const;
          const isOffered = rolesOf(kind).includes(role) && channelsOf(kind).includes(channel);
          expect(isOffered, `${kind} ${role} ${channel}`).toBe(neverSent(name) === undefined);
          expect(neverSent(sentName(name))).toBeUndefined();
          if (isOffered) expect(sentName(name)).toEqual(name);
        }
      }
    }
  });

  it('is every keyword of the default words', () => {
    for (const kind of MESSAGE_KINDS) {
      for (const role of rolesOf(kind)) {
        for (const channel of channelsOf(kind)) {
          const name = { kind, role, channel, locale: 'es' } as const;
          const used = keywordsIn(Object.values(defaultWords(name)).join(' '));
          const ofMessages = used.filter((keyword) => MESSAGE_KEYWORDS.some((each) => each === keyword));
          expect(ofMessages.filter((keyword) => !hasKeyword(name, keyword))).toEqual([]);
        }
      }
    }
  });
});

describe('a reminder', () => {
  it.each([
    [1440, '1', 'days'],
    [120, '2', 'hours'],
    [90, '90', 'minutes'],
    [10_080, '7', 'days'],
  ])('of %i minutes is shown in the largest unit', (minutesBefore, amount, unit) => {
    expect(rowOf({ minutesBefore, channels: ['email'] })).toEqual({ amount, unit, channels: ['email'] });
  });

  it('comes back as it was', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 129_600 }), (minutesBefore) => {
        const reminder = { minutesBefore, channels: ['sms'] as const } as never;
        expect(reminderOf(rowOf(reminder))).toEqual(reminder);
      }),
    );
  });

  it('is sent as it was typed where that is no number, for the API to refuse', () => {
    const typed = (amount: string) => reminderOf({ amount, unit: 'hours', channels: [] }).minutesBefore;
    expect(['1,5', '1.5', ' 2 ', '-1'].map(typed)).toEqual([90, 90, 120, -60]);
    expect(['', 'two', '1e3', '0x10'].map(typed)).toEqual(['', 'two', '1e3', '0x10']);
    expect(UNITS).toHaveLength(3);
    expect(numberOf('90')).toBe(90);
  });
});

describe('a keyword', () => {
  it('is put in place of what is selected, and the caret behind it', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(20), fc.nat(20), (text, a, b) => {
        const [start, end] = [Math.min(a, b, text.length), Math.min(Math.max(a, b), text.length)];
        const { text: now, caret } = insertAt(text, start, end, 'service_name');
        expect(now.slice(0, start) + now.slice(caret)).toBe(text.slice(0, start) + text.slice(end));
        expect(now.slice(start, caret)).toBe('{service_name}');
      }),
    );
  });

  it.each([
    ['name', ['service_name', 'customer_first_name']],
    ['CUSTOMER first', ['customer_first_name']],
    ['{service', ['service_name']],
    ['nombre clinica', []],
    ['telefono', ['phone']],
    ['', ['service_name', 'customer_first_name', 'phone']],
  ])('is found by %j', (query, found) => {
    const rows = [
      ['service_name', 'Name of the service'],
      ['customer_first_name', 'First name of the customer'],
      ['phone', 'Teléfono'],
    ].map(([keyword = '', description = '']) => ({ keyword, description, example: '' }));
    expect(searchKeywords(rows, query).map(({ keyword }) => keyword)).toEqual(found);
  });

  it('that is unknown has a nearest one, the same that the API names', () => {
    const known = PLATFORM_KEYWORDS.map(({ keyword }) => keyword);
    const spelt = fc
      .constantFrom(...known)
      .chain((name) => fc.nat(name.length).map((at) => name.slice(0, at) + name.slice(at + 1)));
    fc.assert(
      fc.property(spelt, (name) => {
        const [fault] = keywordFaults('eventTitle', `{${name}}`, new Set());
        if (fault) expect(fault.message).toContain(`{${nearest(name, known)}}?`);
        expect(levenshtein(name, nearest(name, known) ?? '')).toBeLessThanOrEqual(1);
      }),
    );
    expect(nearest('x', [])).toBeUndefined();
  });
});

describe('a date format', () => {
  const times = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
  it.each(LOCALES)('is shown as the platform would write it, in %s', (locale) => {
    fc.assert(
      fc.property(times, fc.constantFrom('UTC', 'Europe/Madrid', 'America/New_York'), (time, timeZone) => {
        const at = `${time.toISOString().slice(0, 19)}Z`;
        for (const dateFormat of DATE_FORMATS) {
          const expected = formatDate(at, { timeZone, dateFormat, timeFormat: 'H:i', locale });
          expect(writtenAs(dateFormat, time, timeZone, locale)).toBe(expected);
        }
        for (const timeFormat of TIME_FORMATS) {
          const expected = formatTime(at, { timeZone, dateFormat: 'Y-m-d', timeFormat, locale });
          expect(writtenAs(timeFormat, time, timeZone, locale)).toBe(expected);
        }
      }),
      { numRuns: 30 },
    );
  });
});

describe('a fault', () => {
  /** One wrong value after another, as somebody could get them into the form. */
  const wrong: readonly Readonly<Record<string, unknown>>[] = [
    { eventTitle: '' },
    { eventTitle: 'x'.repeat(501) },
    { eventTitle: 'a\u0007' },
    { timeZone: 'Mars/Olympus' },
    { adminEmail: 'boss' },
    { replyTo: 'a@' },
    { senderName: 'x'.repeat(101) },
    { defaultCountry: 'ESP' },
    { statuses: ['x'.repeat(65)] },
    { statuses: Array.from({ length: 51 }, (_, i) => `s${i}`) },
    { retentionDays: 0 },
    { retentionDays: 4000 },
    { retentionDays: 1.5 },
    { retentionDays: 'abc' },
    { retentionDays: '' },
    { reminders: [{ minutesBefore: 0, channels: ['email'] }] },
    { reminders: [{ minutesBefore: 1e6, channels: ['email'] }] },
    { reminders: [{ minutesBefore: 'two', channels: ['email'] }] },
    { reminders: [{ minutesBefore: 5, channels: [] }] },
    { reminders: Array.from({ length: 101 }, () => ({ minutesBefore: 5, channels: ['email'] })) },
    { dateFormat: 'x' },
    { templates: { booked: { customer: { email: { en: { body: 'x'.repeat(20_001) } } } } } },
  ];

  it.each(wrong)('of %j is said in plain words, in both languages', (value) => {
    const { error } = settingsSchema.safeParse(value);
    const faults = error ? faultsOf(error) : [];
    expect(faults).toHaveLength(1);
    for (const fault of faults) {
      expect(faultText(fault, es)).not.toBe(fault.message);
      expect(faultText(fault, en)).not.toMatch(/expected|Invalid|undefined|NaN/);
      expect(faultText(fault, es)).not.toMatch(/undefined|NaN/);
      expect(labelOf(fault.path, en)).not.toBe(fault.path);
    }
  });

  it('of a keyword names both, and one that nobody knows stays as it is', () => {
    const [fault = { path: '', message: '' }] = keywordFaults('eventTitle', '{servce_name}', new Set());
    expect(faultText(fault, es)).toBe('{servce_name} no es una palabra clave conocida; ¿querías decir {service_name}?');
    expect(faultText(fault, en)).toBe(fault.message);
    expect(faultText({ path: 'x', message: 'Something new.' }, es)).toBe('Something new.');
  });
});

describe('a value', () => {
  it.each([
    ['enabled', true, 'on'],
    ['senderName', null, 'not set'],
    ['templates.booked.customer.email.en.body', undefined, 'the default words'],
    ['statuses', [], 'empty'],
    ['statuses', ['approved', 'paid'], 'approved, paid'],
    ['locale', 'es', 'Spanish'],
    ['googleInvitations', 'none', 'To nobody'],
    [
      'reminders',
      [
        { minutesBefore: 60, channels: ['email', 'sms'] },
        { minutesBefore: 2880, channels: ['sms'] },
      ],
      '1 hour (E-mail, SMS), 2 days (SMS)',
    ],
  ])('of %s is told in words', (path, value, text) => {
    expect(valueText(path, value, en)).toBe(text);
  });

  it.each([
    ['reminders.1.minutesBefore', 'Reminder 2'],
    ['notifications.sms.staff', 'SMS to staff'],
    ['statuses.0', 'Statuses that get a meeting'],
    ['templates.booked.staff.sms.es.body', 'Confirmation · Staff member · SMS · Spanish: Text'],
    ['unheard.of', 'unheard.of'],
  ])('at %s has a name', (path, label) => {
    expect(labelOf(path, en)).toBe(label);
  });
});

describe('values in a list', () => {
  it('come in the order of the page', () => {
    const paths = ['retentionDays', 'reminders.1.minutesBefore', 'notifications.sms.staff', 'reminders.0', 'enabled'];
    expect(
      inPageOrder(
        paths.map((path) => ({ path })),
        en,
      ).map(({ path }) => path),
    ).toEqual(['enabled', 'notifications.sms.staff', 'reminders.1.minutesBefore', 'reminders.0', 'retentionDays']);
  });
});

describe('a booking for the preview', () => {
  const item = {
    appointment: {
      id: 'booknetic:1042',
      service: { name: 'Consulta' },
      staff: { email: 'ana@clinic.test', name: 'Ana García' },
      customers: [{ name: 'Luis Pérez', email: 'luis@mail.test' }],
    },
  } as never;

  it.each(['luis', 'perez', '1042', 'booknetic:1042', 'ana luis', 'LUIS@MAIL', '', ' '])('is found by %j', (query) => {
    expect(isFound(item, query)).toBe(true);
  });
  it('is not found by what it has not', () => {
    expect(isFound(item, 'luis marta')).toBe(false);
  });

  it('is looked for around its day, wherever that is', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true }),
        fc.constantFrom('Pacific/Kiritimati', 'Pacific/Pago_Pago', 'Europe/Madrid'),
        (time, timeZone) => {
          const at = time.toISOString();
          const { from, to } = daysAround(dayOf(at, timeZone));
          expect(at >= from && at < to).toBe(true);
        },
      ),
    );
    expect(dayOf('2026-12-01T23:30:00Z', 'Europe/Madrid')).toBe('2026-12-02');
    expect(daysAround('2026-12-01')).toEqual({ from: '2026-11-30', to: '2026-12-03' });
  });
});
