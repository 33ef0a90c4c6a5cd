import { describe, expect, it } from 'vitest';
import {
  allKeywords,
  fill,
  fillTidy,
  isDroppedField,
  keywordFaults,
  keywordsIn,
  PLATFORM_KEYWORDS,
  unknownKeywords,
  unreplacedKeyword,
} from '../../../shared/settings/keywords.ts';

const NONE = new Set<string>();
const from = (values: Record<string, string>) => (name: string) => values[name];

describe('the list', () => {
  it('names each keyword once, with what it is and an example, and none that is dropped', () => {
    const names = PLATFORM_KEYWORDS.map(({ keyword }) => keyword);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter(isDroppedField)).toEqual([]);
    for (const { description, example } of PLATFORM_KEYWORDS) {
      expect(description).not.toBe('');
      expect(example).not.toBe('');
    }
  });

  it.each(
    // What the platform offers, in the customer's own time zone too.
    ['date', 'start_date', 'end_date', 'date_time', 'start_date_time', 'end_date_time', 'start_time', 'end_time']
      .flatMap((name) => [`appointment_${name}`, `appointment_${name}_client`])
      .concat('recurring_appointments_date_client', 'recurring_appointments_date_time_client', 'zoom_meeting_url'),
  )('has the platform’s own {%s}', (name) => {
    expect(unknownKeywords(`{${name}}`, NONE)).toEqual([]);
  });

  it('is described in Spanish too', () => {
    const all = allKeywords(new Set(['zone']), 'es');
    const english = allKeywords(new Set(['zone']));
    expect(all.map(({ description, ...others }) => others)).toEqual(
      english.map(({ description, ...others }) => others),
    );
    expect(all.filter(({ description }, i) => description === english[i]?.description)).toEqual([]);
  });

  it('has what bookings have carried besides, once', () => {
    const all = allKeywords(new Set(['zone', 'service_name', 'age']));
    expect(all.slice(PLATFORM_KEYWORDS.length).map(({ keyword }) => keyword)).toEqual(['age', 'zone']);
    expect(all.filter(({ keyword }) => keyword === 'service_name')).toHaveLength(1);
  });
});

describe('a fault', () => {
  it('names the keyword and the nearest one that there is', () => {
    expect(keywordFaults('eventTitle', '{servce_name} – {custmer_full_name}', NONE)).toEqual([
      { path: 'eventTitle', message: expect.stringMatching(/\{servce_name\}.*\{service_name\}/) },
      { path: 'eventTitle', message: expect.stringMatching(/\{custmer_full_name\}.*\{customer_full_name\}/) },
    ]);
  });

  it('may name one that a booking has carried', () => {
    const [fault] = keywordFaults('eventTitle', '{my_feld}', new Set(['my_field']));
    expect(fault?.message).toContain('{my_field}');
  });

  it('is none for what is known', () => {
    expect(keywordFaults('eventTitle', '{service_name} {my_field}', new Set(['my_field']))).toEqual([]);
  });

  it('is said once for a keyword that stands there twice', () => {
    expect(keywordFaults('x', '{nope} {nope}', NONE)).toHaveLength(1);
  });
});

describe('keywords', () => {
  it.each([
    ['{a} and {b_2}, {a}', ['a', 'b_2']],
    ['{ a } {} {1a} {a b} a} {b', []],
    ['{field[3].x-y}', ['field[3].x-y']],
  ])('in %s are %j', (template, expected) => {
    expect(keywordsIn(template)).toEqual(expected);
  });

  it.each([
    ['{service_name}', 'service_name'],
    ['  {service_name}\n', 'service_name'],
    ['{service_name} {x}', undefined],
    ['text {service_name}', undefined],
    ['', undefined],
    ['{}', undefined],
  ])('unreplaced in %j: %s', (value, expected) => {
    expect(unreplacedKeyword(value)).toBe(expected);
  });
});

describe('filling', () => {
  it('puts values in as they are, once', () => {
    expect(fill('{a} {b} {c}', from({ a: '{b}', b: '$& $1 $$' }))).toBe('{b} $& $1 $$ ');
  });

  it('encodes values only', () => {
    expect(fill('<{a}>', from({ a: '<' }), () => '&lt;')).toBe('<&lt;>');
  });

  it.each([
    ['{a} – {b}', { a: 'A', b: 'B' }, 'A – B'],
    ['{a} – {b}', { a: 'A' }, 'A'],
    ['{a} – {b}', { b: 'B' }, 'B'],
    ['{a} – {b}', { b: 'B', a: '  ' }, 'B'],
    ['{a} – {b} – {c}', { a: 'A', c: 'C' }, 'A – C'],
    ['{a}, {b}, {c}', { a: 'A', c: 'C' }, 'A, C'],
    ['Notes: {a}', {}, ''],
    ['One\nNotes: {a}\nTwo', {}, 'One\nTwo'],
    ['One\n\n{a}\n\nTwo', {}, 'One\n\nTwo'],
    ['One\n\n\n\nTwo {a}', { a: 'A' }, 'One\n\nTwo A'],
    ['– no keyword –', {}, '– no keyword –'],
    ['Hello {a},', { a: 'Ana' }, 'Hello Ana,'],
    ['{a}', { a: 'one\ntwo' }, 'one\ntwo'],
    ['One\r\n{a}\r\nTwo', {}, 'One\nTwo'],
    ['{a} – {b}', { a: 'minus -', b: 'B' }, 'minus - – B'],
  ])('for display: %j with %j is %j', (template, values, expected) => {
    expect(fillTidy(template, from(values as Record<string, string>))).toBe(expected);
  });

  it('leaves a value’s own punctuation alone when another is empty', () => {
    expect(fillTidy('{a} – {b}', from({ a: '-5 °C, outside:' }))).toBe('-5 °C, outside:');
  });
});
