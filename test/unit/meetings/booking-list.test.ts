import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { type ListPlace, listPlace } from '../../../shared/appointments/list-place.ts';
import { type BookingQuery, listBookings } from '../../../shared/meetings/booking-list.ts';
import { MEETING_STATES, type MeetingState, newMapping } from '../../../shared/meetings/meeting.ts';
import { ANA, anAppointment, at, BEA } from '../../builders/bookings.ts';
import { FakeAppointmentStore } from '../../fakes/appointment-store.ts';
import { FakeMeetingStore } from '../../fakes/meeting-store.ts';

interface Row {
  readonly id: string;
  readonly start: string;
  readonly staff: string;
  readonly state: MeetingState;
}

let appointments: FakeAppointmentStore;
let meetings: FakeMeetingStore;
beforeEach(() => empty());

function empty(): void {
  appointments = new FakeAppointmentStore();
  meetings = new FakeMeetingStore((id) => appointments.peek(id)?.revision);
}

async function keep({ id, start, staff, state }: Row): Promise<void> {
  await appointments.put(anAppointment(id, { ...at(start), staff: { email: staff } }));
  await meetings.putMapping({ ...newMapping(id), revision: 1, state }, 0);
}

const rows = (count: number, state: MeetingState = 'ready'): Row[] =>
  Array.from({ length: count }, (_, index) => ({
    id: `test:${String(index).padStart(5, '0')}`,
    start: '15:00',
    staff: ANA,
    state,
  }));

/** All pages of a list, from the first to the last. */
async function pages(query: Omit<BookingQuery, 'after'>): Promise<string[][]> {
  const found: string[][] = [];
  let after: ListPlace | undefined;
  do {
    const page = await listBookings({ appointments, meetings }, { ...query, after });
    found.push(page.bookings.map(({ appointment }) => appointment.appointmentId));
    after = page.after;
    if (found.length > 1000) throw new Error('never ends');
  } while (after);
  return found;
}

const starts = ['09:00', '12:00', '15:00', '15:15'];
const time = (start: string): string => at(start).start;
const anyRow = fc.record({
  id: fc.integer({ min: 0, max: 400 }).map((number) => `test:${number}`),
  start: fc.constantFrom(...starts),
  staff: fc.constantFrom(ANA, BEA),
  state: fc.constantFrom(...MEETING_STATES),
});
const someRows = (minLength: number, maxLength: number) =>
  fc.uniqueArray(anyRow, { selector: ({ id }) => id, minLength, maxLength });
/** A few, and more than are read at once. */
const anyRows = fc.oneof(someRows(0, 20), someRows(150, 220));
const anyFilter = fc.record(
  {
    states: fc.subarray([...MEETING_STATES], { minLength: 1 }),
    staffEmail: fc.constantFrom(ANA, BEA),
    from: fc.constantFrom(...starts).map(time),
    to: fc.constantFrom(...starts).map(time),
  },
  { requiredKeys: [] },
);

it('pages put together are exactly the bookings that are wanted, by start and then by id, whatever the limit', async () => {
  await fc.assert(
    fc.asyncProperty(anyRows, anyFilter, fc.constantFrom(1, 2, 7, 50, 99, 100), async (all, filter, limit) => {
      empty();
      for (const row of all) await keep(row);
      const { states, staffEmail, from, to } = filter;

      const found = await pages({ ...filter, limit });

      const wanted = all
        .filter(({ state }) => !states || states.includes(state))
        .filter(({ staff }) => !staffEmail || staff === staffEmail)
        .filter(({ start }) => (!from || time(start) >= from) && (!to || time(start) < to))
        .map(({ id, start }) => listPlace(time(start), id))
        .sort();
      expect(found.flat()).toEqual(wanted.map((place) => place.split(' ')[1]));
      for (const page of found.slice(0, -1)) expect(page).toHaveLength(limit);
      expect(found.at(-1)?.length).toBeLessThanOrEqual(limit);
    }),
    { numRuns: 150 },
  );
});

