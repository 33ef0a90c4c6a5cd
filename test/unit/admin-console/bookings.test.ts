import { describe, expect, it } from 'vitest';
import type { BookingDetail, BookingItem } from '../../../functions/admin-console/app/api-types.ts';
import {
  apiQuery,
  dayOf,
  endsBeforeItBegins,
  isFiltered,
  NEEDS_ATTENTION,
  readFilter,
  startOfDay,
  writeFilter,
} from '../../../functions/admin-console/app/pages/bookings/filter.ts';
import {
  canBeCancelled,
  delayAfter,
  hasNews,
  isLookedAt,
} from '../../../functions/admin-console/app/pages/bookings/progress.ts';
import { byDay, idsMeant, matches } from '../../../functions/admin-console/app/pages/bookings/search.ts';

const read = (query: string) => readFilter(new URLSearchParams(query));
const NOW = new Date('2026-12-01T23:30:00Z');

describe('the filter of the list', () => {
  it('comes back from the address that it is kept in', () => {
    const filter = {
      states: NEEDS_ATTENTION,
      staff: 'ana@clinic.test',
      from: '2026-12-01',
      to: '2026-12-31',
      text: 'José  López',
    };
    expect(readFilter(new URLSearchParams({ ...writeFilter(filter) }))).toEqual(filter);
    expect(isFiltered(filter)).toBe(true);
  });

  it('leaves out what nobody can mean', () => {
    const filter = read('state=ready,nonsense,constructor&from=2026-02-30&to=yesterday&staff=%20ANA@clinic.test');
    expect(filter).toEqual({ states: ['ready'], staff: 'ana@clinic.test', from: '', to: '', text: '' });
    expect(isFiltered(read(''))).toBe(false);
  });

  it('asks from today on, as it is today in the zone of the business', () => {
    const query = (search: string, zone = 'Europe/Madrid') => apiQuery(read(search), zone, NOW);
    expect(query('')).toEqual({ state: '', staff: '', from: '2026-12-01T23:00:00Z', to: '' });
    expect(query('', 'America/Bogota')).toMatchObject({ from: '2026-12-01T05:00:00Z' });
    expect(query('from=ever&state=failed,retrying')).toMatchObject({ from: '', state: 'failed,retrying' });
    expect(query('from=2026-12-24&to=2026-12-24')).toMatchObject({
      from: '2026-12-23T23:00:00Z',
      to: '2026-12-24T23:00:00Z',
    });
  });

  it('knows when it ends before it begins', () => {
    expect(endsBeforeItBegins(read('to=2026-12-01'), '2026-12-02')).toBe(true);
    expect(endsBeforeItBegins(read('to=2026-12-02'), '2026-12-02')).toBe(false);
    expect(endsBeforeItBegins(read('from=ever&to=2020-01-01'), '2026-12-02')).toBe(false);
    expect(endsBeforeItBegins(read('from=2030-01-01'), '2026-12-02')).toBe(false);
  });
});

describe('a day in a zone', () => {
  it.each([
    ['2026-12-01', 'Europe/Madrid', '2026-11-30T23:00:00Z'],
    // The day on which the clocks change is an hour shorter, or longer.
    ['2026-03-29', 'Europe/Madrid', '2026-03-28T23:00:00Z'],
    ['2026-03-30', 'Europe/Madrid', '2026-03-29T22:00:00Z'],
    ['2026-10-25', 'Europe/Madrid', '2026-10-24T22:00:00Z'],
    ['2026-10-26', 'Europe/Madrid', '2026-10-25T23:00:00Z'],
    ['2026-12-01', 'Pacific/Auckland', '2026-11-30T11:00:00Z'],
    ['2026-12-01', 'Asia/Kolkata', '2026-11-30T18:30:00Z'],
    // Midnight is left out there, and comes twice.
    ['2026-09-06', 'America/Santiago', '2026-09-06T04:00:00Z'],
    ['2026-04-05', 'America/Santiago', '2026-04-05T04:00:00Z'],
    ['2026-12-01', 'UTC', '2026-12-01T00:00:00Z'],
  ])('%s in %s begins at %s', (day, zone, start) => {
    expect(startOfDay(day, zone)).toBe(start);
    expect(dayOf(new Date(start), zone)).toBe(day);
    expect(dayOf(new Date(Date.parse(start) - 1), zone) < day).toBe(true);
  });
});

