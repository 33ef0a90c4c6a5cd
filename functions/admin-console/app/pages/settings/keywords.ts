import type { Keyword } from '../../api-types.ts';

/** A text with a keyword put in place of what was selected. */
export function insertAt(text: string, start: number, end: number, keyword: string): { text: string; caret: number } {
  const placed = `${text.slice(0, start)}{${keyword}}`;
  return { text: placed + text.slice(end), caret: placed.length };
}

/** Those whose name or description has each of the words. */
export function searchKeywords(keywords: readonly Keyword[], query: string): readonly Keyword[] {
  const words = folded(query)
    .split(/[\s{}]+/)
    .filter(Boolean);
  return keywords.filter(({ keyword, description }) => {
    const all = folded(`${keyword} ${description}`);
    return words.every((word) => all.includes(word));
  });
}

/** Without what people leave out when they search. */
export const folded = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** The known keyword that is spelt most like it, the first of several; undefined where none is known. */
export function nearest(name: string, keywords: readonly string[]): string | undefined {
  let best: string | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const keyword of keywords) {
    const apart = distance(name, keyword);
    if (apart < least) [best, least] = [keyword, apart];
  }
  return best;
}

/** Levenshtein's. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let i = 1; i <= one.length; i += 1) {
    const above = row;
    row = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const replaced = (above[j - 1] ?? 0) + (one[i - 1] === other[j - 1] ? 0 : 1);
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
  }
  return row.at(-1) ?? 0;
}
