import * as z from 'zod/mini';
import { type Answer, about, documented } from './fields.ts';

export const diagnostics = documented(
  z.object({
    ok: about(z.boolean(), 'Whether nothing fails.'),
    checks: z.array(
      z.object({
        id: about(z.string(), 'Stable.'),
        status: about(
          z.enum(['pass', 'warn', 'fail', 'unknown']),
          'unknown: nothing has happened yet that would tell, or it could not be found out in time.',
        ),
        title: about(z.string(), 'What should be so.'),
        detail: about(z.string(), 'The evidence.'),
        fix: about(z.string(), 'What to do; empty when there is nothing to do.'),
      }),
    ),
  }),
  'What is wrong with this installation, and what to do about it.',
  {
    ok: true,
    checks: [
      {
        id: 'undeliverable_addresses',
        status: 'warn',
        title: 'Addresses take messages',
        detail: 'luis@mail.example: bounced on 2026-11-22T10:00:00Z (smtp; 550 5.1.1 user unknown)',
        fix: 'Ask the person for an address that works.',
      },
    ],
  },
);
export type DiagnosticsAnswer = Answer<typeof diagnostics>;
