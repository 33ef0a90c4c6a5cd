import ICAL from 'ical.js';
import { type ParsedMail, simpleParser } from 'mailparser';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Stack, startStack } from '../../infra/local/stack.ts';
import { Driver, neutralData, QUICK, read, rfc3339, settleDown, until } from './driver.ts';
import { type Ses, startSes } from './ses.ts';

const MINUTE = 60_000;

let ses: Ses;
let stack: Stack;
let driver: Driver;

beforeAll(async () => {
  ses = await startSes();
  stack = await startStack({
    environment: { ...QUICK, NOTIFY_HOLD_SECONDS: '3', AWS_ENDPOINT_URL_SES: ses.url },
    log: () => {},
  });
  driver = new Driver({ ...stack, googleUrl: stack.googleUrl ?? '' });
  await driver.settings({
    timeZone: 'Europe/Madrid',
    senderName: 'Clínica Sol',
    replyTo: 'hola@clinic.test',
    defaultCountry: 'ES',
    // So that the calendar part is ours to send.
    addCustomersAsAttendees: false,
    reminders: [{ minutesBefore: 1, channels: ['email', 'sms'] }],
    notifications: { email: { customer: true, staff: true }, sms: { customer: true, staff: false } },
  });
});

afterAll(async () => {
  await stack.stop();
  await ses.close();
});

const mailsTo = (address: string): Promise<ParsedMail[]> =>
  Promise.all(ses.raw.filter(({ to }) => to === address).map(({ message }) => simpleParser(message)));

interface Text {
  readonly phoneNumber: string;
  readonly message: string;
}
const textsTo = async (number: string): Promise<string[]> =>
  (await read<Text[]>(await fetch(`${stack.snsUrl}/messages`)))
    .filter(({ phoneNumber }) => phoneNumber === number)
    .map(({ message }) => message);

/** The calendar part of a mail, as a calendar reads it; the alternative and the attachment must say the same. */
function calendarOf(mail: ParsedMail | undefined) {
  const parts = mail?.attachments.filter(({ contentType }) => /calendar|ics/.test(contentType)) ?? [];
  const [content] = parts.map((part) => part.content.toString());
  if (!content) throw new Error('The mail has no calendar part.');
  const calendar = new ICAL.Component(ICAL.parse(content));
  const [event, ...others] = calendar.getAllSubcomponents('vevent');
  if (!event || others.length > 0) throw new Error('A calendar part is about one booking.');
  const value = (name: string) => String(event.getFirstPropertyValue(name));
  return {
    method: String(calendar.getFirstPropertyValue('method')),
    uid: value('uid'),
    sequence: Number(value('sequence')),
    start: value('dtstart'),
    end: value('dtend'),
    location: value('location'),
    organizer: value('organizer'),
    attendees: event.getAllProperties('attendee').map((attendee) => String(attendee.getFirstValue())),
    status: value('status'),
    alarms: event.getAllSubcomponents('valarm').length,
  };
}

