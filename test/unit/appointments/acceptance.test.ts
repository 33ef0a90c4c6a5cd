import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accept, type Delivery } from '../../../shared/appointments/acceptance.ts';
import { isCancelled } from '../../../shared/appointments/appointment.ts';
import { bookingOf, cancellation, deliveryOf, known, NOW, stored } from './deliveries.ts';

const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 10, minute)).toISOString();
const moved = bookingOf({ start: '2026-12-02T09:00:00Z', end: '2026-12-02T09:45:00Z' });

describe('a booking that is not known yet', () => {
  it.each(['create', 'change', 'report'] as const)('is created by "%s"', (intent) => {
    const { outcome, revision, write } = accept(undefined, deliveryOf({ intent, sourceTime: at(0) }), NOW);
    expect({ outcome, revision }).toEqual({ outcome: 'accepted', revision: 1 });
    expect(write).toMatchObject({
      status: 'approved',
      booking: bookingOf(),
      revision: 1,
      version: 1,
      changedAt: NOW,
      sourceTime: at(0),
    });
  });

  it('is owed a look a little later, should the stream not bring one', () => {
    expect(accept(undefined, deliveryOf(), NOW).write?.dueAt).toBe('2026-11-23T10:01:00Z');
  });

  it('is remembered as cancelled, so that news of it that come late do not create it', () => {
    const tombstone = known(cancellation());
    expect(tombstone).toMatchObject({ status: 'cancelled', revision: 1 });
    expect(tombstone).not.toHaveProperty('booking');
    for (const intent of ['create', 'report'] as const) {
      const { outcome, revision } = accept(tombstone, deliveryOf({ intent }), NOW);
      expect({ outcome, revision }).toEqual({ outcome: 'stale', revision: 1 });
    }
  });
});

describe('"new"', () => {
  it('never overwrites a booking that is known', () => {
    const current = known(deliveryOf());
    const { outcome, revision, write } = accept(current, deliveryOf({ intent: 'create', booking: moved }), NOW);
    expect({ outcome, revision }).toEqual({ outcome: 'stale', revision: 1 });
    expect(write).toMatchObject({ booking: bookingOf(), status: 'approved', revision: 1 });
  });

  it('does not overwrite even when it says to be newer, and leaves the source time as it is', () => {
    const current = known(deliveryOf({ sourceTime: at(0) }));
    const { outcome, write } = accept(
      current,
      deliveryOf({ intent: 'create', booking: moved, sourceTime: at(5) }),
      NOW,
    );
    expect(outcome).toBe('stale');
    expect(write?.sourceTime).toBe(at(0));
  });

  it('that says what is known already changes nothing', () => {
    expect(accept(known(deliveryOf()), deliveryOf({ intent: 'create' }), NOW).outcome).toBe('unchanged');
  });
});

describe('a change', () => {
  it('counts the revision up and keeps what asks for a look', () => {
    const current = { ...known(deliveryOf()), lookRequestedAt: at(3) };
    const { outcome, revision, write } = accept(current, deliveryOf({ booking: moved }), NOW);
    expect({ outcome, revision }).toEqual({ outcome: 'accepted', revision: 2 });
    expect(write).toMatchObject({ booking: moved, version: 2, lookRequestedAt: at(3), changedAt: NOW });
  });

  it('that changes nothing moves only the source time on, so that what is older stays out', () => {
    const current = known(deliveryOf({ sourceTime: at(0) }));
    const same = accept(current, deliveryOf({ sourceTime: at(9) }), NOW);
    expect(same).toMatchObject({ outcome: 'unchanged', revision: 1, write: { sourceTime: at(9), version: 2 } });
    expect(same.write).toMatchObject({ dueAt: current.dueAt, changedAt: current.changedAt });
    expect(accept(same.write, deliveryOf({ booking: moved, sourceTime: at(5) }), NOW).outcome).toBe('stale');
  });

  it('is the same change whatever the order of the fields', () => {
    const current = known(deliveryOf({ booking: bookingOf({ keywords: { a: '1', b: '2' } }) }));
    const reordered = { ...bookingOf({ keywords: { b: '2', a: '1' } }) };
    expect(accept(current, deliveryOf({ booking: reordered }), NOW).outcome).toBe('unchanged');
  });

  it('keeps the source time when the next change has none', () => {
    const current = known(deliveryOf({ sourceTime: at(4) }), deliveryOf({ booking: moved }));
    expect(current.sourceTime).toBe(at(4));
  });
});

