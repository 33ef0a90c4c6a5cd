import { describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../../infra/local/lambda.ts';
import { periodSeconds, type ScheduleDefinition, startSchedule } from '../../../infra/local/schedule.ts';

const every: ScheduleDefinition = {
  arn: 'arn:aws:events:eu-west-1:000000000000:rule/every-minute',
  source: 'aws.events',
  enabled: true,
  expression: 'rate(1 minute)',
  functionId: 'Fn',
  input: undefined,
};
const done: InvocationResult = { ok: true, payload: 'null' };

describe('periodSeconds', () => {
  it('takes the sweep period for every minute and the real one for everything else', () => {
    expect(periodSeconds('rate(1 minute)', 5)).toBe(5);
    expect(periodSeconds('rate(60 minutes)', 5)).toBe(3600);
    expect(periodSeconds('rate(1 hour)', 5)).toBe(3600);
    expect(periodSeconds('rate(2 days)', 5)).toBe(172_800);
  });

  it('refuses what it does not know, by name', () => {
    expect(() => periodSeconds('cron(0 8 * * ? *)', 5)).toThrow('cron(0 8 * * ? *)');
  });
});

describe('startSchedule', () => {
  it('runs at once and then every period, until it is stopped', async () => {
    const events: unknown[] = [];
    const target = {
      invoke: async (event: unknown) => {
        events.push(event);
        return done;
      },
    };

    const stop = startSchedule(every, target, 0.02);
    await expect.poll(() => events.length).toBeGreaterThan(2);
    stop();
    const count = events.length;
    await new Promise((resolve) => setTimeout(resolve, 60));

    expect(events).toHaveLength(count);
    expect(events[0]).toMatchObject({
      'detail-type': 'Scheduled Event',
      source: 'aws.events',
      resources: [every.arn],
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });
  });

  it('does not start a run while the former one goes on', async () => {
    let runs = 0;
    const target = {
      invoke: () => {
        runs += 1;
        return new Promise<InvocationResult>(() => {});
      },
    };

    const stop = startSchedule(every, target, 0.01);
    await new Promise((resolve) => setTimeout(resolve, 60));
    stop();

    expect(runs).toBe(1);
  });

  it('hands over the input of the rule, and leaves a disabled one alone', async () => {
    const events: unknown[] = [];
    const target = {
      invoke: async (event: unknown) => {
        events.push(event);
        return done;
      },
    };

    startSchedule({ ...every, enabled: false }, target, 10)();
    startSchedule({ ...every, input: '{"a":1}' }, target, 10)();

    expect(events).toEqual([{ a: 1 }]);
  });
});
