import { Logger } from '@aws-lambda-powertools/logger';
import { readEnvironment } from '../../shared/http/environment.ts';
import { makeHandler } from './handler.ts';

const env = readEnvironment(process.env, ['PUBLIC_URL']);

export const handler = makeHandler({ publicUrl: env.PUBLIC_URL, logger: new Logger() });
