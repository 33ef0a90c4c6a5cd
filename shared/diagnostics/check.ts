import type { Locale } from '../appointments/appointment.ts';

/** One thing that can be wrong with an installation, as `GET /diagnostics` shows it. */
export interface Check {
  /** Stable. */
  readonly id: string;
  readonly status: Status;
  readonly title: string;
  /** The evidence. */
  readonly detail: string;
  /** What to do; empty when there is nothing to do. */
  readonly fix: string;
}

export type Status = 'pass' | 'warn' | 'fail' | 'unknown';

/** The same words in every language that we speak. */
export type Text = Readonly<Record<Locale, string>>;

/** What a check has come to. */
export interface Finding {
  readonly status: Status;
  readonly detail: Text;
  readonly fix: Text;
}

/** A check by its name: from evidence to a finding, without asking anybody. */
export interface Rule<Evidence> {
  readonly id: string;
  /** What is so when all is well. */
  readonly title: Text;
  readonly judge: (evidence: Evidence) => Finding;
}

/** For names, numbers and times, which are the same in all languages. */
export const same = (text: string): Text => ({ en: text, es: text });

const NOTHING = same('');

export const pass = (en: string, es: string): Finding => ({ status: 'pass', detail: { en, es }, fix: NOTHING });

/** What must be done about what was found. */
export const trouble = (status: Exclude<Status, 'pass'>, detail: Text, fix: Text = NOTHING): Finding => ({
  status,
  detail,
  fix,
});

export const joined = (texts: readonly Text[], between = ' '): Text => ({
  en: texts.map(({ en }) => en).join(between),
  es: texts.map(({ es }) => es).join(between),
});

/** How many of what: `counted(2, ['booking', 'bookings'], ['cita', 'citas'])`. */
export const counted = (
  count: number,
  [one, many]: readonly [string, string],
  [una, varias]: readonly [string, string],
): Text => ({ en: `${count} ${count === 1 ? one : many}`, es: `${count} ${count === 1 ? una : varias}` });

export const bookings = (count: number): Text => counted(count, ['booking', 'bookings'], ['cita', 'citas']);

/** The first few of a list, and how many more there are. */
export function listed(items: readonly Text[], most: number, between = '; '): Text {
  const more = items.length - most;
  const rest: Text[] = more > 0 ? [{ en: `and ${more} more`, es: `y ${more} más` }] : [];
  return joined([...items.slice(0, most), ...rest], between);
}

/** The worst that was found. */
export const worst = (statuses: readonly Status[]): Status =>
  (['fail', 'warn', 'unknown'] as const).find((status) => statuses.includes(status)) ?? 'pass';
