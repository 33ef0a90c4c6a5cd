import { DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand } from '@aws-sdk/client-dynamodb-streams';
import { describe } from 'vitest';
import { makeErrandStore } from '../../shared/appointments/errands.ts';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import { makeStreamReader } from '../../shared/appointments/stream.ts';
import { makeStreamsClient } from '../../shared/aws/clients.ts';
import { anAppointment } from '../builders/bookings.ts';
import { FakeStreamReader, type StreamPosition } from '../fakes/stream-reader.ts';
import { useDynamoDb } from './dynamodb.ts';
import { type StreamHarness, streamReaderContract } from './stream-reader.ts';

const database = useDynamoDb();

const inMemory = async (): Promise<StreamHarness> => {
  const stream = new FakeStreamReader();
  return { stream, write: async (id, wake) => stream.append(id, wake) };
};

/** The stream of a new table, written to by the stores that write to it. */
const onDynamoDb = async (): Promise<StreamHarness> => {
  const { client, streamedTable } = database();
  const { name, streamArn } = await streamedTable(/^Tables?Appointments/);
  const appointments = makeAppointmentStore(client, name);
  const errands = makeErrandStore(client, name);
  const versions = new Map<string, number>();
  const streams = makeStreamsClient();

  const newest = async (): Promise<StreamPosition> => {
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
    const ShardId = StreamDescription?.Shards?.at(-1)?.ShardId ?? '';
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ StreamArn: streamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    return { shardId: ShardId, number: Records?.at(-1)?.dynamodb?.SequenceNumber ?? '' };
  };
  return {
    stream: makeStreamReader(streams, streamArn),
    async write(id, wake = 'now') {
      const version = (versions.get(id) ?? 0) + 1;
      versions.set(id, version);
      const appointment = { ...anAppointment(id), version };
      if (id.startsWith('errand#')) await errands.request(id, '2026-11-24T09:00:00Z', wake);
      else if (wake === 'now') await appointments.put(appointment);
      else await appointments.remember({ ...appointment, deliveries: ['one'] });
      return newest();
    },
  };
};

describe.each([
  ['in memory', inMemory],
  ['DynamoDB', onDynamoDb],
])('%s: the stream reader', (_name, make) => {
  streamReaderContract(make);
});
