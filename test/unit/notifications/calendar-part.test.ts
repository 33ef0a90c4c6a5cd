import fc from 'fast-check';
import ICAL from 'ical.js';
import { describe, expect, it } from 'vitest';
import { calendarPart, type Invitation } from '../../../shared/notifications/calendar-part.ts';
import { toInstant } from '../../../shared/time.ts';
import { itipFaults } from './itip.ts';

const MEET = 'https://meet.google.com/abc-defg-hij';
const invitation = (changes: Partial<Invitation> = {}): Invitation => ({
  uid: 'booknetic:1042',
  method: 'REQUEST',
  sequence: 3,
  at: '2026-11-22T10:00:00Z',
  start: '2026-12-01T14:00:00Z',
  end: '2026-12-01T14:45:00Z',
  summary: 'Consulta: añádela',
  description: `Únete: ${MEET}\nHasta pronto`,
  url: MEET,
  organizer: { name: 'Clínica Sol', address: 'citas@clinic.test' },
  attendee: { name: 'Luis Pérez', address: 'luis@mail.test' },
  alarmMinutes: 10,
  ...changes,
});
const { url: _url, ...withoutLink } = invitation();
const cancellation: Invitation = { ...withoutLink, method: 'CANCEL', sequence: 4 };

/** As a calendar reads it. */
function read(part: Invitation) {
  const calendar = new ICAL.Component(ICAL.parse(calendarPart(part).content));
  const [event, ...others] = calendar.getAllSubcomponents();
  if (!event || others.length > 0) throw new Error('not one component');
  return { calendar, event, alarms: event.getAllSubcomponents() };
}
const names = (component: ICAL.Component): string[] => component.getAllProperties().map(({ name }) => name);
const value = (component: ICAL.Component, name: string): string => String(component.getFirstPropertyValue(name));
const parameters = (component: ICAL.Component, name: string): unknown => component.getFirstProperty(name)?.toJSON()[1];

describe('an invitation', () => {
  it('is read as the event that was booked', () => {
    const { calendar, event } = read(invitation());
    expect(calendar.toJSON()[1]).toEqual([
      ['version', {}, 'text', '2.0'],
      ['prodid', {}, 'text', '-//Booking Meet//EN'],
      ['method', {}, 'text', 'REQUEST'],
    ]);
    expect(event.name).toBe('vevent');
    expect(event.getAllProperties().map((property) => property.toJSON())).toEqual([
      ['uid', {}, 'text', 'booknetic-1042@clinic.test'],
      ['sequence', {}, 'integer', 3],
      ['dtstamp', {}, 'date-time', '2026-11-22T10:00:00Z'],
      ['dtstart', {}, 'date-time', '2026-12-01T14:00:00Z'],
      ['dtend', {}, 'date-time', '2026-12-01T14:45:00Z'],
      ['summary', {}, 'text', 'Consulta: añádela'],
      ['transp', {}, 'text', 'OPAQUE'],
      ['location', {}, 'text', MEET],
      ['description', {}, 'text', `Únete: ${MEET}\nHasta pronto`],
      ['organizer', { cn: 'Clínica Sol' }, 'cal-address', 'mailto:citas@clinic.test'],
      [
        'attendee',
        { role: 'REQ-PARTICIPANT', partstat: 'ACCEPTED', rsvp: 'FALSE', cn: 'Luis Pérez' },
        'cal-address',
        'mailto:luis@mail.test',
      ],
      ['url', {}, 'uri', MEET],
      ['status', {}, 'text', 'CONFIRMED'],
      ['x-google-conference', {}, 'unknown', MEET],
    ]);
  });

  it.each([0, 10, 90, 1440])('reminds %i minutes before', (alarmMinutes) => {
    const { alarms } = read(invitation({ alarmMinutes }));
    expect(alarms.map(({ name }) => name)).toEqual(['valarm']);
    const [alarm] = alarms;
    if (!alarm) throw new Error('no alarm');
    expect(value(alarm, 'action')).toBe('DISPLAY');
    expect(value(alarm, 'description')).toBe('Consulta: añádela');
    expect(ICAL.Duration.fromString(value(alarm, 'trigger')).toSeconds()).toBeCloseTo(-alarmMinutes * 60);
  });

  it('needs neither a link nor a name of the organizer', () => {
    const { event } = read({ ...withoutLink, organizer: { address: 'citas@clinic.test' } });
    expect(names(event)).not.toEqual(expect.arrayContaining([expect.stringMatching(/location|url|x-/)]));
    expect(parameters(event, 'organizer')).toEqual({ cn: 'citas@clinic.test' });
  });

  it('keeps its time through the night in which the clocks change', () => {
    // 02:30 in Madrid comes twice that night; this is the second.
    const { event } = read(invitation({ start: '2026-10-25T01:30:00Z', end: '2026-10-25T02:15:00Z' }));
    const { startDate, endDate } = new ICAL.Event(event);
    expect([startDate.toJSDate(), endDate.toJSDate()].map(toInstant)).toEqual([
      '2026-10-25T01:30:00Z',
      '2026-10-25T02:15:00Z',
    ]);
    expect(startDate.zone).toBe(ICAL.Timezone.utcTimezone);
  });
});

