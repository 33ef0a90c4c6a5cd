const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --soft: #8882; --accent: #1a5fd0; }
@media (prefers-color-scheme: dark) { :root { --accent: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 42rem; padding: 1rem; font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main.card { max-width: 28rem; margin: 1.5rem auto; padding: 1.25rem; border: 1px solid var(--line); border-radius: .75rem; }
h1 { font-size: 1.4rem; line-height: 1.25; margin: .25rem 0 .75rem; }
h2 { font-size: 1.15rem; margin: 1.75rem 0 .5rem; }
h3 { font-size: 1rem; margin: 0; }
a { color: var(--accent); }
.note { margin: 0; font-size: .875rem; opacity: .8; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
button { font: inherit; min-height: 2.75rem; padding: .5rem 1.1rem; border: 1px solid var(--line); border-radius: .5rem;
  background: transparent; color: inherit; cursor: pointer; text-align: left; }
button.main { background: var(--accent); border-color: var(--accent); color: Canvas; }
button.wide { display: block; width: 100%; margin-top: .5rem; }
button small { display: block; opacity: .8; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
label.box { display: flex; gap: .75rem; align-items: flex-start; padding: .75rem; margin-top: .5rem; border: 1px solid var(--line);
  border-radius: .5rem; }
input[type=checkbox] { width: 1.4rem; height: 1.4rem; flex: none; margin: .1rem 0 0; accent-color: var(--accent); }
input[type=email] { display: block; width: 100%; font: inherit; padding: .6rem; margin: .25rem 0 .5rem; border: 1px solid var(--line);
  border-radius: .5rem; background: transparent; color: inherit; }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain > li { padding: .75rem; margin-top: .5rem; border-radius: .5rem; background: var(--soft); }
dl { margin: .25rem 0 0; } dt { font-weight: 600; margin-top: .5rem; } dd { margin: 0; white-space: pre-line; }
code { font-size: .875em; }
`;

/** @param body markup; everything in it from outside must be escaped already */
export function page(title: string, body: string, kind: 'card' | 'wide'): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main${kind === 'card' ? ' class="card"' : ''}>
<p class="note">Stand-in for Google on this machine. No real account, no password.</p>
${body}
</main>
</body>
</html>
`;
}
