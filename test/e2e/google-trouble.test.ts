import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Driver, type System, settleDown, startSystem, tomorrow } from './driver.ts';

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

describe.concurrent('when Google', () => {
  it('limits what one calendar may do, that staff member alone is left in peace', async ({ expect }) => {
    const [limited, other] = ['limited@trouble.test', 'unlimited@trouble.test'];
    await driver.connect(limited);
    await driver.connect(other);
    await driver.google('order-fault', { operation: 'insert', account: limited, reason: 'quotaExceeded' });

    await driver.book({ id: '1', staff: limited });
    await driver.untilView('1', ({ meeting: { state } }) => state === 'retrying');
    await driver.book({ id: '2', staff: limited, start: tomorrow(1) });
    await driver.book({ id: '3', staff: other });
    await driver.untilTold('3', 2);
    await driver.untilView('2', ({ meeting: { state } }) => state === 'retrying');
    await settleDown();

    const { meeting } = await driver.view('1');
    expect(meeting.error?.code).toBe('calendar_usage_limits');
    expect(Date.parse(meeting.nextAttemptAt ?? '') - Date.now()).toBeGreaterThan(3_600_000);
    expect(await driver.operations(limited)).toEqual(['insert']);
    expect(await driver.mails({ to: customerOf('1') })).toEqual([]);
  });

  it('says that its API is switched off, the booking says what to do, and a look heals it', async ({ expect }) => {
    const staff = 'api-off@trouble.test';
    await driver.connect(staff);
    const off = { operation: 'insert', account: staff, count: 'always', reason: 'accessNotConfigured' };
    const { id } = await driver.google<{ id: string }>('order-fault', off);

    await driver.book({ id: '10', staff });
    const { meeting } = await driver.untilView('10', ({ meeting: { state } }) => state === 'failed');
    await settleDown();
    expect(meeting.error).toEqual({
      code: 'calendar_api_disabled',
      message: expect.stringMatching(/Google Calendar API/),
    });
    expect(await driver.operations(staff)).toHaveLength(1);
    expect(await driver.mails({ to: customerOf('10') })).toEqual([]);

    await driver.google('clear-faults', { id });
    await driver.resync('10');
    await driver.untilTold('10', 2);

    expect(await driver.events(staff)).toHaveLength(1);
  });

  it('refuses an event, that booking alone fails', async ({ expect }) => {
    const staff = 'refusing@trouble.test';
    await driver.connect(staff);
    await driver.google('order-fault', { operation: 'insert', account: staff, status: 400, reason: 'invalid' });

    await driver.book({ id: '15', staff });
    const { meeting } = await driver.untilView('15', ({ meeting: { state } }) => state === 'failed');
    expect(meeting.error?.code).toBe('event_rejected');
    await driver.book({ id: '16', staff, start: tomorrow(1) });
    await driver.untilTold('16', 2);

    // Booked otherwise, it is tried again by itself.
    await driver.book({ id: '15', staff, event: 'booking_rescheduled', start: tomorrow(2) });
    await driver.untilTold('15', 2);
    expect(await driver.events(staff)).toHaveLength(2);
  });

  it('has no token to give for a while, the booking has its link afterwards', async ({ expect }) => {
    const staff = 'no-token@trouble.test';
    await driver.connect(staff);
    await driver.google('order-fault', { operation: 'refresh', account: staff, status: 503, count: 3 });

    await driver.book({ id: '20', staff });
    await driver.untilTold('20', 2);

    expect((await driver.staff(staff)).connection.state).toBe('connected');
    expect(await driver.events(staff)).toHaveLength(1);
  });

  it('rejects our client, the booking says so, and a look heals it', async ({ expect }) => {
    const staff = 'client@trouble.test';
    await driver.connect(staff);
    await driver.google('order-fault', { operation: 'refresh', account: staff, status: 401, reason: 'invalid_client' });

    await driver.book({ id: '25', staff });
    const { meeting } = await driver.untilView('25', ({ meeting: { state } }) => state === 'failed');
    expect(meeting.error?.code).toBe('google_client_rejected');
    expect((await driver.staff(staff)).connection.state).toBe('connected');

    await driver.resync('25');
    await driver.untilTold('25', 2);
  });
});

