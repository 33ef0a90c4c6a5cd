import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ifHolds } from '../aws/clients.ts';
import type { KnownKeywords } from './keywords.ts';
import { defaultSettings, type RemindersSince, settingsSchema, type VersionedSettings } from './settings.ts';

export interface SettingsStore {
  /** The settings as saved, with today's defaults for what was never set. */
  get(): Promise<VersionedSettings>;
  /** Stores settings on top of the version that they were changed from. @returns false when another stands there */
  put(saved: VersionedSettings): Promise<boolean>;
  /** Field names that bookings have carried. */
  observedKeywords(): Promise<KnownKeywords>;
  observe(names: readonly string[]): Promise<void>;
}

export function makeSettingsStore(db: DynamoDBDocumentClient, table: string): SettingsStore {
  const get = async (id: string) =>
    (await db.send(new GetCommand({ TableName: table, Key: { id }, ConsistentRead: true }))).Item;
  return {
    async get() {
      const item = await get('settings');
      return item
        ? {
            settings: settingsSchema.parse(item.settings),
            version: item.version as number,
            ...(item.remindersSince && { remindersSince: item.remindersSince as RemindersSince }),
          }
        : { settings: defaultSettings, version: 0 };
    },
    async put({ version, ...saved }) {
      const answer = await ifHolds(
        db.send(
          new PutCommand({
            TableName: table,
            Item: { id: 'settings', ...saved, version: version + 1 },
            ...(version === 0
              ? { ConditionExpression: 'attribute_not_exists(id)' }
              : {
                  ConditionExpression: 'version = :version',
                  ExpressionAttributeValues: { ':version': version },
                }),
          }),
        ),
      );
      return answer !== undefined;
    },
    async observedKeywords() {
      return new Set((await get('keywords'))?.names as Iterable<string> | undefined);
    },
    async observe(names) {
      await db.send(
        new UpdateCommand({
          TableName: table,
          Key: { id: 'keywords' },
          UpdateExpression: 'ADD #names :names',
          ExpressionAttributeNames: { '#names': 'names' },
          ExpressionAttributeValues: { ':names': new Set(names) },
        }),
      );
    },
  };
}
