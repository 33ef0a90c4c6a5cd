import { useEffect, useRef, useState } from 'preact/hooks';
import type { Loaded } from '../../kit/load.tsx';
import { delayAfter } from './progress.ts';

/** Loads again and again, ever less often, as long as there is something to come. A tab that nobody sees waits until somebody does. */
export function useRefresh(
  { isLoading, reload }: Pick<Loaded<unknown>, 'isLoading' | 'reload'>,
  isWanted: boolean,
): void {
  const [isSeen, setSeen] = useState(!document.hidden);
  const looks = useRef(0);
  useEffect(() => {
    const follow = () => setSeen(!document.hidden);
    document.addEventListener('visibilitychange', follow);
    return () => document.removeEventListener('visibilitychange', follow);
  }, []);
  useEffect(() => {
    looks.current = 0;
  }, [isWanted, isSeen]);
  useEffect(() => {
    if (!isWanted || !isSeen || isLoading) return;
    const timer = setTimeout(() => {
      looks.current += 1;
      reload();
    }, delayAfter(looks.current));
    return () => clearTimeout(timer);
  }, [isWanted, isSeen, isLoading, reload]);
}
