import type { Instant } from '../../time.ts';
import { bookings, listed, pass, type Rule, type Text, trouble } from '../check.ts';

export interface MeetLinksEvidence {
  /** Staff whose calendar could make no Meet link for bookings to come. */
  readonly unable: readonly { readonly email: string; readonly bookings: number }[];
  /** A booking that has its link. */
  readonly made: { readonly appointmentId: string; readonly since: Instant | undefined } | undefined;
}

const SHOWN = 20;

export const meetLinks: Rule<MeetLinksEvidence> = {
  id: 'meet_links',
  title: { en: 'Meet links can be made', es: 'Se pueden crear enlaces de Meet' },
  judge({ unable, made }) {
    if (unable.length > 0) {
      const entries = unable.map(({ email, bookings: count }): Text => {
        const { en, es } = bookings(count);
        return { en: `${email} (${en})`, es: `${email} (${es})` };
      });
      const who = listed(entries, SHOWN);
      return trouble(
        'fail',
        {
          en: `Google made no Meet link on the calendar of ${who.en} (meet_unavailable).`,
          es: `Google no creó ningún enlace de Meet en el calendario de ${who.es} (meet_unavailable).`,
        },
        {
          en: 'Choose another calendar in the staff member’s profile, best "primary", or have Google Meet switched on for the account by whoever manages it (Google Workspace, Admin console, Apps, Google Meet). Then "look again" at the bookings.',
          es: 'Elige otro calendario en el perfil de la persona, mejor «primary», o haz que quien administra la cuenta active Google Meet (Google Workspace, consola de administración, Aplicaciones, Google Meet). Después «revisar de nuevo» en las citas.',
        },
      );
    }
    if (!made) {
      return trouble(
        'unknown',
        { en: 'No Meet link has been asked for yet.', es: 'Todavía no se ha pedido ningún enlace de Meet.' },
        { en: 'Make a test booking.', es: 'Haz una cita de prueba.' },
      );
    }
    const since = made.since ? { en: ` on ${made.since}`, es: ` el ${made.since}` } : { en: '', es: '' };
    return pass(
      `Google made the link of ${made.appointmentId}${since.en}.`,
      `Google creó el enlace de ${made.appointmentId}${since.es}.`,
    );
  },
};
