import { Logger } from '@aws-lambda-powertools/logger';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeHandler } from './handler.ts';

/** What `made.ts` has printed when this was bundled. */
declare const MADE: string;

const env = readEnvironment(process.env, ['PUBLIC_URL']);

export const handler = makeHandler({
  document: MADE,
  publicUrl: env.PUBLIC_URL,
  logger: new Logger(),
});
