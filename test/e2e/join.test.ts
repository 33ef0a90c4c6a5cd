import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Driver, type System, startSystem, until } from './driver.ts';

const STAFF = 'ana@join-clinic.test';
const LUIS = { name: 'Luis', email: 'luis.qwertyna+clinic@mail.test' };

let system: System;
let driver: Driver;

beforeAll(async () => {
  system = await startSystem();
  driver = system.driver;
});

afterAll(async () => {
  await system.stack.stop();
});

const open = (id: string, query: string, method = 'GET') =>
  driver.fetch(`/join/${id}${query}`, { method, redirect: 'manual' });
/** As the booking platform writes it into a mail: just as it is. */
const asWritten = `?e=${LUIS.email}`;
/** All of an answer but what is another one each time. */
const seen = async (response: Response) => {
  const { date: _date, 'apigw-requestid': _id, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, text: await response.text() };
};

describe('the join link', () => {
  it('waits, leads to the meeting, and says when it was cancelled; to others it says nothing', async () => {
    const early = await seen(await open('booknetic:1', asWritten));
    expect(early.status).toBe(404);

    await driver.book({ id: '1', staff: STAFF, customer: LUIS });
    await driver.untilView('1', ({ meeting }) => meeting.state === 'waiting_for_staff');
    const waiting = await seen(await open('booknetic:1', asWritten));
    expect(waiting.status).toBe(200);
    expect(waiting.headers).toMatchObject({
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      refresh: '10',
    });
    expect(waiting.text).toContain('Consulta');

    await driver.connect(STAFF);
    const { meeting } = await driver.untilView('1', (view) => view.meeting.state === 'ready');
    for (const query of [asWritten, `?e=${encodeURIComponent(LUIS.email.toUpperCase())}`]) {
      for (const id of ['booknetic:1', 'booknetic%3A1']) {
        const ready = await open(id, query);
        expect(ready.status).toBe(302);
        expect(ready.headers.get('location')).toBe(meeting.meetUrl);
        expect(ready.headers.get('cache-control')).toBe('no-store');
        expect(ready.headers.get('referrer-policy')).toBe('no-referrer');
      }
    }
    expect((await open('booknetic:1', asWritten, 'HEAD')).status).toBe(404);

    const refused = [
      await seen(await open('booknetic:1', '?e=stranger@mail.test')),
      await seen(await open('booknetic:1', '')),
      await seen(await open('booknetic:2', asWritten)),
      await seen(await open('booknetic:2', '?e=')),
    ];
    for (const answer of refused) expect(answer).toEqual(early);

    await driver.book({ id: '1', staff: STAFF, customer: LUIS, status: 'canceled', event: 'booking_status_changed' });
    const cancelled = await seen(await open('booknetic:1', asWritten));
    expect(cancelled.status).toBe(200);
    expect(cancelled.text).toContain('This booking was cancelled');
    expect(cancelled.headers).not.toHaveProperty('refresh');
    expect(system.log.join('\n')).not.toMatch(/qwertyna/);
  });

  it('stops who guesses, whether there is such a booking or not', async () => {
    const guess = async (id: string) => seen(await open(id, `?e=${crypto.randomUUID()}@mail.test`));
    /** Guesses until it is stopped; the hour may end meanwhile. */
    const guessOn = async (id: string) => {
      for (let tries = 0; tries < 20; tries += 1) await guess(id);
      return until(
        () => guess(id),
        ({ status }) => status !== 404,
      );
    };
    await driver.book({ id: '7', staff: STAFF, customer: LUIS });
    const known = await guessOn('booknetic:7');
    const unknown = await guessOn('booknetic:8');
    expect(known.status).toBe(429);
    expect(Number(known.headers['retry-after'])).toBeGreaterThan(0);
    expect(unknown.status).toBe(429);
    expect(unknown.text).toBe(known.text);
  });
});
