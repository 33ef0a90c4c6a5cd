import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import type { Fault } from '../../errors.ts';
import { email, line, text } from '../../http/fields.ts';
import { type DateFormat, parseLocal } from '../../settings/date-format.ts';
import { isDroppedField, unreplacedKeyword } from '../../settings/keywords.ts';
import { after, HOUR, type Instant, toInstant } from '../../time.ts';
import type { Delivery } from '../acceptance.ts';
import { contentHash } from '../appointment.ts';
import { booking, type ParsedDelivery } from './booking.ts';

/** The names that Booknetic's workflow gives to what happened; `booking_deleted` is an admin's own (API.md). */
const INTENTS = {
  booking_new: 'create',
  booking_rescheduled: 'change',
  booking_status_changed: 'change',
  booking_starts: 'report',
  booking_deleted: 'cancel',
} as const;

/** Fields with a meaning of their own; every other one is a keyword. Those that speak of time stay keywords as well. */
export const FIELDS_READ_BY_NAME = {
  event: z.enum(Object.keys(INTENTS) as (keyof typeof INTENTS)[], `Must be one of ${Object.keys(INTENTS).join(', ')}.`),
  appointment_id: z.string().check(z.trim(), z.regex(/^[\w-]{1,64}$/, 'The number of the appointment.')),
  appointment_status: text(64, 1).check(z.toLowerCase()),
  service_name: line(300, 1),
  staff_email: email,
  staff_name: line(300),
  staff_phone: text(50),
  customer_full_name: line(300),
  customer_email: email,
  customer_phone: text(50),
  location_name: line(300),
  appointment_notes: text(10_000),
};
type FieldReadByName = keyof typeof FIELDS_READ_BY_NAME;

/** What any field may hold. */
export const fieldText = text(10_000);

/**
 * Reads what Booknetic's "Webhook" action sends.
 * @param raw field name → value, as posted
 * @param format how the site writes dates; asked for only when the link with UTC times is missing
 */
export async function readBooknetic(
  raw: Readonly<Record<string, unknown>>,
  format: () => Promise<DateFormat>,
): Promise<ParsedDelivery> {
  const messages = new Map<string, string>();
  /** One for each field: what is said first, that it was not filled in, makes the others. */
  const fault = (path: string, message: string): undefined => {
    if (!messages.has(path)) messages.set(path, message);
  };
  const unreplaced: string[] = [];
  const refused = (): ParsedDelivery => ({
    faults: [...messages].map(([path, message]): Fault => ({ path, message })),
    unreplaced,
  });
  const fields = asText(raw, fault, unreplaced);
  const read = (name: FieldReadByName): string | undefined => {
    const parsed = z.safeParse(FIELDS_READ_BY_NAME[name], fields[name] ?? '');
    return parsed.success ? parsed.data : fault(name, parsed.error.issues[0]?.message ?? 'Not valid.');
  };
  const optional = (name: FieldReadByName): string | undefined => (fields[name] ? read(name) : undefined);

  const event = read('event') as keyof typeof INTENTS | undefined;
  const intent = event && INTENTS[event];
  const id = read('appointment_id');

  if (intent === 'cancel') {
    if (!event || !id || messages.size > 0) return refused();
    return { delivery: withId({ appointmentId: `booknetic:${id}`, intent, status: 'deleted' }, event) };
  }

  const status = read('appointment_status');
  const serviceName = read('service_name');
  const staffEmail = read('staff_email');
  const details = {
    staff: { name: optional('staff_name'), phone: optional('staff_phone') },
    customer: {
      name: optional('customer_full_name') ?? bothNames(fields),
      email: optional('customer_email'),
      phone: optional('customer_phone'),
    },
    location: optional('location_name'),
    notes: optional('appointment_notes'),
  };
  const times = await readTimes(fields, format, fault);
  if (messages.size > 0 || !event || !intent || !id || !status || !serviceName || !staffEmail || !times)
    return refused();

  return {
    delivery: withId(
      {
        appointmentId: `booknetic:${id}`,
        intent,
        status,
        ...(event === 'booking_starts' && { announcesStart: true }),
        booking: booking({
          ...times,
          timeZone: await readTimeZone(fields, times.start, format),
          service: { name: serviceName },
          staff: { email: staffEmail, ...details.staff },
          customers: [details.customer],
          location: details.location,
          notes: details.notes,
          keywords: Object.fromEntries(
            Object.entries(fields).filter(([name]) => !Object.hasOwn(FIELDS_READ_BY_NAME, name)),
          ),
        }),
      },
      event,
    ),
  };
}

/** Booknetic numbers no delivery: what tells two apart is what they say. */
const withId = (delivery: Omit<Delivery, 'id' | 'uniqueId'>, event: string): Delivery => ({
  ...delivery,
  id: hash('sha256', `${event}\n${contentHash(delivery.status, delivery.booking)}`, 'base64url'),
  uniqueId: false,
});

type AddFault = (path: string, message: string) => undefined;

/** Every field as text, without those that are dropped; nested values and unreplaced keywords are faults. */
function asText(raw: Readonly<Record<string, unknown>>, fault: AddFault, unreplaced: string[]): Record<string, string> {
  const fields: [string, string][] = [];
  for (const [name, value] of Object.entries(raw)) {
    if (isDroppedField(name)) continue;
    if (value !== null && typeof value === 'object') {
      fault(name, 'Must be text; Booknetic sends one flat object.');
      continue;
    }
    const written = value === null || value === undefined ? '' : String(value);
    const keyword = unreplacedKeyword(written);
    if (keyword) {
      unreplaced.push(keyword);
      fault(name, `Booknetic did not fill in {${keyword}}; its test button leaves keywords as they are.`);
      continue;
    }
    const checked = z.safeParse(fieldText, written);
    if (!checked.success) fault(name, checked.error.issues[0]?.message ?? 'Not valid.');
    else fields.push([name, checked.data]);
  }
  return Object.fromEntries(fields);
}

