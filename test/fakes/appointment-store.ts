import type { Appointment } from '../../shared/appointments/appointment.ts';
import { namesAddress } from '../../shared/appointments/erasure.ts';
import { listPlace } from '../../shared/appointments/list-place.ts';
import type {
  AppointmentStore,
  DueAppointment,
  ListedAppointment,
  ListRange,
  PutResult,
} from '../../shared/appointments/store.ts';
import type { Found } from '../../shared/aws/clients.ts';
import { earliest, type Instant, toInstant, toMoment } from '../../shared/time.ts';
import { MemoryTable } from './memory-table.ts';

interface Item {
  readonly appointment: Appointment;
  readonly expiresAt?: number;
}

/** What is owed besides bookings stands in the same table. */
export interface ErrandItem {
  readonly errandId: string;
  readonly token?: string;
  readonly staffEmail?: string;
  readonly cursor?: string;
  readonly dueAt?: Instant;
}

export class FakeAppointmentStore implements AppointmentStore {
  readonly #table = new MemoryTable<Item>();
  readonly errands = new MemoryTable<ErrandItem>();
  /** Ids in the records of the stream that wake the sync, oldest first. */
  readonly woken: string[] = [];

  async get(appointmentId: string): Promise<Appointment | undefined> {
    return this.peek(appointmentId);
  }

  /** The same at once, for what is one transaction with it. */
  peek(appointmentId: string): Appointment | undefined {
    return this.#table.get(appointmentId)?.appointment;
  }

  async getMany(appointmentIds: readonly string[]): Promise<Appointment[]> {
    return [...new Set(appointmentIds)].flatMap((id) => this.#table.get(id)?.appointment ?? []);
  }

  async put(appointment: Appointment): Promise<PutResult> {
    const { appointmentId, version } = appointment;
    const current = this.#table.get(appointmentId)?.appointment;
    if ((current?.version ?? 0) !== version - 1) return { stored: false, current };
    this.#table.put(appointmentId, { appointment });
    this.woken.push(appointmentId);
    return { stored: true };
  }

  async remember(
    { appointmentId, deliveries, sourceTime, startAnnounced, version }: Appointment,
    lookAt?: Instant,
  ): Promise<PutResult> {
    const seen = { deliveries, version, ...(sourceTime && { sourceTime }), ...(startAnnounced && { startAnnounced }) };
    const stored = this.#table.update(
      appointmentId,
      ({ appointment }) => appointment.version === version - 1,
      ({ appointment, ...rest }) => {
        const item = { ...rest, appointment: { ...appointment, ...seen } };
        return lookAt ? owing(item, { dueAt: lookAt }) : item;
      },
    );
    return stored ? { stored } : { stored, current: await this.get(appointmentId) };
  }

  async settle(seen: Appointment, expiresAt: number): Promise<boolean> {
    return this.#table.update(
      seen.appointmentId,
      isAsSeen(seen),
      ({ appointment: { dueAt: _dueAt, ...appointment } }) => ({
        appointment,
        expiresAt,
      }),
    );
  }

  async postpone(seen: Appointment, dueAt: Instant): Promise<boolean> {
    return this.#table.update(seen.appointmentId, isAsSeen(seen), (item) => owing(item, { dueAt }));
  }

  async requestLook(appointmentId: string, now: Date, at?: Instant): Promise<boolean> {
    const asked = { dueAt: at ?? toInstant(now), lookRequestedAt: toMoment(now) };
    const done = this.#table.update(
      appointmentId,
      ({ appointment: { dueAt } }) => !at || !dueAt || dueAt > at,
      (item) => owing(item, asked),
    );
    if (done && !at) this.woken.push(appointmentId);
    return done;
  }

  async owe(appointmentId: string, dueAt: Instant): Promise<void> {
    this.#table.update(
      appointmentId,
      () => true,
      (item) => owing(item, { dueAt: earliest(item.appointment.dueAt, dueAt) ?? dueAt }),
    );
  }

  async due(now: Instant, limit: number): Promise<DueAppointment[]> {
    return this.dueIndex()
      .filter(({ dueAt }) => dueAt <= now)
      .slice(0, limit);
  }

  async byStart({ from = '', to = '~', after = '' }: ListRange, limit: number): Promise<ListedAppointment[]> {
    return this.startIndex()
      .filter(({ listedAt }) => listedAt >= from && listedAt < to && listedAt > after)
      .sort((a, b) => (a.listedAt < b.listedAt ? -1 : 1))
      .slice(0, limit);
  }

  async naming(email: string, isOver: () => boolean): Promise<Found<string>> {
    if (isOver()) return { found: [], isWhole: false };
    const found = this.all().filter(({ booking }) => booking && namesAddress(booking, email));
    return { found: found.map(({ appointmentId }) => appointmentId), isWhole: true };
  }

  /** What stands in the index of starts. A test may have it lag behind. */
  startIndex(): ListedAppointment[] {
    return this.all().flatMap(({ appointmentId, booking }) =>
      booking
        ? [{ appointmentId, staffEmail: booking.staff.email, listedAt: listPlace(booking.start, appointmentId) }]
        : [],
    );
  }

  /** The whole due index, the soonest first. */
  dueIndex(): DueAppointment[] {
    const bookings = this.all().map(({ appointmentId, booking, dueAt }) => ({
      appointmentId,
      staffEmail: booking?.staff.email ?? '-',
      dueAt,
    }));
    const errands = this.errands.all().map(({ errandId, staffEmail = '-', dueAt }) => ({
      appointmentId: errandId,
      staffEmail,
      dueAt,
    }));
    return [...bookings, ...errands]
      .flatMap(({ dueAt, ...item }) => (dueAt ? [{ ...item, dueAt }] : []))
      .sort((a, b) => (a.dueAt < b.dueAt ? -1 : 1));
  }

  /** The first of it. */
  nextDueAt(): Instant | undefined {
    let first: Instant | undefined;
    for (const { dueAt } of this.errands.all()) if (dueAt && (!first || dueAt < first)) first = dueAt;
    for (const { appointment } of this.#table.all()) {
      if (appointment.dueAt && (!first || appointment.dueAt < first)) first = appointment.dueAt;
    }
    return first;
  }

  all(): Appointment[] {
    return this.#table.all().map(({ appointment }) => appointment);
  }

  /** What TTL does, some time after the end. @param now seconds since the epoch */
  expire(now: number): void {
    for (const { appointment, expiresAt } of this.#table.all()) {
      if (expiresAt !== undefined && expiresAt < now) this.#table.delete(appointment.appointmentId);
    }
  }
}

const isAsSeen =
  (seen: Appointment) =>
  ({ appointment }: Item): boolean =>
    appointment.revision === seen.revision && appointment.owed === seen.owed;

const owing = (item: Item, change: Partial<Appointment>): Item => ({
  ...item,
  appointment: { ...item.appointment, ...change, owed: item.appointment.owed + 1 },
});
