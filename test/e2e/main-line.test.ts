import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Driver, rfc3339, type System, settleDown, startSystem, tomorrow } from './driver.ts';

let system: System;
let driver: Driver;

beforeAll(async () => {
  system = await startSystem();
  driver = system.driver;
});

afterAll(async () => {
  await system.stack.stop();
});

describe('the main line', () => {
  const staff = 'main@clinic.test';
  const customer = { name: 'Luis Pérez', email: 'luis@mail.test', phone: '+34600000002' };
  const [first, moved] = [tomorrow(), tomorrow(26)];
  const booking = { id: '1', staff, customer };
  let link = '';

  const subjects = async (to: string): Promise<string[]> =>
    (await driver.mails({ to, about: 'Consulta' })).map(({ subject }) => subject.split(' ')[0] ?? '');

  it('gives a booking one event, one link, and two mails', async () => {
    await driver.connect(staff);

    expect(await driver.book(booking)).toEqual({ appointmentId: 'booknetic:1', revision: 1, outcome: 'accepted' });
    const { meeting, messages } = await driver.untilTold('1', 2);
    await settleDown();

    expect(meeting).toMatchObject({
      meetUrl: expect.stringMatching(/^https:\/\/meet\.google\.com\/\w{3}-\w{4}-\w{3}$/),
      eventId: expect.stringMatching(/^[a-v0-9]{5,}$/),
      eventLink: expect.stringMatching(/^http/),
      error: null,
    });
    link = meeting.meetUrl ?? '';
    expect(messages).toMatchObject([
      { kind: 'booked', channel: 'email', state: 'sent' },
      { kind: 'booked', channel: 'email', state: 'sent' },
    ]);
    expect(await driver.events(staff)).toMatchObject([
      {
        summary: 'Consulta – Luis Pérez',
        startsAt: rfc3339(first),
        hangoutLink: link,
        attendees: [{ email: 'luis@mail.test' }],
      },
    ]);
    for (const to of [staff, customer.email]) {
      const mails = await driver.mails({ to, about: 'Consulta' });
      expect(mails).toHaveLength(1);
      expect(mails[0]?.text).toContain(link);
      expect(mails[0]?.html).toContain(`href="${link}"`);
    }
  });

  it('keeps the link when the booking is moved, and tells both', async () => {
    await driver.book({ ...booking, start: moved, event: 'booking_rescheduled' });

    const { meeting } = await driver.untilTold('1', 4);

    expect(meeting.meetUrl).toBe(link);
    expect(await driver.events(staff)).toMatchObject([{ startsAt: rfc3339(moved), hangoutLink: link }]);
    expect(await subjects(customer.email)).toEqual(['Consulta', 'Moved:']);
    expect(await subjects(staff)).toEqual(['New', 'Moved:']);
  });

  it('removes the event when the booking is cancelled, and tells both', async () => {
    await driver.book({ ...booking, start: moved, event: 'booking_status_changed', status: 'canceled' });

    const { meeting } = await driver.untilTold('1', 6, 'cancelled');
    await settleDown();

    expect(meeting).toMatchObject({ state: 'cancelled', meetUrl: null, error: null });
    expect(await driver.events(staff)).toEqual([]);
    expect(await subjects(customer.email)).toEqual(['Consulta', 'Moved:', 'Cancelled:']);
    expect(await subjects(staff)).toEqual(['New', 'Moved:', 'Cancelled:']);
  });

  it('has cost three Calendar calls and one token', async () => {
    expect(await driver.operations(staff)).toEqual(['insert', 'patch', 'delete']);
    expect(await driver.googleView('requests', { account: staff, operation: 'refresh' })).toHaveLength(1);
    expect(await driver.conferences(staff)).toBe(1);
  });

  it('brings the meeting back when the booking is approved again, and tells both', async () => {
    await driver.book({ ...booking, start: moved, event: 'booking_status_changed', status: 'approved' });

    const { meeting } = await driver.untilTold('1', 8);
    await settleDown();

    const events = await driver.events(staff);
    expect(events).toMatchObject([{ startsAt: rfc3339(moved), hangoutLink: meeting.meetUrl }]);
    expect((await driver.mails({ to: customer.email })).at(-1)?.text).toContain(meeting.meetUrl);
    expect(await subjects(customer.email)).toHaveLength(4);
  });
});