const bothNames = (fields: Readonly<Record<string, string>>): string =>
  [fields.customer_first_name, fields.customer_last_name].filter(Boolean).join(' ').replace(/\s+/g, ' ').slice(0, 300);

/** The first of the three ways that works; when none does, a fault for each field that was tried. */
async function readTimes(
  fields: Readonly<Record<string, string>>,
  format: () => Promise<DateFormat>,
  fault: AddFault,
): Promise<{ start: Instant; end: Instant } | undefined> {
  const link = utcTimes(fields.add_to_google_calendar_link ?? '');
  if (link) return link;

  const {
    appointment_start_date_time: start,
    appointment_end_date_time: end,
    appointment_date: date,
    appointment_start_time: startTime,
    appointment_end_time: endTime,
  } = fields;
  const dateFormat = await format();
  if (start && end) {
    const times = localTimes(start, end, dateFormat, false);
    if (times) return times;
  }
  if (date && startTime && endTime) {
    // Past midnight only the time of day is sent.
    const times = localTimes(`${date} ${startTime}`, `${date} ${endTime}`, dateFormat, true);
    if (times) return times;
  }

  const expected = `${dateFormat.dateFormat} and ${dateFormat.timeFormat} in ${dateFormat.timeZone}`;
  const tried = Object.entries({
    add_to_google_calendar_link: fields.add_to_google_calendar_link,
    appointment_start_date_time: start,
    appointment_end_date_time: end,
    appointment_date: date,
    appointment_start_time: startTime,
    appointment_end_time: endTime,
  }).filter(([, value]) => value);
  if (tried.length === 0) {
    return fault(
      'add_to_google_calendar_link',
      'Send {add_to_google_calendar_link}, or {appointment_start_date_time} and {appointment_end_date_time}.',
    );
  }
  for (const [name] of tried) {
    fault(
      name,
      name === 'add_to_google_calendar_link'
        ? 'Holds no dates=…Z/…Z with a start before its end.'
        : `Not a time that ends after it starts, written as ${expected} (settings dateFormat, timeFormat, timeZone).`,
    );
  }
  return undefined;
}

/** Seconds; no place on earth is further away from UTC. */
const FURTHEST_OFFSET = 14 * HOUR;
/** Seconds; offsets are multiples of it. */
const OFFSET_STEP = 15 * 60;

/**
 * Booknetic names no time zone, but can send the start in the customer's own (`…_client`): the difference is their offset from UTC.
 * @returns such as `-06:00`; undefined where nothing is sent, or they are in the time zone of the business
 */
async function readTimeZone(
  fields: Readonly<Record<string, string>>,
  start: Instant,
  format: () => Promise<DateFormat>,
): Promise<string | undefined> {
  const {
    appointment_start_date_time_client: whole,
    appointment_start_date_client: date = fields.appointment_date_client,
    appointment_start_time_client: time,
  } = fields;
  const written = whole || (date && time && `${date} ${time}`);
  if (!written) return undefined;
  const dateFormat = await format();
  const local = parseLocal(written, { ...dateFormat, timeZone: 'UTC' });
  const offset = local ? (Date.parse(local) - Date.parse(start)) / 1000 : Number.NaN;
  if (!(Math.abs(offset) <= FURTHEST_OFFSET) || offset % OFFSET_STEP !== 0) return undefined;
  return parseLocal(written, dateFormat) === start ? undefined : offsetName(offset);
}

const offsetName = (seconds: number): string => {
  const minutes = Math.abs(seconds) / 60;
  const two = (part: number): string => String(Math.floor(part)).padStart(2, '0');
  return `${seconds < 0 ? '-' : '+'}${two(minutes / 60)}:${two(minutes % 60)}`;
};

/**
 * @param goesPastMidnight whether an end that comes before the start is on the next day
 * @returns undefined when one cannot be read, or they are not in order
 */
function localTimes(
  start: string,
  end: string,
  format: DateFormat,
  goesPastMidnight: boolean,
): { start: Instant; end: Instant } | undefined {
  const onTheWall: DateFormat = { ...format, timeZone: 'UTC' };
  const [from, to] = [parseLocal(start, onTheWall), parseLocal(end, onTheWall)];
  const starts = parseLocal(start, format);
  if (!from || !to || !starts) return undefined;
  const ends = parseLocal(end, format, goesPastMidnight && to < from ? 1 : 0);
  // A start that the clocks skip is moved on, maybe past an end that they do not: it takes its end along.
  return inOrder(starts, ends) ?? inOrder(starts, after(starts, (Date.parse(to) - Date.parse(from)) / 1000));
}

const inOrder = (start: Instant | undefined, end: Instant | undefined) =>
  start && end && end > start ? { start, end } : undefined;

/** `dates=20261201T140000Z/20261201T144500Z`, the slash encoded or not. */
function utcTimes(link: string): { start: Instant; end: Instant } | undefined {
  const found = /[?&;]dates=(\d{8}T\d{6}Z)(?:\/|%2F)(\d{8}T\d{6}Z)/i.exec(link);
  return found ? inOrder(compact(found[1] as string), compact(found[2] as string)) : undefined;
}

const compact = (time: string): Instant | undefined => {
  const instant = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
  const at = Date.parse(instant);
  // Left to itself, Date takes the 30th of February for the 2nd of March.
  return !Number.isNaN(at) && toInstant(at) === instant ? instant : undefined;
};
