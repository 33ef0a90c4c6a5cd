import * as z from 'zod/mini';
import { email, line, locale, text } from '../http/fields.ts';
import { CHANNELS, LOCALES } from '../settings/settings.ts';
import { type Answer, about, documented, instant } from './fields.ts';

/** The address in a path. */
export const staffEmail = about(email, 'E-mail address of the staff member, as the booking platform has it.');

export const profileRequest = documented(
  z.strictObject({
    name: about(z.optional(z.nullable(line(300))), 'Without one, that of the booking platform is used.'),
    phone: about(z.optional(z.nullable(text(50))), 'Telephone, for SMS.'),
    locale: about(z.optional(z.nullable(locale)), 'Language of messages and pages; without one, that of the settings.'),
    calendarId: about(
      z._default(text(300, 1), 'primary'),
      'The Google calendar that events go to: its id, or primary for the account’s own.',
    ),
  }),
  'The profile of a staff member. It takes the place of the one before.',
  { name: 'Ana García', phone: '+34600000001', locale: 'es', calendarId: 'primary' },
);
export type ProfileRequest = z.output<typeof profileRequest>;

export const staffMember = documented(
  z.object({
    email: about(z.string(), 'In lower case.'),
    name: z.nullable(z.string()),
    phone: z.nullable(z.string()),
    locale: z.nullable(z.enum(LOCALES)),
    calendarId: about(z.string(), 'The Google calendar that events go to.'),
    connection: about(
      z.object({
        state: about(
          z.enum(['not_connected', 'connected', 'reconnect_required', 'insufficient_scope']),
          'reconnect_required: Google ended the access. insufficient_scope: the calendar box was not ticked.',
        ),
        googleEmail: about(z.nullable(z.string()), 'The connected Google account.'),
        connectedAt: z.nullable(instant),
        problem: about(z.nullable(z.string()), 'What is wrong, for a person.'),
      }),
      'The Google account of the staff member.',
    ),
    undeliverable: about(
      z.array(
        z.object({
          channel: z.enum(CHANNELS),
          address: z.string(),
          reason: z.enum(['bounced', 'complained', 'opted_out']),
          at: instant,
          detail: about(z.nullable(z.string()), 'What the provider said.'),
        }),
      ),
      'Addresses of this person to which nothing is sent any more. Saving the profile lifts it.',
    ),
    upcoming: about(z.int(), 'Bookings to come.'),
    waiting: about(z.int(), 'Those of them that wait for the account to be connected.'),
  }),
  'A staff member.',
  {
    email: 'ana@clinic.example',
    name: 'Ana García',
    phone: '+34600000001',
    locale: 'es',
    calendarId: 'primary',
    connection: {
      state: 'connected',
      googleEmail: 'ana.garcia@gmail.com',
      connectedAt: '2026-11-22T10:00:00Z',
      problem: null,
    },
    undeliverable: [
      {
        channel: 'sms',
        address: '+34600000001',
        reason: 'opted_out',
        at: '2026-11-23T08:15:00Z',
        detail: null,
      },
    ],
    upcoming: 12,
    waiting: 0,
  },
);
export type StaffAnswer = Answer<typeof staffMember>;

const everybody = z.array(staffMember);
export const staffList = documented(everybody, 'All staff members.', []);
export type StaffListAnswer = Answer<typeof staffList>;

export const connectLinkRequest = documented(
  z.strictObject({ sendEmail: about(z._default(z.boolean(), false), 'Whether the link is mailed to them too.') }),
  'How to pass the link on.',
  { sendEmail: true },
);
export type ConnectLinkRequest = z.output<typeof connectLinkRequest>;

export const connectLink = documented(
  z.object({
    url: about(z.url(), 'What the staff member opens to connect their account. Whoever has it acts for them.'),
    expiresAt: instant,
  }),
  'A link of the staff member’s own.',
  { url: 'https://meet.clinic.example/connect/eyJhbGciOiJIUzI1NiJ9.e30.c2ln', expiresAt: '2026-12-06T10:00:00Z' },
);
export type ConnectLinkAnswer = Answer<typeof connectLink>;
