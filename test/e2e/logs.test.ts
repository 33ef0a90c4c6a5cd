import { afterAll, beforeAll, expect, it } from 'vitest';
import { startInbox } from '../../infra/local/inbox.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { Driver, QUICK, settleDown, tomorrow } from './driver.ts';
import { type Ses, startSes } from './ses.ts';

const STAFF = 'qwertyna.staff@secret-clinic.test';
const LOST = 'qwertyna.lost@secret-clinic.test';
const ACCOUNT = 'qwertyna.account@secret-google.test';
const ADMIN = 'qwertyna.admin@secret-clinic.test';
const CUSTOMER = { name: 'Zanahoria Qwertyna', email: 'zanahoria@secret-mail.test', phone: '+34699123987' };
const NOTES = 'zanahoria-notes: something that nobody else should read';
/** What belongs to somebody, or opens something; none of it may stand in a log line. */
const PERSONAL = [/qwertyna/i, /zanahoria/i, /secret-(clinic|google|mail)\.test/i, /34699123987/, /%2B34699/i];

let inbox: { url: string; close(): Promise<void> };
let ses: Ses;
let stack: Stack;
let driver: Driver;
const log: string[] = [];
const secrets = new Set<string>();
const stderr: string[] = [];
const write = process.stderr.write;

beforeAll(async () => {
  process.stderr.write = ((chunk: string | Uint8Array) => stderr.push(String(chunk)) > 0) as typeof write;
  inbox = await startInbox({ port: 0 });
  ses = await startSes({ inboxUrl: () => inbox.url });
  stack = await startStack({
    environment: { ...QUICK, AWS_ENDPOINT_URL_SES: ses.url },
    log: (line) => void log.push(line),
  });
  driver = new Driver({ ...stack, googleUrl: stack.googleUrl ?? '', inboxUrl: inbox.url });
});

afterAll(async () => {
  await stack.stop();
  await ses.close();
  await inbox.close();
  process.stderr.write = write;
});

/** Whatever `act` is answered, it has made the system speak. */
const provoke = async (act: Promise<Response>): Promise<void> => void (await (await act).text());

