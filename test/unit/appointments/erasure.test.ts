import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accept, acceptErasure } from '../../../shared/appointments/acceptance.ts';
import type { Appointment } from '../../../shared/appointments/appointment.ts';
import { isErased, namesAddress, withoutPerson } from '../../../shared/appointments/erasure.ts';
import { bookingOf, cancellation, deliveryOf, known, NOW } from './deliveries.ts';

const LATER = '2026-11-23T11:00:00Z';
const EMAIL = 'luis@mail.test';
const luis = { name: 'Luis García', email: EMAIL, phone: '+34 600 000 002' };
const eva = { name: 'Eva', email: 'eva@mail.test' };
const full = bookingOf({
  customers: [luis],
  notes: 'Second visit.',
  keywords: { customer_birthday: '1980-01-01', room: 'Blue', service_price: '40', location_address: 'Calle Mayor 1' },
});

describe('a booking without a person', () => {
  it('of one customer keeps nothing that may speak of them', () => {
    expect(withoutPerson(full, EMAIL)).toEqual({
      ...bookingOf(),
      customers: [],
      keywords: { service_price: '40', location_address: 'Calle Mayor 1' },
    });
  });

  it('of several keeps the others and the notes, which are everybody’s; of whom its fields tell nobody knows', () => {
    expect(withoutPerson({ ...full, customers: [luis, eva] }, EMAIL)).toEqual({
      ...bookingOf(),
      customers: [eva],
      notes: 'Second visit.',
      keywords: { service_price: '40', location_address: 'Calle Mayor 1' },
    });
  });

  it.each(['Luis is late.', 'Ask GARCÍA', 'Write to Luis@mail.test', 'Call 600-000-002 or +34600000002'])(
    'keeps no notes that name them: %s',
    (notes) => {
      expect(withoutPerson({ ...full, customers: [luis, eva], notes }, EMAIL)).not.toHaveProperty('notes');
    },
  );

  it('that only mentions them loses the mention alone', () => {
    const keywords = { paid_by: `Luis <${EMAIL}>`, room: 'Blue' };
    const booking = { ...full, customers: [eva], keywords };
    expect(withoutPerson(booking, EMAIL)).toEqual({ ...booking, keywords: { room: 'Blue' } });
  });

  it('never names them, leaves the others alone, and is the same the second time', () => {
    const person = fc.constantFrom(luis, eva, { name: 'Nobody' }, { name: EMAIL, email: EMAIL });
    const text = fc.array(fc.constantFrom('Luis', EMAIL, 'eva@mail.test', 'room', 'luis%40mail.test', '.'), {
      maxLength: 4,
    });
    const words = text.map((parts) => parts.join(' '));
    const booking = fc
      .record({
        customers: fc.array(person, { maxLength: 4 }),
        notes: fc.option(words, { nil: undefined }),
        keywords: fc.dictionary(fc.constantFrom('room', 'service_price', 'customer_notes'), words),
      })
      .map(({ notes, ...rest }) => bookingOf({ ...rest, ...(notes !== undefined && { notes }) }));
    fc.assert(
      fc.property(booking, (before) => {
        const after = withoutPerson(before, EMAIL);
        expect(namesAddress(after, EMAIL)).toBe(false);
        expect(JSON.stringify(after)).not.toContain(EMAIL);
        expect(after.customers).toEqual(before.customers.filter(({ email }) => email !== EMAIL));
        expect(withoutPerson(after, EMAIL)).toEqual(after);
        if (!namesAddress(before, EMAIL)) expect(after).toEqual(before);
      }),
    );
  });
});

const without = (current: Appointment, wasTold = false): Appointment => {
  const write = acceptErasure(current, { email: EMAIL, wasTold }, LATER);
  if (!write) throw new Error('nothing was erased');
  return write;
};
const customersAfter = (current: Appointment, ...[delivery]: [Parameters<typeof accept>[1]]) =>
  (accept(current, delivery, LATER).write ?? current).booking?.customers.map(({ email }) => email);

