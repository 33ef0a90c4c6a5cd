import { createHash } from 'node:crypto';

/**
 * Takes the HTML of a mail from the console, shows it, and says how high it is. It runs without an origin (the frame and its policy are
 * sandboxed), so its words go to whoever has framed it, which `frame-ancestors` allows the console alone.
 */
const SCRIPT = `
addEventListener('message', ({ source, data }) => {
  if (source !== parent || typeof data !== 'string') return;
  const mail = new DOMParser().parseFromString(data, 'text/html');
  // To the policy, one that leads to a page of ours would be fine.
  for (const meta of mail.querySelectorAll('meta[http-equiv]')) meta.remove();
  document.replaceChild(document.adoptNode(mail.documentElement), document.documentElement);
  const measure = () => parent.postMessage({ height: document.documentElement.offsetHeight }, '*');
  // At once, since nothing is observed in a frame that is not in sight.
  measure();
  new ResizeObserver(measure).observe(document.body);
});
// Its links are to be looked at.
addEventListener('click', (event) => event.preventDefault());
parent.postMessage('ready', '*');
`;

/** The only script of the page, for its Content-Security-Policy. */
export const PREVIEW_SCRIPT = `'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`;

export const PREVIEW_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="robots" content="noindex">
<title>Preview</title>
<script>${SCRIPT}</script>
</head>
<body></body>
</html>
`;
