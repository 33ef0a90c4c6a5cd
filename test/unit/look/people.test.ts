import { beforeEach, describe, expect, it } from 'vitest';
import { GoogleError } from '../../../shared/google/errors.ts';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { expectAgreement } from '../../fakes/agreement.ts';
import { crashOn, yielding } from '../../fakes/interference.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

const HOUR = 3600;
const HOLD = 60;
const LUIS = 'luis@mail.test';
const EVA = 'eva@mail.test';
const ADMIN = 'admin@clinic.test';

let world: World;
beforeEach(async () => {
  world = await makeWorld({ connected: [ANA, BEA], holdSeconds: HOLD });
});

const of = (...names: string[]) => ({ customers: names.map(customer) });
const mailsTo = (address: string) => world.mail.sent.filter(({ to }) => to.address === address);

describe('rule 15: nobody is told before the link is there', () => {
  it('neither while Google fails', async () => {
    world.calendar.order({ on: 'insert', error: new GoogleError('rate_limited'), times: 3 });
    await world.book('1');
    expect(world.messages()).toEqual([]);

    await world.pass(HOUR);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.toldTo(ANA)).toEqual(['booked']);
  });

  it('nor while the link is pending', async () => {
    world.calendar.behaviour.pendingPolls = 1;
    await world.book('1');
    expect(world.messages()).toEqual([]);

    await world.pass(HOUR);
    expect(world.messages().map(({ url }) => url)).toEqual([
      (await world.event('1')).meetUrl,
      (await world.event('1')).meetUrl,
    ]);
  });

  it('nor of a new time before Google has it', async () => {
    await world.book('1');
    world.calendar.order({ on: 'patch', error: new GoogleError('rate_limited'), times: 6 });
    await world.book('1', at('17:00'));
    world.beforeLook =
      () =>
      async ({ method }, proceed) => {
        if (method === 'send') expect((await world.event('1')).start).toBe('2026-12-01T17:00:00Z');
        return proceed();
      };
    await world.pass(2 * HOUR);

    expect(world.toldTo(LUIS)).toEqual(['booked', 'rescheduled']);
  });
});

describe('rule 15: the hold', () => {
  it('lets a first confirmation out at once', async () => {
    await world.book('1');
    expect(world.toldTo(LUIS)).toEqual(['booked']);
  });

  it('keeps a change until it has stood', async () => {
    await world.book('1');
    await world.book('1', at('17:00'));
    await world.pass(HOLD - 5);
    expect(world.toldTo(LUIS)).toEqual(['booked']);

    await world.pass(10);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'rescheduled']);
  });

  it('keeps a cancellation until it has stood', async () => {
    await world.book('1');
    await world.cancel('1');
    expect(world.toldTo(LUIS)).toEqual(['booked']);

    await world.pass(HOLD + 5);
    expect(world.toldTo(LUIS)).toEqual(['booked', 'cancelled']);
    expect(world.toldTo(ANA)).toEqual(['booked', 'cancelled']);
  });

  it('ends a storm of changes in one message with the last truth', async () => {
    await world.book('1');
    for (const time of ['16:00', '17:00', '18:00', '19:00', '20:00']) {
      await world.book('1', at(time));
      await world.pass(20);
    }
    await world.pass(HOUR);

    expect(
      world
        .messages()
        .filter(({ to }) => to === LUIS)
        .map(({ kind, start }) => `${kind} ${start}`),
    ).toEqual(['booked 2026-12-01 15:00', 'rescheduled 2026-12-01 20:00']);
  });

  it('tells nothing of what was moved there and back', async () => {
    await world.book('1');
    await world.book('1', at('17:00'));
    await world.pass(20);
    await world.book('1', at('15:00'));
    await world.pass(HOUR);

    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.owed()).toEqual([]);
  });

  it('tells nothing of what was cancelled and, on the same link, wanted again', async () => {
    await world.book('1', of('Luis'));
    await world.book('2', of('Eva'));
    await world.cancel('1');
    await world.pass(20);
    await world.book('1', { status: 'approved' });
    await world.pass(HOUR);

    expect(world.toldTo(LUIS)).toEqual(['booked']);
  });

  it('tells nothing of a booking that came and went before its link was there', async () => {
    world.calendar.behaviour.pendingPolls = 3;
    await world.book('1');
    await world.cancel('1');
    await world.pass(HOUR);

    expect(world.messages()).toEqual([]);
  });

  it('tells who was told of the end that it is on again', async () => {
    await world.book('1');
    await world.cancel('1');
    await world.pass(HOUR);
    await world.book('1', { status: 'approved' });
    await world.pass(HOUR);

    expect(world.toldTo(LUIS)).toEqual(['booked', 'cancelled', 'booked']);
    await expectAgreement(world);
  });

  it('does not tell of changes that are nobody’s news', async () => {
    await world.book('1');
    await world.book('1', { notes: 'Bring the report' });
    await world.pass(HOUR);

    expect(world.toldTo(LUIS)).toEqual(['booked']);
  });
});

