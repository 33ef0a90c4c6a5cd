import { type Appointment, type Booking, isCancelled } from '../appointments/appointment.ts';
import { isErased } from '../appointments/erasure.ts';
import type { AppointmentStore } from '../appointments/store.ts';
import type { CalendarEvent, CalendarGateway, SendUpdates } from '../google/calendar.ts';
import { failureMessage, GoogleError } from '../google/errors.ts';
import type { Settings } from '../settings/settings.ts';
import { noteRefusal } from '../staff/access.ts';
import { connectedAccount, mustReconnect, newStaff, type Staff } from '../staff/staff.ts';
import type { StaffStore } from '../staff/store.ts';
import {
  after,
  type Clock,
  DAY,
  earliest,
  epochSeconds,
  HOUR,
  type Instant,
  latest,
  type Moment,
  toInstant,
  toMoment,
} from '../time.ts';
import { type EventWish, eventWish, isBooked } from './event-body.ts';
import {
  type GoogleSide,
  LEASE_SECONDS,
  linkOf,
  type Mapping,
  type Meeting,
  type MeetingError,
  type MeetingState,
  mayBeToCome,
  newMapping,
  placeOf,
  type Removal,
  slotKey,
  standingLink,
  type TimelineEntry,
} from './meeting.ts';
import { type Answer, afterCall, beforeCall, isLeftBehind } from './outcome.ts';
import { hasEnded, isActive, place, wantedSlot } from './placement.ts';
import { type Access, type Call, type Note, reconcile, type Situation } from './reconcile.ts';
import { awaitAnnouncement } from './start-announcement.ts';
import type { MeetingStore } from './store.ts';

export interface SyncDeps {
  readonly appointments: AppointmentStore;
  readonly meetings: MeetingStore;
  readonly staff: StaffStore;
  readonly calendar: CalendarGateway;
  readonly clock: Clock;
  readonly newId: () => string;
  /** From 0 up to 1, for jitter. */
  readonly random: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** First retry delay and first poll of a pending link. */
  readonly retryBaseSeconds: number;
  readonly log: (event: string, fields: Readonly<Record<string, string | number>>) => void;
}

/** An appointment as it stands after the sync. */
export interface SyncReport {
  readonly appointment: Appointment;
  readonly mapping: Mapping;
  /** The link that everybody can be told; absent while Google does not agree yet. */
  readonly link?: { readonly url: string; readonly since: Instant };
  /** The link that works meanwhile: Google holds an event for this very slot, on the calendar of this very person. */
  readonly standingUrl?: string;
  /** Everybody's bookings in its meeting, its own among them. */
  readonly participants: readonly Appointment[];
  /** When Google must be looked at again; absent when it agrees. */
  readonly until?: Instant;
  /** The staff member whom it waits for. */
  readonly waitsFor?: string;
}

const WAITING_FOR_STAFF_SECONDS = HOUR;
/** Switching the integration on makes every booking due by itself; this is only the net below. */
const SWITCHED_OFF_SECONDS = DAY;
/** Steps at Google for one meeting in one run. */
const MAX_STEPS = 12;
/** Milliseconds that one step may take at most: a token and a call. */
export const STEP_TIME = 11_000;
/** Rounds of losing a race before the rest is left to the due index. */
const MAX_ROUNDS = 25;
const TIMELINE_LENGTH = 50;

/**
 * Brings Google to what an appointment as it stands now asks for:
 * 1. place it: which meeting is it in (one transaction),
 * 2. reconcile that meeting, and those it has left, step by step: decide, claim, call, record,
 * 3. say how far it has come.
 * @param deadline milliseconds since the epoch; what does not fit in is left to the due index
 * @returns the appointment first, then others of its meetings that were owed the same and have it now; none when it is not known
 */
export async function syncAppointment(
  deps: SyncDeps,
  appointmentId: string,
  settings: Settings,
  deadline: number,
): Promise<SyncReport[]> {
  const appointment = await deps.appointments.get(appointmentId);
  if (!appointment) return [];
  return new AppointmentSync(deps, settings, deadline).run(appointment);
}

