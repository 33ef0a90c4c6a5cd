import { beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../shared/notifications/delivery-error.ts';
import type { Mail } from '../../../shared/notifications/mail.ts';
import { sentMessages, type Told, type Truth } from '../../../shared/notifications/told.ts';
import type { Settings } from '../../../shared/settings/settings.ts';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { crashOn } from '../../fakes/interference.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

const HOUR = 3600;
const HOLD = 60;
const LUIS = 'luis@mail.test';
const PHONE = '+34600000002';
const luis = { ...customer('Luis'), phone: PHONE };

let world: World;
beforeEach(async () => {
  world = await makeWorld({ connected: [ANA, BEA], holdSeconds: HOLD });
});

const mailsTo = (address: string) => world.mail.sent.filter(({ to }) => to.address === address);
/** The same, its fields in another order. */
const turned = (truth: Truth): Truth => Object.fromEntries(Object.entries(truth).toReversed()) as unknown as Truth;
const ledger = async (id: string) => sentMessages(await world.told.ofSubject(`test:${id}`));
const channels = (changes: { email?: boolean; sms?: boolean }): Pick<Settings, 'notifications'> => ({
  notifications: {
    email: { customer: changes.email ?? true, staff: true },
    sms: { customer: changes.sms ?? false, staff: false },
  },
});

describe('the mails of one booking', () => {
  it('form one thread for each person', async () => {
    await world.book('1');
    await world.book('1', at('17:00'));
    await world.pass(2 * HOLD);
    await world.cancel('1');
    await world.pass(2 * HOLD);

    const [first, second, third] = mailsTo(LUIS);
    expect(new Set([first?.id, second?.id, third?.id]).size).toBe(3);
    expect(first?.thread).toEqual([]);
    expect(second?.thread).toEqual([`<${first?.id}@clinic.test>`]);
    expect(third?.thread).toEqual([`<${first?.id}@clinic.test>`, `<${second?.id}@clinic.test>`]);
    expect(mailsTo(ANA)[1]?.thread).toEqual([`<${mailsTo(ANA)[0]?.id}@clinic.test>`]);
    expect(mailsTo(ANA)[0]?.id).not.toBe(first?.id);
  });

  it('keep the start of a long thread and its end', async () => {
    await world.book('1');
    for (let hour = 1; hour < 20; hour += 1) {
      await world.book('1', at(`${String(hour).padStart(2, '0')}:00`));
      await world.pass(2 * HOLD);
    }
    const mails = mailsTo(LUIS);
    const { thread = [] } = mails.at(-1) ?? {};
    expect(thread).toHaveLength(10);
    expect(thread[0]).toBe(`<${mails[0]?.id}@clinic.test>`);
    expect(thread.at(-1)).toBe(`<${mails.at(-2)?.id}@clinic.test>`);
  });

  it('have the same name when one is repeated after a crash', async () => {
    await world.deliver('1');
    expect(await world.lookAndDie('1', crashOn('mail.send', 'after'))).toBe(true);
    await world.pass(HOUR);
    const ids = mailsTo(LUIS).map(({ id }) => id);
    expect(new Set(ids).size).toBe(1);
  });

  it('have the same name too where the database gives the fields of what is in doubt in another order', async () => {
    world.interference = async ({ port, method }, proceed) => {
      const answer = await proceed();
      if (port !== 'told' || method !== 'ofSubject') return answer;
      return (answer as Told[]).map(({ inDoubt = [], ...told }) => ({ ...told, inDoubt: inDoubt.map(turned) }));
    };
    await world.deliver('1');
    expect(await world.lookAndDie('1', crashOn('mail.send', 'after'))).toBe(true);
    await world.pass(HOUR);
    const ids = mailsTo(LUIS).map(({ id }) => id);
    expect(ids).toEqual([ids[0], ids[0]]);
  });

  it('say to SES what they are about', async () => {
    await world.book('1');
    expect(mailsTo(LUIS)[0]?.tags).toEqual({
      appointment: Buffer.from('test:1').toString('base64url'),
      kind: 'booked',
      role: 'customer',
    });
  });
});

describe('rule 16: one voice', () => {
  const methods = (address: string) => mailsTo(address).map(({ calendar }) => calendar?.method);
  const bookMoveCancel = async () => {
    await world.book('1');
    await world.book('1', at('17:00'));
    await world.pass(2 * HOLD);
    await world.cancel('1');
    await world.pass(2 * HOLD);
  };

  it('attaches nothing where Google invites', async () => {
    await bookMoveCancel();
    expect(methods(LUIS)).toEqual([undefined, undefined, undefined]);
  });

  it.each<Partial<Settings>>([{ addCustomersAsAttendees: false }, { googleInvitations: 'none' }])(
    'invites the customer, and them alone, where Google does not: %j',
    async (settings) => {
      await world.set(settings);
      await bookMoveCancel();
      expect(methods(LUIS)).toEqual(['REQUEST', 'REQUEST', 'CANCEL']);
      expect(methods(ANA)).toEqual([undefined, undefined, undefined]);
    },
  );

  it('counts what stands in the calendar up', async () => {
    await world.set({ addCustomersAsAttendees: false });
    await bookMoveCancel();
    const sequences = mailsTo(LUIS).map(({ calendar }) =>
      Number(/^SEQUENCE:(\d+)/m.exec(calendar?.content ?? '')?.[1]),
    );
    expect(sequences).toEqual([0, 1, 2]);
    const uids = new Set(mailsTo(LUIS).map(({ calendar }) => /^UID:(.*)$/m.exec(calendar?.content ?? '')?.[1]));
    expect(uids.size).toBe(1);
  });

  it('counts further up after a message that may have arrived', async () => {
    await world.set({ addCustomersAsAttendees: false });
    await world.deliver('1');
    world.calendar.behaviour.pendingPolls = 0;
    expect(await world.lookAndDie('1', crashOn('mail.send', 'after'))).toBe(true);
    await world.book('1', at('17:00'));
    await world.pass(HOUR);

    const sequences = mailsTo(LUIS).map(({ calendar }) =>
      Number(/^SEQUENCE:(\d+)/m.exec(calendar?.content ?? '')?.[1]),
    );
    expect(sequences).toEqual([...new Set(sequences)].sort());
    expect(sequences.length).toBeGreaterThan(0);
  });

  it('counts each of several further up, though one says what an earlier one said', async () => {
    await world.set({ addCustomersAsAttendees: false });
    await world.book('1');
    const sent: Mail[] = [];
    world.interference = ({ port, args }, proceed) => {
      const mail = args[0] as Mail;
      if (port === 'mail' && mail.to.address === LUIS) sent.push(mail);
      return proceed();
    };
    for (const time of ['17:00', '18:00', '17:00']) {
      await world.book('1', at(time));
      world.clock.advance(2 * HOLD);
      world.mail.fail(new DeliveryError('TimeoutError', true, true), 2);
      await world.look('1');
    }
    await world.pass(HOUR);

    const sequences = sent.map(({ calendar }) => Number(/^SEQUENCE:(\d+)/m.exec(calendar?.content ?? '')?.[1]));
    // The last one again, with its own number, until it is known to have arrived.
    expect(sequences).toEqual([1, 2, 3, 3]);
    expect(new Set(sent.map(({ id }) => id)).size).toBe(3);
  });

  it('keeps true what it has put into a calendar, whoever invites since', async () => {
    await world.set({ addCustomersAsAttendees: false });
    await world.book('1');
    await world.set({ addCustomersAsAttendees: true });
    await world.book('1', at('17:00'));
    await world.pass(2 * HOLD);
    expect(methods(LUIS)).toEqual(['REQUEST', 'REQUEST']);
  });

  it('takes nothing out of a calendar into which it put nothing', async () => {
    await world.book('1');
    await world.set({ addCustomersAsAttendees: false });
    await world.cancel('1');
    await world.pass(HOUR);
    expect(methods(LUIS)).toEqual([undefined, undefined]);
  });

  it('invites anew who comes back', async () => {
    await world.set({ addCustomersAsAttendees: false });
    await world.book('1');
    await world.cancel('1');
    await world.pass(2 * HOLD);
    await world.book('1', { status: 'approved' });
    await world.pass(2 * HOLD);
    expect(methods(LUIS)).toEqual(['REQUEST', 'CANCEL', 'REQUEST']);
  });
});

describe('SMS', () => {
  it('are not sent unless they are wanted, and nothing is said of that', async () => {
    await world.book('1', { customers: [luis] });
    expect(world.sms.sent).toEqual([]);
    expect((await ledger('1')).map(({ channel }) => channel)).toEqual(['email', 'email']);
  });

  it('follow the booking as mails do', async () => {
    await world.set(channels({ sms: true }));
    await world.book('1', { customers: [luis] });
    await world.book('1', at('17:00'));
    await world.pass(2 * HOLD);
    await world.cancel('1');
    await world.pass(2 * HOLD);
    expect(world.toldTo(PHONE)).toEqual(['booked', 'rescheduled', 'cancelled']);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'rescheduled', 'cancelled']);
    expect(await ledger('1')).toContainEqual(
      expect.objectContaining({ to: PHONE, channel: 'sms', role: 'customer', kind: 'booked', state: 'sent' }),
    );
  });

  it('go to staff as well, where they are to', async () => {
    await world.set({
      notifications: { email: { customer: true, staff: true }, sms: { customer: false, staff: true } },
    });
    await world.book('1', { customers: [luis], staff: { email: ANA, name: 'Ana', phone: '+34600000001' } });
    expect(world.toldTo('+34600000001')).toEqual(['booked']);
    expect(world.toldTo(PHONE)).toEqual([]);
  });

  it('bring no old news once they are switched on, nor on again', async () => {
    await world.book('1', { customers: [luis] });
    await world.set(channels({ sms: true }));
    await world.pass(HOUR);
    expect(world.toldTo(PHONE)).toEqual([]);

    await world.book('1', at('17:00'));
    await world.pass(2 * HOLD);
    expect(world.toldTo(PHONE)).toEqual(['rescheduled']);

    await world.set(channels({ sms: false }));
    await world.book('1', at('18:00'));
    await world.pass(2 * HOLD);
    await world.set(channels({ sms: true }));
    await world.pass(HOUR);
    expect(world.toldTo(PHONE)).toEqual(['rescheduled']);

    await world.cancel('1');
    await world.pass(2 * HOLD);
    expect(world.toldTo(PHONE)).toEqual(['rescheduled', 'cancelled']);
  });

  it('read numbers as they are written in the country of the settings', async () => {
    await world.set({ ...channels({ sms: true }), defaultCountry: 'ES' });
    await world.book('1', { customers: [{ ...luis, phone: '600 00 00 02' }] });
    expect(world.toldTo(PHONE)).toEqual(['booked']);
  });

  it('bring no old news where the country that numbers belong to is set at the same time', async () => {
    await world.book('1', { customers: [{ ...luis, phone: '600 00 00 02' }] });
    await world.set({ ...channels({ sms: true }), defaultCountry: 'ES' });
    await world.pass(HOUR);
    expect(world.sms.sent).toEqual([]);

    await world.book('1', at('17:00'));
    await world.pass(2 * HOLD);
    expect(world.toldTo(PHONE)).toEqual(['rescheduled']);
    await world.set({ defaultCountry: 'MX' });
    await world.pass(HOUR);
    expect(world.sms.sent).toHaveLength(1);
  });

  it('are skipped with the reason where the number is none', async () => {
    await world.set(channels({ sms: true }));
    await world.book('1', { customers: [{ ...luis, phone: 'call me' }] });
    await world.book('2', {
      customers: [{ ...luis, phone: '600 00 00 02' }],
      start: '2026-12-02T09:00:00Z',
      end: '2026-12-02T10:00:00Z',
    });
    expect(world.sms.sent).toEqual([]);
    expect(await ledger('1')).toContainEqual(
      expect.objectContaining({ to: 'call me', channel: 'sms', state: 'skipped', reason: 'invalid_phone' }),
    );
    expect(await ledger('2')).toContainEqual(
      expect.objectContaining({ to: '600 00 00 02', channel: 'sms', state: 'skipped', reason: 'no_country' }),
    );
  });

  it('say nothing of a cancellation to the old number of who has a new one', async () => {
    await world.set(channels({ sms: true }));
    await world.book('1', { customers: [luis] });
    await world.book('1', { customers: [{ ...luis, phone: '+34600000009' }] });
    await world.pass(HOUR);
    expect(world.toldTo(PHONE)).toEqual(['booked']);
    expect(world.toldTo('+34600000009')).toEqual(['booked']);
  });

  it('nor where the address was corrected first', async () => {
    await world.set(channels({ sms: true }));
    await world.book('1', { customers: [luis] });
    await world.book('1', { customers: [{ ...luis, email: 'luis@new.test' }] });
    await world.pass(HOUR);
    await world.book('1', { customers: [{ ...luis, email: 'luis@new.test', phone: '+34600000009' }] });
    await world.pass(HOUR);
    expect(world.toldTo(PHONE)).toEqual(['booked']);
  });

  it('say it to the old number too when nobody comes any more', async () => {
    await world.set(channels({ sms: true }));
    await world.book('1', { customers: [luis] });
    await world.book('1', { customers: [{ ...luis, phone: '+34600000009' }], status: 'pending' });
    await world.pass(HOUR);
    expect(world.toldTo(PHONE)).toEqual(['booked', 'cancelled']);
    expect(world.toldTo('+34600000009')).toEqual([]);
  });

  it('say it to who has dropped out', async () => {
    await world.set(channels({ sms: true }));
    await world.book('1', { customers: [luis, customer('Eva')] });
    await world.book('1', { customers: [customer('Eva')] });
    await world.pass(HOUR);
    expect(world.toldTo(PHONE)).toEqual(['booked', 'cancelled']);
  });

  it('are one for a number that two customers share', async () => {
    await world.set(channels({ sms: true }));
    await world.book('1', { customers: [luis, { ...customer('Eva'), phone: PHONE }] });
    await world.pass(HOUR);
    expect(world.toldTo(PHONE)).toEqual(['booked']);
  });

  it('stop for good where somebody has opted out', async () => {
    await world.set(channels({ sms: true }));
    world.sms.refuse('opted_out');
    await world.book('1', { customers: [luis] });
    await world.book('1', at('17:00'));
    await world.pass(2 * HOLD);
    expect(world.sms.sent).toEqual([]);
    expect((await ledger('1')).filter(({ channel }) => channel === 'sms')).toEqual([
      expect.objectContaining({ kind: 'booked', state: 'failed', reason: 'opted_out' }),
      expect.objectContaining({ kind: 'rescheduled', state: 'skipped', reason: 'opted_out' }),
    ]);
  });
});

