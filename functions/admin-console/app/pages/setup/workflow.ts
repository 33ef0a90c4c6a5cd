/** Booknetic's triggers, one workflow for each, with what is put into `event`. */
export const TRIGGERS = ['booking_new', 'booking_rescheduled', 'booking_status_changed', 'booking_starts'] as const;
export type Trigger = (typeof TRIGGERS)[number];

/** Each is named by the keyword that fills it. The local times are there to be compared with those of the link. */
const FIELDS = [
  'appointment_id',
  'appointment_status',
  'add_to_google_calendar_link',
  'appointment_start_date_time',
  'appointment_end_date_time',
  'appointment_created_date',
  'appointment_created_time',
  'service_name',
  'staff_email',
  'staff_name',
  'staff_phone',
  'customer_full_name',
  'customer_email',
  'customer_phone',
  'location_name',
  'appointment_notes',
] as const;

/** The fields of one workflow's webhook action, as name and value. */
export const workflowFields = (trigger: Trigger): readonly (readonly [name: string, value: string])[] => [
  ['event', trigger],
  ...FIELDS.map((name) => [name, `{${name}}`] as const),
];

/** Where the installation is, without a slash at its end. */
export const installationOf = (redirectUri: string): string => redirectUri.replace(/\/oauth\/google\/callback$/, '');

export const webhookUrl = (redirectUri: string): string => `${installationOf(redirectUri)}/webhooks/booknetic`;

/** What the booking platform can put into its own mails before there is a link. */
export const joinUrl = (redirectUri: string): string =>
  `${installationOf(redirectUri)}/join/booknetic:{appointment_id}?e={customer_email}`;
