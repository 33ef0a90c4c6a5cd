import { describe, expect, it } from 'vitest';
import { PLATFORM_KEYWORDS } from '../../../shared/settings/keywords.ts';
import { keywordValues, withoutCustomers } from '../../../shared/settings/values.ts';
import { aBooking, customer } from '../../builders/bookings.ts';

const FORMAT = { timeZone: 'Europe/Madrid', dateFormat: 'd/m/Y', timeFormat: 'H:i', locale: 'es' };
const LUIS = { ...customer('Luis'), name: 'Luis Pérez Gil', phone: '+34600000002' };
const BOOKING = aBooking({
  staff: { email: 'ana@clinic.test', name: 'Ana', phone: '+34600000001' },
  customers: [LUIS],
  location: { name: 'Online' },
  notes: 'Primera visita',
  keywords: { service_price: '60 €', company_name: 'Clínica Sol', appointment_start_time: 'as sent', room: '3' },
});
const of = (booking = BOOKING, whose = booking.customers[0]) =>
  keywordValues({ appointmentId: 'booknetic:1042', status: 'approved', booking }, whose, FORMAT);

describe('keyword values', () => {
  it('come from the booking as it stands', () => {
    const value = of();
    const names = [
      'appointment_id',
      'appointment_status',
      'appointment_date',
      'appointment_start_date_time',
      'appointment_end_date_time',
      'appointment_start_time',
      'appointment_end_time',
      'appointment_notes',
      'service_name',
      'service_price',
      'staff_name',
      'staff_email',
      'staff_phone',
      'customer_full_name',
      'customer_first_name',
      'customer_last_name',
      'customer_email',
      'customer_phone',
      'location_name',
      'company_name',
      'room',
    ];
    expect(Object.fromEntries(names.map((name) => [name, value(name)]))).toEqual({
      appointment_id: '1042',
      appointment_status: 'approved',
      appointment_date: '01/12/2026',
      appointment_start_date_time: '01/12/2026 16:00',
      appointment_end_date_time: '01/12/2026 16:45',
      appointment_start_time: '16:00',
      appointment_end_time: '16:45',
      appointment_notes: 'Primera visita',
      service_name: 'Consulta',
      service_price: '60 €',
      staff_name: 'Ana',
      staff_email: 'ana@clinic.test',
      staff_phone: '+34600000001',
      customer_full_name: 'Luis Pérez Gil',
      customer_first_name: 'Luis',
      customer_last_name: 'Pérez Gil',
      customer_email: 'luis@mail.test',
      customer_phone: '+34600000002',
      location_name: 'Online',
      company_name: 'Clínica Sol',
      room: '3',
    });
  });

  it('take the names as the platform divides them', () => {
    const booking = { ...BOOKING, keywords: { customer_first_name: 'Luis Pérez', customer_last_name: 'Gil' } };
    expect([of(booking)('customer_first_name'), of(booking)('customer_last_name')]).toEqual(['Luis Pérez', 'Gil']);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])('have nothing for {%s}', (name) => {
    expect(of()(name)).toBeUndefined();
  });

  it('name staff by address where there is no name', () => {
    expect(of({ ...BOOKING, staff: { email: 'ana@clinic.test' } })('staff_name')).toBe('ana@clinic.test');
  });
});

describe('what tells of a customer', () => {
  const everything = Object.fromEntries(PLATFORM_KEYWORDS.map(({ keyword }) => [keyword, 'x']));
  const marta = { ...customer('Marta'), phone: '+34600000003' };
  const both = { ...BOOKING, customers: [LUIS, marta], keywords: { ...everything, ...BOOKING.keywords } };

  it('is left out of what several read', () => {
    const value = withoutCustomers(of(both, undefined));
    const told = PLATFORM_KEYWORDS.map(({ keyword }) => keyword).filter((name) => value(name));
    expect(told.filter((name) => !/^(service|staff|location|company)_/.test(name))).toEqual([
      'appointment_date',
      'appointment_start_date',
      'appointment_end_date',
      'appointment_date_time',
      'appointment_start_date_time',
      'appointment_end_date_time',
      'appointment_start_time',
      'appointment_end_time',
      'appointment_duration',
    ]);
    expect(value('room')).toBeUndefined();
  });

  it('is their own, each with theirs', () => {
    expect(of(both, marta)('customer_full_name')).toBe('Marta');
    expect(of(both, marta)('customer_phone')).toBe('+34600000003');
    expect(of(both, LUIS)('customer_first_name')).toBe('Luis');
    expect(of(both, marta)('appointment_notes')).toBe('Primera visita');
  });

  it('is not another’s, where the platform sent a field for one of several', () => {
    const booking = {
      ...both,
      keywords: { customer_first_name: 'Luis', customer_last_name: 'Pérez Gil', customer_notes: 'n' },
    };
    const value = of(booking, marta);
    expect([value('customer_first_name'), value('customer_last_name'), value('customer_notes')]).toEqual([
      'Marta',
      '',
      undefined,
    ]);
  });

  it('is not another’s, where somebody has dropped out of the booking', () => {
    const taken = {
      ...BOOKING,
      customers: [marta],
      keywords: {
        customer_first_name: 'Marta',
        customer_last_name: 'Ruiz',
        customer_birthday: '1980-05-17',
        room: '3',
      },
    };
    const value = of(taken, LUIS);
    expect([value('customer_first_name'), value('customer_last_name'), value('customer_birthday')]).toEqual([
      'Luis',
      'Pérez Gil',
      undefined,
    ]);
    expect([value('appointment_notes'), value('room')]).toEqual([undefined, undefined]);
  });

  it('is nothing where there is no customer', () => {
    const booking = { ...BOOKING, customers: [], keywords: { customer_first_name: 'Luis' } };
    for (const name of ['customer_full_name', 'customer_first_name', 'customer_last_name', 'customer_email']) {
      expect(of(booking, undefined)(name)).toBeUndefined();
    }
  });
});
