import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBooknetic } from '../../../shared/appointments/platforms/booknetic.ts';
import {
  DATE_FORMATS,
  type DateFormat,
  formatDate,
  formatTime,
  TIME_FORMATS,
} from '../../../shared/settings/date-format.ts';
import { toInstant } from '../../../shared/time.ts';

const LINK =
  'https://calendar.google.com/calendar/render?action=TEMPLATE&text=Consulta&dates=20261201T140000Z/20261201T144500Z';
const FIELDS = {
  event: 'booking_new',
  appointment_id: '1042',
  appointment_status: 'approved',
  service_name: 'Consulta',
  staff_email: 'Ana@Clinic.test',
  staff_name: 'Ana',
  staff_phone: '+34600000001',
  customer_full_name: 'Luis Pérez',
  customer_email: 'luis@mail.test',
  customer_phone: '+34600000002',
  location_name: 'Online',
  appointment_notes: 'Primera visita',
  add_to_google_calendar_link: LINK,
};
const MADRID: DateFormat = { timeZone: 'Europe/Madrid', dateFormat: 'd/m/Y', timeFormat: 'H:i', locale: 'es' };

type Fields = Record<string, unknown>;
const parse = (fields: Fields, format: DateFormat = MADRID) => readBooknetic(fields, async () => format);
const read = async (fields: Fields, format?: DateFormat) => {
  const parsed = await parse(fields, format);
  if ('faults' in parsed) throw new Error(JSON.stringify(parsed.faults));
  return parsed.delivery;
};
const faults = async (fields: Fields, format?: DateFormat) => {
  const parsed = await parse(fields, format);
  return 'faults' in parsed ? parsed.faults : [];
};
const paths = async (fields: Fields) => (await faults(fields)).map(({ path }) => path).sort();
const without = (...names: string[]) =>
  Object.fromEntries(Object.entries(FIELDS).filter(([name]) => !names.includes(name)));
const times = async (fields: Fields, format?: DateFormat) => {
  const { booking } = await read({ ...without('add_to_google_calendar_link'), ...fields }, format);
  return [booking?.start, booking?.end];
};

