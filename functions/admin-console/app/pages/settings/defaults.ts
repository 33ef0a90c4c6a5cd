import type { Settings } from '../../api-types.ts';

/** What each setting is when nobody has set it. */
export const DEFAULTS: Settings = {
  enabled: true,
  eventTitle: '{service_name} – {customer_full_name}',
  eventDescription: '{service_name} – {staff_name}\n{location_name}\n\n{appointment_notes}',
  addCustomersAsAttendees: true,
  customersCanSeeOtherAttendees: false,
  googleInvitations: 'all',
  statuses: ['approved'],
  timeZone: 'UTC',
  dateFormat: 'Y-m-d',
  timeFormat: 'H:i',
  locale: 'en',
  senderName: null,
  replyTo: null,
  adminEmail: null,
  notifications: { email: { customer: true, staff: true }, sms: { customer: false, staff: false } },
  reminders: [{ minutesBefore: 1440, channels: ['email'] }],
  templates: {},
  retentionDays: 90,
  defaultCountry: null,
  expectStartsPing: false,
};
