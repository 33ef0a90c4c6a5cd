import { describe, expect, it } from 'vitest';
import { takeIn } from '../../../shared/appointments/intake.ts';
import { FakeAppointmentStore } from '../../fakes/appointment-store.ts';
import { ManualClock } from '../../fakes/clock.ts';
import { bookingOf, cancellation, deliveryOf, NOW } from './deliveries.ts';

const ID = 'appointments:1042';

/** Counts what it is asked; `before` lets somebody else in between. */
class Store extends FakeAppointmentStore {
  readonly calls: string[] = [];
  before: () => Promise<unknown> = async () => undefined;

  async #between<T>(name: string, then: () => Promise<T>): Promise<T> {
    this.calls.push(name);
    const { before } = this;
    this.before = async () => undefined;
    await before();
    return then();
  }
  override get(id: string) {
    return this.#between('get', () => super.get(id));
  }
  override put(...args: Parameters<FakeAppointmentStore['put']>) {
    return this.#between('put', () => super.put(...args));
  }
  override remember(...args: Parameters<FakeAppointmentStore['remember']>) {
    return this.#between('remember', () => super.remember(...args));
  }
}

const taking = (appointments = new Store()) => ({
  appointments,
  take: (delivery = deliveryOf()) => takeIn({ appointments, clock: new ManualClock(NOW) }, delivery),
});

describe('taking a delivery in', () => {
  it('of a new booking costs one write', async () => {
    const { appointments, take } = taking();
    expect(await take(deliveryOf({ intent: 'create' }))).toEqual({
      appointmentId: ID,
      revision: 1,
      outcome: 'accepted',
    });
    expect(appointments.calls).toEqual(['put']);
    expect(appointments.woken).toEqual([ID]);
  });

  it('that changes nothing is remembered and wakes nobody', async () => {
    const { appointments, take } = taking();
    await take();
    const again = deliveryOf();
    expect(await take(again)).toMatchObject({ outcome: 'unchanged', revision: 1 });
    expect(await take(again)).toMatchObject({ outcome: 'duplicate', revision: 1 });
    expect(appointments.woken).toEqual([ID]);
  });

  it('decides anew when another gets in first', async () => {
    const { appointments, take } = taking();
    appointments.before = () => take(deliveryOf({ booking: bookingOf({ notes: 'other' }) }));
    expect(await take(deliveryOf({ intent: 'create' }))).toMatchObject({ outcome: 'stale', revision: 1 });
    expect((await appointments.get(ID))?.booking?.notes).toBe('other');
  });

  it('loses no delivery id to another that gets in first', async () => {
    const { appointments, take } = taking();
    await take();
    const unchanged = deliveryOf();
    appointments.before = () => take(deliveryOf({ booking: bookingOf({ notes: 'other' }) }));
    await take(unchanged);
    expect((await appointments.get(ID))?.deliveries).toContain(unchanged.id);
  });

  it('takes each of many that come at once exactly once', async () => {
    const { appointments, take } = taking();
    const many = Array.from({ length: 15 }, (_, index) => deliveryOf({ booking: bookingOf({ notes: `${index}` }) }));
    const receipts = await Promise.all([...many, ...many].map((delivery) => take(delivery)));
    expect(receipts.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(15);
    expect(receipts.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(15);
    expect((await appointments.get(ID))?.revision).toBe(15);
  });

  it('of the same delivery twice at once is one', async () => {
    const { take } = taking();
    const one = deliveryOf();
    const outcomes = (await Promise.all([take(one), take(one), take(one)])).map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual(['accepted', 'duplicate', 'duplicate']);
  });

  it('creates a booking that expires meanwhile', async () => {
    const { appointments, take } = taking();
    await take(cancellation());
    await appointments.settle((await appointments.get(ID)) ?? (await Promise.reject(new Error('is gone'))), 1);
    appointments.expire(2);
    expect(await take(deliveryOf({ intent: 'create' }))).toMatchObject({ outcome: 'accepted', revision: 1 });
  });
});
