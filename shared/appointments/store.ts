import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { type Found, getItems, orCurrent, queryItems, scanItems } from '../aws/clients.ts';
import { type Instant, latest, toInstant, toMoment } from '../time.ts';
import type { Appointment } from './appointment.ts';
import { namesAddress, type Personal } from './erasure.ts';
import { type ListPlace, listPlace } from './list-place.ts';

/** `current` is what stands there instead; undefined when it has gone meanwhile. */
export type PutResult =
  | { readonly stored: true }
  | { readonly stored: false; readonly current: Appointment | undefined };

/** An appointment that is owed a look. */
export interface DueAppointment {
  readonly appointmentId: string;
  readonly staffEmail: string;
  readonly dueAt: Instant;
}

/** An appointment in the list of all that have a booking. */
export interface ListedAppointment {
  readonly appointmentId: string;
  readonly staffEmail: string;
  readonly listedAt: ListPlace;
}

/** A part of the list: starts from `from` on and before `to`, and only what comes behind the place `after`. */
export interface ListRange {
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly after?: ListPlace | undefined;
}

export interface AppointmentStore {
  get(appointmentId: string): Promise<Appointment | undefined>;
  getMany(appointmentIds: readonly string[]): Promise<Appointment[]>;
  /** Stores a revision and wakes the sync, if what stands there is the version before it (nothing, for version 1). */
  put(appointment: Appointment): Promise<PutResult>;
  /**
   * Stores a delivery that changed nothing (its id, its source time, the start that it announces), under the same condition.
   * @param lookAt when to look at it, if at all
   */
  remember(appointment: Appointment, lookAt?: Instant): Promise<PutResult>;
  /** Nothing is owed any more. @returns false when it has been changed, or asked for again, since `seen` was read */
  settle(seen: Appointment, expiresAt: number): Promise<boolean>;
  /** Look again at `dueAt`. @returns false as `settle` */
  postpone(seen: Appointment, dueAt: Instant): Promise<boolean>;
  /**
   * Look at Google itself: now (the stream wakes the sync, and the due index holds it should that get lost), or `at` a later time, unless it is
   * owed a look by then anyway.
   * @returns false when it was not written
   */
  requestLook(appointmentId: string, now: Date, at?: Instant): Promise<boolean>;
  /** Look at it at `dueAt` at the latest, also when somebody is looking at it right now. */
  owe(appointmentId: string, dueAt: Instant): Promise<void>;
  /** What is due, oldest first. @param limit how many at most */
  due(now: Instant, limit: number): Promise<DueAppointment[]>;
  /**
   * Appointments that have a booking, in the order of their places. It lags a little behind the appointments themselves.
   * @param limit how many at most; fewer are all that there are
   */
  byStart(range: ListRange, limit: number): Promise<ListedAppointment[]>;
  /** Ids of all whose booking names an address, past ones too. It reads every one there is. @param isOver whether to stop half-way */
  naming(email: string, isOver: () => boolean): Promise<Found<string>>;
}

const AS_SEEN = 'revision = :revision AND owed = :owed';

/** Between its two writes another may settle it, or owe it sooner; hardly twice. */
const OWE_ROUNDS = 3;

/** Places before the first and behind the last: they begin with a digit. */
const FIRST: ListPlace = ' ';
const LAST: ListPlace = '~';

/** Items also carry what the indexes, the stream filter and TTL need; the domain does not see these. */
type Item = Appointment & {
  staffEmail: string;
  due?: 'due';
  listed?: 'listed';
  listedAt?: ListPlace;
  wake: 'now' | 'later';
  expiresAt?: number;
};

const toItem = (appointment: Appointment): Item => ({
  ...appointment,
  staffEmail: appointment.booking?.staff.email ?? '-',
  ...(appointment.dueAt && { due: 'due' as const }),
  ...(appointment.booking && {
    listed: 'listed' as const,
    listedAt: listPlace(appointment.booking.start, appointment.appointmentId),
  }),
  wake: 'now',
});

const fromItem = (item: Record<string, unknown>): Appointment => {
  const {
    staffEmail: _staff,
    due: _due,
    listed: _listed,
    listedAt: _place,
    wake: _wake,
    expiresAt: _ttl,
    ...appointment
  } = item as unknown as Item;
  return appointment;
};

