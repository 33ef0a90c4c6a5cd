import { type Clock, toInstant } from '../time.ts';
import { accept, type Delivery, type Outcome } from './acceptance.ts';
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
    if (outcome === 'accepted') {
      const result = await appointments.put(write);
      if (result.stored) return receipt;
      current = result.current;
    } else {
      if (await appointments.remember(write, lookAt)) return receipt;
      current = await appointments.get(delivery.appointmentId);
    }
  }
  throw new Error('gave up: other deliveries for the same appointment kept getting in first');
}
