import { beforeEach, describe, expect, it } from 'vitest';
import {
  beginSignIn,
  type Callback,
  disconnect,
  disconnectThemselves,
  finishSignIn,
  readConnectLink,
} from '../../../shared/staff/connect.ts';
import { newStaff } from '../../../shared/staff/staff.ts';
import { ANA, BEA } from '../../builders/bookings.ts';
import { CONSENT, makeSignIn } from './sign-in.ts';

let world: ReturnType<typeof makeSignIn>;
beforeEach(() => {
  world = makeSignIn();
});

const link = async (email = ANA) => {
  await world.deps.staff.add(newStaff(email));
  return (await world.deps.links.sign('connect', email)).token;
};
const begin = async (email = ANA, cookie?: string) => {
  const begun = await beginSignIn(world.deps, await link(email), cookie);
  if (typeof begun === 'string') throw new Error(begun);
  return { cookie: begun.cookie, state: new URL(begun.location).searchParams.get('state') ?? '' };
};
const finish = (callback: Partial<Callback>) =>
  finishSignIn(world.deps, { state: undefined, code: 'code-1', error: undefined, cookie: undefined, ...callback });
const connect = async (email = ANA) => finish(await begin(email));
const connectionOf = async (email = ANA) => (await world.deps.staff.get(email))?.connection;

describe('rule 19: a connect link', () => {
  it('says whose it is', async () => {
    expect(await readConnectLink(world.deps, await link())).toMatchObject({ person: { email: ANA } });
  });

  it('that has ended, or is none, begins nothing', async () => {
    const token = await link();
    world.clock.advance(15 * 86_400);
    expect(await beginSignIn(world.deps, token, undefined)).toBe('link_expired');
    expect(await beginSignIn(world.deps, 'x', undefined)).toBe('link_invalid');
    expect(await beginSignIn(world.deps, '', undefined)).toBe('link_invalid');
  });

  it('made before an admin disconnected is good no more, and one made after is', async () => {
    const before = await link();
    await connect();
    world.clock.advance(60);
    await disconnect(world.deps, (await world.deps.staff.get(ANA)) ?? newStaff(ANA));
    world.clock.advance(60);
    expect(await readConnectLink(world.deps, before)).toBe('link_expired');
    expect(await readConnectLink(world.deps, await link())).toMatchObject({ person: { email: ANA } });
  });

  it('of somebody who was removed is good no more', async () => {
    const token = await link();
    await world.deps.staff.delete(ANA);
    expect(await beginSignIn(world.deps, token, undefined)).toBe('link_invalid');
  });

  it('of a sign-in begins nothing', async () => {
    const { state } = await begin();
    expect(await beginSignIn(world.deps, state, undefined)).toBe('link_invalid');
  });

  it('needs Google to be set up', async () => {
    world.turns.client = undefined;
    expect(await beginSignIn(world.deps, await link(), undefined)).toBe('not_set_up');
  });

  it('can be used again', async () => {
    expect(await connect()).toMatchObject({ connected: true });
    expect(await connect()).toMatchObject({ connected: true });
  });
});

