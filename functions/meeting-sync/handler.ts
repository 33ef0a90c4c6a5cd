import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { describe } from '../../shared/http/chain.ts';
import { LEAST_TIME } from '../../shared/look.ts';
import { byStaff, inTurnPerStaff } from '../../shared/meetings/turns.ts';
import type { Clock } from '../../shared/time.ts';

export interface MeetingSyncDeps {
  /** Looks at one booking. @param deadline milliseconds since the epoch @throws our own bugs and AWS's failures only */
  readonly look: (appointmentId: string, deadline: number) => Promise<void>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Milliseconds kept back to answer with. */
const RESERVE = 3000;

/**
 * The appointments table's stream. A record only says "look at this booking again", so several records of one booking are one look.
 * What Google or mail fail at becomes due, and so is what there is no time for; only what we cannot record at all fails the record, alone.
 */
export const makeHandler =
  ({ look, clock, logger }: MeetingSyncDeps) =>
  async (event: DynamoDBStreamEvent, context: Context): Promise<DynamoDBBatchResponse> => {
    const deadline = clock.now().getTime() + context.getRemainingTimeInMillis() - RESERVE;
    const records = event.Records.flatMap(({ dynamodb }) => {
      const appointmentId = dynamodb?.Keys?.appointmentId?.S;
      const sequenceNumber = dynamodb?.SequenceNumber;
      const staffEmail = dynamodb?.NewImage?.staffEmail?.S ?? '';
      return appointmentId && sequenceNumber ? [{ appointmentId, sequenceNumber, staffEmail }] : [];
    });
    const failed = new Set<string>();
    await inTurnPerStaff(byStaff(records), async (appointmentId) => {
      if (clock.now().getTime() > deadline - LEAST_TIME) return;
      try {
        await look(appointmentId, deadline);
      } catch (error) {
        failed.add(appointmentId);
        logger.error('look failed', { event: 'look_failed', appointmentId, ...describe(error) });
      }
    });
    return {
      batchItemFailures: records
        .filter(({ appointmentId }) => failed.has(appointmentId))
        .map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })),
    };
  };
