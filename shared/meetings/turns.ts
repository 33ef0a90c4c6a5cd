/** A booking to look at, and whose it is. */
export interface Turn {
  readonly appointmentId: string;
  readonly staffEmail: string;
}

/** Each booking once, in the order given, by staff member. */
export function byStaff(turns: readonly Turn[]): string[][] {
  const lanes = new Map<string, Set<string>>();
  for (const { appointmentId, staffEmail } of turns) {
    const lane = lanes.get(staffEmail) ?? new Set();
    lanes.set(staffEmail, lane.add(appointmentId));
  }
  return [...lanes.values()].map((lane) => [...lane]);
}

/**
 * Staff members side by side, the bookings of each one after the other: Google throttles rapid writes to one calendar, and a calendar
 * that hangs holds up nobody else's.
 */
export const inTurnPerStaff = async (
  lanes: readonly (readonly string[])[],
  look: (appointmentId: string) => Promise<void>,
): Promise<void> => {
  await Promise.all(
    lanes.map(async (lane) => {
      for (const appointmentId of lane) await look(appointmentId);
    }),
  );
};
