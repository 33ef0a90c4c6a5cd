import { describe, expect, it } from 'vitest';
import { readNeutral } from '../../../shared/appointments/platforms/neutral.ts';
import { stored } from './deliveries.ts';

// biome-ignore lint/suspicious/noExplicitAny: whatever somebody may send
type Anything = any;

const DATA = {
  id: '1042',
  status: 'approved',
  start: '2026-12-01T15:00:00+01:00',
  end: '2026-12-01T15:45:00+01:00',
  timeZone: 'Europe/Madrid',
  service: { name: 'Consulta' },
  staff: { email: 'Ana@Clinic.test', name: 'Ana', phone: '+34600000001' },
  customers: [{ email: 'luis@mail.test', name: 'Luis', phone: '+34600000002', locale: 'es' }],
  location: { name: 'Online' },
  notes: 'Primera visita',
  keywords: { any_name: 'text' },
};
const envelope = (changes: Anything = {}, head: Anything = {}): Anything => ({
  type: 'appointment.created',
  timestamp: '2026-11-22T10:00:00Z',
  data: { ...DATA, ...changes },
  ...head,
});
const read = (body: Anything) => {
  const parsed = readNeutral(body, 'msg_1');
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
  return parsed.delivery;
};
const faults = (body: Anything) => {
  const parsed = readNeutral(body, 'msg_1');
  return 'faults' in parsed ? parsed.faults.map(({ path }) => path).sort() : [];
};

describe('the neutral form', () => {
  it('is read as the contract shows it', () => {
    expect(read(envelope())).toEqual({
      appointmentId: 'appointments:1042',
      intent: 'create',
      status: 'approved',
      sourceTime: '2026-11-22T10:00:00.000Z',
      id: 'msg_1',
      uniqueId: true,
      booking: {
        start: '2026-12-01T14:00:00Z',
        end: '2026-12-01T14:45:00Z',
        timeZone: 'Europe/Madrid',
        service: { name: 'Consulta' },
        staff: { email: 'ana@clinic.test', name: 'Ana', phone: '+34600000001' },
        customers: [{ name: 'Luis', email: 'luis@mail.test', phone: '+34600000002', locale: 'es' }],
        location: { name: 'Online' },
        notes: 'Primera visita',
        keywords: { any_name: 'text' },
      },
    });
  });

  it.each([
    ['appointment.created', 'create'],
    ['appointment.updated', 'change'],
  ])('%s means "%s"', (type, intent) => {
    expect(read(envelope({}, { type })).intent).toBe(intent);
  });

  it.each(['cancelled', 'deleted'])('%s needs only the id', (status) => {
    const delivery = read({
      type: `appointment.${status}`,
      timestamp: '2026-11-22T10:00:00Z',
      data: { id: 'a.b:c@d~e+f=g-1' },
    });
    expect(delivery).toMatchObject({ appointmentId: 'appointments:a.b:c@d~e+f=g-1', intent: 'cancel', status });
    expect(delivery).not.toHaveProperty('booking');
  });

  it('leaves out what may be left out', () => {
    const { timeZone: _t, location: _l, notes: _n, keywords: _k, ...least } = DATA;
    const { booking } = read(envelope(undefined, { data: { ...least, staff: { email: 'ana@clinic.test' } } }));
    expect(booking).toEqual({
      start: '2026-12-01T14:00:00Z',
      end: '2026-12-01T14:45:00Z',
      service: { name: 'Consulta' },
      staff: { email: 'ana@clinic.test' },
      customers: [{ name: 'Luis', email: 'luis@mail.test', phone: '+34600000002', locale: 'es' }],
      keywords: {},
    });
  });

  it('takes empty, null and missing for the same wish', () => {
    const without = read(envelope({ location: null, notes: null })).booking;
    expect(read(envelope({ location: { name: ' ' }, notes: '' })).booking).toEqual(without);
    expect(without).not.toHaveProperty('location');
    expect(without).not.toHaveProperty('notes');
  });

  it('keeps no field that may act for somebody', () => {
    const { booking } = read(
      envelope({ keywords: { customer_password: 'secret', payment_link_paypal: 'https://pay.test', room: '3' } }),
    );
    expect(booking?.keywords).toEqual({ room: '3' });
  });

  it('lists one address once', () => {
    const { booking } = read(
      envelope({
        customers: [
          { email: 'luis@mail.test', name: 'Luis' },
          { email: ' LUIS@mail.test ', name: 'Luis again' },
          { name: 'No address' },
          { name: '' },
        ],
      }),
    );
    expect(booking?.customers).toEqual([{ name: 'Luis', email: 'luis@mail.test' }, { name: 'No address' }]);
  });

  it('takes a customer without a name by their address', () => {
    const { booking } = read(envelope({ customers: [{ email: 'luis@mail.test' }] }));
    expect(booking?.customers).toEqual([{ name: 'luis@mail.test', email: 'luis@mail.test' }]);
  });

  it('tells apart two changes within one second', () => {
    const first = read(
      envelope({ notes: 'first' }, { type: 'appointment.updated', timestamp: '2026-11-22T10:00:00.200Z' }),
    );
    const second = {
      ...read(envelope({ notes: 'second' }, { type: 'appointment.updated', timestamp: '2026-11-22T10:00:00.700Z' })),
      id: 'msg_2',
    };
    expect(stored([second, first])?.booking?.notes).toBe('second');
    expect(stored([first, second])?.booking?.notes).toBe('second');
  });

  it('reads source times with and without fractions, and with any offset, in the order of time', () => {
    const timestamps = [
      '2026-11-22T09:59:59.999Z',
      '2026-11-22T10:00:00Z',
      '2026-11-22T11:00:00.100+01:00',
      '2026-11-22T10:00:00.250Z',
      '2026-11-22T05:00:01-05:00',
    ];
    const inOrder = timestamps.map((timestamp) => read(envelope({}, { timestamp })).sourceTime ?? '');
    expect([...inOrder].sort()).toEqual(inOrder);
    expect(new Set(inOrder).size).toBe(timestamps.length);
  });
});

