import type { BookingDetail, MeetingState } from '../../api-types.ts';
import type { Standing } from '../../kit/notices.tsx';

export const STANDING: Readonly<Record<MeetingState, Standing>> = {
  not_required: 'off',
  pending: 'unknown',
  ready: 'pass',
  waiting_for_staff: 'warn',
  retrying: 'warn',
  failed: 'fail',
  cancelled: 'off',
};

/** Whether it changes by itself, soon. */
export const isMoving = (state: MeetingState): boolean => state === 'pending' || state === 'retrying';

/** Seconds between one look and the next, the last again and again. */
const DELAYS = [1, 2, 3, 5, 8, 13, 20, 30];

/** @param looks that there have been @returns milliseconds until the next */
export const delayAfter = (looks: number): number => (DELAYS[looks] ?? 30) * 1000;

/** Milliseconds for which somebody waits for the look that they have asked for. */
export const PATIENCE = 60_000;

/**
 * Whether the booking has been looked at since somebody asked for it. Until then it is owed a look at that moment, which is before any that
 * it was owed.
 * @param before as it was when it was asked for
 */
export function isLookedAt(before: BookingDetail, now: BookingDetail): boolean {
  if (now === before) return false;
  const [{ nextAttemptAt: owedBefore }, { nextAttemptAt: owed, state }] = [before.meeting, now.meeting];
  if (state === 'pending') return false;
  return hasNews(before, now) || owed === null || (owedBefore !== null && owed >= owedBefore);
}

/** Whether something was done in between. */
export const hasNews = ({ timeline: before }: BookingDetail, { timeline: now }: BookingDetail): boolean =>
  JSON.stringify(before) !== JSON.stringify(now);

/** What has ended is never changed any more, and what is cancelled is. @param now milliseconds since the epoch */
export const canBeCancelled = ({ appointment: { end, status }, meeting }: BookingDetail, now: number): boolean =>
  meeting.state !== 'cancelled' &&
  !['canceled', 'cancelled', 'deleted', 'rejected'].includes(status) &&
  end !== undefined &&
  Date.parse(end) > now;
