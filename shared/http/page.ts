import { createHash } from 'node:crypto';
import type { Locale } from '../appointments/appointment.ts';
import type { HttpEvent, HttpResponse, Problem } from './chain.ts';
import { escapeHtml } from './html.ts';

const CSS = `
:root{color-scheme:light dark;--ink:#1f2328;--soft:#57606a;--paper:#fff;--ground:#f4f6fa;--accent:#0b57d0;--on-accent:#fff;--line:#d8dee6;--note:#fff4d6;--danger:#b3261e;--on-danger:#fff}
@media (prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#b0b6bd;--paper:#1f2125;--ground:#131417;--accent:#a8c7fa;--on-accent:#062e6f;--line:#3c4043;--note:#3d3418;--danger:#f2b8b5;--on-danger:#601410}}
*{box-sizing:border-box}
body{margin:0;background:var(--ground);color:var(--ink);font:17px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:36rem;margin:0 auto;padding:2.5rem 1.25rem}
article{background:var(--paper);border:1px solid var(--line);border-radius:16px;padding:1.75rem 1.5rem}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}
h2{font-size:1.05rem;margin:1.5rem 0 .25rem}
p,ol,ul{margin:0 0 1rem}
article>:last-child{margin-bottom:0}
ol,ul{padding-left:1.35rem}
li{margin:.35rem 0}
.soft{color:var(--soft);font-size:.95rem}
.button{display:inline-block;background:var(--accent);color:var(--on-accent);text-decoration:none;font-weight:600;padding:.8rem 1.5rem;border-radius:999px}
.button.quiet{background:none;color:var(--accent);box-shadow:inset 0 0 0 2px var(--accent)}
.button.danger{background:var(--danger);color:var(--on-danger)}
button.button{border:0;font:inherit;font-weight:600;cursor:pointer}
.button:focus-visible,a:focus-visible,summary:focus-visible,.choice:focus-within{outline:3px solid var(--accent);outline-offset:3px}
a{color:var(--accent)}
strong,.choice{overflow-wrap:anywhere}
.notice{background:var(--note);border-radius:10px;padding:.75rem 1rem}
.list{list-style:none;padding:0}
.list li{border-top:1px solid var(--line);margin:0;padding:.75rem 0}
details{margin:0 0 1rem}
summary{cursor:pointer;color:var(--accent);padding:.35rem 0}
fieldset{border:0;margin:0 0 1rem;padding:0}
legend{font-weight:600;padding:0;margin:0 0 .5rem}
.choice{display:flex;gap:.75rem;align-items:flex-start;padding:.75rem 0;border-top:1px solid var(--line);cursor:pointer}
.choice input{flex:none;width:1.25rem;height:1.25rem;margin:.15rem 0 0;accent-color:var(--accent)}
`;

/** The only style that our pages may have, for the Content-Security-Policy. */
export const PAGE_STYLE = `'sha256-${createHash('sha256').update(CSS).digest('base64')}'`;

/**
 * A page for people.
 * @param content HTML whose values are escaped already
 * @param refreshSeconds after which the browser loads it again by itself; the page must have a link that stops this
 */
export const htmlPage = (
  statusCode: number,
  locale: Locale,
  title: string,
  content: string,
  cookies: readonly string[] = [],
  refreshSeconds?: number,
): HttpResponse => ({
  statusCode,
  headers: {
    'content-type': 'text/html; charset=utf-8',
    ...(refreshSeconds !== undefined && { refresh: String(refreshSeconds) }),
  },
  ...(cookies.length > 0 && { cookies: [...cookies] }),
  body: `<!doctype html>
<html lang="${locale}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)}</title>
<style>${CSS}</style>
</head>
<body>
<main><article>
<h1>${escapeHtml(title)}</h1>
${content}
</article></main>
</body>
</html>
`,
});

/** For what is not about what the page is for: too large a request, or our own fault. */
export const errorPage = (locale: Locale, { status, instance }: Problem): HttpResponse =>
  htmlPage(
    status,
    locale,
    locale === 'es' ? 'Algo ha ido mal' : 'Something went wrong',
    `<p>${locale === 'es' ? 'Inténtalo de nuevo dentro de un momento.' : 'Please try again in a moment.'}</p><p class="soft">${escapeHtml(instance)}</p>`,
  );

/** The first of our languages that the browser asks for. */
export const browserLocale = (event: HttpEvent): Locale | undefined =>
  (event.headers['accept-language'] ?? '')
    .split(',')
    .map((range) => range.trim().slice(0, 2).toLowerCase())
    .find((language): language is Locale => language === 'en' || language === 'es');
