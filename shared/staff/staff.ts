import type { Locale } from '../appointments/appointment.ts';
import type { AccountRef } from '../google/calendar.ts';
import type { GoogleFailureCode } from '../google/errors.ts';
import { SCOPES } from '../google/scopes.ts';
import type { Instant } from '../time.ts';

export type ConnectionState = 'not_connected' | 'connected' | 'reconnect_required' | 'insufficient_scope';

/** Of the Google account that a staff member connected. */
export interface Connection {
  readonly state: ConnectionState;
  readonly sub?: string;
  readonly googleEmail?: string;
  readonly connectedAt?: Instant;
  /** When an admin last ended it; links made before are good no more, whatever has come since. */
  readonly since?: Instant;
  /** When the staff member ended it themselves. */
  readonly endedAt?: Instant;
  /** What was granted; absent for an account connected before this was kept. */
  readonly scopes?: readonly string[];
  /** Names the grant in the secret: another one means that somebody has connected since. */
  readonly grantId?: string;
  readonly secretName?: string;
  /** When the access ends by itself, where Google said so: the app is still in testing. */
  readonly endsAt?: Instant;
  /** What is wrong, for a person. */
  readonly problem?: string;
}

export interface Staff {
  /** Lower-cased; the key. */
  readonly email: string;
  readonly name?: string;
  readonly phone?: string;
  readonly locale?: Locale;
  readonly calendarId: string;
  /** The calendar that they chose themselves, by its name; it is told while `calendarId` still is that one. */
  readonly chosen?: { readonly calendarId: string; readonly name: string };
  readonly connection: Connection;
  /** No call is made for this person before then: Google's usage limits, or it does not answer for them. */
  readonly parked?: { readonly until: Instant; readonly code: GoogleFailureCode };
}

export type Profile = Pick<Staff, 'name' | 'phone' | 'locale' | 'calendarId'>;

export const newStaff = (email: string, profile: Partial<Profile> = {}): Staff => ({
  email,
  calendarId: 'primary',
  ...profile,
  connection: { state: 'not_connected' },
});

/** The account to act with, when there is one. */
export const connectedAccount = ({ connection }: Staff): AccountRef | undefined =>
  connection.state === 'connected' && connection.sub && connection.secretName && connection.grantId
    ? { sub: connection.sub, secretName: connection.secretName, grantId: connection.grantId }
    : undefined;

/** Whether they had connected, or tried to, and must do so again. */
export const mustReconnect = ({ connection: { state } }: Staff): boolean =>
  state === 'reconnect_required' || state === 'insufficient_scope';

/** Whether the names of their calendars may be read, which they are asked for only when they want to change theirs. */
export const mayListCalendars = ({ connection: { state, scopes = [] } }: Staff): boolean =>
  state === 'connected' && scopes.includes(SCOPES.calendarList);
