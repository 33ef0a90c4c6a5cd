/** A booking to look at, and whose it is. */
export interface Turn {
  readonly appointmentId: string;
  readonly staffEmail: string;
}

/** Each booking once, in the order given, by staff member: the last one named, should it have changed hands. */
export function byStaff(turns: readonly Turn[]): string[][] {
  const lanes = new Map<string, string[]>();
  for (const [appointmentId, staffEmail] of new Map(turns.map((turn) => [turn.appointmentId, turn.staffEmail]))) {
    const lane = lanes.get(staffEmail);
    if (lane) lane.push(appointmentId);
    else lanes.set(staffEmail, [appointmentId]);
  }
  return [...lanes.values()];
}

/** Staff members whose bookings are looked at at the same time. */
const AT_ONCE = 25;

/**
 * Staff members side by side, the bookings of each one after the other: Google throttles rapid writes to one calendar. Each lane gives way
 * to the next after one booking, so that one with much to do, or a calendar that hangs, holds up nobody else's.
 * @param most of one staff member at the same time, while others leave room for it
 */
export async function inTurnPerStaff(
  lanes: readonly (readonly string[])[],
  look: (appointmentId: string) => Promise<void>,
  most = 1,
): Promise<void> {
  const once = lanes.map((lane) => [...lane]);
  const waiting = Array.from({ length: most }, () => once).flat();
  const takeTurns = async (): Promise<void> => {
    for (let lane = waiting.shift(); lane; lane = waiting.shift()) {
      const next = lane.shift();
      if (next === undefined) continue;
      await look(next);
      waiting.push(lane);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, waiting.length) }, takeTurns));
}
