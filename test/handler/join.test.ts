import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/join/handler.ts';
import { anAppointment, at, customer } from '../builders/bookings.ts';
import { type Interference, interfered } from '../fakes/interference.ts';
import { FakeTryStore } from '../fakes/try-store.ts';
import { makeWorld, type World } from '../fakes/world.ts';
import { type Answer, httpEvent, keptLogs, lambdaContext, send } from './events.ts';

const ROUTE = 'GET /join/{appointmentId}';
const LUIS = customer('Luis').email;
const WRONG = 'stranger@mail.test';
const { logger, lines } = keptLogs();
let world: World;
let handler: ReturnType<typeof makeHandler>;

const setUp = async (options: Parameters<typeof makeWorld>[0] = {}) => {
  lines.length = 0;
  world = await makeWorld(options);
  const { appointments, meetings, settings, clock } = world;
  handler = makeHandler({ appointments, meetings, settings, clock, tries: new FakeTryStore(), logger });
};
beforeEach(() => setUp());

const open = (e: string | undefined = LUIS, appointmentId = 'test:1', language = ''): Promise<Answer> =>
  send(handler, ROUTE, {
    path: { appointmentId },
    ...(e !== '' && { query: { e } }),
    headers: { 'accept-language': language },
  });
/** The same from another place. */
const openFrom = async (sourceIp: string, e: string): Promise<number> => {
  const event = httpEvent(ROUTE, { path: { appointmentId: 'test:1' }, query: { e } });
  Object.assign(event.requestContext.http, { sourceIp });
  const answer = (await handler(event, lambdaContext())) as { statusCode: number };
  return answer.statusCode;
};
const linkOf = async (id: string) => (await world.view(id)).meetUrl;
const title = ({ text }: Answer) => /<h1>(.*)<\/h1>/.exec(text)?.[1];
const refresh = ({ headers }: Answer) => headers.refresh;