describe('a cancelled booking', () => {
  const cancelled = known(deliveryOf({ sourceTime: at(0) }), cancellation({ sourceTime: at(5) }));

  it('keeps what was booked, to be named when people are told', () => {
    expect(cancelled).toMatchObject({ status: 'cancelled', booking: bookingOf(), revision: 2 });
  });

  it('comes back through a later explicit change', () => {
    expect(accept(cancelled, deliveryOf({ sourceTime: at(6) }), NOW)).toMatchObject({
      outcome: 'accepted',
      revision: 3,
      write: { status: 'approved' },
    });
  });

  it('does not come back through a change of the same time', () => {
    expect(accept(cancelled, deliveryOf({ sourceTime: at(5) }), NOW).outcome).toBe('stale');
  });

  it('does not come back through a reminder, or through "new"', () => {
    expect(accept(cancelled, deliveryOf({ intent: 'report', sourceTime: at(9) }), NOW).outcome).toBe('stale');
    expect(accept(cancelled, deliveryOf({ intent: 'create', sourceTime: at(9) }), NOW).outcome).toBe('stale');
  });

  it.each(['canceled', 'cancelled', 'rejected', 'deleted'])('counts as cancelled when its status is "%s"', (status) => {
    const current = known(deliveryOf({ status }));
    expect(accept(current, deliveryOf({ intent: 'report' }), NOW).outcome).toBe('stale');
  });

  it('is cancelled by a change of the same time', () => {
    const current = known(deliveryOf({ sourceTime: at(5) }));
    expect(accept(current, cancellation({ sourceTime: at(5) }), NOW).outcome).toBe('accepted');
  });
});

describe('delivery ids', () => {
  const numbered = (id: string, changes: Partial<Delivery> = {}) => deliveryOf({ id, ...changes });
  const derived = (id: string, changes: Partial<Delivery> = {}) => deliveryOf({ id, uniqueId: false, ...changes });

  it('of the sender are remembered, also of what changed nothing', () => {
    const current = known(numbered('a'), numbered('b', { booking: moved }), numbered('c', { intent: 'create' }));
    for (const id of ['a', 'b', 'c']) {
      expect(accept(current, numbered(id, { booking: bookingOf({ notes: 'other' }) }), NOW)).toEqual({
        outcome: 'duplicate',
        revision: 2,
      });
    }
  });

  it('of the sender are not remembered without end', () => {
    const many = Array.from({ length: 60 }, (_, index) =>
      numbered(`many-${index}`, { booking: bookingOf({ notes: `${index}` }) }),
    );
    expect(known(...many).deliveries).toHaveLength(50);
    expect(known(...many).deliveries.at(-1)).toBe('many-59');
  });

  it('derived from the content are compared with the last only: moved there and back is two changes', () => {
    const there = derived('there', { booking: moved });
    const here = derived('here');
    const current = known(here, there);
    expect(accept(current, there, NOW)).toEqual({ outcome: 'duplicate', revision: 2 });
    expect(accept(current, here, NOW)).toMatchObject({ outcome: 'accepted', revision: 3 });
  });

  it('derived from the content leave nothing to store when nothing changed', () => {
    expect(accept(known(derived('here')), derived('starts', { intent: 'report' }), NOW)).toEqual({
      outcome: 'unchanged',
      revision: 1,
    });
  });
});

describe('an announcement of the start', () => {
  const start = bookingOf().start;
  const ping = (changes: Partial<Delivery> = {}) =>
    deliveryOf({ intent: 'report', announcesStart: true, id: 'starts', uniqueId: false, ...changes });

  it('is remembered though nothing changed, and once', () => {
    const current = known(deliveryOf());
    const first = accept(current, ping(), NOW);
    expect(first).toMatchObject({ outcome: 'unchanged', revision: 1 });
    expect(first.write).toEqual({ ...current, startAnnounced: start, version: 2 });
    expect(accept(first.write, ping(), NOW)).toEqual({ outcome: 'unchanged', revision: 1 });
  });

  it('is remembered with the id of a sender that numbers its deliveries', () => {
    const current = known(deliveryOf());
    const { write } = accept(current, ping({ id: 'msg', uniqueId: true }), NOW);
    expect(write).toMatchObject({ startAnnounced: start, deliveries: [...current.deliveries, 'msg'], version: 2 });
  });

  it('has a booking looked at that is owed a look, and no other', () => {
    const { dueAt: _due, ...settled } = known(deliveryOf());
    expect(accept({ ...settled, dueAt: '2026-12-01T14:15:00Z' }, ping(), NOW).lookAt).toBe(NOW);
    expect(accept(settled, ping(), NOW)).not.toHaveProperty('lookAt');
  });

  it('counts for what it creates and what it changes', () => {
    expect(accept(undefined, ping(), NOW).write?.startAnnounced).toBe(start);
    const { outcome, write } = accept(known(deliveryOf()), ping({ booking: moved }), NOW);
    expect([outcome, write?.startAnnounced]).toEqual(['accepted', moved.start]);
  });

  it('is kept, of the start that it was for, when the booking changes', () => {
    const current = known(deliveryOf(), ping(), deliveryOf({ booking: moved }));
    expect(current).toMatchObject({ startAnnounced: start, booking: { start: moved.start } });
    expect(accept(current, ping({ booking: moved }), NOW).write?.startAnnounced).toBe(moved.start);
  });

  it('is not remembered of a cancelled booking, nor when it is older than what is known', () => {
    const cancelled = known(deliveryOf(), cancellation());
    expect(accept(cancelled, ping(), NOW)).toEqual({ outcome: 'stale', revision: 2 });
    const current = known(deliveryOf({ sourceTime: at(5) }));
    expect(accept(current, ping({ sourceTime: at(4) }), NOW)).toEqual({ outcome: 'stale', revision: 1 });
  });
});