describe('an address that takes no messages', () => {
  it('gets none, and the ledger says why', async () => {
    await world.undeliverable.mark(
      { channel: 'email', address: LUIS, reason: 'bounced', at: world.clock.instant },
      2_000_000_000,
    );
    await world.book('1');
    expect(world.toldTo(LUIS)).toEqual([]);
    expect(world.toldTo(ANA)).toEqual(['booked']);
    expect(await ledger('1')).toContainEqual(
      expect.objectContaining({ to: LUIS, state: 'skipped', reason: 'bounced' }),
    );
  });
});

describe('what is wrong with the account', () => {
  it('is shown once, and every message arrives once when it has been put right', async () => {
    world.mail.fail(new DeliveryError('ses_sandbox', true, false, 'account'), 10);
    await world.book('1');
    await world.pass(4 * HOUR);
    expect((await ledger('1')).map(({ state, reason }) => `${state} ${reason}`)).toEqual([
      'failed ses_sandbox',
      'failed ses_sandbox',
    ]);

    world.mail.clearFaults();
    await world.pass(2 * HOUR);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.toldTo(ANA)).toEqual(['booked']);
    expect((await ledger('1')).filter(({ state }) => state === 'sent')).toHaveLength(2);
    expect(world.owed()).toEqual([]);
  });
});

