import { expect } from 'vitest';
import type { Appointment, Booking } from '../../shared/appointments/appointment.ts';
import type { World } from './world.ts';

type Booked = Appointment & { readonly booking: Booking };

/** What must hold once all is quiet, worked out from the bookings alone, next to what Google and people hold. */
export interface Agreement {
  readonly wanted: readonly string[];
  readonly found: readonly string[];
}

/** Bookings that should have a meeting that is still to come. */
async function active(world: World): Promise<Booked[]> {
  const { settings } = await world.settings.get();
  return world.appointments
    .all()
    .filter((appointment): appointment is Booked => appointment.booking !== undefined)
    .filter(({ status, booking }) => settings.statuses.includes(status) && booking.end > world.clock.instant);
}

const slotOf = ({ booking: { staff, service, location, start } }: Booked): string =>
  [staff.email, service.name, location?.name ?? '', start].join(' | ');

/** One event for each slot: on the right calendar, at the right time, with exactly its customers, and a link. */
export async function eventsAgree(world: World): Promise<Agreement> {
  const { settings } = await world.settings.get();
  const slots = Map.groupBy(await active(world), slotOf);
  const wanted = await Promise.all(
    [...slots.values()].map(async (bookings) => {
      const [{ booking }] = bookings as [Booked];
      const staff = await world.staff.get(booking.staff.email);
      const customers = bookings.flatMap((appointment) => appointment.booking.customers);
      const guests = new Set(customers.flatMap(({ email }) => email ?? []));
      return describeEvent({
        sub: staff?.connection.sub ?? '',
        calendarId: staff?.calendarId ?? '',
        // DESIGN rule 18: with several customers it names none.
        title: customers.length > 1 ? booking.service.name : `${booking.service.name} – ${customers[0]?.name}`,
        start: booking.start,
        end:
          bookings
            .map((appointment) => appointment.booking.end)
            .sort()
            .at(-1) ?? '',
        guests: settings.addCustomersAsAttendees ? [...guests] : [],
        hasLink: true,
      });
    }),
  );
  const found = world.calendar
    .events()
    .filter(({ meetingId, end }) => meetingId !== undefined && end > world.clock.instant)
    .map((event) =>
      describeEvent({ ...event, guests: event.guests.map(({ email }) => email), hasLink: event.meetUrl !== undefined }),
    );
  return { wanted: wanted.sort(), found: found.sort() };
}

/** An event as far as it must agree, to compare as text. */
export function describeEvent(event: {
  sub: string;
  calendarId: string;
  title: string;
  start: string;
  end: string;
  guests: readonly string[];
  hasLink: boolean;
}): string {
  const { sub, calendarId, title, start, end, guests, hasLink } = event;
  return [
    `${sub}/${calendarId}`,
    title,
    `${start} to ${end}`,
    [...guests].sort().join(' '),
    hasLink ? 'link' : 'no link',
  ].join(', ');
}

/** The last message of everybody about each booking is the truth. What has ended is nobody's news any more. */
export async function peopleAgree(world: World): Promise<Agreement> {
  const last = new Map<string, string>();
  for (const { to, role, id, kind, start, url } of world.messages()) {
    const end = (await world.appointments.get(`test:${id}`))?.booking?.end;
    if (end && end <= world.clock.instant) continue;
    last.set(`${id} ${role} ${to}`, kind === 'cancelled' ? 'cancelled' : `booked at ${start}, ${url}`);
  }
  const wanted = new Map([...last.keys()].map((who) => [who, 'cancelled']));
  for (const { appointmentId, booking } of await active(world)) {
    const id = appointmentId.slice('test:'.length);
    const event = await world.event(id).catch(() => undefined);
    const truth = `booked at ${booking.start.slice(0, 16).replace('T', ' ')}, ${event?.meetUrl ?? 'no link'}`;
    wanted.set(`${id} staff ${booking.staff.email}`, truth);
    for (const { email } of booking.customers) if (email) wanted.set(`${id} customer ${email}`, truth);
  }
  return { wanted: lines(wanted), found: lines(last) };
}

const lines = (told: ReadonlyMap<string, string>): string[] => [...told].map(([who, what]) => `${who}: ${what}`).sort();

/** Both; compare `found` with `wanted`. */
export async function agreement(world: World): Promise<Agreement> {
  const [events, people] = [await eventsAgree(world), await peopleAgree(world)];
  return { wanted: [...events.wanted, ...people.wanted], found: [...events.found, ...people.found] };
}

/** Asserts that Google and everybody agree with the bookings. */
export async function expectAgreement(world: World): Promise<void> {
  const { wanted, found } = await agreement(world);
  expect(found).toEqual(wanted);
}
