import type { Answer, Fault } from '../../api.ts';
import type { Settings } from '../../api-types.ts';
import { type Conflict, changedPaths, type Draft, merge, patchBetween, valueAt, withValue } from './merge.ts';

/** What is in the form, and what it was made from. */
export interface FormState {
  /** As last saved, by whomever. */
  readonly saved: Answer<Settings>;
  readonly draft: Draft;
  /** What is wrong with what was last tried to save, as far as it was not changed since. */
  readonly faults: readonly Fault[];
  /** What another admin's save has brought up. */
  readonly conflicts: readonly ChosenConflict[];
  /** What only the other admin changed: their values are in the draft. */
  readonly takenOver: readonly { readonly path: string; readonly before: unknown }[];
}

export interface ChosenConflict extends Conflict {
  /** @default - nobody has chosen yet */
  readonly choice?: Side;
}
export type Side = 'mine' | 'theirs';

export const started = (saved: Answer<Settings>): FormState => ({
  saved,
  draft: saved.data,
  faults: [],
  conflicts: [],
  takenOver: [],
});

const isIn = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`);

/** With another value: what was wrong with the one before is no longer said, and a conflict about it is decided. */
export function edited(state: FormState, path: string, value: unknown): FormState {
  return {
    ...state,
    draft: withValue(state.draft, path, value),
    faults: state.faults.filter((fault) => !isIn(fault.path, path)),
    conflicts: state.conflicts.map((conflict) =>
      isIn(conflict.path, path)
        ? { ...conflict, mine: valueAt(withValue(state.draft, path, value), conflict.path), choice: 'mine' }
        : conflict,
    ),
  };
}

export function chosen(state: FormState, path: string, choice: Side): FormState {
  const conflict = state.conflicts.find((each) => each.path === path);
  if (!conflict) return state;
  return {
    ...state,
    draft: withValue(state.draft, path, conflict[choice]),
    faults: state.faults.filter((fault) => !isIn(fault.path, path)),
    conflicts: state.conflicts.map((each) => (each === conflict ? { ...each, choice } : each)),
  };
}

/** Somebody else saved first: theirs is what this form is based on from now on. */
export function overtaken(state: FormState, theirs: Answer<Settings>): FormState {
  const { draft, conflicts, takenOver } = merge(state.saved.data, state.draft, theirs.data);
  return {
    saved: theirs,
    draft,
    faults: [],
    conflicts,
    takenOver: takenOver.map((path) => ({ path, before: valueAt(state.saved.data, path) })),
  };
}

/** @param sent the draft that was saved; what was typed in since stays unsaved */
export function stored(state: FormState, sent: Draft, saved: Answer<Settings>): FormState {
  return { ...started(saved), draft: merge(sent, state.draft, saved.data).draft };
}

export const refused = (state: FormState, faults: readonly Fault[]): FormState => ({ ...state, faults });

export const changesOf = ({ saved, draft }: FormState): readonly string[] => changedPaths(saved.data, draft);
export const patchOf = ({ saved, draft }: FormState) => patchBetween(saved.data, draft);
export const undecided = ({ conflicts }: FormState): readonly ChosenConflict[] =>
  conflicts.filter(({ choice }) => choice === undefined);

/** All that is said of a field or of what is in it. */
export const faultsAt = ({ faults }: FormState, path: string): readonly Fault[] =>
  faults.filter((fault) => isIn(fault.path, path));
