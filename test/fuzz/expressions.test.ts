import { globSync, readFileSync } from 'node:fs';
import { analyse } from 'scslre';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

/** Those of which the analysis cannot say that they are quick, each with what keeps it so. */
const WHY_QUICK: Readonly<Record<string, string>> = {
  '/\\{(\\w+)\\}/g': 'what goes on cannot hold another beginning',
  '/\\((\\w+)\\)/': 'what goes on cannot hold another beginning',
  '/\\{([A-Za-z][\\w.[\\]-]*)\\}/g': 'what goes on cannot hold another beginning',
  '/:[MAILTO\\r\\n ]+:/g': 'what goes on cannot hold another beginning',
  '/(?<!\\s)\\s*\\(\\{\\}\\)|(?<!\\s)\\s*(?:[–—|·,:-]\\s*)?\\{\\}/g': 'it does not begin in the middle of white space',
  '/(?<![\\s.,:;–-])[\\s.,:;–-]+$/': 'it does not begin in the middle of what it looks for',
  '/(?<!\\/)\\/+$/': 'it does not begin in the middle of what it looks for',
  '/\\n\\s*\\n/': 'where it goes on past another beginning it ends there',
  '/%40(?!.*%40)|%2B/g': 'an address has 254 characters at most',
  '/\\s\\S*$/': 'it gets the first 140 characters of a text',
  '/failed the check in region [^:]*:(.*)/s': 'it reads what SES says',
  '/ \\(.*\\)$/': 'it reads the name of a time zone',
};
/** Where some are put together, all of parts in the code, and how many. */
const MADE: readonly string[] = [
  'shared/api/list-query.ts',
  'shared/notifications/sms-text.ts',
  'shared/notifications/sms-text.ts',
];

interface Found {
  readonly place: string;
  readonly text: string;
}

function expressions(): { literals: Found[]; made: string[] } {
  const literals: Found[] = [];
  const made: string[] = [];
  for (const path of globSync('{shared,functions}/**/*.{ts,tsx}')) {
    const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isRegularExpressionLiteral(node)) {
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        literals.push({ place: `${path}:${line + 1}`, text: node.text });
      }
      const isCall = ts.isNewExpression(node) || ts.isCallExpression(node);
      if (isCall && node.expression.getText() === 'RegExp') made.push(path);
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { literals, made };
}

const partsOf = (text: string): [source: string, flags: string] => {
  const [, source = '', flags = ''] = /^\/(.*)\/(\w*)$/s.exec(text) ?? [];
  return [source, flags];
};

/** Why it can be made slow: its steps grow faster than what it is given. */
const slowness = (text: string): string[] =>
  analyse(new RegExp(...partsOf(text))).reports.map(({ type, exponential }) =>
    exponential ? 'exponential' : `quadratic or worse (${type})`,
  );

/** Whether something may be tried from many beginnings, or in several ways at each turn, and fail late: the analysis does not look at all of this. */
function isTriedOften(text: string): boolean {
  const bare = partsOf(text)[0]
    .replace(/\[(?:\\.|[^\]\\])*\]/g, 'C')
    .replace(/\\p\{[^}]*\}/gi, 'E')
    .replace(/\\./g, 'E');
  const isFromEverywhere = !bare.startsWith('^') && /(?:[*+]|\{\d+,\})\??.*[^?)]/.test(bare);
  return isFromEverywhere || /\([^()]*\|[^()]*\)(?:[*+]|\{\d+,\})/.test(bare);
}

describe('no regular expression can be made slow', () => {
  const { literals, made } = expressions();

  it('since none of them backtracks without end', () => {
    expect(literals.length).toBeGreaterThan(100);
    expect(literals.flatMap(({ place, text }) => slowness(text).map((why) => `${place} ${text}: ${why}`))).toEqual([]);
  });

  it('since each of which that does not say enough has a reason to end soon', () => {
    const often = literals.filter(({ text }) => isTriedOften(text));
    expect(often.filter(({ text }) => !(text in WHY_QUICK))).toEqual([]);
    expect(Object.keys(WHY_QUICK).filter((known) => !often.some(({ text }) => text === known))).toEqual([]);
  });

  it('since none is made of what comes from outside', () => {
    expect(made.sort()).toEqual([...MADE].sort());
  });

  it.each([
    ['/(a+)+$/', 'exponential'],
    ['/\\s+$/', 'quadratic or worse (Move)'],
    ['/^[^@]+@[^@]+\\.[^@]+$/', 'quadratic or worse (Trade)'],
  ])('%s would be found', (text, why) => {
    expect(slowness(text)).toContain(why);
  });

  it('one that is tried from everywhere, or in several ways, would be found', () => {
    expect(isTriedOften('/ \\(.*\\)$/')).toBe(true);
    expect(isTriedOften('/^(?:\\w|\\d)*x/')).toBe(true);
    expect(isTriedOften('/^ \\(.*\\)$/')).toBe(false);
  });
});
