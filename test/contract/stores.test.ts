import { type BatchGetCommandInput, GetCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { makeErrandStore } from '../../shared/appointments/errands.ts';
import { makeAppointmentStore } from '../../shared/appointments/store.ts';
import { makeEvidenceStore } from '../../shared/diagnostics/store.ts';
import { makeTryStore } from '../../shared/join/store.ts';
import { newGoogleSide, newMapping } from '../../shared/meetings/meeting.ts';
import { makeMeetingStore } from '../../shared/meetings/store.ts';
import { makeToldStore } from '../../shared/notifications/store.ts';
import { notTold } from '../../shared/notifications/told.ts';
import { makeUndeliverableStore } from '../../shared/notifications/undeliverable.ts';
import { makeSettingsStore } from '../../shared/settings/store.ts';
import { makeOAuthStateStore } from '../../shared/staff/oauth-state.ts';
import { makeStaffStore } from '../../shared/staff/store.ts';
import { ANA, anAppointment } from '../builders/bookings.ts';
import { FakeAppointmentStore } from '../fakes/appointment-store.ts';
import { FakeErrandStore } from '../fakes/errand-store.ts';
import { FakeEvidenceStore } from '../fakes/evidence-store.ts';
import { FakeMeetingStore } from '../fakes/meeting-store.ts';
import { FakeOAuthStateStore } from '../fakes/oauth-state-store.ts';
import { countingIds } from '../fakes/random.ts';
import { FakeSettingsStore } from '../fakes/settings-store.ts';
import { FakeStaffStore } from '../fakes/staff-store.ts';
import { FakeToldStore } from '../fakes/told-store.ts';
import { FakeTryStore } from '../fakes/try-store.ts';
import { FakeUndeliverableStore } from '../fakes/undeliverable-store.ts';
import { appointmentStoreContract } from './appointment-store.ts';
import { useDynamoDb } from './dynamodb.ts';
import { errandStoreContract } from './errand-store.ts';
import { meetingStoreContract } from './meeting-store.ts';
import {
  evidenceStoreContract,
  oauthStateStoreContract,
  settingsStoreContract,
  staffStoreContract,
  toldStoreContract,
  tryStoreContract,
  undeliverableStoreContract,
} from './small-stores.ts';

const database = useDynamoDb();

/** Appointments and what stands beside them, in new tables. */
const onDynamoDb = async () => {
  const { client, table } = database();
  const [appointments, meetings] = await Promise.all([table(/^Tables?Appointments/), table(/^Tables?Meetings/)]);
  return {
    appointments: makeAppointmentStore(client, appointments),
    errands: makeErrandStore(client, appointments),
    meetings: makeMeetingStore(client, meetings, appointments),
  };
};
const inMemory = async () => {
  const appointments = new FakeAppointmentStore();
  return {
    appointments,
    errands: new FakeErrandStore(appointments, countingIds('token')),
    meetings: new FakeMeetingStore((id) => appointments.peek(id)?.revision),
  };
};

describe.each([
  ['in memory', inMemory],
  ['DynamoDB', onDynamoDb],
])('%s: the appointment store', (_name, make) => {
  appointmentStoreContract(async () => (await make()).appointments);
});

describe.each([
  ['in memory', inMemory],
  ['DynamoDB', onDynamoDb],
])('%s: the errand store', (_name, make) => {
  errandStoreContract(make);
});

describe.each([
  ['in memory', inMemory],
  ['DynamoDB', onDynamoDb],
])('%s: the meeting store', (_name, make) => {
  meetingStoreContract(make);
});

describe.each([
  ['in memory', async () => new FakeToldStore()],
  ['DynamoDB', async () => makeToldStore(database().client, await database().table(/^Tables?Told/))],
])('%s: the told store', (_name, make) => {
  toldStoreContract(make);
});

describe.each([
  ['in memory', async () => new FakeUndeliverableStore()],
  ['DynamoDB', async () => makeUndeliverableStore(database().client, await database().table(/^Tables?Told/))],
])('%s: the store of undeliverable addresses', (_name, make) => {
  undeliverableStoreContract(make);
});

describe.each([
  ['in memory', async () => new FakeStaffStore()],
  ['DynamoDB', async () => makeStaffStore(database().client, await database().table(/^Tables?Staff/))],
])('%s: the staff store', (_name, make) => {
  staffStoreContract(make);
});

describe.each([
  ['in memory', async () => new FakeSettingsStore()],
  ['DynamoDB', async () => makeSettingsStore(database().client, await database().table(/^Tables?Settings/))],
])('%s: the settings store', (_name, make) => {
  settingsStoreContract(make);
});

describe.each([
  ['in memory', async () => new FakeEvidenceStore()],
  ['DynamoDB', async () => makeEvidenceStore(database().client, await database().table(/^Tables?Settings/))],
])('%s: the evidence store', (_name, make) => {
  evidenceStoreContract(make);
});

describe.each([
  ['in memory', async () => new FakeOAuthStateStore()],
  ['DynamoDB', async () => makeOAuthStateStore(database().client, await database().table(/^Tables?OauthStates/))],
])('%s: the OAuth state store', (_name, make) => {
  oauthStateStoreContract(make);
});

describe.each([
  ['in memory', async () => new FakeTryStore()],
  ['DynamoDB', async () => makeTryStore(database().client, await database().table(/^Tables?OauthStates/))],
])('%s: the store of tries', (_name, make) => {
  tryStoreContract(make);
});

it('DynamoDB: tries are forgotten when their hour is over, and are no sign-in', async () => {
  const { client, table } = database();
  const name = await table(/^Tables?OauthStates/);
  const now = new Date('2026-11-24T09:00:00Z');
  await makeTryStore(client, name).take('one', 5, now);
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name }));
  expect(Items).toMatchObject([{ tries: 1, expiresAt: Date.parse('2026-11-24T10:00:00Z') / 1000 }]);
  expect(await makeOAuthStateStore(client, name).take(String(Items[0]?.state), now)).toBeUndefined();
});

