import type { MeetingError } from '../../meetings/meeting.ts';
import { bookings, joined, listed, pass, type Rule, same, type Text, trouble } from '../check.ts';

export interface FailedBookingsEvidence {
  /** Of bookings to come. */
  readonly count: number;
  /** The first of them. */
  readonly failed: readonly { readonly appointmentId: string; readonly error: MeetingError | undefined }[];
}

const SHOWN = 5;

/** What the English says stands with the error itself. */
const IN_SPANISH: Partial<Readonly<Record<MeetingError['code'], string>>> = {
  calendar_api_disabled:
    'La API de Google Calendar está deshabilitada en tu proyecto de Google. Habilítala (APIs y servicios, Biblioteca, Google Calendar API).',
  calendar_not_found:
    'Google no conoce este calendario, o no es de la cuenta conectada. Revisa el calendario en el perfil de la persona.',
  calendar_forbidden:
    'Google no deja que esta cuenta cambie el evento. Revisa el calendario en el perfil de la persona.',
  meet_unavailable:
    'Este calendario no puede crear enlaces de Google Meet. Elige otro calendario o haz que se active Google Meet en la cuenta.',
  event_rejected: 'Google rechazó el evento tal como está. Revisa las horas y las direcciones de correo de la cita.',
  google_client_rejected:
    'Google no acepta el ID y el secreto de cliente de los ajustes. Cópialos de nuevo desde la consola de Google.',
  google_client_missing: 'Todavía no se han introducido el ID y el secreto de cliente de Google en los ajustes.',
};

export const failedBookings: Rule<FailedBookingsEvidence> = {
  id: 'failed_bookings',
  title: { en: 'No booking has failed', es: 'Ninguna cita ha fallado' },
  judge({ count, failed }) {
    if (count === 0) return pass('No booking to come has failed.', 'Ninguna cita por venir ha fallado.');
    const which = listed(
      failed.slice(0, SHOWN).map(({ appointmentId, error }) => same(`${appointmentId} (${error?.code ?? 'failed'})`)),
      SHOWN,
      ', ',
    );
    const errors = new Map(failed.flatMap(({ error }) => (error ? [[error.code, error] as const] : [])));
    const remedies = [...errors.values()].map(
      ({ code, message }): Text => ({ en: `${code}: ${message}`, es: `${code}: ${IN_SPANISH[code] ?? message}` }),
    );
    const all = bookings(count);
    return trouble(
      'fail',
      {
        en: `${all.en} to come got no link and need a person: ${which.en}.`,
        es: `${all.es} por venir sin enlace necesitan a una persona: ${which.es}.`,
      },
      joined([
        ...remedies,
        {
          en: 'Then "look again" at each (Bookings, failed); by themselves they are tried again within a day.',
          es: 'Después «revisar de nuevo» en cada una (Citas, fallidas); por sí solas se reintentan en un día.',
        },
      ]),
    );
  },
};