describe('rule 19: a sign-in', () => {
  it('that goes well connects', async () => {
    const result = await connect();
    expect(result).toMatchObject({ connected: true, googleEmail: 'ana@gmail.test', staff: { email: ANA } });
    expect(await connectionOf()).toMatchObject({
      state: 'connected',
      sub: '1001',
      googleEmail: 'ana@gmail.test',
      connectedAt: '2026-11-23T10:00:00Z',
      secretName: world.deps.grants.secretName(ANA),
    });
    const { grants } = await world.deps.grants.read(ANA);
    expect(grants).toEqual([{ grantId: (await connectionOf())?.grantId, sub: '1001', refreshToken: 'refresh-1' }]);
    // Before anything is stored as well: a run that dies between must not leave bookings waiting.
    expect(world.announced).toEqual([`${ANA} later`, `${ANA} now`]);
    expect(world.google.exchanged).toEqual([
      expect.objectContaining({
        code: 'code-1',
        codeVerifier: 'verifier',
        redirectUri: 'https://meet.test/oauth/google/callback',
      }),
    ]);
  });

  it('keeps no token in the staff row', async () => {
    await connect();
    expect(JSON.stringify(await world.deps.staff.get(ANA))).not.toContain('refresh-1');
  });

  it('asks for the list of calendars only when that is wanted, of the account that is connected', async () => {
    await connect();
    const asked = async (calendars?: boolean) => {
      const begun = await beginSignIn(world.deps, await link(), undefined, calendars);
      return new URL(typeof begun === 'string' ? begun : begun.location).searchParams;
    };
    expect(Object.fromEntries(await asked(true))).toMatchObject({ list: 'yes', account: 'ana@gmail.test' });
    expect((await asked()).has('list')).toBe(false);
    expect((await connectionOf())?.scopes).toEqual(CONSENT.scopes);
  });

  it('knows when the access ends by itself', async () => {
    world.google.consent = { ...CONSENT, refreshTokenLife: 604_800 };
    await connect();
    expect((await connectionOf())?.endsAt).toBe('2026-11-30T10:00:00Z');
  });

  it('keeps the profile, and the grant of the account before', async () => {
    await world.deps.staff.add(newStaff(ANA, { name: 'Ana', calendarId: 'work' }));
    await connect();
    world.google.consent = { ...CONSENT, sub: '2002', email: 'ana@work.test', refreshToken: 'refresh-2' };
    await connect();
    expect(await world.deps.staff.get(ANA)).toMatchObject({ name: 'Ana', calendarId: 'work' });
    const { grants } = await world.deps.grants.read(ANA);
    expect(grants.map(({ sub }) => sub)).toEqual(['2002', '1001']);
    expect((await connectionOf())?.grantId).toBe(grants[0]?.grantId);
  });

  it('is good for one use', async () => {
    const begun = await begin();
    expect(await finish(begun)).toMatchObject({ connected: true });
    expect(await finish(begun)).toEqual({ connected: false, problem: 'state_used' });
    expect(world.google.exchanged).toHaveLength(1);
  });

  it('is good for one use, also when two arrive at once', async () => {
    const begun = await begin();
    const results = await Promise.all([finish(begun), finish(begun), finish(begun)]);
    expect(results.filter(({ connected }) => connected)).toHaveLength(1);
    expect(world.google.exchanged).toHaveLength(1);
  });

  it('that took too long is over', async () => {
    const begun = await begin();
    world.clock.advance(1801);
    expect(await finish(begun)).toEqual({ connected: false, problem: 'state_used' });
  });

  it('of another browser is refused, and over', async () => {
    const begun = await begin();
    const other = await begin();
    expect(await finish({ ...begun, cookie: other.cookie })).toMatchObject({
      connected: false,
      problem: 'state_foreign',
    });
    expect(await finish({ ...other, cookie: undefined })).toMatchObject({ connected: false, problem: 'state_foreign' });
    expect(await finish(begun)).toMatchObject({ connected: false, problem: 'state_used' });
    expect(world.google.exchanged).toHaveLength(0);
  });

  it.each([undefined, '', 'x', 'a.b.c'])('with the state %j is refused', async (state) => {
    const { cookie } = await begin();
    expect(await finish({ cookie, state })).toMatchObject({ connected: false, problem: 'state_foreign' });
  });

  it('with a connect link for its state is refused', async () => {
    const { cookie } = await begin();
    expect(await finish({ cookie, state: await link() })).toMatchObject({ problem: 'state_foreign' });
  });

  it('in two tabs goes well in both', async () => {
    const first = await begin();
    const second = await begin(ANA, first.cookie);
    expect(second.cookie).toBe(first.cookie);
    expect(second.state).not.toBe(first.state);
    expect(await finish(first)).toMatchObject({ connected: true });
    expect(await finish(second)).toMatchObject({ connected: true });
  });

  it.each(['short', 'x'.repeat(44), `${'x'.repeat(42)};`, ''])('replaces a cookie like %j', async (cookie) => {
    const begun = await begin(ANA, cookie);
    expect(begun.cookie).not.toBe(cookie);
    expect(begun.cookie).toMatch(/^[\w-]{43}$/);
  });

  it('in two tabs that end at the same moment leaves the grant that the row names', async () => {
    const first = await begin();
    const second = await begin(ANA, first.cookie);
    const { grants, staff } = world.deps;
    // The second runs as a whole between the first one's two writes.
    const add = grants.add.bind(grants);
    let between: (() => Promise<unknown>) | undefined = () => finish(second);
    grants.add = async (...args) => {
      await add(...args);
      const run = between;
      between = undefined;
      await run?.();
    };
    await finish(first);
    const account = (await staff.get(ANA))?.connection;
    const kept = (await grants.read(ANA)).grants;
    expect(kept.map(({ grantId }) => grantId)).toContain(account?.grantId);
  });

  it('of two people in one browser does not mix them up', async () => {
    const ana = await begin();
    const bea = await begin(BEA, ana.cookie);
    expect(await finish(bea)).toMatchObject({ staff: { email: BEA } });
    expect(await finish(ana)).toMatchObject({ staff: { email: ANA } });
  });
});