/** How far one meeting has come. */
interface MeetingOutcome {
  readonly meeting: Meeting | undefined;
  readonly participants: readonly Appointment[];
  /** Absent when Google agrees. */
  readonly waiting?: { readonly state: MeetingState; readonly error?: MeetingError };
  readonly until?: Instant;
}

class AppointmentSync {
  private readonly timeline: TimelineEntry[] = [];
  /** The appointment that is looked at, as it was read and as it was owed since. */
  private own: Appointment | undefined;

  private readonly deps: SyncDeps;
  private readonly settings: Settings;
  private readonly deadline: number;

  constructor(deps: SyncDeps, settings: Settings, deadline: number) {
    this.deps = deps;
    this.settings = settings;
    this.deadline = deadline;
  }

  async run(appointment: Appointment): Promise<SyncReport[]> {
    if (!this.settings.enabled) return [await this.reportSwitchedOff(appointment)];
    const placed = await this.placeAppointment(appointment);
    return placed ? this.bringToGoogle(placed.appointment, placed.mapping) : [];
  }

  private async bringToGoogle(appointment: Appointment, mapping: Mapping): Promise<SyncReport[]> {
    this.own = appointment;
    const outcomes = new Map<string, MeetingOutcome>();
    for (const meetingId of [mapping.meetingId, ...mapping.leaving]) {
      if (meetingId) outcomes.set(meetingId, await this.syncMeeting(meetingId, appointment.lookRequestedAt));
    }
    const reports = [await this.report(this.own, mapping, outcomes)];
    for (const other of this.othersOwed(appointment, outcomes)) {
      const theirs = await this.deps.meetings.mapping(other.appointmentId);
      // Their own sync places them; here only what this meeting's change brought about is told.
      if (!theirs?.meetingId || theirs.leaving.length > 0) continue;
      const lookedAt = outcomes.get(theirs.meetingId)?.meeting?.google.lookedAt;
      // A look at Google that they have asked for is theirs to take.
      if (!lookedAt || (other.lookRequestedAt && other.lookRequestedAt > lookedAt)) continue;
      if (!other.booking || slotKey(other.booking) !== theirs.slot || !isActive(other, this.settings)) continue;
      reports.push(await this.report(other, theirs, outcomes));
    }
    return reports;
  }

  private othersOwed(appointment: Appointment, outcomes: ReadonlyMap<string, MeetingOutcome>): Appointment[] {
    const soon = after(this.now(), DAY);
    return [...outcomes.values()]
      .flatMap(({ participants }) => participants)
      .filter(({ appointmentId, dueAt }) => {
        // What they are owed later has nothing to do with this.
        return appointmentId !== appointment.appointmentId && dueAt !== undefined && dueAt <= soon;
      });
  }

  /** DESIGN rules 1, 2 and 4, decided again from what stands there whenever another's change came first. */
  private async placeAppointment(
    loaded: Appointment,
  ): Promise<{ appointment: Appointment; mapping: Mapping } | undefined> {
    const { deps, settings } = this;
    const { meetings } = deps;
    let appointment: Appointment | undefined = loaded;
    for (let round = 0; appointment && round < MAX_ROUNDS; round += 1) {
      const { booking, revision, appointmentId } = appointment;
      const mapping = (await meetings.mapping(appointmentId)) ?? newMapping(appointmentId);
      const meeting = mapping.meetingId ? await meetings.meeting(mapping.meetingId) : undefined;
      const slot = wantedSlot(appointment, mapping, meeting, settings, this.now());
      const expiresAt = this.expiry(appointment);
      const target = slot && slot !== mapping.slot ? await meetings.inSlot(slot) : undefined;
      if (target?.participants.includes(appointmentId)) {
        // Another run has just placed it there; what was read before is of yesterday.
        await deps.sleep(20);
        continue;
      }
      const placement = place({
        mapping,
        meeting,
        wanted: slot && booking ? { slot, staffEmail: booking.staff.email } : undefined,
        target,
        newMeetingId: deps.newId(),
        expiresAt,
      });
      if (!placement) return { appointment, mapping };
      if (await meetings.place(placement, revision, expiresAt)) {
        return { appointment, mapping: { ...placement.mapping, version: placement.mapping.version + 1 } };
      }
      await deps.sleep(20 + 80 * deps.random() * Math.min(round + 1, 5));
      appointment = await deps.appointments.get(appointmentId);
    }
    return undefined;
  }

