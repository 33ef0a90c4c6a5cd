import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { failureMessage, GoogleError, type GoogleFailureCode } from '../../../shared/google/errors.ts';
import { retryDelay } from '../../../shared/meetings/outcome.ts';

describe('rule 12: backoff', () => {
  it('doubles, jitters by half, and is never more than a quarter of an hour', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10_000 }),
        fc.integer({ min: 1, max: 600 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, retryBaseSeconds, random) => {
          const delay = retryDelay(attempt, { retryBaseSeconds, random });
          const full = Math.min(900, retryBaseSeconds * 2 ** Math.min(attempt - 1, 20));
          expect(delay).toBeGreaterThanOrEqual(full / 2);
          expect(delay).toBeLessThanOrEqual(full);
        },
      ),
    );
  });

  it('begins with the base', () => {
    expect(retryDelay(1, { retryBaseSeconds: 30, random: 0 })).toBe(15);
    expect(retryDelay(3, { retryBaseSeconds: 30, random: 0 })).toBe(60);
    expect(retryDelay(50, { retryBaseSeconds: 30, random: 0.999 })).toBeLessThanOrEqual(900);
  });
});

describe('rule 12: every failure has its remedy and a sentence for a receptionist', () => {
  it.each<[GoogleFailureCode, GoogleError['remedy']]>([
    ['google_unavailable', 'retry'],
    ['google_timeout', 'retry'],
    ['rate_limited', 'retry'],
    ['meet_link_failed', 'retry'],
    ['event_changed', 'retry'],
    ['credentials_changing', 'retry'],
    ['calendar_usage_limits', 'park'],
    ['access_revoked', 'reconnect'],
    ['calendar_permission_missing', 'reconnect'],
    ['calendar_api_disabled', 'person'],
    ['calendar_not_found', 'person'],
    ['calendar_forbidden', 'person'],
    ['meet_unavailable', 'person'],
    ['event_rejected', 'person'],
    ['google_client_rejected', 'person'],
    ['google_client_missing', 'person'],
  ])('%s: %s', (code, remedy) => {
    expect(new GoogleError(code).remedy).toBe(remedy);
    expect(failureMessage(code)).toMatch(/^[A-Z].{20,}\.$/);
  });
});
