import { createHash } from 'node:crypto';
import type { Appointment } from '../appointments/appointment.ts';
import type { CalendarEvent, EventTexts } from '../google/calendar.ts';
import { fillTidy } from '../settings/keywords.ts';
import type { Settings } from '../settings/settings.ts';
import { keywordValues, withoutCustomers } from '../settings/values.ts';

/** The event that Google should hold for a meeting. */
export interface EventWish {
  readonly texts: EventTexts;
  /** The customers to invite, by address. */
  readonly guests: readonly { readonly email: string; readonly name: string }[];
}

/** Google's own limits, in characters. */
const TITLE_LENGTH = 1000;
const DESCRIPTION_LENGTH = 8000;

export type Booked = Appointment & { readonly booking: NonNullable<Appointment['booking']> };
export const isBooked = (appointment: Appointment): appointment is Booked => appointment.booking !== undefined;

/**
 * The event of those who share a slot. It ends when the last of them ends. DESIGN rule 18: with several customers its texts tell of none.
 * @param participants at least one, all of the same slot
 */
export function eventWish(participants: readonly Booked[], settings: Settings): EventWish {
  const [first] = participants.toSorted(
    (a, b) => Number(isEmpty(a)) - Number(isEmpty(b)) || (a.appointmentId < b.appointmentId ? -1 : 1),
  );
  if (!first) throw new Error('a meeting without participants has no event');
  const customers = participants.flatMap(({ booking }) => booking.customers);
  const { booking } = first;
  // Google knows time zones by their names only.
  const timeZone = booking.timeZone && !isOffset(booking.timeZone) ? booking.timeZone : settings.timeZone;
  const texts = eventTexts(first, customers.length > 1, settings);
  const guests = new Map(customers.flatMap(({ email, name }) => (email ? [[email, name] as const] : [])));
  return {
    texts: {
      ...texts,
      location: booking.location?.name ?? '',
      start: booking.start,
      end:
        participants
          .map((participant) => participant.booking.end)
          .sort()
          .at(-1) ?? booking.end,
      timeZone,
      guestsCanSeeOtherGuests: settings.customersCanSeeOtherAttendees,
    },
    guests: settings.addCustomersAsAttendees ? [...guests].map(([email, name]) => ({ email, name })) : [],
  };
}

/** A booking whose customers were all erased has nothing to say where there is another. */
const isEmpty = ({ booking }: Booked): boolean => booking.customers.length === 0;

/** Whether Google itself invites customers to their events. */
export const invitesGuests = ({ addCustomersAsAttendees, googleInvitations }: Settings): boolean =>
  addCustomersAsAttendees && googleInvitations !== 'none';

const isOffset = (timeZone: string): boolean => /^[+-]/.test(timeZone);

/** Title and description from the templates. @param shared whether several customers will read them */
export function eventTexts(
  appointment: Booked,
  shared: boolean,
  settings: Settings,
): { title: string; description: string } {
  const { booking } = appointment;
  const customer = shared ? undefined : booking.customers[0];
  const values = keywordValues(appointment, customer, settings);
  const visible = shared ? withoutCustomers(values) : values;
  return {
    title: (fillTidy(settings.eventTitle, visible) || booking.service.name).replace(/\s+/g, ' ').slice(0, TITLE_LENGTH),
    description: fillTidy(settings.eventDescription, visible).slice(0, DESCRIPTION_LENGTH),
  };
}

const sha256 = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('base64url');
export const textsHash = ({ texts }: EventWish): string => sha256(texts);
export const wishHash = (wish: EventWish | undefined): string => sha256(wish ?? null);

/** DESIGN rule 13: whether somebody edited what is ours to say. Google trims texts, so that much is no difference. */
export const hasDrifted = (seen: CalendarEvent, { texts }: EventWish): boolean =>
  seen.title.trim() !== texts.title.trim() ||
  seen.description.trim() !== texts.description.trim() ||
  seen.location.trim() !== texts.location.trim() ||
  seen.start !== texts.start ||
  seen.end !== texts.end ||
  seen.guestsCanSeeOtherGuests !== texts.guestsCanSeeOtherGuests;
