import type { DraftReminder } from './merge.ts';

export const UNITS = ['minutes', 'hours', 'days'] as const;
export type Unit = (typeof UNITS)[number];

const MINUTES: Readonly<Record<Unit, number>> = { minutes: 1, hours: 60, days: 1440 };

/** A reminder as it is typed in. */
export interface ReminderRow {
  readonly amount: string;
  readonly unit: Unit;
  readonly channels: DraftReminder['channels'];
}

/** In the largest unit in which it is a whole number. */
export function rowOf({ minutesBefore, channels }: DraftReminder): ReminderRow {
  if (typeof minutesBefore === 'string') return { amount: minutesBefore, unit: 'minutes', channels };
  const unit = UNITS.findLast((each) => minutesBefore % MINUTES[each] === 0) ?? 'minutes';
  return { amount: String(minutesBefore / MINUTES[unit]), unit, channels };
}

/** What is no number stays as it was typed. */
export function reminderOf({ amount, unit, channels }: ReminderRow): DraftReminder {
  const minutes = numberOf(amount);
  return { minutesBefore: typeof minutes === 'number' ? minutes * MINUTES[unit] : minutes, channels };
}

/** A number as people type it; anything else as it is. */
export function numberOf(typed: string): number | string {
  const text = typed.trim();
  return /^[+-]?\d+(?:[.,]\d+)?$/.test(text) ? Number(text.replace(',', '.')) : typed;
}