describe('rule 15: who drops out', () => {
  it('is told that it is cancelled for them, and who comes in that it is booked', async () => {
    await world.book('1', of('Luis'));
    await world.book('1', of('Eva'));
    await world.pass(HOUR);

    expect(world.toldTo(LUIS)).toEqual(['booked', 'cancelled']);
    expect(world.toldTo(EVA)).toEqual(['booked']);
    expect(world.toldTo(ANA)).toEqual(['booked']);
  });

  it('is told of the time that they know, not of the one to which it moved on', async () => {
    await world.book('1', of('Luis'));
    await world.book('1', { ...of('Eva'), ...at('17:00') });
    await world.pass(HOUR);

    const [, last] = world.messages().filter(({ to }) => to === LUIS);
    expect(last).toMatchObject({ kind: 'cancelled', start: '2026-12-01 15:00', url: undefined });
  });

  it('is told nothing when they come back in time', async () => {
    await world.book('1', of('Luis', 'Eva'));
    await world.book('1', of('Luis'));
    await world.pass(20);
    await world.book('1', of('Luis', 'Eva'));
    await world.pass(HOUR);

    expect(world.toldTo(EVA)).toEqual(['booked']);
  });

  it('is told by e-mail alone, and nothing without an address', async () => {
    await world.book('1', { customers: [{ name: 'Nobody', phone: '+34600000002' }] });
    expect(world.messages().map(({ to }) => to)).toEqual([ANA]);
  });
});

describe('rule 15: every one of a slot', () => {
  it('is told by their own booking, when somebody else moves', async () => {
    await world.book('1', of('Luis'));
    await world.book('2', of('Eva'));
    await world.book('2', at('17:00'));
    await world.pass(HOUR);

    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.toldTo(EVA)).toEqual(['booked', 'rescheduled']);
    await expectAgreement(world);
  });

  it('is told when two runs look at once, and once only', async () => {
    for (let seed = 0; seed < 40; seed += 1) {
      world = await makeWorld({ connected: [ANA], seed });
      await world.deliver('1', of('Luis'));
      await world.deliver('2', of('Eva'));
      world.interference = yielding(world.random);
      await Promise.all(['1', '1', '2', '2'].map((id) => world.look(id)));
      world.loseStream();
      await world.pass(HOUR);

      expect(world.toldTo(LUIS), `seed ${seed}`).toEqual(['booked']);
      expect(world.toldTo(EVA), `seed ${seed}`).toEqual(['booked']);
      expect(world.toldTo(ANA), `seed ${seed}`).toEqual(['booked', 'booked']);
    }
  });
});

describe('rule 15: two runs with the same news', () => {
  it('send it once between them, while the mail is still on its way', async () => {
    await world.book('1');
    await world.book('1', at('17:00'));
    world.loseStream();
    world.clock.advance(HOLD + 1);
    const slowly = async ({ method }: { method: string }, proceed: () => Promise<unknown>) => {
      if (method === 'send')
        for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
      return proceed();
    };

    await Promise.all([world.look('1', slowly), world.look('1', slowly), world.look('1', slowly)]);
    await world.pass(HOUR);

    expect(world.toldTo(LUIS)).toEqual(['booked', 'rescheduled']);
    expect(world.toldTo(ANA)).toEqual(['booked', 'rescheduled']);
  });
});

