import { Logger } from '@aws-lambda-powertools/logger';
import { readAssets } from './assets.ts';
import { makeHandler } from './handler.ts';

export const handler = makeHandler({
  // The bundler puts them beside the bundle.
  assets: readAssets(new URL('app/', import.meta.url)),
  logger: new Logger(),
});
