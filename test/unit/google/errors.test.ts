import { describe, expect, it } from 'vitest';
import { calendarError, failureMessage, GoogleError, tokenError } from '../../../shared/google/errors.ts';

const answer = (status: number, reason?: string, message = 'x') => ({
  response: { status, data: { error: { code: status, message, errors: reason ? [{ reason, message }] : [] } } },
});
const detailed = (status: number, reason: string) => ({
  response: {
    status,
    data: { error: { code: status, message: 'x', errors: [{ reason: 'other' }], details: [{ reason }] } },
  },
});
const facts = ({ code, remedy, inDoubt, answer: said }: GoogleError) => ({
  code,
  remedy,
  inDoubt,
  ...(said && { answer: said }),
});

describe('what the Calendar answers', () => {
  const sure = { inDoubt: false };
  it.each([
    ['403 rateLimitExceeded', answer(403, 'rateLimitExceeded'), { code: 'rate_limited', remedy: 'retry', ...sure }],
    ['429 rateLimitExceeded', answer(429, 'rateLimitExceeded'), { code: 'rate_limited', remedy: 'retry', ...sure }],
    [
      '403 userRateLimitExceeded',
      answer(403, 'userRateLimitExceeded'),
      { code: 'rate_limited', remedy: 'retry', ...sure },
    ],
    [
      '429 without a reason',
      { response: { status: 429, data: '' } },
      { code: 'rate_limited', remedy: 'retry', ...sure },
    ],
    ['500 backendError', answer(500, 'backendError'), { code: 'google_unavailable', remedy: 'retry', inDoubt: true }],
    [
      '503',
      { response: { status: 503, data: '<html>' } },
      { code: 'google_unavailable', remedy: 'retry', inDoubt: true },
    ],
    ['408', answer(408), { code: 'google_timeout', remedy: 'retry', inDoubt: true }],
    [
      '403 quotaExceeded',
      answer(403, 'quotaExceeded', 'Calendar usage limits exceeded.'),
      { code: 'calendar_usage_limits', remedy: 'park', ...sure },
    ],
    [
      '403 forbiddenForNonOrganizer',
      answer(403, 'forbiddenForNonOrganizer'),
      { code: 'calendar_forbidden', remedy: 'person', ...sure },
    ],
    ['403 forbidden', answer(403, 'forbidden'), { code: 'calendar_forbidden', remedy: 'person', ...sure }],
    [
      '403 accessNotConfigured',
      answer(403, 'accessNotConfigured'),
      { code: 'calendar_api_disabled', remedy: 'person', ...sure },
    ],
    [
      '403 SERVICE_DISABLED',
      detailed(403, 'SERVICE_DISABLED'),
      { code: 'calendar_api_disabled', remedy: 'person', ...sure },
    ],
    [
      '403 insufficientPermissions',
      answer(403, 'insufficientPermissions'),
      { code: 'calendar_permission_missing', remedy: 'reconnect', ...sure },
    ],
    [
      '403 ACCESS_TOKEN_SCOPE_INSUFFICIENT',
      detailed(403, 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'),
      { code: 'calendar_permission_missing', remedy: 'reconnect', ...sure },
    ],
    ['401 authError', answer(401, 'authError'), { code: 'access_revoked', remedy: 'reconnect', ...sure }],
    ['404', answer(404, 'notFound'), { code: 'calendar_not_found', remedy: 'person', ...sure, answer: 'not_found' }],
    ['410', answer(410, 'deleted'), { code: 'calendar_not_found', remedy: 'person', ...sure, answer: 'not_found' }],
    [
      '409 duplicate',
      answer(409, 'duplicate'),
      { code: 'event_changed', remedy: 'retry', ...sure, answer: 'duplicate' },
    ],
    [
      '412 conditionNotMet',
      answer(412, 'conditionNotMet'),
      { code: 'event_changed', remedy: 'retry', ...sure, answer: 'precondition_failed' },
    ],
    [
      '400 conference type',
      answer(400, 'invalid', 'Invalid conference type value.'),
      { code: 'meet_unavailable', remedy: 'person', ...sure },
    ],
    ['400', answer(400, 'invalid', 'Invalid sequence value.'), { code: 'event_rejected', remedy: 'person', ...sure }],
    ['400 without a body', { response: { status: 400 } }, { code: 'event_rejected', remedy: 'person', ...sure }],
    [
      '400 in OAuth’s form',
      { response: { status: 400, data: { error: 'invalid_request' } } },
      { code: 'event_rejected', remedy: 'person', ...sure },
    ],
    [
      '401 with nothing',
      { response: { status: 401, data: null } },
      { code: 'access_revoked', remedy: 'reconnect', ...sure },
    ],
  ])('%s', (_what, thrown, expected) => {
    expect(facts(calendarError(thrown))).toEqual(expected);
  });
});

describe('no answer', () => {
  it.each([
    ['a time limit', { code: 'TimeoutError' }, 'google_timeout', true],
    ['a time limit as a DOM exception', { code: 23 }, 'google_timeout', true],
    ['a time limit as its cause', { code: 'ERR', cause: { code: 'TimeoutError' } }, 'google_timeout', true],
    ['a cut line', { code: 'ECONNRESET' }, 'google_unavailable', true],
    ['a cut line as its cause', { cause: { code: 'UND_ERR_SOCKET' } }, 'google_unavailable', true],
    ['nothing known', new Error('x'), 'google_unavailable', true],
    ['nobody listening', { cause: { code: 'ECONNREFUSED' } }, 'google_unavailable', false],
    ['no such host', { code: 'ENOTFOUND' }, 'google_unavailable', false],
    ['no name server', { code: 'EAI_AGAIN' }, 'google_unavailable', false],
  ])('%s leaves it in doubt, or not', (_what, thrown, code, inDoubt) => {
    for (const read of [calendarError, tokenError]) {
      expect(facts(read(thrown))).toEqual({ code, remedy: 'retry', inDoubt });
    }
  });
});

describe('what the token endpoint answers', () => {
  const token = (status: number, error?: string) => ({ response: { status, data: error ? { error } : '<html>' } });
  it.each([
    ['400 invalid_grant', token(400, 'invalid_grant'), 'access_revoked', 'reconnect'],
    ['400 admin_policy_enforced', token(400, 'admin_policy_enforced'), 'access_revoked', 'reconnect'],
    ['401 invalid_client', token(401, 'invalid_client'), 'google_client_rejected', 'person'],
    ['401 unauthorized_client', token(401, 'unauthorized_client'), 'google_client_rejected', 'person'],
    ['401 deleted_client', token(401, 'deleted_client'), 'google_client_rejected', 'person'],
    ['429', token(429), 'rate_limited', 'retry'],
    ['500', token(500), 'google_unavailable', 'retry'],
    ['503', token(503, 'temporarily_unavailable'), 'google_unavailable', 'retry'],
  ])('%s', (_what, thrown, code, remedy) => {
    expect(facts(tokenError(thrown))).toEqual({ code, remedy, inDoubt: false });
  });

  it.each([
    ['408', token(408)],
    ['403 of something in between', token(403)],
    ['404 of something in between', token(404)],
    ['400 of something in between', token(400)],
    ['407', token(407)],
  ])('%s is no word of Google’s about the access, which is kept', (_what, thrown) => {
    expect(tokenError(thrown).remedy).toBe('retry');
  });
});

describe('an error', () => {
  it('is left as it is when it is ours already', () => {
    const ours = new GoogleError('meet_unavailable');
    expect([calendarError(ours), tokenError(ours)]).toEqual([ours, ours]);
  });

  it('carries nothing of what was sent', () => {
    const thrown = Object.assign(new Error('luis@mail.test'), {
      config: { body: { attendees: ['luis@mail.test'] } },
      ...answer(400, 'invalid', 'luis@mail.test is not valid'),
    });
    const error = calendarError(thrown);
    expect(JSON.stringify([error, error.message, String(error.stack), error.cause])).not.toContain('luis');
  });

  it('says something that a person can act on', () => {
    for (const code of ['access_revoked', 'calendar_api_disabled', 'google_client_missing'] as const) {
      expect(failureMessage(code).length).toBeGreaterThan(40);
    }
  });
});
