import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/staff-oauth/handler.ts';
import { newStaff } from '../../shared/staff/staff.ts';
import { ANA } from '../builders/bookings.ts';
import { FakeSettingsStore } from '../fakes/settings-store.ts';
import { CONSENT, makeSignIn } from '../unit/staff/sign-in.ts';
import { type Answer, keptLogs, send } from './events.ts';

const { logger, lines } = keptLogs();
let world: ReturnType<typeof makeSignIn>;
let handler: ReturnType<typeof makeHandler>;

const setUp = (publicUrl?: string) => {
  world = makeSignIn(publicUrl);
  handler = makeHandler({ ...world.deps, settings: new FakeSettingsStore(), logger });
};
beforeEach(() => {
  lines.length = 0;
  setUp();
});

const token = async (email = ANA) => {
  await world.deps.staff.add(newStaff(email));
  return (await world.deps.links.sign('connect', email)).token;
};
const speaking = (language: string) => ({ headers: { 'accept-language': language } });
const open = async (link: string, language = 'en') =>
  send(handler, 'GET /connect/{token}', { path: { token: link }, ...speaking(language) });
const start = async (link: string, cookies: string[] = [], language = 'en') =>
  send(handler, 'GET /oauth/google/start', { query: { token: link }, cookies, ...speaking(language) });
const finish = (query: Record<string, string>, cookies: string[] = [], language = 'en') =>
  send(handler, 'GET /oauth/google/callback', { query, cookies, ...speaking(language) });
const begin = async (email = ANA) => {
  const answer = await start(await token(email));
  const cookie = answer.cookies[0]?.split(';')[0] ?? '';
  return { cookie, state: new URL(answer.headers.location ?? '').searchParams.get('state') ?? '' };
};
const connect = async (query: Record<string, string> = {}, language = 'en') => {
  const { cookie, state } = await begin();
  return finish({ state, code: 'code-1', ...query }, [cookie], language);
};

function expectPage({ status, headers, text }: Answer, expected: number, locale: 'en' | 'es', title: RegExp | string) {
  expect(status).toBe(expected);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(headers['cache-control']).toBe('no-store');
  expect(headers['referrer-policy']).toBe('no-referrer');
  expect(text).toContain(`<html lang="${locale}">`);
  expect(/<h1>(.*)<\/h1>/.exec(text)?.[1]).toMatch(title);
  expect(text).not.toContain('undefined');
}

describe('GET /connect/{token}', () => {
  it('says what will happen, with the link that begins it', async () => {
    const link = await token();
    const answer = await open(link);
    expectPage(answer, 200, 'en', 'Connect your Google account');
    expect(answer.text).toContain(`href="/oauth/google/start?token=${link}"`);
    expect(answer.text).toContain(ANA);
    expect(answer.text).toContain('Google hasn’t verified this app');
  });

  it('says it in the language of the profile, else of the browser, else of the business', async () => {
    const link = await token();
    expectPage(await open(link, 'es-ES'), 200, 'es', 'Conecta tu cuenta de Google');
    expectPage(await open(link, 'de'), 200, 'en', 'Connect');
    await world.deps.staff.setProfile(ANA, { locale: 'es', calendarId: 'primary' });
    expectPage(await open(link, 'en'), 200, 'es', 'Conecta');
    expect((await open(link, 'en')).text).toContain('Google no ha verificado esta aplicación');
  });

  it('says which account is connected', async () => {
    await connect();
    expect((await open(await token())).text).toContain('ana@gmail.test');
  });

  it.each([
    ['en', 'This link does not work', 'This link has expired'],
    ['es', 'Este enlace no funciona', 'Este enlace ha caducado'],
  ] as const)('refuses what is forged or has ended, in %s', async (locale, forged, expired) => {
    const link = await token();
    expectPage(await open(`${link}x`, locale), 404, locale, forged);
    world.clock.advance(15 * 86_400);
    expectPage(await open(link, locale), 410, locale, expired);
  });

  it('takes what stands in a link for text', async () => {
    const answer = await open(await token('"><script>alert(1)</script>@x.test'));
    expect(answer.text).not.toContain('<script>');
    expect((await open('<script>alert(1)</script>')).text).not.toContain('<script>');
  });
});

