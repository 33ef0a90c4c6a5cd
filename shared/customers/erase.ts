import type { Appointment, Customer } from '../appointments/appointment.ts';
import { type ErasedBooking, eraseFrom, type IntakeDeps } from '../appointments/intake.ts';
import { type Meeting, mayBeToCome } from '../meetings/meeting.ts';
import type { MeetingStore } from '../meetings/store.ts';
import { type ForgetDeps, forget } from '../notifications/forget.ts';
import { toE164 } from '../notifications/phone.ts';
import type { ToldStore } from '../notifications/store.ts';
import type { Told } from '../notifications/told.ts';
import type { Settings } from '../settings/settings.ts';
import type { SettingsStore } from '../settings/store.ts';
import { type Instant, toInstant } from '../time.ts';

export interface EraseDeps extends IntakeDeps, ForgetDeps {
  readonly told: ForgetDeps['told'] & Pick<ToldStore, 'toldTo'>;
  readonly meetings: Pick<MeetingStore, 'mapping' | 'meeting'>;
  readonly settings: Pick<SettingsStore, 'get'>;
}

/** What was removed of a person. */
export interface Removed {
  /** Bookings that named them. */
  readonly appointments: number;
  /** Messages to them, as `GET /appointments/{appointmentId}` lists them. */
  readonly messages: number;
  /** Events at Google that are still to come and name them; the sync is about to change these. */
  readonly events: number;
}

/** Bookings taken up at once. */
const AT_ONCE = 8;

/**
 * Erases a person, known by their address:
 * 1. find their bookings, and what they were told of any; there is no index by customer, so everything is looked through,
 * 2. each booking loses them, with a new revision that has the sync change its event,
 * 3. then the ledger of that booking loses them: nobody begins to tell them anything any more, and the look, which knows by the booking who
 *    was erased, takes out what runs that had begun before still write,
 * 4. last, what is known against their addresses goes.
 * It can be run again at any time, and goes on where it stopped.
 * @param deadline milliseconds since the epoch
 * @returns undefined when there was no time for all of it; what was removed by then stays so
 */
export async function eraseCustomer(deps: EraseDeps, email: string, deadline: number): Promise<Removed | undefined> {
  const { appointments, told, clock } = deps;
  const isOver = (): boolean => clock.now().getTime() > deadline;
  const [booked, toldOf, { settings }] = await Promise.all([
    appointments.naming(email, isOver),
    told.toldTo(email, isOver),
    deps.settings.get(),
  ]);
  const erasing = new Erasing(deps, email, settings);
  const left = new Set([...booked.found, ...toldOf.found]);
  const work = async (): Promise<void> => {
    for (const appointmentId of left) {
      if (isOver()) return;
      left.delete(appointmentId);
      await erasing.from(appointmentId);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await erasing.clearMarks();
  return booked.isWhole && toldOf.isWhole && left.size === 0 ? erasing.removed : undefined;
}

const NOTHING: ErasedBooking = { before: undefined, after: undefined, wasThere: false };

/** One person on their way out. */
class Erasing {
  private readonly deps: EraseDeps;
  private readonly email: string;
  private readonly settings: Settings;
  private readonly phones = new Set<string>();
  private readonly events = new Set<string>();
  private appointments = 0;
  private messages = 0;

  constructor(deps: EraseDeps, email: string, settings: Settings) {
    this.deps = deps;
    this.email = email;
    this.settings = settings;
  }

  get removed(): Removed {
    return { appointments: this.appointments, messages: this.messages, events: this.events.size };
  }

  async from(appointmentId: string): Promise<void> {
    const { deps, email } = this;
    const current = await deps.appointments.get(appointmentId);
    const isTheirs = (told: Told): boolean => isToldTo(told, email, current);
    const ledger = (await deps.told.ofSubject(appointmentId)).filter(isTheirs);
    const event = await this.futureEvent(appointmentId);

    const person = { email, wasTold: ledger.length > 0 };
    const { before, after, wasThere } = current ? await eraseFrom(deps, current, person) : NOTHING;
    await forget(
      deps,
      after ?? { appointmentId },
      (told) => isTheirs(told) || isToldTo(told, email, before),
      this.settings,
    );

    if (wasThere) this.appointments += 1;
    if (wasThere && event) this.events.add(event);
    this.messages += ledger.reduce((sum, { messages }) => sum + messages.length, 0);
    for (const { phone } of [...customersOf(current, email), ...customersOf(before, email)]) {
      if (phone) this.phones.add(phone);
    }
  }

  /** @returns the meeting that it is in, where Google holds an event of it that has not ended */
  private async futureEvent(appointmentId: string): Promise<string | undefined> {
    const { meetings, clock } = this.deps;
    const mapping = await meetings.mapping(appointmentId);
    const meeting = mapping?.meetingId ? await meetings.meeting(mapping.meetingId) : undefined;
    return meeting && isToCome(meeting, toInstant(clock.now())) ? meeting.meetingId : undefined;
  }

  async clearMarks(): Promise<void> {
    const { undeliverable } = this.deps;
    await undeliverable.clear('email', this.email);
    for (const phone of this.phones) {
      const read = toE164(phone, this.settings.defaultCountry);
      await undeliverable.clear('sms', 'number' in read ? read.number : phone);
    }
  }
}

const isToCome = ({ google: { event } }: Meeting, now: Instant): boolean =>
  event?.confirmed === true && !event.gone && mayBeToCome(event, now);

const customersOf = (appointment: Appointment | undefined, address: string): Customer[] =>
  (appointment?.booking?.customers ?? []).filter(({ email }) => email === address);

/** By their address; or by their telephone, should they have been told under an address that was corrected since. */
function isToldTo({ to }: Told, email: string, appointment: Appointment | undefined): boolean {
  if (to.role !== 'customer') return false;
  if (to.person === email || to.address === email) return true;
  const isSomebodyElse = customersOf(appointment, to.person).length > 0;
  return (
    !isSomebodyElse &&
    customersOf(appointment, email).some(
      ({ phone }) => phone !== undefined && [to.written, to.address, to.customer?.phone].includes(phone),
    )
  );
}
