import type { Settings } from '../../api-types.ts';

/** What is typed in is sent as it is, and refused by the API where it is no good: a number may still be a text. */
export type Draft = Omit<Settings, 'retentionDays' | 'reminders'> & {
  readonly retentionDays: number | string;
  readonly reminders: readonly DraftReminder[];
};
export interface DraftReminder {
  readonly minutesBefore: number | string;
  readonly channels: Settings['reminders'][number]['channels'];
}

/** A text, a number, a list: what is changed, and taken over from somebody else, as a whole. Undefined where there is none. */
export type Value = unknown;

/** Every value by its path: `notifications.email.staff`, `templates.booked.customer.email.en.body`. */
export type Values = ReadonlyMap<string, Value>;

export function valuesOf(draft: Draft): Values {
  const values = new Map<string, Value>();
  const visit = (value: Value, path: string) => {
    if (!isObject(value)) values.set(path, value);
    else for (const [key, inner] of Object.entries(value)) visit(inner, path === '' ? key : `${path}.${key}`);
  };
  visit(draft, '');
  return values;
}

export const valueAt = (draft: Draft, path: string): Value =>
  path.split('.').reduce<Value>((inner, key) => (isObject(inner) ? inner[key] : undefined), draft);

/** The same with another value; undefined removes it, and what is empty then. */
export function withValue(draft: Draft, path: string, value: Value): Draft {
  const set = (target: Value, [key = '', ...rest]: readonly string[]): Readonly<Record<string, Value>> | undefined => {
    const { [key]: before, ...others } = isObject(target) ? target : {};
    const now = rest.length === 0 ? value : set(before, rest);
    if (now === undefined) return Object.keys(others).length === 0 ? undefined : others;
    // In its place among the others.
    return before === undefined ? { ...others, [key]: now } : { ...(target as object), [key]: now };
  };
  return { templates: {}, ...set(draft, path.split('.')) } as Draft;
}

export const isSame = (one: Value, other: Value): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Where two differ. */
export function changedPaths(before: Draft, now: Draft): readonly string[] {
  const [one, other] = [valuesOf(before), valuesOf(now)];
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => !isSame(one.get(path), other.get(path)));
}

/** What makes the one into the other as a JSON Merge Patch (RFC 7396): null removes, and a list is replaced whole. */
export function patchBetween(before: Draft, now: Draft): Record<string, unknown> {
  const between = (one: Value, other: Value): Value => {
    if (other === undefined) return null;
    if (!isObject(one) || !isObject(other)) return other;
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return Object.fromEntries(
      keys.filter((key) => !isSame(one[key], other[key])).map((key) => [key, between(one[key], other[key])]),
    );
  };
  return between(before, now) as Record<string, unknown>;
}

/** A value that two people have changed into something else each. */
export interface Conflict {
  readonly path: string;
  readonly mine: Value;
  readonly theirs: Value;
}

export interface Merged {
  /** Theirs with what I changed; of a conflict mine, until somebody has chosen. */
  readonly draft: Draft;
  readonly conflicts: readonly Conflict[];
  /** What only they changed. */
  readonly takenOver: readonly string[];
}

/** Puts together what two people have made of the same settings; nothing that either of them changed is lost. */
export function merge(base: Draft, mine: Draft, theirs: Draft): Merged {
  const byThem = changedPaths(base, theirs);
  const byMe = new Set(changedPaths(base, mine));
  const conflicts = byThem
    .filter((path) => byMe.has(path))
    .map((path) => ({ path, mine: valueAt(mine, path), theirs: valueAt(theirs, path) }))
    .filter((conflict) => !isSame(conflict.mine, conflict.theirs));
  return {
    draft: [...byMe].reduce((draft, path) => withValue(draft, path, valueAt(mine, path)), theirs),
    conflicts,
    takenOver: byThem.filter((path) => !byMe.has(path)),
  };
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
