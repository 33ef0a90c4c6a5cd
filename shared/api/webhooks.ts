import * as z from 'zod/mini';
import { FIELDS_READ_BY_NAME, fieldText } from '../appointments/platforms/booknetic.ts';
import { bookedEnvelope, endedEnvelope } from '../appointments/platforms/neutral.ts';
import { type Answer, about, documented } from './fields.ts';

const receiptFields = {
  appointmentId: about(z.string(), '`{platform}:{id}`'),
  revision: about(z.int(), 'Counts the accepted changes of this booking, from 1.'),
};
const OUTCOMES = ['duplicate', 'stale', 'unchanged'] as const;
const receiptExample = { appointmentId: 'booknetic:1042', revision: 3 };

export const accepted = documented(
  z.object({ ...receiptFields, outcome: z.literal('accepted') }),
  'The booking is stored. Google and everybody concerned follow.',
  { ...receiptExample, outcome: 'accepted' },
);

export const notNeeded = documented(
  z.object({
    ...receiptFields,
    outcome: about(
      z.enum(OUTCOMES),
      'duplicate: this delivery was taken in before. stale: something newer is known. unchanged: it says nothing new.',
    ),
  }),
  'Taken in, and nothing changes.',
  { ...receiptExample, outcome: 'duplicate' },
);

export const receipt = documented(
  z.object({ ...receiptFields, outcome: z.enum(['accepted', ...OUTCOMES]) }),
  'What it came to.',
  { ...receiptExample, outcome: 'accepted' },
);
export type ReceiptAnswer = Answer<typeof receipt>;

const { event, appointment_id, ...details } = FIELDS_READ_BY_NAME;

/** All events but the one that needs no booking. */
const bookneticBooking = {
  event: about(z.enum(event.options.filter((name) => name !== 'booking_deleted')), 'What happened.'),
  appointment_id: about(appointment_id, 'Number of the appointment.'),
  appointment_status: about(details.appointment_status, 'approved, pending, canceled, rejected, or one of your own.'),
  add_to_google_calendar_link: about(z.optional(fieldText), 'Its dates=…Z/…Z say when the booking is, in UTC.'),
  appointment_start_date_time: about(
    z.optional(fieldText),
    'Without that link: in timeZone, dateFormat and timeFormat of the settings.',
  ),
  appointment_end_date_time: about(z.optional(fieldText), 'With the one before.'),
  appointment_date: about(z.optional(fieldText), 'Without those: the date, with the two times of day that follow.'),
  appointment_start_time: about(z.optional(fieldText), 'With appointment_date.'),
  appointment_end_time: about(z.optional(fieldText), 'With appointment_date; past midnight it is on the next day.'),
  service_name: about(details.service_name, 'Name of the service.'),
  staff_email: about(details.staff_email, 'Whose calendar the booking goes to.'),
  staff_name: about(z.optional(details.staff_name), 'Name of the staff member.'),
  staff_phone: about(z.optional(details.staff_phone), 'Telephone of the staff member, for SMS.'),
  customer_full_name: about(
    z.optional(details.customer_full_name),
    'Without one, customer_first_name and customer_last_name are used.',
  ),
  customer_email: about(
    z.optional(z.union([details.customer_email, z.string().check(z.regex(/^\s*$/))])),
    'Without one the customer is neither invited nor written to.',
  ),
  customer_phone: about(z.optional(details.customer_phone), 'Telephone of the customer, for SMS.'),
  location_name: about(z.optional(details.location_name), 'Name of the location.'),
  appointment_notes: about(z.optional(details.appointment_notes), 'Notes on the appointment.'),
};
const bookneticDeletion = {
  event: about(z.literal('booking_deleted'), 'Booknetic itself never sends it: it is for automation of your own.'),
  appointment_id: bookneticBooking.appointment_id,
};
const OTHER_FIELDS = 'Every other field is kept, and its name can be used as a keyword in templates.';
const bookneticExample = {
  event: 'booking_new',
  appointment_id: '1042',
  appointment_status: 'approved',
  add_to_google_calendar_link:
    'https://calendar.google.com/calendar/render?action=TEMPLATE&dates=20261201T140000Z/20261201T144500Z',
  service_name: 'Consulta',
  staff_email: 'ana@clinic.example',
  staff_name: 'Ana García',
  customer_full_name: 'Luis Pérez',
  customer_email: 'luis@mail.example',
  customer_phone: '+34600000002',
  location_name: 'Online',
  appointment_notes: '',
  service_price: '60 €',
} as const;

export const bookneticForm = documented(
  z.union([z.catchall(z.object(bookneticBooking), fieldText), z.catchall(z.object(bookneticDeletion), fieldText)]),
  `What Booknetic’s workflow action “Webhook” sends: each field is named as the keyword that fills it. ${OTHER_FIELDS}`,
  bookneticExample,
);

/** In JSON a field may be any scalar; it is read as its text. */
const scalar = <Schema extends z.core.SomeType>(schema: Schema) => z.union([schema, z.number(), z.boolean(), z.null()]);
const scalars = <Shape extends z.core.$ZodShape>(shape: Shape) =>
  z.catchall(
    z.object(Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, scalar(schema)]))),
    scalar(fieldText),
  );

export const bookneticJson = documented(
  z.union([scalars(bookneticBooking), scalars(bookneticDeletion)]),
  `The same fields as one flat JSON object. ${OTHER_FIELDS}`,
  { ...bookneticExample, appointment_id: 1042 },
);

const sentAt = '2026-11-22T10:00:00Z';

export const neutralDelivery = documented(
  z.discriminatedUnion('type', [bookedEnvelope, endedEnvelope]),
  'What happened to a booking. The booking is called `appointments:{id}` from then on.',
  {
    type: 'appointment.created',
    timestamp: sentAt,
    data: {
      id: '1042',
      status: 'approved',
      start: '2026-12-01T15:00:00+01:00',
      end: '2026-12-01T15:45:00+01:00',
      timeZone: 'Europe/Madrid',
      service: { name: 'Consulta' },
      staff: { email: 'ana@clinic.example', name: 'Ana', phone: '+34600000001' },
      customers: [{ email: 'luis@mail.example', name: 'Luis', phone: '+34600000002', locale: 'es' }],
      location: { name: 'Online' },
      notes: 'Primera visita',
      keywords: { service_price: '60 €' },
    },
  },
);
