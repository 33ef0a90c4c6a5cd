import type { Locale } from '../appointments/appointment.ts';
import type { Booked } from '../meetings/event-body.ts';
import type { Settings } from '../settings/settings.ts';
import { newStaff } from '../staff/staff.ts';
import { after, DAY } from '../time.ts';
import { mailPage } from './mail-page.ts';
import { composeConnectionMail, composeMail, type MailText } from './messages.ts';
import { composeSms } from './sms-message.ts';
import { smsSize } from './sms-text.ts';
import type { BookingNews, Channel, MessageKind, Role } from './told.ts';
import { connectionWording } from './wording/connection.ts';
import { type Wording, wording } from './wording/email.ts';
import { smsWording } from './wording/sms.ts';

/** One of the messages that templates can be written for. */
export interface MessageName {
  readonly kind: MessageKind;
  readonly role: Role;
  readonly channel: Channel;
  readonly locale: Locale;
}

/** A message as it would be sent; an SMS has neither subject nor HTML, and says how many it takes. */
export interface PreviewedMessage extends MailText {
  readonly segments?: number;
}

/** The same as a mail, in which an admin can look at an SMS as well. */
export function asMail({ segments, ...message }: PreviewedMessage, locale: Locale): MailText {
  if (segments === undefined) return message;
  const subject = `SMS (${segments})`;
  return {
    subject,
    text: message.text,
    html: mailPage({ locale, title: subject, body: message.text, link: undefined, day: undefined, sender: null }),
  };
}

/** Why such a message is never sent, for a person; undefined where it is. */
export function neverSent({ kind, role, channel }: MessageName): { path: string; message: string } | undefined {
  if (kind === 'connect_google') {
    if (role === 'customer') return { path: 'role', message: 'connect_google goes to staff and admin only.' };
    return channel === 'sms' ? { path: 'channel', message: 'connect_google goes by email only.' } : undefined;
  }
  return role === 'admin' ? { path: 'role', message: `${kind} goes to customer and staff only.` } : undefined;
}

/** The template of a message that is sent where no other is set. @throws Error for one that is `neverSent` */
export function defaultWords({ kind, role, channel, locale }: MessageName): Wording {
  if (kind === 'connect_google') {
    if (role === 'customer') throw new Error('no such message');
    return connectionWording('to_connect', role, locale);
  }
  if (role === 'admin') throw new Error('no such message');
  return channel === 'email' ? wording(kind, role, locale) : { subject: '', body: smsWording(kind, role, locale) };
}

/** Renders a message that is sent, about a booking. @param url what its link would be @throws Error for one that is `neverSent` */
export function previewMessage(
  { kind, role, channel, locale }: MessageName,
  { appointmentId, status, booking }: Booked,
  url: string,
  settings: Settings,
): PreviewedMessage {
  const { email, name = email, phone } = booking.staff;
  if (kind === 'connect_google') {
    if (role === 'customer') throw new Error('no such message');
    const person = newStaff(email, { name, ...(phone && { phone }) });
    return composeConnectionMail('to_connect', { role, locale }, person, role === 'staff' ? url : undefined, settings);
  }
  if (role === 'admin') throw new Error('no such message');
  const [customer] = booking.customers;
  const to =
    role === 'staff'
      ? { role, channel, address: email, person: email, name, locale }
      : {
          role,
          channel,
          address: customer?.email ?? '',
          person: customer?.email ?? customer?.name ?? '',
          name: customer?.name ?? '',
          locale,
          ...(customer && { customer }),
        };
  const context = {
    kind: kind satisfies BookingNews,
    to,
    appointmentId,
    status,
    booking,
    ...(kind !== 'cancelled' && { url }),
    // As if it had been moved by a day.
    ...(kind === 'rescheduled' && { oldStart: after(booking.start, -DAY) }),
  };
  if (channel === 'email') return composeMail(context, settings);
  const { text } = composeSms(context, settings);
  return { subject: '', html: '', text, segments: smsSize(text).segments };
}
