import { beforeEach, describe, expect, it } from 'vitest';
import { GoogleError, type GoogleFailureCode } from '../../../shared/google/errors.ts';
import { eventId } from '../../../shared/meetings/meeting.ts';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { agreement, expectAgreement } from '../../fakes/agreement.ts';
import type { Operation } from '../../fakes/calendar.ts';
import { yielding } from '../../fakes/interference.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

let world: World;
beforeEach(async () => {
  world = await makeWorld({ connected: [ANA, BEA] });
});

const of = (...names: string[]) => ({ customers: names.map(customer) });
const linkOf = async (id: string) => (await world.event(id)).meetUrl;
const timedOut = () => new GoogleError('google_timeout', { inDoubt: true });

describe('rule 8: event ids are ours', () => {
  it('derives them from the meeting and its generation', async () => {
    await world.book('1');
    const { meetingId } = await world.meeting('1');
    expect((await world.event('1')).eventId).toBe(eventId(meetingId, 0));
    expect(eventId(meetingId, 0)).toMatch(/^[a-v0-9]{5,1024}$/);

    (await world.byHand('1')).forget();
    await world.requestLookLater('1');
    expect((await world.event('1')).eventId).toBe(eventId(meetingId, 1));
  });

  it.each(['none', 'done', 'late'] as const)(
    'makes one event when the answer to an insert is lost (%s)',
    async (effect) => {
      world.calendar.order({ on: 'insert', effect, error: timedOut() });
      await world.book('1');
      expect((await world.view('1')).state).toBe('retrying');

      world.clock.advance(10);
      world.calendar.landLateCalls();
      await world.pass(HOUR);

      expect(world.calendar.events()).toHaveLength(1);
      await expectAgreement(world);
    },
  );

  it('costs one extra read, not a second insert, when Google had committed', async () => {
    world.calendar.order({ on: 'insert', effect: 'done', error: timedOut() });

    const calls = await world.callsDuring(async () => {
      await world.book('1');
      await world.pass(45);
    });

    expect(calls).toEqual(['insert', 'get']);
    expect((await world.view('1')).state).toBe('ready');
  });

  it('reads back what stands there after a 409, when the lost call lands between the read and the repeat', async () => {
    world.calendar.order({ on: 'insert', effect: 'late', error: timedOut() });
    await world.book('1');
    await world.pass(25);
    world.clock.advance(60);

    const calls = await world.callsDuring(() =>
      world.look('1', async ({ method }, proceed) => {
        if (method === 'insert') world.calendar.landLateCalls();
        return proceed();
      }),
    );

    expect(calls).toEqual(['get', 'insert', 'get']);
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('removes an event that lands after its booking was cancelled', async () => {
    world.calendar.order({ on: 'insert', effect: 'late', error: timedOut() });
    await world.book('1');
    await world.cancel('1');
    await world.pass(45);

    world.calendar.landLateCalls();
    await world.pass(HOUR);

    expect(world.calendar.events()).toEqual([]);
    expect(world.messages()).toEqual([]);
    expect((await world.view('1')).state).toBe('cancelled');
  });

  it('removes an event that lands on the old calendar after a change of staff', async () => {
    world.calendar.order({ on: 'insert', effect: 'late', error: timedOut() });
    await world.book('1');
    await world.book('1', { staff: { email: BEA } });
    await world.pass(45);

    world.calendar.landLateCalls();
    await world.pass(HOUR);

    await expectAgreement(world);
  });

  it.each(['none', 'done', 'late'] as const)(
    'ends in the truth when the answer to a change is lost (%s)',
    async (effect) => {
      await world.book('1');
      world.calendar.order({ on: 'patch', effect, error: timedOut() });
      await world.book('1', at('17:00'));

      await world.pass(20);
      world.calendar.landLateCalls();
      await world.pass(HOUR);

      await expectAgreement(world);
    },
  );

  it('knows the guests of a lost change that lands hours later for its own', async () => {
    await world.book('1', of('Luis'));
    world.calendar.order({ on: 'patch', effect: 'late', error: timedOut() });
    await world.book('2', of('Eva'));
    await world.cancel('2');
    await world.pass(5 * HOUR);
    expect(await world.guests('1')).toEqual(['luis@mail.test']);

    world.calendar.landLateCalls();
    expect(await world.guests('1')).toEqual(['eva@mail.test', 'luis@mail.test']);
    await world.pass(30 * HOUR);

    expect(await world.guests('1')).toEqual(['luis@mail.test']);
    await expectAgreement(world);
  });

  it('knows the guests of a lost insert for its own, though a later one with other guests was refused', async () => {
    await world.book('1', of('Luis'));
    await world.book('2', of('Eva'));
    await world.cancel('1');
    await world.cancel('2');
    world.calendar.order({ on: 'insert', effect: 'late', error: timedOut() });
    await world.book('3', { ...at('18:00'), ...of('Luis') });
    await world.book('4', { ...at('18:00'), ...of('Eva') });
    world.calendar.order({ on: 'insert', error: new GoogleError('event_rejected') });
    await world.cancel('3');
    await world.pass(45);
    world.calendar.landLateCalls();
    await world.pass(2 * DAY);

    expect(await world.guests('4')).toEqual(['eva@mail.test']);
    await expectAgreement(world);
  });

  it('takes back a lost change that lands after a newer one', async () => {
    await world.book('1');
    world.calendar.order({ on: 'patch', effect: 'late', error: timedOut() });
    await world.book('1', at('17:00'));
    await world.book('1', at('18:00'));
    await world.pass(45);
    expect((await world.event('1')).start).toBe('2026-12-01T18:00:00Z');

    world.calendar.landLateCalls();
    await world.pass(HOUR);

    expect((await world.event('1')).start).toBe('2026-12-01T18:00:00Z');
  });

  it.each(['none', 'done', 'late'] as const)(
    'leaves no event when the answer to a deletion is lost (%s)',
    async (effect) => {
      await world.book('1');
      world.calendar.order({ on: 'delete', effect, error: timedOut() });
      await world.cancel('1');

      await world.pass(20);
      world.calendar.landLateCalls();
      await world.pass(HOUR);

      expect(world.calendar.events()).toEqual([]);
      expect((await world.view('1')).state).toBe('cancelled');
    },
  );

  it('comes back with another id when a deletion is lost, and the booking wanted again', async () => {
    await world.book('1');
    world.calendar.order({ on: 'delete', effect: 'late', error: timedOut() });
    await world.cancel('1');
    await world.book('1', { status: 'approved' });
    await world.pass(20);
    world.calendar.landLateCalls();
    await world.pass(HOUR);

    await expectAgreement(world);
  });

  it('takes another id when its own was taken by something else', async () => {
    await world.deliver('1');
    await world.look('1', async ({ method, args }, proceed) => {
      if (method === 'insert' && world.calendar.calls.length === 0) {
        const [address, change] = args as Parameters<World['calendar']['insert']>;
        await world.calendar.insert(address, { ...change, meetingId: 'of-another-system' }, 'none');
      }
      return proceed();
    });
    await world.pass(HOUR);

    expect((await world.event('1')).meetingId).toBe((await world.meeting('1')).meetingId);
    expect((await world.view('1')).state).toBe('ready');
  });
});

describe('rule 9: the Meet link', () => {
  it('is polled while pending, soon and then ever more slowly, and nobody is told before it is there', async () => {
    world.calendar.behaviour.pendingPolls = 4;
    await world.book('1');
    expect((await world.view('1')).state).toBe('pending');
    const polls: number[] = [];
    const started = world.clock.now().getTime();
    world.beforeLook =
      () =>
      async ({ method }, proceed) => {
        if (method === 'get' && (await world.meeting('1')).google.event?.conference === 'pending') {
          polls.push((world.clock.now().getTime() - started) / 1000);
          expect(world.messages()).toEqual([]);
        }
        return proceed();
      };
    await world.pass(2 * HOUR);

    expect(polls.length).toBeGreaterThanOrEqual(4);
    expect(polls[0]).toBeLessThanOrEqual(60);
    expect(world.toldTo('luis@mail.test')).toEqual(['booked']);
    await expectAgreement(world);
  });

  it('keeps the request id for one attempt, over lost answers too', async () => {
    world.calendar.order({ on: 'insert', effect: 'none', error: timedOut() });
    await world.book('1');
    await world.pass(HOUR);

    const requests = world.calendar.calls.flatMap(({ change }) => change?.conferenceRequestId ?? []);
    expect(requests.length).toBe(2);
    expect(new Set(requests).size).toBe(1);
  });

  it('is asked for anew, under another id, after a failure', async () => {
    world.calendar.behaviour.conferenceFailures = 2;
    await world.book('1');
    expect((await world.view('1')).error?.code).toBe('meet_link_failed');
    await world.pass(HOUR);

    const requests = world.calendar.calls.flatMap(({ change }) => change?.conferenceRequestId ?? []);
    expect(new Set(requests).size).toBe(3);
    expect(world.calendar.events()).toHaveLength(1);
    await expectAgreement(world);
  });

  it('becomes a matter for a person, and leaves no event behind, when it never can be made', async () => {
    world.calendar.behaviour.conferenceFailures = 100;
    await world.book('1');
    await world.pass(3 * HOUR);

    expect(await world.view('1')).toMatchObject({ state: 'failed', error: { code: 'meet_unavailable' } });
    expect(world.calendar.events()).toEqual([]);
    expect(world.messages()).toEqual([]);
  });

  it('is a clear, permanent error at once on a calendar that cannot make any, and leaves no event behind', async () => {
    world.calendar.addCalendar(`sub-of-${ANA}`, 'no-meet@group.calendar.google.com', { makesMeetLinks: false });
    await world.setProfile(ANA, { calendarId: 'no-meet@group.calendar.google.com' });

    const calls = await world.callsDuring(async () => {
      await world.book('1');
      await world.pass(HOUR);
    });

    expect(calls).toEqual(['insert']);
    expect(await world.view('1')).toMatchObject({
      state: 'failed',
      error: { code: 'meet_unavailable' },
      meetUrl: null,
    });
    expect(world.calendar.events()).toEqual([]);
  });

  it('heals when another calendar is chosen', async () => {
    world.calendar.addCalendar(`sub-of-${ANA}`, 'no-meet@group.calendar.google.com', { makesMeetLinks: false });
    await world.setProfile(ANA, { calendarId: 'no-meet@group.calendar.google.com' });
    await world.book('1');
    world.clock.advance(5);

    await world.setProfile(ANA, { calendarId: 'primary' });
    await world.pass(10 * 60);

    await expectAgreement(world);
  });
});

describe('rule 10: calls when nothing goes wrong', () => {
  it('are one each to book, reschedule and cancel, however often they are looked at', async () => {
    const quietly = (action: () => Promise<void>) =>
      world.callsDuring(async () => {
        await action();
        await world.look('1');
        await world.pass(10 * 60);
      });

    expect(await quietly(() => world.book('1'))).toEqual(['insert']);
    expect(await quietly(() => world.book('1', at('17:00')))).toEqual(['patch']);
    expect(await quietly(() => world.cancel('1'))).toEqual(['delete']);
  });

  it('are none for a change that Google need not know of', async () => {
    await world.book('1');
    expect(await world.callsDuring(() => world.book('1', { keywords: { source: 'web' } }))).toEqual([]);
  });
});

describe('rule 11: answers of guests are kept', () => {
  const answerOf = async (id: string, email: string) =>
    (await world.event(id)).guests.find((guest) => guest.email === email)?.vendor.responseStatus;

  it('by leaving attendees out of a change that is not about them', async () => {
    await world.book('1');
    (await world.byHand('1')).answer('luis@mail.test', 'accepted');

    const calls = await world.fullCallsDuring(() => world.book('1', at('17:00')));

    expect(calls.map(({ change }) => change?.guests)).toEqual([undefined]);
    expect(await answerOf('1', 'luis@mail.test')).toBe('accepted');
  });

  it('by merging those that Google holds, when somebody joins or leaves', async () => {
    await world.book('1', of('Luis'));
    (await world.byHand('1')).answer('luis@mail.test', 'accepted');
    await world.book('2', of('Eva'));
    (await world.byHand('1')).answer('eva@mail.test', 'declined');
    await world.book('3', of('Marta'));
    await world.cancel('1');

    expect(await answerOf('2', 'eva@mail.test')).toBe('declined');
    expect(await answerOf('2', 'marta@mail.test')).toBe('needsAction');
    expect(await world.guests('2')).toEqual(['eva@mail.test', 'marta@mail.test']);
  });

  it('by reading again when somebody answers between the read and the change', async () => {
    await world.book('1', of('Luis'));
    await world.deliver('2', of('Eva'));
    let answered = false;

    const calls = await world.callsDuring(() =>
      world.look('2', async ({ method }, proceed) => {
        if (method === 'patch' && !answered) {
          answered = true;
          (await world.byHand('1')).answer('luis@mail.test', 'accepted');
        }
        return proceed();
      }),
    );

    expect(calls).toEqual(['get', 'patch', 'get', 'patch']);
    expect(await answerOf('1', 'luis@mail.test')).toBe('accepted');
    expect(await world.guests('1')).toEqual(['eva@mail.test', 'luis@mail.test']);
    expect((await world.view('2')).error).toBeNull();
  });

  it.each<GoogleFailureCode>(['rate_limited', 'calendar_usage_limits', 'google_timeout'])(
    'and a guest who joined is invited though Google refused at first: %s',
    async (code) => {
      await world.book('1', of('Luis'));
      world.calendar.order({ on: 'patch', error: new GoogleError(code, { inDoubt: code === 'google_timeout' }) });
      await world.book('2', of('Eva'));
      // Before the daily look could make up for it.
      await world.pass(6 * HOUR);

      expect(await world.guests('1')).toEqual(['eva@mail.test', 'luis@mail.test']);
      await expectAgreement(world);
    },
  );

  it('and comes to an end when somebody changes the event without a break', async () => {
    await world.book('1', of('Luis'));
    await world.deliver('2', of('Eva'));

    const calls = await world.callsDuring(() =>
      world.look('2', async ({ method }, proceed) => {
        if (method === 'patch') (await world.byHand('1')).answer('luis@mail.test', 'accepted');
        return proceed();
      }),
    );
    expect(calls.length).toBeLessThan(20);

    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('sends attendees under If-Match always, save when the event is made', async () => {
    await world.book('1', of('Luis'));
    await world.book('2', of('Eva'));
    await world.book('2', at('17:00'));
    await world.cancel('2');
    (await world.byHand('1')).delete();
    await world.requestLookLater('1');
    expect(await world.guests('1')).toEqual(['luis@mail.test']);

    const patches = world.calendar.calls.filter(({ operation, change }) => operation === 'patch' && change?.guests);
    expect(patches.length).toBeGreaterThan(0);
    for (const { etag } of patches) expect(etag).toBeTruthy();
  });
});

describe('rule 12: failures', () => {
  const retried: readonly GoogleFailureCode[] = ['google_unavailable', 'google_timeout', 'rate_limited'];
  const forAPerson: readonly GoogleFailureCode[] = [
    'calendar_api_disabled',
    'calendar_not_found',
    'calendar_forbidden',
    'event_rejected',
    'google_client_rejected',
    'google_client_missing',
  ];

  it.each(retried)('%s is retried with backoff by itself', async (code) => {
    world.calendar.order({ on: 'insert', error: new GoogleError(code), times: 5 });
    await world.book('1');
    const view = await world.view('1');
    expect(view).toMatchObject({ state: 'retrying', error: { code } });
    expect(view.nextAttemptAt).not.toBeNull();

    await world.pass(3 * HOUR);
    expect(world.calendar.calls.filter(({ operation }) => operation === 'insert')).toHaveLength(6);
    await expectAgreement(world);
  });

  it('credentials_changing is retried just after connecting, and long after it means that the access is gone', async () => {
    world.calendar.order({ on: 'insert', error: new GoogleError('credentials_changing') });
    await world.book('1');
    expect((await world.view('1')).state).toBe('retrying');
    await world.pass(DAY);
    expect((await world.view('1')).state).toBe('ready');

    world.calendar.order({ on: 'insert', error: new GoogleError('credentials_changing') });
    await world.book('2', { ...of('Eva'), ...at('17:00') });
    expect((await world.view('2')).state).toBe('waiting_for_staff');
    expect((await world.staff.get(ANA))?.connection.state).toBe('reconnect_required');
  });

  it('waits longer each time, with jitter, and never more than a quarter of an hour', async () => {
    world.calendar.order({ on: 'insert', error: new GoogleError('google_unavailable'), times: 40 });
    await world.deliver('1');
    world.loseStream();
    const waits: number[] = [];
    for (let tries = 0; tries < 20; tries += 1) {
      await world.look('1');
      const next = world.owed()[0]?.dueAt ?? '';
      waits.push((Date.parse(next) - world.clock.now().getTime()) / 1000);
      world.clock.advanceTo(next);
    }

    for (const [index, wait] of waits.entries()) {
      const full = Math.min(900, 30 * 2 ** index);
      expect(wait).toBeGreaterThanOrEqual(full / 2 - 1);
      expect(wait).toBeLessThanOrEqual(Math.min(900, full) + 2);
    }
    expect(new Set(waits.slice(-10)).size).toBeGreaterThan(5);
  });

  it('makes no call before its time, even when stream and sweep ask', async () => {
    world.calendar.order({ on: 'insert', error: new GoogleError('rate_limited') });
    await world.book('1');
    expect(await world.callsDuring(() => world.look('1'))).toEqual([]);
    expect(await world.callsDuring(() => world.book('1', { notes: 'other' }))).toEqual([]);
  });

  it.each(forAPerson)('%s is a matter for a person at once, and heals when they ask for another look', async (code) => {
    world.calendar.order({ on: 'insert', error: new GoogleError(code), times: 1000 });
    const calls = await world.callsDuring(async () => {
      await world.book('1');
      await world.pass(3 * HOUR);
    });
    expect(calls).toEqual(['insert']);
    expect(await world.view('1')).toMatchObject({ state: 'failed', error: { code } });
    expect(world.messages()).toEqual([]);

    world.calendar.clearFaults();
    await world.requestLook('1');
    await world.stream();
    expect((await world.view('1')).state).toBe('ready');
    await expectAgreement(world);
  });

  it('tries what failed for good when it is wanted otherwise', async () => {
    world.calendar.order({ on: 'insert', error: new GoogleError('event_rejected') });
    await world.book('1');
    await world.book('1', at('17:00'));

    expect((await world.view('1')).state).toBe('ready');
  });

  it('tries what failed for good once a day', async () => {
    world.calendar.order({ on: 'insert', error: new GoogleError('calendar_api_disabled') });
    await world.book('1');
    await world.pass(25 * HOUR);

    await expectAgreement(world);
  });

  it('leaves a staff member alone for a moment for whom Google asks to slow down, and nobody else', async () => {
    world.calendar.order({ on: 'insert', error: new GoogleError('rate_limited') });
    const calls = await world.callsDuring(async () => {
      await world.book('1');
      for (const id of ['2', '3', '4']) await world.book(id, at(`1${id}:00`));
    });

    expect(calls).toEqual(['insert']);
    expect(await world.view('4')).toMatchObject({ state: 'retrying', error: { code: 'rate_limited' } });
    await world.book('5', { staff: { email: BEA } });
    expect((await world.view('5')).state).toBe('ready');
    await world.pass(5 * 60);
    await expectAgreement(world);
  });

  it('lets usage limits park the staff member for hours, and nobody else', async () => {
    world.calendar.order({ on: 'insert', error: new GoogleError('calendar_usage_limits') });
    await world.book('1');
    expect(await world.view('1')).toMatchObject({ state: 'retrying', error: { code: 'calendar_usage_limits' } });

    const calls = await world.callsDuring(async () => {
      await world.book('2', { ...of('Eva'), ...at('17:00') });
      await world.pass(2 * HOUR);
    });
    expect(calls).toEqual([]);
    await world.book('3', { ...of('Marta'), staff: { email: BEA } });
    expect((await world.view('3')).state).toBe('ready');

    await world.pass(3 * HOUR);
    await expectAgreement(world);
  });

  it('does not park the new staff member for the limits of the old calendar', async () => {
    await world.book('1');
    world.calendar.order({ on: 'delete', error: new GoogleError('calendar_usage_limits') });
    await world.book('1', { staff: { email: BEA } });

    await world.book('2', { ...of('Eva'), ...at('17:00'), staff: { email: BEA } });
    expect((await world.view('2')).state).toBe('ready');
    await world.pass(6 * HOUR);
    await expectAgreement(world);
  });

  it('does not let an old event that cannot be deleted hold up the new one', async () => {
    await world.book('1');
    world.calendar.order({ on: 'delete', error: new GoogleError('google_unavailable', { inDoubt: true }), times: 3 });
    await world.book('1', { staff: { email: BEA } });

    expect((await world.view('1')).state).toBe('ready');
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('never fails the look itself, whatever Google answers', async () => {
    const codes: GoogleFailureCode[] = [...retried, ...forAPerson, 'access_revoked', 'calendar_permission_missing'];
    for (const code of codes) {
      for (const on of ['insert', 'patch', 'get', 'delete'] satisfies Operation[]) {
        world = await makeWorld({ connected: [ANA] });
        await world.book('1', of('Luis'));
        world.calendar.order({ on, error: new GoogleError(code), times: 3 });
        await world.deliver('2', of('Eva'));
        await expect(world.look('2')).resolves.toBeUndefined();
        await world.deliver('1', at('17:00'));
        await expect(world.look('1')).resolves.toBeUndefined();
        await world.deliver('2', { status: 'canceled' });
        await expect(world.look('2')).resolves.toBeUndefined();
      }
    }
  });

  it('finds access ended: the bookings wait, and are made up on reconnecting', async () => {
    await world.book('1');
    world.revoke(ANA);
    await world.book('2', { ...of('Eva'), ...at('17:00') });

    expect((await world.staff.get(ANA))?.connection.state).toBe('reconnect_required');
    expect(await world.view('2')).toMatchObject({
      state: 'waiting_for_staff',
      error: { code: 'staff_reconnect_required' },
    });
    await world.book('1', at('18:00'));

    await world.connect(ANA);
    await world.pass(HOUR);
    await expectAgreement(world);
  });

  it('does not take for ended an access that somebody has just renewed', async () => {
    await world.deliver('1');
    world.revoke(ANA);
    await world.look('1', async ({ method }, proceed) => {
      const answer = proceed();
      if (method === 'insert') await answer.catch(() => world.staff.get(ANA).then(() => world.connect(ANA)));
      return answer;
    });
    await world.pass(HOUR);

    expect((await world.staff.get(ANA))?.connection.state).toBe('connected');
    await expectAgreement(world);
  });
});

describe('rule 12: two runs for the same booking', () => {
  it('never both call Google', async () => {
    for (let seed = 0; seed < 60; seed += 1) {
      for (const change of [{}, at('17:00'), { status: 'canceled' }]) {
        world = await makeWorld({ connected: [ANA], seed });
        await world.book('1');
        const before = world.calendar.calls.length;
        await world.deliver('1', { notes: 'x', ...change });
        let calling = 0;
        const watch = async ({ port }: { port: string }, proceed: () => Promise<unknown>) => {
          if (port !== 'calendar') return proceed();
          calling += 1;
          expect(calling, 'calls at the same time').toBe(1);
          for (let turns = 0; turns < 5; turns += 1) await Promise.resolve();
          return proceed().finally(() => {
            calling -= 1;
          });
        };
        world.interference = yielding(world.random);

        await Promise.all([world.look('1', watch), world.look('1', watch), world.look('1', watch)]);

        expect(world.calendar.calls.length - before, `seed ${seed}`).toBe(1);
      }
    }
  });
});

describe('rule 13: somebody changes the event in Google by hand', () => {
  const look = () => world.requestLookLater('1');

  it.each([
    ['title', { title: 'Lunch' }],
    ['description', { description: 'Lunch' }],
    ['location', { location: 'Bar' }],
    ['time', { start: '2026-12-01T10:00:00Z', end: '2026-12-01T11:00:00Z' }],
    ['visibility of guests', { guestsCanSeeOtherGuests: true }],
  ])('puts its %s right', async (_what, texts) => {
    await world.book('1');
    const before = await world.event('1');
    (await world.byHand('1')).edit(texts);
    await look();

    expect({ ...(await world.event('1')), etag: '' }).toEqual({ ...before, etag: '' });
  });

  it('invites a customer again whom somebody removed, and leaves guests they added', async () => {
    await world.book('1');
    (await world.byHand('1')).removeGuest('luis@mail.test');
    (await world.byHand('1')).addGuest('friend@elsewhere.test');
    await look();

    expect(await world.guests('1')).toEqual(['friend@elsewhere.test', 'luis@mail.test']);
  });

  it('brings a deleted event back with its link', async () => {
    await world.book('1');
    const before = await world.event('1');
    (await world.byHand('1')).delete();
    await look();

    expect(await world.event('1')).toMatchObject({ eventId: before.eventId, meetUrl: before.meetUrl });
    await world.pass(HOUR);
    expect(world.toldTo('luis@mail.test')).toEqual(['booked']);
  });

  it.each([
    ['cannot be brought back', { restore: 'forbidden' as const }],
    ['is not even shown any more', { deletedGet: 'notFound' as const }],
  ])(
    'makes a new event when the deleted one %s, and tells everybody of the slot the new link',
    async (_how, behaviour) => {
      Object.assign(world.calendar.behaviour, behaviour);
      await world.book('1', of('Luis'));
      await world.book('2', of('Eva'));
      await world.pass(HOUR);
      (await world.byHand('1')).delete();
      await look();
      await world.pass(HOUR);

      expect(world.toldTo('luis@mail.test')).toEqual(['booked', 'link_changed']);
      expect(world.toldTo('eva@mail.test')).toEqual(['booked', 'link_changed']);
      await expectAgreement(world);
    },
  );

  it('brings it back though somebody answers at the same moment', async () => {
    await world.book('1');
    const hand = await world.byHand('1');
    hand.delete();
    let answered = false;
    world.beforeLook =
      () =>
      async ({ method }, proceed) => {
        if (method === 'patch' && !answered) {
          answered = true;
          hand.answer('luis@mail.test', 'accepted');
        }
        return proceed();
      };
    await look();
    await world.pass(HOUR);

    expect(answered).toBe(true);
    expect((await world.event('1')).guests[0]?.vendor.responseStatus).toBe('accepted');
    await expectAgreement(world);
  });

  it('asks for a new link when somebody removes it, and tells everybody of the slot', async () => {
    await world.book('1', of('Luis'));
    await world.book('2', of('Eva'));
    await world.pass(HOUR);
    (await world.byHand('1')).removeMeetLink();
    await look();
    await world.pass(HOUR);

    await expectAgreement(world);
  });

  it('repairs what was done in the very second in which it is asked to look', async () => {
    await world.book('1');
    (await world.byHand('1')).delete();
    world.clock.advance(0.002);
    await world.requestLook('1');
    await world.stream();

    expect(world.calendar.events()).toHaveLength(1);
  });

  it('finds it within a day by itself', async () => {
    await world.book('1');
    await world.pass(HOUR);
    (await world.byHand('1')).edit({ title: 'Lunch' });
    await world.pass(DAY + HOUR);

    expect((await world.event('1')).title).toBe('Consulta – Luis');
  });

  it('looks at Google when asked, though that was asked while another look was under way and the stream lost it', async () => {
    await world.book('1');
    await world.pass(HOUR);
    await world.deliver('1', { notes: 'other', ...at('17:00') });
    await world.look('1', async ({ method }, proceed) => {
      const answer = await proceed();
      if (method === 'patch') {
        (await world.byHand('1')).edit({ title: 'Lunch' });
        world.clock.advance(1);
        await world.requestLook('1');
      }
      return answer;
    });
    world.loseStream();
    await world.pass(HOUR);

    expect((await world.event('1')).title).toBe('Consulta – Luis');
  });
});

describe('rule 14: another Google account', () => {
  it('moves future meetings there and removes the old events', async () => {
    await world.book('1');
    await world.book('2', { ...of('Eva'), ...at('17:00') });
    await world.connect(ANA, 'other@gmail.test');
    await world.pass(HOUR);

    expect(new Set(world.calendar.events().map(({ sub }) => sub))).toEqual(new Set(['sub-of-other@gmail.test']));
    expect(await world.timeline('1')).toContain('old_event_deleted');
    expect(world.toldTo('luis@mail.test')).toEqual(['booked', 'link_changed']);
    await expectAgreement(world);
  });

  it('says what was left behind where the old access does not work any more', async () => {
    await world.book('1');
    world.revoke(ANA);
    await world.connect(ANA, 'other@gmail.test');
    await world.pass(HOUR);

    expect(await world.timeline('1')).toContain('old_event_left_behind: access_revoked');
    expect((await world.view('1')).state).toBe('ready');
    expect((await world.staff.get(ANA))?.connection.state).toBe('connected');
    expect(
      world.calendar
        .events()
        .map(({ sub }) => sub)
        .sort(),
    ).toEqual(['sub-of-ana@clinic.test', 'sub-of-other@gmail.test']);
    expect(world.owed().filter(({ dueAt }) => dueAt < '2026-11-24T12:00:00Z')).toEqual([]);
  });

  it('goes on with the same events when the same account is connected anew', async () => {
    await world.book('1');
    const before = await world.event('1');
    await world.connect(ANA);
    await world.stream();

    await world.book('1', at('17:00'));
    expect(await world.event('1')).toMatchObject({ eventId: before.eventId, start: '2026-12-01T17:00:00Z' });
    await world.cancel('1');
    expect(world.calendar.events()).toEqual([]);
  });

  it('leaves a past event on the old account', async () => {
    await world.book('1');
    world.clock.advanceTo('2026-12-01T16:00:00Z');
    await world.connect(ANA, 'other@gmail.test');
    await world.pass(HOUR);

    expect(world.calendar.events().map(({ sub }) => sub)).toEqual(['sub-of-ana@clinic.test']);
  });

  it('moves there and back again', async () => {
    await world.book('1');
    await world.connect(ANA, 'other@gmail.test');
    await world.connect(ANA);
    await world.pass(HOUR);

    const { wanted, found } = await agreement(world);
    expect(found).toEqual(wanted);
  });

  it('leaves events where they are when it is only disconnected, and takes them up on connecting again', async () => {
    await world.book('1');
    const before = await world.event('1');
    await world.disconnect(ANA);
    await world.book('1', at('17:00'));
    expect((await world.view('1')).state).toBe('waiting_for_staff');

    await world.connect(ANA);
    await world.pass(HOUR);
    expect(await world.event('1')).toMatchObject({ eventId: before.eventId, meetUrl: before.meetUrl });
    await expectAgreement(world);
  });
});

describe('rule 16: one voice', () => {
  it.each(['all', 'externalOnly', 'none'] as const)(
    'has Google invite as the settings say: %s',
    async (googleInvitations) => {
      await world.set({ googleInvitations });
      await world.book('1');
      await world.book('1', at('17:00'));
      await world.cancel('1');

      expect(world.calendar.calls.map(({ sendUpdates }) => sendUpdates)).toEqual([
        googleInvitations,
        googleInvitations,
        googleInvitations,
      ]);
    },
  );

  it('invites nobody when customers are not to be attendees', async () => {
    await world.set({ addCustomersAsAttendees: false });
    await world.book('1');

    expect(await world.guests('1')).toEqual([]);
    expect(await linkOf('1')).toBeTruthy();
  });
});

describe('rule 13: what a person has edited is put right, whatever comes in between', () => {
  it('a title and a link at once', async () => {
    await world.book('1');
    const hand = await world.byHand('1');
    hand.edit({ title: 'Edited' });
    hand.removeMeetLink();

    await world.requestLookLater('1');
    await world.pass(HOUR);

    expect((await world.event('1')).title).toBe('Consulta – Luis');
    await expectAgreement(world);
  });

  it('a guest who was removed before another change of ours', async () => {
    await world.book('1');
    (await world.byHand('1')).removeGuest('luis@mail.test');

    await world.book('1', at('17:00'));

    expect(await world.guests('1')).toEqual(['luis@mail.test']);
  });

  it('a link, though guests differ as well', async () => {
    await world.book('1', of('Luis'));
    (await world.byHand('1')).removeMeetLink();

    const calls = await world.callsDuring(() => world.book('2', of('Eva')));

    expect(calls).toEqual(['get', 'patch']);
    expect((await world.view('2')).state).toBe('ready');
    await world.pass(HOUR);
    await expectAgreement(world);
  });
});

describe('rule 6: a move into the past that never reached Google', () => {
  it('leaves no event that is still to come', async () => {
    await world.book('1');
    world.calendar.order({ on: 'patch', error: new GoogleError('calendar_usage_limits') });
    await world.book('1', at('09:10', 45, '2026-11-24'));
    await world.pass(5 * HOUR);

    expect(world.calendar.events()).toEqual([]);
    expect(world.owed()).toEqual([]);
  });

  it('is looked for first, since its answer may only have been lost', async () => {
    await world.book('1');
    world.calendar.order({ on: 'patch', effect: 'done', error: timedOut() });
    world.calendar.order({ on: 'get', error: new GoogleError('calendar_usage_limits') });
    await world.book('1', at('09:10', 45, '2026-11-24'));

    const calls = await world.callsDuring(() => world.pass(5 * HOUR));

    expect(calls).not.toContain('delete');
    expect(world.calendar.events()).toHaveLength(1);
  });
});
