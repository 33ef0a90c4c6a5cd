import type { ConnectionState } from '../../staff/staff.ts';
import { bookings, counted, joined, listed, pass, type Rule, type Text, trouble } from '../check.ts';

export interface PersonEvidence {
  readonly email: string;
  readonly state: ConnectionState;
  /** Bookings to come that have a meeting or are to have one. */
  readonly upcoming: number;
}

const SHOWN = 20;

const STATES: Readonly<Record<Exclude<ConnectionState, 'connected'>, Text>> = {
  not_connected: { en: 'has not connected a Google account', es: 'no ha conectado una cuenta de Google' },
  reconnect_required: {
    en: 'Google no longer accepts the access that they gave',
    es: 'Google ya no acepta el acceso que dio',
  },
  insufficient_scope: {
    en: 'did not tick the calendar box at Google',
    es: 'no marcó la casilla del calendario en Google',
  },
};

/** Everybody who is known as staff, by the admin or by a booking. */
export const staffConnected: Rule<readonly PersonEvidence[]> = {
  id: 'staff_connected',
  title: {
    en: 'Staff with bookings have connected their Google account',
    es: 'El personal con citas ha conectado su cuenta de Google',
  },
  judge(people) {
    const missing = people.flatMap(({ email, state, upcoming }) =>
      state === 'connected' ? [] : [{ email, state, upcoming }],
    );
    const busy = missing.filter(({ upcoming }) => upcoming > 0);
    if (busy.length > 0) {
      const entries = busy.map(({ email, state, upcoming }): Text => {
        const waiting = bookings(upcoming);
        return {
          en: `${email}${phrase(STATES[state].en)} (${waiting.en} to come)`,
          es: `${email}${phrase(STATES[state].es)} (${waiting.es} por venir)`,
        };
      });
      return trouble('fail', listed(entries, SHOWN), {
        en: 'Send each of them their connect link (Staff, "Send connect link"). They sign in with Google, tick the calendar box and allow; their bookings then get their links by themselves.',
        es: 'Envía a cada persona su enlace de conexión (Personal, «Enviar enlace de conexión»). Acceden con Google, marcan la casilla del calendario y lo permiten; sus citas reciben entonces sus enlaces automáticamente.',
      });
    }
    const lost = missing.filter(({ state }) => state !== 'not_connected');
    if (lost.length > 0) {
      const entries = lost.map(
        ({ email, state }): Text => ({
          en: `${email}${phrase(STATES[state].en)}`,
          es: `${email}${phrase(STATES[state].es)}`,
        }),
      );
      return trouble('warn', joined([listed(entries, SHOWN), NO_BOOKINGS]), {
        en: 'Send them their connect link before the next booking (Staff, "Send connect link").',
        es: 'Envíales su enlace de conexión antes de la próxima cita (Personal, «Enviar enlace de conexión»).',
      });
    }
    const connected = people.length - missing.length;
    if (connected === 0) {
      return trouble(
        'unknown',
        {
          en: 'Nobody has connected a Google account, and no booking waits for anybody.',
          es: 'Nadie ha conectado una cuenta de Google, y ninguna cita espera a nadie.',
        },
        {
          en: 'Add your staff members and send each their connect link (Staff).',
          es: 'Añade a tu personal y envía a cada persona su enlace de conexión (Personal).',
        },
      );
    }
    const { en, es } = counted(connected, ['staff member has', 'staff members have'], ['persona', 'personas']);
    return pass(
      `${en} connected; nobody who has bookings to come is missing.`,
      `Conectado: ${es}; no falta nadie que tenga citas por venir.`,
    );
  },
};

const NO_BOOKINGS: Text = { en: '(no bookings to come)', es: '(sin citas por venir)' };

/** Behind an address, what begins with a name of its own stands after a colon. */
const phrase = (text: string): string => (text.startsWith('Google') ? `: ${text}` : ` ${text}`);
