import * as z from 'zod/mini';
import { email } from '../http/fields.ts';
import { type Answer, about, documented } from './fields.ts';

/** The address in a path. */
export const customerEmail = about(email, 'E-mail address of the person.');

export const erasure = documented(
  z.object({
    appointments: about(z.int(), 'Bookings that named the person and do no more, past ones too.'),
    messages: about(z.int(), 'Messages to them that are not listed with any booking any more.'),
    events: about(
      z.int(),
      'Events in Google Calendar, still to come, that are changed: they lose the person within seconds, or once Google can be reached.',
    ),
  }),
  'What was removed of a person; nothing, the second time.',
  { appointments: 3, messages: 7, events: 1 },
);
export type ErasureAnswer = Answer<typeof erasure>;
