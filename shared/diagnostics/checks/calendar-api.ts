import { bookings, pass, type Rule, trouble } from '../check.ts';

export interface CalendarApiEvidence {
  /**
   * What the Calendar API said when it was asked through a connected staff member: `enabled`, `disabled`, or the code of what kept it from
   * saying either. Undefined when nobody is connected.
   */
  readonly answer: { readonly through: string; readonly said: string } | undefined;
  /** Bookings to come that failed because it was switched off. */
  readonly failedBookings: number;
}

const ENABLE = {
  en: 'In the Google console, in the project of your OAuth client, switch on the Google Calendar API (APIs & Services, Library, Google Calendar API, Enable). Google may take a few minutes. Bookings that failed are tried again within a day, or at once with "look again".',
  es: 'En la consola de Google, en el proyecto de tu cliente OAuth, habilita la API de Google Calendar (APIs y servicios, Biblioteca, Google Calendar API, Habilitar). Google puede tardar unos minutos. Las citas que fallaron se reintentan en un día, o enseguida con «revisar de nuevo».',
};

export const calendarApi: Rule<CalendarApiEvidence> = {
  id: 'calendar_api',
  title: { en: 'The Google Calendar API is enabled', es: 'La API de Google Calendar está habilitada' },
  judge({ answer, failedBookings }) {
    const failed = bookings(failedBookings);
    if (answer?.said === 'disabled') {
      return trouble(
        'fail',
        {
          en: `Asked through ${answer.through}, Google answered that the Calendar API is not enabled in your project (accessNotConfigured).`,
          es: `Preguntado a través de ${answer.through}, Google respondió que la API de Calendar no está habilitada en tu proyecto (accessNotConfigured).`,
        },
        ENABLE,
      );
    }
    if (failedBookings > 0) {
      return answer?.said === 'enabled'
        ? trouble(
            'warn',
            {
              en: `The Calendar API answers ${answer.through} now; ${failed.en} to come failed because it was switched off (calendar_api_disabled).`,
              es: `La API de Calendar responde ahora a ${answer.through}; ${failed.es} por venir fallaron porque estaba deshabilitada (calendar_api_disabled).`,
            },
            ENABLE,
          )
        : trouble(
            'fail',
            {
              en: `${failed.en} to come failed because the Calendar API is switched off (calendar_api_disabled).`,
              es: `${failed.es} por venir fallaron porque la API de Calendar está deshabilitada (calendar_api_disabled).`,
            },
            ENABLE,
          );
    }
    if (!answer) {
      return trouble(
        'unknown',
        {
          en: 'It can only be asked through a staff member who has connected, and nobody has.',
          es: 'Solo se puede preguntar a través de alguien del personal que esté conectado, y nadie lo está.',
        },
        {
          en: `Have one staff member connect their Google account. ${ENABLE.en}`,
          es: `Haz que alguien del personal conecte su cuenta de Google. ${ENABLE.es}`,
        },
      );
    }
    if (answer.said === 'enabled') {
      return pass(
        `The Calendar API answered for ${answer.through}.`,
        `La API de Calendar respondió para ${answer.through}.`,
      );
    }
    return trouble(
      'unknown',
      {
        en: `Asked through ${answer.through}, Google did not say (${answer.said}).`,
        es: `Preguntado a través de ${answer.through}, Google no lo dijo (${answer.said}).`,
      },
      { en: 'Look again in a few minutes.', es: 'Vuelve a comprobarlo dentro de unos minutos.' },
    );
  },
};
