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
        body: 'Hello {staff_name},\n\nbookings with you get a Google Meet link by themselves as soon as you have connected your Google account. It takes one minute and is done once:\n\n{connect_button}\n\nThe link is meant for you alone; please do not pass it on.',
      },
      admin: {
        subject: '{staff_name} has not connected a Google account yet',
        body: 'Hello,\n\nbookings with {staff_name} ({staff_email}) are waiting for their Google Meet link, since no Google account is connected yet. We have just sent {staff_name} a link for it. All waiting bookings get theirs by themselves afterwards.',
      },
    },
    to_reconnect: {
      staff: {
        subject: 'Please connect your Google account again',
        body: 'Hello {staff_name},\n\nGoogle no longer lets us into your calendar, so new bookings with you are waiting for their Google Meet link. Please connect your account again; whatever was missed is made up by itself:\n\n{connect_button}\n\nThe link is meant for you alone; please do not pass it on.',
      },
      admin: {
        subject: '{staff_name} must connect Google again',
        body: 'Hello,\n\nGoogle no longer lets us into the calendar of {staff_name} ({staff_email}), so new bookings are waiting. We have just sent {staff_name} a link to connect again. Whatever was missed is made up by itself afterwards.',
      },
    },
    connected: {
      staff: {
        subject: 'Your Google account is connected',
        body: 'Hello {staff_name},\n\nbookings with you now go to the calendar of {google_email}. If that was not you, or is not the account that you wanted, tell your administrator at once or choose another here:\n\n{connect_button}',
      },
      admin: { subject: '', body: '' },
    },
  },
  es: {
    to_connect: {
      staff: {
        subject: 'Conecta tu cuenta de Google, por favor',
        body: 'Hola, {staff_name}:\n\nTus citas tendrán su enlace de Google Meet por sí solas en cuanto conectes tu cuenta de Google. Se tarda un minuto y se hace una sola vez:\n\n{connect_button}\n\nEl enlace es solo para ti; no lo reenvíes, por favor.',
      },
      admin: {
        subject: '{staff_name} aún no ha conectado su cuenta de Google',
        body: 'Hola:\n\nHay citas con {staff_name} ({staff_email}) que esperan su enlace de Google Meet, porque aún no hay ninguna cuenta de Google conectada. Acabamos de enviarle un enlace para hacerlo. Después, las citas que esperan reciben el suyo por sí solas.',
      },
    },
    to_reconnect: {
      staff: {
        subject: 'Conecta de nuevo tu cuenta de Google, por favor',
        body: 'Hola, {staff_name}:\n\nGoogle ya no nos deja entrar en tu calendario, así que tus nuevas citas esperan su enlace de Google Meet. Conecta tu cuenta otra vez; lo que falte se completa por sí solo:\n\n{connect_button}\n\nEl enlace es solo para ti; no lo reenvíes, por favor.',
      },
      admin: {
        subject: '{staff_name} debe conectar Google de nuevo',
        body: 'Hola:\n\nGoogle ya no nos deja entrar en el calendario de {staff_name} ({staff_email}), así que las nuevas citas esperan. Acabamos de enviarle un enlace para conectar de nuevo. Después, lo que falte se completa por sí solo.',
      },
    },
    connected: {
      staff: {
        subject: 'Tu cuenta de Google está conectada',
        body: 'Hola, {staff_name}:\n\nTus citas van ahora al calendario de {google_email}. Si no has sido tú, o no es la cuenta que querías, avisa enseguida a quien administra las citas o elige otra aquí:\n\n{connect_button}',
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
