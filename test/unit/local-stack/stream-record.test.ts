import { expect, it } from 'vitest';
import { laneOf, toStreamRecord } from '../../../infra/local/stream-record.ts';

const bytes = new Uint8Array([0, 255]);

it('makes plain JSON of a record, as Lambda does', () => {
  const record = toStreamRecord(
    {
      eventID: 'e1',
      eventName: 'REMOVE',
      eventVersion: '1.1',
      awsRegion: 'ddblocal',
      userIdentity: { Type: 'Service', PrincipalId: 'dynamodb.amazonaws.com' },
      dynamodb: {
        ApproximateCreationDateTime: new Date('2026-12-01T14:00:00.700Z'),
        Keys: { id: { S: 'a' } },
        NewImage: {
          id: { S: 'a' },
          bytes: { B: bytes },
          set: { BS: [bytes] },
          deep: { M: { list: { L: [{ B: bytes }, { N: '1' }, { NULL: true }] } } },
        },
        SequenceNumber: '7',
        SizeBytes: 12,
        StreamViewType: 'NEW_IMAGE',
      },
    },
    'arn:stream',
  );

  expect(JSON.parse(JSON.stringify(record))).toEqual({
    eventID: 'e1',
    eventName: 'REMOVE',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'eu-west-1',
    eventSourceARN: 'arn:stream',
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    dynamodb: {
      ApproximateCreationDateTime: Date.parse('2026-12-01T14:00:00Z') / 1000,
      Keys: { id: { S: 'a' } },
      NewImage: {
        id: { S: 'a' },
        bytes: { B: 'AP8=' },
        set: { BS: ['AP8='] },
        deep: { M: { list: { L: [{ B: 'AP8=' }, { N: '1' }, { NULL: true }] } } },
      },
      SequenceNumber: '7',
      SizeBytes: 12,
      StreamViewType: 'NEW_IMAGE',
    },
  });
});

it('sends an item to one lane, whatever else the record says', () => {
  const record = (Keys: Record<string, { S: string }>, SequenceNumber: string) =>
    toStreamRecord({ dynamodb: { Keys, SequenceNumber } }, 'arn:stream');

  expect(laneOf(record({ pk: { S: 'a' }, sk: { S: 'b' } }, '1'), 10)).toBe(
    laneOf(record({ sk: { S: 'b' }, pk: { S: 'a' } }, '2'), 10),
  );
  const lanes = Array.from({ length: 100 }, (_, index) => laneOf(record({ pk: { S: String(index) } }, '1'), 10));
  expect(new Set(lanes).size).toBe(10);
});
