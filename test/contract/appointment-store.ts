import { describe, expect, it } from 'vitest';
import { listPlace } from '../../shared/appointments/list-place.ts';
import type { AppointmentStore, ListRange } from '../../shared/appointments/store.ts';
import { ANA, anAppointment, at, BEA } from '../builders/bookings.ts';

const NOW = new Date('2026-11-24T09:00:00.123Z');
const SOON = '2026-11-24T09:01:00Z';
const LATER = '2026-11-24T10:00:00Z';

const never = () => false;

/** What an `AppointmentStore` does, whatever keeps it. */
export function appointmentStoreContract(make: () => Promise<AppointmentStore>): void {
  const first = { ...anAppointment('test:1'), dueAt: SOON };

  describe('naming an address', () => {
    const LUIS = 'luis@mail.test';
    const eva = [{ name: 'Eva', email: 'eva@mail.test' }];
    const isIn = async (changes: Parameters<typeof anAppointment>[1]) => {
      const store = await make();
      await store.put(anAppointment('test:1', changes));
      const { found, isWhole } = await store.naming(LUIS, never);
      expect(isWhole).toBe(true);
      return found.length === 1;
    };

    it('finds all that do, however many there are', async () => {
      const store = await make();
      for (let id = 0; id < 60; id += 1) {
        // With notes, so that they are more than DynamoDB gives at once.
        await store.put(
          anAppointment(`test:${id}`, { notes: 'x'.repeat(9000), ...(id % 3 > 0 && { customers: eva }) }),
        );
      }
      await store.put({ ...anAppointment('test:off'), status: 'canceled', booking: undefined } as never);
      const { found, isWhole } = await store.naming(LUIS, never);
      expect(isWhole).toBe(true);
      expect([...found].sort()).toEqual(Array.from({ length: 20 }, (_, index) => `test:${3 * index}`).sort());
    });

    it.each([
      ['in the notes', { notes: `Ask ${LUIS.toUpperCase()}.` }],
      ['in any field', { keywords: { invoice: `mailto:${LUIS}` } }],
      ['in a link', { keywords: { link: 'https://clinic.test/?e=luis%40mail.test&x=1' } }],
    ])('finds it %s too', async (_where, changes) => {
      expect(await isIn({ customers: eva, ...changes })).toBe(true);
    });

    it('takes no part of another address for it', async () => {
      expect(await isIn({ customers: eva, notes: 'joluis@mail.test, luis@mail.test.org, luis@mail.test-a.org' })).toBe(
        false,
      );
    });

    it('says when it had to stop', async () => {
      const store = await make();
      await store.put(first);
      expect(await store.naming(LUIS, () => true)).toEqual({ found: [], isWhole: false });
    });
  });

  describe('put', () => {
    it('stores the first version of what is not there, and gives it back as it was', async () => {
      const store = await make();
      expect(await store.put(first)).toEqual({ stored: true });
      expect(await store.get('test:1')).toEqual(first);
    });

    it('refuses a first version where something stands, and says what', async () => {
      const store = await make();
      await store.put(first);
      expect(await store.put({ ...first, status: 'pending' })).toEqual({ stored: false, current: first });
    });

    it('keeps who was erased', async () => {
      const store = await make();
      const erased = [{ person: 'digest', at: SOON }];
      await store.put({ ...first, erased });
      expect(await store.get('test:1')).toEqual({ ...first, erased });
    });

    it('stores each version only on top of the one before it', async () => {
      const store = await make();
      await store.put(first);
      const second = { ...first, version: 2, revision: 2, status: 'pending' };
      expect(await store.put(second)).toEqual({ stored: true });
      expect(await store.put(second)).toEqual({ stored: false, current: second });
      expect(await store.put({ ...second, version: 4 })).toEqual({ stored: false, current: second });
    });

    it('refuses a later version of what is gone', async () => {
      const store = await make();
      expect(await store.put({ ...first, version: 2 })).toEqual({ stored: false, current: undefined });
    });

    it('lets one of several at once through', async () => {
      const store = await make();
      const results = await Promise.all(Array.from({ length: 5 }, () => store.put(first)));
      expect(results.filter(({ stored }) => stored)).toHaveLength(1);
    });
  });

  describe('getMany', () => {
    it('gives those that there are, each once, more than a hundred too', async () => {
      const store = await make();
      const ids = Array.from({ length: 120 }, (_, index) => `test:${index}`);
      for (const id of ids) await store.put(anAppointment(id));

      const found = await store.getMany([...ids, 'test:0', 'test:nobody']);

      expect(found.map(({ appointmentId }) => appointmentId).sort()).toEqual([...ids].sort());
    });

    it('asks nothing for nobody', async () => {
      expect(await (await make()).getMany([])).toEqual([]);
    });
  });

  describe('remember', () => {
    it('keeps a delivery and its time without another revision', async () => {
      const store = await make();
      await store.put(first);
      const seen = { ...first, version: 2, deliveries: ['one'], sourceTime: '2026-11-24T08:00:00.000Z' };
      expect(await store.remember(seen)).toEqual({ stored: true });
      expect(await store.get('test:1')).toEqual(seen);
    });

    it('keeps the start that was announced', async () => {
      const store = await make();
      await store.put(first);
      const seen = { ...first, version: 2, startAnnounced: '2026-12-01T15:00:00Z' };
      expect(await store.remember(seen)).toEqual({ stored: true });
      expect(await store.get('test:1')).toEqual(seen);
      expect(await store.put({ ...seen, version: 3, revision: 2 })).toEqual({ stored: true });
      expect((await store.get('test:1'))?.startAnnounced).toBe('2026-12-01T15:00:00Z');
    });

    it('can have it looked at, which no run that has not seen it ends', async () => {
      const store = await make();
      await store.put(first);
      await store.postpone(first, LATER);
      const postponed = (await store.get('test:1')) ?? first;
      expect(await store.remember({ ...postponed, version: 2 }, SOON)).toEqual({ stored: true });
      expect(await store.due(SOON, 10)).toHaveLength(1);
      expect(await store.settle(postponed, 2_000_000_000)).toBe(false);
      expect(await store.settle((await store.get('test:1')) ?? first, 2_000_000_000)).toBe(true);
    });

    it('refuses when another write came first, and says what stands there', async () => {
      const store = await make();
      await store.put(first);
      expect(await store.remember({ ...first, version: 3 })).toEqual({ stored: false, current: first });
      expect(await store.remember({ ...first, appointmentId: 'test:nobody', version: 2 })).toEqual({
        stored: false,
        current: undefined,
      });
    });
  });

  describe('settle and postpone', () => {
    it('take a booking out of the due index, and put it back', async () => {
      const store = await make();
      await store.put(first);
      expect(await store.postpone(first, LATER)).toBe(true);
      const postponed = await store.get('test:1');
      expect(postponed?.dueAt).toBe(LATER);
      expect(await store.due(SOON, 10)).toEqual([]);

      expect(await store.settle(postponed ?? first, 2_000_000_000)).toBe(true);
      expect((await store.get('test:1'))?.dueAt).toBeUndefined();
      expect(await store.due('2030-01-01T00:00:00Z', 10)).toEqual([]);
    });

    it('change nothing of the wish itself', async () => {
      const store = await make();
      await store.put(first);
      await store.postpone(first, LATER);
      const { dueAt: _due, owed: _owed, ...rest } = first;
      expect(await store.get('test:1')).toMatchObject(rest);
    });

    it('refuse when a newer revision has come', async () => {
      const store = await make();
      await store.put(first);
      await store.put({ ...first, version: 2, revision: 2 });
      expect(await store.settle(first, 2_000_000_000)).toBe(false);
      expect(await store.postpone(first, LATER)).toBe(false);
      expect((await store.get('test:1'))?.dueAt).toBe(SOON);
    });

    it('refuse when somebody has asked for a look since', async () => {
      const store = await make();
      await store.put(first);
      await store.requestLook('test:1', NOW);
      expect(await store.settle(first, 2_000_000_000)).toBe(false);
      expect(await store.postpone(first, LATER)).toBe(false);
    });

    it('refuse when it has been owed earlier since', async () => {
      const store = await make();
      await store.put(first);
      await store.owe('test:1', '2026-11-24T09:00:30Z');
      expect(await store.settle(first, 2_000_000_000)).toBe(false);
      expect((await store.get('test:1'))?.dueAt).toBe('2026-11-24T09:00:30Z');
    });

    it('refuse when it was owed by others since, though it was owed sooner by then', async () => {
      const store = await make();
      await store.put(first);
      await store.owe('test:1', LATER);
      expect(await store.settle(first, 2_000_000_000)).toBe(false);
      expect((await store.get('test:1'))?.dueAt).toBe(SOON);
    });

    it('are not in the way of a delivery that changed nothing', async () => {
      const store = await make();
      await store.put(first);
      await store.remember({ ...first, version: 2, deliveries: ['one'] });
      expect(await store.settle(first, 2_000_000_000)).toBe(true);
      expect((await store.get('test:1'))?.deliveries).toEqual(['one']);
    });

    it('refuse what is not there', async () => {
      const store = await make();
      expect(await store.settle(first, 2_000_000_000)).toBe(false);
      expect(await store.postpone(first, LATER)).toBe(false);
      expect(await store.get('test:1')).toBeUndefined();
    });
  });

  describe('requestLook and owe', () => {
    it('make due what was settled', async () => {
      const store = await make();
      await store.put(first);
      await store.settle(first, 2_000_000_000);

      expect(await store.requestLook('test:1', NOW)).toBe(true);
      expect(await store.get('test:1')).toMatchObject({
        dueAt: '2026-11-24T09:00:00Z',
        lookRequestedAt: '2026-11-24T09:00:00.123Z',
      });
    });

    it('may be for a later time, unless it is owed a look by then anyway', async () => {
      const store = await make();
      await store.put(first);
      expect(await store.requestLook('test:1', NOW, LATER)).toBe(false);
      expect((await store.get('test:1'))?.lookRequestedAt).toBeUndefined();

      await store.settle(first, 2_000_000_000);
      expect(await store.requestLook('test:1', NOW, LATER)).toBe(true);
      expect(await store.get('test:1')).toMatchObject({ dueAt: LATER, lookRequestedAt: '2026-11-24T09:00:00.123Z' });
      expect(await store.requestLook('test:nobody', NOW, LATER)).toBe(false);

      expect(await store.requestLook('test:1', NOW, SOON)).toBe(true);
      expect((await store.get('test:1'))?.dueAt).toBe(SOON);
    });

    it('never put off what is due earlier', async () => {
      const store = await make();
      await store.put(first);
      await store.owe('test:1', LATER);
      expect((await store.get('test:1'))?.dueAt).toBe(SOON);
    });

    it('make nothing of what is not known', async () => {
      const store = await make();
      expect(await store.requestLook('test:1', NOW)).toBe(false);
      await store.owe('test:1', SOON);
      expect(await store.get('test:1')).toBeUndefined();
      expect(await store.due(LATER, 10)).toEqual([]);
    });
  });

  describe('due', () => {
    it('names what is due, the oldest first, with whose it is, and no more than asked for', async () => {
      const store = await make();
      await store.put({ ...anAppointment('test:3'), dueAt: '2026-11-24T09:03:00Z' });
      await store.put({ ...anAppointment('test:1', { staff: { email: BEA } }), dueAt: '2026-11-24T09:01:00Z' });
      await store.put({ ...anAppointment('test:2'), dueAt: '2026-11-24T09:02:00Z' });
      await store.put({ ...anAppointment('test:9'), dueAt: '2026-11-24T09:09:00Z' });
      await store.put(anAppointment('test:settled'));

      const due = await store.due('2026-11-24T09:03:00Z', 10);
      expect(due.map(({ appointmentId }) => appointmentId)).toEqual(['test:1', 'test:2', 'test:3']);
      expect(due[0]).toMatchObject({ staffEmail: BEA, dueAt: '2026-11-24T09:01:00Z' });
      expect(await store.due('2026-11-24T09:09:00Z', 2)).toHaveLength(2);
    });

    it('names a booking of which only its end is known', async () => {
      const store = await make();
      const { booking: _booking, ...bare } = first;
      await store.put({ ...bare, status: 'canceled' });
      expect(await store.due(SOON, 10)).toHaveLength(1);
    });
  });

  describe('byStart', () => {
    const listed = async (store: AppointmentStore, range: ListRange = {}, limit = 10) =>
      (await store.byStart(range, limit)).map(({ appointmentId }) => appointmentId);
    /** Two at 15:00, one before and one after them. */
    const aDay = async () => {
      const store = await make();
      await store.put(anAppointment('test:b', at('15:00')));
      await store.put(anAppointment('test:late', at('16:00')));
      await store.put(anAppointment('test:a', { ...at('15:00'), staff: { email: BEA } }));
      await store.put(anAppointment('test:early', at('09:00')));
      return store;
    };

    it('names every booking, by start and then by id, with whose it is', async () => {
      const store = await aDay();
      expect(await listed(store)).toEqual(['test:early', 'test:a', 'test:b', 'test:late']);
      expect((await store.byStart({}, 2))[1]).toMatchObject({
        appointmentId: 'test:a',
        staffEmail: BEA,
        listedAt: listPlace('2026-12-01T15:00:00Z', 'test:a'),
      });
    });

    it('begins at its first start and ends before its last', async () => {
      const store = await aDay();
      const [three, four] = ['2026-12-01T15:00:00Z', '2026-12-01T16:00:00Z'];
      expect(await listed(store, { from: three })).toEqual(['test:a', 'test:b', 'test:late']);
      expect(await listed(store, { to: three })).toEqual(['test:early']);
      expect(await listed(store, { from: three, to: four })).toEqual(['test:a', 'test:b']);
      expect(await listed(store, { from: four, to: four })).toEqual([]);
      expect(await listed(store, { from: '2027-01-01T00:00:00Z', to: three })).toEqual([]);
    });

    it('goes on behind a place, whether anything stands there or not', async () => {
      const store = await aDay();
      const behind = (id: string, start = '2026-12-01T15:00:00Z') => ({ after: listPlace(start, id) });
      expect(await listed(store, behind('test:a'))).toEqual(['test:b', 'test:late']);
      expect(await listed(store, behind('test:aa'))).toEqual(['test:b', 'test:late']);
      expect(await listed(store, { ...behind('test:a'), to: '2026-12-01T16:00:00Z' })).toEqual(['test:b']);
      expect(
        await listed(store, { ...behind('test:early', '2026-12-01T09:00:00Z'), from: '2026-12-01T16:00:00Z' }),
      ).toEqual(['test:late']);
      expect(
        await listed(store, { ...behind('test:late', '2026-12-01T16:00:00Z'), to: '2026-12-01T09:00:00Z' }),
      ).toEqual([]);
    });

    it('names no more than asked for', async () => {
      expect(await listed(await aDay(), {}, 3)).toEqual(['test:early', 'test:a', 'test:b']);
    });

    it('follows a booking that is moved, and keeps it when it is looked at or cancelled', async () => {
      const store = await aDay();
      const moved = { ...anAppointment('test:early', at('15:30')), version: 2, revision: 2 };
      await store.put(moved);
      await store.settle(moved, 2_000_000_000);
      await store.put({
        ...anAppointment('test:late', { ...at('16:00'), staff: { email: ANA } }, 'canceled'),
        version: 2,
      });
      expect(await listed(store)).toEqual(['test:a', 'test:b', 'test:early', 'test:late']);
    });

    it('names nothing of which only its end is known', async () => {
      const store = await make();
      const { booking: _booking, ...bare } = first;
      await store.put({ ...bare, status: 'canceled' });
      expect(await listed(store)).toEqual([]);
    });
  });
}
