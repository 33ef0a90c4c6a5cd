import { closest } from 'fastest-levenshtein';
import type { Fault } from '../errors.ts';
import { DESCRIPTIONS_ES } from './keyword-descriptions-es.ts';

export interface Keyword {
  readonly keyword: string;
  readonly description: string;
  readonly example: string;
}

const row = (keyword: string, description: string, example: string): Keyword => ({ keyword, description, example });

/** What the platform itself offers (FACTS 1b), save the links and passwords that DESIGN rule 20 drops. */
export const PLATFORM_KEYWORDS: readonly Keyword[] = [
  row('appointment_id', 'Number of the appointment', '1042'),
  row('appointment_status', 'Status of the appointment', 'approved'),
  row('appointment_date', 'Date of the appointment', '2026-12-01'),
  row('appointment_start_date', 'Date on which it starts', '2026-12-01'),
  row('appointment_end_date', 'Date on which it ends', '2026-12-01'),
  row('appointment_date_time', 'Date and time at which it starts', '2026-12-01 15:00'),
  row('appointment_start_date_time', 'Date and time at which it starts', '2026-12-01 15:00'),
  row('appointment_end_date_time', 'Date and time at which it ends', '2026-12-01 15:45'),
  row('appointment_start_time', 'Time at which it starts', '15:00'),
  row('appointment_end_time', 'Time at which it ends', '15:45'),
  row('appointment_duration', 'Length of the appointment', '45 min'),
  row('appointment_buffer_before', 'Time kept free before it', '10 min'),
  row('appointment_buffer_after', 'Time kept free after it', '10 min'),
  row('appointment_service_price', 'Price of the service', '60 €'),
  row('appointment_extras_price', 'Price of the extras', '10 €'),
  row('appointment_extras_list', 'The extras', 'Informe'),
  row('appointment_discount_price', 'Discount', '0 €'),
  row('appointment_sum_price', 'Price in all', '70 €'),
  row('appointment_paid_price', 'What has been paid', '70 €'),
  row('appointment_payment_method', 'How it is paid', 'Local'),
  row('appointment_created_date', 'Date on which it was booked', '2026-11-20'),
  row('appointment_created_time', 'Time at which it was booked', '10:12'),
  row('appointment_brought_people', 'People brought along', '0'),
  row('appointment_total_attendees', 'People in all', '1'),
  row('appointment_notes', 'Notes on the appointment', 'Primera visita'),
  row('service_name', 'Name of the service', 'Consulta'),
  row('service_price', 'Price of the service', '60 €'),
  row('service_duration', 'Length of the service', '45 min'),
  row('service_notes', 'Notes on the service', 'Por videollamada'),
  row('service_color', 'Colour of the service', '#53d56c'),
  row('service_image_url', 'Picture of the service', 'https://clinic.example/service.png'),
  row('service_category_name', 'Category of the service', 'Medicina'),
  row('staff_name', 'Name of the staff member', 'Ana García'),
  row('staff_email', 'E-mail address of the staff member', 'ana@clinic.example'),
  row('staff_phone', 'Telephone of the staff member', '+34600000001'),
  row('staff_about', 'About the staff member', 'Médica de familia'),
  row('staff_profile_image_url', 'Picture of the staff member', 'https://clinic.example/ana.png'),
  row('customer_full_name', 'Name of the customer', 'Luis Pérez'),
  row('customer_first_name', 'First name of the customer', 'Luis'),
  row('customer_last_name', 'Last name of the customer', 'Pérez'),
  row('customer_email', 'E-mail address of the customer', 'luis@mail.example'),
  row('customer_phone', 'Telephone of the customer', '+34600000002'),
  row('customer_birthday', 'Birthday of the customer', '1980-05-17'),
  row('customer_notes', 'Notes on the customer', 'Prefiere la tarde'),
  row('customer_profile_image_url', 'Picture of the customer', 'https://clinic.example/luis.png'),
  row('location_name', 'Name of the location', 'Online'),
  row('location_address', 'Address of the location', 'Calle Mayor 1, Madrid'),
  row('location_image_url', 'Picture of the location', 'https://clinic.example/place.png'),
  row('location_phone_number', 'Telephone of the location', '+34910000000'),
  row('location_notes', 'Notes on the location', 'Segunda planta'),
  row('location_google_maps_url', 'The location on a map', 'https://maps.example/place'),
  row('company_name', 'Name of the company', 'Clínica Sol'),
  row('company_image_url', 'Logo of the company', 'https://clinic.example/logo.png'),
  row('company_website', 'Web site of the company', 'https://clinic.example'),
  row('company_phone', 'Telephone of the company', '+34910000000'),
  row('company_address', 'Address of the company', 'Calle Mayor 1, Madrid'),
  row(
    'add_to_google_calendar_link',
    'Link that adds it to a Google Calendar',
    'https://calendar.google.com/calendar/render',
  ),
  row('recurring_appointments_date', 'Dates of a series', '2026-12-01, 2026-12-08'),
  row('recurring_appointments_date_time', 'Dates and times of a series', '2026-12-01 15:00, 2026-12-08 15:00'),
  row('appointments_total_price', 'Price of all appointments booked together', '140 €'),
  row('total_appointments_in_group', 'Number of appointments booked together', '2'),
  ...['date', 'start_date', 'end_date', 'date_time', 'start_date_time', 'end_date_time', 'start_time', 'end_time'].map(
    (name) =>
      row(
        `appointment_${name}_client`,
        'The same in the customer’s own time zone',
        [name.includes('date') && '2026-12-01', name.includes('time') && '09:00'].filter(Boolean).join(' '),
      ),
  ),
  row('recurring_appointments_date_client', 'Dates of a series, in the customer’s own time zone', '2026-12-01'),
  row(
    'recurring_appointments_date_time_client',
    'Dates and times of a series, in the customer’s own time zone',
    '2026-12-01 09:00, 2026-12-08 09:00',
  ),
  row('zoom_meeting_url', 'Link of a Zoom meeting', 'https://zoom.example/j/1'),
  row('sign_in_page', 'Page to sign in on', 'https://clinic.example/sign-in'),
  row('sign_up_page', 'Page to sign up on', 'https://clinic.example/sign-up'),
];

