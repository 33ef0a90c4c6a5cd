import { afterAll, beforeAll, describe, it } from 'vitest';
import { startInbox } from '../../infra/local/inbox.ts';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { Driver, QUICK, settleDown, tomorrow } from './driver.ts';
import { type Ses, startSes } from './ses.ts';

let inbox: { url: string; close(): Promise<void> };
let ses: Ses;
let stack: Stack;
let driver: Driver;

beforeAll(async () => {
  inbox = await startInbox({ port: 0 });
  ses = await startSes({ inboxUrl: () => inbox.url });
  stack = await startStack({ environment: { ...QUICK, AWS_ENDPOINT_URL_SES: ses.url }, log: () => {} });
  driver = new Driver({ ...stack, googleUrl: stack.googleUrl ?? '', inboxUrl: inbox.url });
});

afterAll(async () => {
  await stack.stop();
  await ses.close();
  await inbox.close();
});

const customerOf = (id: string): string => `customer-${id}@mail.test`;
const first = ({ subject }: { subject: string }): string => subject.split(' ')[0] ?? '';

describe.concurrent('when SES', () => {
  it('throttles, the mail arrives once, later', async ({ expect }) => {
    const staff = 'throttled@mail.test';
    await driver.connect(staff);
    ses.fail(customerOf('1'), 3, 'Throttling');

    await driver.book({ id: '1', staff });
    await driver.untilTold('1', 2);
    await settleDown();

    expect(ses.attempts(customerOf('1'))).toBe(4);
    expect(await driver.mails({ to: customerOf('1') })).toHaveLength(1);
    expect(await driver.mails({ to: staff, about: 'Consulta' })).toHaveLength(1);
  });

  it('does not answer, the mail arrives once, later', async ({ expect }) => {
    const staff = 'cut@mail.test';
    await driver.connect(staff);
    ses.fail(customerOf('2'), 1);
    ses.fail(customerOf('2'), 2, 'ServiceUnavailable');

    await driver.book({ id: '2', staff });
    await driver.untilTold('2', 2);
    await settleDown();

    expect(await driver.mails({ to: customerOf('2') })).toHaveLength(1);
  });

  it('throttles while the booking moves on, the last truth alone arrives', async ({ expect }) => {
    const staff = 'moves-on@mail.test';
    await driver.connect(staff);
    // More than one run tries.
    ses.fail(customerOf('3'), 6, 'Throttling');

    await driver.book({ id: '3', staff });
    await driver.untilView('3', ({ meeting: { state } }) => state === 'ready');
    await driver.book({ id: '3', staff, event: 'booking_rescheduled', start: Date.UTC(2031, 4, 5, 10) });
    await driver.untilView('3', ({ messages }) => messages.some(({ to }) => to === customerOf('3')));
    await settleDown();

    const mails = await driver.mails({ to: customerOf('3') });
    expect(mails.map(({ subject }) => subject)).toEqual([expect.stringContaining('5 May 2031')]);
  });

  it('refuses an address for good, that says so, and the others are told', async ({ expect }) => {
    const staff = 'rejected@mail.test';
    await driver.connect(staff);
    ses.fail(customerOf('4'), 1000, 'MessageRejected');

    await driver.book({ id: '4', staff });
    const { messages } = await driver.untilView('4', (view) => view.messages.length === 2);
    await settleDown();

    expect(messages).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ role: 'customer', state: 'failed', reason: 'MessageRejected' }),
        expect.objectContaining({ role: 'staff', state: 'sent' }),
      ]),
    );
    expect(ses.attempts(customerOf('4'))).toBe(1);
    expect(await driver.mails({ to: staff, about: 'Consulta' })).toHaveLength(1);
  });
});

