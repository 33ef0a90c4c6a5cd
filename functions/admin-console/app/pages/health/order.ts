import type { Check } from '../../api-types.ts';

/** What needs somebody first. */
export const URGENCY: readonly Check['status'][] = ['fail', 'warn', 'unknown', 'pass'];

/** Most urgent first; as urgent ones stay in the order in which they came. */
export const byUrgency = (checks: readonly Check[]): readonly Check[] =>
  checks.toSorted((a, b) => URGENCY.indexOf(a.status) - URGENCY.indexOf(b.status));