async function driveEveryPath(): Promise<void> {
  const booking = { id: '1', staff: STAFF, customer: CUSTOMER, fields: { appointment_notes: NOTES } };
  await driver.settings({ adminEmail: ADMIN, replyTo: ADMIN });
  await provoke(
    driver.admin('PUT', '/settings/google', { clientId: 'zanahoria-client', clientSecret: 'zanahoria-key' }),
  );
  await provoke(driver.admin('PUT', `/staff/${STAFF}`, { name: 'Qwertyna', phone: CUSTOMER.phone }));
  await provoke(driver.admin('PUT', `/staff/${encodeURIComponent('zanahoria no address')}`, {}));
  await provoke(driver.admin('PATCH', '/settings', { zanahoria: CUSTOMER.email }));
  await provoke(driver.admin('GET', '/staff', undefined, { authorization: 'Bearer zanahoria-wrong-key' }));

  // Waiting for the staff member, then refused, unticked, foreign, and connected.
  await driver.book(booking);
  await driver.untilView('1', ({ meeting: { state } }) => state === 'waiting_for_staff');
  await driver.signIn(STAFF, { cancel: true, account: ACCOUNT });
  await driver.signIn(STAFF, { granted: [], account: ACCOUNT });
  const connected = await driver.signIn(STAFF, { account: ACCOUNT });
  secrets.add(new URL(connected.callback).searchParams.get('code') ?? '');
  secrets.add(new URL(connected.callback).searchParams.get('state') ?? '');
  secrets.add(connected.cookie.split('=')[1] ?? '');
  await provoke(driver.fetch(connected.callback, { headers: { cookie: connected.cookie } }));
  const link = await driver.connectLink(STAFF);
  secrets.add(link.split('/').at(-1) ?? '');
  await provoke(driver.fetch(`${link}x`));
  await driver.untilTold('1', 2);

  // Webhooks that are refused.
  await provoke(driver.postForm(new URLSearchParams({ customer_email: CUSTOMER.name, staff_email: 'qwertyna' })));
  await provoke(
    driver.postForm(new URLSearchParams({ customer_full_name: CUSTOMER.name }), { 'x-webhook-secret': 'zanahoria' }),
  );
  await provoke(driver.postSigned(`{"zanahoria": "${CUSTOMER.email}`));
  await provoke(driver.postSigned({ type: 'appointment.created', data: { customers: [CUSTOMER] } }));
  await provoke(driver.fetch(`${driver.url}/appointments/${encodeURIComponent(CUSTOMER.email)}`));
  await provoke(
    driver.fetch(`${driver.url}/${encodeURIComponent(CUSTOMER.email)}?phone=${encodeURIComponent(CUSTOMER.phone)}`),
  );

  // Google fails in every way.
  const faults = [
    { status: 500 },
    { status: 429 },
    { cut: 'before' },
    { cut: 'after' },
    { status: 400, reason: 'invalid', message: `Invalid attendee ${CUSTOMER.email}` },
  ];
  for (const [index, fault] of faults.entries()) {
    await driver.google('order-fault', { operation: 'insert', account: ACCOUNT, ...fault });
    await driver.book({ ...booking, id: String(10 + index), start: tomorrow(10 + index) });
  }
  await driver.google('order-fault', { operation: 'refresh', status: 503 });
  await driver.google('expire-access-tokens', {});
  // Mail fails in every way.
  ses.fail(CUSTOMER.email, 2, 'Throttling');
  ses.fail(CUSTOMER.email, 1);
  await driver.book({ ...booking, event: 'booking_rescheduled', start: tomorrow(30) });
  await driver.untilTold('1', 4);
  ses.fail(CUSTOMER.email, 1, 'MessageRejected');
  await driver.book({ ...booking, event: 'booking_status_changed', status: 'canceled', start: tomorrow(30) });
  await driver.untilView('1', ({ meeting: { state } }) => state === 'cancelled');
  // Whichever of them met the refusal that is for good.
  for (const [index] of faults.entries()) {
    await driver.untilView(String(10 + index), ({ meeting: { state } }) => state === 'ready' || state === 'failed');
  }

  // Access lost, another account, and disconnected.
  await driver.connect(LOST);
  await driver.book({ ...booking, id: '20', staff: LOST, start: tomorrow(40) });
  await driver.untilView('20', ({ meeting: { state } }) => state === 'ready');
  await driver.google('revoke-access', { account: LOST });
  await driver.book({ ...booking, id: '21', staff: LOST, start: tomorrow(41) });
  await driver.untilView('21', ({ meeting: { state } }) => state === 'waiting_for_staff');
  await driver.connect(LOST, ACCOUNT);
  await driver.untilView('21', ({ meeting: { state } }) => state === 'ready');
  await provoke(driver.admin('DELETE', `/staff/${LOST}/connection`));
  await provoke(driver.admin('DELETE', `/staff/${LOST}`));
  await driver.resync('10');
  await provoke(driver.admin('POST', '/appointments/booknetic:11/cancel'));
  await settleDown();
}

it('rule 22: nothing of anybody, and nothing that opens anything, stands in a log', { timeout: 170_000 }, async () => {
  await driveEveryPath();
  for (const { value } of await driver.googleView<{ value: string }[]>('tokens')) secrets.add(value);
  for (const secret of [stack.adminKey, stack.webhookSecret, stack.signingSecret]) secrets.add(secret);

  const said = [...log, ...stderr];
  expect(said.length).toBeGreaterThan(100);
  for (const event of ['delivery', 'account_connected', 'message_sent', 'message_not_sent', 'google_refused']) {
    expect(
      said.some((line) => line.includes(`"event":"${event}"`)),
      event,
    ).toBe(true);
  }
  const leaks = said.filter(
    (line) =>
      PERSONAL.some((pattern) => pattern.test(line)) ||
      [...secrets].some((secret) => secret.length >= 8 && line.includes(secret)),
  );
  expect(leaks).toEqual([]);
  expect(secrets.size).toBeGreaterThan(8);
  expect([...secrets]).not.toContain('');
});
