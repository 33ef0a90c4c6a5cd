import { beforeEach, describe, expect, it } from 'vitest';
import { GoogleError } from '../../../shared/google/errors.ts';
import { ANA, at, BEA, customer } from '../../builders/bookings.ts';
import { expectAgreement } from '../../fakes/agreement.ts';
import { crashOn } from '../../fakes/interference.ts';
import { makeWorld, type World } from '../../fakes/world.ts';

const HOUR = 3600;

let world: World;
beforeEach(async () => {
  world = await makeWorld({ connected: [ANA, BEA] });
});

const of = (...names: string[]) => ({ customers: names.map(customer) });

describe('nothing is owed without a dueAt', () => {
  it('makes up for a stream record that was lost', async () => {
    await world.deliver('1');
    world.loseStream();
    await world.pass(5 * 60);
    await expectAgreement(world);

    await world.deliver('1', at('17:00'));
    world.loseStream();
    await world.pass(5 * 60);
    await expectAgreement(world);

    await world.deliver('1', { status: 'canceled' });
    world.loseStream();
    await world.pass(5 * 60);
    await expectAgreement(world);
    expect(world.calendar.events()).toEqual([]);
  });

  it('keeps a booking due until Google and everybody agree, and no longer', async () => {
    world.calendar.order({ on: 'insert', error: new GoogleError('rate_limited') });
    await world.book('1');
    expect(world.owed()).toHaveLength(1);
    await world.pass(HOUR);
    expect(world.owed().filter(({ dueAt }) => dueAt < '2026-11-24T12:00:00Z')).toEqual([]);
  });

  it('does not settle a revision that it has not seen', async () => {
    await world.deliver('1');
    await world.look('1', async ({ method }, proceed) => {
      const answer = await proceed();
      if (method === 'insert') await world.deliver('1', at('17:00'));
      return answer;
    });
    // The same run has taken it along.
    expect((await world.event('1')).start).toBe('2026-12-01T17:00:00Z');

    world.loseStream();
    await world.pass(5 * 60);
    await expectAgreement(world);
  });

  it('brings a state that waits for staff back every hour', async () => {
    await world.book('1', { staff: { email: 'cleo@clinic.test' } });
    await world.pass(60);
    const [due] = world.owed();
    expect(due?.dueAt).toMatch(/^2026-11-24T(09:5|10:0)/);
  });

  it('lets one who hangs at Google hold up nobody else’s booking', async () => {
    world.calendar.order({
      on: 'any',
      sub: `sub-of-${ANA}`,
      error: new GoogleError('google_timeout', { inDoubt: true }),
      times: 1000,
    });
    await world.book('1');
    await world.book('2', { ...of('Eva'), staff: { email: BEA } });

    expect((await world.view('1')).state).toBe('retrying');
    expect((await world.view('2')).state).toBe('ready');
  });

  it('leaves what does not fit into the time that is left to the due index', async () => {
    await world.deliver('1');
    world.loseStream();
    const started = world.clock.now().getTime();

    await world.look('1', async ({ method }, proceed) => {
      const answer = await proceed();
      if (method === 'place') world.clock.advance(50);
      return answer;
    });

    expect(world.calendar.calls).toEqual([]);
    expect(world.clock.now().getTime() - started).toBeLessThan(60_000);
    await world.pass(5 * 60);
    await expectAgreement(world);
  });

  it('lets a run that comes late, with a booking as it was, end with the booking as it is', async () => {
    await world.book('1', of('Luis'));
    await world.deliver('1', at('17:00'));
    let overtaken = false;
    await world.look('1', async ({ method }, proceed) => {
      const answer = await proceed();
      if (method === 'get' && !overtaken) {
        overtaken = true;
        await world.deliver('1', at('18:00'));
        await world.stream();
      }
      return answer;
    });
    world.loseStream();
    await world.pass(HOUR);

    await expectAgreement(world);
  });

  it('does so though the late run dies once it has done its harm, and others join', async () => {
    await world.book('1', of('Luis'));
    await world.deliver('1', at('17:00'));
    let overtaken = false;
    const late = crashOn('meetings.place', 'after');
    expect(
      await world.lookAndDie('1', async (call, proceed) => {
        const answer = await late(call, proceed);
        if (call.port === 'appointments' && call.method === 'get' && !overtaken) {
          overtaken = true;
          await world.deliver('1', at('18:00'));
          await world.stream();
          await world.pass(3 * 60);
        }
        return answer;
      }),
    ).toBe(true);
    await world.book('2', { ...of('Eva'), ...at('17:00') });
    await world.pass(HOUR);

    await expectAgreement(world);
    expect((await world.view('2')).state).toBe('ready');
  });

  it('takes up the field names that bookings carry as keywords', async () => {
    await world.book('1', { keywords: { allergies: 'Nuts', service_price: '60' } });
    expect(await world.settings.observedKeywords()).toEqual(new Set(['allergies']));
  });
});