  private async syncMeeting(meetingId: string, lookRequestedAt: Moment | undefined): Promise<MeetingOutcome> {
    const { deps } = this;
    let meeting = await deps.meetings.meeting(meetingId);
    let participants: Appointment[] = [];
    let loadedFor = -1;
    let seen: CalendarEvent | 'missing' | undefined;
    let busyRounds = 0;

    for (let steps = 0; meeting && steps < MAX_STEPS; ) {
      const now = this.now();
      if (loadedFor !== meeting.version) {
        participants = await deps.appointments.getMany(meeting.participants);
        loadedFor = meeting.version;
      }
      const { slot } = meeting;
      // Moved into the past, or renamed when it was over: that changes nothing for the others.
      const booked = participants
        .filter(isBooked)
        .filter((participant) => slotKey(participant.booking) === slot || !hasEnded(participant, now));
      if (booked.some(({ booking }) => slotKey(booking) !== slot)) {
        // Somebody has just been moved and not been placed yet; their own sync does both.
        return this.left(meeting, participants, after(now, 2));
      }
      const wish = booked.length > 0 ? eventWish(booked, this.settings) : undefined;
      const isHistory = wish !== undefined && wish.texts.end <= now;
      const staff = await this.staffOf(meeting, booked);
      const access = this.access(staff, now);
      const step = reconcile({
        meeting,
        wish,
        access,
        seen,
        isHistory,
        erasure: erasureIn(participants),
        lookRequestedAt,
        now,
      });
      if (step.do === 'nothing') return { meeting, participants, ...(step.until && { until: step.until }) };
      if (step.do === 'wait') {
        const { state, error, until } = step;
        return { meeting, participants, waiting: { state, ...(error && { error }) }, until };
      }
      if (this.millisecondsLeft() < STEP_TIME) return this.left(meeting, participants, now);

      const done = await this.take(step, meeting, wish, staff, access, lookRequestedAt);
      if (done === 'busy') {
        // Another run is calling Google for this meeting: it takes what has changed along, or leaves us the claim.
        busyRounds += 1;
        if (busyRounds > MAX_ROUNDS) return this.left(meeting, participants, after(now, LEASE_SECONDS));
        await deps.sleep(100 + 200 * deps.random());
        meeting = await deps.meetings.meeting(meetingId);
        seen = undefined;
        continue;
      }
      steps += 1;
      meeting = done.meeting;
      seen = done.seen;
    }
    return meeting ? this.left(meeting, participants, this.now()) : { meeting: undefined, participants: [] };
  }

  private left = (meeting: Meeting, participants: readonly Appointment[], until: Instant): MeetingOutcome => ({
    meeting,
    participants,
    waiting: { state: 'pending' },
    until: until > this.now() ? until : after(this.now(), 1),
  });

