import { isDeepStrictEqual } from 'node:util';
import { type Clock, toInstant } from '../time.ts';
import { accept, acceptErasure, type Delivery, type Outcome } from './acceptance.ts';
import type { Appointment } from './appointment.ts';
import type { AppointmentStore } from './store.ts';

export interface Receipt {
  readonly appointmentId: string;
  readonly revision: number;
  readonly outcome: Outcome;
}

export interface IntakeDeps {
  readonly appointments: AppointmentStore;
  readonly clock: Clock;
}

/** Rounds of losing the race for one booking before giving up; each round another delivery got through. */
const MAX_ROUNDS = 50;

/**
 * Takes in one delivery:
 * 1. decide from what is known (nothing, at first: a new booking, the usual case, then costs one write and no read),
 * 2. store it if that still is what stands there, else decide again from what does.
 * @throws when DynamoDB fails, or other deliveries for the same booking won every round
 */
export async function takeIn(deps: IntakeDeps, delivery: Delivery): Promise<Receipt> {
  const { appointments, clock } = deps;
  let current: Appointment | undefined;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const { outcome, revision, write, lookAt } = accept(current, delivery, toInstant(clock.now()));
    const receipt = { appointmentId: delivery.appointmentId, revision, outcome };
    if (!write) return receipt;
    const result = await (outcome === 'accepted' ? appointments.put(write) : appointments.remember(write, lookAt));
    if (result.stored) return receipt;
    current = result.current;
  }
  throw new Error('gave up: other deliveries for the same appointment kept getting in first');
}

/** What became of one booking. */
export interface ErasedBooking {
  /** As it stood, and as it stands now; undefined when it has gone meanwhile. */
  readonly before: Appointment | undefined;
  readonly after: Appointment | undefined;
  /** Whether anything of the person was in it. */
  readonly wasThere: boolean;
}

/**
 * Erases a person from one booking, whatever else is changed in it meanwhile.
 * @param current what is known of it
 * @throws when DynamoDB fails, or deliveries for the same booking won every round
 */
export async function eraseFrom(
  { appointments, clock }: IntakeDeps,
  current: Appointment,
  person: { readonly email: string; readonly wasTold: boolean },
): Promise<ErasedBooking> {
  let before: Appointment | undefined = current;
  for (let round = 0; before && round < MAX_ROUNDS; round += 1) {
    const after = acceptErasure(before, person, toInstant(clock.now()));
    if (!after) return { before, after: before, wasThere: false };
    const result = await appointments.put(after);
    if (result.stored) return { before, after, wasThere: !isDeepStrictEqual(after.booking, before.booking) };
    before = result.current;
  }
  if (before) throw new Error('gave up: deliveries for the same appointment kept getting in first');
  return { before, after: undefined, wasThere: false };
}
