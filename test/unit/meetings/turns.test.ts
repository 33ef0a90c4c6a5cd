import { describe, expect, it } from 'vitest';
import { byStaff, inTurnPerStaff } from '../../../shared/meetings/turns.ts';
import { ANA, BEA } from '../../builders/bookings.ts';

const turn = (appointmentId: string, staffEmail: string) => ({ appointmentId, staffEmail });
const soon = () => new Promise((resolve) => setImmediate(resolve));

describe('rule 12: fair between staff', () => {
  it('gives each staff member a lane, with each booking once', () => {
    const lanes = byStaff([turn('1', ANA), turn('2', BEA), turn('1', ANA), turn('3', ANA)]);
    expect(lanes).toEqual([['1', '3'], ['2']]);
  });

  it('looks at all, never at two of one staff member at the same time', async () => {
    const looked: string[] = [];
    const busy = new Set<string>();
    const lanes = Array.from({ length: 40 }, (_, staff) =>
      Array.from({ length: 3 }, (_, booking) => `${staff}-${booking}`),
    );
    await inTurnPerStaff(lanes, async (id) => {
      const staff = id.split('-')[0] ?? '';
      expect(busy.has(staff)).toBe(false);
      busy.add(staff);
      await soon();
      busy.delete(staff);
      looked.push(id);
    });
    expect([...looked].sort()).toEqual(lanes.flat().sort());
  });

  it('lets one who has much to do, or hangs, hold up nobody else', async () => {
    const looked: string[] = [];
    let release = () => {};
    const hanging = new Promise<void>((resolve) => {
      release = resolve;
    });
    const done = inTurnPerStaff([['hangs', 'a2'], ['b1', 'b2'], ['c1']], async (id) => {
      if (id === 'hangs') await hanging;
      looked.push(id);
    });
    for (let turns = 0; turns < 10; turns += 1) await soon();
    expect([...looked].sort()).toEqual(['b1', 'b2', 'c1']);
    release();
    await done;
    expect(looked).toContain('a2');
  });
});