it('DynamoDB: what is kept in the ledger’s table is forgotten when it was said to be', async () => {
  const { client, table } = database();
  const ledger = await table(/^Tables?Told/);
  const expiry = async ({ subject, recipient }: { subject: string; recipient: string }) =>
    (await client.send(new GetCommand({ TableName: ledger, Key: { subject, recipient } }))).Item?.expiresAt;
  const told = makeToldStore(client, ledger);
  const to = { role: 'customer', channel: 'email', address: 'luis@mail.test', person: 'luis', name: 'Luis' } as const;

  const stored = await told.put(notTold('test:1', to), 2_000_000_000);
  if (!stored) throw new Error('it was not stored');
  await told.noteMessages({ ...stored, messages: [{ kind: 'booked', state: 'failed', at: '2026-11-24T09:00:00Z' }] });
  expect(await expiry(stored)).toBe(2_000_000_000);

  const mark = { channel: 'email', address: 'luis@mail.test', reason: 'bounced', at: '2026-11-24T09:00:00Z' } as const;
  await makeUndeliverableStore(client, ledger).mark(mark, 2_100_000_000);
  expect(await expiry({ subject: 'undeliverable', recipient: 'email#luis@mail.test' })).toBe(2_100_000_000);
  expect(await told.ofSubject('test:1')).toHaveLength(1);
});

it('DynamoDB: what it had no capacity to read is asked for again', async () => {
  const { client } = database();
  const { appointments, meetings } = await onDynamoDb();
  const ids = ['test:1', 'test:2', 'test:3'];
  for (const id of ids) {
    await appointments.put(anAppointment(id));
    await meetings.putMapping(newMapping(id), 2_000_000_000);
  }
  let asked = 0;
  const oneAtATime = 'oneAtATime';
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const { RequestItems = {} } = args.input as BatchGetCommandInput;
      const [[table, request] = ['', undefined]] = Object.entries(RequestItems);
      if (!context.commandName?.startsWith('BatchGet') || !request?.Keys) return next(args);
      asked += 1;
      const [first = {}, ...rest] = request.Keys;
      const result = await next({ ...args, input: { RequestItems: { [table]: { ...request, Keys: [first] } } } });
      const UnprocessedKeys = rest.length > 0 ? { [table]: { ...request, Keys: rest } } : {};
      return { ...result, output: { ...result.output, UnprocessedKeys } };
    },
    { step: 'initialize', name: oneAtATime },
  );
  try {
    expect((await appointments.getMany(ids)).map(({ appointmentId }) => appointmentId).sort()).toEqual(ids);
    expect((await meetings.mappings(ids)).map(({ appointmentId }) => appointmentId).sort()).toEqual(ids);
    expect(asked).toBe(2 * ids.length);
  } finally {
    client.middlewareStack.remove(oneAtATime);
  }
});

