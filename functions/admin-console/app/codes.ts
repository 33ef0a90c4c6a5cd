import type { MeetingError } from '../../../shared/meetings/meeting.ts';
import type { DeliveryReason } from '../../../shared/notifications/delivery-error.ts';
import type { Language } from './language.ts';

/**
 * The API explains its codes in English; here are the same in Spanish, and in English where the console has a button for what the API can
 * only name. A new code does not compile before it has words.
 */
type Words<Code extends string> = Readonly<Record<Language, Readonly<Partial<Record<Code, string>>>>> & {
  readonly es: Readonly<Record<Code, string>>;
};

const AGAIN = 'Se vuelve a intentar cada hora.';
const BY_ITSELF = 'Se vuelve a intentar automáticamente.';

const ERRORS: Words<MeetingError['code']> = {
  en: {
    start_not_announced:
      'The booking platform has not announced the start of this booking, so it may have been deleted there. Check, and if it was, cancel it here. If every booking says this, the platform has no workflow for "booking starts".',
  },
  es: {
    google_unavailable: `Google no responde bien en este momento. ${BY_ITSELF}`,
    google_timeout: `Google no ha respondido a tiempo. ${BY_ITSELF}`,
    rate_limited: `Google nos ha pedido ir más despacio. ${BY_ITSELF}`,
    meet_link_failed: 'Google no ha podido crear el enlace de Meet. Se vuelve a pedir automáticamente.',
    event_changed: `El evento se estaba modificando en Google en ese mismo momento. ${BY_ITSELF}`,
    credentials_changing: `La cuenta de Google se estaba conectando en ese mismo momento. ${BY_ITSELF}`,
    calendar_usage_limits:
      'Google limita a cuántos invitados puede convocar este calendario en poco tiempo. Continúa automáticamente dentro de unas horas.',
    access_revoked:
      'Google ya no acepta el acceso que dio esta persona del personal. Envíale de nuevo su enlace de conexión.',
    calendar_permission_missing:
      'Esta persona no marcó la casilla del calendario en Google. Envíale de nuevo su enlace de conexión.',
    calendar_api_disabled:
      'La API de Google Calendar está desactivada en tu proyecto de Google. Actívala (APIs y servicios, Biblioteca, Google Calendar API) y pulsa «Volver a mirar».',
    calendar_not_found:
      'Google no conoce este calendario, o no es de la cuenta conectada. Revisa el calendario en el perfil de la persona.',
    calendar_forbidden:
      'Google no permite que esta cuenta modifique el evento. Revisa el calendario en el perfil de la persona.',
    meet_unavailable:
      'Este calendario no puede crear enlaces de Google Meet. Elige otro calendario o haz que activen Google Meet para la cuenta.',
    event_rejected:
      'Google ha rechazado el evento tal como está. Revisa las horas y las direcciones de correo de la cita.',
    google_client_rejected:
      'Google no acepta el ID de cliente y el secreto de los ajustes. Cópialos de nuevo desde la consola de Google.',
    google_client_missing: 'Aún no se han introducido en los ajustes el ID de cliente y el secreto de Google.',
    staff_not_connected:
      'Esta persona aún no ha conectado su cuenta de Google. Envíale su enlace de conexión desde «Personal».',
    staff_reconnect_required:
      'Esta persona tiene que volver a conectar su cuenta de Google. Envíale su enlace de conexión desde «Personal».',
    integration_off: 'La integración está desactivada en los ajustes. Al activarla se retoman las citas.',
    start_not_announced:
      'La plataforma de reservas no ha avisado del inicio de esta cita, así que puede que se haya borrado allí. Compruébalo y, si es así, cancélala aquí. Si todas las citas dicen esto, a la plataforma le falta el flujo de «la cita empieza».',
  },
};

