import { beforeEach, expect, it } from 'vitest';
import { nextMeetings } from '../../../shared/meetings/staff-bookings.ts';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

let world: World;
beforeEach(async () => {
  world = await makeWorld({ connected: [ANA, BEA] });
});

/** The bookings of each of the next meetings. */
const next = async (limit = 10, staff = ANA) => {
  const found = await nextMeetings(world, staff, limit);
  return [found.next.map((bookings) => bookings.map(({ appointment }) => appointment.appointmentId)), found.more];
};

it('shows a group as one, with everybody in it, and the soonest first', async () => {
  await world.book('late', at('17:00'));
  await world.book('luis', { customers: [customer('Luis')] });
  await world.book('eva', { customers: [customer('Eva')] });
  expect(await next()).toEqual([[['test:eva', 'test:luis'], ['test:late']], false]);
  const [first] = (await nextMeetings(world, ANA, 10)).next;
  expect(first?.map(({ meeting }) => meeting?.meetingId)).toEqual([
    first?.[0].meeting?.meetingId,
    first?.[0].meeting?.meetingId,
  ]);
});

it('leaves out what is over, cancelled, or somebody else’s', async () => {
  await world.book('gone', at('15:00'));
  await world.cancel('gone');
  await world.book('mine', at('16:00'));
  await world.book('given', at('17:00'));
  await world.book('given', { staff: { email: BEA } });
  expect(await next()).toEqual([[['test:mine']], false]);
  expect(await next(10, BEA)).toEqual([[['test:given']], false]);
  world.clock.advanceTo('2026-12-01T16:45:00Z');
  expect(await next()).toEqual([[], false]);
});

it('shows where a booking stands now, though the list was written before it moved', async () => {
  await world.book('1', at('15:00'));
  await world.deliver('1', at('18:00'));
  const { next: found } = await nextMeetings(world, ANA, 10);
  expect(found.map(([{ appointment }]) => appointment.booking.start)).toEqual(['2026-12-01T18:00:00Z']);
});

it('says whether there are more than it shows', async () => {
  await world.book('1', at('15:00'));
  await world.book('2', at('16:00'));
  expect(await next(2)).toEqual([[['test:1'], ['test:2']], false]);
  expect(await next(1)).toEqual([[['test:1']], true]);
});
