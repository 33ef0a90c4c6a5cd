import type { Locale } from '../../appointments/appointment.ts';
import type { BookingNews, Role } from '../told.ts';

/** A message as a template: `{keywords}` as in event titles, and those of `message-values.ts`. */
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
  reminder: {
    customer: {
      subject: 'Reminder: {service_name} on {start_date} at {start_time}',
      body: `{join_button}\n\nHello {customer_first_name},\n\nthis is a reminder of your booking with {staff_name}.\n\n${EN_DETAILS}\n{location_name}`,
    },
    staff: {
      subject: 'Reminder: {service_name} on {start_date} at {start_time}',
      body: `{join_button}\n\nHello {staff_name},\n\nthis is a reminder of your booking with {customer_full_name}.\n\n${EN_DETAILS}\n{location_name}`,
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
  reminder: {
    customer: {
      subject: 'Recordatorio: {service_name}, {start_date} a las {start_time}',
      body: `{join_button}\n\nHola, {customer_first_name}:\n\nTe recordamos tu cita con {staff_name}.\n\n${ES_DETAILS}\n{location_name}`,
    },
    staff: {
      subject: 'Recordatorio: {service_name}, {start_date} a las {start_time}',
      body: `{join_button}\n\nHola, {staff_name}:\n\nTe recordamos tu cita con {customer_full_name}.\n\n${ES_DETAILS}\n{location_name}`,
    },
  },
};

export const JOIN: Readonly<Record<Locale, string>> = { en: 'Join the video call', es: 'Entrar en la videollamada' };

export const wording = (kind: BookingNews, role: Exclude<Role, 'admin'>, locale: Locale): Wording =>
  ({ en: EN, es: ES })[locale][kind][role];