  /** One step: claim, call, record. */
  private async take(
    step: Call | Note,
    meeting: Meeting,
    wish: EventWish | undefined,
    staff: Staff,
    access: Access,
    lookRequestedAt: Moment | undefined,
  ): Promise<'busy' | { meeting: Meeting | undefined; seen?: CalendarEvent | 'missing' }> {
    const { deps } = this;
    const now = this.now();
    if (step.do === 'note') {
      await this.oweIfLinkEnds(meeting, step.google);
      const noted = await deps.meetings.note(meeting, step.google, now);
      if (!noted) return 'busy';
      this.note(step.what);
      return { meeting: noted };
    }

    const claim = { holder: deps.newId(), endsAt: after(now, LEASE_SECONDS) };
    const claimed = await deps.meetings.claim(meeting, beforeCall(step, meeting, wish), claim, now);
    if (!claimed) return 'busy';
    const answer = await this.call(step, this.settings.googleInvitations);
    if (answer instanceof GoogleError) await this.refused(step, answer, meeting, staff);
    else if (DONE[step.do]) this.note(DONE[step.do]);

    const clock = deps.clock.now();
    const timing = {
      now: toInstant(clock),
      // What was asked for before comes before, whatever the clock of that machine said.
      moment: latest(toMoment(clock), lookRequestedAt ?? ''),
      retryBaseSeconds: deps.retryBaseSeconds,
      random: deps.random(),
    };
    const place = 'account' in access ? placeOf(meeting.staffEmail, access.account, access.calendarId) : '';
    const google = afterCall(step, claimed.google, answer, wish, place, timing);
    await this.oweIfLinkEnds(meeting, google);
    const recorded = await deps.meetings.record(meeting.meetingId, google, claim.holder);
    // Taken over after the lease had ended: the other run reads before it writes, and this one decides anew, from nothing.
    if (!recorded) return { meeting: await deps.meetings.meeting(meeting.meetingId) };
    return {
      meeting: recorded,
      ...(step.do === 'read' && !(answer instanceof GoogleError) && { seen: answer ?? 'missing' }),
    };
  }

  private async call(call: Call, sendUpdates: SendUpdates): Promise<Answer> {
    const { calendar } = this.deps;
    try {
      switch (call.do) {
        case 'insert':
          return await calendar.insert(call.address, call.change, sendUpdates);
        case 'patch':
          return await calendar.patch(call.address, call.change, call.isQuiet ? 'none' : sendUpdates, call.etag);
        case 'read':
          return await calendar.get(call.address);
        case 'delete':
          return void (await calendar.delete(call.address, sendUpdates));
        case 'remove':
          return void (await this.remove(call.removal, sendUpdates));
      }
    } catch (error) {
      if (error instanceof GoogleError) return error;
      throw error;
    }
  }

  /** Nothing is written to the calendar of somebody who has disconnected, though the access may still work. */
  private async remove({ staffEmail, address, inDoubt }: Removal, sendUpdates: SendUpdates): Promise<void> {
    const { staff, calendar } = this.deps;
    const owner = await staff.get(staffEmail);
    if (owner?.connection.state !== 'connected') throw new GoogleError('access_revoked');
    // It may have been moved, and be over.
    const there = inDoubt ? await calendar.get(address) : undefined;
    if (there && (there.cancelled || there.end <= this.now())) return;
    await calendar.delete(address, sendUpdates);
  }

  private async refused(call: Call, failure: GoogleError, { meetingId }: Meeting, staff: Staff): Promise<void> {
    const { code, answer } = failure;
    if (call.do === 'remove') {
      this.note(isLeftBehind(failure) ? 'old_event_left_behind' : 'google_refused', code);
    } else if (!answer) {
      this.note('google_refused', code);
    }
    this.deps.log('google_refused', { code, meetingId, call: call.do });
    if (call.do !== 'remove') await noteRefusal(this.deps, staff, failure);
  }

  private staffOf(
    { staffEmail }: Meeting,
    booked: readonly { readonly booking: Pick<Booking, 'staff'> }[],
  ): Promise<Staff> {
    const named = booked.find(({ booking }) => booking.staff.email === staffEmail)?.booking.staff;
    return this.knowStaff(named ?? { email: staffEmail });
  }

  /** Whoever has a booking is in the list of staff. */
  private async knowStaff({ email, name, phone }: Booking['staff']): Promise<Staff> {
    const known = await this.deps.staff.get(email);
    if (known) return known;
    const staff = newStaff(email, { ...(name && { name }), ...(phone && { phone }) });
    await this.deps.staff.add(staff);
    return staff;
  }

