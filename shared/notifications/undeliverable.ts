import type { Instant } from '../time.ts';
import type { Channel } from './told.ts';

/** Why nothing is sent to an address any more. */
export type UndeliverableReason = 'bounced' | 'complained' | 'opted_out';

/** An address that takes no messages: found out by sending one. */
export interface Undeliverable {
  readonly channel: Channel;
  readonly address: string;
  readonly reason: UndeliverableReason;
  readonly at: Instant;
  /** What the provider said, such as `550 5.1.1 user unknown`. */
  readonly detail?: string;
}

export interface UndeliverableStore {
  get(channel: Channel, address: string): Promise<Undeliverable | undefined>;
  list(): Promise<Undeliverable[]>;
  /** @param expiresAt seconds since the epoch; what is known of an address is forgotten then */
  mark(undeliverable: Undeliverable, expiresAt: number): Promise<void>;
  clear(channel: Channel, address: string): Promise<void>;
}
