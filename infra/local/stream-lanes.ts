import { setTimeout as sleep } from 'node:timers/promises';
import { failedItems } from './batch-response.ts';
import type { Invocable, InvocationResult } from './lambda.ts';
import { laneOf, type StreamRecord } from './stream-record.ts';

/** How a mapping delivers, with the meaning that these settings have on AWS; -1 is "without end". */
export interface DeliverySettings {
  readonly batchSize: number;
  readonly lanes: number;
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeSeconds: number;
  readonly bisectOnError: boolean;
  readonly partialResponses: boolean;
}

/** Why records were given up, in Lambda's words. */
export type GivenUp = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

export interface LanesOptions {
  readonly settings: DeliverySettings;
  readonly target: Invocable;
  /** Called once for each record that needs no more work. */
  readonly onDone: (record: StreamRecord) => void;
  /** Called before onDone for records that are given up. */
  readonly onGivenUp: (records: readonly StreamRecord[], why: GivenUp, invocations: number) => void;
  /** @default 500, doubling up to ten seconds */
  readonly firstRetryMilliseconds?: number;
}

const LONGEST_RETRY_MILLISECONDS = 10_000;

/**
 * Delivers the records of one shard: in several lanes at once, in order within the lane of an item, and again what
 * failed until it works or is given up.
 */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #lanes: { records: StreamRecord[]; running: Promise<void> | undefined }[];
  readonly #stopping = new AbortController();

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#lanes = Array.from({ length: options.settings.lanes }, () => ({ records: [], running: undefined }));
  }

  push(records: readonly StreamRecord[]): void {
    for (const record of records) this.#lanes[laneOf(record, this.#lanes.length)]?.records.push(record);
    for (const lane of this.#lanes) {
      if (lane.running !== undefined || lane.records.length === 0) continue;
      lane.running = this.#drain(lane.records).finally(() => {
        lane.running = undefined;
      });
    }
  }

  /** Starts no more invocations and retries; what is not done yet stays so. */
  stop(): void {
    this.#stopping.abort();
  }

  async #drain(records: StreamRecord[]): Promise<void> {
    while (records.length > 0 && !this.#stopping.signal.aborted) {
      await this.#deliver(records.splice(0, this.#options.settings.batchSize));
    }
  }

  async #deliver(batch: readonly StreamRecord[]): Promise<void> {
    const { settings, target } = this.#options;
    let remaining = this.#withoutExpired(batch, 0);
    let attempts = 0;
    while (remaining.length > 0 && !this.#stopping.signal.aborted) {
      const result = await target.invoke({ Records: remaining });
      // A function that is ended together with the stack has not failed.
      if (this.#stopping.signal.aborted && !result.ok) return;
      const failedFrom = firstFailure(result, remaining, settings.partialResponses);
      for (const record of remaining.slice(0, failedFrom)) this.#options.onDone(record);
      if (failedFrom === remaining.length) return;
      // Retries are counted against the record that holds up the lane.
      attempts = failedFrom > 0 ? 1 : attempts + 1;
      remaining = remaining.slice(failedFrom);
      if (settings.bisectOnError && failedFrom === 0 && remaining.length > 1) {
        const half = Math.ceil(remaining.length / 2);
        await this.#deliver(remaining.slice(0, half));
        await this.#deliver(remaining.slice(half));
        return;
      }
      if (settings.maximumRetryAttempts >= 0 && attempts > settings.maximumRetryAttempts) {
        this.#giveUp(remaining, 'RetryAttemptsExhausted', attempts);
        return;
      }
      await this.#pause(attempts);
      remaining = this.#withoutExpired(remaining, attempts);
    }
  }

  #withoutExpired(records: readonly StreamRecord[], attempts: number): readonly StreamRecord[] {
    const { maximumRecordAgeSeconds } = this.#options.settings;
    if (maximumRecordAgeSeconds < 0) return records;
    const oldest = Date.now() / 1000 - maximumRecordAgeSeconds;
    const expired = records.filter((record) => record.dynamodb.ApproximateCreationDateTime < oldest);
    if (expired.length === 0) return records;
    this.#giveUp(expired, 'RecordAgeExceeded', attempts);
    return records.filter((record) => !expired.includes(record));
  }

  #giveUp(records: readonly StreamRecord[], why: GivenUp, attempts: number): void {
    this.#options.onGivenUp(records, why, attempts);
    for (const record of records) this.#options.onDone(record);
  }

  async #pause(attempts: number): Promise<void> {
    const first = this.#options.firstRetryMilliseconds ?? 500;
    const pause = Math.min(first * 2 ** (attempts - 1), LONGEST_RETRY_MILLISECONDS);
    // Rejects only when the stack stops, which the caller looks at anyway.
    await sleep(pause, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}

/** Index of the first record that has to be delivered again; the number of records when there is none. */
function firstFailure(result: InvocationResult, batch: readonly StreamRecord[], partialResponses: boolean): number {
  const numbers = batch.map((record) => record.dynamodb.SequenceNumber);
  const failed = failedItems(result, numbers, partialResponses);
  const index = numbers.findIndex((number) => failed.has(number));
  return index < 0 ? batch.length : index;
}
