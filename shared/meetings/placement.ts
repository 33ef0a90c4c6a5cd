import type { Appointment } from '../appointments/appointment.ts';
import type { Settings } from '../settings/settings.ts';
import type { Instant } from '../time.ts';
import { type Mapping, type Meeting, newGoogleSide, slotKey } from './meeting.ts';

/** DESIGN rule 4: whether a booking has a meeting at all. */
export const isActive = ({ status, booking }: Appointment, settings: Settings): boolean =>
  booking !== undefined && settings.statuses.includes(status);

/** DESIGN rule 6: what has ended is history. */
export const hasEnded = ({ booking }: Appointment, now: Instant): boolean =>
  booking !== undefined && booking.end <= now;

/** The slot in which an appointment should be; undefined for none. */
export function wantedSlot(
  appointment: Appointment,
  mapping: Mapping,
  meeting: Meeting | undefined,
  settings: Settings,
  now: Instant,
): string | undefined {
  const { booking } = appointment;
  const slot = booking && slotKey(booking);
  if (hasEnded(appointment, now)) {
    // Moved into the past while its meeting is still to come: that one must not be kept up. Otherwise nothing changes any more.
    const isOver = meeting?.google.event !== undefined && meeting.google.event.end <= now;
    return isOver || slot === mapping.slot ? mapping.slot : undefined;
  }
  return isActive(appointment, settings) ? slot : undefined;
}

/** What changes together, in one transaction; every record only on top of the version it was decided from. */
export interface Placement {
  readonly mapping: Mapping;
  readonly meetings: readonly Meeting[];
  /** Slot → meeting; undefined frees the slot. */
  readonly slots: ReadonlyMap<string, string | undefined>;
}

export interface PlacementInput {
  readonly mapping: Mapping;
  /** The meeting it is in. */
  readonly meeting: Meeting | undefined;
  readonly wanted: { readonly slot: string; readonly staffEmail: string } | undefined;
  /** The meeting that stands in the wanted slot. */
  readonly target: Meeting | undefined;
  /** For a meeting that does not exist yet. */
  readonly newMeetingId: string;
  /** Of this appointment's records: seconds since the epoch. */
  readonly expiresAt: number;
}

/**
 * DESIGN rules 1 and 2: which meeting a booking is in. Alone it takes its meeting along to an empty slot; otherwise it joins the one of
 * the new slot and leaves the others theirs.
 * @returns undefined when nothing changes
 */
export function place({
  mapping,
  meeting,
  wanted,
  target,
  newMeetingId,
  expiresAt,
}: PlacementInput): Placement | undefined {
  if (wanted?.slot === mapping.slot) return undefined;
  const { appointmentId } = mapping;
  const others = meeting?.participants.filter((id) => id !== appointmentId) ?? [];

  if (wanted && meeting && others.length === 0 && !target) {
    return {
      mapping: { ...mapping, slot: wanted.slot },
      meetings: [{ ...meeting, slot: wanted.slot, staffEmail: wanted.staffEmail, ...keptUntil(meeting, expiresAt) }],
      slots: new Map([
        [meeting.slot, undefined],
        [wanted.slot, meeting.meetingId],
      ]),
    };
  }

  const meetings: Meeting[] = [];
  const slots = new Map<string, string | undefined>();
  if (meeting) {
    meetings.push({ ...meeting, participants: others });
    if (others.length === 0) slots.set(meeting.slot, undefined);
  }
  if (wanted && target) {
    meetings.push({
      ...target,
      participants: [...target.participants, appointmentId],
      ...keptUntil(target, expiresAt),
    });
  } else if (wanted) {
    meetings.push({
      meetingId: newMeetingId,
      slot: wanted.slot,
      staffEmail: wanted.staffEmail,
      participants: [appointmentId],
      version: 0,
      google: newGoogleSide,
      expiresAt,
    });
    slots.set(wanted.slot, newMeetingId);
  }

  const { meetingId: _from, slot: _slot, ...rest } = mapping;
  const joined = wanted && (target?.meetingId ?? newMeetingId);
  const leaving = [...mapping.leaving, ...(meeting ? [meeting.meetingId] : [])].filter((id) => id !== joined);
  return {
    mapping: {
      ...rest,
      ...(wanted && joined && { meetingId: joined, slot: wanted.slot, everPlaced: true }),
      leaving: [...new Set(leaving)],
    },
    meetings,
    slots,
  };
}

/** Expiry must not take a meeting from those who still have it before them. */
const keptUntil = (meeting: Meeting, expiresAt: number) => ({ expiresAt: Math.max(meeting.expiresAt, expiresAt) });
