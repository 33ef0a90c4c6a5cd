import { TransactionCanceledException, TransactionInProgressException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { getItems, ifHolds, queryItems } from '../aws/clients.ts';
import type { Instant } from '../time.ts';
import type { Claim, GoogleSide, Mapping, Meeting, MeetingState } from './meeting.ts';
import type { Placement } from './placement.ts';

/** A booking in a staff member's list. */
export interface StaffBooking {
  readonly appointmentId: string;
  readonly state: MeetingState;
  readonly start: Instant;
  readonly end: Instant;
}

export interface MeetingStore {
  mapping(appointmentId: string): Promise<Mapping | undefined>;
  /** Those that there are, in no order. */
  mappings(appointmentIds: readonly string[]): Promise<Mapping[]>;
  meeting(meetingId: string): Promise<Meeting | undefined>;
  /** A mapping and the meeting that it is thought to be in, read at once. */
  placed(
    appointmentId: string,
    meetingId: string | undefined,
  ): Promise<{ readonly mapping: Mapping | undefined; readonly meeting: Meeting | undefined }>;
  /** Those that there are, in no order. */
  getMany(meetingIds: readonly string[]): Promise<Meeting[]>;
  /** The meeting that stands in a slot. */
  inSlot(slot: string): Promise<Meeting | undefined>;
  /**
   * Mapping, slots and meetings change together, while the appointment still is the revision that was decided from.
   * @returns false when one of them was changed meanwhile
   */
  place(placement: Placement, revision: number, expiresAt: number): Promise<boolean>;
  /** @returns the mapping as stored, undefined when it was changed meanwhile */
  putMapping(mapping: Mapping, expiresAt: number): Promise<Mapping | undefined>;
  /**
   * Takes the claim and notes what is about to be done.
   * @returns undefined when the meeting was changed meanwhile, or another holds a claim that has not ended
   */
  claim(meeting: Meeting, google: GoogleSide, claim: Claim, now: Instant): Promise<Meeting | undefined>;
  /** Records what came of it and gives the claim back. @returns undefined when the claim has been taken over */
  record(meetingId: string, google: GoogleSide, holder: string): Promise<Meeting | undefined>;
  /** Notes something without a call, under the conditions of a claim. */
  note(meeting: Meeting, google: GoogleSide, now: Instant): Promise<Meeting | undefined>;
  /** Bookings of a staff member that end after `from`, soonest first. */
  ofStaff(staffEmail: string, from: Instant): Promise<StaffBooking[]>;
}

const KEYS = {
  mapping: (id: string) => ({ pk: `mapping#${id}` }),
  slot: (id: string) => ({ pk: `slot#${id}` }),
  meeting: (id: string) => ({ pk: `meeting#${id}` }),
};

type TransactItems = NonNullable<TransactWriteCommandInput['TransactItems']>;

/** Seconds by which a booking may be longer than thought when asking for those that have not ended: the index is sorted by start. */
const LONGEST_BOOKING = 24 * 3600;

export function makeMeetingStore(db: DynamoDBDocumentClient, table: string, appointmentsTable: string): MeetingStore {
  const get = async (key: { pk: string }): Promise<Record<string, unknown> | undefined> => {
    const { Item } = await db.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }));
    if (!Item) return undefined;
    const { pk: _pk, ...record } = Item;
    return record;
  };

  const getAll = async (keys: readonly { pk: string }[]): Promise<Record<string, unknown>[]> =>
    (await getItems(db, table, keys)).map(({ pk: _pk, ...record }) => record);

  const toMapping = ({ expiresAt: _ttl, ...mapping }: Record<string, unknown>): Mapping =>
    mapping as unknown as Mapping;

  /** @returns the item as it is now, undefined when the condition did not hold */
  const update = async (
    key: { pk: string },
    expression: string,
    condition: string,
    values: Record<string, unknown>,
  ): Promise<Meeting | undefined> => {
    const answer = await ifHolds(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          UpdateExpression: expression,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
          ReturnValues: 'ALL_NEW',
        }),
      ),
    );
    if (!answer) return undefined;
    const { pk: _pk, ...meeting } = answer.Attributes ?? {};
    return meeting as unknown as Meeting;
  };

  /** Nobody has changed it, and nobody is at it. */
  const FREE = 'version = :version AND (attribute_not_exists(claim) OR claim.endsAt < :now)';

  const store: MeetingStore = {
    async mapping(appointmentId) {
      const found = await get(KEYS.mapping(appointmentId));
      return found && toMapping(found);
    },
    mappings: async (appointmentIds) => (await getAll([...new Set(appointmentIds)].map(KEYS.mapping))).map(toMapping),
    meeting: async (meetingId) => (await get(KEYS.meeting(meetingId))) as Meeting | undefined,
    async placed(appointmentId, meetingId) {
      const found = await getAll([KEYS.mapping(appointmentId), ...(meetingId ? [KEYS.meeting(meetingId)] : [])]);
      const mapping = found.find((record) => 'appointmentId' in record);
      const meeting = found.find((record) => 'participants' in record);
      return { mapping: mapping && toMapping(mapping), meeting: meeting as Meeting | undefined };
    },
    getMany: async (meetingIds) => (await getAll([...new Set(meetingIds)].map(KEYS.meeting))) as unknown as Meeting[],
    async inSlot(slot) {
      const found = await get(KEYS.slot(slot));
      return found && store.meeting(found.meetingId as string);
    },

    async place({ mapping, meetings, slots }, revision, expiresAt) {
      const items: TransactItems = [
        {
          ConditionCheck: {
            TableName: appointmentsTable,
            Key: { appointmentId: mapping.appointmentId },
            ConditionExpression: 'revision = :revision',
            ExpressionAttributeValues: { ':revision': revision },
          },
        },
        {
          Put: {
            TableName: table,
            Item: { ...KEYS.mapping(mapping.appointmentId), ...mapping, version: mapping.version + 1, expiresAt },
            ...onVersion(mapping.version),
          },
        },
        ...meetings.map((meeting) =>
          meeting.version === 0
            ? {
                Put: {
                  TableName: table,
                  Item: { ...KEYS.meeting(meeting.meetingId), ...meeting, version: 1 },
                  ...onVersion(0),
                },
              }
            : {
                Update: {
                  TableName: table,
                  Key: KEYS.meeting(meeting.meetingId),
                  UpdateExpression:
                    'SET slot = :slot, staffEmail = :staff, participants = :participants, version = :next, expiresAt = :expiresAt',
                  ConditionExpression: 'version = :version',
                  ExpressionAttributeValues: {
                    ':slot': meeting.slot,
                    ':staff': meeting.staffEmail,
                    ':participants': meeting.participants,
                    ':version': meeting.version,
                    ':next': meeting.version + 1,
                    ':expiresAt': meeting.expiresAt,
                  },
                },
              },
        ),
        ...[...slots].map(([slot, meetingId]) =>
          meetingId
            ? {
                Put: {
                  TableName: table,
                  Item: { ...KEYS.slot(slot), meetingId, expiresAt },
                  ConditionExpression: 'attribute_not_exists(pk)',
                },
              }
            : { Delete: { TableName: table, Key: KEYS.slot(slot) } },
        ),
      ];
      try {
        await db.send(new TransactWriteCommand({ TransactItems: items }));
        return true;
      } catch (error) {
        if (isConflict(error)) return false;
        throw error;
      }
    },

    async putMapping(mapping, expiresAt) {
      const next = { ...mapping, version: mapping.version + 1 };
      const answer = await ifHolds(
        db.send(
          new PutCommand({
            TableName: table,
            Item: { ...KEYS.mapping(mapping.appointmentId), ...next, expiresAt },
            ...onVersion(mapping.version),
          }),
        ),
      );
      return answer && next;
    },

    claim: (meeting, google, claim, now) =>
      update(KEYS.meeting(meeting.meetingId), 'SET google = :google, claim = :claim, version = :next', FREE, {
        ':google': google,
        ':claim': claim,
        ':version': meeting.version,
        ':next': meeting.version + 1,
        ':now': now,
      }),
    record: (meetingId, google, holder) =>
      update(
        KEYS.meeting(meetingId),
        'SET google = :google, version = version + :one REMOVE claim',
        'claim.holder = :holder',
        { ':google': google, ':one': 1, ':holder': holder },
      ),
    note: (meeting, google, now) =>
      update(KEYS.meeting(meeting.meetingId), 'SET google = :google, version = :next REMOVE claim', FREE, {
        ':google': google,
        ':version': meeting.version,
        ':next': meeting.version + 1,
        ':now': now,
      }),

    async ofStaff(staffEmail, from) {
      const found = await queryItems(db, {
        TableName: table,
        IndexName: 'byStaff',
        KeyConditionExpression: 'staffEmail = :staff AND #start >= :from',
        ExpressionAttributeNames: { '#start': 'start' },
        ExpressionAttributeValues: {
          ':staff': staffEmail,
          ':from': new Date(Date.parse(from) - LONGEST_BOOKING * 1000).toISOString(),
        },
      });
      return (found as unknown as StaffBooking[]).filter(({ end }) => end > from);
    },
  };
  return store;
}

const onVersion = (version: number) =>
  version === 0
    ? { ConditionExpression: 'attribute_not_exists(pk)' }
    : { ConditionExpression: 'version = :version', ExpressionAttributeValues: { ':version': version } };

/** Somebody else's write came first, or is on its way: decide again from what stands there then. */
const isConflict = (error: unknown): boolean =>
  error instanceof TransactionInProgressException ||
  (error instanceof TransactionCanceledException &&
    (error.CancellationReasons ?? []).some(
      ({ Code }) => Code === 'ConditionalCheckFailed' || Code === 'TransactionConflict',
    ));
