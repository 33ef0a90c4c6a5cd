import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context } from 'aws-lambda';
import type { AppointmentStore } from '../../shared/appointments/store.ts';
import { describe } from '../../shared/http/chain.ts';
import { LEAST_TIME } from '../../shared/look.ts';
import { byStaff, inTurnPerStaff } from '../../shared/meetings/turns.ts';
import { type Clock, toInstant } from '../../shared/time.ts';

export interface DueWorkDeps {
  readonly appointments: AppointmentStore;
  readonly look: (appointmentId: string, deadline: number) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Milliseconds kept back to answer with. */
const RESERVE = 3000;
/** What one sweep reads at most: more than anybody's backlog, so that what others are owed is not hidden behind it. */
const MOST_DUE = 25_000;
/** Bookings of one staff member at the same time: some 300 calls a minute, half of what Google allows for one user. */
const SIDE_BY_SIDE = 3;

/**
 * Every minute: looks at whatever is owed, so that nothing depends on a stream record arriving. One query when nothing is due. What
 * does not fit in stays due.
 */
export const makeHandler =
  ({ appointments, look, clock, logger }: DueWorkDeps) =>
  async (_event: unknown, context: Context): Promise<{ looked: number; left: number }> => {
    const deadline = clock.now().getTime() + context.getRemainingTimeInMillis() - RESERVE;
    const due = await appointments.due(toInstant(clock.now()), MOST_DUE);
    let looked = 0;
    await inTurnPerStaff(
      byStaff(due),
      async (appointmentId) => {
        if (clock.now().getTime() > deadline - LEAST_TIME) return;
        looked += 1;
        try {
          await look(appointmentId, deadline);
        } catch (error) {
          logger.error('look failed', { event: 'look_failed', appointmentId, ...describe(error) });
        }
      },
      SIDE_BY_SIDE,
    );
    const result = { looked, left: due.length - looked };
    if (due.length > 0) logger.info('due work done', { event: 'due_work', ...result });
    return result;
  };
