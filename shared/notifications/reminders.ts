import { type RemindersSince, reminderName, type Settings } from '../settings/settings.ts';
import { after, earliest, type Instant } from '../time.ts';
import type { Channel, Reminder, Told } from './told.ts';

/** When a reminder is due. */
export const reminderAt = ({ start, minutesBefore }: Reminder): Instant => after(start, -60 * minutesBefore);

/** What was said so shortly before a reminder is not said again: seconds at most, and for a short one as many for each of its minutes. */
const JUST_SAID = 600;
const JUST_SAID_PER_MINUTE = 3;

/** Those of a channel for a booking that starts then. */
const remindersOf = (start: Instant, channel: Channel, { reminders }: Settings): Reminder[] =>
  reminders.filter(({ channels }) => channels.includes(channel)).map(({ minutesBefore }) => ({ start, minutesBefore }));

/**
 * The reminder that is owed to one person by now: of several that were missed the last one. None once the booking has begun; none for what
 * they have just been told, or were told later; none that fell due before anybody asked for it.
 * @param start of the booking, as it is and as they were last told
 * @param remindersSince when each reminder of the settings was first asked for
 */
export function dueReminder(
  told: Told,
  start: Instant,
  settings: Settings,
  remindersSince: RemindersSince | undefined,
  now: Instant,
): Reminder | undefined {
  if (start <= now) return undefined;
  return remindersOf(start, told.to.channel, settings)
    .filter((reminder) => {
      const at = reminderAt(reminder);
      const since = remindersSince?.[reminderName(reminder.minutesBefore, told.to.channel)] ?? '';
      return at <= now && !isJustSaid(reminder, told) && at >= since && !isDone(reminder, told);
    })
    .sort((a, b) => a.minutesBefore - b.minutesBefore)[0];
}

/** When the next reminder of a booking falls due, on any of these channels. */
export const nextReminderAt = (
  start: Instant,
  channels: readonly Channel[],
  settings: Settings,
  now: Instant,
): Instant | undefined =>
  earliest(
    ...channels
      .flatMap((channel) => remindersOf(start, channel, settings))
      .map(reminderAt)
      .filter((at) => at > now),
  );

const isJustSaid = (reminder: Reminder, { lastAt }: Told): boolean =>
  lastAt !== undefined &&
  after(lastAt, Math.min(JUST_SAID, JUST_SAID_PER_MINUTE * reminder.minutesBefore)) >= reminderAt(reminder);

/** Whether it, or a later one, has been seen to. */
export const isDone = ({ start, minutesBefore }: Reminder, { reminded }: Pick<Told, 'reminded'>): boolean =>
  reminded?.start === start && reminded.minutesBefore <= minutesBefore;
