import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../../../shared/http/html.ts';
import { browserLocale, htmlPage, PAGE_STYLE } from '../../../shared/http/page.ts';
import { httpEvent } from '../../handler/events.ts';

describe('a page', () => {
  const { statusCode, headers, body = '' } = htmlPage(410, 'es', '<Hola> & "adiós"', '<p>x</p>');

  it('has its status, its language and its title as text', () => {
    expect(statusCode).toBe(410);
    expect(headers).toEqual({ 'content-type': 'text/html; charset=utf-8' });
    expect(body).toContain('<html lang="es">');
    expect(body).toContain('<title>&#60;Hola&#62; &#38; &#34;adiós&#34;</title>');
    expect(body).not.toContain('<Hola>');
  });

  it('has the very style that its policy allows', () => {
    const style = /<style>([\s\S]*)<\/style>/.exec(body)?.[1] ?? '';
    expect(PAGE_STYLE).toBe(`'sha256-${createHash('sha256').update(style).digest('base64')}'`);
    expect(body).not.toMatch(/ style=|<script|https?:\/\//);
  });
});

it('text stays text in elements and attributes', () => {
  expect(escapeHtml(`<a href="x" title='y'>&</a>`)).toBe(
    '&#60;a href=&#34;x&#34; title=&#39;y&#39;&#62;&#38;&#60;/a&#62;',
  );
});

it.each([
  ['es-ES,es;q=0.9,en;q=0.8', 'es'],
  ['en-GB', 'en'],
  ['de-DE,de;q=0.9,en;q=0.8', 'en'],
  ['fr', undefined],
  ['*', undefined],
  ['', undefined],
  ['ES', 'es'],
])('a browser that asks for %j gets %s', (language, locale) => {
  expect(browserLocale(httpEvent('GET /x', { headers: { 'accept-language': language } }))).toBe(locale);
});
