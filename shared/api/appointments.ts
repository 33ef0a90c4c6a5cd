import * as z from 'zod/mini';
import { GOOGLE_FAILURE_CODES } from '../google/errors.ts';
import { MEETING_STATES, type MeetingError } from '../meetings/meeting.ts';
import { CHANNELS, LOCALES, MESSAGE_KINDS, ROLES } from '../settings/settings.ts';
import { type Answer, about, documented, instant, moment } from './fields.ts';

const ERROR_CODES = [
  ...GOOGLE_FAILURE_CODES,
  'staff_not_connected',
  'staff_reconnect_required',
  'integration_off',
  'start_not_announced',
] as const satisfies readonly MeetingError['code'][];

/** The appointment in the words of the neutral webhook. */
export const appointment = about(
  z.object({
    id: about(z.string(), '`{platform}:{id}`'),
    status: about(z.string(), 'As the booking platform says it, in lower case.'),
    start: z.optional(instant),
    end: z.optional(instant),
    timeZone: about(z.optional(z.string()), 'The customer’s: an IANA name, or an offset such as -06:00.'),
    service: z.optional(z.object({ name: z.string() })),
    staff: z.optional(z.object({ email: z.string(), name: z.optional(z.string()), phone: z.optional(z.string()) })),
    customers: z.optional(
      z.array(
        z.object({
          name: z.string(),
          email: z.optional(z.string()),
          phone: z.optional(z.string()),
          locale: z.optional(z.enum(LOCALES)),
        }),
      ),
    ),
    location: z.optional(z.object({ name: z.string() })),
    notes: z.optional(z.string()),
    keywords: about(
      z.optional(z.record(z.string(), z.string())),
      'Every other field that the platform sent, by its name.',
    ),
    revision: about(z.int(), 'Counts the accepted changes, from 1.'),
    changedAt: about(instant, 'When this revision was accepted.'),
    sourceTime: about(z.optional(moment), 'The platform’s own time of the newest change, where it sends one.'),
  }),
  'What the booking platform wants. Of a booking that was cancelled before anything else was known of it, there is only id and status.',
);

/** The meeting of an appointment. */
export const meeting = about(
  z.object({
    state: about(z.enum(MEETING_STATES), 'How far it has come.'),
    meetUrl: about(z.nullable(z.url()), 'The Meet link, as soon as there is one.'),
    eventId: about(z.nullable(z.string()), 'Of the event in Google Calendar.'),
    calendarId: about(z.nullable(z.string()), 'Of the calendar that the event is on.'),
    eventLink: about(z.nullable(z.string()), 'The event’s page in Google Calendar.'),
    attempts: about(z.int(), 'Failures in a row.'),
    nextAttemptAt: about(z.nullable(instant), 'When it is looked at again by itself.'),
    error: about(
      z.nullable(
        z.object({
          code: about(z.enum(ERROR_CODES), 'Stable.'),
          message: about(z.string(), 'What happened and what to do, for a person.'),
        }),
      ),
      'What keeps the booking from its link, or needs to be looked at.',
    ),
  }),
  'What Google holds.',
);

const message = z.object({
  to: about(z.string(), 'E-mail address or telephone number.'),
  role: z.enum(ROLES),
  channel: z.enum(CHANNELS),
  kind: z.enum(MESSAGE_KINDS),
  state: z.enum(['sent', 'failed', 'skipped']),
  at: instant,
  reason: about(z.optional(z.string()), 'Why it was not sent, as a stable code.'),
  detail: about(z.optional(z.string()), 'The same in words, with what to do.'),
});

const timelineEntry = z.object({
  at: instant,
  what: about(z.string(), 'What was done, as a stable code.'),
  detail: z.optional(z.string()),
});

const appointmentExample = {
  id: 'booknetic:1042',
  status: 'approved',
  start: '2026-12-01T14:00:00Z',
  end: '2026-12-01T14:45:00Z',
  service: { name: 'Consulta' },
  staff: { email: 'ana@clinic.example', name: 'Ana García', phone: '+34600000001' },
  customers: [{ name: 'Luis Pérez', email: 'luis@mail.example', phone: '+34600000002', locale: 'es' }],
  location: { name: 'Online' },
  notes: 'Primera visita',
  keywords: { service_price: '60 €' },
  revision: 1,
  changedAt: '2026-11-22T10:00:01Z',
} satisfies Answer<typeof appointment>;
const meetingExample = {
  state: 'ready',
  meetUrl: 'https://meet.google.com/abc-defg-hij',
  eventId: '0f1e2d3c4b5a69788796a5b4c3d2e1f0',
  calendarId: 'primary',
  eventLink: 'https://www.google.com/calendar/event?eid=MGYxZTJk',
  attempts: 0,
  nextAttemptAt: null,
  error: null,
} satisfies Answer<typeof meeting>;

export const appointmentView = documented(
  z.object({
    appointment,
    meeting,
    messages: about(z.array(message), 'What people were told of it, oldest first.'),
    timeline: about(z.array(timelineEntry), 'What was done, oldest first.'),
  }),
  'A booking with everything that is known of it.',
  {
    appointment: appointmentExample,
    meeting: meetingExample,
    messages: [
      {
        to: 'luis@mail.example',
        role: 'customer',
        channel: 'email',
        kind: 'booked',
        state: 'sent',
        at: '2026-11-22T10:00:04Z',
      },
    ],
    timeline: [
      { at: '2026-11-22T10:00:02Z', what: 'event_created' },
      { at: '2026-11-22T10:00:03Z', what: 'state_ready' },
    ],
  },
);
export type AppointmentAnswer = Answer<typeof appointmentView>;

export const appointmentPage = documented(
  z.object({
    items: about(
      z.array(z.object({ appointment, meeting })),
      'By start and then by id. There can be fewer than asked for though more come.',
    ),
    cursor: about(z.nullable(z.string()), 'Where the next page begins; null when nothing comes behind this one.'),
  }),
  'A page of bookings.',
  {
    items: [{ appointment: appointmentExample, meeting: meetingExample }],
    cursor: 'MjAyNi0xMi0wMVQxNDowMDowMFogYm9va25ldGljOjEwNDI',
  },
);
export type AppointmentPageAnswer = Answer<typeof appointmentPage>;

export const lookRequested = documented(
  z.object({ appointmentId: z.string(), revision: about(z.int(), 'That is looked at.') }),
  'The booking is looked at again.',
  { appointmentId: 'booknetic:1042', revision: 3 },
);
export type LookRequestedAnswer = Answer<typeof lookRequested>;