  private access(staff: Staff, now: Instant): Access {
    const account = connectedAccount(staff);
    if (!account) {
      return {
        wait: 'waiting_for_staff',
        error: mustReconnect(staff)
          ? {
              code: 'staff_reconnect_required',
              message: 'The staff member must connect their Google account again. Send them their connect link.',
            }
          : {
              code: 'staff_not_connected',
              message: 'The staff member has not connected a Google account yet. Send them their connect link.',
            },
        until: after(now, WAITING_FOR_STAFF_SECONDS),
      };
    }
    const { parked } = staff;
    if (parked && parked.until > now) {
      return {
        wait: 'retrying',
        error: { code: parked.code, message: failureMessage(parked.code) },
        until: parked.until,
      };
    }
    return { account, calendarId: staff.calendarId };
  }

  /** When the link is about to end, everybody in the meeting is owed a word, whatever happens next and whoever looks at them meanwhile. */
  private async oweIfLinkEnds(meeting: Meeting, google: GoogleSide): Promise<void> {
    const link = linkOf(meeting);
    if (!link || linkOf({ google })?.url === link.url) return;
    const dueAt = after(this.now(), LEASE_SECONDS);
    const { appointments } = this.deps;
    const { own } = this;
    for (const id of meeting.participants) {
      if (id !== own?.appointmentId) await appointments.owe(id, dueAt);
      // So that this look is still the one to settle it.
      else if (await appointments.postpone(own, dueAt)) this.own = { ...own, dueAt, owed: own.owed + 1 };
    }
  }

  /** DESIGN rule 7: switched off, nothing is done and every booking says so. */
  private async reportSwitchedOff(appointment: Appointment): Promise<SyncReport> {
    const mapping =
      (await this.deps.meetings.mapping(appointment.appointmentId)) ?? newMapping(appointment.appointmentId);
    const meetings = await this.deps.meetings.getMany([mapping.meetingId ?? [], mapping.leaving].flat());
    // An event still to come, of a booking that is over, waits to be removed.
    const isOver =
      hasEnded(appointment, this.now()) &&
      !meetings.some(({ google: { event } }) => event && mayBeToCome(event, this.now()));
    const until = isOver ? undefined : after(this.now(), SWITCHED_OFF_SECONDS);
    const state = mapping.meetingId ? mapping.state : 'not_required';
    const error: MeetingError = {
      code: 'integration_off',
      message: 'The integration is switched off in the settings. Bookings are taken up again when it is switched on.',
    };
    return {
      appointment,
      mapping: (await this.write(appointment, mapping, mapping.leaving, state, error)) ?? mapping,
      participants: [],
      ...(until && { until }),
    };
  }

  /** Says how far an appointment has come, for people to read and for the notifier to act on. */
  private async report(
    appointment: Appointment,
    mapping: Mapping,
    outcomes: ReadonlyMap<string, MeetingOutcome>,
  ): Promise<SyncReport> {
    const own = mapping.meetingId ? outcomes.get(mapping.meetingId) : undefined;
    const left = mapping.leaving
      .map((id) => [id, outcomes.get(id)] as const)
      .filter(([, outcome]) => mayShowLeaver(outcome));
    const leaving = left.map(([id]) => id);
    const waiting = mapping.meetingId ? own?.waiting : left.find(([, outcome]) => outcome?.waiting)?.[1]?.waiting;
    const waitsFor = [own, ...left.map(([, outcome]) => outcome)].find(
      (outcome) => outcome?.waiting?.state === 'waiting_for_staff',
    )?.meeting?.staffEmail;
    const until = earliest(own?.until, ...left.map(([, outcome]) => outcome?.until));
    const link = own?.meeting && !own.waiting ? linkOf(own.meeting) : undefined;

    const standing = own?.meeting && standingLink(own.meeting, appointment);

    const state = waiting?.state ?? settledState(appointment, mapping, link !== undefined);
    const start = state === 'ready' ? awaitAnnouncement(appointment, mapping, this.settings, this.now()) : {};
    const written = await this.write(appointment, mapping, leaving, state, waiting?.error ?? start.error);
    if (start.error && start.error.code !== mapping.error?.code) {
      this.deps.log(start.error.code, { appointmentId: appointment.appointmentId });
    }
    const next = earliest(until, start.until, written ? undefined : after(this.now(), 2));
    return {
      appointment,
      mapping: written ?? mapping,
      participants: own?.participants ?? [],
      ...(link && { link }),
      ...(standing && { standingUrl: standing.url }),
      ...(next && { until: next }),
      ...(waitsFor && { waitsFor }),
    };
  }

