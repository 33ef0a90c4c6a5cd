import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { REGION } from './aws.ts';
import { failedItems } from './batch-response.ts';
import type { JsonFile } from './json-file.ts';
import type { Invocable } from './lambda.ts';

/** A queue as the template defines it. */
export interface QueueDefinition {
  /** Logical id. */
  readonly id: string;
  readonly arn: string;
  readonly visibilityTimeoutSeconds: number;
}

/** A message as it is kept. */
export interface QueuedMessage {
  readonly messageId: string;
  readonly body: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  readonly receives: number;
  /** Epoch milliseconds; absent while nobody has received it. */
  readonly firstReceivedAt?: number;
}

/** Stands in for one SQS queue: a message that was received is hidden for a while, and stays until it is deleted. */
export class Queue {
  readonly definition: QueueDefinition;
  readonly #file: JsonFile<QueuedMessage[]>;
  readonly #hiddenUntil = new Map<string, number>();
  #messages: readonly QueuedMessage[];

  constructor(definition: QueueDefinition, file: JsonFile<QueuedMessage[]>) {
    this.definition = definition;
    this.#file = file;
    this.#messages = file.load() ?? [];
  }

  /** Everything that is in it, hidden or not, oldest first. */
  get bodies(): readonly string[] {
    return this.#messages.map(({ body }) => body);
  }

  /** How many can be received, and how many are hidden. */
  get depth(): { readonly visible: number; readonly hidden: number } {
    const now = Date.now();
    const hidden = this.#messages.filter(({ messageId }) => (this.#hiddenUntil.get(messageId) ?? 0) > now).length;
    return { visible: this.#messages.length - hidden, hidden };
  }

  send(body: string): void {
    this.#keep([...this.#messages, { messageId: randomUUID(), body, sentAt: Date.now(), receives: 0 }]);
  }

  /** The oldest messages that are not hidden, which hides them. */
  receive(most: number): QueuedMessage[] {
    const now = Date.now();
    const visible = this.#messages.filter(({ messageId }) => (this.#hiddenUntil.get(messageId) ?? 0) <= now);
    const received = new Map(
      visible.slice(0, most).map((message) => {
        const { messageId, receives, firstReceivedAt = now } = message;
        this.#hiddenUntil.set(messageId, now + this.definition.visibilityTimeoutSeconds * 1000);
        return [messageId, { ...message, receives: receives + 1, firstReceivedAt }];
      }),
    );
    if (received.size > 0) this.#keep(this.#messages.map((message) => received.get(message.messageId) ?? message));
    return [...received.values()];
  }

  /** Shows a message that was received again before its time. */
  release(messageId: string): void {
    this.#hiddenUntil.delete(messageId);
  }

  delete(messageIds: readonly string[]): void {
    for (const messageId of messageIds) this.#hiddenUntil.delete(messageId);
    this.#keep(this.#messages.filter(({ messageId }) => !messageIds.includes(messageId)));
  }

  #keep(messages: readonly QueuedMessage[]): void {
    this.#messages = messages;
    this.#file.save([...messages]);
  }
}

/** A queue's event source mapping as the template defines it. */
export interface QueueMappingDefinition {
  readonly id: string;
  readonly functionId: string;
  readonly queueArn: string;
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly partialResponses: boolean;
}

interface QueueConsumerOptions {
  readonly mapping: QueueMappingDefinition;
  readonly queue: Queue;
  readonly target: Invocable;
  /** @default 500 */
  readonly pollMilliseconds?: number;
}

/** How far a redrive has come: messages that are done, and messages that were left in the queue. */
export interface Redriven {
  readonly redriven: number;
  readonly left: number;
}

/** Delivers a queue's messages to a function, as a Lambda event source mapping does: by itself while enabled, else when told to. */
export class QueueConsumer {
  readonly #options: QueueConsumerOptions;
  readonly #stopping = new AbortController();
  readonly #stopped = new Promise<void>((resolve) => {
    this.#stopping.signal.addEventListener('abort', () => resolve());
  });
  #running: Promise<void> | undefined;

  constructor(options: QueueConsumerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#options.mapping.enabled) this.#running = this.#poll();
  }

  /** Delivers nothing more; what is under way is not waited for and stays in the queue. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  /** What an operator does who enables the mapping until all that is in the queue now was delivered once, and disables it again. */
  async redrive(): Promise<Redriven> {
    const { mapping, queue } = this.#options;
    const messages = queue.receive(Number.POSITIVE_INFINITY);
    let redriven = 0;
    for (let from = 0; from < messages.length && !this.#stopping.signal.aborted; from += mapping.batchSize) {
      redriven += await this.#deliver(messages.slice(from, from + mapping.batchSize));
    }
    // Whoever redrives again need not wait for them to show up.
    for (const { messageId } of messages) queue.release(messageId);
    return { redriven, left: queue.bodies.length };
  }

  async #poll(): Promise<void> {
    const { mapping, queue, pollMilliseconds = 500 } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const messages = queue.receive(mapping.batchSize);
      if (messages.length > 0) await Promise.race([this.#deliver(messages), this.#stopped]);
      // Rejects only when stopping, which the loop looks at.
      else await sleep(pollMilliseconds, undefined, { signal: this.#stopping.signal }).catch(() => {});
    }
  }

  /** @returns how many messages are done */
  async #deliver(messages: readonly QueuedMessage[]): Promise<number> {
    const { mapping, queue, target } = this.#options;
    const ids = messages.map(({ messageId }) => messageId);
    const result = await target.invoke({ Records: messages.map((message) => sqsRecord(message, mapping.queueArn)) });
    const failed = failedItems(result, ids, mapping.partialResponses);
    const done = ids.filter((id) => !failed.has(id));
    if (done.length > 0) queue.delete(done);
    return done.length;
  }
}

/** A message as Lambda hands it to a function. */
function sqsRecord({ messageId, body, sentAt, receives, firstReceivedAt }: QueuedMessage, queueArn: string): object {
  return {
    messageId,
    receiptHandle: `${messageId}#${receives}`,
    body,
    attributes: {
      ApproximateReceiveCount: String(receives),
      SentTimestamp: String(sentAt),
      SenderId: 'AIDALOCAL',
      ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    },
    messageAttributes: {},
    md5OfBody: createHash('md5').update(body).digest('hex'),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: REGION,
  };
}
