import { describe, expect, it } from 'vitest';
import type { AppointmentStore } from '../../shared/appointments/store.ts';
import { type Mapping, type Meeting, newGoogleSide, newMapping } from '../../shared/meetings/meeting.ts';
import type { Placement } from '../../shared/meetings/placement.ts';
import type { MeetingStore } from '../../shared/meetings/store.ts';
import { ANA, anAppointment, BEA } from '../builders/bookings.ts';

const NOW = '2026-11-24T09:00:00Z';
const EXPIRY = 2_000_000_000;

const aMeeting = (meetingId: string, changes: Partial<Meeting> = {}): Meeting => ({
  meetingId,
  slot: 'slot-1',
  staffEmail: ANA,
  participants: ['test:1'],
  version: 0,
  google: newGoogleSide,
  expiresAt: EXPIRY,
  ...changes,
});

/** Puts a booking into a new meeting. */
const newcomer = (id: string, meetingId = 'm1', slot = 'slot-1'): Placement => ({
  mapping: { ...newMapping(id), meetingId, slot, everPlaced: true },
  meetings: [aMeeting(meetingId, { participants: [id], slot })],
  slots: new Map([[slot, meetingId]]),
});

/** What a `MeetingStore` does, whatever keeps it. */
export function meetingStoreContract(
  make: () => Promise<{ meetings: MeetingStore; appointments: AppointmentStore }>,
): void {
  const withBookings = async (...ids: string[]) => {
    const stores = await make();
    for (const id of ids) await stores.appointments.put(anAppointment(id));
    return stores;
  };
  const placed = async () => {
    const { meetings, appointments } = await withBookings('test:1', 'test:2');
    expect(await meetings.place(newcomer('test:1'), 1, EXPIRY)).toBe(true);
    const meeting = await meetings.meeting('m1');
    const mapping = await meetings.mapping('test:1');
    if (!meeting || !mapping) throw new Error('it was not placed');
    return { meetings, appointments, meeting, mapping };
  };
  /** Another booking joins. */
  const joining = (meeting: Meeting, id = 'test:2'): Placement => ({
    mapping: { ...newMapping(id), meetingId: meeting.meetingId, slot: meeting.slot, everPlaced: true },
    meetings: [{ ...meeting, participants: [...meeting.participants, id] }],
    slots: new Map(),
  });

  describe('placed', () => {
    it('reads a mapping and the meeting that it is thought to be in', async () => {
      const { meetings, meeting, mapping } = await placed();
      expect(await meetings.placed('test:1', 'm1')).toEqual({ mapping, meeting });
      expect(await meetings.placed('test:1', undefined)).toEqual({ mapping, meeting: undefined });
      expect(await meetings.placed('test:1', 'm2')).toEqual({ mapping, meeting: undefined });
      expect(await meetings.placed('test:2', 'm1')).toEqual({ mapping: undefined, meeting });
    });
  });

  describe('place', () => {
    it('writes mapping, meeting and slot together, and gives them back as they were', async () => {
      const { meetings, meeting, mapping } = await placed();
      expect(meeting).toEqual(aMeeting('m1', { version: 1 }));
      expect(mapping).toEqual({ ...newcomer('test:1').mapping, version: 1 });
      expect(await meetings.inSlot('slot-1')).toEqual(meeting);
    });

    it('changes a meeting that is there, and leaves what Google holds', async () => {
      const { meetings, meeting } = await placed();
      const google = { ...newGoogleSide, generation: 3 };
      const claimed = await meetings.claim(meeting, google, { holder: 'run', endsAt: '2026-11-24T09:00:30Z' }, NOW);
      if (!claimed) throw new Error('no claim');

      expect(await meetings.place(joining({ ...claimed, google: newGoogleSide }), 1, EXPIRY)).toBe(true);

      expect(await meetings.meeting('m1')).toEqual({ ...claimed, participants: ['test:1', 'test:2'], version: 3 });
    });

    it('frees a slot and takes another', async () => {
      const { meetings, meeting, mapping } = await placed();
      const moved: Placement = {
        mapping: { ...mapping, slot: 'slot-2' },
        meetings: [{ ...meeting, slot: 'slot-2', staffEmail: BEA }],
        slots: new Map([
          ['slot-1', undefined],
          ['slot-2', 'm1'],
        ]),
      };
      expect(await meetings.place(moved, 1, EXPIRY)).toBe(true);
      expect(await meetings.inSlot('slot-1')).toBeUndefined();
      expect(await meetings.inSlot('slot-2')).toMatchObject({ meetingId: 'm1', staffEmail: BEA, version: 2 });
    });

    it('writes nothing at all when the mapping was changed meanwhile', async () => {
      const { meetings } = await placed();
      expect(await meetings.place(newcomer('test:1', 'm2', 'slot-2'), 1, EXPIRY)).toBe(false);
      expect(await meetings.meeting('m2')).toBeUndefined();
      expect(await meetings.inSlot('slot-2')).toBeUndefined();
    });

    it('writes nothing at all when a meeting was changed meanwhile', async () => {
      const { meetings, meeting } = await placed();
      expect(await meetings.note(meeting, newGoogleSide, NOW)).toBeDefined();
      expect(await meetings.place(joining(meeting), 1, EXPIRY)).toBe(false);
      expect(await meetings.mapping('test:2')).toBeUndefined();
    });

    it('writes nothing at all when the slot was taken meanwhile', async () => {
      const { meetings } = await placed();
      expect(await meetings.place(newcomer('test:2', 'm2'), 1, EXPIRY)).toBe(false);
      expect(await meetings.mapping('test:2')).toBeUndefined();
      expect(await meetings.meeting('m2')).toBeUndefined();
    });

    it('writes nothing at all when the booking was changed meanwhile, or is gone', async () => {
      const { meetings, appointments } = await placed();
      await appointments.put({ ...anAppointment('test:2'), revision: 2, version: 2 });
      expect(await meetings.place(newcomer('test:2', 'm2', 'slot-2'), 1, EXPIRY)).toBe(false);
      expect(await meetings.place(newcomer('test:3', 'm3', 'slot-3'), 1, EXPIRY)).toBe(false);
      expect(await meetings.mapping('test:2')).toBeUndefined();
    });

    it('lets one of several at once into an empty slot', async () => {
      const ids = Array.from({ length: 6 }, (_, index) => `test:${index}`);
      const { meetings } = await withBookings(...ids);
      const results = await Promise.all(ids.map((id) => meetings.place(newcomer(id, `m-${id}`), 1, EXPIRY)));
      expect(results.filter(Boolean)).toHaveLength(1);
      const winner = await meetings.inSlot('slot-1');
      expect(winner?.participants).toEqual([ids[results.indexOf(true)]]);
    });

    it('keeps a meeting for as long as the placement says', async () => {
      const { meetings, meeting } = await placed();
      expect(await meetings.place(joining({ ...meeting, expiresAt: EXPIRY + 1000 }), 1, EXPIRY)).toBe(true);
      expect((await meetings.meeting('m1'))?.expiresAt).toBe(EXPIRY + 1000);
    });
  });

  describe('putMapping', () => {
    it('stores on top of the version it was decided from', async () => {
      const { meetings, mapping } = await placed();
      const next: Mapping = { ...mapping, state: 'ready', timeline: [{ at: NOW, what: 'event_created' }] };
      expect(await meetings.putMapping(next, EXPIRY)).toEqual({ ...next, version: 2 });
      expect(await meetings.mapping('test:1')).toEqual({ ...next, version: 2 });
      expect(await meetings.putMapping(next, EXPIRY)).toBeUndefined();
    });

    it('stores a first one once', async () => {
      const { meetings } = await make();
      expect(await meetings.putMapping(newMapping('test:1'), EXPIRY)).toMatchObject({ version: 1 });
      expect(await meetings.putMapping(newMapping('test:1'), EXPIRY)).toBeUndefined();
    });
  });

  describe('claim, record and note', () => {
    const claim = { holder: 'run-1', endsAt: '2026-11-24T09:00:30Z' };
    const changed = { ...newGoogleSide, generation: 7 };

    it('take turns: claimed, recorded by who holds it, free again', async () => {
      const { meetings, meeting } = await placed();
      const claimed = await meetings.claim(meeting, newGoogleSide, claim, NOW);
      expect(claimed).toEqual({ ...meeting, claim, version: 2 });

      const recorded = await meetings.record('m1', changed, 'run-1');
      expect(recorded).toEqual({ ...meeting, google: changed, version: 3 });
      expect(await meetings.meeting('m1')).toEqual(recorded);
    });

    it('keep others out until the claim ends', async () => {
      const { meetings, meeting } = await placed();
      const claimed = (await meetings.claim(meeting, newGoogleSide, claim, NOW)) ?? meeting;
      const other = { holder: 'run-2', endsAt: '2026-11-24T09:01:30Z' };
      for (const at of [NOW, '2026-11-24T09:00:29Z', '2026-11-24T09:00:30Z']) {
        expect(await meetings.claim(claimed, changed, other, at)).toBeUndefined();
        expect(await meetings.note(claimed, changed, at)).toBeUndefined();
      }

      expect(await meetings.claim(claimed, changed, other, '2026-11-24T09:00:31Z')).toMatchObject({ claim: other });
      expect(await meetings.record('m1', newGoogleSide, 'run-1')).toBeUndefined();
      expect((await meetings.meeting('m1'))?.google).toEqual(changed);
    });

    it('refuse what was decided from an older version', async () => {
      const { meetings, meeting } = await placed();
      await meetings.note(meeting, changed, NOW);
      expect(await meetings.claim(meeting, newGoogleSide, claim, NOW)).toBeUndefined();
      expect(await meetings.note(meeting, newGoogleSide, NOW)).toBeUndefined();
    });

    it('record though somebody joined meanwhile', async () => {
      const { meetings, meeting } = await placed();
      const claimed = (await meetings.claim(meeting, newGoogleSide, claim, NOW)) ?? meeting;
      await meetings.place(joining(claimed), 1, EXPIRY);
      expect(await meetings.record('m1', changed, 'run-1')).toMatchObject({
        participants: ['test:1', 'test:2'],
        google: changed,
        version: 4,
      });
    });

    it('let one of several claims at once through', async () => {
      const { meetings, meeting } = await placed();
      const claims = await Promise.all(
        ['a', 'b', 'c', 'd'].map((holder) => meetings.claim(meeting, newGoogleSide, { ...claim, holder }, NOW)),
      );
      expect(claims.filter(Boolean)).toHaveLength(1);
    });

    it('refuse what is not there', async () => {
      const { meetings } = await make();
      expect(await meetings.claim(aMeeting('m9', { version: 1 }), newGoogleSide, claim, NOW)).toBeUndefined();
      expect(await meetings.record('m9', newGoogleSide, 'run-1')).toBeUndefined();
    });

    it('a note takes an ended claim away', async () => {
      const { meetings, meeting } = await placed();
      const claimed = (await meetings.claim(meeting, newGoogleSide, claim, NOW)) ?? meeting;
      const noted = await meetings.note(claimed, changed, '2026-11-24T10:00:00Z');
      expect(noted?.claim).toBeUndefined();
      expect(noted?.google).toEqual(changed);
    });
  });

  describe('mappings and getMany', () => {
    it('give those that there are, each once and as it was, more than a hundred too', async () => {
      const { meetings, meeting, mapping } = await placed();
      const ids = Array.from({ length: 120 }, (_, index) => `test:more-${index}`);
      for (const id of ids) await meetings.putMapping(newMapping(id), EXPIRY);

      const found = await meetings.mappings(['test:1', ...ids, 'test:1', 'test:nobody']);

      expect(found.map(({ appointmentId }) => appointmentId).sort()).toEqual(['test:1', ...ids].sort());
      expect(found).toContainEqual(mapping);
      expect(await meetings.getMany(['m1', 'm1', 'm9'])).toEqual([meeting]);
    });

    it('ask nothing for nobody', async () => {
      const { meetings } = await make();
      expect([await meetings.mappings([]), await meetings.getMany([])]).toEqual([[], []]);
    });
  });

  describe('getMany', () => {
    it('gives those that there are, each once and as it was', async () => {
      const { meetings, meeting } = await placed();
      expect(await meetings.place(newcomer('test:2', 'm2', 'slot-2'), 1, EXPIRY)).toBe(true);

      const found = await meetings.getMany(['m2', 'm1', 'm9', 'm2']);
      expect(found.map(({ meetingId }) => meetingId).sort()).toEqual(['m1', 'm2']);
      expect(found.find(({ meetingId }) => meetingId === 'm1')).toEqual(meeting);
      expect(await meetings.getMany([])).toEqual([]);
    });

    it('gives more than can be read at once', async () => {
      const ids = Array.from({ length: 130 }, (_, index) => `test:${index}`);
      const { meetings } = await withBookings(...ids);
      for (const id of ids) await meetings.place(newcomer(id, `m-${id}`, `slot-${id}`), 1, EXPIRY);

      expect(new Set((await meetings.getMany(ids.map((id) => `m-${id}`))).map(({ slot }) => slot)).size).toBe(130);
    });
  });

  describe('ofStaff', () => {
    it('lists what has not ended, the soonest first, of that person alone', async () => {
      const { meetings } = await make();
      const rows: [string, string, string, string][] = [
        ['test:late', ANA, '2026-12-02T10:00:00Z', '2026-12-02T11:00:00Z'],
        ['test:soon', ANA, '2026-12-01T10:00:00Z', '2026-12-01T11:00:00Z'],
        ['test:running', ANA, '2026-11-24T08:30:00Z', '2026-11-24T09:30:00Z'],
        ['test:over', ANA, '2026-11-24T07:00:00Z', NOW],
        ['test:other', BEA, '2026-12-01T10:00:00Z', '2026-12-01T11:00:00Z'],
      ];
      for (const [id, staffEmail, start, end] of rows) {
        await meetings.putMapping({ ...newMapping(id), state: 'ready', staffEmail, start, end }, EXPIRY);
      }

      const found = await meetings.ofStaff(ANA, NOW);
      expect(found.map(({ appointmentId }) => appointmentId)).toEqual(['test:running', 'test:soon', 'test:late']);
      expect(found[1]).toMatchObject({ state: 'ready', start: '2026-12-01T10:00:00Z', end: '2026-12-01T11:00:00Z' });
    });
  });
}
