export const SCOPES = {
  signIn: ['openid', 'email'],
  /** The events of calendars that the account owns: the least that inserts, changes and deletes one. */
  calendar: 'https://www.googleapis.com/auth/calendar.events.owned',
  /** Names of calendars and what they can do; asked for only when somebody wants to change theirs. */
  calendarList: 'https://www.googleapis.com/auth/calendar.calendarlist.readonly',
} as const;
