import fc from 'fast-check';
import { OPERATIONS } from '../../shared/api/operations.ts';
import { ADMIN_KEY } from '../handler/events.ts';
import {
  CLIENT,
  type Front,
  LINK_KEY,
  LUIS,
  makeFront,
  type Reaction,
  SIGNING_SECRET,
  WEBHOOK_SECRET,
} from './front.ts';
import { addition, MARK, mutate, mutation } from './hostile.ts';
import { faultsOfPage } from './pages.ts';
import { GOOD_REQUESTS, goodEvent, sign } from './requests.ts';

/** Something that must hold whatever is sent; it rejects where it does not. */
export interface Property {
  readonly name: string;
  readonly property: fc.IAsyncProperty<unknown[]>;
}

const SECRETS = [ADMIN_KEY, WEBHOOK_SECRET, SIGNING_SECRET, LINK_KEY, CLIENT.clientSecret, 'refresh-token-of-ana'];
const PERSONAL = [LUIS.email, LUIS.name, 'of Luis alone', MARK];

/** Which booking it is may stand in a log (DESIGN rule 22), whatever the platform calls it. */
const BOOKING = /"appointmentId":"(?:[^"\\]|\\.)*"/;

/** What must hold of every answer. @throws Error that says what does not */
function judge(what: string, { answer, writes, logged }: Reaction): void {
  const { status, headers, text } = answer;
  const type = headers['content-type'] ?? '';
  const faults = [
    ...(status >= 500 ? ['is our own fault'] : []),
    ...(status >= 400 && writes.length > 0 ? [`has written though it is refused: ${writes.join(', ')}`] : []),
    ...(status === 302 && !isOursToLeadTo(headers.location ?? '') ? [`leads to ${headers.location}`] : []),
    ...(type.startsWith('text/html') && !what.includes(' /admin') ? faultsOfPage(text) : []),
    ...SECRETS.filter((secret) => text.includes(secret)).map(() => 'tells a secret'),
    ...logged
      .filter((line) => [...SECRETS, ...PERSONAL].some((known) => line.replace(BOOKING, '').includes(known)))
      .map((line) => `logs what it must not: ${line}`),
  ];
  if (faults.length > 0) throw new Error(`${what} is answered ${status}, and ${faults.join('; ')}`);
}

const isOursToLeadTo = (location: string): boolean =>
  location.startsWith('https://google.test/auth?') || /^https:\/\/meet\.google\.com\/[\w-]+$/.test(location);

const anyRequest = fc.constantFrom(...GOOD_REQUESTS);
const mutations = fc.array(mutation, { minLength: 0, maxLength: 4 });
/** Signed after its change, as whoever knows the secret would, or as it is. */
const request = fc.record({ name: anyRequest, mutations, isSigned: fc.boolean() });

const isSignable = (name: string): boolean => name === 'POST /webhooks/appointments';

async function eventOf(
  front: Front,
  {
    name,
    mutations,
    isSigned,
  }: { name: string; mutations: readonly Parameters<typeof mutate>[1][]; isSigned: boolean },
) {
  const event = mutations.reduce(mutate, await goodEvent(name, front));
  return isSigned && isSignable(name) ? sign(event) : event;
}

/** What shows what has been taken in before. */
const PAGES = GOOD_REQUESTS.filter((name) =>
  /^GET \/(?:connect|join|staff|appointments|settings|keywords|diagnostics)|preview/.test(name),
);

export const PROPERTIES: readonly Property[] = [
  {
    name: 'whatever is sent is answered as documented, without a fault of ours, a leak or a write of what is refused',
    property: fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 5 }), async (requests) => {
      const front = await makeFront();
      for (const one of requests) judge(one.name, await front.send(await eventOf(front, one)));
    }),
  },
  {
    name: 'what was taken in breaks nothing of what shows it later',
    property: fc.asyncProperty(
      fc.array(
        request
          .map((one) => ({ ...one, isSigned: true }))
          .filter(({ name }) => !name.startsWith('GET ') && !name.startsWith('DELETE ')),
        { minLength: 1, maxLength: 4 },
      ),
      async (requests) => {
        const front = await makeFront();
        for (const one of requests) judge(one.name, await front.send(await eventOf(front, one)));
        await front.world.stream();
        for (const name of PAGES) judge(`${name}, later,`, await front.send(await goodEvent(name, front)));
      },
    ),
  },
  {
    name: 'where a page leads on, nothing else in the request says where',
    property: fc.asyncProperty(
      fc.constantFrom('GET /join/{appointmentId}', 'GET /oauth/google/start', 'GET /oauth/google/callback'),
      fc.array(addition, { minLength: 1, maxLength: 8 }),
      async (name, additions) => {
        const front = await makeFront();
        judge(name, await front.send(additions.reduce(mutate, await goodEvent(name, front))));
      },
    ),
  },
  {
    name: 'nobody without the key, the secret, the signature or the link gets anywhere',
    property: fc.asyncProperty(
      anyRequest.filter((name) => isGuarded(name)),
      mutations,
      fc.string({ unit: 'binary', maxLength: 80 }),
      async (name, changes, guess) => {
        const front = await makeFront();
        const event = changes.reduce(mutate, await goodEvent(name, front));
        const {
          authorization: _key,
          'x-webhook-secret': _secret,
          'webhook-signature': _signature,
          ...headers
        } = event.headers;
        const given = {
          authorization: `Bearer ${guess}`,
          'x-webhook-secret': guess,
          'webhook-signature': `v1,${guess}`,
        };
        const reaction = await front.send({
          ...event,
          headers: { ...headers, ...given },
          ...('token' in (event.pathParameters ?? {}) && { pathParameters: { token: guess || '-' } }),
          ...(event.queryStringParameters?.token !== undefined && { queryStringParameters: { token: guess } }),
        });
        judge(name, reaction);
        const { status } = reaction.answer;
        const wanted = /^\w+ \/(?:connect|oauth)/.test(name) ? [404, 410, 413] : [401, 413];
        if (!wanted.includes(status)) throw new Error(`${name} lets a stranger in: ${status}`);
        if (reaction.writes.length > 0) throw new Error(`${name} writes for a stranger: ${reaction.writes.join(', ')}`);
      },
    ),
  },
];

/** Whether its route asks who is there, and before anything else. */
const isGuarded = (name: string): boolean =>
  /^\w+ \/(?:webhooks|settings|keywords|staff|appointments|customers|diagnostics|connect|oauth\/google\/start)/.test(
    name,
  );

/** Routes that no good request goes to. */
export const missedRoutes = (): string[] =>
  Object.keys(OPERATIONS).filter((route) => !GOOD_REQUESTS.some((name) => name === route));

/** Sends each good request as it is. @returns the status of each */
export async function statusesOfGood(): Promise<Record<string, number>> {
  const statuses: Record<string, number> = {};
  for (const name of GOOD_REQUESTS) {
    const front = await makeFront();
    const event = await goodEvent(name, front);
    const reaction = await front.send(isSignable(name) ? sign(event) : event);
    judge(name, reaction);
    statuses[name] = reaction.answer.status;
  }
  return statuses;
}