const item = (id: string, start = '2026-12-01T15:00:00Z'): BookingItem =>
  ({
    appointment: {
      id,
      status: 'approved',
      start,
      end: '2026-12-01T15:45:00Z',
      service: { name: 'Fisioterapia' },
      staff: { email: 'ana@clinic.test', name: 'Ana Núñez' },
      customers: [{ name: 'José López', email: 'jose@mail.test', phone: '+34 600 000 002' }],
    },
  }) as unknown as BookingItem;

describe('searching', () => {
  it.each(['jose', 'LÓPEZ  fisio', 'nunez', 'jose@mail', '600000002', '600 000', 'booknetic:10', ''])(
    '%j finds it',
    (text) => expect(matches(item('booknetic:1042'), text)).toBe(true),
  );
  it.each(['josefa', 'lopez masaje', '1043'])('%j does not', (text) =>
    expect(matches(item('booknetic:1042'), text)).toBe(false),
  );
  it('finds nothing in a booking of which nothing is known, but it by its number', () => {
    const bare = { appointment: { id: 'booknetic:7', status: 'canceled' } } as unknown as BookingItem;
    expect([matches(bare, 'ana'), matches(bare, '7')]).toEqual([false, true]);
  });

  it('takes a number for that of either platform, and an id as it is', () => {
    expect(idsMeant(' 1042 ')).toEqual(['booknetic:1042', 'appointments:1042']);
    expect(idsMeant('appointments:a-1@x')).toEqual(['appointments:a-1@x']);
    for (const text of ['', 'ana', '10 42', 'booknetic:', 'a/b:c', '1'.repeat(21)]) expect(idsMeant(text)).toEqual([]);
  });
});

it('puts the bookings of one day together, in the order in which they come', () => {
  const items = [item('a'), item('b', '2026-12-01T23:30:00Z'), item('c', '2026-12-02T09:00:00Z')];
  const days = byDay(items, (instant) => dayOf(new Date(instant), 'Europe/Madrid'));
  expect(days.map(([day, those]) => [day, those.map(({ appointment }) => appointment.id)])).toEqual([
    ['2026-12-01', ['a']],
    ['2026-12-02', ['b', 'c']],
  ]);
});

describe('whether a booking was looked at since it was asked for', () => {
  const detail = (state: string, nextAttemptAt: string | null, timeline: readonly string[] = ['state_ready']) =>
    ({
      appointment: { status: 'approved', end: '2026-12-01T15:45:00Z' },
      meeting: { state, nextAttemptAt },
      timeline: timeline.map((what) => ({ at: '2026-12-01T12:00:00Z', what })),
    }) as unknown as BookingDetail;
  const [SOON, HOUR, LATER] = ['2026-12-01T12:05:00Z', '2026-12-01T13:00:00Z', '2026-12-01T14:00:00Z'];

  it.each([
    ['owed at once, where nothing was', detail('ready', null), detail('ready', SOON), false],
    ['owed nothing any more', detail('ready', null), detail('ready', null), true],
    ['owed sooner than before', detail('waiting_for_staff', HOUR), detail('waiting_for_staff', SOON), false],
    ['owed later than before', detail('waiting_for_staff', HOUR), detail('waiting_for_staff', LATER), true],
    ['being prepared', detail('ready', null), detail('pending', null), false],
    ['put right', detail('ready', null), detail('ready', SOON, ['state_ready', 'event_created']), true],
  ])('%s', (_, before, now, expected) => expect(isLookedAt(before, now)).toBe(expected));

  it('is not known from what was there before', () => {
    const before = detail('ready', null);
    expect(isLookedAt(before, before)).toBe(false);
  });

  it('tells whether something was done', () => {
    expect(hasNews(detail('ready', null), detail('ready', null))).toBe(false);
    expect(hasNews(detail('ready', null), detail('ready', null, ['state_ready', 'event_changed']))).toBe(true);
  });

  it('offers to cancel what is to come and not off already', () => {
    const [before, after] = [Date.parse('2026-12-01T15:44:00Z'), Date.parse('2026-12-01T15:46:00Z')];
    expect(canBeCancelled(detail('failed', null), before)).toBe(true);
    expect(canBeCancelled(detail('failed', null), after)).toBe(false);
    expect(canBeCancelled(detail('cancelled', null), before)).toBe(false);
    const cancelling = detail('pending', null);
    expect(
      canBeCancelled({ ...cancelling, appointment: { ...cancelling.appointment, status: 'canceled' } }, before),
    ).toBe(false);
  });
});

it('looks ever less often, and never stops', () => {
  const delays = Array.from({ length: 20 }, (_, looks) => delayAfter(looks));
  expect(delays).toEqual(delays.toSorted((one, other) => one - other));
  expect([delays[0], delays.at(-1)]).toEqual([1000, 30_000]);
});
