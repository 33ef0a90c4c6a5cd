import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Moment } from '../time.ts';
import type { Note, NoteDetails, Notes } from './evidence.ts';

/** What evidence is about: one record each. */
export type Topic = 'webhooks' | 'sign-ins';

/** Evidence that must be there before somebody asks. One entry for each kind of thing that can happen, so that it never grows. */
export interface EvidenceStore {
  /** Replaces what was noted of that kind, and adds to its count. */
  note(topic: Topic, name: string, at: Moment, details: NoteDetails, count: number): Promise<void>;
  notes(topic: Topic): Promise<Notes>;
}

const keyOf = (topic: Topic) => ({ id: `evidence#${topic}` });
const COUNT = '#count';

/** @param table the one of the settings */
export const makeEvidenceStore = (db: DynamoDBDocumentClient, table: string): EvidenceStore => ({
  async note(topic, name, at, details, count) {
    await db.send(
      new UpdateCommand({
        TableName: table,
        Key: keyOf(topic),
        UpdateExpression: 'SET #name = :entry ADD #count :count',
        ExpressionAttributeNames: { '#name': name, '#count': `${name}${COUNT}` },
        ExpressionAttributeValues: { ':entry': { at, ...details }, ':count': count },
      }),
    );
  },
  async notes(topic) {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: keyOf(topic), ConsistentRead: true }));
    const { id: _id, ...entries } = Item ?? {};
    return new Map(
      Object.entries(entries)
        .filter(([name]) => !name.endsWith(COUNT))
        .map(([name, entry]) => [
          name,
          { ...(entry as Omit<Note, 'count'>), count: (entries[`${name}${COUNT}`] as number | undefined) ?? 1 },
        ]),
    );
  },
});
