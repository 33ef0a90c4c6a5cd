import { registerHooks } from 'node:module';
import { MENDED, MISTAKES } from './mistakes.ts';

/** Has everything that is imported from now on come with a mistake in it. @throws when there is no such place in the code any more */
export function plant(name: string): void {
  const mistake = MISTAKES[name] ?? MENDED[name];
  if (!mistake) throw new Error(`There is no mistake ${name}, only ${Object.keys(MISTAKES).join(', ')}.`);
  const { file, find, replace } = mistake;
  const url = new URL(`../../${file}`, import.meta.url).href;
  registerHooks({
    load(loaded, context, next) {
      const result = next(loaded, context);
      if (loaded !== url) return result;
      const parts = String(result.source).split(find);
      if (parts.length !== 2) throw new Error(`${file} no longer has the one place where ${name} is planted`);
      return { ...result, source: parts.join(replace) };
    },
  });
}
