/** One call of a port by the code under test. */
export interface PortCall {
  readonly port: string;
  readonly method: string;
  readonly args: readonly unknown[];
}

/**
 * Stands around a call. What it throws before `proceed` keeps the call from having any effect, what it throws after it loses the
 * answer; what it returns is the answer, so that it can also stand in for the call (a `false` for a transaction that met a conflict).
 */
export type Interference = (call: PortCall, proceed: () => Promise<unknown>) => Promise<unknown>;

/** The same port with something standing around each of its calls. All its methods must be asynchronous. */
export function interfered<Port extends object>(port: string, target: Port, interference: Interference): Port {
  return new Proxy(target, {
    get(owner, name) {
      const member: unknown = Reflect.get(owner, name, owner);
      if (typeof member !== 'function' || typeof name !== 'string') return member;
      return (...args: unknown[]) =>
        interference({ port, method: name, args }, async () => await Reflect.apply(member, owner, args));
    },
  });
}

/** Several, the first outermost. */
export const allOf =
  (...interferences: readonly Interference[]): Interference =>
  (call, proceed) =>
    interferences.reduceRight<() => Promise<unknown>>((inner, outer) => () => outer(call, inner), proceed)();

/** The execution environment died. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

/** From its first crash on a run does nothing any more, neither in its other branches. One for each run. */
export function mortal(interference: Interference): Interference {
  let crash: Crash | undefined;
  return async (call, proceed) => {
    if (crash) throw crash;
    try {
      return await interference(call, proceed);
    } catch (error) {
      if (error instanceof Crash) crash = error;
      throw error;
    }
  };
}

/** Dies at the call with this number, from 1: before its effect, or after it and before the answer. */
export function crashAt(
  number: number,
  when: 'before' | 'after',
): Interference & { readonly calls: readonly string[] } {
  const calls: string[] = [];
  const interference: Interference = async ({ port, method }, proceed) => {
    calls.push(`${port}.${method}`);
    const here = calls.length === number;
    if (here && when === 'before') throw new Crash();
    const answer = proceed();
    if (!here) return answer;
    await answer.catch(() => undefined);
    throw new Crash();
  };
  return Object.assign(interference, { calls });
}

/** Dies at the first call of this kind. */
export function crashOn(name: string, when: 'before' | 'after'): Interference {
  let done = false;
  return async ({ port, method }, proceed) => {
    const here = !done && `${port}.${method}` === name;
    done ||= here;
    if (here && when === 'before') throw new Crash();
    const answer = await proceed();
    if (here) throw new Crash();
    return answer;
  };
}

/** Lets others get in between, as often as `random` says; so one seed is one order of events. */
export const yielding =
  (random: () => number): Interference =>
  async (_call, proceed) => {
    for (let turns = Math.floor(random() * 6); turns > 0; turns -= 1) await Promise.resolve();
    const answer = await proceed();
    for (let turns = Math.floor(random() * 3); turns > 0; turns -= 1) await Promise.resolve();
    return answer;
  };
