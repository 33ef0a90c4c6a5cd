import { describe, expect, it } from 'vitest';
import { BUTTON, type MailPage, mailPage } from '../../../shared/notifications/mail-page.ts';
import { composeMail } from '../../../shared/notifications/messages.ts';
import { aBooking, customer } from '../../builders/bookings.ts';
import { aMessage, KINDS, LOCALES, MADRID, toAna, toLuis, URL } from './message-context.ts';

const DAY = 'Tuesday, 1 December 2026';
const page = (body: string, changes: Partial<MailPage> = {}): string =>
  mailPage({
    locale: 'en',
    title: 'Title',
    body,
    link: { label: 'Join', url: URL },
    day: DAY,
    sender: null,
    ...changes,
  });

/** What stands in the card, line by line. */
const cards = (html: string): string[][] =>
  [...html.matchAll(/<td class="card ink"[^>]*>(.*?)<\/td>/gs)].map(([, inner = '']) => inner.split('<br>'));
const paragraphs = (html: string): string[] =>
  [...html.matchAll(/<p class="ink"[^>]*>(.*?)<\/p>/gs)].map(([, inner = '']) => inner);
const buttons = (html: string): number => html.split(`<a href="${URL}" class="label"`).length - 1;

/** The first thing that is not nested as it must be. */
function fault(html: string): string | undefined {
  const open: string[] = [];
  // What only Outlook reads opens and closes in comments of its own.
  for (const [tag, end, name = ''] of html.replace(/<!--.*?-->/gs, '').matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>/g)) {
    if (['meta', 'br'].includes(name)) continue;
    if (!end && open.at(-1) === 'p' && ['table', 'p', 'h1', 'div'].includes(name)) return `${tag} in a paragraph`;
    if (!end) open.push(name);
    else if (open.pop() !== name) return tag;
  }
  return open[0];
}

describe('the page of a mail', () => {
  it.each(
    KINDS.flatMap((kind) => LOCALES.flatMap((locale) => [toLuis, toAna].map((to) => [kind, locale, to] as const))),
  )('is well-formed, small and needs nothing from anywhere: %s in %s', (kind, locale, to) => {
    const html = composeMail(aMessage({ kind, to: { ...to, locale } }), { ...MADRID, senderName: 'Clínica Sol' }).html;
    expect(fault(html)).toBeUndefined();
    expect(fault(html.replace(/<!--\[if mso\]>|<!\[endif\]-->/g, ''))).toBeUndefined();
    expect(Buffer.byteLength(html)).toBeLessThan(12 * 1024);
    expect(html).not.toMatch(/<(img|link|script|iframe|object|form)|@import|@font-face|url\(|background=/i);
    expect(html.match(/https?:[^"<]*/g)?.filter((url) => url !== URL) ?? []).toEqual([]);
  });

  it('says its language, even to a client that keeps only what is in the body', () => {
    const html = composeMail(aMessage({ to: { ...toLuis, locale: 'es' } }), MADRID).html;
    expect(html).toContain('<html lang="es">');
    expect(html.slice(html.indexOf('<body'))).toContain('lang="es" dir="ltr"');
  });

  it('is headed by its title, under the name of the sender', () => {
    const html = page('Hello', { title: 'Consulta <now>', sender: 'Sol & Mar' });
    expect(html).toMatch(/>Sol &#38; Mar<\/p>\s*<h1 [^>]*>Consulta &#60;now&#62;<\/h1>/);
    expect(html).toContain('<title>Consulta &#60;now&#62;</title>');
    expect(page('Hello')).toMatch(/<td align="left"[^>]*>\s*<h1/);
  });

  it('shows its first sentences beside the subject in a list of mails, and not the button', () => {
    const preview = (body: string) => /mso-hide:all">(.*?)<\/div>/s.exec(page(body))?.[1];
    expect(preview(`${BUTTON}\n\nHello Luis, it is <on>.\n\nSee\nyou!`)).toBe(
      'Hello Luis, it is &#60;on&#62;. See you!',
    );
    const long = preview('word '.repeat(100)) ?? '';
    expect(long).toMatch(/^(word )+word…$/);
    expect(long.length).toBeLessThanOrEqual(141);
    expect(preview('')).toBe('');
  });
});

describe('the text in it', () => {
  it('keeps its paragraphs and its lines', () => {
    expect(paragraphs(page('one\ntwo\n\nthree\n \n\nfour'))).toEqual(['one<br>two', 'three', 'four']);
  });

  it('has its details set apart: several lines, one of which names the day', () => {
    const html = page(`Hello\nLuis\n\nSee you on ${DAY}.\n\nConsulta\n${DAY}\nOnline`);
    expect(cards(html)).toEqual([['<strong>Consulta</strong>', DAY, 'Online']]);
    expect(paragraphs(html)).toEqual(['Hello<br>Luis', `See you on ${DAY}.`]);
    expect(cards(page(`Consulta\n${DAY}`, { day: undefined }))).toEqual([]);
  });

  it('may have the button anywhere, on a line of its own all the same, or twice, or not at all', () => {
    const html = page(`Here: ${BUTTON} and there\n\n${BUTTON}`);
    expect(buttons(html)).toBe(2);
    expect(paragraphs(html)).toEqual(['Here: ', ' and there']);
    expect(fault(html)).toBeUndefined();
    expect(buttons(page('No button'))).toBe(0);
    expect(buttons(page(BUTTON, { link: undefined }))).toBe(0);
  });

  it('has the link under the button as text, to be copied, and made one wherever else it stands', () => {
    const inText = (html: string) => html.split(`>${URL}</a>`).length - 1;
    expect(inText(page(BUTTON))).toBe(1);
    expect(inText(page(`${URL}, or ${URL}`))).toBe(2);
    expect(page(`a<${URL}>`)).toContain(`a&#60;<a href="${URL}"`);
  });

  it('stays in its place, however long a word is', () => {
    const booking = aBooking({ service: { name: 'x'.repeat(300) }, customers: [customer('y'.repeat(300))] });
    expect(composeMail(aMessage({ to: toAna, booking }), MADRID).html).toContain('overflow-wrap:anywhere');
  });
});
