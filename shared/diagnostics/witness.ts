import { setTimeout as sleep } from 'node:timers/promises';
import { type Clock, toMoment } from '../time.ts';
import type { NoteDetails } from './evidence.ts';
import type { EvidenceStore, Topic } from './store.ts';

/** Notes what happens, for the diagnostics to tell. */
export interface Witness {
  /**
   * @param isGood whether it is what should happen; between good and bad every turn is noted
   * @returns undefined when there is nothing to wait for; never rejects, and ends within a second
   */
  note(name: string, isGood: boolean, details?: NoteDetails): Promise<void> | undefined;
}

export interface WitnessDeps {
  readonly store: Pick<EvidenceStore, 'note'>;
  readonly topic: Topic;
  readonly clock: Clock;
  /** Is told what kept something from being noted. */
  readonly onFailure: (error: unknown) => void;
}

/** Milliseconds in which the same is noted once. */
const NOTED_EVERY = 60_000;
/** Milliseconds that anybody waits for a note. */
const PATIENCE = 1000;
/** Kinds remembered; what senders make up must not fill the memory. */
const MOST_REMEMBERED = 100;

/**
 * One write a minute for each kind at most, per execution environment, so that neither a busy day nor a stranger makes many. Whether the
 * last that came was good is what the diagnostics decide by, so a turn is noted at once.
 */
export function makeWitness({ store, topic, clock, onFailure }: WitnessDeps): Witness {
  const notedAt = new Map<string, number>();
  const pending = new Map<string, number>();
  let wasGood: boolean | undefined;

  return {
    note(name, isGood, details = {}) {
      const now = clock.now();
      const kind = JSON.stringify([name, details]);
      const count = (pending.get(name) ?? 0) + 1;
      const isFresh = (notedAt.get(kind) ?? Number.NEGATIVE_INFINITY) + NOTED_EVERY > now.getTime();
      if (isFresh && wasGood === isGood) {
        pending.set(name, count);
        return undefined;
      }
      if (notedAt.size >= MOST_REMEMBERED) notedAt.clear();
      notedAt.set(kind, now.getTime());
      pending.delete(name);
      wasGood = isGood;
      return withinPatience(store.note(topic, name, toMoment(now), details, count).catch(onFailure));
    },
  };
}

/** What takes longer goes on by itself; nobody is kept waiting for it. */
async function withinPatience(noting: Promise<void>): Promise<void> {
  const over = new AbortController();
  await Promise.race([noting, sleep(PATIENCE, undefined, { signal: over.signal }).catch(() => undefined)]);
  over.abort();
}
