import { type DynamoDBDocumentClient, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ifHolds, queryItems } from '../aws/clients.ts';
import type { Told } from './told.ts';

export interface ToldStore {
  /** What everybody was told of one subject. */
  ofSubject(subject: string): Promise<Told[]>;
  /** Stores it on top of the version it was decided from. @returns it as stored, undefined when another came first */
  put(told: Told, expiresAt: number): Promise<Told | undefined>;
  /** The same for its messages alone: all else of it, and when it may be forgotten, stays. */
  noteMessages(told: Told): Promise<Told | undefined>;
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
});
