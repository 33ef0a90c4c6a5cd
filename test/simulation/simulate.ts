import { type Day, makeDay } from './day.ts';
import { checkQuiet } from './quiet.ts';
import { System } from './system.ts';

const DAY = 86_400;

export interface Outcome {
  readonly seed: number;
  readonly violation: { readonly what: string; readonly detail: string } | undefined;
  readonly counts: ReadonlyMap<string, number>;
  readonly trace: readonly { readonly at: number; readonly text: string }[];
  /** Names of the faults that struck. */
  readonly struck: readonly string[];
  readonly googleCalls: number;
  /** The most that they may be. */
  readonly allowance: number;
  readonly messages: number;
  readonly repeats: number;
}

export interface Options {
  /** Faults left out of the history. */
  readonly spared?: ReadonlySet<string>;
  readonly withTrace?: boolean;
  /** With every call of a store. */
  readonly isVerbose?: boolean;
}

/** One seed, or a part of what it brings: the day, then quiet, then all that must hold. */
export async function simulate(
  day: number | Day,
  { spared, withTrace = false, isVerbose = false }: Options = {},
): Promise<Outcome> {
  const whole = typeof day === 'number' ? makeDay(day) : day;
  const system = new System(whole, spared);
  const { watch } = system;
  if (withTrace) watch.trace = [];
  watch.isVerbose = isVerbose;
  await system.live();
  const phase = (text: string) => watch.note(() => text);
  if (!watch.violation) {
    phase('all is quiet from here on');
    system.switchOn();
    // What failed for good is tried again within a day, calls under way have landed, and a daily look has come after that.
    await system.rest(3 * DAY);
    // Not in the middle of a daily look.
    while (system.isAboutToLook() && !watch.violation) await system.rest(1200);
  }
  if (!watch.violation) await checkQuiet(system);
  if (!watch.violation) {
    phase('everything is brought once more');
    const { googleCalls, post } = watch;
    const { sent } = post;
    system.bringAllAgain();
    await system.rest(600);
    if (watch.googleCalls > googleCalls)
      watch.violate('a call with nothing to do', `${watch.googleCalls - googleCalls}`);
    if (post.sent > sent) watch.violate('a message with nothing to tell', `${post.sent - sent}`);
  }
  if (!watch.violation) {
    phase('every channel is switched on, and everything brought once more');
    const { sent } = watch.post;
    system.switchChannelsOn();
    await system.rest(60);
    system.bringAllAgain();
    await system.rest(600);
    if (watch.post.sent > sent)
      watch.violate('a channel that was switched on brought old news', `${watch.post.sent - sent}`);
  }
  if (!watch.violation) {
    phase('the records expire');
    await system.rest(12 * DAY);
    const events = system.calendar.events().length;
    const { googleCalls } = watch;
    const { sent } = watch.post;
    system.expire();
    await system.rest(2 * DAY);
    const changed =
      system.calendar.events().length !== events || watch.post.sent !== sent || watch.googleCalls !== googleCalls;
    if (changed) watch.violate('expiry changed something', `${events} events and ${sent} messages before`);
  }
  const { violation, counts, trace = [], googleCalls, allowance } = watch;
  const { sent: messages, repeats } = watch.post;
  const struck = system.struck.map(({ name }) => name);
  return { seed: whole.seed, violation, counts, trace, struck, googleCalls, allowance, messages, repeats };
}
