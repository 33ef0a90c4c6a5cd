import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AsyncInvoker } from '../../../infra/local/async-invocation.ts';
import type { InvocationResult } from '../../../infra/local/lambda.ts';
import { Topics } from '../../../infra/local/topics.ts';

const ARN = 'arn:aws:sns:eu-west-1:000000000000:Topic';
const DONE: InvocationResult = { ok: true, payload: 'null' };
const FAILED: InvocationResult = {
  ok: false,
  error: { errorType: 'Error', errorMessage: 'A mail event was not recorded.' },
};

/** A function that ends as it is told to, one time after the other. */
function target(...results: readonly InvocationResult[]) {
  const events: unknown[] = [];
  return {
    events,
    invoke: async (event: unknown) => {
      events.push(event);
      return results[events.length - 1] ?? DONE;
    },
  };
}

describe('a topic', () => {
  it('hands what is published to each function that is subscribed, as SNS does', () => {
    const topics = new Topics();
    const got: object[] = [];
    const subscriber = { invoke: (event: object) => void got.push(event) };
    topics.add(ARN, [subscriber, subscriber]);

    const messageId = topics.publish(ARN, 'hello');

    expect(got).toHaveLength(2);
    expect(got[0]).toEqual({
      Records: [
        {
          EventSource: 'aws:sns',
          EventVersion: '1.0',
          EventSubscriptionArn: expect.stringMatching(new RegExp(`^${ARN}:[0-9a-f-]{36}$`)),
          Sns: {
            Type: 'Notification',
            MessageId: messageId,
            TopicArn: ARN,
            Subject: null,
            Message: 'hello',
            Timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
            SignatureVersion: '1',
            Signature: expect.any(String),
            SigningCertUrl: expect.stringMatching(/^https:/),
            UnsubscribeUrl: expect.stringMatching(/^https:/),
            MessageAttributes: {},
          },
        },
      ],
    });
  });

  it('that does not exist says so, and one to which nobody is subscribed does not', () => {
    const topics = new Topics();
    topics.add(ARN, []);
    expect(topics.publish(`${ARN}2`, 'hello')).toBeUndefined();
    expect(topics.publish(ARN, 'hello')).toBeDefined();
  });
});

describe('an invocation that nobody waits for', () => {
  const invoke = async (fn: ReturnType<typeof target>, retries = 2) => {
    const given: string[] = [];
    const invoker = new AsyncInvoker({
      target: fn,
      functionArn: 'arn:fn',
      retries,
      onFailure: (record) => void given.push(record),
      waits: [10, 10],
    });
    invoker.invoke({ hello: 'world' });
    await sleep(100);
    return given.map((record) => JSON.parse(record));
  };

  it('is tried again until it works', async () => {
    const fn = target(FAILED, DONE);
    expect(await invoke(fn)).toEqual([]);
    expect(fn.events).toEqual([{ hello: 'world' }, { hello: 'world' }]);
  });

  it('is given up after its retries, and what it was ends at the destination', async () => {
    const fn = target(FAILED, FAILED, FAILED, DONE);
    expect(await invoke(fn)).toMatchObject([
      {
        requestContext: { functionArn: 'arn:fn:$LATEST', condition: 'RetriesExhausted', approximateInvokeCount: 3 },
        requestPayload: { hello: 'world' },
        responsePayload: { errorMessage: 'A mail event was not recorded.' },
      },
    ]);
    expect(fn.events).toHaveLength(3);
  });

  it('is not tried again where the template says so', async () => {
    const fn = target(FAILED, DONE);
    expect(await invoke(fn, 0)).toHaveLength(1);
    expect(fn.events).toHaveLength(1);
  });

  it('ends when the stack does', async () => {
    const fn = target(FAILED);
    const given: string[] = [];
    const invoker = new AsyncInvoker({
      target: fn,
      functionArn: 'arn:fn',
      retries: 2,
      onFailure: (record) => void given.push(record),
      waits: [20, 20],
    });
    invoker.invoke({});
    await sleep(5);
    invoker.stop();
    await sleep(60);
    expect(fn.events).toHaveLength(1);
    expect(given).toEqual([]);
  });
});