describe.concurrent('the messages of one booking', () => {
  it('are one thread of well-formed mails, one calendar entry that moves along and goes, and SMS', async ({
    expect,
  }) => {
    const [staff, to, number] = ['thread@clinic.test', 'luis@mail.test', '+34600000101'];
    const customer = { name: 'Luis Pérez', email: to, phone: '600 00 01 01' };
    await driver.connect(staff);
    await driver.book({ id: '1', staff, customer, start: Date.UTC(2031, 4, 5, 10) });
    const { meeting } = await driver.untilTold('1', 3);
    await driver.book({ id: '1', staff, customer, start: Date.UTC(2031, 4, 6, 11), event: 'booking_rescheduled' });
    await driver.untilTold('1', 6);
    await driver.book({
      id: '1',
      staff,
      customer,
      start: Date.UTC(2031, 4, 6, 11),
      event: 'booking_status_changed',
      status: 'canceled',
    });
    const { messages } = await driver.untilTold('1', 9, 'cancelled');
    await settleDown();

    const mails = await mailsTo(to);
    expect(mails).toHaveLength(3);
    const [booked, moved, cancelled] = mails;
    expect(moved?.inReplyTo).toBe(booked?.messageId);
    expect(moved?.references).toContain(booked?.messageId);
    expect(cancelled?.inReplyTo).toBe(moved?.messageId);
    expect([cancelled?.references].flat()).toEqual(expect.arrayContaining([booked?.messageId, moved?.messageId]));
    for (const mail of mails) {
      expect(mail.from?.value).toEqual([{ name: 'Clínica Sol', address: expect.stringContaining('@') }]);
      expect(mail.replyTo?.value).toEqual([{ name: '', address: 'hola@clinic.test' }]);
      expect(mail.html).toBeTruthy();
    }
    expect(booked?.text).toContain(meeting.meetUrl);

    const parts = mails.map(calendarOf);
    expect(parts.map(({ method, status }) => `${method} ${status}`)).toEqual([
      'REQUEST CONFIRMED',
      'REQUEST CONFIRMED',
      'CANCEL CANCELLED',
    ]);
    expect(new Set(parts.map(({ uid }) => uid)).size).toBe(1);
    expect(parts.map(({ sequence }) => sequence)).toEqual([0, 1, 2]);
    expect(parts.map(({ start }) => start)).toEqual([
      '2031-05-05T10:00:00Z',
      '2031-05-06T11:00:00Z',
      '2031-05-06T11:00:00Z',
    ]);
    expect(parts.map(({ alarms }) => alarms)).toEqual([1, 1, 0]);
    expect(parts[0]).toMatchObject({
      location: meeting.meetUrl,
      organizer: `mailto:${booked?.from?.value[0]?.address}`,
      attendees: [`mailto:${to}`],
    });
    for (const mail of await mailsTo(staff)) expect(mail.attachments).toEqual([]);

    const texts = await textsTo(number);
    expect(texts).toHaveLength(3);
    expect(texts[0]).toContain(meeting.meetUrl);
    expect(messages.map(({ channel, kind, role }) => `${channel} ${kind} ${role}`).sort()).toEqual(
      ['email', 'sms']
        .flatMap((channel) => ['booked', 'cancelled', 'rescheduled'].map((kind) => `${channel} ${kind} customer`))
        .concat(['booked', 'cancelled', 'rescheduled'].map((kind) => `email ${kind} staff`))
        .sort(),
    );
  });
});

describe.concurrent('a change', () => {
  it('made three times within the hold is one message, and there and back none', async ({ expect }) => {
    const [staff, to] = ['hold@clinic.test', 'hold@mail.test'];
    const customer = { name: 'Eva', email: to };
    const at = (hour: number) => Date.UTC(2031, 5, 5, hour);
    const move = (hour: number) =>
      driver.book({ id: '2', staff, customer, start: at(hour), event: 'booking_rescheduled' });
    await driver.connect(staff);
    await driver.book({ id: '2', staff, customer, start: at(8) });
    await driver.untilTold('2', 2);
    for (const hour of [9, 10, 11]) await move(hour);
    await driver.untilTold('2', 4);
    for (const hour of [12, 11]) await move(hour);
    await settleDown();
    await settleDown();

    const mails = await mailsTo(to);
    expect(mails).toHaveLength(2);
    expect(mails[1]?.text).toContain('13:00');
    expect(mails[1]?.text).toContain('10:00');
  });
});

describe.concurrent('a booking at half past two in the night in which the clocks change', () => {
  it.for([
    ['3', '2027-03-28T01:30:00Z', { madrid: '03:30', mexico: '19:30' }],
    ['4', '2027-10-31T00:30:00Z', { madrid: '02:30', mexico: '18:30' }],
    ['5', '2027-10-31T01:30:00Z', { madrid: '02:30', mexico: '19:30' }],
  ] as const)('is told rightly everywhere: %s', async ([id, start, { madrid, mexico }], { expect }) => {
    const [staff, to, number] = [`night-${id}@clinic.test`, `night-${id}@mail.test`, `+525512345${id}00`.slice(0, 13)];
    await driver.connect(staff);
    const data = {
      ...neutralData({
        id,
        staff,
        start: Date.parse(start),
        minutes: 45,
        customer: { name: 'Luz', email: to, phone: number },
      }),
      timeZone: 'America/Mexico_City',
    };
    const answer = await driver.postSigned({ type: 'appointment.created', timestamp: rfc3339(Date.now()), data });
    expect(answer.status).toBe(202);
    await driver.untilTold(`appointments:${id}`, 3);

    const [mail] = await mailsTo(to);
    expect(mail?.text).toContain(mexico);
    expect(mail?.text).toContain('Mexico');
    expect(mail?.text).toContain(
      start < '2027-10-31T06' && start > '2027-03-28T06' ? '30 October 2027' : '27 March 2027',
    );
    const staffMail = (await mailsTo(staff)).find(({ subject }) => subject?.includes('Consulta'));
    expect(staffMail?.text).toContain(madrid);
    expect(staffMail?.text).toContain('Madrid');
    expect(calendarOf(mail)).toMatchObject({ start, end: rfc3339(Date.parse(start) + 45 * MINUTE) });
    expect(await driver.events(staff)).toMatchObject([{ startsAt: start }]);
    expect((await textsTo(number))[0]).toContain(mexico);
  });
});

