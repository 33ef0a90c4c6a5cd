import type { Booking } from '../../shared/appointments/appointment.ts';
import type { Booked } from '../../shared/meetings/event-body.ts';
import { PLATFORM_KEYWORDS } from '../../shared/settings/keywords.ts';

/** A booking to preview with, made of the keywords' own examples. */
const example = (name: string): string => PLATFORM_KEYWORDS.find(({ keyword }) => keyword === name)?.example ?? '';

const booking: Booking = {
  start: '2026-12-01T14:00:00Z',
  end: '2026-12-01T14:45:00Z',
  service: { name: example('service_name') },
  staff: { name: example('staff_name'), email: example('staff_email'), phone: example('staff_phone') },
  customers: [
    { name: example('customer_full_name'), email: example('customer_email'), phone: example('customer_phone') },
  ],
  location: { name: example('location_name') },
  notes: example('appointment_notes'),
  keywords: Object.fromEntries(PLATFORM_KEYWORDS.map(({ keyword, example: value }) => [keyword, value])),
};

export const SAMPLE: Booked = {
  appointmentId: 'booknetic:1042',
  status: 'approved',
  booking,
  revision: 1,
  version: 1,
  changedAt: '2026-11-20T10:12:00Z',
  contentHash: '',
  deliveries: [],
  owed: 0,
};

export const SAMPLE_MEET_URL = 'https://meet.google.com/abc-defg-hij';