describe('a cancellation', () => {
  it('takes the same event back, without a link or an alarm', () => {
    const { calendar, event, alarms } = read(cancellation);
    expect(value(calendar, 'method')).toBe('CANCEL');
    expect(value(event, 'uid')).toBe(value(read(invitation()).event, 'uid'));
    expect(value(event, 'status')).toBe('CANCELLED');
    expect(value(event, 'sequence')).toBe('4');
    expect(names(event)).not.toEqual(expect.arrayContaining([expect.stringMatching(/location|url|x-/)]));
    expect(alarms).toEqual([]);
  });
});

describe('the method', () => {
  it.each([invitation(), cancellation])('is the one inside: $method', (part) => {
    expect(calendarPart(part).method).toBe(part.method);
    expect(value(read(part).calendar, 'method')).toBe(part.method);
  });
});

describe('a UID', () => {
  it('is the booking’s, whoever is told and whatever is said', () => {
    const other = invitation({
      sequence: 9,
      at: '2026-11-30T10:00:00Z',
      start: '2027-01-01T09:00:00Z',
      attendee: { name: 'Eva', address: 'eva@mail.test' },
    });
    expect(value(read(other).event, 'uid')).toBe(value(read(invitation()).event, 'uid'));
  });

  it('is no other booking’s', () => {
    const id = fc.stringMatching(/^[\w.:@~+=-]{1,12}$/);
    const uid = fc
      .tuple(fc.constantFrom('booknetic', 'appointments'), id)
      .map(([platform, own]) => `${platform}:${own}`);
    fc.assert(
      fc.property(fc.uniqueArray(uid, { minLength: 2 }), (uids) => {
        const read = new Set(
          uids.map((one) => /^UID:(.*)$/m.exec(calendarPart(invitation({ uid: one })).content)?.[1]),
        );
        expect(read.size).toBe(uids.length);
      }),
    );
  });
});

describe('by RFC 5545 and 5546', () => {
  it.each([invitation(), cancellation, withoutLink])('there is no fault in it: $method', (part) => {
    expect(itipFaults(calendarPart(part).content)).toEqual([]);
  });

  const request = calendarPart(invitation()).content;
  const cancel = calendarPart(cancellation).content;
  const without = (name: string, of: string) => of.replace(new RegExp(`^${name}[:;].*\r\n(?: .*\r\n)*`, 'm'), '');
  const withLine = (line: string, of: string) => of.replace('STATUS:', `${line}\r\nSTATUS:`);
  it.each([
    ['no UID', without('UID', request), '0 times UID in VEVENT'],
    ['no attendee', without('ATTENDEE', request), '0 times ATTENDEE in VEVENT'],
    ['no organizer', without('ORGANIZER', cancel), '0 times ORGANIZER in VEVENT'],
    ['no sequence', without('SEQUENCE', cancel), '0 times SEQUENCE in VEVENT'],
    ['no start', without('DTSTART', request), '0 times DTSTART in VEVENT'],
    ['two UIDs', withLine('UID:b@clinic.test', request), '2 times UID in VEVENT'],
    ['a request status', withLine('REQUEST-STATUS:2.0', cancel), '1 times REQUEST-STATUS in VEVENT'],
    ['the other status', request.replace('CONFIRMED', 'CANCELLED'), 'STATUS of REQUEST'],
    ['another status', cancel.replace('CANCELLED', 'CONFIRMED'), 'STATUS of CANCEL'],
    [
      'an alarm',
      request.replace('METHOD:REQUEST', 'METHOD:CANCEL').replace('CONFIRMED', 'CANCELLED'),
      'VALARM in a CANCEL',
    ],
    [
      'a property after an alarm',
      request.replace('END:VEVENT', 'CLASS:PUBLIC\r\nEND:VEVENT'),
      'CLASS after a component',
    ],
    ['another method', request.replace('METHOD:REQUEST', 'METHOD:PUBLISH'), 'METHOD:PUBLISH'],
    ['a bare comma', request.replace('Consulta', 'a, b'), 'value of SUMMARY:a, b: añádela'],
    ['a bare LF', request.replace('Consulta', 'a\nb'), 'control character: "SUMMARY:a\\nb: añádela"'],
    ['an open end', request.trimEnd(), 'the last line does not end'],
    ['a long line', request.replace('Consulta', 'x'.repeat(60)), `79 octets: SUMMARY:${'x'.repeat(60)}: añádela`],
    ['an end before its start', request.replace('T144500Z', 'T134500Z'), 'DTEND is not later than DTSTART'],
  ])('a fault would be found: %s', (_what, content, fault) => {
    expect([request, cancel]).not.toContain(content);
    expect(itipFaults(content)).toContain(fault);
  });
});