describe('rule 15: mail that does not get through', () => {
  it('arrives once, later, when the provider throttles', async () => {
    world.mail.throttle(5);
    await world.book('1');
    expect(world.messages()).toEqual([]);

    await world.pass(HOUR);
    expect(world.toldTo(LUIS)).toEqual(['booked']);
    expect(world.toldTo(ANA)).toEqual(['booked']);
  });

  it('tells the truth of then, when it gets through at last', async () => {
    world.mail.throttle(4);
    await world.book('1');
    await world.book('1', at('17:00'));
    await world.pass(HOUR);

    expect(world.messages().filter(({ to }) => to === LUIS)).toMatchObject([
      { kind: 'booked', start: '2026-12-01 17:00' },
    ]);
  });

  it('is given up, and said so, when the provider refuses it', async () => {
    world.mail.refuse(2);
    await world.book('1');
    await world.pass(HOUR);

    expect(world.messages()).toEqual([]);
    expect(world.told.all().flatMap(({ messages }) => messages.map(({ state, reason }) => [state, reason]))).toEqual(
      expect.arrayContaining([['failed', 'MessageRejected']]),
    );
    expect(world.owed()).toEqual([]);
  });

  it('does not hold up others', async () => {
    world.mail.throttle(1);
    await world.book('1');
    expect(world.messages()).toHaveLength(1);
  });

  it('is not sent from a channel that is off, and old news not when it is on again', async () => {
    await world.set({
      notifications: { email: { customer: false, staff: true }, sms: { customer: false, staff: false } },
    });
    await world.book('1');
    await world.set({
      notifications: { email: { customer: true, staff: true }, sms: { customer: false, staff: false } },
    });
    await world.pass(HOUR);

    expect(world.toldTo(LUIS)).toEqual([]);
    expect(world.toldTo(ANA)).toEqual(['booked']);
  });
});

