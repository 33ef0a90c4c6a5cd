import { expect, it } from 'vitest';
import { BREAKAGES } from '../../proofs/breakages.ts';
import { readText } from '../docs/markdown.ts';

it.each(Object.entries(BREAKAGES))('can still be broken on purpose: %s', (_name, { file, find, replace }) => {
  expect(readText(file).split(find)).toHaveLength(2);
  expect(replace).not.toBe(find);
});