/** Names that a template may use: the platform's own and every field that a booking has carried. */
export type KnownKeywords = ReadonlySet<string>;

const PLATFORM_NAMES: KnownKeywords = new Set(PLATFORM_KEYWORDS.map(({ keyword }) => keyword));
export const isPlatformKeyword = (name: string): boolean => PLATFORM_NAMES.has(name);

/** @param locale of the descriptions */
export const allKeywords = (observed: KnownKeywords, locale: 'en' | 'es' = 'en'): Keyword[] => [
  ...PLATFORM_KEYWORDS.map(({ keyword, description, example }) =>
    row(keyword, (locale === 'es' && DESCRIPTIONS_ES[keyword]) || description, example),
  ),
  ...[...observed]
    .filter((name) => !isPlatformKeyword(name))
    .sort()
    .map((name) =>
      row(name, locale === 'es' ? 'Un campo que traen tus citas' : 'A field that your bookings carry', ''),
    ),
];

/**
 * DESIGN rule 20: what may act for somebody is dropped before anything is stored: passwords, links that reset one or complete a
 * sign-up, payment links, links that change a status, and the host's link of another meeting service.
 */
export const isDroppedField = (name: string): boolean =>
  /password|passwd|paymentlink|linktochange|changeappointmentstatus|customersignup|signupcompletion|meetinghosturl/.test(
    // However it is spelt: an admin types the names of the fields.
    name.replace(/[^a-z]/gi, '').toLowerCase(),
  );

/** A keyword as it stands in a template or, unreplaced, in a webhook's value. */
const PLACEHOLDER = /\{([A-Za-z][\w.[\]-]*)\}/g;

/** Whether a field's name can stand in a template. */
export const isKeywordName = (name: string): boolean => name.length <= 100 && /^[A-Za-z][\w.[\]-]*$/.test(name);

/** The name when all of `value` is one unreplaced `{keyword}`. */
export const unreplacedKeyword = (value: string): string | undefined =>
  /^\{([A-Za-z][\w.[\]-]*)\}$/.exec(value.trim())?.[1];

export const keywordsIn = (template: string): string[] => [
  ...new Set([...template.matchAll(PLACEHOLDER)].map((match) => match[1] as string)),
];

/** Keywords of `template` that nothing could fill. */
export const unknownKeywords = (template: string, observed: KnownKeywords): string[] =>
  keywordsIn(template).filter((name) => !isPlatformKeyword(name) && !observed.has(name));

/** A fault for each keyword of a template that nothing could fill, naming the nearest one that there is. */
export const keywordFaults = (path: string, template: string, observed: KnownKeywords): Fault[] =>
  unknownKeywords(template, observed).map((name) => ({
    path,
    message: `{${name}} is not a known keyword; did you mean {${closest(name, [...PLATFORM_NAMES, ...observed])}}?`,
  }));

/** Fills a template; a keyword without a value becomes nothing. `encode` is applied to values only. */
export const fill = (
  template: string,
  value: (name: string) => string | undefined,
  encode: (text: string) => string = (text) => text,
): string => template.replace(PLACEHOLDER, (_, name: string) => encode(value(name) ?? ''));

/** Fills a template for display: where a keyword was empty no dash is left dangling, and a line whose keywords all were goes. */
export const fillTidy = (template: string, value: (name: string) => string | undefined): string =>
  template
    .split(/\r?\n/)
    .flatMap((line) => {
      const names = keywordsIn(line);
      const empty = new Set(names.filter((name) => !value(name)?.trim()));
      if (empty.size === 0) return [fill(line, value)];
      return empty.size === names.length ? [] : [fill(withoutEmpty(line, empty), value)];
    })
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();

/** A line of a template without these keywords and what joined them to the others. Values are not touched: they are not in it yet. */
function withoutEmpty(line: string, empty: ReadonlySet<string>): string {
  const marked = line.replace(PLACEHOLDER, (keyword, name: string) => (empty.has(name) ? '{}' : keyword));
  const rest = marked.replace(/(?<!\s)\s*\(\{\}\)|(?<!\s)\s*(?:[–—|·,:-]\s*)?\{\}/g, '');
  return /^\s*\{\}/.test(marked) ? rest.replace(/^[\s–—|·,:-]+/, '') : rest;
}
