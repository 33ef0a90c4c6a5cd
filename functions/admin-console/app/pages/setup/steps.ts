import type { Check, GoogleClientView, StaffView } from '../../api-types.ts';

/** What there is to do, in this order. */
export const STEPS = [
  'switch_on',
  'google_project',
  'consent_screen',
  'google_client',
  'publish',
  'staff',
  'platform',
  'first_booking',
] as const;
export type StepName = (typeof STEPS)[number];

interface StepChecks {
  /** All of them must pass before the step is done. */
  readonly decide: readonly string[];
  /** They can only speak against it: some cannot be known before a later step. */
  readonly warn: readonly string[];
}

/** The checks of `GET /diagnostics` that tell how far a step has come. */
const CHECKS: Readonly<Record<StepName, StepChecks>> = {
  switch_on: { decide: ['integration_enabled', 'basic_settings'], warn: [] },
  google_project: { decide: ['calendar_api'], warn: [] },
  consent_screen: { decide: [], warn: [] },
  google_client: { decide: ['google_client'], warn: ['redirect_uri'] },
  publish: { decide: ['app_published'], warn: [] },
  staff: { decide: ['staff_connected'], warn: ['meet_links'] },
  platform: { decide: ['webhooks'], warn: ['clock_and_format'] },
  first_booking: { decide: ['first_booking'], warn: [] },
};

export const checksOf = (step: StepName): readonly string[] => [...CHECKS[step].decide, ...CHECKS[step].warn];
export const ALL_CHECKS: readonly string[] = STEPS.flatMap(checksOf);

/** `todo`: nothing is wrong with it, and it is not done yet either. */
export type Standing = 'pass' | 'warn' | 'fail' | 'todo';

export interface Facts {
  readonly google: GoogleClientView;
  readonly staff: readonly StaffView[];
  /** By id; without those that have not come yet. */
  readonly checks: ReadonlyMap<string, Check>;
}

export const isConnected = ({ connection }: StaffView): boolean => connection.state === 'connected';

/** What besides its checks must be so for a step to be done: a check that finds nothing to complain of passes on an empty stack too. */
const HAS_BEGUN: Readonly<Record<StepName, (facts: Facts) => boolean>> = {
  switch_on: () => true,
  google_project: () => true,
  // Whoever has come back from Google has been shown it.
  consent_screen: ({ staff }) => staff.some(({ connection }) => connection.googleEmail !== null),
  google_client: ({ google }) => google.clientSecretSet,
  publish: ({ staff }) => staff.some(isConnected),
  staff: ({ staff }) => staff.some(isConnected),
  platform: () => true,
  first_booking: () => true,
};

export type Standings = Readonly<Record<StepName, Standing>>;

/** How far each step has come. What cannot be found out is still to do. */
export function standings(facts: Facts): Standings {
  const statusOf = (id: string): Check['status'] => facts.checks.get(id)?.status ?? 'unknown';
  const standingOf = (step: StepName): Standing => {
    const { decide, warn } = CHECKS[step];
    const found = [...decide, ...warn].map(statusOf);
    const hasBegun = HAS_BEGUN[step](facts);
    // That nothing was entered yet is no fault on the way through.
    if (step === 'google_client' && !hasBegun) return 'todo';
    if (found.includes('fail')) return 'fail';
    if (found.includes('warn')) return 'warn';
    return hasBegun && decide.every((id) => statusOf(id) === 'pass') ? 'pass' : 'todo';
  };
  return Object.fromEntries(STEPS.map((step) => [step, standingOf(step)])) as Standings;
}

/**
 * The step to go on with: the first one behind all that is done, since what is done shows that what comes before it was; at the end whatever
 * is left. @returns undefined when all is done
 */
export function nextStep(all: Standings): StepName | undefined {
  const lastDone = STEPS.findLastIndex((step) => all[step] === 'pass');
  const isOpen = (step: StepName): boolean => all[step] !== 'pass';
  return (
    STEPS.find((step) => all[step] === 'fail') ??
    STEPS.find((step, index) => index > lastDone && isOpen(step)) ??
    STEPS.find(isOpen)
  );
}
