import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import { makeStreamReader } from '../../shared/appointments/stream.ts';
import { makeDocumentClient, makeStreamsClient } from '../../shared/aws/clients.ts';
import { readEnvironment } from '../../shared/http/environment.ts';
import { systemClock } from '../../shared/time.ts';
import { makeHandler } from './handler.ts';

const env = readEnvironment(process.env, ['APPOINTMENTS_TABLE', 'APPOINTMENTS_STREAM_ARN']);
const logger = new Logger();

export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger))
  .handler(
    makeHandler({
      appointments: makeAppointmentStore(makeDocumentClient(), env.APPOINTMENTS_TABLE),
      stream: makeStreamReader(makeStreamsClient(), env.APPOINTMENTS_STREAM_ARN),
      streamArn: env.APPOINTMENTS_STREAM_ARN,
      clock: systemClock,
      logger,
    }),
  );
