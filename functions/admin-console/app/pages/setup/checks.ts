import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Check } from '../../api-types.ts';
import { type Loaded, useLoad } from '../../kit/load.tsx';
import { useLanguage } from '../../language.ts';
import { useSession } from '../../session.ts';
import { ALL_CHECKS } from './steps.ts';

export type Checks = ReadonlyMap<string, Check>;

export interface LookedAt extends Loaded<Checks> {
  /** Asks again for those that do not pass: looking costs calls at Google. */
  readonly reloadOpen: () => void;
}

/** What `GET /diagnostics` says of the set-up, in the chosen language. */
export function useChecks(): LookedAt {
  const { api } = useSession();
  const language = useLanguage();
  const known = useRef<Map<string, Check>>(new Map());
  const wanted = useRef(ALL_CHECKS);
  const loaded = useLoad(
    async (signal): Promise<Checks> => {
      const ids = wanted.current;
      wanted.current = ALL_CHECKS;
      const { data } = await api('GET /diagnostics', { signal, query: { check: ids.join(',') } });
      for (const check of data.checks) known.current.set(check.id, check);
      return new Map(known.current);
    },
    [language],
  );
  const { reload } = loaded;
  const reloadOpen = () => {
    const open = ALL_CHECKS.filter((id) => known.current.get(id)?.status !== 'pass');
    if (open.length === 0) return;
    wanted.current = open;
    reload();
  };
  return { ...loaded, reloadOpen };
}

/** Milliseconds between two looks while somebody is waited for. */
const EVERY = 15_000;

/** Looks again by itself while the page can be seen, and at once when somebody comes back to it, from Google's say. */
export function useLookingAgain(isOn: boolean, look: () => void): void {
  const latest = useRef(look);
  latest.current = look;
  const lookIfSeen = useMemo(() => () => document.visibilityState === 'visible' && latest.current(), []);
  useEffect(() => {
    if (!isOn) return;
    const timer = setInterval(lookIfSeen, EVERY);
    document.addEventListener('visibilitychange', lookIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener('visibilitychange', lookIfSeen);
    };
  }, [isOn, lookIfSeen]);
}
