import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { KnownKeywords } from './keywords.ts';
import { defaultSettings, type Settings, settingsSchema, type VersionedSettings } from './settings.ts';

export interface SettingsStore {
  /** The settings as saved, with today's defaults for what was never set. */
  get(): Promise<VersionedSettings>;
  /** @returns false when another version than `expected` stands there */
  put(settings: Settings, expected: number): Promise<boolean>;
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
        ? { settings: settingsSchema.parse(item.settings), version: item.version as number }
        : { settings: defaultSettings, version: 0 };
    },
    async put(settings, expected) {
      try {
        await db.send(
          new PutCommand({
            TableName: table,
            Item: { id: 'settings', settings, version: expected + 1 },
            ...(expected === 0
              ? { ConditionExpression: 'attribute_not_exists(id)' }
              : {
                  ConditionExpression: 'version = :expected',
                  ExpressionAttributeValues: { ':expected': expected },
                }),
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
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