describe.concurrent('a booking', () => {
  it('that arrives ten times at once is one event and one mail each', async ({ expect }) => {
    const staff = 'ten-times@clinic.test';
    await driver.connect(staff);

    const outcomes = await driver.bookAtOnce(Array.from({ length: 10 }, () => ({ id: '20', staff })));
    await driver.untilTold('20', 2);
    await settleDown();

    expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
    expect(await driver.everyEvent(staff)).toHaveLength(1);
    expect(await driver.mails({ to: 'customer-20@mail.test' })).toHaveLength(1);
    expect(await driver.mails({ to: staff, about: 'Consulta' })).toHaveLength(1);
  });

  it('whose status change comes before it is new is one event', async ({ expect }) => {
    const staff = 'status-first@clinic.test';
    await driver.connect(staff);

    await driver.book({ id: '21', staff, event: 'booking_status_changed' });
    await driver.book({ id: '21', staff });
    await driver.untilTold('21', 2);
    await settleDown();

    expect(await driver.everyEvent(staff)).toHaveLength(1);
    expect(await driver.mails({ to: 'customer-21@mail.test' })).toHaveLength(1);
  });

  it('that is cancelled before it is new has no event and no mail', async ({ expect }) => {
    const staff = 'late-new@clinic.test';
    await driver.connect(staff);

    await driver.book({ id: '22', staff, event: 'booking_status_changed', status: 'canceled' });
    await driver.untilView('22', ({ meeting }) => meeting.state === 'cancelled');
    expect(await driver.book({ id: '22', staff })).toMatchObject({ outcome: 'stale' });
    await settleDown();

    expect(await driver.operations(staff)).toEqual([]);
    expect(await driver.mails({ to: 'customer-22@mail.test' })).toEqual([]);
    expect((await driver.view('22')).meeting).toMatchObject({ state: 'cancelled', meetUrl: null });
  });

  it('that waits for approval has no meeting until it is approved', async ({ expect }) => {
    const staff = 'approval@clinic.test';
    await driver.connect(staff);

    await driver.book({ id: '23', staff, status: 'pending' });
    await driver.untilView('23', ({ meeting }) => meeting.state === 'not_required');
    await settleDown();
    expect(await driver.operations(staff)).toEqual([]);

    await driver.book({ id: '23', staff, event: 'booking_status_changed' });
    await driver.untilTold('23', 2);
    expect(await driver.events(staff)).toHaveLength(1);
  });

  it('that is moved back and forth at once is told once, as it is in the end', async ({ expect }) => {
    const staff = 'storm@clinic.test';
    await driver.connect(staff);
    await driver.book({ id: '24', staff });
    await driver.untilTold('24', 2);

    for (const hours of [30, 31, 32, 33, 34]) {
      await driver.book({ id: '24', staff, event: 'booking_rescheduled', start: tomorrow(hours) });
    }
    await driver.untilTold('24', 4);
    await settleDown();

    expect(await driver.events(staff)).toMatchObject([{ startsAt: rfc3339(tomorrow(34)) }]);
    const mails = await driver.mails({ to: 'customer-24@mail.test' });
    expect(mails.map(({ subject }) => subject.split(' ')[0])).toEqual(['Consulta', 'Moved:']);
  });

  it('in the past is never touched', async ({ expect }) => {
    const staff = 'past@clinic.test';
    await driver.connect(staff);

    await driver.book({ id: '25', staff, start: tomorrow(-72) });
    await settleDown();
    await driver.book({ id: '25', staff, start: tomorrow(-72), event: 'booking_status_changed', status: 'done' });
    await settleDown();

    expect(await driver.operations(staff)).toEqual([]);
    expect(await driver.mails({ to: 'customer-25@mail.test' })).toEqual([]);
  });

  it('that an admin cancels is cancelled, and an older word of the platform does not bring it back', async ({
    expect,
  }) => {
    const staff = 'by-admin@clinic.test';
    await driver.connect(staff);
    await driver.book({ id: '26', staff });
    await driver.untilTold('26', 2);

    const answer = await driver.admin('POST', '/appointments/booknetic:26/cancel');
    expect(answer.status).toBe(202);
    await driver.untilTold('26', 4, 'cancelled');

    expect(await driver.book({ id: '26', staff })).toMatchObject({ outcome: 'stale' });
    expect(await driver.book({ id: '26', staff, event: 'booking_starts' })).toMatchObject({ outcome: 'stale' });
    await settleDown();
    expect(await driver.events(staff)).toEqual([]);
  });
});