describe('fields', () => {
  it('are read by the names of the keywords that fill them', async () => {
    expect(await read({ ...FIELDS, service_price: '60 €', custom_field: 'x' })).toEqual({
      appointmentId: 'booknetic:1042',
      intent: 'create',
      status: 'approved',
      id: expect.any(String),
      uniqueId: false,
      booking: {
        start: '2026-12-01T14:00:00Z',
        end: '2026-12-01T14:45:00Z',
        service: { name: 'Consulta' },
        staff: { email: 'ana@clinic.test', name: 'Ana', phone: '+34600000001' },
        customers: [{ name: 'Luis Pérez', email: 'luis@mail.test', phone: '+34600000002' }],
        location: { name: 'Online' },
        notes: 'Primera visita',
        keywords: { add_to_google_calendar_link: LINK, service_price: '60 €', custom_field: 'x' },
      },
    });
  });

  it('that may be missing may be missing, and may be empty', async () => {
    const least = {
      start: '2026-12-01T14:00:00Z',
      end: '2026-12-01T14:45:00Z',
      service: { name: 'Consulta' },
      staff: { email: 'ana@clinic.test' },
      customers: [],
      keywords: { add_to_google_calendar_link: LINK },
    };
    const optional = [
      'staff_name',
      'staff_phone',
      'customer_full_name',
      'customer_email',
      'customer_phone',
      'location_name',
      'appointment_notes',
    ];
    expect((await read(without(...optional))).booking).toEqual(least);
    const empty = Object.fromEntries(optional.map((name) => [name, '  ']));
    expect((await read({ ...FIELDS, ...empty })).booking).toEqual(least);
  });

  it.each([
    [{ customer_full_name: 'Luis Pérez', customer_first_name: 'L', customer_last_name: 'P' }, 'Luis Pérez'],
    [{ customer_full_name: '', customer_first_name: 'Luis', customer_last_name: 'Pérez' }, 'Luis Pérez'],
    [{ customer_full_name: '', customer_first_name: 'Luis', customer_last_name: '' }, 'Luis'],
    [{ customer_full_name: '', customer_first_name: ' ', customer_last_name: 'Pérez' }, 'Pérez'],
    [{ customer_full_name: '' }, 'luis@mail.test'],
  ])('name the customer: %j', async (fields, name) => {
    expect((await read({ ...FIELDS, ...fields })).booking?.customers[0]?.name).toBe(name);
  });

  it('take a status as it is meant', async () => {
    expect((await read({ ...FIELDS, appointment_status: ' Canceled ' })).status).toBe('canceled');
    expect((await read({ ...FIELDS, appointment_status: 'No-Show' })).status).toBe('no-show');
  });

  it.each([
    ['booking_new', 'create'],
    ['booking_rescheduled', 'change'],
    ['booking_status_changed', 'change'],
    ['booking_starts', 'report'],
  ])('"event" %s means "%s"', async (event, intent) => {
    expect((await read({ ...FIELDS, event })).intent).toBe(intent);
  });

  it('only booking_starts announces the start', async () => {
    expect((await read({ ...FIELDS, event: 'booking_starts' })).announcesStart).toBe(true);
    for (const event of ['booking_new', 'booking_rescheduled', 'booking_status_changed']) {
      expect(await read({ ...FIELDS, event })).not.toHaveProperty('announcesStart');
    }
  });

  it('booking_deleted needs only the number', async () => {
    const delivery = await read({ event: 'booking_deleted', appointment_id: '1042' });
    expect(delivery).toMatchObject({ appointmentId: 'booknetic:1042', intent: 'cancel', status: 'deleted' });
    expect(delivery).not.toHaveProperty('booking');
  });

  it('put names on one line', async () => {
    const names = { customer_full_name: 'Ana\r\nBcc: x@y', service_name: 'Yoga\n\tfor all', location_name: ' a \n b ' };
    expect((await read({ ...FIELDS, ...names })).booking).toMatchObject({
      customers: [{ name: 'Ana Bcc: x@y' }],
      service: { name: 'Yoga for all' },
      location: { name: 'a b' },
    });
  });

  it('keep line feeds in notes', async () => {
    expect((await read({ ...FIELDS, appointment_notes: 'one\r\ntwo\tthree' })).booking?.notes).toBe(
      'one\r\ntwo\tthree',
    );
  });
});

describe('a flat JSON object', () => {
  it('may hold numbers, booleans and null', async () => {
    const { appointmentId, booking } = await read({
      ...FIELDS,
      appointment_id: 1042,
      appointment_sum_price: 70.5,
      is_paid: true,
      appointment_notes: null,
      nothing: null,
    });
    expect(appointmentId).toBe('booknetic:1042');
    expect(booking?.keywords).toMatchObject({ appointment_sum_price: '70.5', is_paid: 'true', nothing: '' });
    expect(booking).not.toHaveProperty('notes');
  });

  it('may not hold objects or lists', async () => {
    const found = await faults({ ...FIELDS, customer: { name: 'Luis' }, extras: ['a'], service_name: {} });
    expect(new Set(found.map(({ path }) => path))).toEqual(new Set(['customer', 'extras', 'service_name']));
  });

  it('may hold the names of prototypes', async () => {
    const raw = JSON.parse(
      `{"__proto__": "x", "constructor": "y", "toString": "z", ${JSON.stringify(FIELDS).slice(1)}`,
    ) as Fields;
    const { booking } = await read(raw);
    expect(Object.entries(booking?.keywords ?? {})).toEqual(
      expect.arrayContaining([
        ['__proto__', 'x'],
        ['constructor', 'y'],
        ['toString', 'z'],
      ]),
    );
    expect(Object.getPrototypeOf(booking?.keywords)).toBe(Object.prototype);
    expect(({} as Fields).x).toBeUndefined();
  });

  it.each(['__proto__', 'constructor', 'hasOwnProperty', 'toString'])('is no event called %s', async (event) => {
    expect(await paths({ ...FIELDS, event })).toEqual(['event']);
  });

  it('may lack everything but then says so', async () => {
    expect(await paths({})).toEqual([
      'add_to_google_calendar_link',
      'appointment_id',
      'appointment_status',
      'event',
      'service_name',
      'staff_email',
    ]);
  });
});