describe('what people wrote', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.string({ unit: 'binary-ascii' }),
    fc.constantFrom(
      '\r\nBCC:x@y.test',
      '\nEND:VEVENT\r\nBEGIN:VEVENT',
      'BEGIN:VALARM\r\nEND:VALARM',
      '\r\nATTENDEE:mailto:x@y.test\r\n',
      ';CN="',
      '":mailto:x@y.test',
      "^n^'^^",
      '\\n\\;\\,\\',
      '👩‍👩‍👧‍👦'.repeat(20),
      'ñ'.repeat(99),
      '\ud83d',
      '\ude00',
      '\u0000\u0007\u001b\u007f\u0085\u2028',
      '$&$1',
    ),
  );
  const hostile = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
  /** What must not be lost: all but control characters and white space. */
  const essence = (text: string) => text.toWellFormed().replace(/[\p{Cc}\s]/gu, '');
  const invitations = fc
    .record({
      uid: hostile.map((id) => `booknetic:${id}`),
      method: fc.constantFrom('REQUEST' as const, 'CANCEL' as const),
      summary: hostile,
      description: hostile,
      organizer: fc.record({ name: hostile, address: fc.constant('citas@clinic.test') }),
      attendee: fc.record({ name: hostile, address: hostile.map((local) => `${local}x@mail.test`) }),
      url: hostile.map((path) => `${MEET}${encodeURI(path.toWellFormed())}`),
    })
    .map((texts) => invitation(texts));

  it('stays text, whatever it is', () => {
    fc.assert(
      fc.property(invitations, (part) => {
        const { content } = calendarPart(part);
        const { event, alarms } = read(part);
        expect(content).toMatch(/^(?:[^\r\n]+\r\n)+$/);
        expect(content.split('\r\n').filter((line) => Buffer.byteLength(line) > 75)).toEqual([]);
        expect(names(event).filter((name) => /^(uid|attendee|organizer)$/.test(name))).toEqual([
          'uid',
          'organizer',
          'attendee',
        ]);
        expect(alarms).toHaveLength(part.method === 'REQUEST' ? 1 : 0);
        expect(essence(value(event, 'summary'))).toBe(essence(part.summary));
        const description = part.description ? value(event, 'description') : '';
        expect(essence(description)).toBe(essence(part.description));
        expect(Buffer.from(content).toString()).toBe(content);
      }),
      { numRuns: 500 },
    );
  });

  it('breaks no rule of the RFCs', () => {
    fc.assert(
      fc.property(invitations, (part) => {
        expect(itipFaults(calendarPart(part).content)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('is read back as it was written', () => {
    const { event } = read(
      invitation({
        summary: 'Cita; con “Ana”, 50 % \\n de descuento\r\nBcc: x@y.test',
        description: 'Hola:\r\n\r\n\t; , \\ "x" \\n\u2028fin',
        organizer: { name: 'Clínica "Sol"; ^n\r\nBCC: x@y.test', address: 'citas@clinic.test' },
        attendee: { name: 'O’Hara, "Ana" \u0007<a@b.test>', address: 'ana+cita@mail.test' },
      }),
    );
    expect(value(event, 'summary')).toBe('Cita; con “Ana”, 50 % \\n de descuento Bcc: x@y.test');
    expect(value(event, 'description')).toBe('Hola:\n\n\t; , \\ "x" \\n\nfin');
    expect(parameters(event, 'organizer')).toEqual({ cn: 'Clínica "Sol"; ^n BCC: x@y.test' });
    expect(parameters(event, 'attendee')).toMatchObject({ cn: 'O’Hara, "Ana" <a@b.test>' });
    expect(value(event, 'attendee')).toBe('mailto:ana+cita@mail.test');
  });
});