describe('a customer whose link is ready', () => {
  it('is sent there, and nothing keeps or passes on from where', async () => {
    await world.book('1');
    const { status, headers, text } = await open();
    expect(status).toBe(302);
    expect(headers.location).toBe(await linkOf('1'));
    expect(headers.location).toMatch(/^https:\/\/meet\.google\.com\//);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(text).toBe('');
  });

  it.each([
    ['with capitals', 'luis+clinic@mail.test', 'Luis+Clinic@Mail.TEST'],
    ['with spaces around it', 'luis+clinic@mail.test', '  luis+clinic@mail.test '],
    ['with a plus sign that arrives as a space', 'luis+clinic@mail.test', 'luis clinic@mail.test'],
  ])('is known by their address %s', async (_how, email, e) => {
    await world.book('1', { customers: [{ name: 'Luis', email }] });
    expect((await open(e)).status).toBe(302);
  });

  it('shares it with the other customers of the booking, and each is known', async () => {
    await world.book('1', { customers: [customer('Luis'), customer('Marta')] });
    expect((await open(LUIS)).status).toBe(302);
    expect((await open(customer('Marta').email)).status).toBe(302);
  });

  it('is sent there until the end and no longer', async () => {
    await world.book('1', at('15:00'));
    world.clock.advanceTo('2026-12-01T15:44:59Z');
    expect((await open()).status).toBe(302);
    world.clock.advanceTo('2026-12-01T15:45:00Z');
    const ended = await open();
    expect(ended.status).toBe(200);
    expect(title(ended)).toBe('This booking is over');
    expect(refresh(ended)).toBeUndefined();
  });

  it('is not sent to the meeting that the booking has just left', async () => {
    await world.book('1');
    await world.book('2', { customers: [customer('Marta')] });
    const old = await linkOf('1');
    await world.deliver('1', at('18:00'));
    expect(title(await open())).toBe('Your video call is being prepared');
    await world.stream();
    const { status, headers } = await open();
    expect(status).toBe(302);
    expect(headers.location).toBe(await linkOf('1'));
    expect(headers.location).not.toBe(old);
    expect((await open(customer('Marta').email, 'test:2')).headers.location).toBe(old);
  });
});

describe('a customer whose link is not ready', () => {
  it('waits on a page that loads itself again, often at first', async () => {
    await setUp({ connected: [] });
    await world.book('1', { service: { name: 'Consulta <b>' }, timeZone: 'America/New_York' });
    const page = await open();
    expect(page.status).toBe(200);
    expect(title(page)).toBe('Your video call is being prepared');
    expect(page.text).toContain('Consulta &#60;b&#62;');
    expect(page.text).toMatch(/Tuesday,? 1 December 2026, 10:00<br>Eastern Time/);
    expect(refresh(page)).toBe('10');
    expect(page.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");

    world.clock.advance(3600);
    expect(refresh(await open())).toBe('30');
    await world.connect('ana@clinic.test');
    await world.stream();
    expect((await open()).status).toBe(302);
  });

  it('can have the page stand still, and look again by hand', async () => {
    await setUp({ connected: [] });
    await world.book('1');
    const links = ({ text }: Answer) =>
      [...text.matchAll(/href="\?([^"]+)"/g)].map(([, query = '']) =>
        Object.fromEntries(new URLSearchParams(query.replaceAll('&#38;', '&'))),
      );
    expect(links(await open())).toEqual([{ e: LUIS }, { e: LUIS, reload: 'off' }]);
    const still = await send(handler, ROUTE, { path: { appointmentId: 'test:1' }, query: { e: LUIS, reload: 'off' } });
    expect(still.status).toBe(200);
    expect(refresh(still)).toBeUndefined();
    expect(links(still)).toEqual([{ e: LUIS, reload: 'off' }, { e: LUIS }]);
  });

  it('is not stopped by waiting', async () => {
    await setUp({ connected: [] });
    await world.book('1');
    for (let looks = 0; looks < 60; looks += 1) expect((await open()).status).toBe(200);
  });

  it('is told of a booking that nobody has confirmed', async () => {
    await world.book('1', { status: 'pending' });
    const page = await open();
    expect(title(page)).toBe('Your booking is not confirmed yet');
    expect(refresh(page)).toBe('10');
  });

  it('is told of a cancellation, and led on when it is taken up again', async () => {
    await world.book('1');
    await world.cancel('1');
    const page = await open();
    expect(page.status).toBe(200);
    expect(title(page)).toBe('This booking was cancelled');
    expect(refresh(page)).toBeUndefined();
    await world.book('1', { status: 'approved' });
    expect((await open()).status).toBe(302);
  });

  it('is spoken to in their own language, else in that of the business', async () => {
    await setUp({ connected: [], settings: { locale: 'es' } });
    await world.book('1');
    await world.book('2', { customers: [{ ...customer('Luis'), locale: 'en' }] });
    const page = await open(LUIS, 'test:1', 'en');
    expect(title(page)).toBe('Estamos preparando tu videollamada');
    expect(page.text).toContain('<html lang="es">');
    expect(page.text).toContain('1 de diciembre de 2026');
    expect(title(await open(LUIS, 'test:2', 'es'))).toBe('Your video call is being prepared');
    expect(title(await open(WRONG, 'test:1', 'en-GB,en;q=0.9'))).toBe('This link does not work');
    expect(title(await open(WRONG))).toBe('Este enlace no funciona');
  });
});

describe('somebody else', () => {
  it('gets one page, whatever they ask for, after the same calls', async () => {
    await world.book('1');
    await world.book('2', { customers: [{ name: 'Nobody' }] });
    const { booking: _booking, ...bare } = anAppointment('test:3', {}, 'canceled');
    await world.appointments.put(bare);
    const calls: string[][] = [];
    const counted = async (e: string, id: string) => {
      const made: string[] = [];
      const noting: Interference = (call, proceed) => {
        made.push(`${call.port}.${call.method}`);
        return proceed();
      };
      const noted = makeHandler({
        appointments: interfered('appointments', world.appointments, noting),
        meetings: interfered('meetings', world.meetings, noting),
        settings: interfered('settings', world.settings, noting),
        tries: interfered('tries', new FakeTryStore(), noting),
        clock: world.clock,
        logger,
      });
      const answer = await send(noted, ROUTE, { path: { appointmentId: id }, ...(e !== '' && { query: { e } }) });
      calls.push(made);
      return answer;
    };
    const answers = [
      await counted(WRONG, 'test:1'),
      await counted('', 'test:1'),
      await counted(' ', 'test:1'),
      await counted(LUIS, 'test:99'),
      await counted('', 'test:99'),
      await counted('', 'test:2'),
      await counted(LUIS, 'test:2'),
      await counted(LUIS, 'test:3'),
      await counted(LUIS, '__proto__'),
      await counted(LUIS, 'x'.repeat(5000)),
      await counted(`${LUIS},${LUIS}`, 'test:1'),
    ];
    expect(answers[0]?.status).toBe(404);
    expect(answers[0]?.text).not.toMatch(/Consulta|Luis|Ana|meet\.google|test:1/);
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    for (const made of calls)
      expect(made).toEqual(['settings.get', 'tries.take', 'tries.take', 'appointments.get', 'meetings.mapping']);
  });

  it.each(['test:1', 'test:99'])('is stopped after twenty tries at %s, until the next hour', async (id) => {
    await world.book('1');
    world.clock.advanceTo('2026-11-24T10:20:00Z');
    for (let tries = 0; tries < 20; tries += 1) expect((await open(WRONG, id)).status).toBe(404);
    const stopped = await open(WRONG, id);
    expect(stopped.status).toBe(429);
    expect(title(stopped)).toBe('Too many tries');
    expect(stopped.headers).toMatchObject({ 'retry-after': '2400', 'cache-control': 'no-store' });
    // Else one could go on guessing.
    expect(await open(LUIS, id)).toEqual(stopped);
    world.clock.advance(2400);
    expect((await open(WRONG, id)).status).toBe(404);
    expect((await open(LUIS, id)).status).toBe(id === 'test:1' ? 302 : 404);
  });

  it('is stopped also when all tries come at once', async () => {
    await world.book('1');
    const answers = await Promise.all(Array.from({ length: 30 }, () => open(WRONG)));
    expect(answers.filter(({ status }) => status === 404)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
  });

  it('locks out neither the customer elsewhere nor another booking', async () => {
    await world.book('1');
    await world.book('2');
    for (let tries = 0; tries < 21; tries += 1) await open(WRONG);
    expect((await open()).status).toBe(429);
    expect(await openFrom('198.51.100.7', LUIS)).toBe(302);
    expect((await open(LUIS, 'test:2')).status).toBe(302);
  });

  it('who knows an address cannot find its bookings by counting through their numbers', async () => {
    await world.book('101');
    await world.book('102');
    for (let id = 1; id <= 100; id += 1) expect((await open(LUIS, `test:-${id}`)).status).toBe(404);
    expect((await open(LUIS, 'test:101')).status).toBe(429);
    expect(await openFrom('198.51.100.7', LUIS)).toBe(404);
    world.clock.advance(3600);
    // What is right is not counted, however often.
    for (let visits = 0; visits < 101; visits += 1) expect((await open(LUIS, 'test:101')).status).toBe(302);
    expect((await open(LUIS, 'test:102')).status).toBe(302);
  });

  it('gains nothing by the many addresses of one IPv6 network', async () => {
    await world.book('1');
    for (let tries = 0; tries < 20; tries += 1) {
      expect(await openFrom(`2001:db8:1:2::${tries.toString(16)}`, WRONG)).toBe(404);
    }
    expect(await openFrom('2001:db8:1:2:ffff:1:2:3', LUIS)).toBe(429);
    expect(await openFrom('2001:db8:1:3::1', LUIS)).toBe(302);
  });
});

it('logs no address, nor what strangers ask for', async () => {
  await world.book('1');
  await open();
  await open(WRONG);
  await open(WRONG, 'luis@mail.test');
  for (let tries = 0; tries < 21; tries += 1) await open(WRONG);
  const logged = lines.join('\n');
  expect(logged).toContain('"event":"join"');
  expect(logged).toContain('"event":"join_refused"');
  expect(logged).toContain('"event":"join_stopped"');
  expect(logged).not.toMatch(/mail\.test|192\.0\.2|meet\.google/);
});

it('answers with a page when something is wrong on our side', async () => {
  const broken = makeHandler({
    appointments: { get: () => Promise.reject(new Error(`no table for ${LUIS}`)) },
    meetings: world.meetings,
    settings: world.settings,
    clock: world.clock,
    tries: new FakeTryStore(),
    logger,
  });
  const { status, text } = await send(broken, ROUTE, { path: { appointmentId: 'test:1' }, query: { e: LUIS } });
  expect(status).toBe(500);
  expect(text).toContain('Something went wrong');
  expect(text).not.toContain(LUIS);
});
