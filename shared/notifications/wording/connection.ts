import type { Locale } from '../../appointments/appointment.ts';
import type { Wording } from './email.ts';

/** About the connection to Google: why it is needed, to whom, and that it is there. */
export type ConnectionNews = 'to_connect' | 'to_reconnect' | 'connected';

const CONNECTION: Readonly<
  Record<Locale, Readonly<Record<ConnectionNews, Readonly<Record<'staff' | 'admin', Wording>>>>>
> = {
  en: {
    to_connect: {
      staff: {
        subject: 'Please connect your Google account',
        body: '{connect_button}\n\nHello {staff_name}, once your Google account is connected, every booking with you gets its Google Meet link by itself. It takes a minute and is done only once.\n\nThe link above is for you alone; please do not pass it on.',
      },
      admin: {
        subject: '{staff_name} has not connected a Google account yet',
        body: 'Hello, bookings with {staff_name} ({staff_email}) are waiting for their Google Meet link, because no Google account is connected yet.\n\nWe have just sent {staff_name} a link to connect one. After that, every waiting booking gets its link by itself.',
      },
    },
    to_reconnect: {
      staff: {
        subject: 'Please connect your Google account again',
        body: '{connect_button}\n\nHello {staff_name}, Google no longer lets us into your calendar, so new bookings with you are waiting for their Google Meet link. Please connect your account again; everything that was missed then follows by itself.\n\nThe link above is for you alone; please do not pass it on.',
      },
      admin: {
        subject: '{staff_name} must connect Google again',
        body: 'Hello, Google no longer lets us into the calendar of {staff_name} ({staff_email}), so new bookings are waiting for their Google Meet link.\n\nWe have just sent {staff_name} a link to connect again. After that, everything that was missed follows by itself.',
      },
    },
    // Here the news comes first: the button is only for those who wanted another account.
    connected: {
      staff: {
        subject: 'Your Google account is connected',
        body: 'Hello {staff_name}, thank you! Bookings with you now go to the calendar of {google_email}, each with its Google Meet link. There is nothing else for you to do.\n\nWas that not you? Then please tell your administrator at once. Or would you rather use another account? Choose it here:\n\n{connect_button}',
      },
      admin: { subject: '', body: '' },
    },
  },
  es: {
    to_connect: {
      staff: {
        subject: 'Conecta tu cuenta de Google, por favor',
        body: '{connect_button}\n\nHola, {staff_name}: en cuanto conectes tu cuenta de Google, cada una de tus citas tendrá por sí sola su enlace de Google Meet. Se tarda un minuto y se hace una sola vez.\n\nEl enlace de arriba es solo para ti; no lo compartas, por favor.',
      },
      admin: {
        subject: '{staff_name} aún no ha conectado su cuenta de Google',
        body: 'Hola: las citas con {staff_name} ({staff_email}) están esperando su enlace de Google Meet, porque aún no hay ninguna cuenta de Google conectada.\n\nAcabamos de enviar a {staff_name} un enlace para conectarla. Después, cada cita que espera recibirá el suyo por sí sola.',
      },
    },
    to_reconnect: {
      staff: {
        subject: 'Vuelve a conectar tu cuenta de Google, por favor',
        body: '{connect_button}\n\nHola, {staff_name}: Google ya no nos deja entrar en tu calendario, así que tus nuevas citas están esperando su enlace de Google Meet. Vuelve a conectar tu cuenta, por favor; todo lo que haya quedado pendiente se completará por sí solo.\n\nEl enlace de arriba es solo para ti; no lo compartas, por favor.',
      },
      admin: {
        subject: '{staff_name} tiene que volver a conectar Google',
        body: 'Hola: Google ya no nos deja entrar en el calendario de {staff_name} ({staff_email}), así que las nuevas citas están esperando su enlace de Google Meet.\n\nAcabamos de enviar a {staff_name} un enlace para volver a conectar. Después, todo lo que haya quedado pendiente se completará por sí solo.',
      },
    },
    connected: {
      staff: {
        subject: 'Tu cuenta de Google está conectada',
        body: 'Hola, {staff_name}: ¡gracias! Tus citas van ahora al calendario de {google_email}, cada una con su enlace de Google Meet. No tienes que hacer nada más.\n\n¿No has sido tú? Avisa enseguida a quien administra las citas, por favor. ¿Prefieres usar otra cuenta? Elígela aquí:\n\n{connect_button}',
      },
      admin: { subject: '', body: '' },
    },
  },
};

export const connectionWording = (news: ConnectionNews, role: 'staff' | 'admin', locale: Locale): Wording =>
  CONNECTION[locale][news][role];

export const CONNECT_LABEL: Readonly<Record<Locale, string>> = {
  en: 'Connect my Google account',
  es: 'Conectar mi cuenta de Google',
};
