import { existsSync, readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  codeBlocks,
  faultOf,
  GUIDES,
  headings,
  inlineCode,
  LANGUAGES,
  localLinks,
  ROOT,
  readText,
} from './markdown.ts';

const PAGES = [
  'README.md',
  'CHANGELOG.md',
  'docs/README.md',
  'docs/security.md',
  ...readdirSync(`${ROOT}docs/adr`).map((name) => `docs/adr/${name}`),
  ...LANGUAGES.flatMap((language) => GUIDES.map((name) => `docs/${language}/${name}`)),
];

/** Calls and commands, which are the same in every language but for what somebody puts in. */
const commands = (text: string): string[] =>
  inlineCode(text)
    .filter((code) => /^(?:aws|curl|git|npm|npx|GET|PUT|PATCH|POST|DELETE) /.test(code))
    .map((code) => code.replace(/<[^>]+>/g, '<>'))
    .sort();

describe('the guides', () => {
  it('are there in every language under the same names', () => {
    for (const language of LANGUAGES) expect(readdirSync(`${ROOT}docs/${language}`).sort()).toEqual(GUIDES);
  });

  it('are all in the index', () => {
    const index = localLinks(readText('docs/README.md')).filter((link) => /^e[ns]\//.test(link));
    expect(index.sort()).toEqual(LANGUAGES.flatMap((language) => GUIDES.map((name) => `${language}/${name}`)));
  });

  describe.each(GUIDES)('%s', (name) => {
    const [english, spanish] = LANGUAGES.map((language) => readText(`docs/${language}/${name}`)) as [string, string];
    const steps = (text: string) => [...text.matchAll(/^ *(?:\d+\.|-|\|) /gm)].map(([mark]) => mark);
    const images = (text: string) => localLinks(text).flatMap((link) => /images\/e[ns]\/(.*)/.exec(link)?.[1] ?? []);

    it('is built alike in both languages', () => {
      const levels = (text: string) => headings(text).map(({ level }) => level);
      expect(levels(spanish)).toEqual(levels(english));
      expect(steps(spanish)).toEqual(steps(english));
    });

    it('has the same code, calls and commands in both languages', () => {
      expect(codeBlocks(spanish)).toEqual(codeBlocks(english));
      expect(commands(spanish)).toEqual(commands(english));
    });

    it('shows the same pages in both languages, each in its own', () => {
      expect(images(spanish)).toEqual(images(english));
      expect(english).not.toContain('images/es/');
      expect(spanish).not.toContain('images/en/');
    });
  });
});

describe.each(LANGUAGES)('the pictures of our own pages, in %s', (language) => {
  const folder = `docs/images/${language}`;
  const pictures = existsSync(ROOT + folder) ? readdirSync(ROOT + folder).sort() : [];

  it('are all shown somewhere', () => {
    const shown = GUIDES.flatMap((name) => localLinks(readText(`docs/${language}/${name}`)))
      .filter((link) => link.startsWith(`../images/${language}/`))
      .map((link) => link.slice(`../images/${language}/`.length));
    expect([...new Set(shown)].sort()).toEqual(pictures);
  });

  it('are small, since they are in every checkout and each of their versions stays', () => {
    const bytes = pictures.map((name) => statSync(`${ROOT}${folder}/${name}`).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(1_500_000);
  });
});

describe('every link within the project', () => {
  it.each(PAGES)('leads somewhere from %s', (page) => {
    expect(localLinks(readText(page)).flatMap((link) => faultOf(page, link) ?? [])).toEqual([]);
  });

  it('would be found out if it led nowhere', () => {
    expect(faultOf('README.md', 'docs/no-such.md')).toMatch(/there is no docs/);
    expect(faultOf('README.md', 'docs/en/runbook.md#no-such-alarm')).toMatch(/no such heading/);
    expect(faultOf('docs/en/runbook.md', '#stream-delay')).toBeUndefined();
  });
});
