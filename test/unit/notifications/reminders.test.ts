import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dueReminder, nextReminderAt, reminderAt } from '../../../shared/notifications/reminders.ts';
import { notTold, type Told } from '../../../shared/notifications/told.ts';
import { defaultSettings, type Settings } from '../../../shared/settings/settings.ts';
import { toInstant } from '../../../shared/time.ts';

const START = '2027-03-28T01:30:00Z';
const to = { role: 'customer', channel: 'email', address: 'a@b.test', person: 'a@b.test', name: 'A' } as const;
const toldAt = (lastAt: string, reminded?: Told['reminded']): Told => ({
  ...notTold('test:1', to),
  lastAt,
  ...(reminded && { reminded }),
});
const reminding = (...minutes: number[]): Settings => ({
  ...defaultSettings,
  reminders: minutes.map((minutesBefore) => ({ minutesBefore, channels: ['email' as const] })),
});
const beforeStart = (minutes: number) => toInstant(Date.parse(START) - minutes * 60_000);
const EARLY = '2027-01-01T00:00:00Z';

describe('the time of a reminder', () => {
  it('is as many minutes before the start, whatever the clocks do meanwhile', () => {
    // In Madrid the clocks go forward half an hour before.
    expect(reminderAt({ start: START, minutesBefore: 1440 })).toBe('2027-03-27T01:30:00Z');
  });
});

const minutes = fc.uniqueArray(fc.integer({ min: 1, max: 10_000 }), { minLength: 1, maxLength: 6 });
const now = fc.integer({ min: -12_000, max: 100 }).map((minute) => beforeStart(-minute));

describe('a reminder', () => {
  it('is due at or after its time, before the start, and the last of those that are', () => {
    fc.assert(
      fc.property(minutes, now, (list, at) => {
        const due = dueReminder(toldAt(EARLY), START, reminding(...list), undefined, at);
        const passed = list.filter((one) => beforeStart(one) <= at);
        if (at >= START || passed.length === 0) expect(due).toBeUndefined();
        else expect(due).toEqual({ start: START, minutesBefore: Math.min(...passed) });
      }),
    );
  });

  it('is not due again, nor is one that comes before it, once it is done', () => {
    fc.assert(
      fc.property(minutes, now, (list, at) => {
        const settings = reminding(...list);
        const due = dueReminder(toldAt(EARLY), START, settings, undefined, at);
        fc.pre(due !== undefined);
        expect(dueReminder(toldAt(EARLY, due), START, settings, undefined, at)).toBeUndefined();
      }),
    );
  });

  it('is due for another start, though one was done for this', () => {
    const told = toldAt(EARLY, { start: '2027-03-20T01:30:00Z', minutesBefore: 60 });
    expect(dueReminder(told, START, reminding(60), undefined, beforeStart(10))).toBeDefined();
  });

  it('is none of what was said at its time, or later, or just before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: -20, max: 20 }), (one, minutesAfter) => {
        const lastAt = beforeStart(one - minutesAfter);
        const due = dueReminder(toldAt(lastAt), START, reminding(one), undefined, beforeStart(0.5));
        if (minutesAfter >= 0) expect(due).toBeUndefined();
        if (minutesAfter < -10) expect(due).toBeDefined();
      }),
    );
  });

  it('is none that fell due before it was asked for', () => {
    const asked = beforeStart(30);
    const since = { '15 email': asked, '30 email': asked, '60 email': asked, '60 sms': EARLY };
    const due = (...list: number[]) =>
      dueReminder(toldAt(EARLY), START, reminding(...list), since, beforeStart(1))?.minutesBefore;
    expect(due(60)).toBeUndefined();
    expect(due(30)).toBe(30);
    expect(due(60, 15)).toBe(15);
    expect(due(90, 60)).toBe(90);
  });

  it('is none on a channel that it is not for', () => {
    const told = { ...toldAt(EARLY), to: { ...to, channel: 'sms' as const } };
    expect(dueReminder(told, START, reminding(60), undefined, beforeStart(1))).toBeUndefined();
  });
});

describe('the next reminder', () => {
  it('is the first that is to come, so that none is passed over', () => {
    fc.assert(
      fc.property(minutes, now, (list, at) => {
        const next = nextReminderAt(START, ['email'], reminding(...list), at);
        const toCome = list.map((one) => beforeStart(one)).filter((time) => time > at);
        expect(next).toBe(toCome.sort()[0]);
      }),
    );
  });

  it('never comes for a channel that nobody has', () => {
    expect(nextReminderAt(START, ['sms'], reminding(60), toInstant(Date.parse(START) - 7_200_000))).toBeUndefined();
  });
});
