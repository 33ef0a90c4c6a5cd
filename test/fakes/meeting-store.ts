import type { Claim, GoogleSide, Mapping, Meeting } from '../../shared/meetings/meeting.ts';
import type { Placement } from '../../shared/meetings/placement.ts';
import type { MeetingStore, StaffBooking } from '../../shared/meetings/store.ts';
import type { Instant } from '../../shared/time.ts';
import { MemoryTable } from './memory-table.ts';

type Kept<Item> = Item & { readonly expiresAt: number };

/** The index of a staff member's bookings is sorted by start, and asked from this long before: milliseconds. */
const LONGEST_BOOKING = 24 * 3_600_000;

export class FakeMeetingStore implements MeetingStore {
  readonly #revisionOf: (appointmentId: string) => number | undefined;
  readonly #mappings = new MemoryTable<Kept<Mapping>>();
  readonly #meetings = new MemoryTable<Meeting>();
  readonly #slots = new MemoryTable<Kept<{ slot: string; meetingId: string }>>();

  /** @param revisionOf of an appointment as it stands now: placing is one transaction over both tables */
  constructor(revisionOf: (appointmentId: string) => number | undefined) {
    this.#revisionOf = revisionOf;
  }

  async mapping(appointmentId: string): Promise<Mapping | undefined> {
    return withoutExpiry(this.#mappings.get(appointmentId));
  }

  async mappings(appointmentIds: readonly string[]): Promise<Mapping[]> {
    return [...new Set(appointmentIds)].flatMap((id) => withoutExpiry(this.#mappings.get(id)) ?? []);
  }

  async meeting(meetingId: string): Promise<Meeting | undefined> {
    return this.#meetings.get(meetingId);
  }

  async placed(appointmentId: string, meetingId: string | undefined) {
    return {
      mapping: await this.mapping(appointmentId),
      meeting: meetingId === undefined ? undefined : await this.meeting(meetingId),
    };
  }

  async getMany(meetingIds: readonly string[]): Promise<Meeting[]> {
    return [...new Set(meetingIds)].flatMap((id) => this.#meetings.get(id) ?? []);
  }

  async inSlot(slot: string): Promise<Meeting | undefined> {
    const found = this.#slots.get(slot);
    return found && this.meeting(found.meetingId);
  }

  async place({ mapping, meetings, slots }: Placement, revision: number, expiresAt: number): Promise<boolean> {
    const ids = meetings.map(({ meetingId }) => meetingId);
    // DynamoDB's own words; it is a fault of the caller, not a conflict.
    if (new Set(ids).size < ids.length)
      throw new Error('Transaction request cannot include multiple operations on one item');
    const conditions = [
      this.#revisionOf(mapping.appointmentId) === revision,
      version(this.#mappings.get(mapping.appointmentId)) === mapping.version,
      ...meetings.map((meeting) => version(this.#meetings.get(meeting.meetingId)) === meeting.version),
      ...[...slots].map(([slot, meetingId]) => meetingId === undefined || this.#slots.get(slot) === undefined),
    ];
    if (conditions.includes(false)) return false;
    this.#mappings.put(mapping.appointmentId, { ...mapping, version: mapping.version + 1, expiresAt });
    for (const meeting of meetings) {
      const { slot, staffEmail, participants, expiresAt: until } = meeting;
      const before = this.#meetings.get(meeting.meetingId) ?? meeting;
      const next = before.version + 1;
      this.#meetings.put(meeting.meetingId, {
        ...before,
        slot,
        staffEmail,
        participants,
        version: next,
        expiresAt: until,
      });
    }
    for (const [slot, meetingId] of slots) {
      if (meetingId) this.#slots.put(slot, { slot, meetingId, expiresAt });
      else this.#slots.delete(slot);
    }
    return true;
  }

  async putMapping(mapping: Mapping, expiresAt: number): Promise<Mapping | undefined> {
    if (version(this.#mappings.get(mapping.appointmentId)) !== mapping.version) return undefined;
    this.#mappings.put(mapping.appointmentId, { ...mapping, version: mapping.version + 1, expiresAt });
    return this.mapping(mapping.appointmentId);
  }

  async claim(meeting: Meeting, google: GoogleSide, claim: Claim, now: Instant): Promise<Meeting | undefined> {
    return this.#change(meeting.meetingId, isFree(meeting, now), (before) => ({ ...before, google, claim }));
  }

  async record(meetingId: string, google: GoogleSide, holder: string): Promise<Meeting | undefined> {
    return this.#change(
      meetingId,
      ({ claim }) => claim?.holder === holder,
      ({ claim: _claim, ...before }) => ({ ...before, google }),
    );
  }

  async note(meeting: Meeting, google: GoogleSide, now: Instant): Promise<Meeting | undefined> {
    return this.#change(meeting.meetingId, isFree(meeting, now), ({ claim: _claim, ...before }) => ({
      ...before,
      google,
    }));
  }

  async ofStaff(staffEmail: string, from: Instant): Promise<StaffBooking[]> {
    const earliestStart = new Date(Date.parse(from) - LONGEST_BOOKING).toISOString();
    return this.#mappings
      .all()
      .flatMap(({ appointmentId, state, start, end, staffEmail: theirs }) =>
        theirs === staffEmail && start && end ? [{ appointmentId, state, start, end }] : [],
      )
      .filter(({ start, end }) => start >= earliestStart && end > from)
      .sort((a, b) => (a.start < b.start ? -1 : 1));
  }

  /** What TTL does, some time after the end. @param now seconds since the epoch */
  /** Every record there is. */
  all(): object[] {
    return [...this.#mappings.all(), ...this.#meetings.all(), ...this.#slots.all()];
  }

  expire(now: number): void {
    const over = ({ expiresAt }: { readonly expiresAt: number }) => expiresAt < now;
    for (const { appointmentId } of this.#mappings.all().filter(over)) this.#mappings.delete(appointmentId);
    for (const { meetingId } of this.#meetings.all().filter(over)) this.#meetings.delete(meetingId);
    for (const { slot } of this.#slots.all().filter(over)) this.#slots.delete(slot);
  }

  #change(id: string, condition: (meeting: Meeting) => boolean, change: (before: Meeting) => Meeting) {
    const done = this.#meetings.update(id, condition, (before) => ({
      ...change(before),
      version: before.version + 1,
    }));
    return done ? this.meeting(id) : Promise.resolve(undefined);
  }
}

const version = (record: { readonly version: number } | undefined): number => record?.version ?? 0;

const isFree =
  (wanted: Meeting, now: Instant) =>
  ({ version: current, claim }: Meeting): boolean =>
    current === wanted.version && (!claim || claim.endsAt < now);

function withoutExpiry<Item>(kept: Kept<Item> | undefined): Item | undefined {
  if (!kept) return undefined;
  const { expiresAt: _ttl, ...record } = kept;
  return record as Item;
}
