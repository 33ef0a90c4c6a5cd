import { fillTidy, keywordsIn } from '../settings/keywords.ts';

/** What a network makes of a text. */
export interface SmsSize {
  readonly encoding: 'GSM-7' | 'UCS-2';
  /** Messages that it is sent and paid as. */
  readonly segments: number;
  /** In the units of its encoding: a letter of GSM-7's extension table takes two of them, an emoji in UCS-2 as well. */
  readonly characters: number;
}

/** The default alphabet of GSM 03.38 and the extension table that takes an escape before each letter. */
const BASIC: ReadonlySet<string> = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
const EXTENSION: ReadonlySet<string> = new Set('\f^{}\\[~]|€');
const isGsm = (character: string): boolean => BASIC.has(character) || EXTENSION.has(character);

/** Units in a message that stands alone, and in each part of a longer one, which has a header too. */
const ROOM = { 'GSM-7': { alone: 160, part: 153 }, 'UCS-2': { alone: 70, part: 67 } } as const;

/**
 * Counted as networks and AWS do it (AWS End User Messaging SMS, "SMS character limits"), no character in two segments.
 *
 * The package for it, `sms-segments-calculator`, is what the tests compare with, not what is used: it puts a letter with any number of
 * accents into one segment, so that a name made of 1000 accents would pass for two segments (it takes 15), and its time grows with the
 * square of the length (a second for 20,000 letters); both are in the hands of whoever books.
 */
export function smsSize(text: string): SmsSize {
  const all = [...text];
  const encoding = all.every(isGsm) ? 'GSM-7' : 'UCS-2';
  const sizes = all.map((character) => (encoding === 'UCS-2' ? character.length : EXTENSION.has(character) ? 2 : 1));
  const characters = sizes.reduce((sum, size) => sum + size, 0);
  const { alone, part } = ROOM[encoding];
  if (characters <= alone) return { encoding, segments: 1, characters };
  let segments = 1;
  let used = 0;
  for (const size of sizes) {
    if (used + size > part) {
      segments += 1;
      used = 0;
    }
    used += size;
  }
  return { encoding, segments, characters };
}

const MOST_SEGMENTS = 2;
const fits = (text: string): boolean => smsSize(text).segments <= MOST_SEGMENTS;

/** Characters, the dots among them: of a value that is cut further nothing would be understood. */
const SHORTEST_VALUE = 12;
/** Characters; more would never fit. */
const LONGEST_TEXT = MOST_SEGMENTS * ROOM['GSM-7'].part;
/** Units of a text that are looked at: enough for what fits, and little work however long it is. */
const LOOKED_AT = 5000;
const DOTS = '...';

/** Of these a part is worth nothing, or says something else. */
const NEVER_CUT = /(^|_)(date|time|phone)(_|$)/;

/** How its letters are written. */
type Spelling = (text: string) => string;
/** The link that a keyword stands for; undefined where it is none or has none. */
type LinkOf = (name: string) => string | undefined;

/**
 * Fills the template of a text message, which takes at most two segments wherever its links leave room. What does not fit loses, in
 * this order and only as far as it must:
 * 1. the letters that cost more than half of the room; plain ones stand for them,
 * 2. the ends of the longest values, but of dates and times,
 * 3. the ends of the longest lines, but of those with a date, a time or a link,
 * 4. everything but the beginning and the links.
 * @param links keywords whose values are links: these stand whole, with white space around them
 */
export function renderSms(
  template: string,
  value: (name: string) => string | undefined,
  links: ReadonlySet<string>,
): string {
  const names = keywordsIn(template);
  const linkOf: LinkOf = (name) => (links.has(name) && value(name)?.trim()) || undefined;
  const texts = new Map(names.filter((name) => !links.has(name)).map((name) => [name, onOneLine(value(name) ?? '')]));
  const drafts = [asIs, plain].map((spelling) => draft(withoutControls(template), texts, linkOf, spelling));

  const longestThatFits = (most: number, least: number, write: (draft: Draft, longest: number) => string) => {
    const written = (longest: number) => drafts.map((each) => write(each, longest)).find(fits);
    // The shorter it is, the better it fits.
    if (written(least) === undefined) return undefined;
    for (let longest = most; ; longest -= 1) {
      const text = written(longest);
      if (text !== undefined) return text;
    }
  };
  const longestValue = Math.max(SHORTEST_VALUE, ...drafts.map((each) => each.longestValue));
  return (
    longestThatFits(Math.min(longestValue, LONGEST_TEXT), SHORTEST_VALUE, (each, longest) =>
      each.withValues(longest),
    ) ??
    longestThatFits(LONGEST_TEXT, 0, (each, longest) => each.withLines(longest)) ??
    longestThatFits(LONGEST_TEXT, 0, (each, longest) => each.beginning(longest)) ??
    linksIn(names, linkOf)
  );
}

/** A message in one spelling, to be written in several lengths, in characters. */
interface Draft {
  readonly longestValue: number;
  /** With each value no longer than this. */
  withValues(longest: number): string;
  /** With the shortest values, and each line no longer than this. */
  withLines(longest: number): string;
  /** So much of it, and its links. */
  beginning(longest: number): string;
}

