import { createContext } from 'preact';
import { useContext, useMemo } from 'preact/hooks';
import type { Api } from './api.ts';
import { type Format, makeFormat } from './format.ts';
import { useLanguage } from './language.ts';

/** What every page works with once somebody is signed in. */
export interface Session {
  readonly api: Api;
  /** Of the settings. */
  readonly timeZone: string;
  /** To be told when it was saved as something else. */
  readonly setTimeZone: (timeZone: string) => void;
  /** Says it for a moment at the edge of the page, and to who cannot see it. */
  readonly announce: (text: string) => void;
  /** Counts the sign-ins of this tab: what could not be loaded without a key is loaded after the next one. */
  readonly signIns: number;
}

export const SessionContext = createContext<Session | undefined>(undefined);

/** @throws Error outside of the signed-in part */
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('Nobody is signed in here.');
  return session;
}

export function useFormat(): Format {
  const { timeZone } = useSession();
  const language = useLanguage();
  return useMemo(() => makeFormat(language, navigator.languages, timeZone), [language, timeZone]);
}
