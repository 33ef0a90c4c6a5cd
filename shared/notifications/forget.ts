import type { Appointment } from '../appointments/appointment.ts';
import { isErased } from '../appointments/erasure.ts';
import { expiry } from '../meetings/sync.ts';
import type { Settings } from '../settings/settings.ts';
import { after, type Clock, earliest, type Instant, latest, toInstant } from '../time.ts';
import { recipientsOf } from './recipients.ts';
import type { ToldStore } from './store.ts';
import { recipientKey, type Told } from './told.ts';
import type { UndeliverableStore } from './undeliverable.ts';

export interface ForgetDeps {
  readonly told: Pick<ToldStore, 'ofSubject' | 'put' | 'delete'>;
  readonly undeliverable: Pick<UndeliverableStore, 'clear'>;
  readonly clock: Clock;
}

/** By then every run that began with the booking of before has ended, and whatever it wrote is there. */
const SECOND_PASS_SECONDS = 90;
/** Another run has just changed a record: seconds until it is looked at again. */
const CHANGED_SECONDS = 2;

/** Whether it is what somebody was told who was erased from the booking. */
export const wasToldToErased = (appointment: Pick<Appointment, 'appointmentId' | 'erased'>, { to }: Told): boolean =>
  to.role === 'customer' && (isErased(appointment, to.person) || isErased(appointment, to.address));

/**
 * Nothing is kept of what was told to those who were erased from a booking, at once and once more when nobody can be writing it any more.
 * @returns when to look again
 */
export async function forgetErased(
  deps: ForgetDeps,
  appointment: Appointment,
  settings: Settings,
): Promise<Instant | undefined> {
  const [first, ...others] = (appointment.erased ?? []).map(({ at }) => at);
  if (!first) return undefined;
  const secondPass = after(latest(first, ...others), SECOND_PASS_SECONDS);
  const until = await forget(deps, appointment, (told) => wasToldToErased(appointment, told), settings);
  return earliest(until, secondPass > toInstant(deps.clock.now()) ? secondPass : undefined);
}

/**
 * Takes out of the ledger of a booking what is somebody's, with what is known against their addresses. Whoever holds a claim is about to
 * record what was sent, and must find the record as it was.
 * @returns when to look again, where something could not be taken out yet
 */
export async function forget(
  { told, undeliverable, clock }: ForgetDeps,
  appointment: Pick<Appointment, 'appointmentId' | 'booking'>,
  isTheirs: (told: Told) => boolean,
  settings: Settings,
): Promise<Instant | undefined> {
  const { appointmentId, booking } = appointment;
  const now = toInstant(clock.now());
  const expiresAt = expiry(appointment, settings, clock.now());
  const remaining = booking ? recipientsOf(booking, undefined, settings).filter(({ role }) => role === 'customer') : [];
  const ledger = (await told.ofSubject(appointmentId)).filter(isTheirs);
  const waits = await Promise.all(
    ledger.map(async (one): Promise<Instant | undefined> => {
      if (one.claim && one.claim.endsAt > now) return one.claim.endsAt;
      // Two customers may have one telephone: what was said there, the other knows.
      const heir = remaining.find((to) => recipientKey(to) === one.recipient);
      if (heir) return (await told.put({ ...one, to: heir }, expiresAt)) ? undefined : after(now, CHANGED_SECONDS);
      // First, since it is by the record that the address is known here.
      await undeliverable.clear(one.to.channel, one.to.address);
      return (await told.delete(one)) ? undefined : after(now, CHANGED_SECONDS);
    }),
  );
  return earliest(...waits);
}
