import * as z from 'zod/mini';
import { about, documented } from './fields.ts';

/** The document itself, of which OpenAPI's own schema says more. */
export const document = documented(
  z.looseObject({
    openapi: about(z.string(), 'The version of OpenAPI.'),
    info: z.looseObject({ title: z.string(), version: z.string() }),
    paths: z.looseObject({}),
  }),
  'An OpenAPI document.',
  { openapi: '3.1.0', info: { title: 'Booking Meet', version: '0.1.0' }, paths: {} },
);