describe('a sign-in that does not go well', () => {
  it.each([
    [{ error: 'access_denied', code: undefined }, 'refused'],
    [{ code: undefined }, 'refused'],
  ])('at Google: %j', async (callback, problem) => {
    expect(await finish({ ...(await begin()), ...callback })).toMatchObject({
      connected: false,
      problem,
      begun: { staffEmail: ANA },
    });
    expect(world.google.exchanged).toHaveLength(0);
    expect((await connectionOf())?.state).toBe('not_connected');
  });

  it.each([
    ['google_client_rejected', 'client_rejected'],
    ['access_revoked', 'code_rejected'],
    ['google_unavailable', 'google_unavailable'],
    ['google_timeout', 'google_unavailable'],
    ['rate_limited', 'google_unavailable'],
  ] as const)('because of %s', async (code, problem) => {
    world.google.consent = code;
    expect(await connect()).toMatchObject({ connected: false, problem, begun: { staffEmail: ANA } });
    expect(world.announced).toEqual([]);
  });

  it('because the client was taken out meanwhile', async () => {
    const begun = await begin();
    world.turns.client = undefined;
    expect(await finish(begun)).toMatchObject({ connected: false, problem: 'not_set_up', begun: { staffEmail: ANA } });
  });

  it('of somebody who was removed meanwhile keeps nothing', async () => {
    const begun = await begin();
    await world.deps.staff.delete(ANA);
    expect(await finish(begun)).toMatchObject({ connected: false, problem: 'link_invalid' });
    expect((await world.deps.grants.read(ANA)).grants).toEqual([]);
    expect(await world.deps.staff.get(ANA)).toBeUndefined();
  });

  it('without lasting access', async () => {
    const { refreshToken: _refresh, ...passing } = CONSENT;
    world.google.consent = passing;
    expect(await connect()).toMatchObject({
      connected: false,
      problem: 'no_lasting_access',
      begun: { staffEmail: ANA },
    });
    expect((await connectionOf())?.state).toBe('not_connected');
  });

  it('without the calendar box is no connection, and says so', async () => {
    world.google.consent = { ...CONSENT, scopes: ['openid', 'email'] };
    expect(await connect()).toMatchObject({
      connected: false,
      problem: 'calendar_not_ticked',
      begun: { staffEmail: ANA },
    });
    expect(await connectionOf()).toMatchObject({ state: 'insufficient_scope', googleEmail: 'ana@gmail.test' });
    expect((await world.deps.grants.read(ANA)).grants).toEqual([]);
    expect(world.announced).toEqual([]);
  });

  it('without the box leaves a connection that works alone', async () => {
    await connect();
    world.google.consent = { ...CONSENT, scopes: ['openid', 'email'] };
    expect(await connect()).toMatchObject({ problem: 'calendar_not_ticked' });
    expect((await connectionOf())?.state).toBe('connected');
    expect((await world.deps.grants.read(ANA)).grants).toHaveLength(1);
  });
});

