import type { MeetingState } from '../../api-types.ts';

/** Which bookings are listed; kept in the address, so that it can be bookmarked. */
export interface Filter {
  /** Any of them; none for all. */
  readonly states: readonly MeetingState[];
  /** E-mail address; empty for everybody. */
  readonly staff: string;
  /** `2026-12-01`; empty for today, whenever that is. */
  readonly from: string;
  /** The last day; empty for no end. */
  readonly to: string;
  readonly text: string;
}

/** Milliseconds. */
const DAY = 86_400_000;
/** In place of a first day: from the beginning. */
export const EVER = 'ever';
/** What somebody should look at. */
export const NEEDS_ATTENTION: readonly MeetingState[] = ['failed', 'retrying', 'waiting_for_staff'];

const STATES: Readonly<Record<MeetingState, true>> = {
  not_required: true,
  pending: true,
  ready: true,
  waiting_for_staff: true,
  retrying: true,
  failed: true,
  cancelled: true,
};
export const ALL_STATES = Object.keys(STATES) as readonly MeetingState[];

const isState = (name: string): name is MeetingState => Object.hasOwn(STATES, name);
const isDay = (text: string): boolean =>
  /^\d{4}-\d\d-\d\d$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;

/** What an address asks for; somebody may have typed anything. */
export function readFilter(query: URLSearchParams): Filter {
  const given = (name: string): string => query.get(name)?.trim() ?? '';
  const [from, to] = [given('from'), given('to')];
  return {
    states: given('state').split(',').filter(isState),
    staff: given('staff').toLowerCase(),
    from: from === EVER || isDay(from) ? from : '',
    to: isDay(to) ? to : '',
    text: query.get('text') ?? '',
  };
}

/** For the address. */
export const writeFilter = ({ states, staff, from, to, text }: Filter): Readonly<Record<string, string>> => ({
  state: states.join(','),
  staff,
  from,
  to,
  text,
});

/** Whether it is narrower than what is shown at first. */
export const isFiltered = (filter: Filter): boolean => Object.values(writeFilter(filter)).some((value) => value !== '');

export const isSameStates = (one: readonly MeetingState[], other: readonly MeetingState[]): boolean =>
  one.toSorted().join() === other.toSorted().join();

/** The first day that is listed; undefined for from the beginning. */
export const firstDay = ({ from }: Filter, today: string): string | undefined =>
  from === EVER ? undefined : from || today;

/** Whether the last day is before the first. */
export function endsBeforeItBegins(filter: Filter, today: string): boolean {
  const first = firstDay(filter, today);
  return first !== undefined && filter.to !== '' && filter.to < first;
}

/** For `GET /appointments`, which knows instants and no days. */
export function apiQuery(filter: Filter, timeZone: string, now: Date): Readonly<Record<string, string>> {
  const first = firstDay(filter, dayOf(now, timeZone));
  return {
    state: filter.states.join(','),
    staff: filter.staff,
    from: first === undefined ? '' : startOfDay(first, timeZone),
    to: filter.to === '' ? '' : startOfDay(nextDay(filter.to), timeZone),
  };
}

/** @returns `2026-12-01`, as it is then in the zone */
export function dayOf(instant: Date, timeZone: string): string {
  const { year = '', month = '', day = '' } = partsOf(instant, timeZone);
  return `${year.padStart(4, '0')}-${month}-${day}`;
}

/** When a day begins in a zone: `2026-11-30T23:00:00Z`. Its clocks may change in it, at midnight too. */
export function startOfDay(day: string, timeZone: string): string {
  const asIfUtc = Date.parse(`${day}T00:00:00Z`);
  const [one = asIfUtc, other = asIfUtc] = [asIfUtc - DAY, asIfUtc + DAY]
    .map((near) => asIfUtc - offset(near, timeZone))
    .toSorted((first, second) => first - second);
  const start = dayOf(new Date(one), timeZone) === day ? one : other;
  return new Date(start).toISOString().replace('.000Z', 'Z');
}

const nextDay = (day: string): string => new Date(Date.parse(`${day}T00:00:00Z`) + DAY).toISOString().slice(0, 10);

/** Milliseconds by which the clocks there are ahead of UTC. */
function offset(instant: number, timeZone: string): number {
  const { year = '', month = '', day = '', hour = '', minute = '', second = '' } = partsOf(new Date(instant), timeZone);
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - instant;
}

function partsOf(instant: Date, timeZone: string): Readonly<Partial<Record<Intl.DateTimeFormatPartTypes, string>>> {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
  return Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, value]));
}
