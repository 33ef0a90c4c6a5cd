import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import middy from '@middy/core';
import type { SNSEvent } from 'aws-lambda';
import { makeDocumentClient } from '../../shared/aws/clients.ts';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeToldStore } from '../../shared/notifications/store.ts';
import { makeUndeliverableStore } from '../../shared/notifications/undeliverable.ts';
import { systemClock } from '../../shared/time.ts';
import { makeHandler } from './handler.ts';

const env = readEnvironment(process.env, ['TOLD_TABLE']);
const logger = new Logger();
const db = makeDocumentClient();

export const handler = middy<SNSEvent, void>()
  .use(injectLambdaContext(logger))
  .handler(
    makeHandler({
      told: makeToldStore(db, env.TOLD_TABLE),
      undeliverable: makeUndeliverableStore(db, env.TOLD_TABLE),
      clock: systemClock,
      sleep: (milliseconds) => sleep(milliseconds),
      logger,
    }),
  );