describe('GET /oauth/google/start', () => {
  it('sends the browser to Google with a cookie that only comes back to us', async () => {
    const { status, headers, cookies } = await start(await token());
    expect(status).toBe(302);
    expect(headers.location).toMatch(/^https:\/\/google\.test\/auth\?/);
    expect(headers['cache-control']).toBe('no-store');
    expect(cookies).toHaveLength(1);
    const [pair = '', ...attributes] = cookies[0]?.split('; ') ?? [];
    expect(pair).toMatch(/^__Host-[\w-]+=[\w-]{43}$/);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=1800', 'Path=/', 'SameSite=Lax', 'Secure']);
  });

  it('does the same without TLS on a laptop', async () => {
    setUp('http://localhost:3000');
    const { cookies } = await start(await token());
    expect(cookies[0]).toMatch(/^booking-meet-oauth=[\w-]{43}; /);
    expect(cookies[0]).not.toMatch(/Secure|__Host-/);
    expect(cookies[0]).toMatch(/HttpOnly; SameSite=Lax/);
    expect((await connect()).status).toBe(200);
  });

  it('keeps the cookie of a browser that has one, among others', async () => {
    const { cookie } = await begin();
    const { cookies } = await start(await token(), ['theme=dark', cookie, 'a=b=c']);
    expect(cookies[0]?.split(';')[0]).toBe(cookie);
  });

  it.each([
    ['', 404],
    ['x', 404],
  ])('refuses the link %j', async (link, status) => {
    const answer = await start(link);
    expectPage(answer, status, 'en', 'This link does not work');
    expect(answer.cookies).toEqual([]);
  });

  it('refuses when nothing is in the query', async () => {
    expect((await send(handler, 'GET /oauth/google/start')).status).toBe(404);
  });

  it.each([
    ['en', /not set up/],
    ['es', /no está configurado/],
  ] as const)('needs Google to be set up, in %s', async (locale, title) => {
    world.turns.client = undefined;
    expectPage(await start(await token(), [], locale), 409, locale, title);
  });
});

