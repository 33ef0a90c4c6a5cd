import { DATE_FORMATS, type DateFormat, parseLocal, TIME_FORMATS } from '../../settings/date-format.ts';
import { HOUR, type Instant } from '../../time.ts';
import { type Finding, pass, type Rule, trouble } from '../check.ts';

/** A booking of the platform, with the times that it carried as text. */
export interface TimedBooking {
  readonly appointmentId: string;
  readonly start: Instant;
  /** Whether `start` was said with its offset from UTC. */
  readonly isUtc: boolean;
  /** The same start as the platform writes it. */
  readonly written: string | undefined;
  /** When it was booked, as the platform writes it, and when its first webhook arrived. Absent after a change. */
  readonly created?: { readonly written: string; readonly arrivedAt: Instant };
}

export interface ClockEvidence {
  /** The newest first. */
  readonly bookings: readonly TimedBooking[];
  readonly format: DateFormat;
}

/** Time zones to find the platform's among; where businesses are, the usual one of each offset and rule first. */
const ZONES = [
  'Europe/Madrid',
  'Europe/London',
  'Europe/Lisbon',
  'Europe/Athens',
  'Europe/Istanbul',
  'Europe/Moscow',
  'Atlantic/Canary',
  'UTC',
  'America/New_York',
  'America/Chicago',
  'America/Denver',
  'America/Los_Angeles',
  'America/Phoenix',
  'America/Mexico_City',
  'America/Bogota',
  'America/Caracas',
  'America/Santiago',
  'America/Argentina/Buenos_Aires',
  'America/Sao_Paulo',
  'America/Halifax',
  'Africa/Johannesburg',
  'Asia/Dubai',
  'Asia/Baku',
  'Asia/Karachi',
  'Asia/Kolkata',
  'Asia/Bangkok',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Brisbane',
  'Australia/Sydney',
  'Pacific/Auckland',
];

/** Bookings that have to agree on one format; older ones may be of before a change. */
const COMPARED = 3;
const SUGGESTED = 3;
/** Seconds; no place on earth is further away from UTC, and offsets are multiples of the step. */
const FURTHEST_OFFSET = 14 * HOUR;
const OFFSET_STEP = 15 * 60;
/** Seconds by which the platform's clock may be ahead. */
const CLOCK_TOLERANCE = 300;

export const clockAndFormat: Rule<ClockEvidence> = {
  id: 'clock_and_format',
  title: {
    en: 'Time zone, date format and clock agree with the booking platform',
    es: 'Zona horaria, formato de fecha y reloj coinciden con la plataforma de reservas',
  },
  judge({ bookings, format }) {
    const comparable = bookings.filter(({ isUtc, written }) => isUtc && written);
    const [newest] = comparable;
    if (newest) {
      const agrees = comparable.length > 0 && startOf(newest, format) === newest.start;
      return agrees ? (judgeClock(bookings, format) ?? agreement(newest)) : disagreement(comparable, format);
    }
    if (
      bookings.length > 0 &&
      bookings.every(({ isUtc, appointmentId }) => isUtc && !appointmentId.startsWith('booknetic:'))
    ) {
      return pass(
        'Bookings come with the offset of their times, so nothing can be misread.',
        'Las citas llegan con el desfase de sus horas, así que nada se puede leer mal.',
      );
    }
    return (
      judgeClock(bookings, format) ??
      trouble(
        'unknown',
        bookings.length > 0
          ? {
              en: 'No booking to come carries its time both in UTC and as the platform writes it, so there is nothing to compare.',
              es: 'Ninguna cita por venir trae su hora a la vez en UTC y como la escribe la plataforma, así que no hay nada que comparar.',
            }
          : { en: 'There is no booking to compare with.', es: 'No hay ninguna cita con la que comparar.' },
        {
          en: 'Send add_to_google_calendar_link and appointment_start_date_time in the webhook, each filled with the keyword of its name, and make a booking.',
          es: 'Envía add_to_google_calendar_link y appointment_start_date_time en el webhook, cada uno con la palabra clave de su nombre, y haz una cita.',
        },
      )
    );
  },
};

const startOf = ({ written = '' }: TimedBooking, format: DateFormat): Instant | undefined =>
  parseLocal(written, format);

const agreement = ({ appointmentId, start, written }: TimedBooking): Finding =>
  pass(
    `${appointmentId} is at ${start}, and "${written}" is read as the same.`,
    `${appointmentId} es a las ${start}, y «${written}» se lee igual.`,
  );