describe.concurrent('a message', () => {
  it('is not harmed by a customer who tries to', async ({ expect }) => {
    const staff = 'safe@mail.test';
    await driver.connect(staff);
    const name = 'Ana <script>alert(1)</script>\r\nBcc: x@y';
    const notes = '<img src=x onerror=alert(2)>\r\n\r\n.\r\nMAIL FROM:<x@y>';
    await driver.book({
      id: '10',
      staff,
      customer: { name, email: customerOf('10') },
      fields: { appointment_notes: notes },
    });
    await driver.untilTold('10', 2);

    const sent = ses.raw.filter(({ to }) => to === customerOf('10') || to === staff);
    const ours = sent.filter(({ message }) => /Consulta/.test(message));
    expect(ours.map(({ to }) => to).sort()).toEqual([customerOf('10'), staff].sort());
    for (const { message } of ours) {
      const [head = ''] = message.split('\r\n\r\n');
      expect(head).not.toMatch(/^bcc:/im);
      expect(
        head
          .match(/^(to|from|subject):/gim)
          ?.map((field) => field.toLowerCase())
          .sort(),
      ).toEqual(['from:', 'subject:', 'to:']);
    }
    for (const to of [staff, customerOf('10')]) {
      const [mail] = await driver.mails({ to, about: 'Consulta' });
      expect(mail).toMatchObject({ to, cc: [], bcc: [] });
      expect(mail?.html).not.toMatch(/<script|<img/i);
      expect(mail?.html).toContain('Consulta');
    }
    expect(await driver.mails({ to: 'x@y' })).toEqual([]);
    const [event] = await driver.events(staff);
    expect(event?.summary).not.toMatch(/[\r\n]/);
    expect(event?.attendees?.map(({ email }) => email)).toEqual([customerOf('10')]);
  });

  it('is in the language and the time zone of the customer', async ({ expect }) => {
    const staff = 'words@mail.test';
    await driver.connect(staff);
    const data = (id: string, locale: string) => ({
      type: 'appointment.created',
      timestamp: '2026-11-22T10:00:00Z',
      data: {
        id,
        status: 'approved',
        start: '2031-12-01T15:00:00+01:00',
        end: '2031-12-01T15:45:00+01:00',
        timeZone: 'Europe/Madrid',
        service: { name: `Consulta ${id}` },
        staff: { email: staff, name: 'Ana' },
        customers: [{ email: customerOf(id), name: 'Luis', locale }],
      },
    });

    expect((await driver.postSigned(data('20', 'es'))).status).toBe(202);
    expect((await driver.postSigned(data('21', 'en'))).status).toBe(202);
    await driver.untilTold('appointments:20', 2);
    await driver.untilTold('appointments:21', 2);

    const [spanish] = await driver.mails({ to: customerOf('20') });
    const [english] = await driver.mails({ to: customerOf('21') });
    expect(spanish?.subject).toBe('Consulta 20: lunes, 1 de diciembre de 2031, 15:00');
    expect(english?.subject).toBe('Consulta 21 on Monday, 1 December 2031 at 15:00');
    expect(spanish?.html).toContain('<html lang="es">');
    expect(english?.text).toContain('Madrid');
  });
});

describe.concurrent('another staff member', () => {
  it('gets the event, the old one goes, and everybody concerned is told', async ({ expect }) => {
    const [before, after] = ['before@mail.test', 'after@mail.test'];
    await driver.connect(before);
    await driver.connect(after);
    await driver.book({ id: '30', staff: before });
    const old = (await driver.untilTold('30', 2)).meeting.meetUrl;

    await driver.book({ id: '30', staff: after, event: 'booking_rescheduled' });
    const { meeting } = await driver.untilTold('30', 5);
    await settleDown();

    expect(meeting.meetUrl).not.toBe(old);
    expect(await driver.events(before)).toEqual([]);
    expect(await driver.events(after)).toMatchObject([{ hangoutLink: meeting.meetUrl }]);
    const mails = await driver.mails({ to: customerOf('30') });
    expect(mails).toHaveLength(2);
    expect(mails.at(-1)?.text).toContain(meeting.meetUrl);
    expect((await driver.mails({ to: before, about: 'Consulta' })).map(first)).toEqual(['New', 'Cancelled:']);
    expect((await driver.mails({ to: after, about: 'Consulta' })).map(first)).toEqual(['New']);
  });

  it('who has not connected yet has the booking wait, and nobody is left with a dead link unknowingly', async ({
    expect,
  }) => {
    const [before, after] = ['leaves@mail.test', 'comes@mail.test'];
    await driver.connect(before);
    await driver.book({ id: '31', staff: before });
    await driver.untilTold('31', 2);

    await driver.book({ id: '31', staff: after, event: 'booking_rescheduled', start: tomorrow(2) });
    await driver.untilView('31', ({ meeting: { state } }) => state === 'waiting_for_staff');
    await driver.connect(after);
    const { meeting } = await driver.untilTold('31', 5);
    await settleDown();

    expect(await driver.events(before)).toEqual([]);
    expect(await driver.events(after)).toMatchObject([{ hangoutLink: meeting.meetUrl }]);
    expect((await driver.mails({ to: customerOf('31') })).at(-1)?.text).toContain(meeting.meetUrl);
  });
});
