import { describe, expect, it } from 'vitest';
import { eventWish } from '../../../shared/meetings/event-body.ts';
import { defaultSettings, type Settings } from '../../../shared/settings/settings.ts';
import { ANA, anAppointment, at, customer } from '../../builders/bookings.ts';

const settings = (changes: Partial<Settings> = {}): Settings => ({ ...defaultSettings, ...changes });
const LUIS = anAppointment('booknetic:1', {
  customers: [customer('Luis')],
  notes: 'shy',
  location: { name: 'Online' },
});
const MARTA = anAppointment('booknetic:2', {
  ...at('15:00', 60),
  customers: [customer('Marta')],
  notes: 'loud',
  location: { name: 'Online' },
});

describe('the event of one customer', () => {
  it('has its texts from the templates, its times, its guest', () => {
    expect(eventWish([LUIS], settings({ timeZone: 'Europe/Madrid' }))).toEqual({
      texts: {
        title: 'Consulta – Luis',
        description: expect.stringContaining('shy'),
        location: 'Online',
        start: '2026-12-01T15:00:00Z',
        end: '2026-12-01T15:45:00Z',
        timeZone: 'Europe/Madrid',
        guestsCanSeeOtherGuests: false,
      },
      guests: [{ email: 'luis@mail.test', name: 'Luis' }],
    });
  });

  it('is in the booking’s own time zone where it has one', () => {
    const there = anAppointment('appointments:1', { timeZone: 'America/New_York' });
    expect(eventWish([there], settings({ timeZone: 'Europe/Madrid' })).texts.timeZone).toBe('America/New_York');
  });

  it('invites nobody when that is switched off, or without an address', () => {
    expect(eventWish([LUIS], settings({ addCustomersAsAttendees: false })).guests).toEqual([]);
    expect(eventWish([anAppointment('booknetic:3', { customers: [{ name: 'Luis' }] })], settings()).guests).toEqual([]);
  });

  it('has a title, whatever the template comes to', () => {
    expect(eventWish([LUIS], settings({ eventTitle: '{customer_birthday}' })).texts.title).toBe('Consulta');
  });

  it('has a title of one line and of Google’s length', () => {
    const long = anAppointment('booknetic:3', { service: { name: `a\n\nb ${'x'.repeat(1500)}` } });
    const { title } = eventWish([long], settings()).texts;
    expect(title.startsWith('a b xxx')).toBe(true);
    expect(title).toHaveLength(1000);
  });
});

describe('the event of several', () => {
  const everything = settings({
    eventTitle: '{service_name} {customer_full_name} {appointment_id}',
    eventDescription: [
      '{service_name} with {staff_name} at {location_name}, {appointment_start_time}',
      'Who: {customer_full_name} {customer_email} {customer_phone}',
      'Notes: {appointment_notes} {my_field}',
    ].join('\n'),
    timeZone: 'Europe/Madrid',
  });

  it('tells of none of them in its texts', () => {
    const { texts } = eventWish([LUIS, MARTA], everything);
    expect(texts.title).toBe('Consulta');
    expect(texts.description).toBe('Consulta with Ana at Online, 16:00');
    for (const word of ['Luis', 'Marta', 'luis', 'marta', 'shy', 'loud']) {
      expect(JSON.stringify(texts)).not.toContain(word);
    }
  });

  it('keeps its title as more join', () => {
    const third = anAppointment('booknetic:3', { customers: [customer('Iván')], location: { name: 'Online' } });
    expect(eventWish([LUIS, MARTA, third], everything).texts.title).toBe(
      eventWish([LUIS, MARTA], everything).texts.title,
    );
  });

  it('tells of none when they are of one booking either', () => {
    const pair = anAppointment('appointments:1', { customers: [customer('Luis'), customer('Marta')], notes: 'shy' });
    expect(JSON.stringify(eventWish([pair], everything).texts)).not.toMatch(/Luis|Marta|luis|marta|shy/);
  });

  it('ends when the last of them ends and invites each once', () => {
    const twice = anAppointment('booknetic:4', { customers: [customer('Luis')], location: { name: 'Online' } });
    const { texts, guests } = eventWish([LUIS, MARTA, twice], settings());
    expect(texts.end).toBe('2026-12-01T16:00:00Z');
    expect(guests.map(({ email }) => email).sort()).toEqual(['luis@mail.test', 'marta@mail.test']);
  });

  it('is the same whatever the order in which they joined', () => {
    const wish = (order: (typeof LUIS)[]) => {
      const { texts, guests } = eventWish(order, everything);
      return { texts, guests: [...guests].sort((a, b) => (a.email < b.email ? -1 : 1)) };
    };
    expect(wish([MARTA, LUIS])).toEqual(wish([LUIS, MARTA]));
  });

  it('shows its guests to one another only when the settings say so', () => {
    const shown = (customersCanSeeOtherAttendees: boolean) =>
      eventWish([LUIS, MARTA], settings({ customersCanSeeOtherAttendees })).texts.guestsCanSeeOtherGuests;
    expect([shown(false), shown(true)]).toEqual([false, true]);
  });

  it('is still a group when one address booked twice', () => {
    const again = anAppointment('booknetic:5', { customers: [customer('Luis')], staff: { email: ANA, name: 'Ana' } });
    expect(eventWish([LUIS, again], settings()).guests).toEqual([{ email: 'luis@mail.test', name: 'Luis' }]);
  });
});