describe('whatever is sent', () => {
  const content = fc.record({
    status: fc.constantFrom('approved', 'pending', 'canceled', 'rejected'),
    minute: fc.integer({ min: 0, max: 3 }),
  });
  const wish = (intent: Delivery['intent'], { status, minute }: { status: string; minute: number }): Delivery =>
    intent === 'cancel' ? cancellation() : deliveryOf({ intent, status, booking: bookingOf({ notes: `${minute}` }) });
  const anyDelivery = fc
    .tuple(fc.constantFrom<Delivery['intent']>('create', 'change', 'report', 'cancel'), content)
    .map(([intent, what]) => wish(intent, what));
  const withTime = (delivery: Delivery, minute: number | undefined): Delivery =>
    minute === undefined ? delivery : { ...delivery, sourceTime: at(minute) };
  const timedDelivery = fc
    .tuple(anyDelivery, fc.option(fc.integer({ min: 0, max: 59 }), { nil: undefined }))
    .map(([delivery, minute]) => withTime(delivery, minute));

  it('a numbered delivery changes nothing when it comes again, whenever that is', () => {
    fc.assert(
      fc.property(fc.array(timedDelivery, { minLength: 1, maxLength: 20 }), fc.nat(), (inOrder, pick) => {
        const current = known(...inOrder);
        const again = inOrder[pick % inOrder.length] as Delivery;
        expect(accept(current, again, NOW)).toEqual({ outcome: 'duplicate', revision: current.revision });
      }),
    );
  });

  it('any delivery changes nothing when it comes twice in a row', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(timedDelivery, fc.boolean()), { minLength: 1, maxLength: 20 }), (all) => {
        let current = undefined as ReturnType<typeof stored>;
        for (const [delivery, uniqueId] of all) {
          current = stored([{ ...delivery, uniqueId }], current);
          const again = accept(current, { ...delivery, uniqueId }, NOW);
          expect(again.outcome).not.toBe('accepted');
          expect(again.revision).toBe(current?.revision);
        }
      }),
    );
  });

  it('an older source time never overwrites a newer one', () => {
    fc.assert(
      fc.property(
        fc.array(timedDelivery, { minLength: 1, maxLength: 15 }),
        anyDelivery,
        fc.integer({ min: 1, max: 60 }),
        (inOrder, late, older) => {
          const current = known(...inOrder);
          fc.pre(current.sourceTime !== undefined);
          const sourceTime = new Date(Date.parse(current.sourceTime ?? '') - older * 1000).toISOString();
          const { outcome, write } = accept(current, { ...late, sourceTime }, NOW);
          expect(outcome).toBe('stale');
          expect(write).toMatchObject({
            contentHash: current.contentHash,
            revision: current.revision,
            sourceTime: current.sourceTime,
          });
        },
      ),
    );
  });

  it('the order of arrival does not matter where each delivery has its own source time', () => {
    const history = fc
      .array(fc.tuple(fc.constantFrom<Delivery['intent']>('change', 'cancel'), content), {
        minLength: 1,
        maxLength: 6,
      })
      .map((changes) =>
        [wish('create', { status: 'approved', minute: 0 }), ...changes.map(([intent, what]) => wish(intent, what))].map(
          withTime,
        ),
      );
    const shuffled = history.chain((inOrder) =>
      fc.tuple(
        fc.constant(inOrder),
        fc.shuffledSubarray(inOrder, { minLength: inOrder.length, maxLength: inOrder.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([inOrder, arrived]) => {
        const [expected, found] = [known(...inOrder), known(...arrived)];
        expect(found.status).toBe(expected.status);
        if (!isCancelled(expected.status)) expect(found.booking).toEqual(expected.booking);
        expect(found.sourceTime).toBe(expected.sourceTime);
      }),
      { numRuns: 300 },
    );
  });

  it('the version counts each write and the revision each accepted change', () => {
    fc.assert(
      fc.property(fc.array(timedDelivery, { maxLength: 15 }), (inOrder) => {
        let current = undefined as ReturnType<typeof stored>;
        for (const delivery of inOrder) {
          const { outcome, revision, write } = accept(current, delivery, NOW);
          expect(revision).toBe((current?.revision ?? 0) + (outcome === 'accepted' ? 1 : 0));
          if (write) expect(write.version).toBe((current?.version ?? 0) + 1);
          current = write ?? current;
        }
        expect(current?.version ?? 0).toBeLessThanOrEqual(inOrder.length);
      }),
    );
  });
});
