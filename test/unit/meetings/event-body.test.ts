import { describe, expect, it } from 'vitest';
import type { Booking } from '../../../shared/appointments/appointment.ts';
import { eventWish, hasDrifted, textsHash } from '../../../shared/meetings/event-body.ts';
import { conferenceRequestId, eventId } from '../../../shared/meetings/meeting.ts';
import { defaultSettings, type Settings } from '../../../shared/settings/settings.ts';
import { anAppointment, at, customer } from '../../builders/bookings.ts';

const of = (...names: string[]) => ({ customers: names.map(customer) });
const wish = (bookings: readonly Partial<Booking>[], settings: Partial<Settings> = {}) =>
  eventWish(
    bookings.map((changes, index) => anAppointment(`test:${index + 1}`, changes)),
    { ...defaultSettings, ...settings },
  );

describe('rule 1: the event of those who share a slot', () => {
  it('ends when the last of them ends', () => {
    const { texts } = wish([at('15:00', 30), at('15:00', 60), at('15:00', 45)]);
    expect([texts.start, texts.end]).toEqual(['2026-12-01T15:00:00Z', '2026-12-01T16:00:00Z']);
  });

  it('has each customer once', () => {
    expect(wish([of('Luis', 'Eva'), of('Eva')]).guests.map(({ email }) => email)).toEqual([
      'luis@mail.test',
      'eva@mail.test',
    ]);
  });

  it('does not invite who has no address, and nobody when the settings say so', () => {
    expect(wish([{ customers: [{ name: 'Nobody' }] }]).guests).toEqual([]);
    expect(wish([of('Luis')], { addCustomersAsAttendees: false }).guests).toEqual([]);
  });

  it('is in the zone of the booking, else in that of the settings', () => {
    expect(wish([{ timeZone: 'Europe/Madrid' }]).texts.timeZone).toBe('Europe/Madrid');
    expect(wish([{}], { timeZone: 'America/Lima' }).texts.timeZone).toBe('America/Lima');
  });

  it('is the same in whatever order they are read', () => {
    const bookings = [anAppointment('test:1', of('Luis')), anAppointment('test:2', of('Eva'))];
    const texts = (order: typeof bookings) => textsHash(eventWish(order, defaultSettings));
    expect(texts([...bookings].reverse())).toBe(texts(bookings));
  });
});

describe('rule 18: texts', () => {
  const nosy = '{service_name} {customer_full_name} {customer_email} {appointment_notes} {allergies} {staff_name}';
  const settings = { eventTitle: nosy, eventDescription: nosy };
  const luis = { ...of('Luis'), notes: 'Back pain', keywords: { allergies: 'Nuts' } };

  it('of one customer say what the templates say', () => {
    expect(wish([luis], settings).texts.title).toBe('Consulta Luis luis@mail.test Back pain Nuts Ana');
  });

  it.each([
    ['in several bookings', [luis, of('Eva')]],
    ['in one booking', [{ ...luis, ...of('Luis', 'Eva') }]],
  ])('of several customers %s tell of none', (_how, bookings) => {
    const { title, description } = wish(bookings, settings).texts;
    for (const text of [title, description]) expect(text).toBe('Consulta Ana');
  });

  it('leave no dangling dash where the customer stood', () => {
    expect(wish([of('Luis'), of('Eva')]).texts.title).toBe('Consulta');
  });

  it('do not change as people join', () => {
    const two = wish([of('Luis'), of('Eva')]).texts;
    expect(wish([of('Luis'), of('Eva'), of('Marta')]).texts).toEqual(two);
  });

  it('are within what Google takes, and a title is one line', () => {
    const { title, description } = wish([{ service: { name: 'x'.repeat(3000) }, notes: 'y'.repeat(9000) }]).texts;
    expect(title.length).toBeLessThanOrEqual(1024);
    expect(description.length).toBeLessThanOrEqual(8192);
    expect(wish([{ service: { name: 'a\r\nBcc: x@y.test' } }]).texts.title).not.toMatch(/[\r\n]/);
  });
});

describe('rule 13: drift', () => {
  const wanted = wish([of('Luis')]);
  const { timeZone: _zone, ...texts } = wanted.texts;
  const seen = {
    ...texts,
    eventId: 'id',
    etag: '"1"',
    cancelled: false,
    conference: 'success' as const,
    guests: [],
  };

  it('is none in what Google trims', () => {
    expect(hasDrifted({ ...seen, title: ` ${seen.title} `, description: `${seen.description}\n` }, wanted)).toBe(false);
  });

  it.each([
    ['title', { title: 'Lunch' }],
    ['description', { description: '' }],
    ['location', { location: 'Bar' }],
    ['start', { start: '2026-12-01T14:00:00Z' }],
    ['end', { end: '2026-12-01T18:00:00Z' }],
    ['visibility', { guestsCanSeeOtherGuests: true }],
  ])('is seen in the %s', (_what, change) => {
    expect(hasDrifted({ ...seen, ...change }, wanted)).toBe(true);
  });
});

describe('rules 8 and 9: ids', () => {
  it('are of Google’s alphabet, the same for the same, and another for another generation or attempt', () => {
    expect(eventId('m1', 0)).toMatch(/^[a-v0-9]{5,1024}$/);
    expect(eventId('m1', 0)).toBe(eventId('m1', 0));
    expect(new Set([eventId('m1', 0), eventId('m1', 1), eventId('m2', 0)]).size).toBe(3);
    expect(conferenceRequestId('e1', 1)).toBe(conferenceRequestId('e1', 1));
    expect(
      new Set([conferenceRequestId('e1', 1), conferenceRequestId('e1', 2), conferenceRequestId('e2', 1)]).size,
    ).toBe(3);
  });
});