  /** @returns undefined when it is in another meeting by now: whoever placed it there says how far it has come */
  private async write(
    { booking, revision }: Appointment,
    mapping: Mapping,
    leaving: readonly string[],
    state: MeetingState,
    error: MeetingError | undefined,
  ): Promise<Mapping | undefined> {
    if (mapping.state !== state || mapping.error?.code !== error?.code) this.note(`state_${state}`, error?.code);
    const isNews =
      this.timeline.length > 0 || mapping.revision !== revision || mapping.leaving.length !== leaving.length;
    if (!isNews) return mapping;
    if (mapping.revision === 0 && booking && !mapping.meetingId) await this.knowStaff(booking.staff);

    const { meetings, clock } = this.deps;
    const entries = this.timeline.splice(0);
    let known: Mapping | undefined = mapping;
    for (let round = 0; known && round < MAX_ROUNDS; round += 1) {
      // What was done is told in any case; how far it has come only while nobody else has placed it otherwise.
      const isOurs = isSamePlace(known, mapping) && known.revision <= revision;
      const { error: _error, ...rest }: Mapping = known;
      const next: Mapping = {
        ...(isOurs
          ? {
              ...rest,
              leaving,
              revision,
              state,
              ...(error && { error }),
              ...(booking && { staffEmail: booking.staff.email, start: booking.start, end: booking.end }),
            }
          : known),
        timeline: [...known.timeline, ...entries].slice(-TIMELINE_LENGTH),
      };
      const written = await meetings.putMapping(next, expiry({ booking }, this.settings, clock.now()));
      if (written) return isOurs ? written : undefined;
      known = await meetings.mapping(mapping.appointmentId);
    }
    return undefined;
  }

  private note(what: string, detail?: string): void {
    this.timeline.push({ at: this.now(), what, ...(detail && { detail }) });
  }

  private now = (): Instant => toInstant(this.deps.clock.now());
  private millisecondsLeft = (): number => this.deadline - this.deps.clock.now().getTime();
  private expiry = (appointment: Appointment): number => expiry(appointment, this.settings, this.deps.clock.now());
}

/** DESIGN rule 6: records expire `retentionDays` after the end. @returns seconds since the epoch */
export const expiry = (
  { booking }: { readonly booking?: Appointment['booking'] },
  settings: Settings,
  now: Date,
): number => epochSeconds(after(booking?.end ?? now, settings.retentionDays * DAY));

/** How the timeline names what was done; reading changes nothing. */
const DONE = {
  insert: 'event_created',
  patch: 'event_changed',
  read: '',
  delete: 'event_deleted',
  remove: 'old_event_deleted',
} as const;

/** Whether Google may still show those who have left: there is an event, and it has not been brought up to date. */
const mayShowLeaver = (outcome: MeetingOutcome | undefined): boolean =>
  (outcome?.waiting !== undefined || outcome?.until !== undefined) &&
  outcome.meeting !== undefined &&
  // Old events are seen to by those who are still in it.
  (outcome.meeting.google.event !== undefined ||
    (outcome.meeting.participants.length === 0 && outcome.meeting.google.removals.length > 0));

const erasureIn = (participants: readonly Appointment[]): Situation['erasure'] => ({
  isErased: (email) => participants.some((one) => isErased(one, email)),
  isLatest: participants.some(({ erased = [], changedAt }) => erased.some(({ at }) => at === changedAt)),
});

const isSamePlace = (one: Mapping, other: Mapping): boolean =>
  one.meetingId === other.meetingId && one.slot === other.slot && one.leaving.join() === other.leaving.join();

/** What to say when there is nothing left to do. */
function settledState({ status }: Appointment, mapping: Mapping, hasLink: boolean): MeetingState {
  if (mapping.meetingId) return hasLink ? 'ready' : mapping.state;
  return mapping.everPlaced || isCancelled(status) ? 'cancelled' : 'not_required';
}
