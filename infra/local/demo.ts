import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { smsSchema } from './inbox-messages.ts';
import type { Stack } from './stack.ts';

/** What a demo shows in good time: seconds. Whoever sets them otherwise keeps theirs. */
export const DEMO_ENVIRONMENT = { SWEEP_SECONDS: '1', NOTIFY_HOLD_SECONDS: '2', RETRY_BASE_SECONDS: '1' };

const STAFF = { email: 'ana@clinic.test', name: 'Ana García' };
const CUSTOMERS = [
  { full: 'Luis Pérez', email: 'luis@mail.test', phone: '+34600000002' },
  { full: 'Marta Gil', email: 'marta@mail.test', phone: '+34600000003' },
] as const;

const PATIENCE_MILLISECONDS = 60_000;
const HOUR = 3_600_000;
/** Milliseconds; long enough before the reminder, so that it is not what the confirmation has just said. */
const SOON = 70_000;

const line = (text = ''): void => void process.stdout.write(`${text}\n`);
const step = (text: string): void => line(`\n\u25b6 ${text}`);
const fact = (name: string, value: unknown): void => line(`  ${`${name}:`.padEnd(10)} ${value}`);

interface View {
  readonly meeting: { readonly state: string; readonly meetUrl: string | null; readonly eventLink: string | null };
  readonly messages: readonly { readonly channel: string; readonly kind: string; readonly state: string }[];
}

/**
 * The main job on real input: a staff member connects, Booknetic posts a booking and everybody has the link; a second one is moved and
 * cancelled.
 * @throws when something that should have come did not
 */
export async function demo(stack: Stack): Promise<void> {
  if (!stack.googleUrl)
    throw new Error('The demo signs in by itself, so it needs the Google stand-in (leave GOOGLE unset).');
  const admin = { authorization: `Bearer ${stack.adminKey}` };
  const view = async (id: string): Promise<View> =>
    (
      await answered(await fetch(`${stack.url}/appointments/booknetic:${id}`, { headers: admin }))
    ).json() as Promise<View>;

  const showMessages = inbox(stack);
  step(`${STAFF.name} follows her connect link and signs in at Google`);
  const link = await answered(
    await fetch(`${stack.url}/staff/${STAFF.email}/connect-link`, { method: 'POST', headers: admin }),
  );
  const { url } = (await link.json()) as { url: string };
  fact('Link', url);
  await connect(url);
  fact('Connected', STAFF.email);

  step('The admin has customers told by SMS as well, which is off by default, and reminded a minute before');
  await answered(
    await fetch(`${stack.url}/settings`, {
      method: 'PATCH',
      headers: { ...admin, 'content-type': 'application/json' },
      body: JSON.stringify({
        notifications: { sms: { customer: true } },
        reminders: [{ minutesBefore: 1, channels: ['email', 'sms'] }],
      }),
    }),
  );
  fact('SMS', 'on for customers');
  fact('Reminder', 'a minute before, by mail and SMS');

  const tomorrow = Math.ceil((Date.now() + 24 * HOUR) / HOUR) * HOUR;
  step('Booknetic posts a booking, exactly as its workflow action does');
  const first = booking('1042', CUSTOMERS[0], tomorrow);
  for (const [name, value] of first) line(`  ${name} = ${value}`);
  await post(stack, first);
  const booked = await until(() => view('1042'), told(2));
  fact('Meet link', booked.meeting.meetUrl);
  fact('Event', booked.meeting.eventLink);
  await showMessages();

  step(`${CUSTOMERS[1].full} books as well, then moves the booking by a day`);
  await post(stack, booking('1043', CUSTOMERS[1], tomorrow + 2 * HOUR));
  const before = await until(() => view('1043'), told(2));
  fact('Meet link', before.meeting.meetUrl);
  await post(stack, booking('1043', CUSTOMERS[1], tomorrow + 26 * HOUR, { event: 'booking_rescheduled' }));
  const moved = await until(() => view('1043'), told(4));
  fact('Meet link', `${moved.meeting.meetUrl} ${moved.meeting.meetUrl === before.meeting.meetUrl ? '(the same)' : ''}`);
  await showMessages();

  step('and cancels it');
  await post(
    stack,
    booking('1043', CUSTOMERS[1], tomorrow + 26 * HOUR, {
      event: 'booking_status_changed',
      appointment_status: 'canceled',
    }),
  );
  const cancelled = await until(() => view('1043'), told(6));
  fact('State', `${cancelled.meeting.state}, the event is gone from the calendar`);
  await showMessages();

  step(`${CUSTOMERS[0].full} books for in a minute, and is reminded`);
  await post(stack, booking('1044', CUSTOMERS[0], Math.ceil(Date.now() / 1000) * 1000 + SOON));
  await until(() => view('1044'), reminded);
  await showMessages();

  step('Look for yourself');
  fact('Calendar', stack.googleUrl);
  fact('Inbox', `${stack.inboxUrl} (e-mails and text messages)`);
  fact('API', `curl -H "Authorization: Bearer ${stack.adminKey}" ${stack.url}/appointments/booknetic:1042`);
  line('\nThe stack goes on running; Ctrl-C stops it.\n');
}

