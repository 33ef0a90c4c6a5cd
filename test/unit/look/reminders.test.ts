import { beforeEach, describe, expect, it } from 'vitest';
import { GoogleError } from '../../../shared/google/errors.ts';
import { DeliveryError } from '../../../shared/notifications/delivery-error.ts';
import type { Mail } from '../../../shared/notifications/mail.ts';
import { toInstant } from '../../../shared/time.ts';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { crashOn } from '../../fakes/interference.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

const MINUTE = 60;
const HOUR = 3600;
const DAY = 24 * HOUR;
const LUIS = 'luis@mail.test';
const EVA = 'eva@mail.test';
const PHONE = '+34600000002';
const DAY_BEFORE = { minutesBefore: 1440, channels: ['email' as const] };
const HOUR_BEFORE = { minutesBefore: 60, channels: ['email' as const] };

let world: World;
beforeEach(async () => {
  // A week before the booking of the builders, which begins on the first of December at three.
  world = await makeWorld({ connected: [ANA, BEA], holdSeconds: 60, settings: { reminders: [DAY_BEFORE] } });
});

const passUntil = async (instant: string) => world.pass((Date.parse(instant) - world.clock.now().getTime()) / 1000);

describe('a reminder', () => {
  it('comes at its time, once, to customer and staff, with the link', async () => {
    await world.book('1');
    await passUntil('2026-11-30T14:59:30Z');
    expect(world.toldTo(LUIS)).toEqual(['booked']);

    await world.pass(2 * MINUTE);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder']);
    expect(world.toldTo(ANA)).toEqual(['booked', 'reminder']);
    expect(world.messages().at(-1)).toMatchObject({ start: '2026-12-01 15:00', url: (await world.event('1')).meetUrl });

    await world.pass(3 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder']);
    expect(world.owed()).toEqual([]);
  });

  it('costs no call to Google', async () => {
    await world.book('1');
    await passUntil('2026-11-30T14:59:30Z');
    expect(await world.callsDuring(() => world.pass(2 * MINUTE))).toEqual([]);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder']);
  });

  it('is no attempt at Google, and hides none', async () => {
    await world.book('1');
    expect(world.owed()).not.toEqual([]);
    expect((await world.view('1')).nextAttemptAt).toBeNull();

    world.calendar.order({ on: 'insert', error: new GoogleError('google_timeout', { inDoubt: true }) });
    await world.book('2', at('18:00'));
    await world.pass(MINUTE);
    const { state, nextAttemptAt } = await world.view('2');
    expect(state).toBe('ready');
    expect((await world.meeting('2')).google.lookAt).toBeDefined();
    expect(nextAttemptAt).not.toBeNull();
  });

  it('hides no look that somebody has asked for', async () => {
    await world.book('1');
    world.clock.advance(1);
    await world.requestLook('1');
    expect((await world.view('1')).nextAttemptAt).toBe(toInstant(world.clock.now()));
    await world.pass(MINUTE);
    expect(world.owed()).not.toEqual([]);
    expect((await world.view('1')).nextAttemptAt).toBeNull();
  });

  it('comes as often as the settings say', async () => {
    await world.set({ reminders: [HOUR_BEFORE, DAY_BEFORE, { minutesBefore: 15, channels: ['email'] }] });
    await world.book('1');
    await world.pass(10 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder', 'reminder', 'reminder']);
    expect(world.owed()).toEqual([]);
  });

  it('moves along with the booking', async () => {
    await world.book('1');
    await world.book('1', at('15:00', 45, '2026-12-03'));
    await passUntil('2026-12-01T23:00:00Z');
    expect(world.toldTo(LUIS)).toEqual(['booked', 'rescheduled']);
    await passUntil('2026-12-02T15:02:00Z');
    expect(world.toldTo(LUIS)).toEqual(['booked', 'rescheduled', 'reminder']);
    expect(world.messages().at(-1)?.start).toBe('2026-12-03 15:00');
  });

  it('comes again for the new time of a booking that was moved after it', async () => {
    await world.book('1');
    await passUntil('2026-11-30T16:00:00Z');
    await world.book('1', at('15:00', 45, '2026-12-05'));
    await world.pass(10 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder', 'rescheduled', 'reminder']);
  });

  it('is dropped with a cancellation', async () => {
    await world.book('1');
    await world.cancel('1');
    await world.pass(10 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'cancelled']);
    expect(world.owed()).toEqual([]);
  });

  it('is dropped for who has dropped out', async () => {
    await world.book('1', { customers: [customer('Luis'), customer('Eva')] });
    await world.book('1', { customers: [customer('Eva')] });
    await world.pass(10 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'cancelled']);
    expect(world.toldTo(EVA)).toEqual(['booked', 'reminder']);
  });

  it('does not repeat what a confirmation has just said', async () => {
    await passUntil('2026-11-30T20:00:00Z');
    await world.book('1');
    await world.pass(3 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.owed()).toEqual([]);
  });

  it('nor what one has said a few minutes ago', async () => {
    await passUntil('2026-11-30T14:55:00Z');
    await world.book('1');
    await world.pass(3 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
  });

  it('nor what a message of a new time has', async () => {
    await world.book('1', at('15:00', 45, '2026-12-05'));
    await passUntil('2026-11-30T20:00:00Z');
    await world.book('1', at('15:00'));
    await world.pass(10 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'rescheduled']);
  });

  it('waits for the word about a new link, which then says all', async () => {
    await world.book('1');
    await passUntil('2026-11-30T14:59:30Z');
    await world.book('1', { staff: { email: BEA, name: 'Bea' } });
    await world.pass(10 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'link_changed']);
  });

  it('comes late after an outage, and of several that were missed the last alone', async () => {
    await world.set({ reminders: [DAY_BEFORE, HOUR_BEFORE] });
    await world.book('1');
    world.clock.advanceTo('2026-12-01T14:10:00Z');
    await world.pass(5 * HOUR);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder']);
  });

  it('does not come once the booking has begun', async () => {
    await world.book('1');
    world.clock.advanceTo('2026-12-01T15:00:00Z');
    await world.pass(5 * HOUR);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.owed()).toEqual([]);
  });

  it('does not come once the booking has begun while its mail was being tried', async () => {
    await world.book('1');
    await passUntil('2026-11-30T14:59:30Z');
    world.mail.throttle(1000);
    await world.pass(2 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    world.mail.clearFaults();
    await world.pass(DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
  });

  it('arrives once after ten minutes without mail', async () => {
    await world.book('1');
    await passUntil('2026-11-30T14:59:30Z');
    world.mail.throttle(6);
    await world.pass(HOUR);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder']);
    expect(world.toldTo(ANA)).toEqual(['booked', 'reminder']);
  });

  it('is repeated once at most when its sender dies, and never lost', async () => {
    await world.book('1');
    world.clock.advanceTo('2026-11-30T15:00:00Z');
    expect(await world.lookAndDie('1', crashOn('mail.send', 'after'))).toBe(true);
    await world.pass(HOUR);
    for (const address of [LUIS, ANA]) {
      const reminders = world.toldTo(address).filter((kind) => kind === 'reminder').length;
      expect(reminders).toBeGreaterThanOrEqual(1);
      expect(reminders).toBeLessThanOrEqual(2);
    }
  });

  it('comes though the staff member has disconnected: the link still works', async () => {
    await world.book('1');
    await world.disconnect(ANA);
    await world.requestLookLater('1');
    expect((await world.view('1')).state).toBe('waiting_for_staff');
    await passUntil('2026-11-30T15:05:00Z');
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder']);
  });

  it('does not come while a new time is not at Google yet', async () => {
    await world.book('1');
    await passUntil('2026-11-30T14:50:00Z');
    world.calendar.order({ on: 'patch', error: new GoogleError('rate_limited'), times: 4 });
    await world.book('1', at('20:00'));
    await world.pass(2 * HOUR);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'rescheduled']);
  });
});

