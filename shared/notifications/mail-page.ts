import type { Locale } from '../appointments/appointment.ts';
import { escapeHtml } from '../http/html.ts';

/** The button of a mail. */
export interface Link {
  readonly label: string;
  readonly url: string;
}

/** Stands for the button until the text has been escaped; texts taken in hold no control characters. */
export const BUTTON = '\u0001';

export interface MailPage {
  readonly locale: Locale;
  /** The subject, which is the heading too. */
  readonly title: string;
  /** Plain text with `BUTTON` where the button goes; blank lines part the paragraphs. */
  readonly body: string;
  readonly link: Link | undefined;
  /** The day that it is about: a paragraph of several lines, one of which names it, holds the details and is set apart. */
  readonly day: string | undefined;
  /** Who writes; stands above the heading. */
  readonly sender: string | null;
}

/** Longest text beside the subject in a list of mails that any client shows. */
const PREVIEW_LENGTH = 140;

/**
 * The HTML part of a mail, from text: no value of it is ever markup. Made of tables and inline styles, since Outlook on Windows knows
 * little else, and without a single image.
 */
export function mailPage({ locale, title, body, link, day, sender }: MailPage): string {
  const parts = body
    .replaceAll(BUTTON, `\n\n${BUTTON}\n\n`)
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== '');
  const block = (part: string): string => {
    if (part === BUTTON) return link ? button(link) : '';
    const lines = part.split('\n').map((line) => withLink(line, link));
    return day && lines.length > 1 && part.includes(day) ? details(lines) : paragraph(lines.join('<br>'));
  };
  const preview = parts
    .filter((part) => part !== BUTTON)
    .join(' ')
    .replace(/\s+/g, ' ');
  return page(locale, title, shortened(preview), [
    ...(sender ? [`<p ${look('soft', 'margin:0 0 8px')}>${escapeHtml(sender)}</p>`] : []),
    `<h1 ${look('ink', 'margin:0 0 20px;font-size:22px;line-height:30px;font-weight:600')}>${escapeHtml(title)}</h1>`,
    ...parts.map(block),
  ]);
}

/** Cut between two words. */
const shortened = (text: string): string =>
  text.length > PREVIEW_LENGTH ? `${text.slice(0, PREVIEW_LENGTH).replace(/\s\S*$/, '')}…` : text;

/** What each class looks like, in the light and in the dark; the same colours as on our pages. */
const LOOKS = {
  ground: ['background-color', '#f4f6fa', '#131417'],
  paper: ['background-color', '#ffffff', '#1f2125'],
  card: ['background-color', '#f4f6fa', '#2b2e33'],
  edge: ['border-color', '#d8dee6', '#3c4043'],
  ink: ['color', '#1f2328', '#e8eaed'],
  soft: ['color', '#57606a', '#b0b6bd'],
  link: ['color', '#0b57d0', '#a8c7fa'],
  accent: ['background-color', '#0b57d0', '#a8c7fa'],
  label: ['color', '#ffffff', '#062e6f'],
} as const;
type Look = keyof typeof LOOKS;

/** Attributes of an element that looks so: in itself as it is in the light, by its class as it is in the dark. */
const look = (names: Look | `${Look} ${Look}`, style: string): string =>
  `class="${names}" style="${(names.split(' ') as Look[]).map((name) => `${LOOKS[name][0]}:${LOOKS[name][1]};`).join('')}${style}"`;

const dark = (name: string): string => {
  const [property, , value] = LOOKS[name as Look];
  return `.${name}{${property}:${value}!important}`;
};

/** Outlook's own dark mode marks what it recoloured: backgrounds with one attribute, the rest with another. */
const darkInOutlook = (name: string): string =>
  `[data-ogs${LOOKS[name as Look][0] === 'background-color' ? 'b' : 'c'}] ${dark(name)}`;

const TABLE = 'role="presentation" cellpadding="0" cellspacing="0" border="0"';
const TEXT = "font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;font-size:16px;line-height:24px";

const paragraph = (html: string): string => `<p ${look('ink', 'margin:0 0 20px')}>${html}</p>`;

const details = ([first, ...others]: string[]): string =>
  `<table ${TABLE} width="100%" style="margin:0 0 20px"><tr><td ${look('card ink', `padding:16px 20px;border-radius:12px;${TEXT}`)}>${[`<strong>${first}</strong>`, ...others].join('<br>')}</td></tr></table>`;

/** Outlook on Windows does not pad a link, so there the cell is padded instead. Below it is the link as text, to be copied. */
const button = (link: Link): string =>
  `<table ${TABLE}><tr><td ${look('accent', 'border-radius:24px;mso-padding-alt:12px 28px')}><a href="${escapeHtml(link.url)}" ${look('label', `display:inline-block;padding:12px 28px;font-weight:600;text-decoration:none;${TEXT}`)}>${escapeHtml(link.label)}</a></td></tr></table>
<p style="margin:8px 0 24px;font-size:14px;line-height:20px">${anchor(link.url, 'soft', 'text-decoration:none;')}</p>`;

const anchor = (url: string, colour: 'link' | 'soft' = 'link', style = ''): string =>
  `<a href="${escapeHtml(url)}" ${look(colour, `${style}word-break:break-all`)}>${escapeHtml(url)}</a>`;

const withLink = (line: string, link: Link | undefined): string =>
  link ? line.split(link.url).map(escapeHtml).join(anchor(link.url)) : escapeHtml(line);

const page = (locale: Locale, title: string, preview: string, content: string[]): string =>
  `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<meta name="x-apple-disable-message-reformatting">
<title>${escapeHtml(title)}</title>
<!--[if mso]><xml><o:OfficeDocumentSettings xmlns:o="urn:schemas-microsoft-com:office:office"><o:PixelsPerInch>96</o:PixelsPerInch></o:OfficeDocumentSettings></xml>
<style>h1,p,td,a{font-family:'Segoe UI',Arial,sans-serif!important}</style><![endif]-->
<style>
:root{color-scheme:light dark;supported-color-schemes:light dark}
a[x-apple-data-detectors]{color:inherit!important;text-decoration:none!important}
@media (prefers-color-scheme:dark){${Object.keys(LOOKS).map(dark).join('')}}
</style>
<style>
${Object.keys(LOOKS).map(darkInOutlook).join('\n')}
</style>
</head>
<body ${look('ground', 'margin:0;padding:0')}>
<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escapeHtml(preview)}</div>
<div role="article" aria-roledescription="email" aria-label="${escapeHtml(title)}" lang="${locale}" dir="ltr">
<table ${TABLE} width="100%" ${look('ground', '')}><tr><td align="center" style="padding:24px 12px">
<!--[if mso]><table ${TABLE} width="600"><tr><td><![endif]-->
<table ${TABLE} width="100%" style="max-width:600px;table-layout:fixed"><tr><td align="left" ${look('paper edge', `padding:28px 24px 8px;border-width:1px;border-style:solid;border-radius:16px;overflow-wrap:anywhere;${TEXT}`)}>
${content.join('\n')}
</td></tr></table>
<!--[if mso]></td></tr></table><![endif]-->
</td></tr></table>
</div>
</body>
</html>
`;
