import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const GUIDES = readdirSync(`${ROOT}docs/en`).sort();
export const LANGUAGES = ['en', 'es'] as const;

/** @param path from the root of the project */
export const readText = (path: string): string => readFileSync(`${ROOT}${path}`, 'utf8');

const FENCE = /^( *)```.*\n[\s\S]*?^\1```$/gm;

export const codeBlocks = (text: string): string[] => text.match(FENCE) ?? [];

/** Without its code blocks, in which nothing is a heading or a link. */
const prose = (text: string): string => text.replaceAll(FENCE, '');

interface Heading {
  readonly level: number;
  readonly text: string;
}

export const headings = (text: string): Heading[] =>
  [...prose(text).matchAll(/^(#+) (.*)$/gm)].map(([, marks = '', said = '']) => ({ level: marks.length, text: said }));

/** The anchors that GitHub gives to the headings. */
export function anchors(text: string): string[] {
  const given = new Map<string, number>();
  return headings(text).map((heading) => {
    const anchor = heading.text
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .replaceAll(' ', '-');
    const before = given.get(anchor) ?? 0;
    given.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** What stands between back quotes in a line of text, whose breaks count for nothing. */
export const inlineCode = (text: string): string[] =>
  [...prose(text).matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replace(/\s+/g, ' '));

/** Where the links and images of a page lead to within the project. */
export const localLinks = (text: string): string[] =>
  [...prose(text).matchAll(/\]\(([^)\s]+)\)/g)].map(([, to = '']) => to).filter((to) => !/^[a-z]+:/.test(to));

/** @param path of the page on which the link stands @returns why it leads nowhere */
export function faultOf(path: string, link: string): string | undefined {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? resolve(ROOT, path) : resolve(ROOT, dirname(path), decodeURI(file));
  const name = relative(ROOT, target);
  if (!existsSync(target)) return `${link}: there is no ${name}`;
  if (anchor === undefined) return undefined;
  return anchors(readText(name)).includes(decodeURI(anchor)) ? undefined : `${link}: ${name} has no such heading`;
}
