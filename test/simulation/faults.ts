import type { Dice } from './randomness.ts';

/**
 * What can go wrong with one call, besides nothing:
 * - `refused`: it is answered with an error and had no effect,
 * - `lost`: it had its effect, and the answer is lost,
 * - `repeated`: the answer is lost and the SDK sends it again by itself, so that it meets its own effect,
 * - `hangs`: no answer within the time limit, and no effect,
 * - `late`: no answer within the time limit, and the effect comes seconds, minutes or hours later,
 * - `blind`: a read does not see yet what was made when the answer was lost,
 * - `slow`: it takes seconds,
 * - `throttled`: asked to come back later,
 * - `limited`: Google's usage limits for the account,
 * - `rejected`: the provider does not take this message, now or ever,
 * - `dies_before`, `dies_after`: the process is gone before the call, or after its effect and before the answer.
 */
export const FAULTS = [
  'refused',
  'lost',
  'repeated',
  'hangs',
  'late',
  'blind',
  'slow',
  'throttled',
  'limited',
  'rejected',
  'dies_before',
  'dies_after',
] as const;
export type Fault = (typeof FAULTS)[number];

const READ: readonly Fault[] = ['refused', 'slow', 'dies_before', 'dies_after'];
const WRITE: readonly Fault[] = ['refused', 'lost', 'repeated', 'slow', 'dies_before', 'dies_after'];
const GOOGLE_READ: readonly Fault[] = ['refused', 'hangs', 'slow', 'throttled', 'limited', 'dies_before', 'dies_after'];
const GOOGLE_WRITE: readonly Fault[] = [...GOOGLE_READ, 'lost', 'late'];
const SEND: readonly Fault[] = [
  'refused',
  'lost',
  'hangs',
  'throttled',
  'rejected',
  'slow',
  'dies_before',
  'dies_after',
];

/** Every step of the use cases that leaves the process, with all that can go wrong there. A step or a fault that is never met is a hole. */
export const STEPS: Readonly<Record<string, readonly Fault[]>> = {
  'appointments.get': READ,
  'appointments.getMany': READ,
  'appointments.put': WRITE,
  'appointments.remember': WRITE,
  'appointments.settle': WRITE,
  'appointments.postpone': WRITE,
  'appointments.requestLook': WRITE,
  'appointments.owe': WRITE,
  'appointments.naming': READ,
  'appointments.due': READ,
  'errands.get': READ,
  'errands.request': WRITE,
  'errands.requestStaff': WRITE,
  'errands.ensureDaily': WRITE,
  'errands.finish': WRITE,
  'errands.postpone': WRITE,
  'meetings.mapping': READ,
  'meetings.meeting': READ,
  'meetings.inSlot': READ,
  'meetings.getMany': READ,
  'meetings.ofStaff': READ,
  'meetings.place': WRITE,
  'meetings.putMapping': WRITE,
  'meetings.claim': WRITE,
  'meetings.record': WRITE,
  'meetings.note': WRITE,
  'told.ofSubject': READ,
  'told.put': WRITE,
  'told.delete': WRITE,
  'told.toldTo': READ,
  'staff.get': READ,
  'staff.list': READ,
  'staff.add': WRITE,
  'staff.setProfile': WRITE,
  'staff.setConnection': WRITE,
  'staff.park': WRITE,
  'settings.get': READ,
  'settings.put': WRITE,
  'settings.observedKeywords': READ,
  'settings.observe': WRITE,
  'grants.read': READ,
  'grants.add': WRITE,
  'grants.delete': WRITE,
  'calendar.insert': GOOGLE_WRITE,
  'calendar.patch': GOOGLE_WRITE,
  'calendar.delete': GOOGLE_WRITE,
  'calendar.get': [...GOOGLE_READ, 'blind'],
  'calendar.list': GOOGLE_READ,
  'calendar.probe': GOOGLE_READ,
  'undeliverable.get': READ,
  'undeliverable.list': READ,
  'undeliverable.mark': WRITE,
  'undeliverable.clear': WRITE,
  'mail.send': SEND,
  'sms.send': SEND,
};

/** Steps that are taken a few times a day at most; they would hardly ever be hit. */
const RARE: ReadonlySet<string> = new Set([
  'appointments.remember',
  'appointments.requestLook',
  'appointments.owe',
  'appointments.naming',
  'told.delete',
  'told.toldTo',
  'errands.request',
  'errands.requestStaff',
  'errands.ensureDaily',
  'errands.finish',
  'errands.postpone',
  'meetings.note',
  'meetings.getMany',
  'meetings.inSlot',
  'staff.add',
  'staff.list',
  'staff.setProfile',
  'staff.setConnection',
  'staff.park',
  'settings.put',
  'settings.observe',
  'grants.read',
  'grants.add',
  'grants.delete',
  'undeliverable.list',
  'undeliverable.mark',
  'undeliverable.clear',
]);

/** How rough one seed is: probabilities for one call. */
export interface Weather {
  readonly stores: number;
  readonly google: number;
  /** SMS too. */
  readonly mail: number;
  readonly deaths: number;
}

export const isCalm = ({ stores, google, mail, deaths }: Weather): boolean => stores + google + mail + deaths === 0;

/** Draws what goes wrong with one call. */
export function drawFault(dice: Dice, step: string, weather: Weather): Fault | undefined {
  const possible = STEPS[step] ?? [];
  const port = step.startsWith('calendar.') ? 'google' : step.endsWith('.send') ? 'mail' : 'stores';
  const fails = dice.chance(weather[port] * (RARE.has(step) ? 10 : 1));
  // Deaths would all be spent on reads, of which there are ten for each call that matters.
  const times = port === 'mail' ? 20 : port === 'google' || RARE.has(step) ? 5 : 1;
  const dies = dice.chance(weather.deaths * times);
  const fault = dice.pick(possible.filter((one) => isDeath(one) === dies));
  return (fails || dies) && fault ? fault : undefined;
}

export const isDeath = (fault: Fault): boolean => fault === 'dies_before' || fault === 'dies_after';