describe.concurrent('an event', () => {
  it.for([
    { what: 'deleted by hand', id: '30', order: {}, behave: {} },
    { what: 'deleted without a trace', id: '31', order: { forget: true }, behave: {} },
    { what: 'deleted for good', id: '32', order: {}, behave: { restore: 'forbidden' } },
  ])('$what is back after a look, and everybody knows its link', async ({ id, order, behave }, { expect }) => {
    const staff = `by-hand-${id}@trouble.test`;
    await driver.connect(staff);
    await driver.google('behave', { account: staff, ...behave });
    await driver.book({ id, staff });
    const { meeting: before } = await driver.untilTold(id, 2);

    await driver.google('delete-event', { account: staff, eventId: before.eventId, ...order });
    expect(await driver.events(staff)).toEqual([]);
    await driver.resync(id);
    await expect.poll(() => driver.events(staff), { timeout: 30_000 }).toHaveLength(1);
    const isNewLink = (await driver.events(staff))[0]?.hangoutLink !== before.meetUrl;
    const { meeting } = await driver.untilTold(id, isNewLink ? 4 : 2);
    await settleDown();

    expect(await driver.events(staff)).toMatchObject([{ hangoutLink: meeting.meetUrl }]);
    const mails = await driver.mails({ to: customerOf(id) });
    expect(mails.at(-1)?.text).toContain(meeting.meetUrl);
    expect(mails).toHaveLength(isNewLink ? 2 : 1);
  });

  it('edited by hand is as it should be after a look; a guest added by hand stays', async ({ expect }) => {
    const staff = 'edited@trouble.test';
    await driver.connect(staff);
    await driver.book({ id: '40', staff });
    const { eventId } = (await driver.untilTold('40', 2)).meeting;
    const [before] = await driver.events(staff);

    const change = { summary: 'Lunch', description: 'Not ours', guestsCanSeeOtherGuests: true };
    await driver.google('edit-event', { account: staff, eventId, change });
    await driver.google('add-guest', { account: staff, eventId, email: 'colleague@trouble.test' });
    await driver.google('answer-invitation', {
      account: staff,
      eventId,
      email: 'colleague@trouble.test',
      responseStatus: 'accepted',
    });
    await driver.resync('40');
    await expect.poll(async () => (await driver.events(staff))[0]?.summary, { timeout: 30_000 }).toBe(before?.summary);
    await driver.book({ id: '40', staff, event: 'booking_rescheduled', start: tomorrow(9) });
    await driver.untilTold('40', 4);

    const [event] = await driver.events(staff);
    expect(event).toMatchObject({
      summary: before?.summary,
      description: before?.description,
      guestsCanSeeOtherGuests: false,
      hangoutLink: before?.hangoutLink,
    });
    expect(event?.attendees).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ email: customerOf('40') }),
        expect.objectContaining({ email: 'colleague@trouble.test', responseStatus: 'accepted' }),
      ]),
    );
  });

  it('loses a customer who took a place of another, and only that one', async ({ expect }) => {
    const staff = 'customer-change@trouble.test';
    await driver.connect(staff);
    await driver.book({ id: '50', staff });
    const { eventId } = (await driver.untilTold('50', 2)).meeting;
    await driver.google('add-guest', { account: staff, eventId, email: 'colleague@trouble.test' });

    const customer = { name: 'Marta Gil', email: 'marta@trouble-mail.test' };
    await driver.book({ id: '50', staff, customer, event: 'booking_status_changed' });
    await driver.untilView('50', ({ messages }) => messages.filter(({ role }) => role === 'customer').length >= 3);

    const [event] = await driver.events(staff);
    expect(event?.attendees?.map(({ email }) => email).sort()).toEqual([
      'colleague@trouble.test',
      'marta@trouble-mail.test',
    ]);
    expect((await driver.mails({ to: customerOf('50') })).map(({ subject }) => subject.split(' ')[0])).toEqual([
      'Consulta',
      'Cancelled:',
    ]);
    expect(await driver.mails({ to: customer.email })).toHaveLength(1);
  });
});
