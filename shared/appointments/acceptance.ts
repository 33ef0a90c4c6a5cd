import { isDeepStrictEqual } from 'node:util';
import { after, type Instant } from '../time.ts';
import { type Appointment, type Booking, contentHash, isCancelled } from './appointment.ts';
import { erasureOf, isErased, withoutPerson } from './erasure.ts';

/** What one webhook says. */
export interface Delivery {
  readonly appointmentId: string;
  /**
   * `create` never overwrites; `change` is an explicit change; `report` tells the state in passing (a reminder event) and so
   * cannot bring a cancelled booking back; `cancel` needs no booking.
   */
  readonly intent: 'create' | 'change' | 'report' | 'cancel';
  readonly status: string;
  readonly booking?: Booking;
  readonly sourceTime?: string;
  /** It announces the start of the booking, which the platform so shows that it still has. */
  readonly announcesStart?: true;
  readonly id: string;
  /**
   * Whether `id` is the sender's own, the same only when the same delivery is repeated. Otherwise it was derived from the content,
   * which may rightly come back later (moved there and back), so it is compared with the last delivery only.
   */
  readonly uniqueId: boolean;
}

export type Outcome = 'accepted' | 'duplicate' | 'stale' | 'unchanged';

/** `write` is the record to store, absent when there is nothing to remember. */
export interface Acceptance {
  readonly outcome: Outcome;
  readonly revision: number;
  readonly write?: Appointment;
  /** When to look at a booking that waits for what `write` remembers. */
  readonly lookAt?: Instant;
}

/** How far ahead the due index looks at a change by itself, should the stream not have brought the sync: seconds. */
const STREAM_GRACE_SECONDS = 60;

/** How many of a sender's delivery ids are remembered for one booking. */
const REMEMBERED_DELIVERIES = 50;

/** DESIGN rule 5: which delivery changes what is known of a booking. */
export function accept(current: Appointment | undefined, delivery: Delivery, now: Instant): Acceptance {
  const version = (current?.version ?? 0) + 1;
  const said = delivery.booking ?? current?.booking;
  const hash = contentHash(delivery.status, said);
  // What was said before they were erased may be said once more, and be true again of all but them.
  const booking = said && current?.deliveries.includes(delivery.id) ? withoutErased(said, current) : said;
  const startAnnounced = delivery.announcesStart ? booking?.start : current?.startAnnounced;
  const accepted = (revision: number): Acceptance => ({
    outcome: 'accepted',
    revision,
    write: {
      appointmentId: delivery.appointmentId,
      status: delivery.status,
      ...(booking && { booking }),
      revision,
      changedAt: now,
      contentHash: hash,
      ...sourceTime(delivery.sourceTime ?? current?.sourceTime),
      ...(startAnnounced && { startAnnounced }),
      ...stillErased(current, booking),
      deliveries: [...(current?.deliveries ?? []), delivery.id].slice(-REMEMBERED_DELIVERIES),
      version,
      dueAt: after(now, STREAM_GRACE_SECONDS),
      owed: (current?.owed ?? 0) + 1,
      ...(current?.lookRequestedAt && { lookRequestedAt: current.lookRequestedAt }),
    },
  });

  if (!current) return accepted(1);

  const refused = (outcome: Outcome): Acceptance => ({
    outcome,
    revision: current.revision,
    // An unchanged delivery moves the source time on: what is older than it must stay out, though nothing changed.
    ...(delivery.uniqueId && {
      write: {
        ...current,
        ...sourceTime(outcome === 'unchanged' ? (delivery.sourceTime ?? current.sourceTime) : current.sourceTime),
        deliveries: [...current.deliveries, delivery.id].slice(-REMEMBERED_DELIVERIES),
        version,
      },
    }),
  });
  const unchanged = (): Acceptance => {
    const same = refused('unchanged');
    if (!startAnnounced || startAnnounced === current.startAnnounced) return same;
    const write = { ...(same.write ?? current), startAnnounced, version };
    // Whoever still waits for the announcement is owed a look.
    return { ...same, write, ...(current.dueAt && { lookAt: now }) };
  };

  if (isRepeated(current, delivery)) return { outcome: 'duplicate', revision: current.revision };
  if (isOlder(current, delivery)) return refused('stale');
  if (hash === current.contentHash) return unchanged();
  if (delivery.intent === 'create') return refused('stale');
  if (delivery.intent === 'report' && isCancelled(current.status)) return refused('stale');
  return accepted(current.revision + 1);
}

/**
 * Somebody is in a booking no more; no word of the platform is taken in by that, so that what is older than its last stays out.
 * @param wasTold whether something was told them of it, though they may have dropped out
 * @returns what to store; undefined when nothing of them is there
 */
export function acceptErasure(
  current: Appointment,
  { email, wasTold }: { readonly email: string; readonly wasTold: boolean },
  now: Instant,
): Appointment | undefined {
  const booking = current.booking && withoutPerson(current.booking, email);
  const isThere = !isDeepStrictEqual(booking, current.booking);
  if (!isThere && (!wasTold || isErased(current, email))) return undefined;
  const erasure = erasureOf(current.appointmentId, email, now);
  return {
    ...current,
    ...(booking && { booking }),
    revision: current.revision + 1,
    changedAt: now,
    erased: [...(current.erased ?? []).filter(({ person }) => person !== erasure.person), erasure],
    version: current.version + 1,
    dueAt: after(now, STREAM_GRACE_SECONDS),
    owed: current.owed + 1,
  };
}

const withoutErased = (booking: Booking, current: Appointment): Booking =>
  booking.customers
    .flatMap(({ email }) => (email && isErased(current, email) ? [email] : []))
    .reduce((rest, email) => withoutPerson(rest, email), booking);

/** Whoever the platform books again is there again. */
function stillErased(current: Appointment | undefined, booking: Booking | undefined): Pick<Appointment, 'erased'> {
  if (!current?.erased) return {};
  const { appointmentId, erased } = current;
  const booked = (booking?.customers ?? []).flatMap(({ email }) =>
    email ? [erasureOf(appointmentId, email, '').person] : [],
  );
  const left = erased.filter(({ person }) => !booked.includes(person));
  return left.length > 0 ? { erased: left } : {};
}

const isRepeated = (current: Appointment, delivery: Delivery): boolean =>
  delivery.uniqueId ? current.deliveries.includes(delivery.id) : current.deliveries.at(-1) === delivery.id;

const isOlder = (current: Appointment, delivery: Delivery): boolean => {
  if (!current.sourceTime || !delivery.sourceTime) return false;
  // A cancelled booking comes back only through a *later* change; one of the same time is not later.
  const revives = isCancelled(current.status) && !isCancelled(delivery.status);
  return revives ? delivery.sourceTime <= current.sourceTime : delivery.sourceTime < current.sourceTime;
};

const sourceTime = (time: string | undefined) => (time ? { sourceTime: time } : {});