describe('an erasure', () => {
  const sourceTime = '2026-11-22T10:05:00.000Z';
  const first = deliveryOf({ sourceTime, booking: full });

  it('is a revision of its own, owed a look, and no word of the platform', () => {
    const before = known(first);
    expect(without(before)).toEqual({
      ...before,
      booking: withoutPerson(full, EMAIL),
      revision: 2,
      version: 2,
      changedAt: LATER,
      dueAt: '2026-11-23T11:01:00Z',
      owed: before.owed + 1,
      erased: [{ person: expect.any(String), at: LATER }],
    });
  });

  it('keeps nothing of them', () => {
    expect(JSON.stringify(without(known(first)))).not.toMatch(/luis|garcía|600|1980|blue/i);
  });

  it('knows them again in this booking only', () => {
    const after = without(known(first));
    expect(isErased(after, EMAIL)).toBe(true);
    expect(isErased(after, 'eva@mail.test')).toBe(false);
    expect(isErased({ ...after, appointmentId: 'appointments:1' }, EMAIL)).toBe(false);
  });

  it('of who is not there changes nothing, nor does the second', () => {
    expect(
      acceptErasure(
        known(deliveryOf({ booking: bookingOf({ customers: [eva] }) })),
        { email: EMAIL, wasTold: false },
        NOW,
      ),
    ).toBeUndefined();
    const after = without(known(first));
    for (const wasTold of [false, true]) expect(acceptErasure(after, { email: EMAIL, wasTold }, NOW)).toBeUndefined();
  });

  it('is remembered of who has dropped out, should they have been told', () => {
    const current = known(first, deliveryOf({ booking: bookingOf({ customers: [eva] }) }));
    const after = without(current, true);
    expect(after.booking).toEqual(current.booking);
    expect(after.revision).toBe(3);
    expect(isErased(after, EMAIL)).toBe(true);
  });

  it('of a booking of which only the end is known, too', () => {
    expect(without(known(cancellation()), true)).not.toHaveProperty('booking');
  });
});

describe('after an erasure', () => {
  const sourceTime = '2026-11-22T10:05:00.000Z';
  const first = deliveryOf({ sourceTime, booking: full });
  const after = without(known(first));

  it.each([
    ['the same delivery', first, 'duplicate'],
    ['the same under another id', { ...first, id: 'msg_other' }, 'unchanged'],
    ['the same, said later', { ...first, id: 'msg_other', sourceTime: '2026-11-22T10:06:00.000Z' }, 'unchanged'],
    [
      'an older one',
      { ...first, id: 'msg_other', booking: bookingOf(), sourceTime: '2026-11-22T10:04:00.000Z' },
      'stale',
    ],
    ['the same as a new booking', { ...first, id: 'msg_other', intent: 'create' as const }, 'unchanged'],
  ])('%s does not bring them back', (_what, delivery, outcome) => {
    expect(accept(after, delivery, LATER).outcome).toBe(outcome);
    expect(customersAfter(after, delivery)).toEqual([]);
  });

  it('a change of the platform that has them still does: it is the master', () => {
    const change = deliveryOf({ sourceTime: '2026-11-22T10:09:00.000Z', booking: { ...full, notes: 'Third visit.' } });
    expect(customersAfter(after, change)).toEqual([EMAIL]);
    expect(accept(after, change, LATER).write).not.toHaveProperty('erased');
  });

  it('a change without them leaves them erased', () => {
    const { write } = accept(after, deliveryOf({ booking: bookingOf({ customers: [eva] }) }), LATER);
    expect(write && isErased(write, EMAIL)).toBe(true);
    expect(customersAfter(after, cancellation())).toEqual([]);
  });

  describe('from a platform that numbers nothing', () => {
    const said = (id: string, notes: string) =>
      deliveryOf({ id, uniqueId: false, booking: bookingOf({ customers: [luis], notes }) });
    const moved = without(known(said('one', 'at three'), said('two', 'at four')));

    it('the last word once more is none', () => {
      expect(accept(moved, said('two', 'at four'), LATER).outcome).toBe('duplicate');
      expect(accept(moved, { ...said('two', 'at four'), intent: 'report' }, LATER).outcome).toBe('duplicate');
    });

    it('what was said before, and may be true again, is taken in without them', () => {
      const back = said('one', 'at three');
      const { outcome, write } = accept(
        moved,
        { ...back, booking: { ...bookingOf(back.booking), end: '2026-12-01T15:00:00Z' } },
        LATER,
      );
      expect(outcome).toBe('accepted');
      expect(write?.booking).toMatchObject({ customers: [], end: '2026-12-01T15:00:00Z' });
      expect(write && isErased(write, EMAIL)).toBe(true);
      expect(write && accept(write, back, LATER).outcome).toBe('duplicate');
    });
  });

  it('whatever of it is repeated, in whatever order, does not bring them back', () => {
    const bookings = ['a', 'b', 'c'].map((notes) => bookingOf({ customers: [luis, eva], notes }));
    const numbered = bookings.map((booking, minute) =>
      deliveryOf({ booking, sourceTime: `2026-11-22T10:0${minute}:00.000Z` }),
    );
    const plain = bookings.map((booking) => deliveryOf({ booking, uniqueId: false }));
    const senders = fc.constantFrom(numbered, plain).chain((all) => fc.shuffledSubarray(all, { minLength: 1 }));
    fc.assert(
      fc.property(senders, fc.array(fc.nat()), (before, again) => {
        let current = without(known(...before));
        for (const index of again) {
          const delivery = before[index % before.length];
          if (delivery) current = accept(current, delivery, LATER).write ?? current;
        }
        expect(current.booking?.customers).toEqual([eva]);
      }),
    );
  });
});