/** What a person does in a browser: open the link, go on to Google, choose the account, allow. */
async function connect(link: string): Promise<void> {
  const page = await (await answered(await fetch(link))).text();
  const href = /href="(\/oauth\/google\/start[^"]+)"/.exec(page)?.[1];
  if (!href) throw new Error('The connect page has no link to Google.');
  const start = await fetch(new URL(href, link), { redirect: 'manual' });
  const cookie = start.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const consent = await fetch(start.headers.get('location') ?? '', {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams({
      email: STAFF.email,
      decision: 'allow',
      granted: 'https://www.googleapis.com/auth/calendar.events.owned',
    }),
  });
  await answered(await fetch(consent.headers.get('location') ?? '', { headers: { cookie } }));
}

function booking(
  id: string,
  customer: (typeof CUSTOMERS)[number],
  start: number,
  changes: Record<string, string> = {},
): URLSearchParams {
  const compact = (time: number) => new Date(time).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const dates = `${compact(start)}/${compact(start + HOUR)}`;
  return new URLSearchParams({
    event: 'booking_new',
    appointment_id: id,
    appointment_status: 'approved',
    add_to_google_calendar_link: `https://calendar.google.com/calendar/render?action=TEMPLATE&dates=${dates}`,
    service_name: 'Consulta',
    staff_email: STAFF.email,
    staff_name: STAFF.name,
    customer_full_name: customer.full,
    customer_email: customer.email,
    customer_phone: customer.phone,
    location_name: 'Online',
    ...changes,
  });
}

async function post(stack: Stack, fields: URLSearchParams): Promise<void> {
  const response = await answered(
    await fetch(`${stack.url}/webhooks/booknetic`, {
      method: 'POST',
      headers: { 'x-webhook-secret': stack.webhookSecret },
      body: fields,
    }),
  );
  fact('Answer', `${response.status} ${await response.text()}`);
}

/** Text messages and reminders are shown when they have come, and not waited for. */
const told =
  (mails: number) =>
  ({ messages }: View): boolean =>
    messages.filter(({ channel, kind, state }) => channel === 'email' && kind !== 'reminder' && state === 'sent')
      .length >= mails;

/** Customer and staff by mail, the customer by SMS. */
const reminded = ({ messages }: View): boolean =>
  messages.filter(({ kind, state }) => kind === 'reminder' && state === 'sent').length >= 3;

async function until(look: () => Promise<View>, isDone: (view: View) => boolean): Promise<View> {
  const patienceEnds = Date.now() + PATIENCE_MILLISECONDS;
  for (;;) {
    const seen = await look();
    if (isDone(seen)) return seen;
    if (Date.now() > patienceEnds)
      throw new Error(`Still ${seen.meeting.state} after a minute; look at the log above.`);
    await sleep(200);
  }
}

const storedMails = z
  .object({
    emails: z.array(
      z.object({
        subject: z.string(),
        destination: z.object({ to: z.array(z.string()) }),
        body: z.object({ text: z.string().default('') }),
      }),
    ),
  })
  .transform(({ emails }) => emails);

/** Shows the mails and text messages that have come since it was last asked. */
function inbox({ inboxUrl, snsUrl }: Stack): () => Promise<void> {
  const newMails = news(`${inboxUrl}/store`, storedMails);
  const newSms = news(`${snsUrl}/messages`, z.array(smsSchema));
  const show = (heading: string, text: string): void => {
    line(`  ${heading}`);
    for (const row of text.trim().split('\n')) line(`    | ${row}`);
  };
  return async () => {
    for (const { subject, destination, body } of await newMails())
      show(`\u2709 ${destination.to.join(', ')}: ${subject}`, body.text);
    for (const { phoneNumber, message } of await newSms()) show(`\u2706 SMS to ${phoneNumber}`, message);
  };
}

/** What a list that only grows has more than when it was last asked for. */
function news<T>(url: string, list: z.ZodType<T[]>): () => Promise<T[]> {
  let seen = 0;
  return async () => {
    const found = await fetch(url)
      .then(async (response) => list.parse(await response.json()))
      // Other stand-ins than ours need not have this list.
      .catch((): T[] => []);
    const fresh = found.slice(seen);
    seen = found.length;
    return fresh;
  };
}

async function answered(response: Response): Promise<Response> {
  if (!response.ok) throw new Error(`${response.url} answered ${response.status}: ${await response.text()}`);
  return response;
}