describe('a keyword that was not filled in', () => {
  it('is named', async () => {
    expect(await faults({ ...FIELDS, location_name: '{location_name}', custom: ' {my_field} ' })).toEqual([
      { path: 'location_name', message: expect.stringContaining('{location_name}') },
      { path: 'custom', message: expect.stringContaining('{my_field}') },
    ]);
  });

  it('is one fault, whatever else its field would have to be', async () => {
    const button = Object.fromEntries(Object.keys(FIELDS).map((name) => [name, `{${name}}`]));
    expect(await paths(button)).toEqual(Object.keys(FIELDS).sort());
  });

  it('is only meant when it is all there is', async () => {
    const { booking } = await read({ ...FIELDS, appointment_notes: 'my {nice} note', custom: '{not a keyword}' });
    expect(booking?.notes).toBe('my {nice} note');
    expect(booking?.keywords.custom).toBe('{not a keyword}');
  });
});

describe('rule 20: what may act for somebody', () => {
  it.each([
    'customer_password',
    'Customer_Password',
    'CUSTOMER-PASSWORD',
    'customerPassword',
    'customer password',
    'zoom_meeting_password',
    'url_to_reset_password',
    'url-to-reset-password',
    'urlToResetPassword',
    'url_to_complete_customer_signup',
    'url-to-complete-customer-signup',
    'UrlToCompleteCustomerSignup',
    'url_to_complete_customer_sign_up',
    'appointment_payment_link_paypal',
    'appointment_payment_link_stripe',
    'appointment-payment-link-stripe',
    'appointmentPaymentLinkStripe',
    'link_to_change_appointment_status_to_canceled',
    'link-to-change-appointment-status-to-approved',
    'linkToChangeAppointmentStatusToRejected',
    'zoom_meeting_host_url',
  ])('is dropped: %s', async (name) => {
    const { booking } = await read({ ...FIELDS, [name]: 'https://act.test/?token=1' });
    expect(booking?.keywords).toEqual({ add_to_google_calendar_link: LINK });
  });

  it('is dropped before it is looked at', async () => {
    const { booking } = await read({ ...FIELDS, customer_password: '{customer_password}', payment_link: { a: 1 } });
    expect(booking?.keywords).toEqual({ add_to_google_calendar_link: LINK });
  });

  it.each([
    'appointment_payment_method',
    'appointment_paid_price',
    'appointment_status_label',
    'sign_in_page',
    'sign_up_page',
    'service_image_url',
    'zoom_meeting_url',
  ])('is not %s', async (name) => {
    expect((await read({ ...FIELDS, [name]: 'x' })).booking?.keywords).toHaveProperty(name, 'x');
  });

  it('makes no difference to what is wished', async () => {
    const plain = await read(FIELDS);
    expect((await read({ ...FIELDS, customer_password: 'a' })).id).toBe(plain.id);
    expect((await read({ ...FIELDS, service_price: '1' })).id).not.toBe(plain.id);
  });
});

describe('the id of a delivery', () => {
  it('is the same for the same delivery, whatever the order of its fields', async () => {
    const reversed = Object.fromEntries(Object.entries(FIELDS).reverse());
    expect((await read(reversed)).id).toBe((await read(FIELDS)).id);
  });

  it('tells events apart', async () => {
    expect((await read({ ...FIELDS, event: 'booking_starts' })).id).not.toBe((await read(FIELDS)).id);
  });
});