const REASONS: Words<DeliveryReason | 'rejected'> = {
  en: {
    rejected: 'Amazon SES took this message and then did not send it. Tell the person in another way.',
    bounced: 'A message to this address came back: it does not exist or takes no mail.',
    complained: 'Messages were marked as spam there.',
    opted_out:
      'They asked for no more text messages. If they want them again, take the number off the list, too (SNS console, Text messaging, Opted-out phone numbers).',
  },
  es: {
    rejected: 'Amazon SES aceptó el mensaje pero no lo envió. Avisa a la persona de otra forma.',
    channel_off:
      'Los mensajes de este tipo estaban desactivados en los ajustes. Activarlos de nuevo no envía los antiguos.',
    invalid_phone: 'No es un número de teléfono válido. Corrígelo en la plataforma de reservas.',
    no_country:
      'El teléfono no lleva prefijo de país y los ajustes no dicen con qué país leerlo. Elige el país en los ajustes.',
    bounced:
      'Un mensaje a esta dirección ha vuelto: no existe o no acepta correo. Pide a la persona una dirección que funcione.',
    complained:
      'La persona marcó un mensaje como correo no deseado, así que ya no se envía nada a esta dirección. Avísale de otra forma.',
    opted_out:
      'La persona pidió no recibir más SMS. Si los quiere de nuevo, quita el número de la lista (consola de SNS, Text messaging, Opted-out phone numbers).',
    address_refused: 'La dirección o el teléfono no se ha aceptado. Comprueba que no tenga errores.',
    ses_sandbox: `La cuenta de Amazon SES sigue en el entorno de pruebas, que solo envía a direcciones verificadas. Pide a AWS el acceso de producción (consola de SES, Account dashboard). ${AGAIN}`,
    sender_not_verified: `La dirección desde la que se envía no está verificada en Amazon SES. Verifícala, o su dominio (consola de SES, Identities). ${AGAIN}`,
    sending_paused: `El envío está en pausa en Amazon SES. Mira el motivo (consola de SES, Account dashboard; AWS también escribe al correo de la cuenta) y pide que lo reanuden. ${AGAIN}`,
    daily_quota: `Se ha agotado la cuota de envío de hoy de Amazon SES. Si ocurre a menudo, pide a AWS una mayor (consola de SES, Account dashboard). ${AGAIN}`,
    configuration_set_missing: `En Amazon SES falta el conjunto de configuración con el que se envía. Despliega Booking Meet de nuevo. ${AGAIN}`,
    access_denied: `AWS no permite que Booking Meet envíe. Despliégalo de nuevo; si no basta, pide los permisos a quien administra la cuenta de AWS. ${AGAIN}`,
    MessageRejected: 'Amazon SES ha rechazado este mensaje y volvería a hacerlo. Avisa a la persona de otra forma.',
    InvalidParameterValue:
      'Amazon SES no puede enviar a esta dirección. Comprueba que no tenga errores ni letras con tilde.',
    sms_sandbox: `La cuenta de AWS sigue en el entorno de pruebas de SMS, que solo envía a números verificados. Pide a AWS salir de él (consola de SNS, Text messaging). ${AGAIN}`,
    sms_spending_limit: `Se ha alcanzado el límite de gasto en SMS de este mes. Auméntalo (consola de SNS, Text messaging preferences) o pide a AWS que lo haga. ${AGAIN}`,
  },
};

const find = (words: Words<never>, language: Language, code: string): string | undefined => {
  const known: Readonly<Record<string, string>> = words[language];
  return Object.hasOwn(known, code) ? known[code] : undefined;
};

/** What keeps a booking from its link, and what to do. @param message in the words of the API, for what has none of ours */
export const errorWords = (
  language: Language,
  { code, message }: { readonly code: string; readonly message: string },
) => find(ERRORS, language, code) ?? message;

/** Why a message was not sent, and what to do. @param detail in the words of the API, where it has some */
export const reasonWords = (language: Language, reason: string, detail?: string): string =>
  (language === 'en' ? detail : undefined) ?? find(REASONS, language, reason) ?? detail ?? reason;

/** Why a mail that somebody waits for was refused, out of what the API says of it: `The mail could not be sent (ses_sandbox). …` */
export function refusalWords(language: Language, refusal: string): string {
  const code = /\((\w+)\)/.exec(refusal)?.[1];
  const why = language === 'es' && code !== undefined ? find(REASONS, language, code) : undefined;
  // Nobody tries that one again.
  return why === undefined
    ? refusal
    : `No se ha podido enviar el correo. ${why.replace(AGAIN, '').trim()} O pásale el enlace de otra forma.`;
}
