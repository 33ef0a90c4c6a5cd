import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Mapping, type Meeting, newGoogleSide, newMapping, slotKey } from '../../../shared/meetings/meeting.ts';
import { type Placement, place, wantedSlot } from '../../../shared/meetings/placement.ts';
import { defaultSettings } from '../../../shared/settings/settings.ts';
import { ANA, aBooking, anAppointment, at, BEA, customer } from '../../builders/bookings.ts';

const aMeeting = (meetingId: string, slot: string, participants: readonly string[], expiresAt = 100): Meeting => ({
  meetingId,
  slot,
  staffEmail: ANA,
  participants,
  version: 1,
  google: newGoogleSide,
  expiresAt,
});
const inMeeting = (id: string, meeting: Meeting): Mapping => ({
  ...newMapping(id),
  meetingId: meeting.meetingId,
  slot: meeting.slot,
  everPlaced: true,
});
const wanted = (slot: string, staffEmail = ANA) => ({ slot, staffEmail });

const decided = (placement: Placement | undefined): Placement => {
  if (!placement) throw new Error('nothing was decided');
  return placement;
};

describe('rule 1: the slot of a booking', () => {
  const slot = slotKey(aBooking());

  it.each([
    ['staff', { staff: { email: BEA } }],
    ['service', { service: { name: 'Otra' } }],
    ['location', { location: { name: 'Sala 1' } }],
    ['start', at('15:01')],
  ])('is another one for another %s', (_what, change) => {
    expect(slotKey(aBooking(change))).not.toBe(slot);
  });

  it.each([
    ['end', at('15:00', 90)],
    ['customers', { customers: [customer('Eva')] }],
    ['notes', { notes: 'x' }],
    ['name of the staff member', { staff: { email: ANA, name: 'Dr. Ana' } }],
  ])('is the same whatever the %s', (_what, change) => {
    expect(slotKey(aBooking(change))).toBe(slot);
  });

  it('does not take one text that runs over for two', () => {
    const one = aBooking({ service: { name: 'a","b' }, location: { name: 'c' } });
    const other = aBooking({ service: { name: 'a' }, location: { name: 'b","c' } });
    expect(slotKey(one)).not.toBe(slotKey(other));
  });
});

describe('rules 1 and 2: which meeting a booking is in', () => {
  it('is a new one in an empty slot', () => {
    const { mapping, meetings, slots } = decided(
      place({
        mapping: newMapping('test:1'),
        meeting: undefined,
        wanted: wanted('s1'),
        target: undefined,
        newMeetingId: 'new',
        expiresAt: 100,
      }),
    );
    expect(mapping).toMatchObject({ meetingId: 'new', slot: 's1', everPlaced: true, leaving: [] });
    expect(meetings).toEqual([{ ...aMeeting('new', 's1', ['test:1']), version: 0 }]);
    expect([...slots]).toEqual([['s1', 'new']]);
  });

  it('is the one that stands there', () => {
    const target = aMeeting('m1', 's1', ['test:1']);
    const { mapping, meetings, slots } = decided(
      place({
        mapping: newMapping('test:2'),
        meeting: undefined,
        wanted: wanted('s1'),
        target,
        newMeetingId: 'new',
        expiresAt: 100,
      }),
    );
    expect(mapping.meetingId).toBe('m1');
    expect(meetings).toEqual([{ ...target, participants: ['test:1', 'test:2'] }]);
    expect([...slots]).toEqual([]);
  });

  it('is the same when it moves alone to an empty slot', () => {
    const meeting = aMeeting('m1', 's1', ['test:1']);
    const { mapping, meetings, slots } = decided(
      place({
        mapping: inMeeting('test:1', meeting),
        meeting,
        wanted: wanted('s2', BEA),
        target: undefined,
        newMeetingId: 'new',
        expiresAt: 200,
      }),
    );
    expect(mapping).toMatchObject({ meetingId: 'm1', slot: 's2', leaving: [] });
    expect(meetings).toEqual([{ ...meeting, slot: 's2', staffEmail: BEA, expiresAt: 200 }]);
    expect(new Map(slots)).toEqual(
      new Map([
        ['s1', undefined],
        ['s2', 'm1'],
      ]),
    );
  });

  it('is another one when there were others, who keep theirs and their slot', () => {
    const meeting = aMeeting('m1', 's1', ['test:1', 'test:2']);
    const { mapping, meetings, slots } = decided(
      place({
        mapping: inMeeting('test:2', meeting),
        meeting,
        wanted: wanted('s2'),
        target: undefined,
        newMeetingId: 'new',
        expiresAt: 100,
      }),
    );
    expect(mapping).toMatchObject({ meetingId: 'new', leaving: ['m1'] });
    expect(meetings).toContainEqual({ ...meeting, participants: ['test:1'] });
    expect(new Map(slots)).toEqual(new Map([['s2', 'new']]));
  });

  it('is none for who leaves; the last one frees the slot', () => {
    const meeting = aMeeting('m1', 's1', ['test:1']);
    const { mapping, meetings, slots } = decided(
      place({
        mapping: inMeeting('test:1', meeting),
        meeting,
        wanted: undefined,
        target: undefined,
        newMeetingId: 'new',
        expiresAt: 100,
      }),
    );
    expect(mapping.meetingId).toBeUndefined();
    expect(mapping).toMatchObject({ leaving: ['m1'], everPlaced: true });
    expect(meetings).toEqual([{ ...meeting, participants: [] }]);
    expect(new Map(slots)).toEqual(new Map([['s1', undefined]]));
  });

  it('stays as it is when the slot does', () => {
    const meeting = aMeeting('m1', 's1', ['test:1']);
    const input = { meeting, target: meeting, newMeetingId: 'new', expiresAt: 100 };
    expect(place({ ...input, mapping: inMeeting('test:1', meeting), wanted: wanted('s1') })).toBeUndefined();
    expect(place({ ...input, mapping: newMapping('test:1'), wanted: undefined })).toBeUndefined();
  });

  it('is no meeting that it leaves, once it is back in it', () => {
    const target = aMeeting('m1', 's1', ['test:1']);
    const meeting = aMeeting('m2', 's2', ['test:2']);
    const { mapping } = decided(
      place({
        mapping: { ...inMeeting('test:2', meeting), leaving: ['m1'] },
        meeting,
        wanted: wanted('s1'),
        target,
        newMeetingId: 'new',
        expiresAt: 100,
      }),
    );
    expect(mapping).toMatchObject({ meetingId: 'm1', leaving: ['m2'] });
  });

  it('keeps every booking in exactly one meeting of its own slot, whatever the moves', () => {
    const ids = ['test:1', 'test:2', 'test:3', 'test:4'];
    const move = fc.record({ id: fc.constantFrom(...ids), to: fc.constantFrom('s1', 's2', 's3', undefined) });
    fc.assert(
      fc.property(fc.array(move, { maxLength: 30 }), (moves) => {
        const mappings = new Map(ids.map((id) => [id, newMapping(id)]));
        const meetings = new Map<string, Meeting>();
        const slots = new Map<string, string>();
        for (const [number, { id, to }] of moves.entries()) {
          const mapping = mappings.get(id) ?? newMapping(id);
          const standing = to === undefined ? undefined : slots.get(to);
          const placement = place({
            mapping,
            meeting: mapping.meetingId ? meetings.get(mapping.meetingId) : undefined,
            wanted: to === undefined ? undefined : wanted(to),
            target: standing === undefined ? undefined : meetings.get(standing),
            newMeetingId: `m${number}`,
            expiresAt: number,
          });
          if (!placement) continue;
          expect(new Set(placement.meetings.map(({ meetingId }) => meetingId)).size).toBe(placement.meetings.length);
          mappings.set(id, placement.mapping);
          for (const meeting of placement.meetings) meetings.set(meeting.meetingId, { ...meeting, version: 1 });
          for (const [slot, meetingId] of placement.slots) {
            if (meetingId) slots.set(slot, meetingId);
            else slots.delete(slot);
          }
        }
        for (const [id, { meetingId, slot, leaving }] of mappings) {
          const holding = [...meetings.values()].filter(({ participants }) => participants.includes(id));
          expect(holding.map((meeting) => meeting.meetingId)).toEqual(meetingId ? [meetingId] : []);
          expect(holding[0]?.slot).toBe(slot);
          expect(leaving).not.toContain(meetingId);
        }
        const filled = [...meetings.values()].filter(({ participants }) => participants.length > 0);
        expect(new Map(filled.map(({ slot, meetingId }) => [slot, meetingId]))).toEqual(slots);
      }),
    );
  });
});

