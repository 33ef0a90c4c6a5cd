import { DeleteCommand, type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Found, ifHolds, queryItems, scanItems } from '../aws/clients.ts';
import type { Told } from './told.ts';

export interface ToldStore {
  /** What everybody was told of one subject. */
  ofSubject(subject: string): Promise<Told[]>;
  /** Stores it on top of the version it was decided from. @returns it as stored, undefined when another came first */
  put(told: Told, expiresAt: number): Promise<Told | undefined>;
  /** The same for its messages alone: all else of it, and when it may be forgotten, stays. */
  noteMessages(told: Told): Promise<Told | undefined>;
  /** Forgets it as it was read. @returns false when it has been changed meanwhile */
  delete(told: Told): Promise<boolean>;
  /** Subjects of which a customer with this address was told something. It reads all there is. @param isOver whether to stop half-way */
  toldTo(email: string, isOver: () => boolean): Promise<Found<string>>;
}

export const makeToldStore = (db: DynamoDBDocumentClient, table: string): ToldStore => ({
  async ofSubject(subject) {
    const found = await queryItems(db, {
      TableName: table,
      KeyConditionExpression: 'subject = :subject',
      ExpressionAttributeValues: { ':subject': subject },
      ConsistentRead: true,
    });
    return found.map(({ expiresAt: _ttl, ...told }) => told as unknown as Told);
  },
  async put(told, expiresAt) {
    const next = { ...told, version: told.version + 1 };
    const isStored = await ifHolds(
      db.send(
        new PutCommand({
          TableName: table,
          Item: { ...next, expiresAt },
          ...(told.version === 0
            ? { ConditionExpression: 'attribute_not_exists(subject)' }
            : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': told.version } }),
        }),
      ),
    );
    return isStored ? next : undefined;
  },
  async noteMessages({ subject, recipient, messages, version, ...told }) {
    const isStored = await ifHolds(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: { subject, recipient },
          UpdateExpression: 'SET messages = :messages, version = :next',
          ConditionExpression: 'version = :version',
          ExpressionAttributeValues: { ':messages': messages, ':version': version, ':next': version + 1 },
        }),
      ),
    );
    return isStored ? { ...told, subject, recipient, messages, version: version + 1 } : undefined;
  },
  async delete({ subject, recipient, version }) {
    const isDeleted = await ifHolds(
      db.send(
        new DeleteCommand({
          TableName: table,
          Key: { subject, recipient },
          ConditionExpression: 'attribute_not_exists(subject) OR version = :version',
          ExpressionAttributeValues: { ':version': version },
        }),
      ),
    );
    return isDeleted !== undefined;
  },
  toldTo: (email, isOver) =>
    scanItems(
      db,
      {
        TableName: table,
        ProjectionExpression: 'subject',
        FilterExpression: '#to.#role = :customer AND (#to.person = :email OR #to.address = :email)',
        ExpressionAttributeNames: { '#to': 'to', '#role': 'role' },
        ExpressionAttributeValues: { ':customer': 'customer', ':email': email },
      },
      ({ subject }) => subject as string,
      isOver,
    ),
});
