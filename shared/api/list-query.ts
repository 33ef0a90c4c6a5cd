import * as z from 'zod/mini';
import { type ListPlace, listPlace } from '../appointments/list-place.ts';
import { email } from '../http/fields.ts';
import { validate } from '../http/validate.ts';
import type { BookingQuery } from '../meetings/booking-list.ts';
import { MEETING_STATES, type MeetingState } from '../meetings/meeting.ts';
import { after } from '../time.ts';
import { about } from './fields.ts';

const STATE = `(?:${MEETING_STATES.join('|')})`;
const states = z.pipe(
  z
    .string()
    .check(
      z.regex(new RegExp(`^${STATE}(?:,${STATE})*$`), `Any of ${MEETING_STATES.join(', ')}, separated by commas.`),
    ),
  z.transform((names) => names.split(',') as MeetingState[]),
);

const TIME =
  'A time with its offset, such as 2026-12-01T15:00:00Z (a + is written %2B), or a date, which begins at 00:00 UTC.';
const wholeSecond = z.iso.datetime({ precision: 0, error: TIME });
const instant = z.pipe(
  z.union([z.iso.datetime({ offset: true }), z.iso.date()], TIME),
  z.pipe(
    // Bookings begin at whole seconds: what begins from a part of one on, begins from the next one on.
    z.transform((at: string) => after(at, 0)),
    wholeSecond,
  ),
);

const LIMIT = 'A number from 1 to 100.';
const limit = z.pipe(
  z.string().check(
    z.regex(/^(?:[1-9]\d?|100)$/, LIMIT),
    // What a document says of a number that is written in an address.
    z.meta({ type: 'integer', minimum: 1, maximum: 100 }),
  ),
  z.transform((digits) => Number(digits)),
);

const cursor = z.pipe(
  z
    .string()
    .check(z.refine((text) => placeAt(text) !== undefined, 'Not a cursor of this list. Leave it out to begin anew.')),
  z.transform((text) => placeAt(text)),
);

export const listQuery = z
  .strictObject({
    state: about(z.optional(states), 'States of meetings, separated by commas.'),
    staff: about(z.optional(email), 'E-mail address of the staff member.'),
    from: about(z.optional(instant), `Bookings that start then or later. ${TIME}`),
    to: about(z.optional(instant), `Bookings that start before then. ${TIME}`),
    limit: about(z._default(limit, 50), 'How many bookings a page has at most.'),
    cursor: about(z.optional(cursor), 'That of the page before, for the one that follows it.'),
  })
  .check(z.refine(({ from, to }) => !(from && to && to <= from), { path: ['to'], error: 'Must be after "from".' }));

/** Reads the query of `GET /appointments`; a parameter without a value is none. @throws AppError `invalid` with all faults */
export function readListQuery(parameters: Readonly<Record<string, string | undefined>> = {}): BookingQuery {
  const given = Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== ''));
  const { state, staff, cursor: place, ...range } = validate(listQuery, given);
  return { ...range, states: state, staffEmail: staff, after: place };
}

/** Where the next page begins. It holds a place and nothing that must be kept from anybody: whoever makes one up gets another page. */
export const cursorAt = (place: ListPlace): string => Buffer.from(place).toString('base64url');

/** @returns undefined when it is none of ours */
function placeAt(text: string): ListPlace | undefined {
  const [, start = '', id = ''] =
    /^(\S{20}) ([\w.:@~+=-]{1,200})$/.exec(Buffer.from(text, 'base64url').toString()) ?? [];
  const place = listPlace(start, id);
  return z.safeParse(wholeSecond, start).success && cursorAt(place) === text ? place : undefined;
}
