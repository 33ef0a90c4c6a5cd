import { expect, it } from 'vitest';
import { makeFormat } from '../../../functions/admin-console/app/format.ts';
import { preferredLanguage, writingLocale } from '../../../functions/admin-console/app/language.ts';

it.each([
  [['es-MX', 'en'], 'es'],
  [['ca', 'es-ES', 'en'], 'es'],
  [['de', 'fr'], 'en'],
  [[], 'en'],
])('of %j speaks %s', (preferred, language) => {
  expect(preferredLanguage(preferred)).toBe(language);
});

it("writes as the browser does where that is the chosen language's way", () => {
  expect(writingLocale('en', ['es-ES', 'en-AU'])).toBe('en-AU');
  expect(writingLocale('es', ['en-GB'])).toBe('es');
});

it('writes instants as they are in the time zone of the settings', () => {
  const format = makeFormat('en', ['en-GB'], 'Europe/Madrid');
  expect(format.dateTime('2026-12-01T23:30:00Z')).toMatch(/Wed,? 2 Dec 2026, 0?0:30/);
  expect(format.date('2026-12-01T23:30:00Z')).toMatch(/Wed,? 2 Dec 2026/);
  expect(format.range('2026-12-01T15:00:00Z', '2026-12-01T15:45:00Z')).toMatch(/1 Dec 2026, 16:00\D+16:45$/);
  expect(makeFormat('es', ['en-GB'], 'UTC').dateTime('2026-12-01T15:00:00Z')).toMatch(/mar, 1 dic 2026, 15:00/);
});
