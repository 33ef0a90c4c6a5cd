import { DeleteCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ifHolds, queryItems } from '../aws/clients.ts';
import { DAY, type Instant } from '../time.ts';
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
  /** All of them, by channel and address. */
  list(): Promise<Undeliverable[]>;
  /**
   * What is older than what is known of the address changes nothing.
   * @param expiresAt seconds since the epoch; what is known of an address is forgotten then
   */
  mark(undeliverable: Undeliverable, expiresAt: number): Promise<void>;
  clear(channel: Channel, address: string): Promise<void>;
}

/** How long an address is remembered: seconds. A mailbox that is gone mostly stays so; an address may be given to somebody else. */
export const REMEMBERED_SECONDS = 365 * DAY;

/** The one partition of the ledger's table that is no appointment's and no connection's. */
const SUBJECT = 'undeliverable';

const keyOf = (channel: Channel, address: string) => ({ subject: SUBJECT, recipient: `${channel}#${address}` });

const read = ({ subject: _subject, recipient: _recipient, expiresAt: _ttl, ...mark }: Record<string, unknown>) =>
  mark as unknown as Undeliverable;

/** @param table the ledger's */
export const makeUndeliverableStore = (db: DynamoDBDocumentClient, table: string): UndeliverableStore => ({
  async get(channel, address) {
    const { Item } = await db.send(
      new GetCommand({ TableName: table, Key: keyOf(channel, address), ConsistentRead: true }),
    );
    return Item && read(Item);
  },
  async list() {
    const found = await queryItems(db, {
      TableName: table,
      KeyConditionExpression: 'subject = :subject',
      ExpressionAttributeValues: { ':subject': SUBJECT },
      ConsistentRead: true,
    });
    return found.map(read);
  },
  async mark(undeliverable, expiresAt) {
    // Where it does not hold, what is known of the address is as new, or newer.
    await ifHolds(
      db.send(
        new PutCommand({
          TableName: table,
          Item: { ...keyOf(undeliverable.channel, undeliverable.address), ...undeliverable, expiresAt },
          ConditionExpression: 'attribute_not_exists(subject) OR #at < :at',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: { ':at': undeliverable.at },
        }),
      ),
    );
  },
  async clear(channel, address) {
    await db.send(new DeleteCommand({ TableName: table, Key: keyOf(channel, address) }));
  },
});
