import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { lookAt } from '../../shared/look.ts';
import { makeLookDeps, withTelemetry } from '../looking.ts';
import { makeHandler } from './handler.ts';

const logger = new Logger();
const metrics = new Metrics();
const deps = makeLookDeps(process.env, logger, metrics);

export const handler = withTelemetry(
  logger,
  metrics,
  makeHandler({
    look: (appointmentId, deadline) => lookAt(deps, appointmentId, deadline),
    clock: deps.clock,
    logger,
  }),
);
