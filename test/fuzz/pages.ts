/** Tags of our pages, and the attributes that each may have. */
const TAGS: Readonly<Record<string, readonly string[]>> = {
  html: ['lang'],
  head: [],
  meta: ['charset', 'name', 'content'],
  title: [],
  body: [],
  main: [],
  article: [],
  h1: [],
  h2: [],
  p: ['class'],
  ol: [],
  ul: ['class'],
  li: [],
  br: [],
  strong: [],
  a: ['class', 'href', 'rel', 'target', 'aria-label'],
  details: [],
  summary: [],
  form: ['method', 'action'],
  fieldset: [],
  legend: [],
  label: ['class'],
  span: ['class'],
  input: ['type', 'name', 'value', 'checked', 'required', 'disabled', 'id'],
  button: ['class', 'type'],
};
const STYLE = /<style>[^<]*<\/style>/;
const TAG = /^<(\/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*)>$/;
const ATTRIBUTE = / ([a-z-]+)(?:="([^"<>]*)")?/g;
/** Where a link or a form of ours leads: to us, or to Google. */
const TARGET = /^(?:\/(?:connect\/|oauth\/google\/start\?)|\?|https:\/\/(?:[\w-]+\.)?google\.(?:com|test)\/)/;

/** Reads a page as strictly as it is written. @returns what is in it that no page of ours has */
export function faultsOfPage(html: string): string[] {
  const pieces = html
    .replace('<!doctype html>', '')
    .replace(STYLE, '')
    .split(/(<[^>]*>?)/);
  return pieces.flatMap((piece) => {
    if (!piece.startsWith('<')) return /[<>"]/.test(piece) ? [`text that is not escaped: ${piece.slice(0, 200)}`] : [];
    const [, , tag = '', attributes = ''] = TAG.exec(piece) ?? [];
    const allowed = TAGS[tag];
    if (!allowed) return [`markup of somebody else: ${piece.slice(0, 200)}`];
    return [...attributes.matchAll(ATTRIBUTE)].flatMap(([, name = '', value = '']) => {
      const isTarget = name === 'href' || name === 'action';
      return allowed.includes(name) && (!isTarget || TARGET.test(value.replaceAll('&#38;', '&')))
        ? []
        : [`${tag} with ${name}="${value}"`];
    });
  });
}
