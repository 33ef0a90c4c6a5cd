import { type Appointment, type Booking, type Customer, contentHash } from '../../shared/appointments/appointment.ts';
import type { Instant } from '../../shared/time.ts';

export const ANA = 'ana@clinic.test';
export const BEA = 'bea@clinic.test';

export const customer = (name: string): Customer & { readonly email: string } => ({
  name,
  email: `${name.toLowerCase()}@mail.test`,
});

/** When a booking is: `at('15:00')` is 45 minutes on the first of December 2026. */
export function at(time: string, minutes = 45, day = '2026-12-01'): { start: Instant; end: Instant } {
  const start = `${day}T${time}:00Z`;
  return { start, end: new Date(Date.parse(start) + minutes * 60_000).toISOString().replace('.000', '') };
}

/** A consultation of Luis with Ana. */
export const aBooking = (changes: Partial<Booking> = {}): Booking => ({
  ...at('15:00'),
  service: { name: 'Consulta' },
  staff: { email: ANA, name: 'Ana' },
  customers: [customer('Luis')],
  keywords: {},
  ...changes,
});

export type Booked = Appointment & { readonly booking: Booking };

export function anAppointment(appointmentId: string, changes: Partial<Booking> = {}, status = 'approved'): Booked {
  const booking = aBooking(changes);
  return {
    appointmentId,
    status,
    booking,
    revision: 1,
    changedAt: '2026-11-20T09:00:00Z',
    contentHash: contentHash(status, booking),
    deliveries: [],
    version: 1,
    owed: 1,
  };
}