describe.concurrent('a reminder', () => {
  it('comes in its minute, by mail and SMS, with the link', async ({ expect }) => {
    const [staff, to, number] = ['remind@clinic.test', 'remind@mail.test', '+34600000106'];
    await driver.connect(staff);
    const start = Math.ceil(Date.now() / 1000) * 1000 + 80_000;
    await driver.book({ id: '6', staff, start, customer: { name: 'Luis', email: to, phone: number } });
    const { meeting } = await driver.untilTold('6', 3);
    await driver.untilTold('6', 6);

    const reminder = ses.raw.filter((mail) => mail.to === to)[1];
    expect(reminder?.at).toBeGreaterThanOrEqual(start - MINUTE);
    expect(reminder?.at).toBeLessThan(start - MINUTE + 15_000);
    const [, mail] = await mailsTo(to);
    expect(mail?.text).toContain(meeting.meetUrl);
    expect(mail?.attachments).toEqual([]);
    expect((await textsTo(number))[1]).toContain(meeting.meetUrl);
    const { messages } = await driver.view('6');
    expect(
      messages
        .filter(({ kind }) => kind === 'reminder')
        .map(({ channel, role }) => `${channel} ${role}`)
        .sort(),
    ).toEqual(['email customer', 'email staff', 'sms customer']);
  });

  it('does not follow a confirmation that has just said the same, nor a cancellation', async ({ expect }) => {
    const [staff, late, gone] = ['window@clinic.test', 'late@mail.test', 'gone@mail.test'];
    await driver.connect(staff);
    const now = Math.ceil(Date.now() / 1000) * 1000;
    await driver.book({ id: '7', staff, start: now + 55_000, customer: { name: 'Luis', email: late } });
    const cancelled = { id: '8', staff, start: now + 70_000, customer: { name: 'Eva', email: gone } };
    await driver.book(cancelled);
    await driver.untilTold('8', 2);
    await driver.book({ ...cancelled, event: 'booking_status_changed', status: 'canceled' });
    await driver.untilTold('8', 4, 'cancelled');
    await until(
      async () => Date.now(),
      (time) => time > now + 18_000,
    );

    expect(await mailsTo(late)).toHaveLength(1);
    expect((await mailsTo(gone)).map(({ subject }) => subject?.split(':')[0])).toEqual([
      expect.anything(),
      'Cancelled',
    ]);
  });
});

describe.concurrent('a customer who tries to do harm', () => {
  it('does none in a mail, a calendar part, an SMS or an event', async ({ expect }) => {
    const [staff, to, number] = ['harm@clinic.test', 'harm@mail.test', '+34600000109'];
    await driver.connect(staff);
    const name = 'Ana <script>alert(1)</script>\r\nBcc: x@y';
    await driver.book({ id: '9', staff, start: Date.UTC(2031, 6, 5), customer: { name, email: to, phone: number } });
    await driver.untilTold('9', 3);

    for (const address of [to, staff]) {
      const mail = (await mailsTo(address)).find(({ subject }) => subject?.includes('Consulta'));
      expect(mail?.bcc).toBeUndefined();
      expect(mail?.html).not.toMatch(/<script/i);
      expect([mail?.to].flat().flatMap((group) => group?.value.map((one) => one.address))).toEqual([address]);
    }
    const [mail] = await mailsTo(to);
    expect(calendarOf(mail).attendees).toEqual([`mailto:${to}`]);
    expect((await textsTo(number))[0]).not.toMatch(/[\r\n]Bcc/);
    expect(ses.raw.filter((one) => one.to === 'x@y')).toEqual([]);
  });
});

describe.concurrent('numbers', () => {
  it('that are none are skipped, and the ledger says so', async ({ expect }) => {
    const staff = 'numbers@clinic.test';
    await driver.connect(staff);
    await driver.book({
      id: '10',
      staff,
      start: Date.UTC(2031, 7, 5),
      customer: { name: 'Luis', email: 'numbers@mail.test', phone: 'ring twice' },
    });
    const { messages } = await driver.untilView('10', (view) => view.messages.length === 3);
    expect(messages).toContainEqual(
      expect.objectContaining({ channel: 'sms', state: 'skipped', reason: 'invalid_phone', to: 'ring twice' }),
    );
  });
});
