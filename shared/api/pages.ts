import * as z from 'zod/mini';
import { about, documented } from './fields.ts';

/** What the form of a page sends. */
export const calendarForm = documented(
  z.object({ calendar: about(z.optional(z.string()), 'Id of one of the calendars that the page lists.') }),
  'The calendar that was chosen.',
  { calendar: 'primary' },
);

export const disconnectForm = documented(
  z.object({
    seen: about(
      z.optional(z.string()),
      'When the account that the page shows was connected: no other is disconnected.',
    ),
  }),
  'That it is to be disconnected.',
  { seen: '2026-11-22T10:00:00Z' },
);
