import { Webhook } from 'standardwebhooks';
import type { HttpEvent } from '../../shared/http/chain.ts';
import { ANA } from '../builders/bookings.ts';
import { asAdmin, httpEvent, type Request } from '../handler/events.ts';
import { BOOKED, type Front, LUIS, SIGNING_SECRET, WEBHOOK_SECRET } from './front.ts';

const FORM = {
  event: 'booking_new',
  appointment_id: '1042',
  appointment_status: 'approved',
  add_to_google_calendar_link: 'https://calendar.google.com/?dates=20261201T140000Z/20261201T144500Z&text=a',
  appointment_start_date_time: '2026-12-01 15:00',
  appointment_end_date_time: '2026-12-01 15:45',
  appointment_date: '2026-12-01',
  appointment_start_time: '15:00',
  appointment_end_time: '15:45',
  appointment_start_date_time_client: '2026-12-01 09:00',
  service_name: 'Consulta',
  staff_email: ANA,
  staff_name: 'Ana',
  staff_phone: '+34600000001',
  customer_full_name: 'Marta',
  customer_email: 'marta@mail.test',
  customer_phone: '+34600000003',
  location_name: 'Online',
  appointment_notes: 'none',
  another_field: 'kept',
};
/** Of which the time is read in the format of the settings. */
const { add_to_google_calendar_link: _, ...DATED } = FORM;

const NEUTRAL = {
  type: 'appointment.created',
  timestamp: '2026-11-24T08:00:00Z',
  data: {
    id: '2042',
    status: 'approved',
    start: '2026-12-02T15:00:00+01:00',
    end: '2026-12-02T15:45:00+01:00',
    timeZone: 'Europe/Madrid',
    service: { name: 'Consulta' },
    staff: { email: ANA, name: 'Ana', phone: '+34600000001' },
    customers: [{ email: 'eva@mail.test', name: 'Eva', phone: '+34600000004', locale: 'es' }],
    location: { name: 'Online' },
    notes: 'none',
    keywords: { room: 'Blue' },
  },
};

const SETTINGS = {
  eventTitle: '{service_name} – {customer_full_name}',
  eventDescription: '{service_name} ({staff_name})\n{location_name}, {appointment_notes}',
  statuses: ['approved'],
  timeZone: 'Europe/Madrid',
  dateFormat: 'd/m/Y',
  timeFormat: 'H:i',
  locale: 'es',
  senderName: 'Clínica Sol',
  replyTo: 'hello@clinic.test',
  adminEmail: 'admin@clinic.test',
  googleInvitations: 'all',
  notifications: { email: { customer: true, staff: true }, sms: { customer: true, staff: false } },
  reminders: [{ minutesBefore: 60, channels: ['email', 'sms'] }],
  templates: { booked: { customer: { email: { es: { subject: '{service_name}', body: '{meet_link}' } } } } },
  retentionDays: 90,
  defaultCountry: 'ES',
  expectStartsPing: false,
};
const MESSAGE = {
  kind: 'booked',
  role: 'customer',
  channel: 'email',
  locale: 'es',
  subject: '{service_name}',
  body: '{customer_full_name}\n{start_date} {meet_link}',
  appointmentId: BOOKED,
};

const admin = (request: Request = {}): Request => ({ headers: asAdmin, ...request });
const person = { path: { email: ANA } };
const booking = { path: { appointmentId: BOOKED } };

