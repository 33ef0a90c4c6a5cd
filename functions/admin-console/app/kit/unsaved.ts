import { useEffect } from 'preact/hooks';

/** The forms on the page that hold something unsaved. */
const unsaved = new Set<object>();

/** Whether leaving the page would lose something. */
export const isUnsaved = (): boolean => unsaved.size > 0;

/** What was said to be lost is lost. */
export const forgetUnsaved = (): void => unsaved.clear();

/** Asks before the page or the tab is left, as long as there is something unsaved. */
export function useUnsavedGuard(isDirty: boolean): void {
  useEffect(() => {
    if (!isDirty) return;
    const form = {};
    unsaved.add(form);
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', ask);
    return () => {
      unsaved.delete(form);
      removeEventListener('beforeunload', ask);
    };
  }, [isDirty]);
}
