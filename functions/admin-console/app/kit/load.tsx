import type { ComponentChildren } from 'preact';
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, type Fault } from '../api.ts';
import { useSession } from '../session.ts';
import { ErrorNotice, Loading } from './notices.tsx';

export interface Loaded<Data> {
  /** What was loaded last; it stays while it is loaded again. */
  readonly data: Data | undefined;
  /** Why the last try failed. */
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
  /** Takes over what a save has answered. */
  readonly setData: (data: Data) => void;
}

/**
 * Loads what a page shows, anew whenever `inputs` change, and ends what nobody waits for any more.
 * @param load is to hand its signal on to the API
 * @param inputs what `load` depends on, as of `useEffect`
 */
export function useLoad<Data>(
  load: (signal: AbortSignal) => Promise<Data>,
  inputs: readonly unknown[] = [],
): Loaded<Data> {
  const [{ data, error, isLoading }, setState] = useState<Pick<Loaded<Data>, 'data' | 'error' | 'isLoading'>>({
    data: undefined,
    error: undefined,
    isLoading: true,
  });
  const [round, setRound] = useState(0);
  const { signIns } = useSession();
  const failed = error !== undefined;
  const reload = useCallback(() => setRound((last) => last + 1), []);
  const setData = useCallback((now: Data) => setState({ data: now, error: undefined, isLoading: false }), []);

  useEffect(() => {
    const abort = new AbortController();
    setState((last) => ({ ...last, isLoading: true }));
    load(abort.signal).then(
      (now) => abort.signal.aborted || setData(now),
      (reason: unknown) => abort.signal.aborted || setState((last) => ({ ...last, error: reason, isLoading: false })),
    );
    return () => abort.abort();
  }, [...inputs, round]);

  const signInsBefore = useRef(signIns);
  useEffect(() => {
    if (signIns !== signInsBefore.current && failed) reload();
    signInsBefore.current = signIns;
  }, [signIns, failed, reload]);
  return { data, error, isLoading, reload, setData };
}

/** Shows what is loaded once it is, and until then that it is not, or why. */
export function Load<Data>({
  of: { data, error, reload },
  children,
}: {
  readonly of: Loaded<Data>;
  readonly children: (data: Data) => ComponentChildren;
}) {
  return (
    <>
      {error !== undefined && <ErrorNotice error={error} onRetry={reload} />}
      {data === undefined ? error === undefined && <Loading /> : children(data)}
    </>
  );
}

export interface Action<Input> {
  /** Does nothing while it is under way. */
  readonly run: (input: Input) => void;
  readonly busy: boolean;
  /** Why it failed the last time. */
  readonly error: unknown;
  /** What is wrong with a field, of its own or of what is in it. */
  readonly faultAt: (path: string) => string | undefined;
  readonly clear: () => void;
}

/** Something that somebody sets off: a save, a deletion. It is brought to its end even when the page is left. */
export function useAction<Input = void>(act: (input: Input) => Promise<unknown>): Action<Input> {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const faults = error instanceof ApiError ? error.faults : [];
  return {
    busy,
    error,
    faultAt: (path) => faultAt(faults, path),
    clear: () => setError(undefined),
    run: (input) => {
      if (busy) return;
      setBusy(true);
      setError(undefined);
      act(input)
        .catch(setError)
        .finally(() => setBusy(false));
    },
  };
}

/** All that is said of a field or of what is in it. */
export function faultAt(faults: readonly Fault[], path: string): string | undefined {
  const own = faults.filter((fault) => fault.path === path || fault.path.startsWith(`${path}.`));
  return own.length > 0 ? own.map(({ message }) => message).join(' ') : undefined;
}
