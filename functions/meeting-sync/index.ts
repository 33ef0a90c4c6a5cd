import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from 'aws-lambda';
import { lookAt } from '../../shared/look.ts';
import { makeLookDeps } from '../looking.ts';
import { makeHandler } from './handler.ts';

const logger = new Logger();
const deps = makeLookDeps(process.env, logger);

export const handler = middy<DynamoDBStreamEvent, DynamoDBBatchResponse>()
  .use(injectLambdaContext(logger))
  .handler(
    makeHandler({
      look: (appointmentId, deadline) => lookAt(deps, appointmentId, deadline),
      clock: deps.clock,
      logger,
    }),
  );
