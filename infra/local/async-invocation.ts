import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Invocable } from './lambda.ts';

/** What the template says of the invocations of a function that nobody waits for. */
export interface AsyncInvocationDefinition {
  readonly functionId: string;
  readonly retries: number;
  /** ARN of the queue that gets the events that were given up. */
  readonly onFailure: string | undefined;
}

interface AsyncInvokerOptions {
  readonly target: Invocable;
  readonly functionArn: string;
  readonly retries: number;
  /** Gets what Lambda sends to the on-failure destination, as JSON. */
  readonly onFailure?: ((record: string) => void) | undefined;
  /** Milliseconds before the second attempt and the third. @default Lambda's */
  readonly waits?: readonly number[];
}

const LAMBDA_WAITS = [60_000, 120_000];

/** Stands in for the queue that Lambda keeps in front of a function for events that others hand over without waiting. */
export class AsyncInvoker {
  readonly #options: AsyncInvokerOptions;
  readonly #stopping = new AbortController();

  constructor(options: AsyncInvokerOptions) {
    this.#options = options;
  }

  invoke(event: object): void {
    void this.#run(event);
  }

  /** What waits for another attempt is forgotten. */
  stop(): void {
    this.#stopping.abort();
  }

  async #run(event: object): Promise<void> {
    const { target, functionArn, retries, onFailure, waits = LAMBDA_WAITS } = this.#options;
    const { signal } = this.#stopping;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      const result = await target.invoke(event);
      if (result.ok || signal.aborted) return;
      if (attempt > retries) {
        return onFailure?.(JSON.stringify(givenUp(event, functionArn, attempt, result.error)));
      }
      // Rejects only when stopping, which the loop looks at.
      await sleep(waits[attempt - 1], undefined, { signal }).catch(() => {});
    }
  }
}

/** What Lambda sends to an on-failure destination for one event. */
function givenUp(event: object, functionArn: string, attempts: number, error: object): object {
  return {
    version: '1.0',
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: randomUUID(),
      functionArn: `${functionArn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: attempts,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    responsePayload: error,
  };
}
