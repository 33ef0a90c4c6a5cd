import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { journal } from '../../../infra/local/journal.ts';
import { temporaryFolder } from './assembly.ts';

let path: string;

beforeEach(() => {
  path = join(temporaryFolder(), 'new', 'list.jsonl');
});

const loaded = (): number[] => journal<number>(path).load();

it('keeps what is added and what it is replaced with', () => {
  const list = journal<number>(path);
  expect(loaded()).toEqual([]);

  list.add(1);
  list.add(2);
  expect(loaded()).toEqual([1, 2]);
  list.replace([3]);
  list.add(4);
  expect(loaded()).toEqual([3, 4]);
});

it('drops what broke off in the middle, and goes on after it', () => {
  const list = journal<object>(path);
  list.add({ mail: 1 });
  appendFileSync(path, '{"mail":');

  expect(list.load()).toEqual([{ mail: 1 }]);
  list.add({ mail: 2 });
  expect(list.load()).toEqual([{ mail: 1 }, { mail: 2 }]);
});

it('names the file when it is something else', () => {
  journal(path);
  writeFileSync(path, 'not ours\n');

  expect(loaded).toThrow(`${path} cannot be read; remove it to start afresh`);
});