describe('disconnecting', () => {
  const connectBoth = async (beaSub: string) => {
    await connect();
    world.google.consent = { ...CONSENT, sub: beaSub, refreshToken: 'refresh-bea' };
    await connect(BEA);
  };
  const person = async (email = ANA) => (await world.deps.staff.get(email)) ?? newStaff(email);

  it('takes the access back at Google and forgets it', async () => {
    await connectBoth('2002');
    await disconnect(world.deps, await person());
    expect(world.google.revoked).toEqual(['refresh-1']);
    expect((await world.deps.grants.read(ANA)).grants).toEqual([]);
    expect(await connectionOf()).toMatchObject({ state: 'not_connected' });
    expect(await connectionOf()).not.toHaveProperty('sub');
    expect((await connectionOf(BEA))?.state).toBe('connected');
  });

  it('leaves Google alone while somebody else uses the same account', async () => {
    await connectBoth('1001');
    await disconnect(world.deps, await person());
    expect(world.google.revoked).toEqual([]);
    expect((await world.deps.grants.read(ANA)).grants).toEqual([]);
    await disconnect(world.deps, await person(BEA));
    expect(world.google.revoked).toEqual(['refresh-bea']);
  });

  it('goes through when Google does not answer', async () => {
    await connect();
    world.google.revokeFails = true;
    await disconnect(world.deps, await person());
    expect((await connectionOf())?.state).toBe('not_connected');
    expect((await world.deps.grants.read(ANA)).grants).toEqual([]);
  });

  it('by an admin leaves older links no good, also when they have connected again', async () => {
    await connect();
    const before = await link();
    world.clock.advance(60);
    await disconnect(world.deps, await person());
    world.clock.advance(60);
    await connect();
    expect(await readConnectLink(world.deps, before)).toBe('link_expired');
  });

  it('by themselves takes the access back, leaves their link good, and says who did it', async () => {
    await connect();
    const before = await link();
    world.clock.advance(60);
    expect(await disconnectThemselves(world.deps, await person(), '2026-11-23T10:00:00Z')).toBe(true);
    expect(world.google.revoked).toEqual(['refresh-1']);
    expect((await world.deps.grants.read(ANA)).grants).toEqual([]);
    expect(await connectionOf()).toEqual({
      state: 'not_connected',
      endedAt: '2026-11-23T10:01:00Z',
      problem: 'Disconnected by the staff member.',
    });
    expect(await readConnectLink(world.deps, before)).toMatchObject({ person: { email: ANA } });
  });

  it('by themselves does not bring back links that an admin has ended', async () => {
    await connect();
    const before = await link();
    world.clock.advance(60);
    await disconnect(world.deps, await person());
    world.clock.advance(60);
    await connect();
    await disconnectThemselves(world.deps, await person(), undefined);
    expect(await readConnectLink(world.deps, before)).toBe('link_expired');
  });

  it('by themselves twice at once ends it once', async () => {
    await connect();
    const seen = await person();
    const results = await Promise.all([
      disconnectThemselves(world.deps, seen, undefined),
      disconnectThemselves(world.deps, seen, undefined),
    ]);
    expect(results).toEqual([true, true]);
    expect(world.google.revoked).toEqual(['refresh-1']);
  });

  it('by themselves leaves a connection alone that has come since', async () => {
    await connect();
    const seen = await person();
    world.clock.advance(60);
    await connect();
    expect(await disconnectThemselves(world.deps, await person(), seen.connection.connectedAt)).toBe(false);
    expect(await disconnectThemselves(world.deps, seen, undefined)).toBe(false);
    expect((await connectionOf())?.state).toBe('connected');
    expect(world.google.revoked).toEqual([]);
  });

  it('of somebody who never connected changes nothing at Google', async () => {
    await world.deps.staff.add(newStaff(ANA));
    await disconnect(world.deps, await person());
    expect(world.google.revoked).toEqual([]);
  });
});
