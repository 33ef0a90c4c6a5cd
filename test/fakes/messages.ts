import type { Mail } from '../../shared/notifications/mail.ts';
import type { Sms } from '../../shared/notifications/sms.ts';
import type { Settings } from '../../shared/settings/settings.ts';

const KINDS = ['booked', 'rescheduled', 'link_changed', 'cancelled', 'reminder'] as const;

/** A message about a booking, read back from the mail or the SMS. */
export interface BookingMessage {
  readonly to: string;
  readonly kind: (typeof KINDS)[number];
  readonly role: 'customer' | 'staff';
  /** The booking's number. */
  readonly id: string;
  /** In UTC, to the minute. */
  readonly start: string;
  readonly end: string;
  readonly url: string | undefined;
}

const line = (kind: string, role: string) =>
  `${kind}|${role}|{appointment_id}|{appointment_start_date_time}|{appointment_end_date_time}`;
const both = <T>(template: T) => ({ en: template, es: template });

/** Templates whose messages a test can read back; the wording has tests of its own. */
export const machineReadable: Settings['templates'] = Object.fromEntries(
  KINDS.map((kind) => [
    kind,
    Object.fromEntries(
      ['customer', 'staff'].map((role) => [
        role,
        {
          email: both({ subject: line(kind, role), body: '{meet_link}' }),
          sms: both({ body: `${line(kind, role)}\n{meet_link}` }),
        },
      ]),
    ),
  ]),
);

export const readMessages = (mails: readonly Mail[]): BookingMessage[] =>
  mails.flatMap(({ to, subject, text }) => readMessage(to.address, subject, text) ?? []);

export const readTexts = (sent: readonly Sms[]): BookingMessage[] =>
  sent.flatMap(({ to, text }) => {
    const [subject = '', ...rest] = text.split('\n');
    return readMessage(to, subject, rest.join('\n')) ?? [];
  });

/** @returns undefined when it is about no booking */
export function readMessage(to: string, subject: string, text: string): BookingMessage | undefined {
  const [kind, role, id, start, end] = subject.split('|');
  if (!role || !id || !start || !end) return undefined;
  return { to, kind, role, id, start, end, url: text.trim() || undefined } as BookingMessage;
}
