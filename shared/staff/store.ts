import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { ifHolds } from '../aws/clients.ts';
import type { Connection, Profile, Staff } from './staff.ts';

export interface StaffStore {
  get(email: string): Promise<Staff | undefined>;
  /** All staff, by address: a business has few. */
  list(): Promise<Staff[]>;
  /** Adds somebody who is not known yet. @returns false when they are */
  add(staff: Staff): Promise<boolean>;
  /** Replaces the profile and leaves the connection. @returns false when the person is not known */
  setProfile(email: string, profile: Profile): Promise<boolean>;
  /** Their own choice of calendar. @returns false when the person is not known */
  setCalendar(email: string, calendarId: string, name: string | undefined): Promise<boolean>;
  /**
   * @param grantId changes it only while this grant is in use; null: while none is
   * @returns false when another one is, or the person is not known
   */
  setConnection(email: string, connection: Connection, grantId?: string | null): Promise<boolean>;
  park(email: string, parked: NonNullable<Staff['parked']>): Promise<void>;
  delete(email: string): Promise<void>;
}

export function makeStaffStore(db: DynamoDBDocumentClient, table: string): StaffStore {
  /** @returns false when the condition did not hold */
  const conditionally = async (write: () => Promise<unknown>): Promise<boolean> =>
    (await ifHolds(write())) !== undefined;
  const update = (
    email: string,
    set: Record<string, unknown>,
    condition: string,
    values: Record<string, unknown> = {},
    names: Record<string, string> = {},
  ) => {
    const given = Object.entries(set).filter(([, value]) => value !== undefined);
    const gone = Object.keys(set).filter((name) => set[name] === undefined);
    return conditionally(() =>
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: { email },
          UpdateExpression: [
            given.length > 0 && `SET ${given.map(([name]) => `#${name} = :${name}`).join(', ')}`,
            gone.length > 0 && `REMOVE ${gone.map((name) => `#${name}`).join(', ')}`,
          ]
            .filter(Boolean)
            .join(' '),
          ExpressionAttributeNames: {
            ...Object.fromEntries(Object.keys(set).map((name) => [`#${name}`, name])),
            ...names,
          },
          ExpressionAttributeValues: {
            ...Object.fromEntries(given.map(([name, value]) => [`:${name}`, value])),
            ...values,
          },
          ConditionExpression: condition,
        }),
      ),
    );
  };

  return {
    async get(email) {
      const { Item } = await db.send(new GetCommand({ TableName: table, Key: { email }, ConsistentRead: true }));
      return Item as Staff | undefined;
    },
    async list() {
      const found: Staff[] = [];
      let start: Record<string, unknown> | undefined;
      do {
        const page = await db.send(
          new ScanCommand({ TableName: table, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
        );
        found.push(...((page.Items ?? []) as Staff[]));
        start = page.LastEvaluatedKey;
      } while (start);
      return found.sort((a, b) => (a.email < b.email ? -1 : 1));
    },
    add: (staff) =>
      conditionally(() =>
        db.send(new PutCommand({ TableName: table, Item: staff, ConditionExpression: 'attribute_not_exists(email)' })),
      ),
    setProfile: (email, { name, phone, locale, calendarId }) =>
      update(email, { name, phone, locale, calendarId }, 'attribute_exists(email)'),
    setCalendar: (email, calendarId, name) =>
      update(email, { calendarId, chosen: name ? { calendarId, name } : undefined }, 'attribute_exists(email)'),
    setConnection: (email, connection, grantId) =>
      grantId === undefined
        ? update(email, { connection, parked: undefined }, 'attribute_exists(email)')
        : grantId === null
          ? update(email, { connection }, 'attribute_exists(email) AND attribute_not_exists(#connection.grantId)')
          : update(email, { connection }, '#connection.grantId = :grantId', { ':grantId': grantId }),
    async park(email, parked) {
      // A short wait must not end a long one.
      await update(
        email,
        { parked },
        'attribute_exists(email) AND (attribute_not_exists(parked) OR parked.#until < :until)',
        { ':until': parked.until },
        { '#until': 'until' },
      );
    },
    async delete(email) {
      await db.send(new DeleteCommand({ TableName: table, Key: { email } }));
    },
  };
}