describe('rule 17: staff who are not connected', () => {
  beforeEach(async () => {
    world = await makeWorld({ connected: [], settings: { adminEmail: ADMIN } });
  });

  it('get one mail with their connect link for three bookings; the admin is told once, and the bookings wait', async () => {
    for (const [id, time] of [
      ['1', '15:00'],
      ['2', '16:00'],
      ['3', '17:00'],
    ] as const)
      await world.book(id, at(time));
    await world.pass(5 * HOUR);

    expect(mailsTo(ANA)).toHaveLength(1);
    expect(mailsTo(ANA)[0]?.text).toContain('https://meet.clinic.test/connect/connect.ana@clinic.test');
    expect(mailsTo(ADMIN)).toHaveLength(1);
    expect(mailsTo(ADMIN)[0]?.text).not.toContain('/connect/');
    expect(mailsTo(LUIS)).toEqual([]);
    for (const id of ['1', '2', '3']) {
      expect(await world.view(id)).toMatchObject({
        state: 'waiting_for_staff',
        error: { code: 'staff_not_connected' },
      });
    }
  });

  it('have every waiting booking get its link on connecting, and are told which account it is', async () => {
    for (const [id, time] of [
      ['1', '15:00'],
      ['2', '16:00'],
      ['3', '17:00'],
    ] as const)
      await world.book(id, at(time));
    await world.connect(ANA, 'ana.private@gmail.test');
    await world.stream();

    for (const id of ['1', '2', '3']) expect((await world.view(id)).state).toBe('ready');
    expect(mailsTo(ANA).some(({ text }) => text.includes('ana.private@gmail.test'))).toBe(true);
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('are found by the sweep when the wake-up was lost', async () => {
    await world.book('1');
    await world.connect(ANA);
    world.loseStream();
    await world.pass(60);

    expect((await world.view('1')).state).toBe('ready');
  });

  it('are found when they connect in the middle of a look', async () => {
    await world.deliver('1');
    await world.look('1', async ({ method }, proceed) => {
      const answer = await proceed();
      if (method === 'putMapping') await world.connect(ANA);
      return answer;
    });
    world.loseStream();
    await world.pass(5 * 60);

    expect((await world.view('1')).state).toBe('ready');
  });

  it('are written to once for each time that their access ends', async () => {
    await world.connect(ANA);
    await world.book('1');
    for (let time = 16; time < 18; time += 1) {
      world.revoke(ANA);
      await world.book('1', at(`${time}:00`));
      await world.pass(3 * HOUR);
      await world.connect(ANA);
      await world.pass(HOUR);
    }

    const subjects = mailsTo(ANA)
      .map(({ subject }) => subject)
      .filter((subject) => !subject.includes('|'));
    // Connected, reconnect, connected, reconnect, connected.
    expect(subjects).toHaveLength(5);
    expect(mailsTo(ADMIN)).toHaveLength(2);
    await expectAgreement(world);
  });

  it('are written to again after a crash, once at most', async () => {
    await world.deliver('1');
    await world.lookAndDie('1', crashOn('mail.send', 'after'));
    await world.pass(3 * HOUR);

    expect(mailsTo(ANA).length).toBeLessThanOrEqual(2);
    expect(mailsTo(ADMIN).length).toBeGreaterThanOrEqual(1);
  });
});

describe('rule 18: customers never learn of one another', () => {
  const texts = async (id: string) => {
    const { title, description } = await world.event(id);
    return `${title}\n${description}`;
  };
  const everything =
    '{service_name} {customer_full_name} {customer_first_name} {customer_email} {customer_phone} {appointment_notes} {staff_name} {location_name} {allergies} {appointment_start_time}';

  beforeEach(async () => {
    world = await makeWorld({
      connected: [ANA],
      settings: { eventTitle: everything, eventDescription: everything, templates: {} },
    });
    const location = { name: 'Sala 1' };
    await world.book('1', { ...of('Luis'), location, notes: 'Back pain', keywords: { allergies: 'Nuts' } });
  });

  it('from the event of a booking of one, which names its customer', async () => {
    expect(await texts('1')).toContain('Luis');
    expect(await texts('1')).toContain('Back pain');
    expect(await texts('1')).toContain('Nuts');
  });

  it('from the event of a slot of several: service, staff, location and date only', async () => {
    await world.book('2', {
      ...of('Eva'),
      location: { name: 'Sala 1' },
      notes: 'Knee',
      keywords: { allergies: 'Milk' },
    });

    const read = await texts('1');
    expect(read).toContain('Consulta');
    expect(read).toContain('Ana');
    expect(read).toContain('Sala 1');
    expect(read).toContain('15:00');
    for (const secret of ['Luis', 'Eva', 'mail.test', 'Back pain', 'Knee', 'Nuts', 'Milk'])
      expect(read).not.toContain(secret);
  });

  it('and its texts do not change as more people join, or the first one leaves', async () => {
    const more = { location: { name: 'Sala 1' } };
    await world.book('2', { ...of('Eva'), ...more });
    const before = await texts('2');
    await world.book('3', { ...of('Marta'), ...more });
    expect(await texts('2')).toBe(before);
    await world.book('0', { ...of('Iker'), ...more });
    expect(await texts('2')).toBe(before);
    await world.cancel('1');
    expect(await texts('2')).toBe(before);
  });

  it('from the guest list, unless the settings say so', async () => {
    expect((await world.event('1')).guestsCanSeeOtherGuests).toBe(false);
    await world.set({ customersCanSeeOtherAttendees: true });
    await world.pass(60);
    expect((await world.event('1')).guestsCanSeeOtherGuests).toBe(true);
  });

  it('from a message: customer keywords are the recipient’s own', async () => {
    await world.book('2', { ...of('Marta', 'Iker'), ...at('18:00'), notes: 'Both', keywords: { allergies: 'Milk' } });
    await world.book('2', { ...at('19:00') });
    await world.pass(HOUR);
    await world.book('2', of('Marta'));
    await world.cancel('2');
    await world.pass(HOUR);

    for (const [own, other] of [
      ['Marta', 'Iker'],
      ['Iker', 'Marta'],
    ] as const) {
      const mails = mailsTo(customer(own).email);
      expect(mails.length).toBeGreaterThanOrEqual(3);
      for (const { subject, html, text } of mails) {
        const read = `${subject}\n${html}\n${text}`;
        expect(read).toContain(own);
        expect(read).not.toContain(other);
        expect(read).not.toContain(customer(other).email);
      }
    }
  });

  it('even after a crash between inviting one and the booking becoming another’s', async () => {
    await world.deliver('5', { ...of('Marta'), ...at('18:00') });
    expect(await world.lookAndDie('5', crashOn('calendar.insert', 'after'))).toBe(true);
    await world.deliver('5', of('Iker'));
    await world.pass(HOUR);

    expect(await world.guests('5')).toEqual(['iker@mail.test']);
  });

  it('even after a lost answer between somebody joining and leaving', async () => {
    await world.deliver('2', { ...of('Eva'), location: { name: 'Sala 1' } });
    expect(await world.lookAndDie('2', crashOn('calendar.patch', 'after'))).toBe(true);
    await world.deliver('2', { status: 'canceled' });
    await world.pass(HOUR);

    expect(await world.guests('1')).toEqual(['luis@mail.test']);
  });
});