function draft(template: string, texts: ReadonlyMap<string, string>, linkOf: LinkOf, spelling: Spelling): Draft {
  const names = keywordsIn(template);
  const own = spelling(template);
  const values = new Map([...texts].map(([name, text]) => [name, graphemes(spelling(text).trim())]));
  const short = (name: string, longest: number): string =>
    shortened(values.get(name) ?? [], NEVER_CUT.test(name) ? Number.POSITIVE_INFINITY : longest);
  const fill = (text: string, longest: number): string =>
    withLinksApart(fillTidy(text, (name) => marked(linkOf(name)) ?? short(name, longest)));
  const lines = own.split('\n').map((line) => ({
    characters: graphemes(fill(line, SHORTEST_VALUE)),
    stands: keywordsIn(line).some((name) => linkOf(name) !== undefined || NEVER_CUT.test(name)),
  }));
  const withoutLinks = graphemes(fillTidy(own, (name) => short(name, SHORTEST_VALUE)));
  const link = linksIn(names, linkOf);
  return {
    longestValue: Math.max(0, ...[...values.values()].map(({ length }) => length)),
    withValues: (longest) => fill(own, longest),
    withLines: (longest) =>
      joined(lines.map(({ characters, stands }) => (stands ? characters.join('') : shortened(characters, longest)))),
    beginning: (longest) => joined([shortened(withoutLinks, longest), link]),
  };
}

const linksIn = (names: readonly string[], linkOf: LinkOf): string =>
  joined([...new Set(names.map((name) => linkOf(name) ?? ''))]);

const joined = (lines: readonly string[]): string => lines.filter(Boolean).join('\n');

/** Its beginning, and dots for the rest; nothing where there is room for dots only. */
const shortened = (characters: readonly string[], longest: number): string => {
  if (characters.length <= longest) return characters.join('');
  const beginning = characters
    .slice(0, Math.max(0, longest - DOTS.length))
    .join('')
    .replace(/(?<![\s.,:;–-])[\s.,:;–-]+$/, '');
  return beginning && `${beginning}${DOTS}`;
};

/** Stand around a link until the text is filled, since only then it is known what is next to it. */
const [START, END] = ['\u0002', '\u0003'];
const marked = (link: string | undefined): string | undefined => link && `${START}${link}${END}`;
const TOO_CLOSE = new RegExp(`(?<=[^\\s${END}])${START}|${END}(?=\\S)`, 'g');
const MARKS = new RegExp(`[${START}${END}]`, 'g');

/** White space around each link, so that phones see where it ends. */
const withLinksApart = (text: string): string => text.replace(TOO_CLOSE, ' ').replace(MARKS, '');

const withoutControls = (template: string): string =>
  template
    .normalize('NFC')
    .replace(/\r\n?/g, '\n')
    .replace(/[[\p{Cc}\p{Cs}]--\n]/gv, ' ');

/** What is not seen itself but breaks a line, turns its direction or is half a character. */
const UNSEEN = /[[\p{Cc}\p{Cs}\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069]--\s]/gv;

const onOneLine = (value: string): string =>
  value.slice(0, LOOKED_AT).normalize('NFC').replace(UNSEEN, '').replace(/\s+/g, ' ').trim();

const SEGMENTER = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** What a reader takes for characters, and nothing may cut in half: accents and joined emoji stay with what they belong to. */
const graphemes = (text: string): string[] =>
  [...SEGMENTER.segment(text.slice(0, LOOKED_AT))].map(({ segment }) => segment);

const asIs: Spelling = (text) => text;

/**
 * The same with the letters that GSM-7 has, since one other makes the whole message UCS-2: á becomes a, while é, ñ and ü stay. Emoji,
 * which have none, go; letters of other scripts stay.
 */
const plain: Spelling = (text) =>
  [...SEGMENTER.segment(text)]
    .map(({ segment }) => plainCharacter(segment))
    .join('')
    .replace(/ {2,}/g, ' ');

function plainCharacter(character: string): string {
  if (isGsm(character)) return character;
  const letters = [...character.normalize('NFKD').replace(/\p{M}/gu, '')].map((letter) => PLAIN.get(letter) ?? letter);
  if (letters.length > 0 && letters.every((letter) => [...letter].every(isGsm))) return letters.join('');
  return /\p{Extended_Pictographic}|\p{Regional_Indicator}/u.test(character) ? '' : character;
}

/** What Unicode does not itself know the plain form of. */
const PLAIN: ReadonlyMap<string, string> = new Map(
  [
    ["'", '‘’‚‛′´`ʼ'],
    ['"', '“”„‟«»″'],
    ['-', '‐‑‒–—―−•'],
    ['.', '·'],
    ['/', '⁄'],
    ['OE', 'Œ'],
    ['oe', 'œ'],
    ['L', 'Ł'],
    ['l', 'ł'],
    ['D', 'ĐÐ'],
    ['d', 'đð'],
    ['i', 'ı'],
  ].flatMap(([letter = '', others = '']) => [...others].map((other) => [other, letter] as const)),
);
