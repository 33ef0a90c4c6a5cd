import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { isErrand } from '../../shared/appointments/errands.ts';
import type { AppointmentStore } from '../../shared/appointments/store.ts';
import type { StreamReader } from '../../shared/appointments/stream.ts';
import { describe } from '../../shared/http/chain.ts';
import type { Clock } from '../../shared/time.ts';

export interface RedriveDeps {
  readonly appointments: AppointmentStore;
  readonly stream: StreamReader;
  /** The stream that `stream` reads. */
  readonly streamArn: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Milliseconds kept back to answer with. */
const RESERVE = 3000;
/** Bookings asked for at the same time. */
const AT_ONCE = 10;

const sequenceNumber = z.string().check(z.regex(/^\d{21,40}$/));

/** What Lambda leaves of a batch that it gave up; there is more, for people to read. */
const givenUp = z.object({
  DDBStreamBatchInfo: z.object({
    streamArn: z.string(),
    shardId: z.string().check(z.minLength(1)),
    startSequenceNumber: sequenceNumber,
    endSequenceNumber: sequenceNumber,
  }),
});

/**
 * The stream's on-failure queue, once an operator has mended the cause: every booking in what was given up is looked at again. A range
 * also holds its neighbours in other lanes, for whom one more look changes nothing. Errands, and what the stream has forgotten, are left
 * to the due index, which has everything. A message goes once all its bookings have been asked for; asking twice is one look more.
 */
export const makeHandler =
  ({ appointments, stream, streamArn, clock, logger }: RedriveDeps) =>
  async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    const deadline = Date.now() + context.getRemainingTimeInMillis() - RESERVE;
    const asked = new Set<string>();
    const left: string[] = [];
    let trimmedRanges = 0;

    const redrive = async (messageId: string, body: string): Promise<boolean> => {
      if (Date.now() > deadline) return false;
      const batch = readBatch(body);
      if (batch?.streamArn !== streamArn) {
        logger.warn('redrive not ours', { event: 'redrive_not_ours', messageId });
        return false;
      }
      const { shardId, startSequenceNumber: first, endSequenceNumber: last } = batch;
      const { ids, trimmed } = await stream.woken({ shardId, first, last }, deadline);
      const bookings = ids.filter((id) => !isErrand(id) && !asked.has(id));
      for (let done = 0; done < bookings.length; done += AT_ONCE) {
        if (Date.now() > deadline) return false;
        // All of them, so that none is still being asked for when the next message, or nobody, comes.
        const results = await Promise.allSettled(
          bookings.slice(done, done + AT_ONCE).map(async (id) => {
            await appointments.requestLook(id, clock.now());
            asked.add(id);
          }),
        );
        for (const result of results) if (result.status === 'rejected') throw result.reason;
      }
      if (trimmed) {
        trimmedRanges += 1;
        logger.warn('redrive trimmed', { event: 'redrive_trimmed', messageId, shardId, first, last });
      }
      return true;
    };

    for (const { messageId, body } of event.Records) {
      try {
        if (!(await redrive(messageId, body))) left.push(messageId);
      } catch (error) {
        left.push(messageId);
        logger.error('redrive failed', { event: 'redrive_failed', messageId, ...describe(error) });
      }
    }
    logger.info('redriven', {
      event: 'redriven',
      messages: event.Records.length - left.length,
      left: left.length,
      trimmed: trimmedRanges,
      bookings: asked.size,
    });
    return { batchItemFailures: left.map((itemIdentifier) => ({ itemIdentifier })) };
  };

/** @returns undefined when it is no such message */
function readBatch(body: string): z.infer<typeof givenUp>['DDBStreamBatchInfo'] | undefined {
  try {
    return z.safeParse(givenUp, JSON.parse(body)).data?.DDBStreamBatchInfo;
  } catch {
    return undefined;
  }
}
