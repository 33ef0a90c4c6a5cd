import { createHash, randomUUID } from 'node:crypto';
import { type DynamoDBDocumentClient, GetCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { ifHolds } from '../aws/clients.ts';
import { DAY, epochSeconds, type Instant } from '../time.ts';

/**
 * What is owed besides bookings: a word about a connection, the daily look at a calendar, or a change of settings to be carried to every
 * booking. It stands in the appointments table, so that the same stream and the same due index bring it about; nothing else has to be
 * looked for.
 */
export interface Errand {
  readonly errandId: string;
  /** Another one each time that it is asked for, so that a run ends only what it has seen. */
  readonly token: string;
  /** Whom it is about. */
  readonly staffEmail?: string;
  /** How far an earlier run has come. */
  readonly cursor?: string;
}

const PREFIX = 'errand#';
export const SETTINGS_ERRAND = `${PREFIX}settings`;
const DAILY = `${PREFIX}daily:`;
/** Named by a digest: the name shows in logs, an address must not. */
const digest = (staffEmail: string): string => createHash('sha256').update(staffEmail).digest('hex').slice(0, 32);
/** DESIGN rule 13: the daily look at one staff member's calendar. */
export const isDaily = (errandId: string): boolean => errandId.startsWith(DAILY);
/** Bookings are named by their platform; none is called so. */
export const isErrand = (appointmentId: string): boolean => appointmentId.startsWith(PREFIX);

const NOBODY = '-';

export interface ErrandStore {
  get(errandId: string): Promise<Errand | undefined>;
  /** A word with a staff member about their connection. @param wake as for `request` */
  requestStaff(staffEmail: string, dueAt: Instant, wake: 'now' | 'later'): Promise<void>;
  /** @param wake `now` has the stream bring it at once; `later` leaves it to the due index */
  request(errandId: string, dueAt: Instant, wake: 'now' | 'later'): Promise<void>;
  /** The daily look at a staff member's calendar; it stays due as it is where it is asked for already, and no run under way ends it. */
  ensureDaily(staffEmail: string, dueAt: Instant): Promise<void>;
  /** It is done, unless it has been asked for again. */
  finish(errand: Errand, now: Instant): Promise<void>;
  /** It goes on later, unless it has been asked for again. */
  postpone(errand: Errand, dueAt: Instant): Promise<void>;
}

export function makeErrandStore(db: DynamoDBDocumentClient, table: string): ErrandStore {
  const update = async (
    errandId: string,
    expression: string,
    values: Record<string, unknown>,
    condition?: string,
  ): Promise<void> => {
    // Where it has been asked for again meanwhile, that stands.
    await ifHolds(
      db.send(
        new UpdateCommand({
          TableName: table,
          Key: { appointmentId: errandId },
          UpdateExpression: expression,
          ExpressionAttributeValues: values,
          ...(condition && { ConditionExpression: condition }),
        }),
      ),
    );
  };

  const request = (errandId: string, staffEmail: string, dueAt: Instant, wake: 'now' | 'later'): Promise<void> =>
    update(
      errandId,
      'SET requestId = :token, due = :due, dueAt = :dueAt, wake = :wake, staffEmail = :staff REMOVE cameTo, expiresAt',
      { ':token': randomUUID(), ':due': 'due', ':dueAt': dueAt, ':wake': wake, ':staff': staffEmail },
    );

  return {
    async get(errandId) {
      const { Item } = await db.send(
        new GetCommand({ TableName: table, Key: { appointmentId: errandId }, ConsistentRead: true }),
      );
      if (!Item?.requestId) return undefined;
      const { requestId: token, cameTo: cursor, staffEmail } = Item;
      return { errandId, token, ...(cursor && { cursor }), ...(staffEmail !== NOBODY && { staffEmail }) };
    },
    request: (errandId, dueAt, wake) => request(errandId, NOBODY, dueAt, wake),
    requestStaff: (staffEmail, dueAt, wake) => request(`${PREFIX}staff:${digest(staffEmail)}`, staffEmail, dueAt, wake),
    ensureDaily: (staffEmail, dueAt) =>
      update(
        `${DAILY}${digest(staffEmail)}`,
        'SET requestId = :token, due = :due, dueAt = if_not_exists(dueAt, :dueAt), wake = :later, staffEmail = :staff REMOVE expiresAt',
        { ':token': randomUUID(), ':due': 'due', ':dueAt': dueAt, ':later': 'later', ':staff': staffEmail },
      ),
    finish: ({ errandId, token }, now) =>
      update(
        errandId,
        'SET wake = :later, expiresAt = :expiresAt REMOVE due, dueAt, requestId, cameTo',
        { ':later': 'later', ':expiresAt': epochSeconds(now) + DAY, ':seen': token },
        'requestId = :seen',
      ),
    postpone: ({ errandId, token, cursor }, dueAt) =>
      update(
        errandId,
        `SET wake = :later, due = :due, dueAt = :dueAt${cursor ? ', cameTo = :cursor' : ' REMOVE cameTo'}`,
        { ':later': 'later', ':due': 'due', ':dueAt': dueAt, ...(cursor && { ':cursor': cursor }), ':seen': token },
        'requestId = :seen',
      ),
  };
}
