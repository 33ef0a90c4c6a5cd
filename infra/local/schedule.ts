import { randomUUID } from 'node:crypto';
import { ACCOUNT, REGION } from './aws.ts';
import { TemplateError } from './intrinsics.ts';
import type { Invocable } from './lambda.ts';

/** A schedule as the template defines it. */
export interface ScheduleDefinition {
  readonly arn: string;
  readonly source: 'aws.events' | 'aws.scheduler';
  readonly enabled: boolean;
  /** `rate(5 minutes)` */
  readonly expression: string;
  readonly functionId: string;
  /** JSON to hand over instead of the scheduled event. */
  readonly input: string | undefined;
}

const UNITS: Readonly<Record<string, number>> = { minute: 60, hour: 3600, day: 86_400 };

/**
 * Seconds between two runs.
 * @param sweepSeconds stands for every minute, which is the shortest that EventBridge knows.
 */
export function periodSeconds(expression: string, sweepSeconds: number): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined) throw new TemplateError(`the schedule "${expression}" does not work locally, only rate(…)`);
  const seconds = Number(count) * (UNITS[unit] ?? 0);
  return seconds === 60 ? sweepSeconds : seconds;
}

/** Runs a function once, as its schedule does. */
export async function runSchedule(definition: ScheduleDefinition, target: Invocable): Promise<void> {
  await target.invoke(definition.input === undefined ? scheduledEvent(definition) : JSON.parse(definition.input));
}

/**
 * Runs a function again and again, the first time at once. A run that takes longer than the period is not joined by a
 * second one.
 * @returns stops it; a run that goes on is not waited for.
 */
export function startSchedule(definition: ScheduleDefinition, target: Invocable, sweepSeconds: number): () => void {
  if (!definition.enabled) return () => {};
  let running = false;
  const run = async (): Promise<void> => {
    if (running) return;
    running = true;
    // How a run ended is in the function's log; the next one does the same work.
    await runSchedule(definition, target);
    running = false;
  };
  void run();
  const timer = setInterval(() => void run(), periodSeconds(definition.expression, sweepSeconds) * 1000);
  return () => clearInterval(timer);
}

function scheduledEvent({ arn, source }: ScheduleDefinition): object {
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source,
    account: ACCOUNT,
    time: new Date().toISOString().replace(/\.\d+/, ''),
    region: REGION,
    resources: [arn],
    detail: source === 'aws.scheduler' ? '{}' : {},
  };
}
