import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import MailComposer from 'nodemailer/lib/mail-composer';
import { clientSettings } from '../../infra/local/aws.ts';

/** A name that somebody types into a booking form to do harm. */
export const HOSTILE = 'Ana <script>alert(1)</script>\r\nBcc: x@y';

export const MEET = 'https://meet.google.com/abc-defg-hij';

/** An invitation, as a calendar part. */
export const invitation = (method = 'REQUEST'): string =>
  [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Booking Meet//EN',
    `METHOD:${method}`,
    'BEGIN:VEVENT',
    'UID:booknetic-1042@clinic.test',
    'SEQUENCE:3',
    'DTSTAMP:20261123T090000Z',
    'DTSTART:20261201T150000Z',
    'DTEND:20261201T154500Z',
    'SUMMARY:Consulta – Ana <script>alert(1)</script>',
    'ORGANIZER;CN="Clínica":mailto:bookings@clinic.test',
    'ATTENDEE;CN="Luis Pérez";PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:luis@mail.test',
    `LOCATION:${MEET}`,
    `URL:${MEET}`,
    `X-GOOGLE-CONFERENCE:${MEET}`,
    'BEGIN:VALARM',
    'ACTION:DISPLAY',
    'TRIGGER:-PT30M',
    'END:VALARM',
    'END:VEVENT',
    'END:VCALENDAR',
    '',
  ].join('\r\n');

interface MailToSend {
  readonly to?: { readonly name: string; readonly address: string };
  readonly subject: string;
  readonly html?: string;
  readonly text?: string;
  readonly calendar?: string;
  /** Of the MIME part; by rights that of the calendar. */
  readonly method?: 'REQUEST' | 'CANCEL';
  readonly tags?: Readonly<Record<string, string>>;
}

/** Sends a mail through the SES there. @returns the message id of SES */
export async function sendMail(url: string, { to, calendar, method = 'REQUEST', tags = {}, ...mail }: MailToSend) {
  const composer = new MailComposer({
    from: { name: 'Clínica Sol', address: 'bookings@clinic.test' },
    to: to ?? { name: 'Luis Pérez', address: 'luis@mail.test' },
    replyTo: 'front-desk@clinic.test',
    messageId: '<booknetic-1042.2@clinic.test>',
    inReplyTo: '<booknetic-1042.1@clinic.test>',
    references: ['<booknetic-1042.0@clinic.test>', '<booknetic-1042.1@clinic.test>'],
    ...mail,
    ...(calendar && { icalEvent: { method, filename: 'invite.ics', content: calendar } }),
  });
  const raw = await composer.compile().build();
  const { MessageId = '' } = await new SESClient(clientSettings(url)).send(
    new SendRawEmailCommand({
      RawMessage: { Data: raw },
      Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
      ConfigurationSetName: 'booking-meet',
    }),
  );
  return { messageId: MessageId, raw: raw.toString() };
}

/** Sends a text message through the SNS there. @returns the message id of SNS */
export async function sendSms(url: string, to: string, text: string): Promise<string> {
  const { MessageId = '' } = await new SNSClient(clientSettings(url)).send(
    new PublishCommand({ PhoneNumber: to, Message: text }),
  );
  return MessageId;
}
