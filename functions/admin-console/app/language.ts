import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Locale } from '../../../shared/appointments/appointment.ts';

export type Language = Locale;

/** The texts of a page or part: English says which there are, and Spanish must have each of them. */
export interface Texts<Words> {
  readonly en: Words;
  readonly es: Words;
}
export const defineTexts = <Words extends object>(texts: { en: Words; es: NoInfer<Words> }): Texts<Words> => texts;

export const isLanguage = (name: string | undefined): name is Language => name === 'en' || name === 'es';

/** The first of ours that somebody prefers. @param preferred as `navigator.languages` */
export const preferredLanguage = (preferred: readonly string[]): Language =>
  preferred.map((tag) => tag.slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en';

/** How dates and numbers are written: as the browser does where it speaks the chosen language, else as that language does. */
export const writingLocale = (language: Language, preferred: readonly string[]): string =>
  preferred.find((tag) => tag.slice(0, 2).toLowerCase() === language) ?? language;

export const LanguageContext = createContext<{ language: Language; setLanguage: (language: Language) => void }>({
  language: 'en',
  setLanguage: () => {},
});

export const useLanguage = (): Language => useContext(LanguageContext).language;
export const useTexts = <Words>(texts: Texts<Words>): Words => texts[useLanguage()];
