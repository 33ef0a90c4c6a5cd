import { describe, expect, it } from 'vitest';
import { compileFilters } from '../../../infra/local/event-filter.ts';

const wakeNow = JSON.stringify({ dynamodb: { NewImage: { wake: { S: ['now'] } } } });

function passes(pattern: object, record: object): boolean {
  return compileFilters([JSON.stringify(pattern)])(record);
}

describe('compileFilters', () => {
  it('lets through what has the value, at whatever depth', () => {
    const filter = compileFilters([wakeNow]);

    expect(filter({ eventName: 'MODIFY', dynamodb: { NewImage: { wake: { S: 'now' }, other: { S: 'x' } } } })).toBe(
      true,
    );
    expect(filter({ dynamodb: { NewImage: { wake: { S: 'later' } } } })).toBe(false);
    expect(filter({ dynamodb: { NewImage: {} } })).toBe(false);
    expect(filter({ eventName: 'REMOVE', dynamodb: {} })).toBe(false);
  });

  it('lets everything through without a pattern, and what any of several patterns matches', () => {
    expect(compileFilters([])({})).toBe(true);
    expect(compileFilters([wakeNow, '{"eventName":["REMOVE"]}'])({ eventName: 'REMOVE' })).toBe(true);
  });

  it.each([
    [[{ exists: true }], 'x', true],
    [[{ exists: true }], undefined, false],
    [[{ exists: false }], undefined, true],
    [[{ exists: false }], 'x', false],
    [[{ prefix: 'ab' }], 'abc', true],
    [[{ prefix: 'ab' }], 'xabc', false],
    [[{ suffix: 'bc' }], 'abc', true],
    [[{ 'equals-ignore-case': 'ABC' }], 'abc', true],
    [[{ 'anything-but': 'x' }], 'y', true],
    [[{ 'anything-but': ['x', 'y'] }], 'y', false],
    [[{ 'anything-but': { prefix: 'x' } }], 'xy', false],
    [[{ 'anything-but': 'x' }], undefined, false],
    [[{ numeric: ['>', 1, '<=', 3] }], 3, true],
    [[{ numeric: ['>', 1, '<=', 3] }], 1, false],
    [[{ numeric: ['=', 2] }], '2', false],
    [['a', { prefix: 'b' }], 'bc', true],
    [[null], null, true],
  ])('%j for %j is %s', (matchers, value, expected) => {
    expect(passes({ field: matchers }, { field: value })).toBe(expected);
  });

  it.each([
    [{ field: [{ wildcard: 'a*' }] }, 'wildcard'],
    [{ field: [{ numeric: ['~', 1] }] }, '~'],
    [{ $or: [{ field: ['a'] }] }, '$or'],
    [{ field: 'not a list' }, 'field'],
  ])('refuses %j by name', (pattern, name) => {
    expect(() => compileFilters([JSON.stringify(pattern)])).toThrow(name);
  });
});
