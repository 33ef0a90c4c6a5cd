import type { Locale } from '../../appointments/appointment.ts';
import type { BookingNews, Role } from '../told.ts';

/** A message as a template: `{keywords}` as in event titles, and those of `message-values.ts`. */
export interface Wording {
  readonly subject: string;
  readonly body: string;
}

/*
 * The button comes first, and sentences say “above” of it: that holds in the text part too, where it is a link on a line of its own.
 * Nothing is said that need not be so: that somebody else is told as well, or that the old link is dead, which it is not in a group.
 * The customer of a message to staff stands where a dash goes when there is none.
 * Spanish avoids “a las”, which would have to be “a la” at one o’clock.
 */

const WHEN_AND_WHERE = '{start_date}\n{start_time} – {end_time}\n{time_zone}\n{location_name}';
const DETAILS = `{service_name}\n${WHEN_AND_WHERE}`;
const STAFF_DETAILS = `{service_name} – {customer_full_name}\n${WHEN_AND_WHERE}`;

const EN: Readonly<Record<BookingNews, Readonly<Record<'customer' | 'staff', Wording>>>> = {
  booked: {
    customer: {
      subject: '{service_name} on {start_date} at {start_time}',
      body: `{join_button}\n\nHello {customer_first_name}, your booking with {staff_name} is confirmed. When it is time, the link above takes you straight into the video call.\n\n${DETAILS}\n\nSee you then!`,
    },
    staff: {
      subject: 'New booking: {service_name} on {start_date} at {start_time}',
      body: `{join_button}\n\nHello {staff_name}, you have a new booking. It is in your Google Calendar already.\n\n${STAFF_DETAILS}\n\nCustomer: {customer_full_name}\nE-mail: {customer_email}\nTelephone: {customer_phone}\nNotes: {appointment_notes}`,
    },
  },
  rescheduled: {
    customer: {
      subject: 'Moved: {service_name} is now on {start_date} at {start_time}',
      body: `{join_button}\n\nHello {customer_first_name}, your booking with {staff_name} has a new time. It is now:\n\n${DETAILS}\nBefore: {old_start_date}, {old_start_time}\n\nSee you then!`,
    },
    staff: {
      subject: 'Moved: {service_name} is now on {start_date} at {start_time}',
      body: `{join_button}\n\nHello {staff_name}, a booking with you has a new time, in your Google Calendar too. It is now:\n\n${STAFF_DETAILS}\nBefore: {old_start_date}, {old_start_time}`,
    },
  },
  link_changed: {
    customer: {
      subject: 'New video link: {service_name} on {start_date} at {start_time}',
      body: `{join_button}\n\nHello {customer_first_name}, the video call of your booking with {staff_name} has a new link. Please use the one above from now on; the time stays the same.\n\n${DETAILS}\n\nSee you then!`,
    },
    staff: {
      subject: 'New video link: {service_name} on {start_date} at {start_time}',
      body: `{join_button}\n\nHello {staff_name}, the video call of a booking with you has a new link. Please use the one above from now on; the time stays the same.\n\n${STAFF_DETAILS}`,
    },
  },
  cancelled: {
    customer: {
      subject: 'Cancelled: {service_name} on {start_date} at {start_time}',
      body: `Hello {customer_first_name}, your booking with {staff_name} has been cancelled. There is nothing else for you to do.\n\n${DETAILS}`,
    },
    staff: {
      subject: 'Cancelled: {service_name} on {start_date} at {start_time}',
      body: `Hello {staff_name}, a booking with you has been cancelled. There is nothing else for you to do.\n\n${STAFF_DETAILS}`,
    },
  },
  reminder: {
    customer: {
      subject: 'Reminder: {service_name} on {start_date} at {start_time}',
      body: `{join_button}\n\nHello {customer_first_name}, your booking with {staff_name} is coming up.\n\n${DETAILS}\n\nSee you then!`,
    },
    staff: {
      subject: 'Reminder: {service_name} on {start_date} at {start_time}',
      body: `{join_button}\n\nHello {staff_name}, a booking with you is coming up.\n\n${STAFF_DETAILS}\n\nNotes: {appointment_notes}`,
    },
  },
};

