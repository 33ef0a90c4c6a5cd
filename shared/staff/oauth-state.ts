import { DeleteCommand, type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { ifHolds } from '../aws/clients.ts';
import { epochSeconds } from '../time.ts';

/** One sign-in that has been begun. */
export interface OAuthState {
  readonly state: string;
  readonly staffEmail: string;
  /** The connect link's token, to begin again with. */
  readonly link: string;
  /** It asks for the list of calendars too, since the staff member wants to change theirs. */
  readonly calendars?: boolean;
  readonly codeVerifier: string;
  /** Digest of the cookie of the browser that began it. */
  readonly browser: string;
}

export interface OAuthStateStore {
  /** @param until after which it is no longer accepted */
  put(state: OAuthState, until: Date): Promise<void>;
  /** Takes it away: a state is good for one use. @returns undefined when it was used, has expired or never was */
  take(state: string, now: Date): Promise<OAuthState | undefined>;
}

export function makeOAuthStateStore(db: DynamoDBDocumentClient, table: string): OAuthStateStore {
  /** @returns what was there; of several at once one gets it */
  const remove = async (state: string): Promise<Record<string, unknown> | undefined> => {
    const answer = await ifHolds(
      db.send(
        new DeleteCommand({
          TableName: table,
          Key: { state },
          ConditionExpression: 'attribute_exists(codeVerifier)',
          ReturnValues: 'ALL_OLD',
        }),
      ),
    );
    return answer?.Attributes;
  };

  return {
    async put(state, until) {
      await db.send(new PutCommand({ TableName: table, Item: { ...state, expiresAt: epochSeconds(until) } }));
    },
    async take(state, now) {
      const Attributes = await remove(state);
      // TTL removes an item some time after its end, not at it.
      return Attributes && (Attributes.expiresAt as number) > epochSeconds(now)
        ? (Attributes as unknown as OAuthState)
        : undefined;
    },
  };
}
