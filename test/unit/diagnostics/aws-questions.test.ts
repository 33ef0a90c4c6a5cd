import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startInbox } from '../../../infra/local/inbox.ts';
import { jsonFile } from '../../../infra/local/json-file.ts';
import { Queue, type QueuedMessage } from '../../../infra/local/queue.ts';
import { startSqs } from '../../../infra/local/sqs.ts';
import { makeAskingSesClient, makeAskingSqsClient } from '../../../shared/aws/clients.ts';
import { makeMailAccount } from '../../../shared/diagnostics/mail-account.ts';
import { makeQueueDepth } from '../../../shared/diagnostics/queues.ts';
import { sendMail } from '../../builders/inbox.ts';
import { say, startTokenServer, type TokenServer } from '../google/token-server.ts';

const closing: (() => Promise<void>)[] = [];
/** Another AWS stand-in, which knows none of this. */
let other: TokenServer;
beforeAll(async () => {
  other = await startTokenServer();
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await other.close();
  for (const close of closing) await close();
});

const sesAt = (url: string) => {
  vi.stubEnv('AWS_ENDPOINT_URL_SES', url);
  return makeMailAccount(makeAskingSesClient(), 'bookings@clinic.test');
};
const sqsAt = (url: string) => {
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', url);
  return makeQueueDepth(makeAskingSqsClient());
};
const NOTHING = { from: 'bookings@clinic.test', identities: undefined, quota: undefined, isSendingEnabled: undefined };

describe('SES', () => {
  it('says of the local inbox that it sends as anybody, and still takes mail', async () => {
    const inbox = await startInbox({ port: 0 });
    closing.push(() => inbox.close());
    expect(await sesAt(inbox.url).look()).toEqual({
      from: 'bookings@clinic.test',
      identities: { address: 'Success', domain: 'Success' },
      quota: { perDay: 50_000, perSecond: 14, sentToday: 0 },
      isSendingEnabled: true,
    });
    await sendMail(inbox.url, { subject: 'Your link', text: 'x' });
    expect(((await (await fetch(`${inbox.url}/store`)).json()) as { emails: unknown[] }).emails).toHaveLength(1);
  });

  it.each([
    ['does not know the calls', say(400, { message: 'no' })],
    ['answers with something else', say(200, {})],
    ['hangs', () => {}],
  ])('that %s has said nothing, soon', async (_what, answer) => {
    other.answer = answer;
    const began = Date.now();
    expect(await sesAt(other.url).look()).toEqual(NOTHING);
    expect(Date.now() - began).toBeLessThan(5000);
  });
});

describe('SQS', () => {
  it('counts what stands in a queue, hidden or not, by its address alone', async () => {
    const definition = {
      id: 'Failures',
      arn: 'arn:aws:sqs:eu-west-1:000000000000:Failures',
      visibilityTimeoutSeconds: 30,
    };
    const queue = new Queue(definition, jsonFile<QueuedMessage[]>(undefined));
    for (const body of ['1', '2', '3']) queue.send(body);
    queue.receive(1);
    const sqs = await startSqs([queue]);
    closing.push(() => sqs.close());
    const depth = sqsAt(sqs.url);
    expect(await depth('https://sqs.eu-west-1.amazonaws.com/000000000000/Failures')).toBe(3);
    await expect(depth('https://sqs.eu-west-1.amazonaws.com/000000000000/Other')).rejects.toThrow();
  });

  it.each([
    ['does not know the call', say(404, {})],
    ['answers with something else', say(200, {})],
    ['hangs', () => {}],
  ])('that %s fails, soon', async (_what, answer) => {
    other.answer = answer;
    const began = Date.now();
    await expect(sqsAt(other.url)('https://sqs.eu-west-1.amazonaws.com/000000000000/Failures')).rejects.toThrow();
    expect(Date.now() - began).toBeLessThan(5000);
  });
});
