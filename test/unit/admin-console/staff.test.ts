import { describe, expect, it } from 'vitest';
import type { StaffView } from '../../../functions/admin-console/app/api-types.ts';
import {
  byNeed,
  formOf,
  isAddress,
  isSameForm,
  profileOf,
  sharersOf,
  standingOf,
} from '../../../functions/admin-console/app/pages/staff/people.ts';

const person = (
  email: string,
  state: StaffView['connection']['state'],
  changes: Partial<StaffView> & { readonly googleEmail?: string } = {},
): StaffView => {
  const { googleEmail = `${email}.google`, ...rest } = changes;
  return {
    email,
    name: null,
    phone: null,
    locale: null,
    calendarId: 'primary',
    connection: { state, googleEmail, connectedAt: null, problem: null },
    undeliverable: [],
    upcoming: 0,
    waiting: 0,
    ...rest,
  };
};
const BOUNCED = {
  channel: 'email',
  address: 'd',
  reason: 'bounced',
  at: '2026-12-01T12:00:00Z',
  detail: null,
} as const;

describe('the list of staff', () => {
  it('has first those who need something, and then everybody by name', () => {
    const everybody = [
      person('zoe', 'connected', { name: 'Álvaro' }),
      person('amy', 'connected'),
      person('bounces', 'connected', { undeliverable: [BOUNCED] }),
      person('new', 'not_connected'),
      person('lost', 'reconnect_required'),
      person('waits', 'not_connected', { waiting: 2 }),
      person('unticked', 'insufficient_scope', { waiting: 1 }),
    ];
    expect(byNeed(everybody, 'es').map(({ email }) => email)).toEqual([
      'unticked',
      'waits',
      'lost',
      'new',
      'bounces',
      'zoe',
      'amy',
    ]);
  });

  it('says how each of them stands', () => {
    expect(standingOf(person('a', 'connected', { waiting: 1 }))).toBe('pass');
    expect(standingOf(person('a', 'not_connected'))).toBe('unknown');
    expect(standingOf(person('a', 'not_connected', { waiting: 1 }))).toBe('fail');
    expect(standingOf(person('a', 'reconnect_required'))).toBe('warn');
  });

  it('knows who shares a Google account, while both are connected', () => {
    const [ana, bea] = [
      person('ana', 'connected', { googleEmail: 'desk@gmail.test' }),
      person('bea', 'connected', { googleEmail: 'desk@gmail.test' }),
    ];
    const lost = person('lost', 'reconnect_required', { googleEmail: 'desk@gmail.test' });
    const everybody = [ana, bea, lost, person('other', 'connected')];
    expect(sharersOf(ana, everybody)).toEqual([bea]);
    expect(sharersOf(lost, everybody)).toEqual([]);
  });
});

describe('a profile', () => {
  it('is saved as a whole, without what is empty', () => {
    expect(profileOf({ name: ' Ana ', phone: '  ', locale: '', calendarId: ' ' })).toEqual({
      name: 'Ana',
      phone: null,
      locale: null,
      calendarId: 'primary',
    });
  });

  it('is the same in the form as it is saved', () => {
    const saved = person('ana', 'connected', { name: 'Ana', phone: '+34600000001', locale: 'es' });
    expect(profileOf(formOf(saved))).toEqual({
      name: 'Ana',
      phone: '+34600000001',
      locale: 'es',
      calendarId: 'primary',
    });
    expect(isSameForm(formOf(saved), formOf({ ...saved }))).toBe(true);
    expect(isSameForm(formOf(saved), { ...formOf(saved), name: 'Bea' })).toBe(false);
  });

  it.each([
    ['ana@clinic.test', true],
    [' ana@clinic.test ', true],
    ['ana', false],
    ['ana@clinic', false],
    ['a b@clinic.test', false],
  ])('of %j: worth asking the API is %s', (text, expected) => expect(isAddress(text)).toBe(expected));
});
