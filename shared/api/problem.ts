import * as z from 'zod/mini';
import { type Answer, about, documented } from './fields.ts';

/** What every refusal is answered with (RFC 9457). */
export const problem = documented(
  z.object({
    type: about(z.literal('about:blank'), 'Always about:blank: the status says what kind of problem it is.'),
    title: about(z.string(), 'The status in words.'),
    status: about(z.int().check(z.minimum(400), z.maximum(599)), 'The HTTP status.'),
    detail: about(z.string(), 'What is wrong with this request, for a person.'),
    instance: about(z.string(), 'The id of the request, to be found in the logs.'),
    errors: z.optional(
      about(
        z.array(
          z.object({
            path: about(z.string(), 'Names the field, dots between levels; empty for the body as a whole.'),
            message: about(z.string(), 'What is wrong with it, for a person.'),
          }),
        ),
        'All faults of the input at once, where it could be read but is not valid.',
      ),
    ),
  }),
  'A request that was refused, or failed (RFC 9457).',
  {
    type: 'about:blank',
    title: 'Unprocessable Content',
    status: 422,
    detail: 'One field is not valid.',
    instance: 'Q1wZfjzcDoEEPWg=',
    errors: [{ path: 'eventTitle', message: '{service_nam} is not a known keyword; did you mean {service_name}?' }],
  },
);
export type ProblemAnswer = Answer<typeof problem>;

/** What API Gateway itself answers, before any function is asked or in its place. */
export const gatewayError = documented(
  z.object({ message: about(z.string(), 'The status in words.') }),
  'What the gateway itself answers when it throttles a request, or when a function cannot answer.',
  { message: 'Too Many Requests' },
);
