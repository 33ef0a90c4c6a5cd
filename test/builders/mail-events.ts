/** Of which mail an event speaks. */
export interface EventMail {
  readonly messageId?: string;
  readonly to?: string;
  /** What the ledger calls it; none: the mail had no tag. */
  readonly subject?: string | undefined;
}

/** The part that all events of SES have, as it stands in its documentation. */
const mailOf = ({ messageId = 'ses-1', to = 'luis@mail.test', subject = 'test:1' }: EventMail) => ({
  timestamp: '2026-11-24T09:00:00.012Z',
  source: 'Clínica <bookings@clinic.test>',
  sourceArn: 'arn:aws:ses:eu-west-1:123456789012:identity/clinic.test',
  sendingAccountId: '123456789012',
  messageId,
  destination: [to],
  headersTruncated: false,
  headers: [
    { name: 'From', value: 'Clínica <bookings@clinic.test>' },
    { name: 'To', value: to },
    { name: 'Subject', value: 'Consulta on Tuesday' },
  ],
  commonHeaders: { from: ['Clínica <bookings@clinic.test>'], to: [to], messageId, subject: 'Consulta on Tuesday' },
  tags: {
    'ses:configuration-set': ['booking-meet'],
    'ses:source-ip': ['192.0.2.0'],
    'ses:from-domain': ['clinic.test'],
    'ses:caller-identity': ['meeting-sync'],
    ...(subject && { appointment: [Buffer.from(subject).toString('base64url')] }),
  },
});

/** A hard bounce. @param changes of its `bounce` */
export const bounceEvent = (mail: EventMail = {}, changes: object = {}) => ({
  eventType: 'Bounce',
  bounce: {
    bounceType: 'Permanent',
    bounceSubType: 'General',
    bouncedRecipients: [
      {
        emailAddress: mail.to ?? 'luis@mail.test',
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 5.1.1 user unknown',
      },
    ],
    timestamp: '2026-11-24T09:01:02.669Z',
    feedbackId: '01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000',
    reportingMTA: 'dsn; mta.example.com',
    ...changes,
  },
  mail: mailOf(mail),
});

/** @param changes of its `complaint` */
export const complaintEvent = (mail: EventMail = {}, changes: object = {}) => ({
  eventType: 'Complaint',
  complaint: {
    feedbackId: '01000157c44f053b-61b59c11-9236-11e6-8f96-7be8aexample-000000',
    complaintSubType: null,
    complainedRecipients: [{ emailAddress: mail.to ?? 'luis@mail.test' }],
    timestamp: '2026-11-24T11:01:02.669Z',
    userAgent: 'Mozilla/5.0',
    complaintFeedbackType: 'abuse',
    arrivalDate: '2026-11-24T11:01:02.669Z',
    ...changes,
  },
  mail: mailOf(mail),
});

export const rejectEvent = (mail: EventMail = {}) => ({
  eventType: 'Reject',
  mail: mailOf(mail),
  reject: { reason: 'Bad content' },
});

export const deliveryDelayEvent = (mail: EventMail = {}) => ({
  eventType: 'DeliveryDelay',
  mail: mailOf(mail),
  deliveryDelay: {
    timestamp: '2026-11-24T09:25:00.095Z',
    delayType: 'TransientCommunicationFailure',
    expirationTime: '2026-11-24T23:25:00.914Z',
    delayedRecipients: [
      {
        emailAddress: mail.to ?? 'luis@mail.test',
        status: '4.4.1',
        diagnosticCode: 'smtp; 421 4.4.1 Unable to connect to remote host',
      },
    ],
  },
});

/** The older form, which SES uses for an identity without event publishing: no tags. */
export const asNotification = <Event extends { eventType: string; mail: { tags: object } }>({
  eventType,
  mail: { tags: _tags, ...mail },
  ...event
}: Event) => ({ notificationType: eventType, ...event, mail });
