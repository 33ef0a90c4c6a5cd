import { accept, type Delivery } from '../../../shared/appointments/acceptance.ts';
import type { Appointment, Booking } from '../../../shared/appointments/appointment.ts';

export const NOW = '2026-11-23T10:00:00Z';

export const bookingOf = (changes: Partial<Booking> = {}): Booking => ({
  start: '2026-12-01T14:00:00Z',
  end: '2026-12-01T14:45:00Z',
  service: { name: 'Consulta' },
  staff: { email: 'ana@clinic.test', name: 'Ana' },
  customers: [{ name: 'Luis', email: 'luis@mail.test' }],
  keywords: {},
  ...changes,
});

let deliveries = 0;

/** From a sender that numbers its deliveries and says when each change was made. */
export const deliveryOf = (changes: Partial<Delivery> = {}): Delivery => {
  deliveries += 1;
  return {
    appointmentId: 'appointments:1042',
    intent: 'change',
    status: 'approved',
    booking: bookingOf(),
    id: `msg_${deliveries}`,
    uniqueId: true,
    ...changes,
  };
};

export const cancellation = (changes: Partial<Delivery> = {}): Delivery => {
  const { booking: _booking, ...rest } = deliveryOf({ intent: 'cancel', status: 'cancelled', ...changes });
  return rest;
};

/** What is stored after these deliveries, one after the other. */
export const stored = (deliveriesInOrder: readonly Delivery[], from?: Appointment): Appointment | undefined =>
  deliveriesInOrder.reduce<Appointment | undefined>(
    (current, delivery) => accept(current, delivery, NOW).write ?? current,
    from,
  );

export const known = (...inOrder: readonly Delivery[]): Appointment => {
  const appointment = stored(inOrder);
  if (!appointment) throw new Error('no delivery was taken in');
  return appointment;
};
