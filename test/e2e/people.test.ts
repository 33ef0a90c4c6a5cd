import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Driver, type System, settleDown, startSystem, tomorrow } from './driver.ts';

const ADMIN = 'admin@people.test';

let system: System;
let driver: Driver;

beforeAll(async () => {
  system = await startSystem();
  driver = system.driver;
  await driver.settings({ adminEmail: ADMIN });
});

afterAll(async () => {
  await system.stack.stop();
});

const customerOf = (id: string): string => `customer-${id}@mail.test`;
/** Three bookings of one staff member, an hour after one another. */
const bookThree = (ids: readonly string[], staff: string) =>
  driver.bookAtOnce(ids.map((id, hours) => ({ id, staff, start: tomorrow(hours) })));
const waits = (id: string, code: string) =>
  driver.untilView(
    id,
    ({ meeting }) => meeting.state === 'waiting_for_staff' && (meeting.error?.code === code || code === ''),
  );
/** Mails to a staff member about their connection. */
const connectionMails = async (staff: string) =>
  (await driver.mails({ to: staff })).filter(({ text }) => !text.includes('meet.google.com'));
const adminMails = async (staff: string) =>
  (await driver.mails({ to: ADMIN })).filter(({ text }) => text.includes(staff));

describe.concurrent('a staff member', () => {
  it('who has not connected is asked once for three bookings, and on connecting they all get their links', async ({
    expect,
  }) => {
    const staff = 'not-yet@people.test';
    const ids = ['10', '11', '12'];
    await bookThree(ids, staff);
    for (const id of ids) await waits(id, 'staff_not_connected');
    await until1(() => connectionMails(staff));
    await until1(() => adminMails(staff));
    await settleDown();

    const asked = await connectionMails(staff);
    expect(asked).toHaveLength(1);
    expect(await adminMails(staff)).toHaveLength(1);
    expect(await driver.staff(staff)).toMatchObject({
      connection: { state: 'not_connected' },
      upcoming: 3,
      waiting: 3,
    });
    for (const id of ids) expect(await driver.mails({ to: customerOf(id) })).toEqual([]);
    const link = /https?:\/\/\S+\/connect\/\S+/.exec(asked[0]?.text ?? '')?.[0] ?? '';
    expect((await driver.fetch(link)).status).toBe(200);

    await driver.connect(staff, 'private.account@people.test');
    for (const id of ids) await driver.untilTold(id, 2);
    await driver.untilView(ids[0] ?? '', () => true);
    await settleDown();

    expect(await driver.events('private.account@people.test')).toHaveLength(3);
    for (const id of ids) expect(await driver.mails({ to: customerOf(id) })).toHaveLength(1);
    const about = await connectionMails(staff);
    expect(about).toHaveLength(2);
    expect(about.at(-1)?.text).toContain('private.account@people.test');
    expect(await adminMails(staff)).toHaveLength(1);
    expect(await driver.staff(staff)).toMatchObject({
      connection: { state: 'connected', googleEmail: 'private.account@people.test', problem: null },
      upcoming: 3,
      waiting: 0,
    });
  });

  it('whose access ends is told once, and what was missed is made up on reconnecting', async ({ expect }) => {
    const staff = 'revoked@people.test';
    await driver.connect(staff);
    await driver.book({ id: '20', staff });
    await driver.untilTold('20', 2);
    await until1(() => connectionMails(staff));
    const link = (await driver.view('20')).meeting.meetUrl;

    await driver.google('revoke-access', { account: staff });
    await driver.book({ id: '21', staff, start: tomorrow(1) });
    await waits('21', 'staff_reconnect_required');
    await driver.book({ id: '22', staff, start: tomorrow(2) });
    await driver.book({ id: '20', staff, start: tomorrow(3), event: 'booking_rescheduled' });
    await waits('22', 'staff_reconnect_required');
    await waits('20', 'staff_reconnect_required');
    await until1(() => adminMails(staff));
    await settleDown();

    expect(await driver.staff(staff)).toMatchObject({
      connection: { state: 'reconnect_required', problem: expect.stringMatching(/\S/) },
    });
    expect(await connectionMails(staff)).toHaveLength(2);
    expect((await connectionMails(staff)).at(-1)?.text).toMatch(/\/connect\//);
    expect(await adminMails(staff)).toHaveLength(1);
    for (const id of ['21', '22']) expect(await driver.mails({ to: customerOf(id) })).toEqual([]);

    await driver.connect(staff);
    for (const id of ['21', '22']) await driver.untilTold(id, 2);
    const moved = await driver.untilTold('20', 4);
    await settleDown();

    expect(moved.meeting.meetUrl).toBe(link);
    expect(await driver.events(staff)).toHaveLength(3);
    for (const id of ['21', '22']) expect(await driver.mails({ to: customerOf(id) })).toHaveLength(1);
    expect(await driver.mails({ to: customerOf('20') })).toHaveLength(2);
    expect(await connectionMails(staff)).toHaveLength(3);
    expect(await adminMails(staff)).toHaveLength(1);
  });

  it('whose access token ends early is not bothered', async ({ expect }) => {
    const staff = 'expired@people.test';
    await driver.connect(staff);
    await driver.book({ id: '30', staff });
    await driver.untilTold('30', 2);

    await driver.google('expire-access-tokens', { account: staff });
    await driver.book({ id: '30', staff, start: tomorrow(4), event: 'booking_rescheduled' });
    await driver.untilTold('30', 4);

    expect((await driver.staff(staff)).connection.state).toBe('connected');
    expect(await driver.everyEvent(staff)).toHaveLength(1);
  });

  it('who connects another account takes the future meetings along, and all are told the new link', async ({
    expect,
  }) => {
    const staff = 'two-accounts@people.test';
    const [old, other] = ['old.account@people.test', 'new.account@people.test'];
    await driver.connect(staff, old);
    await driver.book({ id: '40', staff });
    const before = await driver.untilTold('40', 2);

    await driver.connect(staff, other);
    const { meeting } = await driver.untilTold('40', 4);
    await until1(async () => ((await driver.events(old)).length === 0 ? [true] : []));
    await settleDown();

    expect(meeting.meetUrl).not.toBe(before.meeting.meetUrl);
    expect(await driver.events(other)).toMatchObject([{ hangoutLink: meeting.meetUrl }]);
    const mails = await driver.mails({ to: customerOf('40') });
    expect(mails).toHaveLength(2);
    expect(mails.at(-1)?.text).toContain(meeting.meetUrl);
  });

  it('who connects another account after the old one is lost is told by the timeline what stayed behind', async ({
    expect,
  }) => {
    const staff = 'lost-account@people.test';
    const [old, other] = ['lost.account@people.test', 'found.account@people.test'];
    await driver.connect(staff, old);
    await driver.book({ id: '41', staff });
    await driver.untilTold('41', 2);
    await driver.google('revoke-access', { account: old });

    await driver.connect(staff, other);
    await driver.untilTold('41', 4);
    const { timeline } = await driver.untilView('41', (view) =>
      view.timeline.some(({ what }) => what === 'old_event_left_behind'),
    );

    expect(timeline.map(({ what }) => what)).toContain('old_event_left_behind');
    expect(await driver.events(old)).toHaveLength(1);
    expect(await driver.events(other)).toHaveLength(1);
    expect((await driver.staff(staff)).connection).toMatchObject({ state: 'connected', googleEmail: other });
  });

  it('who is disconnected keeps what is there, and the next booking waits', async ({ expect }) => {
    const staff = 'disconnected@people.test';
    await driver.connect(staff);
    await driver.book({ id: '50', staff });
    await driver.untilTold('50', 2);

    const answer = await driver.admin('DELETE', `/staff/${staff}/connection`);
    expect(answer.status).toBe(200);
    await driver.book({ id: '51', staff, start: tomorrow(1) });
    await waits('51', 'staff_not_connected');

    expect((await driver.staff(staff)).connection).toMatchObject({ state: 'not_connected', googleEmail: null });
    const tokens = await driver.googleView<{ kind: string; revokedAt: string | null }[]>('tokens', { account: staff });
    expect(tokens.filter(({ kind, revokedAt }) => kind === 'refresh' && revokedAt === null)).toEqual([]);
    expect(await driver.events(staff)).toHaveLength(1);
    await driver.connect(staff);
    await driver.untilTold('51', 2);
  });

  it('who shares a Google account is warned, and disconnecting one leaves the other working', async ({ expect }) => {
    const [first, second] = ['first@people.test', 'second@people.test'];
    const account = 'shared.account@people.test';
    await driver.connect(first, account);
    await driver.connect(second, account);
    expect((await driver.staff(first)).connection.problem).toContain(second);

    await driver.admin('DELETE', `/staff/${first}/connection`);
    await driver.book({ id: '60', staff: second });
    await driver.untilTold('60', 2);

    expect((await driver.staff(second)).connection).toMatchObject({ state: 'connected', problem: null });
  });
});

/** Waits for at least one. */
const until1 = async (look: () => Promise<readonly unknown[]>): Promise<void> => {
  await expect.poll(async () => (await look()).length, { timeout: 30_000 }).toBeGreaterThan(0);
};

describe.concurrent('a sign-in', () => {
  it('without the calendar box ticked is no connection, and the page says what to tick', async ({ expect }) => {
    const staff = 'unticked@people.test';

    const { status, page } = await driver.signIn(staff, { granted: [] });

    expect(status).toBe(403);
    expect(page).toMatch(/see and change events on calendars that you own/);
    expect((await driver.staff(staff)).connection.state).toBe('insufficient_scope');
    await driver.connect(staff);
    expect((await driver.staff(staff)).connection.state).toBe('connected');
  });

  it('that is refused changes nothing', async ({ expect }) => {
    const staff = 'refused@people.test';

    const { status, page } = await driver.signIn(staff, { cancel: true });

    expect(status).toBe(400);
    expect(page).toMatch(/was not connected/);
    expect((await driver.staff(staff)).connection.state).toBe('not_connected');
  });

  it('is good once, in its own browser, and only when it was begun here', async ({ expect }) => {
    const staff = 'states@people.test';
    const used = await driver.signIn(staff);
    const repeated = await driver.fetch(used.callback, { headers: { cookie: used.cookie } });
    expect([repeated.status, await repeated.text()]).toEqual([410, expect.stringMatching(/sign-in is over/)]);

    const { googleUrl, cookie } = await driver.beginSignIn(await driver.connectLink(staff));
    const { location } = await driver.google<{ location: string }>('sign-in', {
      url: googleUrl,
      email: 'x@people.test',
    });
    const foreign = await driver.fetch(location);
    expect([foreign.status, await foreign.text()]).toEqual([403, expect.stringMatching(/not begun here/)]);

    const forged = new URL(location);
    forged.searchParams.set('state', `${forged.searchParams.get('state')}x`);
    expect((await driver.fetch(forged, { headers: { cookie } })).status).toBe(403);
    expect((await driver.staff(staff)).connection.googleEmail).toBe(staff);
  });

  it('needs a link of ours', async ({ expect }) => {
    const forged = await driver.fetch(`${await driver.connectLink('links@people.test')}x`);
    expect([forged.status, forged.headers.get('content-type')]).toEqual([404, expect.stringMatching(/^text\/html/)]);
    expect((await driver.fetch(`${driver.url}/oauth/google/start?token=x`, { redirect: 'manual' })).status).toBe(404);
    expect((await driver.fetch(`${driver.url}/oauth/google/callback?state=x&code=y`)).status).toBe(403);
  });

  it('asks Google for no more than it needs, with PKCE, and its cookie stays with our pages', async ({ expect }) => {
    const link = await driver.connectLink('consent@people.test');
    const token = link.split('/').at(-1) ?? '';
    const start = await driver.fetch(`${driver.url}/oauth/google/start?token=${token}`, { redirect: 'manual' });

    const { searchParams } = new URL(start.headers.get('location') ?? '');

    expect(searchParams.get('scope')?.split(' ').sort()).toEqual([
      'email',
      'https://www.googleapis.com/auth/calendar.events.owned',
      'openid',
    ]);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      access_type: 'offline',
      code_challenge_method: 'S256',
      redirect_uri: `${driver.url}/oauth/google/callback`,
    });
    expect(start.headers.getSetCookie()).toEqual([expect.stringMatching(/HttpOnly; SameSite=Lax/)]);
  });
});
