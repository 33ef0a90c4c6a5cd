import {
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  InternalServerError,
  ResourceNotFoundException,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeStreamReader } from '../../../shared/appointments/stream.ts';

// What DynamoDB Local never does: forget, answer with an empty page in the middle, end a shard.
const aws = mockClient(DynamoDBStreamsClient);
const stream = makeStreamReader(new DynamoDBStreamsClient({ region: 'eu-west-1' }), 'arn:stream');
const failure = { $metadata: {}, message: 'x' };
const number = (at: number): string => `${at}`.padStart(21, '0');
const record = (at: number) => ({
  dynamodb: {
    SequenceNumber: number(at),
    Keys: { appointmentId: { S: `test:${at}` } },
    NewImage: { wake: { S: 'now' } },
  },
});
const woken = (first: number, last: number) =>
  stream.woken({ shardId: 'shard-1', first: number(first), last: number(last) }, Date.now() + 5000);

beforeEach(() => {
  aws.reset();
  aws.on(GetShardIteratorCommand).resolves({ ShardIterator: 'page-1' });
});

describe('the stream reader', () => {
  it('tells what is left of a range whose beginning is forgotten', async () => {
    aws
      .on(GetShardIteratorCommand, { ShardIteratorType: 'AT_SEQUENCE_NUMBER' })
      .rejects(new TrimmedDataAccessException(failure));
    aws.on(GetRecordsCommand).resolves({ Records: [record(7), record(8), record(9)], NextShardIterator: 'page-2' });

    expect(await woken(5, 8)).toEqual({ ids: ['test:7', 'test:8'], trimmed: true });
  });

  it('tells that a whole range is forgotten', async () => {
    aws
      .on(GetShardIteratorCommand, { ShardIteratorType: 'AT_SEQUENCE_NUMBER' })
      .rejects(new TrimmedDataAccessException(failure));
    aws.on(GetRecordsCommand).resolves({ Records: [record(9)], NextShardIterator: 'page-2' });

    expect(await woken(5, 8)).toEqual({ ids: [], trimmed: true });
  });

  it.each([new ResourceNotFoundException(failure), new TrimmedDataAccessException(failure)])(
    'takes a shard that is no more for forgotten, told by $name',
    async (error) => {
      aws.on(GetShardIteratorCommand).rejects(error);

      expect(await woken(5, 8)).toEqual({ ids: [], trimmed: true });
    },
  );

  it('reads on over pages, an empty one too', async () => {
    aws.on(GetRecordsCommand, { ShardIterator: 'page-1' }).resolves({ Records: [], NextShardIterator: 'page-2' });
    aws
      .on(GetRecordsCommand, { ShardIterator: 'page-2' })
      .resolves({ Records: [record(5)], NextShardIterator: 'page-3' });
    aws.on(GetRecordsCommand, { ShardIterator: 'page-3' }).resolves({ Records: [record(6), record(7)] });

    expect(await woken(5, 6)).toEqual({ ids: ['test:5', 'test:6'], trimmed: false });
  });

  it('ends where the shard does', async () => {
    aws.on(GetRecordsCommand).resolves({ Records: [record(5)] });

    expect(await woken(5, 6)).toEqual({ ids: ['test:5'], trimmed: false });
  });

  it('fails when DynamoDB does', async () => {
    aws.on(GetRecordsCommand).rejects(new InternalServerError(failure));

    await expect(woken(5, 6)).rejects.toThrow(InternalServerError);
  });
});