describe('rule 6: expiry', () => {
  it.each([
    ['joined for longer', 500, 500],
    ['joined for a shorter while', 50, 100],
  ])('of a meeting that is %s is of who ends last', (_what, expiresAt, expected) => {
    const target = aMeeting('m1', 's1', ['test:1'], 100);
    const { meetings } = decided(
      place({
        mapping: newMapping('test:2'),
        meeting: undefined,
        wanted: wanted('s1'),
        target,
        newMeetingId: 'new',
        expiresAt,
      }),
    );
    expect(meetings[0]?.expiresAt).toBe(expected);
  });

  it('of a meeting that somebody leaves for an earlier day stays', () => {
    const meeting = aMeeting('m1', 's1', ['test:1', 'test:2'], 500);
    const { meetings } = decided(
      place({
        mapping: inMeeting('test:2', meeting),
        meeting,
        wanted: wanted('s2'),
        target: undefined,
        newMeetingId: 'new',
        expiresAt: 100,
      }),
    );
    expect(meetings.find(({ meetingId }) => meetingId === 'm1')?.expiresAt).toBe(500);
  });
});

describe('rules 4 and 6: the slot in which a booking should be', () => {
  const before = '2026-11-24T09:00:00Z';
  const after = '2026-12-01T16:00:00Z';
  const booked = anAppointment('test:1');
  const slot = slotKey(booked.booking);
  const placed: Mapping = { ...newMapping('test:1'), meetingId: 'm1', slot };
  const slotAt = (now: string, appointment = booked, mapping = placed) =>
    wantedSlot(appointment, mapping, undefined, defaultSettings, now);

  it('is its own while its status is in the set', () => {
    expect(slotAt(before)).toBe(slot);
    expect(slotAt(before, { ...booked, status: 'pending' })).toBeUndefined();
  });

  it('is where it was once it has ended, whatever its status', () => {
    expect(slotAt(after)).toBe(slot);
    expect(slotAt(after, { ...booked, status: 'canceled' })).toBe(slot);
    expect(slotAt(after, booked, newMapping('test:1'))).toBeUndefined();
  });

  it('is none for a booking of which only its end is known', () => {
    const { booking: _booking, ...bare } = booked;
    expect(wantedSlot(bare, newMapping('test:1'), undefined, defaultSettings, before)).toBeUndefined();
  });
});