describe('changing the reminders', () => {
  it('takes up bookings that are there already', async () => {
    await world.set({ reminders: [] });
    await world.book('1');
    await world.set({ reminders: [HOUR_BEFORE] });
    await world.pass(10 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder']);
  });

  it('sends none that would have been due before', async () => {
    await world.set({ reminders: [] });
    await world.book('1');
    await passUntil('2026-11-30T20:00:00Z');
    await world.set({ reminders: [DAY_BEFORE] });
    await world.pass(10 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.owed()).toEqual([]);
  });

  it('loses none that was there before and is still being tried', async () => {
    await world.book('1');
    await passUntil('2026-11-30T14:59:30Z');
    world.mail.throttle(2);
    await world.pass(40);
    await world.set({ reminders: [DAY_BEFORE, HOUR_BEFORE] });
    await passUntil('2026-11-30T16:00:00Z');
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder']);
  });

  it('sends no more once there are none', async () => {
    await world.book('1');
    await world.set({ reminders: [] });
    await world.pass(10 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
  });
});

describe('a channel that is off', () => {
  it('sends none, nor later what it did not send', async () => {
    await world.book('1');
    await world.set({
      notifications: { email: { customer: false, staff: true }, sms: { customer: false, staff: false } },
    });
    await passUntil('2026-11-30T15:05:00Z');
    await world.set({
      notifications: { email: { customer: true, staff: true }, sms: { customer: false, staff: false } },
    });
    await world.pass(10 * DAY);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.toldTo(ANA)).toEqual(['booked', 'reminder']);
  });
});

describe('the reminder of a class', () => {
  it('is one for who gives it, and one for each who comes', async () => {
    const names = ['Luis', 'Eva', 'Marta'];
    for (const [index, name] of names.entries()) await world.book(`${index + 1}`, { customers: [customer(name)] });
    await passUntil('2026-11-30T15:05:00Z');
    for (const name of names) expect(world.toldTo(customer(name).email)).toEqual(['booked', 'reminder']);
    expect(world.toldTo(ANA).filter((kind) => kind === 'reminder')).toEqual(['reminder']);

    await world.cancel('1');
    await world.pass(DAY);
    expect(world.toldTo(ANA).filter((kind) => kind === 'reminder')).toEqual(['reminder']);
  });

  it('does not wait for a booking of which nothing is known yet', async () => {
    await world.book('2', { customers: [customer('Eva')] });
    await passUntil('2026-11-30T14:50:00Z');
    world.calendar.order({ on: 'patch', error: new GoogleError('rate_limited'), times: 20 });
    await world.book('1', { customers: [customer('Luis')] });
    await passUntil('2026-11-30T15:05:00Z');
    expect(world.toldTo(LUIS)).toEqual([]);
    expect(world.toldTo(ANA)).toEqual(['booked', 'reminder']);
  });
});

describe('the reminder of a class whose first booking', () => {
  const reminders = (address: string) => world.toldTo(address).filter((kind) => kind === 'reminder');

  it('is cancelled before it was sent comes by the next one', async () => {
    await world.book('1');
    await world.book('2', { customers: [customer('Eva')] });
    await passUntil('2026-11-30T14:59:30Z');
    world.mail.fail(new DeliveryError('sending_paused', true, false, 'account'), 3);
    await world.pass(10 * MINUTE);
    world.mail.clearFaults();
    await world.cancel('1');
    await world.pass(10 * DAY);
    expect(reminders(ANA)).toHaveLength(1);
    expect(world.owed()).toEqual([]);
  });

  it('has just been made comes by the next one', async () => {
    for (const id of ['2', '3']) await world.book(id, { customers: [customer(`Eva${id}`)] });
    await passUntil('2026-11-30T14:55:00Z');
    await world.book('1');
    await world.pass(10 * DAY);
    expect(reminders(ANA)).toHaveLength(1);
    expect(reminders(LUIS)).toEqual([]);
  });

  it('cannot be told of comes when it can, once', async () => {
    for (const id of ['1', '2', '3']) await world.book(id, { customers: [customer(`Eva${id}`)] });
    await passUntil('2026-11-30T14:59:30Z');
    world.interference = async ({ port, args }, proceed) => {
      const isLate = world.clock.instant < '2026-11-30T15:10:00Z';
      if (port === 'mail' && isLate && (args[0] as Mail).to.address === ANA) throw new DeliveryError('throttled', true);
      return proceed();
    };
    await world.pass(10 * DAY);
    expect(reminders(ANA)).toHaveLength(1);
    expect(world.owed()).toEqual([]);
  });
});

describe('a reminder by SMS', () => {
  it('comes besides that by mail, each on its own time', async () => {
    await world.set({
      reminders: [DAY_BEFORE, { minutesBefore: 30, channels: ['sms'] }],
      notifications: { email: { customer: true, staff: true }, sms: { customer: true, staff: false } },
    });
    await world.book('1', { customers: [{ ...customer('Luis'), phone: PHONE }] });
    await passUntil('2026-12-01T14:29:00Z');
    expect(world.toldTo(PHONE)).toEqual(['booked']);
    await world.pass(HOUR);
    expect(world.toldTo(PHONE)).toEqual(['booked', 'reminder']);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'reminder']);
  });

  it('survives a death before it is sent', async () => {
    await world.set({
      reminders: [{ minutesBefore: 30, channels: ['sms'] }],
      notifications: { email: { customer: true, staff: true }, sms: { customer: true, staff: false } },
    });
    await world.book('1', { customers: [{ ...customer('Luis'), phone: PHONE }] });
    world.clock.advanceTo('2026-12-01T14:30:00Z');
    expect(await world.lookAndDie('1', crashOn('sms.send', 'before'))).toBe(true);
    await world.pass(10 * MINUTE);
    expect(world.toldTo(PHONE)).toEqual(['booked', 'reminder']);
  });
});
