import type { Locale } from '../appointments/appointment.ts';
import { escapeHtml } from '../http/html.ts';

/** The button of a mail. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

/** Stands for the button until the text has been escaped; texts taken in hold no control characters. */
export const BUTTON = '\u0001';

/** The HTML part of a mail. @param body text with `BUTTON` where the button goes */
export const mailPage = (locale: Locale, title: string, body: string, link: Link | undefined): string =>
  page(locale, title, paragraphs(body, link));

const paragraphs = (body: string, link: Link | undefined): string =>
  body
    .split('\n\n')
    .map((paragraph) => escapeHtml(paragraph).replaceAll('\n', '<br>'))
    .map((paragraph) => (link ? paragraph.replaceAll(escapeHtml(link.url), () => anchor(link.url)) : paragraph))
    .map(
      (paragraph) => `<p style="margin:0 0 16px">${paragraph.replaceAll(BUTTON, () => (link ? button(link) : ''))}</p>`,
    )
    .join('\n');

const anchor = (url: string): string => `<a href="${escapeHtml(url)}" style="color:#0b57d0">${escapeHtml(url)}</a>`;

const button = ({ label, url }: Link): string =>
  `<a href="${escapeHtml(url)}" style="display:inline-block;background:#0b57d0;color:#ffffff;text-decoration:none;font-weight:600;padding:12px 24px;border-radius:24px">${escapeHtml(label)}</a><br>${anchor(url)}`;

const page = (locale: Locale, title: string, content: string): string =>
  `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif"><div style="max-width:560px;margin:0 auto">
${content}
</div></body></html>
`;