/** A request to each route that is answered well, by the key of the route; several where there are several ways. */
const GOOD: Readonly<Record<string, (front: Front) => Request | Promise<Request>>> = {
  'POST /webhooks/booknetic': () => ({
    headers: { 'x-webhook-secret': WEBHOOK_SECRET },
    body: new URLSearchParams(FORM),
  }),
  'POST /webhooks/booknetic dated': () => ({ headers: { 'x-webhook-secret': WEBHOOK_SECRET }, body: DATED }),
  'POST /webhooks/appointments': () => ({ body: NEUTRAL }),
  'GET /settings': () => admin(),
  'PUT /settings': () => admin({ body: SETTINGS }),
  'PATCH /settings': () => admin({ body: SETTINGS, headers: { ...asAdmin, 'if-match': '*' } }),
  'GET /settings/google': () => admin(),
  'PUT /settings/google': () => admin({ body: { clientId: 'client-2.apps.test', clientSecret: 'hush' } }),
  'GET /keywords': () => admin({ headers: { ...asAdmin, 'accept-language': 'es' } }),
  'POST /settings/preview': () =>
    admin({ body: { eventTitle: '{service_name}', eventDescription: '{staff_name}', appointmentId: BOOKED } }),
  'POST /settings/preview-message': () => admin({ body: MESSAGE }),
  'POST /settings/test-message': () => admin({ body: MESSAGE }),
  'GET /staff': () => admin(),
  'GET /staff/{email}': () => admin(person),
  'PUT /staff/{email}': () =>
    admin({ ...person, body: { name: 'Ana', phone: '+34600000001', locale: 'es', calendarId: 'primary' } }),
  'DELETE /staff/{email}': () => admin(person),
  'POST /staff/{email}/connect-link': () => admin({ ...person, body: { sendEmail: true } }),
  'DELETE /staff/{email}/connection': () => admin(person),
  'GET /appointments': () =>
    admin({
      query: { state: 'ready,failed', staff: ANA, from: '2026-11-01', to: '2027-01-01T00:00:00Z', limit: '10' },
    }),
  'GET /appointments/{appointmentId}': () => admin(booking),
  'POST /appointments/{appointmentId}/resync': () => admin(booking),
  'POST /appointments/{appointmentId}/cancel': () => admin(booking),
  'DELETE /customers/{email}': () => admin({ path: { email: LUIS.email } }),
  'GET /diagnostics': () => admin({ query: { check: 'google_client,webhooks,basic_settings' } }),
  'GET /connect/{token}': ({ link }) => ({ path: { token: link }, headers: { 'accept-language': 'es' } }),
  'GET /connect/{token}/calendar': ({ link }) => ({ path: { token: link } }),
  'POST /connect/{token}/calendar': ({ link }) => ({
    path: { token: link },
    body: new URLSearchParams({ calendar: 'primary' }),
  }),
  'GET /connect/{token}/disconnect': ({ link }) => ({ path: { token: link } }),
  'POST /connect/{token}/disconnect': ({ link }) => ({
    path: { token: link },
    body: new URLSearchParams({ seen: '2026-11-24T09:00:00Z' }),
  }),
  'GET /oauth/google/start': ({ link }) => ({ query: { token: link, calendars: 'yes' } }),
  'GET /oauth/google/callback': async (front) => {
    const { state, cookie } = await front.beginSignIn();
    return { query: { state, code: 'code-1' }, cookies: [cookie] };
  },
  'GET /join/{appointmentId}': () => ({ ...booking, query: { e: LUIS.email }, headers: { 'accept-language': 'es' } }),
  'GET /admin': () => ({ headers: { 'accept-encoding': 'gzip, br;q=0.5' } }),
  'GET /admin/preview': () => ({}),
  'GET /admin/{asset}': () => ({ path: { asset: 'index.html' } }),
  'GET /openapi.json': () => ({ headers: { 'if-none-match': '"x"' } }),
};

/** Names of good requests; each begins with the key of its route. */
export const GOOD_REQUESTS: readonly string[] = Object.keys(GOOD);

const routeKeyOf = (name: string): string => name.split(' ').slice(0, 2).join(' ');

export async function goodEvent(name: string, front: Front): Promise<HttpEvent> {
  const make = GOOD[name];
  if (!make) throw new Error(`There is no good request called ${name}.`);
  return httpEvent(routeKeyOf(name), await make(front));
}

/** As the platform would sign the body that the event has now. */
export function sign(event: HttpEvent): HttpEvent {
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8').toString('utf8');
  const sentAt = new Date();
  return {
    ...event,
    headers: {
      ...event.headers,
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(sentAt.getTime() / 1000)),
      'webhook-signature': new Webhook(SIGNING_SECRET).sign('msg_1', sentAt, body),
    },
  };
}
