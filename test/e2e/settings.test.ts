import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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

const staff = 'ana@settings.test';
const customerOf = (id: string): string => `customer-${id}@mail.test`;
const summaries = async (): Promise<string[]> => (await driver.events(staff)).map(({ summary = '' }) => summary).sort();

// One after another: settings are everybody's.
describe('a change of settings', () => {
  it('is carried to every booking that is to come', async () => {
    await driver.connect(staff);
    for (const id of ['1', '2']) await driver.book({ id, staff, start: tomorrow(Number(id)) });
    for (const id of ['1', '2']) await driver.untilTold(id, 2);

    await driver.settings({ eventTitle: 'Cita: {service_name}', customersCanSeeOtherAttendees: true });

    await expect.poll(summaries, { timeout: 30_000 }).toEqual(['Cita: Consulta', 'Cita: Consulta']);
    expect((await driver.events(staff)).map(({ guestsCanSeeOtherGuests }) => guestsCanSeeOtherGuests)).not.toContain(
      false,
    );
    await settleDown();
    for (const id of ['1', '2']) expect(await driver.mails({ to: customerOf(id) })).toHaveLength(1);
  });

  it('that takes attendees out of events takes out ours alone', async () => {
    const [event] = await driver.events(staff);
    await driver.google('add-guest', { account: staff, eventId: event?.id, email: 'colleague@settings.test' });

    await driver.settings({ addCustomersAsAttendees: false });

    const guests = async () =>
      (await driver.events(staff)).flatMap(({ attendees = [] }) => attendees.map(({ email }) => email));
    await expect.poll(guests, { timeout: 30_000 }).toEqual(['colleague@settings.test']);
    await driver.settings({ addCustomersAsAttendees: true });
    await expect.poll(async () => (await guests()).length, { timeout: 30_000 }).toBe(3);
  });

  it('says what Google may send to whom', async () => {
    const sent = async () => (await driver.calls(staff)).at(-1)?.query.sendUpdates;
    await driver.settings({ googleInvitations: 'none' });
    await driver.book({ id: '3', staff, start: tomorrow(3) });
    await driver.untilTold('3', 2);
    expect(await sent()).toEqual(['none']);

    await driver.settings({ googleInvitations: 'all' });
    await driver.book({ id: '4', staff, start: tomorrow(4) });
    await driver.untilTold('4', 2);
    expect(await sent()).toEqual(['all']);
  });

  it('makes other statuses count, and those that count no more end their meetings', async () => {
    await driver.book({ id: '5', staff, start: tomorrow(5), status: 'pending' });
    await driver.untilView('5', ({ meeting: { state } }) => state === 'not_required');
    await driver.settings({ statuses: ['approved', 'pending'] });
    await driver.untilTold('5', 2);

    await driver.settings({ statuses: ['approved'] });
    const { meeting } = await driver.untilView('5', ({ meeting: { state } }) => state === 'cancelled');

    expect(meeting.meetUrl).toBeNull();
    expect(await driver.events(staff)).toHaveLength(4);
  });

  it('that switches the integration off stops every call, and every booking says so', async () => {
    await driver.settings({ enabled: false });
    const before = await driver.operations(staff);
    await driver.book({ id: '6', staff, start: tomorrow(6) });
    await driver.book({ id: '1', staff, start: tomorrow(7), event: 'booking_rescheduled' });
    await driver.book({ id: '2', staff, start: tomorrow(2), event: 'booking_status_changed', status: 'canceled' });

    for (const id of ['1', '2', '3', '4', '6']) {
      await driver.untilView(id, ({ meeting: { error } }) => error?.code === 'integration_off');
    }
    await driver.resync('3');
    await settleDown();

    expect(await driver.operations(staff)).toEqual(before);
    expect(await driver.mails({ to: customerOf('6') })).toEqual([]);
    expect(await driver.mails({ to: customerOf('1') })).toHaveLength(1);
  });

  it('that switches it on again catches up', async () => {
    await driver.settings({ enabled: true });

    await driver.untilTold('6', 2);
    await driver.untilTold('1', 4);
    await driver.untilTold('2', 4, 'cancelled');
    for (const id of ['3', '4']) {
      await driver.untilView(id, ({ meeting }) => meeting.state === 'ready' && meeting.error === null);
    }
    await settleDown();

    expect(await driver.events(staff)).toHaveLength(4);
    for (const id of ['3', '4', '6']) expect(await driver.mails({ to: customerOf(id) })).toHaveLength(1);
  });

  it('of who is written to is obeyed from then on', async () => {
    await driver.settings({ notifications: { email: { customer: false } } });
    await driver.book({ id: '7', staff, start: tomorrow(8) });
    const { messages } = await driver.untilView('7', (view) => view.messages.length === 2);
    expect(messages).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ role: 'customer', state: 'skipped' }),
        expect.objectContaining({ role: 'staff', state: 'sent' }),
      ]),
    );

    await driver.settings({ notifications: { email: { customer: true } } });
    await settleDown();

    expect(await driver.mails({ to: customerOf('7') })).toEqual([]);
  });
});
