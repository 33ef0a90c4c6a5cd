import { pass, type Rule, trouble } from '../check.ts';
import type { MeetLinksEvidence } from './meet-links.ts';

export interface FirstBookingEvidence {
  readonly made: MeetLinksEvidence['made'];
  /** Whether any booking is known, or a webhook was taken in. */
  readonly anySeen: boolean;
}

/** The last step of the set-up. */
export const firstBooking: Rule<FirstBookingEvidence> = {
  id: 'first_booking',
  title: { en: 'A booking has got its Meet link', es: 'Una cita ha recibido su enlace de Meet' },
  judge({ made, anySeen }) {
    if (made) {
      const since = made.since ? { en: ` since ${made.since}`, es: ` desde el ${made.since}` } : { en: '', es: '' };
      return pass(
        `${made.appointmentId} has its link${since.en}.`,
        `${made.appointmentId} tiene su enlace${since.es}.`,
      );
    }
    return anySeen
      ? trouble(
          'warn',
          {
            en: 'Bookings have come in, but none has got its link.',
            es: 'Han llegado citas, pero ninguna ha recibido su enlace.',
          },
          {
            en: 'See the other checks, and the state of the booking itself (Bookings). Only bookings with a status of the setting "statuses" get one.',
            es: 'Mira las demás comprobaciones y el estado de la propia cita (Citas). Solo las citas con un estado del ajuste «statuses» lo reciben.',
          },
        )
      : trouble(
          'unknown',
          { en: 'No booking has come in yet.', es: 'Todavía no ha llegado ninguna cita.' },
          {
            en: 'Make a test booking in the booking platform, at a time to come.',
            es: 'Haz una cita de prueba en la plataforma de reservas, en una fecha futura.',
          },
        );
  },
};