describe('DynamoDB: a conflict with another transaction', () => {
  const NOW = '2026-11-24T09:00:00Z';
  const EXPIRY = 2_000_000_000;
  const placement = {
    mapping: { ...newMapping('test:1'), meetingId: 'm1', slot: 'slot-1', everPlaced: true },
    meetings: [
      {
        meetingId: 'm1',
        slot: 'slot-1',
        staffEmail: ANA,
        participants: ['test:1'],
        version: 0,
        google: newGoogleSide,
        expiresAt: EXPIRY,
      },
    ],
    slots: new Map([['slot-1', 'm1']]),
  };
  const conflicting = async <T>(times: number, action: () => Promise<T>): Promise<T> => {
    const { conflicts } = database();
    conflicts.left = times;
    conflicts.struck.length = 0;
    try {
      return await action();
    } finally {
      expect(conflicts.struck.length, 'conflicts').toBeGreaterThan(0);
      conflicts.left = 0;
    }
  };

  it('makes placing a lost race, to be decided again', async () => {
    const { meetings, appointments } = await onDynamoDb();
    await appointments.put(anAppointment('test:1'));

    expect(await conflicting(1, () => meetings.place(placement, 1, EXPIRY))).toBe(false);
    expect(await meetings.mapping('test:1')).toBeUndefined();
    expect(await meetings.place(placement, 1, EXPIRY)).toBe(true);
  });

  it('does not lose a webhook: a single write is tried again', async () => {
    const { appointments } = await onDynamoDb();
    const first = anAppointment('test:1');

    expect(await conflicting(1, () => appointments.put(first))).toEqual({ stored: true });
    expect(await conflicting(1, () => appointments.remember({ ...first, version: 2, deliveries: ['one'] }))).toEqual({
      stored: true,
    });
    expect(await conflicting(1, () => appointments.postpone(first, NOW))).toBe(true);
    expect(await conflicting(1, () => appointments.requestLook('test:1', new Date(NOW)))).toBe(true);
  });

  it('does not lose what came of a call to Google', async () => {
    const { meetings, appointments } = await onDynamoDb();
    await appointments.put(anAppointment('test:1'));
    await meetings.place(placement, 1, EXPIRY);
    const meeting = await meetings.meeting('m1');
    if (!meeting) throw new Error('it was not placed');
    await meetings.claim(meeting, newGoogleSide, { holder: 'run', endsAt: '2026-11-24T09:00:30Z' }, NOW);

    const recorded = await conflicting(1, () => meetings.record('m1', { ...newGoogleSide, generation: 4 }, 'run'));
    expect(recorded?.google.generation).toBe(4);
  });

  it('does not lose the claim, a note or a mapping', async () => {
    const { meetings, appointments } = await onDynamoDb();
    await appointments.put(anAppointment('test:1'));
    await meetings.place(placement, 1, EXPIRY);
    const meeting = await meetings.meeting('m1');
    const mapping = await meetings.mapping('test:1');
    if (!meeting || !mapping) throw new Error('it was not placed');

    expect(await conflicting(1, () => meetings.putMapping(mapping, EXPIRY))).toMatchObject({ version: 2 });
    const noted = await conflicting(1, () => meetings.note(meeting, newGoogleSide, NOW));
    if (!noted) throw new Error('the note was lost');
    const claim = { holder: 'run', endsAt: '2026-11-24T09:00:30Z' };
    expect(await conflicting(1, () => meetings.claim(noted, newGoogleSide, claim, NOW))).toMatchObject({ claim });
  });

  it('is no matter for the ledger, which is in no transaction', async () => {
    const told = makeToldStore(database().client, await database().table(/^Tables?Told/));
    const luis = notTold('test:1', {
      role: 'customer',
      channel: 'email',
      address: 'luis@mail.test',
      person: 'luis@mail.test',
      name: 'Luis',
    });
    expect(await told.put(luis, EXPIRY)).toMatchObject({ version: 1 });
  });
});
