import type { AppError, Fault } from '../errors.ts';
import type { Moment } from '../time.ts';

/** What of a kind came last, without anything of what was sent: names of fields and keywords at most. */
export interface Note {
  /** What is bad and what is good may come in the same second. */
  readonly at: Moment;
  /** How often at least; several of one minute may be noted as one. */
  readonly count: number;
  readonly fields?: readonly string[];
  readonly keywords?: readonly string[];
  /** Of a sign-in: what it was made with. */
  readonly clientId?: string;
  readonly redirectUri?: string;
}

export type NoteDetails = Omit<Note, 'at' | 'count'>;

/** The last of each kind. */
export type Notes = ReadonlyMap<string, Note>;

export const PLATFORMS = ['booknetic', 'appointments'] as const;
export type Platform = (typeof PLATFORMS)[number];

export const REFUSALS = [
  'secret_missing',
  'wrong_secret',
  'unreplaced_keywords',
  'unreadable_times',
  'not_valid',
  'unreadable_body',
] as const;
export type Refusal = (typeof REFUSALS)[number];
export type WebhookOutcome = Refusal | 'taken_in';

/** What a webhook came to, as it is noted. */
export const webhookNote = (platform: Platform, outcome: WebhookOutcome): string => `${platform} ${outcome}`;

/** Names kept of one refusal, and characters of one of them. */
const MOST_NAMES = 20;
const LONGEST_NAME = 80;

const names = (all: readonly string[]): string[] =>
  [...new Set(all)].slice(0, MOST_NAMES).map((name) => name.slice(0, LONGEST_NAME));

const TIMES =
  /^(?:add_to_google_calendar_link|appointment_(?:date|(?:start|end)_(?:date_time|time))|data\.(?:start|end))$/;

/**
 * Why a webhook with the right secret was refused. Paths only: what was written in a field is the customer's.
 * @param unreplaced keywords that the platform did not fill in
 */
export function refusalOf(
  { kind, faults }: Pick<AppError, 'kind' | 'faults'>,
  unreplaced: readonly string[],
): { readonly outcome: Refusal } & NoteDetails {
  const paths = faults.map(({ path }: Fault) => path).filter(Boolean);
  if (kind !== 'invalid' || (faults.length > 0 && paths.length === 0)) return { outcome: 'unreadable_body' };
  if (unreplaced.length > 0) return { outcome: 'unreplaced_keywords', keywords: names(unreplaced) };
  const times = paths.filter((path) => TIMES.test(path));
  return times.length > 0
    ? { outcome: 'unreadable_times', fields: names(times) }
    : { outcome: 'not_valid', fields: names(paths) };
}
