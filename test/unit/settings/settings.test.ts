import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { faultsOf } from '../../../shared/http/validate.ts';
import { defaultSettings, mergePatch, settingsSchema } from '../../../shared/settings/settings.ts';

const faults = (changes: object): string[] => {
  const parsed = z.safeParse(settingsSchema, { ...defaultSettings, ...changes });
  return parsed.success ? [] : faultsOf(parsed.error).map(({ path }) => path);
};

describe('the defaults', () => {
  it('are those of the contract', () => {
    expect(defaultSettings).toEqual({
      enabled: true,
      eventTitle: '{service_name} – {customer_full_name}',
      eventDescription: expect.any(String),
      addCustomersAsAttendees: true,
      customersCanSeeOtherAttendees: false,
      googleInvitations: 'all',
      statuses: ['approved'],
      timeZone: expect.any(String),
      dateFormat: expect.any(String),
      timeFormat: expect.any(String),
      locale: 'en',
      senderName: null,
      replyTo: null,
      adminEmail: null,
      notifications: { email: { customer: true, staff: true }, sms: { customer: false, staff: false } },
      reminders: [{ minutesBefore: 1440, channels: ['email'] }],
      templates: {},
      retentionDays: 90,
      defaultCountry: null,
      expectStartsPing: false,
    });
  });

  it('are valid settings themselves', () => {
    expect(settingsSchema.parse(defaultSettings)).toEqual(defaultSettings);
  });

  it('fill in what is left out, also inside', () => {
    const { notifications, ...rest } = settingsSchema.parse({ notifications: { email: { staff: false } } });
    expect(notifications).toEqual({ email: { customer: true, staff: false }, sms: { customer: false, staff: false } });
    expect({ ...rest, notifications: defaultSettings.notifications }).toEqual(defaultSettings);
  });
});

describe('the schema', () => {
  it.each([
    ['enabled', 'yes'],
    ['eventTitle', ''],
    ['eventTitle', 'x'.repeat(501)],
    ['eventTitle', 'a\u0000'],
    ['googleInvitations', 'some'],
    ['statuses', 'approved'],
    ['timeZone', 'Mars/Olympus'],
    ['timeZone', '+01:00'],
    ['dateFormat', 'Y/d/m'],
    ['timeFormat', 'HH:mm'],
    ['locale', 'fr'],
    ['replyTo', 'not an address'],
    ['adminEmail', 'a@b\r\nBcc: c@d.test'],
    ['retentionDays', 0],
    ['retentionDays', 1.5],
    ['defaultCountry', 'es'],
    ['expectStartsPing', null],
    ['reminders', {}],
  ])('refuses %s as %j', (name, value) => {
    expect(faults({ [name]: value })).toEqual([name]);
  });

  it.each([
    [{ notifications: { email: { customer: 1 } } }, ['notifications.email.customer']],
    [{ notifications: { push: {} } }, ['notifications.push']],
    [{ reminders: [{ minutesBefore: 0, channels: ['email'] }] }, ['reminders.0.minutesBefore']],
    [{ reminders: [{ minutesBefore: 60, channels: [] }] }, ['reminders.0.channels']],
    [{ reminders: [{ minutesBefore: 60, channels: ['fax'] }] }, ['reminders.0.channels.0']],
    [{ templates: { booked: { customer: { email: { fr: {} } } } } }, ['templates.booked.customer.email.fr']],
    [{ templates: { booked: { boss: {} } } }, ['templates.booked.boss']],
    [{ templates: { paid: {} } }, ['templates.paid']],
    [
      { templates: { booked: { customer: { email: { en: { subjct: 'x' } } } } } },
      ['templates.booked.customer.email.en.subjct'],
    ],
  ])('says where: %j', (changes, expected) => {
    expect(faults(changes)).toEqual(expected);
  });

  it('refuses every field that is not known, and says all faults at once', () => {
    expect(faults({ eventTitel: 'x', smsProvider: 1, locale: 'fr' }).sort()).toEqual([
      'eventTitel',
      'locale',
      'smsProvider',
    ]);
  });

  it('takes statuses of the platform as its bookings carry them', () => {
    expect(settingsSchema.parse({ statuses: [' Approved', 'NO-SHOW'] }).statuses).toEqual(['approved', 'no-show']);
    expect(settingsSchema.parse({ statuses: [] }).statuses).toEqual([]);
  });
});

// RFC 7396, appendix A.
describe('a merge patch', () => {
  it.each([
    [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
    [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
    [{ a: 'b' }, { a: null }, {}],
    [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
    [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
    [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
    [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
    [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
    [
      ['a', 'b'],
      ['c', 'd'],
      ['c', 'd'],
    ],
    [{ a: 'b' }, ['c'], ['c']],
    [{ a: 'foo' }, null, null],
    [{ a: 'foo' }, 'bar', 'bar'],
    [{ e: null }, { a: 1 }, { e: null, a: 1 }],
    [[1, 2], { a: 'b', c: null }, { a: 'b' }],
    [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
  ])('%j with %j is %j', (target, patch, result) => {
    expect(mergePatch(target, patch)).toEqual(result);
  });

  it('changes neither of the two', () => {
    const [target, patch] = [{ a: { b: 1 } }, { a: { c: null, d: 2 } }];
    mergePatch(target, patch);
    expect([target, patch]).toEqual([{ a: { b: 1 } }, { a: { c: null, d: 2 } }]);
  });

  it('reaches no prototype', () => {
    const merged = mergePatch(
      {},
      JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
    );
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
    expect((merged as Record<string, unknown>).polluted).toBeUndefined();
  });

  it('with null brings a default back', () => {
    expect(settingsSchema.parse(mergePatch({ ...defaultSettings, locale: 'es' }, { locale: null })).locale).toBe('en');
  });
});