describe('two runs, each slow or dying', () => {
  it('owe another look when the one that sent cannot record it any more', async () => {
    await world.deliver('1');
    world.loseStream();
    let isTakenOver = false;
    await world.look('1', async ({ port }, proceed) => {
      if (port === 'mail' && !isTakenOver) {
        isTakenOver = true;
        world.clock.advance(2 * HOLD);
        expect(await world.lookAndDie('1', crashOn('mail.send', 'before'))).toBe(true);
      }
      return proceed();
    });
    expect(world.owed()).toHaveLength(1);

    await world.pass(HOUR);
    expect((await world.told.ofSubject('test:1')).map(({ last, claim }) => [last?.status, claim])).toEqual([
      ['booked', undefined],
      ['booked', undefined],
    ]);
    expect(world.owed()).toEqual([]);
  });

  it('say nothing that the settings of before made of it', async () => {
    await world.set({ statuses: ['confirmed'] });
    await world.book('1');
    await world.pass(HOUR);
    let isHeldUp = false;
    await world.look('1', async ({ port }, proceed) => {
      if (port === 'told' && !isHeldUp) {
        isHeldUp = true;
        await world.set({ statuses: ['approved'] });
        await world.pass(HOLD);
      }
      return proceed();
    });
    await world.pass(HOUR);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.owed()).toEqual([]);
  });
});
