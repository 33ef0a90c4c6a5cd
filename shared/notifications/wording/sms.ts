import type { Locale } from '../../appointments/appointment.ts';
import type { BookingNews, Role } from '../told.ts';

/**
 * Text messages as templates. Each is written with the letters of GSM-7 only, so without á, í, ó and ú: one of them would more than
 * double what the message costs. Its link stands on a line of its own, which goes with it.
 */
type Wordings = Readonly<Record<BookingNews, Readonly<Record<'customer' | 'staff', string>>>>;

const WHEN = '{start_date}, {start_time} ({time_zone})';

const EN_JOIN = 'Join: {meet_link}';
const EN: Wordings = {
  booked: {
    customer: `{company_name}: Hi {customer_first_name}, your booking is confirmed: {service_name} with {staff_name}\n${WHEN}\n${EN_JOIN}`,
    staff: `{company_name}: {customer_full_name} has booked {service_name} with you\n${WHEN}\n${EN_JOIN}`,
  },
  rescheduled: {
    customer: `{company_name}: Hi {customer_first_name}, your booking has moved: {service_name} with {staff_name}\nNow: ${WHEN}\nBefore: {old_start_date}, {old_start_time}\n${EN_JOIN}`,
    staff: `{company_name}: The booking of {customer_full_name} has moved: {service_name}\nNow: ${WHEN}\nBefore: {old_start_date}, {old_start_time}\n${EN_JOIN}`,
  },
  link_changed: {
    customer: `{company_name}: Hi {customer_first_name}, {service_name} with {staff_name} has a new video link. The old one no longer works\n${WHEN}\n${EN_JOIN}`,
    staff: `{company_name}: {service_name} with {customer_full_name} has a new video link. The old one no longer works\n${WHEN}\n${EN_JOIN}`,
  },
  cancelled: {
    customer: `{company_name}: Hi {customer_first_name}, your booking has been cancelled: {service_name} with {staff_name}\n${WHEN}`,
    staff: `{company_name}: The booking of {customer_full_name} is cancelled for you: {service_name}\n${WHEN}`,
  },
  reminder: {
    customer: `{company_name}: Hi {customer_first_name}, a reminder of {service_name} with {staff_name}\n${WHEN}\n${EN_JOIN}`,
    staff: `{company_name}: A reminder of {service_name} with {customer_full_name}\n${WHEN}\n${EN_JOIN}`,
  },
};

const ES_JOIN = 'Videollamada: {meet_link}';
const ES: Wordings = {
  booked: {
    customer: `{company_name}: Hola, {customer_first_name}. Tu cita queda confirmada: {service_name} con {staff_name}\n${WHEN}\n${ES_JOIN}`,
    staff: `{company_name}: {customer_full_name} ha reservado {service_name} contigo\n${WHEN}\n${ES_JOIN}`,
  },
  rescheduled: {
    customer: `{company_name}: Hola, {customer_first_name}. Tu cita ha cambiado: {service_name} con {staff_name}\nAhora: ${WHEN}\nAntes: {old_start_date}, {old_start_time}\n${ES_JOIN}`,
    staff: `{company_name}: La cita de {customer_full_name} ha cambiado: {service_name}\nAhora: ${WHEN}\nAntes: {old_start_date}, {old_start_time}\n${ES_JOIN}`,
  },
  link_changed: {
    customer: `{company_name}: Hola, {customer_first_name}. {service_name} con {staff_name} tiene un enlace nuevo. El anterior ya no funciona\n${WHEN}\n${ES_JOIN}`,
    staff: `{company_name}: {service_name} con {customer_full_name} tiene un enlace nuevo. El anterior ya no funciona\n${WHEN}\n${ES_JOIN}`,
  },
  cancelled: {
    customer: `{company_name}: Hola, {customer_first_name}. Tu cita se ha cancelado: {service_name} con {staff_name}\n${WHEN}`,
    staff: `{company_name}: La cita de {customer_full_name} queda cancelada para ti: {service_name}\n${WHEN}`,
  },
  reminder: {
    customer: `{company_name}: Hola, {customer_first_name}. Te recordamos tu cita: {service_name} con {staff_name}\n${WHEN}\n${ES_JOIN}`,
    staff: `{company_name}: Recuerda tu cita con {customer_full_name}: {service_name}\n${WHEN}\n${ES_JOIN}`,
  },
};

/** The default text of a message to somebody's phone. */
export const smsWording = (kind: BookingNews, role: Exclude<Role, 'admin'>, locale: Locale): string =>
  ({ en: EN, es: ES })[locale][kind][role];
