import { existsSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { GUIDES, LANGUAGES, ROOT, readText } from './markdown.ts';

const PAGE = 'docs/security.md';
const text = readText(PAGE);

interface Proof {
  readonly path: string;
  readonly title: string;
}

/** `[name](../test/….test.ts) *title of a test*`, or the name of a property that a test takes its title from. */
const proofsIn = (part: string): Proof[] =>
  [...part.matchAll(/\]\(\.\.\/(test\/[^)]+)\) \*([^*]+)\*/g)].map(([, path = '', title = '']) => ({ path, title }));

/** @returns why it shows nothing */
function faultOfProof({ path, title }: Proof): string | undefined {
  if (!existsSync(ROOT + path)) return `there is no ${path}`;
  const written = title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`[(:]\\s*['"\`]${written}['"\`],`).test(readText(path))
    ? undefined
    : `${path} has no test called "${title}"`;
}

describe('the threat model', () => {
  const claims = text
    .split('\n')
    .filter((row) => /^\| (?!-)/.test(row) && !/^\| (?:attack|where|asset|entry) \|/.test(row))
    .filter((row) => row.split(' | ').length === 3);

  it('names a test for each claim', () => {
    const about = text.slice(text.indexOf('## What stops what'), text.indexOf('## What is not stopped'));
    const rows = claims.filter((row) => about.includes(row));
    expect(rows.length).toBeGreaterThan(25);
    expect(rows.filter((row) => proofsIn(row).length === 0)).toEqual([]);
  });

  it('names no test that there is not', () => {
    expect(proofsIn(text).flatMap((proof) => faultOfProof(proof) ?? [])).toEqual([]);
    // None is written in a way that is not read here.
    expect(text.match(/\]\(\.\.\/test\//g)).toHaveLength(proofsIn(text).length);
  });

  it('would be found out', () => {
    const path = 'test/e2e/rotation.test.ts';
    expect(faultOfProof({ path, title: 'proves everything' })).toMatch(/no test called/);
    expect(faultOfProof({ path: 'test/e2e/nothing.test.ts', title: 'x' })).toMatch(/there is no/);
  });

  it('is linked from where somebody would look for it', () => {
    expect(GUIDES).toContain('privacy.md');
    for (const language of LANGUAGES) expect(readText(`docs/${language}/privacy.md`)).toContain('](../security.md)');
    expect(readText('docs/README.md')).toContain('](security.md)');
    expect(readText('README.md')).toContain('](docs/security.md)');
  });
});

it('every fuzz test is named in it, since each is there for a claim', () => {
  const files = readdirSync(`${ROOT}test/fuzz`).filter((name) => name.endsWith('.test.ts'));
  expect(files.filter((name) => !text.includes(`test/fuzz/${name}`))).toEqual([]);
});