describe('the time', () => {
  it('is first that of the calendar link, which is in UTC', async () => {
    const others = { appointment_start_date_time: '05/12/2026 10:00', appointment_end_date_time: '05/12/2026 11:00' };
    expect(await times({ add_to_google_calendar_link: LINK, ...others })).toEqual([
      '2026-12-01T14:00:00Z',
      '2026-12-01T14:45:00Z',
    ]);
  });

  it.each([
    ['encoded', LINK.replace('Z/', 'Z%2F')],
    ['encoded in small letters', LINK.replace('Z/', 'Z%2f')],
    ['first of all', 'https://x.test/r?dates=20261201T140000Z/20261201T144500Z&text=a'],
    ['written as HTML', LINK.replaceAll('&', '&amp;')],
  ])('may stand in the link %s', async (_what, link) => {
    expect(await times({ add_to_google_calendar_link: link })).toEqual([
      '2026-12-01T14:00:00Z',
      '2026-12-01T14:45:00Z',
    ]);
  });

  it('does not need the settings when the link has it', async () => {
    const parsed = await readBooknetic(FIELDS, () => Promise.reject(new Error('asked for')));
    expect(parsed).toHaveProperty('delivery');
  });

  it.each([
    ['has no dates', 'https://calendar.google.com/calendar/render?text=x'],
    ['has no UTC times', LINK.replaceAll('00Z', '00')],
    ['ends before it starts', LINK.replace('T1445', 'T1345')],
    ['names a month that there is not', LINK.replaceAll('202612', '202613')],
    ['is empty', ''],
  ])('is next that of start and end, when the link %s', async (_what, link) => {
    expect(
      await times({
        add_to_google_calendar_link: link,
        appointment_start_date_time: '01/12/2026 15:00',
        appointment_end_date_time: '01/12/2026 15:45',
        appointment_date: '02/12/2026',
        appointment_start_time: '09:00',
        appointment_end_time: '10:00',
      }),
    ).toEqual(['2026-12-01T14:00:00Z', '2026-12-01T14:45:00Z']);
  });

  it.each([
    ['is missing', {}],
    ['lacks its end', { appointment_start_date_time: '05/12/2026 10:00' }],
    ['is of another format', { appointment_start_date_time: '2026-12-05', appointment_end_date_time: 'tomorrow' }],
  ])('is last that of date and times of day, when the one before %s', async (_what, fields) => {
    expect(
      await times({
        ...fields,
        appointment_date: '01/12/2026',
        appointment_start_time: '15:00',
        appointment_end_time: '15:45',
      }),
    ).toEqual(['2026-12-01T14:00:00Z', '2026-12-01T14:45:00Z']);
  });

  it('goes on past midnight', async () => {
    expect(
      await times({ appointment_date: '31/12/2026', appointment_start_time: '23:30', appointment_end_time: '00:15' }),
    ).toEqual(['2026-12-31T22:30:00Z', '2026-12-31T23:15:00Z']);
  });

  it.each([
    ['into summer time', '27/03/2027', '23:30', '03:30', '2027-03-27T22:30:00Z', '2027-03-28T01:30:00Z'],
    ['into winter time', '24/10/2026', '23:30', '03:30', '2026-10-24T21:30:00Z', '2026-10-25T02:30:00Z'],
    ['in winter', '01/12/2026', '10:00', '11:00', '2026-12-01T09:00:00Z', '2026-12-01T10:00:00Z'],
    ['in summer', '01/07/2026', '10:00', '11:00', '2026-07-01T08:00:00Z', '2026-07-01T09:00:00Z'],
    ['over the hour that is skipped', '28/03/2027', '01:30', '03:30', '2027-03-28T00:30:00Z', '2027-03-28T01:30:00Z'],
    ['in the hour that is skipped', '28/03/2027', '02:30', '03:15', '2027-03-28T01:30:00Z', '2027-03-28T02:15:00Z'],
    ['over the hour that comes twice', '25/10/2026', '01:30', '03:30', '2026-10-24T23:30:00Z', '2026-10-25T02:30:00Z'],
  ])('knows the clocks of its zone: %s', async (_what, date, from, to, start, end) => {
    expect(await times({ appointment_date: date, appointment_start_time: from, appointment_end_time: to })).toEqual([
      start,
      end,
    ]);
  });

  it('moves a start that the clocks skip, and its end with it', async () => {
    expect(
      await times({
        appointment_start_date_time: '28/03/2027 02:30',
        appointment_end_date_time: '28/03/2027 03:15',
      }),
    ).toEqual(['2027-03-28T01:30:00Z', '2027-03-28T02:15:00Z']);
  });

  it('is read from start and end across the change of clocks', async () => {
    expect(
      await times({
        appointment_start_date_time: '27/03/2027 23:30',
        appointment_end_date_time: '28/03/2027 03:30',
      }),
    ).toEqual(['2027-03-27T22:30:00Z', '2027-03-28T01:30:00Z']);
  });

  it.each(DATE_FORMATS.flatMap((dateFormat) => TIME_FORMATS.map((timeFormat) => [dateFormat, timeFormat])))(
    'is read as %s %s',
    async (dateFormat, timeFormat) => {
      for (const locale of ['en', 'es']) {
        for (const timeZone of ['UTC', 'Europe/Madrid', 'America/New_York', 'Asia/Kathmandu']) {
          const format = { dateFormat, timeFormat, locale, timeZone };
          for (const [start, end] of [
            ['2026-12-01T14:05:00Z', '2026-12-01T14:50:00Z'],
            ['2027-01-09T00:00:00Z', '2027-01-09T12:00:00Z'],
          ] as const) {
            const fields = {
              appointment_start_date_time: `${formatDate(start, format)} ${formatTime(start, format)}`,
              appointment_end_date_time: `${formatDate(end, format)} ${formatTime(end, format)}`,
            };
            expect(await times(fields, format), JSON.stringify({ ...format, ...fields })).toEqual([start, end]);
          }
        }
      }
    },
  );

  it.each([
    ['d/m/Y', 'g:i A', '1/12/2026 3:05 PM'],
    ['d/m/Y', 'g:i a', '01/12/2026 3:05 pm'],
    ['m/d/Y', 'h:i A', '12/1/2026  03:05 PM'],
    ['j F Y', 'H:i', '1 December 2026 15:05'],
    ['j F Y', 'H:i', '1 diciembre 2026 15:05'],
    ['F j, Y', 'g:i a', 'December 1, 2026 3:05 pm'],
    ['j F Y', 'g:i a', '1 diciembre 2026 3:05 pm'],
    ['Y-m-d', 'H:i:s', '2026-12-01 15:05:00'],
  ])('is read as a site in Spanish writes it: %s %s', async (dateFormat, timeFormat, text) => {
    const end = text.replace(':05', ':50');
    expect(
      await times(
        { appointment_start_date_time: text, appointment_end_date_time: end },
        {
          ...MADRID,
          dateFormat,
          timeFormat,
        },
      ),
    ).toEqual(['2026-12-01T14:05:00Z', '2026-12-01T14:50:00Z']);
  });

  it('that cannot be read is a fault of each field that was tried, with the format that was expected', async () => {
    const found = await faults({
      ...FIELDS,
      add_to_google_calendar_link: 'https://x.test',
      appointment_start_date_time: '2026-12-01 15:00',
      appointment_end_date_time: '2026-12-01 16:00',
      appointment_date: '31/02/2026',
      appointment_start_time: '15:00',
      appointment_end_time: '16:00',
    });
    expect(found.map(({ path }) => path)).toEqual([
      'add_to_google_calendar_link',
      'appointment_start_date_time',
      'appointment_end_date_time',
      'appointment_date',
      'appointment_start_time',
      'appointment_end_time',
    ]);
    expect(found[1]?.message).toMatch(/d\/m\/Y and H:i in Europe\/Madrid/);
  });

  it('of no length is none', async () => {
    expect(
      await paths({
        ...without('add_to_google_calendar_link'),
        appointment_date: '01/12/2026',
        appointment_start_time: '15:00',
        appointment_end_time: '15:00',
      }),
    ).toEqual(['appointment_date', 'appointment_end_time', 'appointment_start_time']);
  });

  it('is the same however it is sent', async () => {
    const format = { ...MADRID, timeFormat: 'g:i A', locale: 'en' };
    // The second of two equal hours in autumn can only be told apart in UTC.
    const instant = fc
      .integer({ min: Date.UTC(2026, 10, 1) / 60_000, max: Date.UTC(2027, 8, 30) / 60_000 })
      .map((minute) => toInstant(minute * 60_000));
    await fc.assert(
      fc.asyncProperty(instant, fc.integer({ min: 1, max: 23 * 60 }), async (start, minutes) => {
        const end = toInstant(Date.parse(start) + minutes * 60_000);
        const compact = (at: string) => at.replace(/[-:]/g, '');
        const [date, from, to] = [formatDate(start, format), formatTime(start, format), formatTime(end, format)];
        expect(
          await times({ add_to_google_calendar_link: `https://x.test/?dates=${compact(start)}/${compact(end)}` }),
        ).toEqual([start, end]);
        expect(
          await times(
            {
              appointment_start_date_time: `${date} ${from}`,
              appointment_end_date_time: `${formatDate(end, format)} ${to}`,
            },
            format,
          ),
        ).toEqual([start, end]);
        expect(
          await times({ appointment_date: date, appointment_start_time: from, appointment_end_time: to }, format),
        ).toEqual([start, end]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the time zone of the customer', () => {
  const zone = async (fields: Fields, format?: DateFormat) =>
    (await read({ ...FIELDS, ...fields }, format)).booking?.timeZone;

  it.each([
    ['01/12/2026 08:00', '-06:00'],
    ['01/12/2026 19:45', '+05:45'],
    ['02/12/2026 04:00', '+14:00'],
    ['01/12/2026 14:00', '+00:00'],
  ])('is what a start at %s for them tells', async (local, offset) => {
    expect(await zone({ appointment_start_date_time_client: local })).toBe(offset);
  });

  it('is told by date and time as well', async () => {
    const parts = { appointment_date_client: '01/12/2026', appointment_start_time_client: '08:00' };
    expect(await zone(parts)).toBe('-06:00');
    expect(await zone({ ...parts, appointment_start_date_client: '30/11/2026' })).toBeUndefined();
  });

  it.each([
    {},
    { appointment_start_date_time_client: '' },
    { appointment_start_date_time_client: '01/12/2026 15:00' },
    { appointment_start_date_time_client: 'tomorrow' },
    { appointment_start_date_time_client: '01/12/2026 08:07' },
    { appointment_start_date_time_client: '03/12/2026 08:00' },
    { appointment_start_time_client: '08:00' },
  ])('is that of the business, or not known, by %j', async (fields) => {
    expect(await zone(fields)).toBeUndefined();
  });

  it('is asked of the settings only where it is sent', async () => {
    let asked = 0;
    const format = async () => {
      asked += 1;
      return MADRID;
    };
    await readBooknetic(FIELDS, format);
    expect(asked).toBe(0);
    await readBooknetic({ ...FIELDS, appointment_start_date_time_client: '01/12/2026 08:00' }, format);
    expect(asked).toBe(1);
  });
});

describe('what is wrong', () => {
  it('is said all at once', async () => {
    expect(
      await paths({
        event: 'appointment_paid',
        appointment_id: 'no spaces',
        appointment_status: ' ',
        staff_email: 'ana',
        customer_email: 'luis',
        customer_phone: '1'.repeat(51),
        appointment_notes: 'a\u0000b',
        nested: {},
        location_name: '{location_name}',
        appointment_date: '01/12/2026',
      }),
    ).toEqual([
      'appointment_date',
      'appointment_id',
      'appointment_notes',
      'appointment_status',
      'customer_email',
      'customer_phone',
      'event',
      'location_name',
      'nested',
      'service_name',
      'staff_email',
    ]);
  });

  it.each([
    ['appointment_id', '1; DROP TABLE'],
    ['appointment_id', 'x'.repeat(65)],
    ['service_name', 'x'.repeat(301)],
    ['staff_email', `${'x'.repeat(250)}@clinic.test`],
    ['custom', 'x'.repeat(10_001)],
    ['custom', 'a\u0007b'],
  ])('%s like %s', async (name, value) => {
    expect(await paths({ ...FIELDS, [name]: value })).toEqual([name]);
  });

  it('never shows what was sent', async () => {
    const found = await faults({ ...FIELDS, staff_email: 'secret-value', customer_email: 'secret-value' });
    expect(JSON.stringify(found)).not.toContain('secret-value');
    expect(found).toHaveLength(2);
  });

  it('of a deletion too', async () => {
    expect(await paths({ event: 'booking_deleted', appointment_id: '' })).toEqual(['appointment_id']);
  });
});
