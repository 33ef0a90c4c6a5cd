import { expect, it } from 'vitest';
import { errorWords, reasonWords, refusalWords } from '../../../functions/admin-console/app/codes.ts';

it('says errors in Spanish, and in English as the API does', () => {
  const error = { code: 'google_timeout', message: 'Google did not answer in time.' };
  expect(errorWords('en', error)).toBe(error.message);
  expect(errorWords('es', error)).toMatch(/^Google no ha respondido/);
});

it('points to its own button where the API can only name a call', () => {
  const error = { code: 'start_not_announced', message: 'POST /appointments/1/cancel' };
  expect(errorWords('en', error)).toMatch(/cancel it here\./);
});

it('shows what it does not know as it comes', () => {
  expect(errorWords('es', { code: 'new_code', message: 'Something new.' })).toBe('Something new.');
  expect(errorWords('es', { code: 'constructor', message: 'As it comes.' })).toBe('As it comes.');
  expect(reasonWords('es', 'throttled')).toBe('throttled');
});

it('says why a message was not sent', () => {
  expect(reasonWords('en', 'bounced', 'In the words of the API.')).toBe('In the words of the API.');
  expect(reasonWords('en', 'rejected')).toMatch(/^Amazon SES/);
  expect(reasonWords('es', 'bounced', 'In the words of the API.')).toMatch(/ha vuelto/);
});

it('reads the code out of a refusal', () => {
  const refusal = 'The mail could not be sent (ses_sandbox). The account is in its sandbox.';
  expect(refusalWords('en', refusal)).toBe(refusal);
  expect(refusalWords('es', refusal)).toMatch(/entorno de pruebas/);
  expect(refusalWords('es', 'The mail could not be sent (odd_code). Why?')).toMatch(/odd_code/);
});