describe('what is wrong with it', () => {
  it('is said all at once', () => {
    expect(
      faults(
        envelope({
          id: 'no spaces',
          status: '',
          start: '2026-12-01 15:00',
          timeZone: 'Mars/Olympus',
          service: {},
          staff: { email: 'ana' },
          customers: [{ email: 'luis@mail.test' }, { email: 'nobody', locale: 'fr' }],
          keywords: { nested: { a: 1 } },
        }),
      ),
    ).toEqual([
      'data.customers.1.email',
      'data.customers.1.locale',
      'data.id',
      'data.keywords.nested',
      'data.service.name',
      'data.staff.email',
      'data.start',
      'data.status',
      'data.timeZone',
    ]);
  });

  it.each([
    ['an end before its start', { end: '2026-12-01T14:00:00+01:00' }],
    ['an end at its start', { end: '2026-12-01T14:00:00Z' }],
  ])('%s', (_what, changes) => {
    expect(faults(envelope(changes))).toEqual(['data.end']);
  });

  it('an end before its start, also beside other faults', () => {
    expect(faults(envelope({ end: '2026-12-01T14:00:00+01:00', staff: { email: 'ana' } }))).toEqual([
      'data.end',
      'data.staff.email',
    ]);
  });

  it.each([
    ['a time without its offset', { start: '2026-12-01T15:00:00' }, ['data.start']],
    ['a day that there is not', { start: '2026-02-30T15:00:00Z' }, ['data.start']],
    ['an id that is no text', { id: 1042 }, ['data.id']],
    ['an id that is too long', { id: 'x'.repeat(129) }, ['data.id']],
    ['customers that are no list', { customers: {} }, ['data.customers']],
    ['too many customers', { customers: Array.from({ length: 201 }, () => ({ name: 'x' })) }, ['data.customers']],
    ['control characters', { notes: 'a\u0000b' }, ['data.notes']],
    ['a prototype for an id', { id: '__proto__ x' }, ['data.id']],
  ])('%s', (_what, changes, expected) => {
    expect(faults(envelope(changes))).toEqual(expect.arrayContaining(expected));
  });

  it.each([
    [null],
    ['text'],
    [[]],
    [1],
    [{}],
    [{ type: 'appointment.paid', data: DATA }],
    [{ ...envelope(), type: '__proto__' }],
  ])('a body like %j', (body) => {
    expect(faults(body)).not.toHaveLength(0);
  });

  it('a cancellation without its time or its id', () => {
    expect(faults({ type: 'appointment.cancelled', data: {} })).toEqual(['data.id', 'timestamp']);
  });

  it('never breaks on names of prototypes', () => {
    const body = JSON.parse(
      '{"type":"appointment.created","timestamp":"2026-11-22T10:00:00Z","__proto__":{"polluted":true},"data":{"id":"__proto__","status":"constructor","start":"2026-12-01T15:00:00Z","end":"2026-12-01T16:00:00Z","service":{"name":"__proto__"},"staff":{"email":"a@b.test"},"customers":[],"keywords":{"__proto__":"x","constructor":"y"}}}',
    );
    const delivery = read(body);
    expect(delivery).toMatchObject({ appointmentId: 'appointments:__proto__', status: 'constructor' });
    expect(Object.getPrototypeOf(delivery.booking?.keywords)).toBe(Object.prototype);
    expect(({} as Anything).polluted).toBeUndefined();
  });
});
