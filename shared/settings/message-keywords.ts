/** Keywords that only messages have, besides those of event titles. */
export const MESSAGE_KEYWORDS = [
  'meet_link',
  'join_button',
  'start_date',
  'start_time',
  'end_time',
  'time_zone',
  'old_start_date',
  'old_start_time',
  'connect_button',
  'google_email',
] as const;
