import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Driver, type System, settleDown, startSystem } from './driver.ts';

let system: System;
let driver: Driver;

beforeAll(async () => {
  system = await startSystem();
  driver = system.driver;
});

afterAll(async () => {
  await system.stack.stop();
});

const customerOf = (id: string): string => `customer-${id}@mail.test`;

describe.concurrent('a Meet link', () => {
  it('that Google makes after a while is told to nobody before it is there', async ({ expect }) => {
    const staff = 'slow-link@meet.test';
    await driver.connect(staff);
    await driver.google('behave', { account: staff, conference: { ms: 5000 } });

    await driver.book({ id: '1', staff });
    const waiting = await driver.untilView('1', ({ meeting }) => meeting.eventId !== null);
    expect(waiting).toMatchObject({ meeting: { state: 'pending', meetUrl: null, error: null }, messages: [] });
    await settleDown();
    expect(await driver.mails({ to: customerOf('1') })).toEqual([]);
    expect(await driver.mails({ to: staff, about: 'Consulta' })).toEqual([]);
    const { meeting } = await driver.untilTold('1', 2);

    expect(await driver.conferences(staff)).toBe(1);
    expect(await driver.events(staff)).toMatchObject([{ hangoutLink: meeting.meetUrl }]);
    for (const to of [staff, customerOf('1')]) {
      const mails = await driver.mails({ to, about: 'Consulta' });
      expect(mails.map(({ text }) => text)).toEqual([expect.stringContaining(meeting.meetUrl ?? 'none')]);
    }
  });

  it('that is pending while the booking moves is told once, with the last time', async ({ expect }) => {
    const staff = 'slow-move@meet.test';
    await driver.connect(staff);
    await driver.google('behave', { account: staff, conference: { ms: 4000 } });

    await driver.book({ id: '2', staff });
    await driver.untilView('2', ({ meeting }) => meeting.eventId !== null);
    await driver.book({ id: '2', staff, event: 'booking_rescheduled', start: Date.UTC(2031, 4, 5, 10) });
    await driver.untilTold('2', 2);
    await settleDown();

    const mails = await driver.mails({ to: customerOf('2') });
    expect(mails.map(({ subject }) => subject)).toEqual([expect.stringContaining('5 May 2031')]);
    expect(await driver.conferences(staff)).toBe(1);
  });

  it('that Google fails to make is asked for again, with a request of its own', async ({ expect }) => {
    const staff = 'failed-link@meet.test';
    await driver.connect(staff);
    await driver.google('behave', { account: staff, conference: { failures: 2 } });

    await driver.book({ id: '3', staff });
    const { meeting } = await driver.untilTold('3', 2);
    await settleDown();

    expect(await driver.everyEvent(staff)).toMatchObject([{ status: 'confirmed', hangoutLink: meeting.meetUrl }]);
    expect(await driver.conferences(staff)).toBe(3);
    expect(await driver.mails({ to: customerOf('3') })).toHaveLength(1);
  });

  it('that this calendar cannot make is a failure that says so, and leaves no event', async ({ expect }) => {
    const staff = 'no-meet@meet.test';
    await driver.connect(staff);
    await driver.google('behave', { account: staff, conference: { unable: true } });

    await driver.book({ id: '4', staff });
    const { meeting, messages } = await driver.untilView('4', ({ meeting: { state } }) => state === 'failed');
    await settleDown();

    expect(meeting).toMatchObject({
      state: 'failed',
      meetUrl: null,
      error: { code: 'meet_unavailable', message: expect.stringMatching(/calendar/) },
    });
    expect(messages).toEqual([]);
    expect(await driver.events(staff)).toEqual([]);
    expect(await driver.mails({ to: customerOf('4') })).toEqual([]);
  });

  it('is made on another calendar once the profile names one that can', async ({ expect }) => {
    const staff = 'other-calendar@meet.test';
    await driver.connect(staff);
    const [calendarId, unableId] = ['able@group.calendar.google.com', 'unable@group.calendar.google.com'];
    await driver.google('add-calendar', { account: staff, summary: 'With Meet', id: calendarId });
    await driver.google('add-calendar', { account: staff, summary: 'Without', id: unableId, conferences: false });
    await driver.admin('PUT', `/staff/${staff}`, { calendarId: unableId });
    await driver.book({ id: '5', staff });
    await driver.untilView('5', ({ meeting: { state } }) => state === 'failed');

    await driver.admin('PUT', `/staff/${staff}`, { calendarId });
    const { meeting } = await driver.untilTold('5', 2);

    expect(meeting.calendarId).toBe(calendarId);
    expect(await driver.events(staff)).toHaveLength(1);
  });

  it('that fails again and again is a failure for a person in the end, and leaves no event', async ({ expect }) => {
    const staff = 'always-failing@meet.test';
    await driver.connect(staff);
    await driver.google('behave', { account: staff, conference: { failures: 1000 } });

    await driver.book({ id: '6', staff });
    await driver.untilView('6', ({ meeting: { error } }) => error?.code === 'meet_link_failed');
    const { meeting } = await driver.untilView('6', ({ meeting: { state } }) => state === 'failed');
    await settleDown();

    expect(meeting.error?.code).toBe('meet_unavailable');
    expect(await driver.events(staff)).toEqual([]);
    expect(await driver.mails({ to: customerOf('6') })).toEqual([]);
  });
});