function disagreement(comparable: readonly TimedBooking[], format: DateFormat): Finding {
  const [newest] = comparable as [TimedBooking];
  const read = startOf(newest, format);
  const setting = `timeZone ${format.timeZone}, dateFormat ${format.dateFormat}, timeFormat ${format.timeFormat}`;
  const would = suggestions(comparable.slice(0, COMPARED), format);
  const found = would.length > 0 ? would : suggestions([newest], format);
  const settings = found
    .slice(0, SUGGESTED)
    .map(
      ({ timeZone, dateFormat, timeFormat }) =>
        `timeZone ${timeZone}, dateFormat ${dateFormat}, timeFormat ${timeFormat}`,
    );
  return trouble(
    'fail',
    {
      en: `${newest.appointmentId} is at ${newest.start}, but "${newest.written}" ${read ? `is read as ${read}` : 'cannot be read'} with the settings (${setting}).`,
      es: `${newest.appointmentId} es a las ${newest.start}, pero «${newest.written}» ${read ? `se lee como ${read}` : 'no se puede leer'} con los ajustes (${setting}).`,
    },
    settings.length > 0
      ? {
          en: `Set time zone and formats as in the booking platform; this would agree: ${settings.join(', or ')}.`,
          es: `Pon la zona horaria y los formatos como en la plataforma de reservas; esto coincidiría: ${settings.join(', o ')}.`,
        }
      : {
          en: 'No common time zone and format would agree. Look up time zone, date format and time format in the booking platform (WordPress, Settings, General) and set the same; see that its clock is right.',
          es: 'Ninguna zona horaria ni formato habituales coincidirían. Mira la zona horaria y los formatos de fecha y hora en la plataforma (WordPress, Ajustes, Generales), pon los mismos y comprueba que su reloj va bien.',
        },
  );
}

type Suggestion = Pick<DateFormat, 'timeZone' | 'dateFormat' | 'timeFormat'>;

/** Settings with which all of these are read right; what differs least from the present ones first. */
function suggestions(bookings: readonly TimedBooking[], present: DateFormat): Suggestion[] {
  const formats = [
    present,
    ...DATE_FORMATS.flatMap((dateFormat) => TIME_FORMATS.map((timeFormat) => ({ dateFormat, timeFormat }))),
  ]
    .map(({ dateFormat, timeFormat }) => ({ ...present, dateFormat, timeFormat }))
    .filter((format) => bookings.every((booking) => isPlausible(booking, format)));
  const agreeing = [present.timeZone, ...ZONES].flatMap((timeZone) => {
    // Formats that are read alike (H:i and G:i) are one suggestion.
    const format = formats.find((candidate) =>
      bookings.every((booking) => startOf(booking, { ...candidate, timeZone }) === booking.start),
    );
    return format ? [{ timeZone, dateFormat: format.dateFormat, timeFormat: format.timeFormat }] : [];
  });
  return agreeing.filter(({ timeZone }, index) => agreeing.findIndex((other) => other.timeZone === timeZone) === index);
}

/** Whether it could be read so in some time zone at all. */
function isPlausible(booking: TimedBooking, format: DateFormat): boolean {
  const onTheWall = startOf(booking, { ...format, timeZone: 'UTC' });
  const offset = onTheWall ? (Date.parse(onTheWall) - Date.parse(booking.start)) / 1000 : Number.NaN;
  return Math.abs(offset) <= FURTHEST_OFFSET && offset % OFFSET_STEP === 0;
}

/** What arrived before it was booked. @returns undefined where the clocks agree, or nothing tells */
function judgeClock(bookings: readonly TimedBooking[], format: DateFormat): Finding | undefined {
  for (const { appointmentId, created } of bookings) {
    const bookedAt = created && parseLocal(created.written, format);
    if (!bookedAt) continue;
    const ahead = Math.round((Date.parse(bookedAt) - Date.parse(created.arrivedAt)) / 1000);
    if (ahead <= CLOCK_TOLERANCE) return undefined;
    const minutes = Math.round(ahead / 60);
    return trouble(
      'fail',
      {
        en: `${appointmentId} arrived at ${created.arrivedAt}, but the platform says that it was booked at ${bookedAt} ("${created.written}"), ${minutes} minutes later.`,
        es: `${appointmentId} llegó a las ${created.arrivedAt}, pero la plataforma dice que se reservó a las ${bookedAt} («${created.written}»), ${minutes} minutos después.`,
      },
      {
        en: 'Set timeZone as in the booking platform (WordPress, Settings, General); if it is the same, the clock of its server is wrong: have it set by its host.',
        es: 'Pon timeZone como en la plataforma de reservas (WordPress, Ajustes, Generales); si ya es la misma, el reloj de su servidor va mal: pide a su proveedor que lo corrija.',
      },
    );
  }
  return undefined;
}
