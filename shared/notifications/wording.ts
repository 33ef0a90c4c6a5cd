import type { Locale } from '../appointments/appointment.ts';
import type { BookingNews, Role } from './told.ts';

/** A message as a template: `{keywords}` as in event titles, and those of `messages.ts`. */
export interface Wording {
  readonly subject: string;
  readonly body: string;
}

const EN_DETAILS = '{service_name}\n{start_date}, {start_time} – {end_time}\n{time_zone}';
const ES_DETAILS = EN_DETAILS;

const EN: Readonly<Record<BookingNews, Readonly<Record<'customer' | 'staff', Wording>>>> = {
  booked: {
    customer: {
      subject: '{service_name} on {start_date} at {start_time}',
      body: `Hello {customer_first_name},\n\nyour booking with {staff_name} is confirmed. At the time, join the video call here:\n\n{join_button}\n\n${EN_DETAILS}\n{location_name}`,
    },
    staff: {
      subject: 'New booking: {service_name} on {start_date} at {start_time}',
      body: `Hello {staff_name},\n\n{customer_full_name} has booked with you. The event is in your Google Calendar.\n\n{join_button}\n\n${EN_DETAILS}\n{location_name}\n\nCustomer: {customer_full_name}\nE-mail: {customer_email}\nTelephone: {customer_phone}\nNotes: {appointment_notes}`,
    },
  },
  rescheduled: {
    customer: {
      subject: 'Moved: {service_name} is now on {start_date} at {start_time}',
      body: `Hello {customer_first_name},\n\nyour booking with {staff_name} has been moved from {old_start_date}, {old_start_time}. This is where to join the video call:\n\n{join_button}\n\n${EN_DETAILS}\n{location_name}`,
    },
    staff: {
      subject: 'Moved: {service_name} is now on {start_date} at {start_time}',
      body: `Hello {staff_name},\n\nthe booking of {customer_full_name} has been moved from {old_start_date}, {old_start_time}. Your Google Calendar is up to date.\n\n{join_button}\n\n${EN_DETAILS}\n{location_name}`,
    },
  },
  link_changed: {
    customer: {
      subject: 'New video link: {service_name} on {start_date} at {start_time}',
      body: `Hello {customer_first_name},\n\nthe video call of your booking with {staff_name} has a new link. Please use this one; the old one no longer works:\n\n{join_button}\n\n${EN_DETAILS}\n{location_name}`,
    },
    staff: {
      subject: 'New video link: {service_name} on {start_date} at {start_time}',
      body: `Hello {staff_name},\n\nthe video call with {customer_full_name} has a new link. The customer is told as well.\n\n{join_button}\n\n${EN_DETAILS}\n{location_name}`,
    },
  },
  cancelled: {
    customer: {
      subject: 'Cancelled: {service_name} on {start_date} at {start_time}',
      body: `Hello {customer_first_name},\n\nyour booking with {staff_name} has been cancelled. Its video link no longer works.\n\n${EN_DETAILS}`,
    },
    staff: {
      subject: 'Cancelled: {service_name} on {start_date} at {start_time}',
      body: `Hello {staff_name},\n\nthe booking of {customer_full_name} is cancelled for you.\n\n${EN_DETAILS}`,
    },
  },
};

const ES: typeof EN = {
  booked: {
    customer: {
      subject: '{service_name}: {start_date} a las {start_time}',
      body: `Hola, {customer_first_name}:\n\nTu cita con {staff_name} está confirmada. A la hora de la cita, entra aquí en la videollamada:\n\n{join_button}\n\n${ES_DETAILS}\n{location_name}`,
    },
    staff: {
      subject: 'Nueva cita: {service_name}, {start_date} a las {start_time}',
      body: `Hola, {staff_name}:\n\n{customer_full_name} ha reservado una cita contigo. El evento está en tu Google Calendar.\n\n{join_button}\n\n${ES_DETAILS}\n{location_name}\n\nCliente: {customer_full_name}\nCorreo: {customer_email}\nTeléfono: {customer_phone}\nNotas: {appointment_notes}`,
    },
  },
  rescheduled: {
    customer: {
      subject: 'Cambio de hora: {service_name}, ahora {start_date} a las {start_time}',
      body: `Hola, {customer_first_name}:\n\nTu cita con {staff_name} ha cambiado: antes era el {old_start_date} a las {old_start_time}. Entra aquí en la videollamada:\n\n{join_button}\n\n${ES_DETAILS}\n{location_name}`,
    },
    staff: {
      subject: 'Cambio de hora: {service_name}, ahora {start_date} a las {start_time}',
      body: `Hola, {staff_name}:\n\nLa cita de {customer_full_name} ha cambiado: antes era el {old_start_date} a las {old_start_time}. Tu Google Calendar ya está al día.\n\n{join_button}\n\n${ES_DETAILS}\n{location_name}`,
    },
  },
  link_changed: {
    customer: {
      subject: 'Nuevo enlace: {service_name}, {start_date} a las {start_time}',
      body: `Hola, {customer_first_name}:\n\nLa videollamada de tu cita con {staff_name} tiene un enlace nuevo. Usa este; el anterior ya no funciona:\n\n{join_button}\n\n${ES_DETAILS}\n{location_name}`,
    },
    staff: {
      subject: 'Nuevo enlace: {service_name}, {start_date} a las {start_time}',
      body: `Hola, {staff_name}:\n\nLa videollamada con {customer_full_name} tiene un enlace nuevo. También se lo decimos al cliente.\n\n{join_button}\n\n${ES_DETAILS}\n{location_name}`,
    },
  },
  cancelled: {
    customer: {
      subject: 'Cita cancelada: {service_name}, {start_date} a las {start_time}',
      body: `Hola, {customer_first_name}:\n\nTu cita con {staff_name} se ha cancelado. Su enlace ya no funciona.\n\n${ES_DETAILS}`,
    },
    staff: {
      subject: 'Cita cancelada: {service_name}, {start_date} a las {start_time}',
      body: `Hola, {staff_name}:\n\nLa cita de {customer_full_name} queda cancelada para ti.\n\n${ES_DETAILS}`,
    },
  },
};

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

export const JOIN: Readonly<Record<Locale, string>> = { en: 'Join the video call', es: 'Entrar en la videollamada' };

export const wording = (kind: BookingNews, role: Exclude<Role, 'admin'>, locale: Locale): Wording =>
  ({ en: EN, es: ES })[locale][kind][role];
