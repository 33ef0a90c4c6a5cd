import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeStreamCommand,
  type DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { compileFilters } from './event-filter.ts';
import type { JsonFile } from './json-file.ts';
import type { Invocable } from './lambda.ts';
import { type DeliverySettings, type GivenUp, Lanes } from './stream-lanes.ts';
import { type StreamRecord, toStreamRecord } from './stream-record.ts';

/** An event source mapping as the template defines it. */
export interface MappingDefinition extends DeliverySettings {
  readonly id: string;
  readonly functionId: string;
  readonly streamArn: string;
  readonly startingPosition: 'TRIM_HORIZON' | 'LATEST';
  readonly filterPatterns: readonly string[];
  /** ARN of the queue for what is given up. */
  readonly onFailure: string | undefined;
}

/** Where to begin in a shard: at a sequence number's successor, or at one end. */
export type Position = { readonly after: string } | 'TRIM_HORIZON' | 'LATEST';

/** What is read: shards that come and go, each with its records in order. */
export interface StreamSource {
  shards(): Promise<readonly { readonly id: string; readonly parentId: string | undefined }[]>;
  iterator(shardId: string, position: Position): Promise<string | undefined>;
  /** `next` is undefined at the end of a shard that is closed. */
  read(iterator: string): Promise<{ readonly records: readonly StreamRecord[]; readonly next: string | undefined }>;
}

/** A source's stream over DynamoDB's API. */
export function dynamoDbSource(client: DynamoDBStreamsClient, streamArn: string): StreamSource {
  return {
    async shards() {
      const shards: { id: string; parentId: string | undefined }[] = [];
      let ExclusiveStartShardId: string | undefined;
      do {
        const { StreamDescription } = await client.send(
          new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId }),
        );
        for (const shard of StreamDescription?.Shards ?? []) {
          if (shard.ShardId !== undefined) shards.push({ id: shard.ShardId, parentId: shard.ParentShardId });
        }
        ExclusiveStartShardId = StreamDescription?.LastEvaluatedShardId;
      } while (ExclusiveStartShardId !== undefined);
      return shards;
    },
    async iterator(ShardId, position) {
      const shard = { StreamArn: streamArn, ShardId };
      const from = (ShardIteratorType: 'TRIM_HORIZON' | 'LATEST') =>
        client.send(new GetShardIteratorCommand({ ...shard, ShardIteratorType }));
      if (position === 'TRIM_HORIZON' || position === 'LATEST') return (await from(position)).ShardIterator;
      const after = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position.after } as const;
      try {
        return (await client.send(new GetShardIteratorCommand({ ...shard, ...after }))).ShardIterator;
      } catch (error) {
        // Older than what the stream still keeps: everything that it keeps is new.
        if (error instanceof TrimmedDataAccessException) return (await from('TRIM_HORIZON')).ShardIterator;
        throw error;
      }
    },
    async read(ShardIterator) {
      const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }));
      return { records: Records.map((record) => toStreamRecord(record, streamArn)), next: NextShardIterator };
    },
  };
}

/** How far each shard of a stream has been worked through. */
export interface Checkpoint {
  readonly streamArn: string;
  readonly shards: Readonly<Record<string, ShardCheckpoint>>;
}

interface ShardCheckpoint {
  /** Everything up to this sequence number is done. */
  readonly after?: string;
  readonly finished?: boolean;
}

/** Records that were given up, and why: what Lambda would send to the on-failure queue is made of it. */
export interface Discarded {
  readonly mapping: MappingDefinition;
  readonly shardId: string;
  readonly records: readonly StreamRecord[];
  readonly why: GivenUp;
  readonly invocations: number;
}

export interface ConsumerOptions {
  readonly mapping: MappingDefinition;
  readonly source: StreamSource;
  readonly target: Invocable;
  readonly checkpoints: JsonFile<Checkpoint>;
  readonly onDiscarded: (discarded: Discarded) => void;
  readonly log: (line: string) => void;
  /** @default 150 */
  readonly pollMilliseconds?: number;
  readonly firstRetryMilliseconds?: number;
}

const SHARD_LOOK_MILLISECONDS = 5000;
const TROUBLE_PAUSE_MILLISECONDS = 1000;
const SAVE_MILLISECONDS = 100;
/** Reading pauses while so many records of a shard wait for delivery. */
const MOST_OPEN_RECORDS = 2000;

/**
 * Reads a stream and delivers its records to a function, as a Lambda event source mapping does. How far it got is kept,
 * so that a later run goes on from there; what was under way then is delivered again.
 */
export class StreamConsumer {
  readonly #options: ConsumerOptions;
  readonly #passes: (record: unknown) => boolean;
  readonly #shards: Map<string, ShardCheckpoint>;
  readonly #reading = new Map<string, Promise<void>>();
  readonly #lanes = new Set<Lanes>();
  readonly #stopping = new AbortController();
  readonly #resumed: boolean;
  #saving: NodeJS.Timeout | undefined;
  #lookAtShards = (): void => {};
  #running: Promise<void> | undefined;

