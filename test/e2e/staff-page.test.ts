import { afterAll, beforeAll, describe, it } from 'vitest';
import { type Driver, type System, startSystem, tomorrow, until } from './driver.ts';

const EVENTS = 'https://www.googleapis.com/auth/calendar.events.owned';
const LIST = 'https://www.googleapis.com/auth/calendar.calendarlist.readonly';

let system: System;
let driver: Driver;

beforeAll(async () => {
  system = await startSystem();
  driver = system.driver;
});

afterAll(async () => {
  await system.stack.stop();
});

const post = (address: string, fields: Readonly<Record<string, string>>) =>
  driver.fetch(address, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' });
const seen = async (response: Response) => [response.status, await response.text()] as const;

/** Goes through the consent of an address on our pages. */
async function consent(start: string, account: string, granted: readonly string[]) {
  const begun = await driver.fetch(start, { redirect: 'manual' });
  const { location } = await driver.google<{ location: string }>('sign-in', {
    url: begun.headers.get('location'),
    email: account,
    granted,
  });
  const cookie = begun.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  return seen(await driver.fetch(location, { headers: { cookie } }));
}

describe.concurrent('the page of a staff member', () => {
  it('changes the calendar, and the events move there with all that they know', async ({ expect }) => {
    const staff = 'moves@staff-page.test';
    await driver.connect(staff);
    await driver.google('add-calendar', { account: staff, id: 'work@staff-page.test', summary: 'Work' });
    await driver.book({ id: '1', staff });
    const before = await driver.untilTold('1', 2);
    const link = await driver.connectLink(staff);
    const token = link.split('/').at(-1) ?? '';

    expect(await seen(await driver.fetch(`${link}/calendar`))).toEqual([
      200,
      expect.stringContaining('Show my calendars'),
    ]);
    const start = `${driver.url}/oauth/google/start?calendars=yes&token=${token}`;
    const asked = new URL((await driver.fetch(start, { redirect: 'manual' })).headers.get('location') ?? '');
    expect(asked.searchParams.get('scope')).toBe(`openid email ${EVENTS} ${LIST}`);
    expect(await consent(start, staff, [EVENTS, LIST])).toEqual([
      200,
      expect.stringContaining('value="work@staff-page.test"'),
    ]);
    const refused = await post(`${link}/calendar`, { calendar: 'somebody-else@staff-page.test' });
    expect(refused.status).toBe(422);
    for (const _twice of [1, 2]) {
      const chosen = await post(`${link}/calendar`, { calendar: 'work@staff-page.test' });
      expect(await seen(chosen)).toEqual([200, expect.stringContaining('Your calendar is chosen')]);
    }

    const moved = await driver.untilTold('1', 4);
    expect(moved.meeting.calendarId).toBe('work@staff-page.test');
    expect(moved.meeting.meetUrl).not.toBe(before.meeting.meetUrl);
    const events = await until(
      () => driver.events(staff),
      (found) => found.length === 1,
    );
    expect(events).toMatchObject([{ hangoutLink: moved.meeting.meetUrl }]);
    const [status, own] = await seen(await driver.fetch(link));
    expect(status).toBe(200);
    expect(own).toContain(moved.meeting.meetUrl);
    expect(own).toContain('<strong>Work</strong>');
    expect(own).toContain('Customer 1');
    expect(own).not.toContain('customer-1@mail.test');
  });

  it('disconnects, and connects again by the same link', async ({ expect }) => {
    const staff = 'leaves@staff-page.test';
    await driver.connect(staff);
    await driver.book({ id: '10', staff });
    await driver.untilTold('10', 2);
    const link = await driver.connectLink(staff);
    const open = await (await driver.fetch(`${link}/disconnect`)).text();
    const field = /name="seen" value="([^"]+)"/.exec(open)?.[1] ?? '';

    expect((await post(`${link}x/disconnect`, { seen: field })).status).toBe(404);
    expect((await driver.staff(staff)).connection.state).toBe('connected');
    for (const _twice of [1, 2]) {
      const done = await post(`${link}/disconnect`, { seen: field });
      expect(await seen(done)).toEqual([200, expect.stringContaining('Your account is disconnected')]);
    }

    expect((await driver.staff(staff)).connection).toMatchObject({
      state: 'not_connected',
      problem: 'Disconnected by the staff member.',
    });
    const tokens = await driver.googleView<{ kind: string; revokedAt: string | null }[]>('tokens', { account: staff });
    expect(tokens.filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
    await driver.book({ id: '11', staff, start: tomorrow(1) });
    await driver.untilView('11', ({ meeting }) => meeting.state === 'waiting_for_staff');
    expect(await (await driver.fetch(link)).text()).toContain('Waits until you connect your Google account.');
    expect(await driver.events(staff)).toHaveLength(1);

    const start = /href="(\/oauth\/google\/start[^"]+)"/.exec(await (await driver.fetch(link)).text())?.[1] ?? '';
    expect((await consent(`${driver.url}${start}`, staff, [EVENTS]))[0]).toBe(200);
    await driver.untilTold('11', 2);
    expect((await post(`${link}/disconnect`, { seen: field })).status).toBe(409);
    expect((await driver.staff(staff)).connection.state).toBe('connected');
    expect(system.log.join('\n')).not.toContain(link.split('/').at(-1) ?? '-');
  });
});