const ES: typeof EN = {
  booked: {
    customer: {
      subject: '{service_name}: {start_date}, {start_time}',
      body: `{join_button}\n\nHola, {customer_first_name}: tu cita con {staff_name} está confirmada. Cuando llegue la hora, el enlace de arriba te lleva directamente a la videollamada.\n\n${DETAILS}\n\n¡Hasta entonces!`,
    },
    staff: {
      subject: 'Nueva cita: {service_name} – {start_date}, {start_time}',
      body: `{join_button}\n\nHola, {staff_name}: tienes una nueva cita. Ya está en tu Google Calendar.\n\n${STAFF_DETAILS}\n\nCliente: {customer_full_name}\nCorreo: {customer_email}\nTeléfono: {customer_phone}\nNotas: {appointment_notes}`,
    },
  },
  rescheduled: {
    customer: {
      subject: 'Nuevo horario: {service_name} – {start_date}, {start_time}',
      body: `{join_button}\n\nHola, {customer_first_name}: tu cita con {staff_name} tiene un nuevo horario. Ahora es:\n\n${DETAILS}\nAntes: {old_start_date}, {old_start_time}\n\n¡Hasta entonces!`,
    },
    staff: {
      subject: 'Nuevo horario: {service_name} – {start_date}, {start_time}',
      body: `{join_button}\n\nHola, {staff_name}: una de tus citas tiene un nuevo horario, también en tu Google Calendar. Ahora es:\n\n${STAFF_DETAILS}\nAntes: {old_start_date}, {old_start_time}`,
    },
  },
  link_changed: {
    customer: {
      subject: 'Nuevo enlace: {service_name} – {start_date}, {start_time}',
      body: `{join_button}\n\nHola, {customer_first_name}: la videollamada de tu cita con {staff_name} tiene un enlace nuevo. A partir de ahora usa el de arriba, por favor; la hora no cambia.\n\n${DETAILS}\n\n¡Hasta entonces!`,
    },
    staff: {
      subject: 'Nuevo enlace: {service_name} – {start_date}, {start_time}',
      body: `{join_button}\n\nHola, {staff_name}: la videollamada de una de tus citas tiene un enlace nuevo. A partir de ahora usa el de arriba, por favor; la hora no cambia.\n\n${STAFF_DETAILS}`,
    },
  },
  cancelled: {
    customer: {
      subject: 'Cita cancelada: {service_name} – {start_date}, {start_time}',
      body: `Hola, {customer_first_name}: tu cita con {staff_name} se ha cancelado. No tienes que hacer nada más.\n\n${DETAILS}`,
    },
    staff: {
      subject: 'Cita cancelada: {service_name} – {start_date}, {start_time}',
      body: `Hola, {staff_name}: una de tus citas se ha cancelado. No tienes que hacer nada más.\n\n${STAFF_DETAILS}`,
    },
  },
  reminder: {
    customer: {
      subject: 'Recordatorio: {service_name} – {start_date}, {start_time}',
      body: `{join_button}\n\nHola, {customer_first_name}: se acerca tu cita con {staff_name}.\n\n${DETAILS}\n\n¡Hasta entonces!`,
    },
    staff: {
      subject: 'Recordatorio: {service_name} – {start_date}, {start_time}',
      body: `{join_button}\n\nHola, {staff_name}: se acerca una de tus citas.\n\n${STAFF_DETAILS}\n\nNotas: {appointment_notes}`,
    },
  },
};

export const JOIN: Readonly<Record<Locale, string>> = { en: 'Join the video call', es: 'Entrar en la videollamada' };

export const wording = (kind: BookingNews, role: Exclude<Role, 'admin'>, locale: Locale): Wording =>
  ({ en: EN, es: ES })[locale][kind][role];