describe('a page', () => {
  it('that is full with the last booking is the last', async () => {
    for (const row of rows(4)) await keep(row);
    expect((await pages({ limit: 4 })).map(({ length }) => length)).toEqual([4]);
    expect((await pages({ limit: 2, staffEmail: ANA })).map(({ length }) => length)).toEqual([2, 2]);
  });

  it('reads no more than it shows, and one more, when every booking is wanted', async () => {
    for (const row of rows(30)) await keep(row);
    const read: number[] = [];
    const { getMany } = appointments;
    appointments.getMany = (ids) => {
      read.push(ids.length);
      return getMany.call(appointments, ids);
    };
    await listBookings({ appointments, meetings }, { limit: 10 });
    expect(read).toEqual([11]);
  });

  it('ends where it has looked at a thousand bookings in vain, and the next one goes on from there', async () => {
    for (const row of rows(1500)) await keep(row);
    await keep({ id: 'test:wanted', start: '15:15', staff: ANA, state: 'failed' });

    const first = await listBookings({ appointments, meetings }, { limit: 50, states: ['failed'] });

    expect(first).toEqual({ bookings: [], after: listPlace(time('15:00'), 'test:00999') });
    expect(await pages({ limit: 50, states: ['failed'] })).toEqual([[], ['test:wanted']]);
  });

  it('has no more bytes than a Lambda can answer with', async () => {
    const notes = '"'.repeat(200_000);
    for (const { id } of rows(12)) await appointments.put(anAppointment(id, { notes }));

    const { bookings } = await listBookings({ appointments, meetings }, { limit: 50 });

    // The body stands in the answer as a text.
    expect(JSON.stringify(JSON.stringify(bookings)).length).toBeLessThan(6_000_000);
    expect((await pages({ limit: 50 })).flat()).toHaveLength(12);
  });

  it('says "pending" of a change that the sync has not seen, and finds it so', async () => {
    await keep({ id: 'test:1', start: '15:00', staff: ANA, state: 'ready' });
    await appointments.put({ ...anAppointment('test:1'), revision: 2, version: 2 });
    await appointments.put(anAppointment('test:2'));
    expect(await pages({ limit: 9, states: ['ready'] })).toEqual([[]]);
    expect(await pages({ limit: 9, states: ['pending'] })).toEqual([['test:1', 'test:2']]);
  });
});

describe('while the index lags', () => {
  const lagging = async (changes: Parameters<typeof anAppointment>[1]) => {
    await keep({ id: 'test:1', start: '12:00', staff: ANA, state: 'ready' });
    await keep({ id: 'test:2', start: '15:00', staff: ANA, state: 'ready' });
    const before = appointments.startIndex();
    await appointments.put({ ...anAppointment('test:1', changes), version: 2 });
    appointments.startIndex = () => before;
  };

  it('a booking is not shown where it stood before', async () => {
    await lagging(at('17:00'));
    expect(await pages({ limit: 9 })).toEqual([['test:2']]);
    expect(await pages({ limit: 9, to: time('15:00') })).toEqual([[]]);
  });

  it('a booking that stands in it twice is shown once', async () => {
    await lagging(at('17:00'));
    const before = appointments.startIndex();
    const now = { appointmentId: 'test:1', staffEmail: ANA, listedAt: listPlace(time('17:00'), 'test:1') };
    appointments.startIndex = () => [...before, now];
    expect(await pages({ limit: 9 })).toEqual([['test:2', 'test:1']]);
  });

  it('a booking is not shown as theirs who had it before', async () => {
    await lagging({ ...at('12:00'), staff: { email: BEA } });
    expect(await pages({ limit: 9, staffEmail: ANA })).toEqual([['test:2']]);
  });

  it('a booking that is gone is not shown', async () => {
    await lagging(at('12:00'));
    const before = appointments.startIndex();
    appointments.startIndex = () => [...before, { appointmentId: 'test:gone', staffEmail: ANA, listedAt: 'x' }];
    expect(await pages({ limit: 9 })).toEqual([['test:1', 'test:2']]);
  });
});