describe('GET /oauth/google/callback', () => {
  it.each([
    ['en', 'Your account is connected'],
    ['es', 'Tu cuenta está conectada'],
  ] as const)('says which account is connected, in %s', async (locale, title) => {
    const answer = await connect({}, locale);
    expectPage(answer, 200, locale, title);
    expect(answer.text).toContain('ana@gmail.test');
    expect((await world.deps.staff.get(ANA))?.connection.state).toBe('connected');
  });

  it.each([
    ['en', 'This sign-in is over'],
    ['es', 'Este inicio de sesión ya no vale'],
  ] as const)('refuses what was used, or took too long, in %s', async (locale, title) => {
    const { cookie, state } = await begin();
    await finish({ state, code: 'code-1' }, [cookie]);
    expectPage(await finish({ state, code: 'code-1' }, [cookie], locale), 410, locale, title);
    const late = await begin();
    world.clock.advance(1801);
    expectPage(await finish({ state: late.state, code: 'code-1' }, [late.cookie], locale), 410, locale, title);
    expect(world.google.exchanged).toHaveLength(1);
  });

  it.each([
    ['en', 'This sign-in was not begun here'],
    ['es', 'Este inicio de sesión no empezó aquí'],
  ] as const)('refuses what is forged or of another browser, in %s', async (locale, title) => {
    const { state } = await begin();
    const other = await begin();
    expectPage(await finish({ state, code: 'code-1' }, [other.cookie], locale), 403, locale, title);
    expectPage(await finish({ state: other.state, code: 'code-1' }, [], locale), 403, locale, title);
    expectPage(await finish({ state: `${state}x`, code: 'code-1' }, [other.cookie], locale), 403, locale, title);
    expectPage(await finish({}, [], locale), 403, locale, title);
    expect(world.google.exchanged).toHaveLength(0);
  });

  it.each([
    ['refused', 'en', 400, 'Your account was not connected'],
    ['refused', 'es', 400, 'Tu cuenta no se ha conectado'],
    ['calendar_not_ticked', 'en', 403, 'The calendar box was not ticked'],
    ['calendar_not_ticked', 'es', 403, 'Faltó marcar la casilla'],
    ['no_lasting_access', 'en', 409, 'no lasting access'],
    ['no_lasting_access', 'es', 409, 'acceso duradero'],
    ['google_client_rejected', 'en', 409, 'did not accept our application'],
    ['google_client_rejected', 'es', 409, 'no ha aceptado nuestra aplicación'],
    ['access_revoked', 'en', 400, 'did not complete'],
    ['access_revoked', 'es', 400, 'no ha completado'],
    ['google_unavailable', 'en', 409, 'not answering'],
    ['google_unavailable', 'es', 409, 'no responde'],
  ] as const)('%s: in %s says so, with %i and a link to begin again', async (what, locale, status, title) => {
    const { refreshToken: _refresh, ...passing } = CONSENT;
    if (what === 'calendar_not_ticked') world.google.consent = { ...CONSENT, scopes: ['openid'] };
    else if (what === 'no_lasting_access') world.google.consent = passing;
    else if (what !== 'refused') world.google.consent = what;
    const answer = await connect(what === 'refused' ? { error: 'access_denied' } : {}, locale);
    expectPage(answer, status, locale, new RegExp(title));
    const again = /href="\/connect\/([\w.-]+)"/.exec(answer.text)?.[1] ?? '';
    expect(await world.deps.links.verify('connect', again)).toMatchObject({ subject: ANA });
  });

  it('says what to tick, and that it is no connection', async () => {
    world.google.consent = { ...CONSENT, scopes: ['openid', 'email'] };
    expect((await connect()).text).toContain('see and change events on calendars that you own');
    expect((await world.deps.staff.get(ANA))?.connection.state).toBe('insufficient_scope');
  });

  it('gives a stranger no link to begin with', async () => {
    const { state } = await begin();
    expect((await finish({ state, code: 'code-1' })).text).not.toContain('/connect/');
  });

  it('takes what Google says for text', async () => {
    world.google.consent = { ...CONSENT, email: '<script>alert(1)</script>@x.test' };
    expect((await connect()).text).not.toContain('<script>');
  });
});

describe('our own fault', () => {
  it.each([
    ['en', 'Something went wrong'],
    ['es', 'Algo ha ido mal'],
  ] as const)('is a page too, that says nothing of it, in %s', async (locale, title) => {
    const broken = makeHandler({
      ...world.deps,
      staff: new Proxy(world.deps.staff, {
        get: () => () => Promise.reject(new Error('s3cret')),
      }),
      settings: new FakeSettingsStore(),
      logger,
    });
    const answer = await send(broken, 'GET /connect/{token}', { path: { token: await token() }, ...speaking(locale) });
    expectPage(answer, 500, locale, title);
    expect(answer.text).toMatch(/request-\d+/);
    expect(answer.text + lines.join('')).not.toContain('s3cret');
  });

  it('is a page also where there is nothing', async () => {
    expectPage(await send(handler, 'GET /oauth/nowhere'), 404, 'en', /./);
  });
});

it('logs hold no address, token, code or state', async () => {
  const { cookie, state } = await begin();
  await finish({ state, code: 'code-1' }, [cookie]);
  await finish({ state, code: 'code-1' }, [cookie]);
  expect(lines.join('\n')).toContain('account_connected');
  expect(lines.join('\n')).toContain('state_used');
  for (const word of [ANA, 'ana@gmail.test', 'code-1', state, cookie.split('=')[1] ?? '-', 'refresh-1']) {
    expect(lines.join('\n')).not.toContain(word);
  }
});
