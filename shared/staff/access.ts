import { type GoogleError, PARK_SECONDS } from '../google/errors.ts';
import { after, type Clock, toInstant } from '../time.ts';
import type { Staff } from './staff.ts';
import type { StaffStore } from './store.ts';

export interface AccessDeps {
  readonly staff: StaffStore;
  readonly clock: Clock;
  /** How long somebody is left alone for whom Google does not answer, or who has been too fast for it. */
  readonly retryBaseSeconds: number;
}

/** Seconds after which row and secret, which are written one after the other, agree, or the secret is gone. */
const CONNECTING_SECONDS = 120;

/**
 * What a refusal by Google says of the staff member and not of the call alone: who must be left alone is parked, and an access that has
 * ended is noted in their row, while it still is that grant: somebody may have just reconnected.
 * @param person as read before the call
 * @returns whether the access has ended
 */
export async function noteRefusal(
  { staff, clock, retryBaseSeconds }: AccessDeps,
  { email, connection }: Staff,
  { code, message, remedy }: GoogleError,
): Promise<boolean> {
  const now = toInstant(clock.now());
  // Whatever else waits for them would take as long, or be refused as well.
  const isSlow = code === 'google_timeout' || code === 'rate_limited';
  const parkSeconds = remedy === 'park' ? PARK_SECONDS : isSlow ? retryBaseSeconds : 0;
  if (parkSeconds > 0) await staff.park(email, { until: after(now, parkSeconds), code });

  const { connectedAt, grantId } = connection;
  const isLongConnected = connectedAt !== undefined && after(connectedAt, CONNECTING_SECONDS) < now;
  const isLost = remedy === 'reconnect' || (code === 'credentials_changing' && isLongConnected);
  if (isLost && grantId) {
    const state = code === 'calendar_permission_missing' ? 'insufficient_scope' : 'reconnect_required';
    await staff.setConnection(email, { ...connection, state, problem: message }, grantId);
  }
  return isLost;
}