export function makeAppointmentStore(db: DynamoDBDocumentClient, table: string): AppointmentStore {
  /** @param write asks for what stands there when its condition does not hold */
  const stored = async (write: Promise<object>): Promise<PutResult> => {
    const answer = await orCurrent(write);
    if (!('current' in answer)) return { stored: true };
    const { current } = answer;
    return { stored: false, current: current && 'revision' in current ? fromItem(current) : undefined };
  };
  const change = (
    appointmentId: string,
    expression: string,
    values: Record<string, unknown>,
    condition: string,
  ): Promise<PutResult> =>
    stored(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: { appointmentId },
          UpdateExpression: expression,
          ExpressionAttributeValues: values,
          ConditionExpression: condition,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
  const update = async (...changed: Parameters<typeof change>): Promise<boolean> => (await change(...changed)).stored;

  const store: AppointmentStore = {
    async get(appointmentId) {
      const { Item } = await db.send(
        new GetCommand({ TableName: table, Key: { appointmentId }, ConsistentRead: true }),
      );
      // Errands stand in the same table (ADR 7).
      return Item && 'revision' in Item ? fromItem(Item) : undefined;
    },
    async getMany(appointmentIds) {
      const keys = [...new Set(appointmentIds)].map((appointmentId) => ({ appointmentId }));
      return (await getItems(db, table, keys)).map(fromItem);
    },
    put: (appointment) =>
      stored(
        db.send(
          new PutCommand({
            TableName: table,
            Item: toItem(appointment),
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
            ...(appointment.version === 1
              ? { ConditionExpression: 'attribute_not_exists(appointmentId)' }
              : {
                  ConditionExpression: 'version = :before',
                  ExpressionAttributeValues: { ':before': appointment.version - 1 },
                }),
          }),
        ),
      ),
    remember: ({ appointmentId, deliveries, sourceTime, startAnnounced, version }, lookAt) =>
      change(
        appointmentId,
        [
          'SET deliveries = :deliveries, version = :version, wake = :later',
          sourceTime ? ', sourceTime = :sourceTime' : '',
          startAnnounced ? ', startAnnounced = :startAnnounced' : '',
          lookAt ? ', due = :due, dueAt = :lookAt ADD owed :one' : '',
        ].join(''),
        {
          ':later': 'later',
          ':deliveries': deliveries,
          ':version': version,
          ':before': version - 1,
          ...(sourceTime && { ':sourceTime': sourceTime }),
          ...(startAnnounced && { ':startAnnounced': startAnnounced }),
          ...(lookAt && { ':due': 'due', ':lookAt': lookAt, ':one': 1 }),
        },
        'version = :before',
      ),
    settle: ({ appointmentId, revision, owed }, expiresAt) =>
      update(
        appointmentId,
        'SET wake = :later, expiresAt = :expiresAt REMOVE due, dueAt',
        { ':later': 'later', ':expiresAt': expiresAt, ':revision': revision, ':owed': owed },
        AS_SEEN,
      ),
    postpone: ({ appointmentId, revision, owed }, dueAt) =>
      update(
        appointmentId,
        'SET due = :due, dueAt = :dueAt, wake = :later, owed = :next',
        { ':due': 'due', ':dueAt': dueAt, ':later': 'later', ':revision': revision, ':owed': owed, ':next': owed + 1 },
        AS_SEEN,
      ),
    requestLook: (appointmentId, now, at) =>
      update(
        appointmentId,
        'SET due = :due, dueAt = :dueAt, lookRequestedAt = :moment, wake = :wake ADD owed :one',
        {
          ':due': 'due',
          ':dueAt': at ?? toInstant(now),
          ':moment': toMoment(now),
          ':wake': at ? 'later' : 'now',
          ':one': 1,
        },
        // What is owed sooner stays owed then; it can be looked at tomorrow.
        `attribute_exists(revision)${at ? ' AND (attribute_not_exists(dueAt) OR dueAt > :dueAt)' : ''}`,
      ),
    async owe(appointmentId, dueAt) {
      const values = { ':dueAt': dueAt, ':later': 'later', ':one': 1 };
      for (let round = 0; round < OWE_ROUNDS; round += 1) {
        // What is owed sooner stays owed then. It counts all the same: a look that has begun must not settle it.
        const isOwedSooner = await update(
          appointmentId,
          'SET wake = :later ADD owed :one',
          values,
          'attribute_exists(revision) AND dueAt <= :dueAt',
        );
        if (isOwedSooner) return;
        const isOwed = await update(
          appointmentId,
          'SET due = :due, dueAt = :dueAt, wake = :later ADD owed :one',
          { ...values, ':due': 'due' },
          'attribute_exists(revision) AND (attribute_not_exists(dueAt) OR dueAt > :dueAt)',
        );
        if (isOwed) return;
      }
    },
    async due(now, limit) {
      const query = {
        TableName: table,
        IndexName: 'due',
        KeyConditionExpression: 'due = :due AND dueAt <= :now',
        ExpressionAttributeValues: { ':due': 'due', ':now': now },
      };
      return (await queryItems(db, query, limit)) as unknown as DueAppointment[];
    },
    async byStart({ from = FIRST, to = LAST, after }, limit) {
      // A place goes on behind a start, so that none equals `to`; and no id goes on with a space.
      const first = after ? latest(from, `${after} `) : from;
      if (first > to) return [];
      const query = {
        TableName: table,
        IndexName: 'byStart',
        KeyConditionExpression: 'listed = :listed AND listedAt BETWEEN :first AND :last',
        ExpressionAttributeValues: { ':listed': 'listed', ':first': first, ':last': to },
      };
      return (await queryItems(db, query, limit)) as unknown as ListedAppointment[];
    },
    naming: (email, isOver) =>
      scanItems(
        db,
        {
          TableName: table,
          ProjectionExpression: 'appointmentId, booking.customers, booking.notes, booking.keywords',
          FilterExpression: 'attribute_exists(booking)',
        },
        ({ appointmentId, booking }) =>
          namesAddress(booking as Personal, email) ? (appointmentId as string) : undefined,
        isOver,
      ),
  };
  return store;
}
