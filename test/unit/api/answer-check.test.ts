import { describe, expect, it } from 'vitest';
import { openApiDocument } from '../../../shared/api/openapi.ts';
import { type Exchange, makeAnswerCheck } from '../../e2e/answer-check.ts';

const check = makeAnswerCheck(openApiDocument('https://meet.clinic.test'));
const json = 'application/json';

const exchange = (changes: Partial<Exchange> & { type?: string; value?: unknown } = {}): Exchange => {
  const { type = json, value, ...others } = changes;
  return {
    method: 'POST',
    path: '/appointments/booknetic:1/resync',
    status: 202,
    headers: new Headers(type === '' ? {} : { 'content-type': type }),
    body: type === '' ? '' : JSON.stringify(value ?? { appointmentId: 'booknetic:1', revision: 1 }),
    ...others,
  };
};
const refusal = {
  status: 404,
  type: 'application/problem+json',
  value: { type: 'about:blank', title: 'Not Found', status: 404, detail: 'No such thing.', instance: 'x' },
};

it('finds nothing where all is as documented', () => {
  expect(check(exchange())).toEqual([]);
  expect(check(exchange(refusal))).toEqual([]);
  expect(check(exchange({ method: 'DELETE', path: '/staff/ana@clinic.test', status: 204, type: '' }))).toEqual([]);
  const deletion = { event: 'booking_deleted', appointment_id: '1' };
  const receipt = { appointmentId: 'booknetic:1', revision: 1, outcome: 'accepted' };
  const sent = { type: 'application/x-www-form-urlencoded', body: deletion };
  expect(check(exchange({ path: '/webhooks/booknetic', value: receipt, sent }))).toEqual([]);
});

describe('finds', () => {
  it.each([
    ['a status that is not documented', { status: 418 }, /status 418/],
    ['a route that is not documented', { path: '/nothing' }, /path that is not documented/],
    ['a method that is not documented', { method: 'PUT' }, /path that is not documented/],
    ['a type that is not documented', { type: 'text/plain' }, /text\/plain/],
    ['a refusal that is no problem', { ...refusal, type: json }, /application\/json is not documented/],
    ['a field too many', { value: { appointmentId: 'x', revision: 1, secret: 1 } }, /secret/],
    [
      'a field too many further down',
      { ...refusal, value: { ...refusal.value, errors: [{ path: '', message: '', stack: '' }] } },
      /stack/,
    ],
    ['a field too few', { value: { appointmentId: 'x' } }, /revision/],
    ['a field of another type', { value: { appointmentId: 'x', revision: '1' } }, /\/revision must be integer/],
    ['no body where one is documented', { type: '' }, /of no body/],
    ['a body where none is documented', { method: 'DELETE', path: '/staff/a@b.test', status: 204 }, /a body/],
    ['a header that is missing', { method: 'GET', path: '/openapi.json', status: 304, type: '' }, /ETag/],
    [
      'a request that was taken but is not documented',
      {
        method: 'POST',
        path: '/staff/a@b.test/connect-link',
        status: 200,
        value: { url: 'https://meet.clinic.test/connect/x', expiresAt: '2026-12-01T14:00:00Z' },
        sent: { type: json, body: { sendMail: true } },
      },
      /sent: .*sendMail/,
    ],
  ])('%s', (_what, changes, fault) => {
    expect(check(exchange(changes)).join('; ')).toMatch(fault);
  });
});
