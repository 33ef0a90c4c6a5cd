import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ifHolds } from '../aws/clients.ts';
import { HOUR } from '../time.ts';

/** Counts tries at something within the hour of the clock. */
export interface TryStore {
  /** Counts one, before it is known what comes of it. @returns false when there have been `most` */
  take(name: string, most: number, now: Date): Promise<boolean>;
  /** It was none after all. */
  giveBack(name: string, now: Date): Promise<void>;
}

/** When counting begins anew: seconds since the epoch. */
export const nextCount = (now: Date): number => (Math.floor(now.getTime() / 1000 / HOUR) + 1) * HOUR;

/** @param table that of the sign-ins; they do not get in each other's way, since a sign-in's state is random and has other fields */
export function makeTryStore(db: DynamoDBDocumentClient, table: string): TryStore {
  const update = async (
    name: string,
    now: Date,
    expression: string,
    values: Record<string, unknown>,
    condition: string,
  ): Promise<boolean> => {
    const answer = await ifHolds(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: { state: `tries#${name}#${nextCount(now)}` },
          UpdateExpression: expression,
          ExpressionAttributeValues: values,
          ConditionExpression: condition,
        }),
      ),
    );
    return answer !== undefined;
  };

  return {
    take: (name, most, now) =>
      update(
        name,
        now,
        'SET expiresAt = :end ADD tries :one',
        { ':one': 1, ':most': most, ':end': nextCount(now) },
        'attribute_not_exists(tries) OR tries < :most',
      ),
    async giveBack(name, now) {
      await update(name, now, 'ADD tries :minusOne', { ':minusOne': -1, ':none': 0 }, 'tries > :none');
    },
  };
}