  constructor(options: ConsumerOptions) {
    this.#options = options;
    this.#passes = compileFilters(options.mapping.filterPatterns);
    const kept = options.checkpoints.load();
    this.#resumed = kept?.streamArn === options.mapping.streamArn;
    this.#shards = new Map(this.#resumed ? Object.entries(kept?.shards ?? {}) : []);
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Stops reading and delivering; what is under way is not waited for and will be delivered again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const lanes of this.#lanes) lanes.stop();
    this.#lookAtShards();
    await this.#running;
    await Promise.all(this.#reading.values());
    if (this.#saving !== undefined) this.#save();
  }

  get #stopped(): boolean {
    return this.#stopping.signal.aborted;
  }

  async #run(): Promise<void> {
    let first = true;
    while (!this.#stopped) {
      const look = new Promise<void>((resolve) => {
        this.#lookAtShards = resolve;
      });
      await this.#startReaders(first).then(
        () => {
          first = false;
        },
        (error: unknown) => this.#options.log(`Stream: ${String(error)}`),
      );
      await Promise.race([look, this.#pause(SHARD_LOOK_MILLISECONDS)]);
    }
  }

  async #startReaders(first: boolean): Promise<void> {
    const shards = await this.#options.source.shards();
    const known = new Set(shards.map((shard) => shard.id));
    for (const id of this.#shards.keys()) if (!known.has(id)) this.#shards.delete(id);
    for (const { id, parentId } of shards) {
      const parentIsOpen = parentId !== undefined && known.has(parentId) && !this.#shards.get(parentId)?.finished;
      if (parentIsOpen || this.#reading.has(id) || this.#shards.get(id)?.finished) continue;
      // A shard that appears later began while this was running, so that all of it is new.
      const position = first && !this.#resumed ? this.#options.mapping.startingPosition : 'TRIM_HORIZON';
      const reading = this.#read(id, position).finally(() => this.#reading.delete(id));
      this.#reading.set(id, reading);
    }
  }

  async #read(shardId: string, start: 'TRIM_HORIZON' | 'LATEST'): Promise<void> {
    const { mapping, source, target, onDiscarded, firstRetryMilliseconds } = this.#options;
    const open: { record: StreamRecord; done: boolean }[] = [];
    let drained = (): void => {};
    const lanes = new Lanes({
      settings: mapping,
      target,
      ...(firstRetryMilliseconds !== undefined && { firstRetryMilliseconds }),
      onGivenUp: (records, why, invocations) => onDiscarded({ mapping, shardId, records, why, invocations }),
      onDone: (record) => {
        const entry = open.find((candidate) => candidate.record === record);
        if (entry !== undefined) entry.done = true;
        this.#advance(shardId, open);
        if (open.length === 0) drained();
      },
    });
    this.#lanes.add(lanes);
    let last: Position = this.#shards.get(shardId) === undefined ? start : this.#resumeAt(shardId);
    let iterator: string | undefined;
    while (!this.#stopped) {
      try {
        iterator ??= await source.iterator(shardId, last);
        if (iterator === undefined) break;
        const { records, next } = await source.read(iterator);
        const newest = records.at(-1);
        if (newest !== undefined) last = { after: newest.dynamodb.SequenceNumber };
        const wanted = records.filter((record) => {
          const passes = this.#passes(record);
          open.push({ record, done: !passes });
          return passes;
        });
        this.#advance(shardId, open);
        lanes.push(wanted);
        iterator = next;
        if (next === undefined) break;
        if (records.length === 0) await this.#pause(this.#options.pollMilliseconds ?? 150);
        while (open.length > MOST_OPEN_RECORDS && !this.#stopped) await this.#pause(100);
      } catch (error) {
        iterator = undefined;
        if (error instanceof ExpiredIteratorException || this.#stopped) continue;
        this.#options.log(`Stream: ${String(error)}`);
        await this.#pause(TROUBLE_PAUSE_MILLISECONDS);
      }
    }
    if (open.length > 0 && !this.#stopped) {
      const empty = new Promise<void>((resolve) => {
        drained = resolve;
      });
      await Promise.race([empty, new Promise((resolve) => this.#stopping.signal.addEventListener('abort', resolve))]);
    }
    this.#lanes.delete(lanes);
    if (this.#stopped) return;
    this.#shards.set(shardId, { ...this.#shards.get(shardId), finished: true });
    this.#saveSoon();
    this.#lookAtShards();
  }

  #resumeAt(shardId: string): Position {
    const after = this.#shards.get(shardId)?.after;
    return after === undefined ? 'TRIM_HORIZON' : { after };
  }

  /** Moves the checkpoint to the last record before which nothing is open. */
  #advance(shardId: string, open: { record: StreamRecord; done: boolean }[]): void {
    let after: string | undefined;
    while (open[0]?.done) after = open.shift()?.record.dynamodb.SequenceNumber;
    if (after === undefined) return;
    this.#shards.set(shardId, { after });
    this.#saveSoon();
  }

  #saveSoon(): void {
    this.#saving ??= setTimeout(() => this.#save(), SAVE_MILLISECONDS);
  }

  #save(): void {
    clearTimeout(this.#saving);
    this.#saving = undefined;
    this.#options.checkpoints.save({
      streamArn: this.#options.mapping.streamArn,
      shards: Object.fromEntries(this.#shards),
    });
  }

  async #pause(milliseconds: number): Promise<void> {
    // Rejects only when stopping, which every loop looks at.
    await sleep(milliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
  }
}
