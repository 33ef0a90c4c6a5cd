import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SESClient } from '@aws-sdk/client-ses';
import { describe, expect, it, onTestFinished } from 'vitest';
import { clientSettings } from '../../../infra/local/aws.ts';
import { startInbox } from '../../../infra/local/inbox.ts';
import { calendarPart } from '../../../shared/notifications/calendar-part.ts';
import { type Mail, makeMailSender } from '../../../shared/notifications/mail.ts';

const FROM = 'citas@clinic.test';
const mail: Mail = {
  to: { address: 'luis@mail.test', name: 'Luis Pérez' },
  fromName: 'Clínica Sol',
  replyTo: undefined,
  subject: 'Cita: ñandú',
  html: '<p>Hola, ñandú</p>',
  text: 'Hola, ñandú\n',
};

/** By the real client, over HTTP; one attempt, as in production. */
const senderTo = (url: string) =>
  makeMailSender(new SESClient({ ...clientSettings(url), maxAttempts: 1 }), {
    from: FROM,
    configurationSet: 'booking-meet',
  });

/** What sending comes to where SES answers like this. */
async function sendingTo(answer: RequestListener): Promise<unknown> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  return senderTo(`http://127.0.0.1:${port}`)
    .send(mail)
    .catch((error: unknown) => error);
}

const saying =
  (status: number, body: string): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { 'content-type': 'text/xml' }).end(body);
const refusing = (status: number, code: string, message: string): RequestListener =>
  saying(
    status,
    `<ErrorResponse xmlns="http://ses.amazonaws.com/doc/2010-12-01/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  );

describe('an answer of SES', () => {
  const account = (code: string) => ({ code, transient: true, inDoubt: false, scope: 'account' });
  it.each([
    [400, 'MessageRejected', 'No.', { code: 'MessageRejected', transient: false }],
    [400, 'InvalidParameterValue', 'Illegal address', { code: 'InvalidParameterValue', transient: false }],
    [400, 'Throttling', 'Maximum sending rate exceeded.', { code: 'throttled', transient: true, inDoubt: false }],
    [400, 'Throttling', 'Daily message quota exceeded.', account('daily_quota')],
    [403, 'AccessDenied', 'Not authorized', account('access_denied')],
    [
      400,
      'MessageRejected',
      'Email address is not verified. The following identities failed the check in region EU-WEST-1: luis@mail.test',
      account('ses_sandbox'),
    ],
    ...['AccountSendingPaused', 'ConfigurationSetSendingPaused'].map(
      (code) => [400, `${code}Exception`, 'Paused.', account('sending_paused')] as const,
    ),
    ...['', 'Exception'].flatMap((end) => [
      [400, `ConfigurationSetDoesNotExist${end}`, 'Gone.', account('configuration_set_missing')] as const,
      [400, `MailFromDomainNotVerified${end}`, 'No MX.', account('sender_not_verified')] as const,
    ]),
    [503, 'ServiceUnavailable', '', { code: 'ServiceUnavailable', transient: true, inDoubt: true }],
    [500, 'InternalFailure', '', { code: 'InternalFailure', transient: true, inDoubt: true }],
  ] as const)('is understood: %i %s %s', async (status, code, message, expected) => {
    expect(await sendingTo(refusing(status, code, message))).toMatchObject(expected);
  });

  it.each<[string, RequestListener]>([
    ['a page of somebody else’s', saying(502, '<html><body>Bad gateway')],
    ['what cannot be read', saying(200, '<SendRawEmailResponse><Send')],
    ['a cut line', (_request, response) => void response.destroy()],
    [
      'half an answer',
      (_request, response) =>
        void response.writeHead(200, { 'content-length': 999 }).write('<Send', () => response.destroy()),
    ],
  ])('is in doubt: %s', async (_what, answer) => {
    expect(await sendingTo(answer)).toMatchObject({ name: 'DeliveryError', transient: true, inDoubt: true });
  });
});

describe('the local inbox', () => {
  it('takes what SES would take, with all that goes with it', async () => {
    const inbox = await startInbox({ port: 0 });
    onTestFinished(() => inbox.close());
    const calendar = calendarPart({
      uid: 'booknetic:1042',
      method: 'REQUEST',
      sequence: 1,
      at: '2026-11-22T10:00:00Z',
      start: '2026-12-01T14:00:00Z',
      end: '2026-12-01T14:45:00Z',
      summary: 'Cita: ñandú',
      description: 'Únete',
      organizer: { address: FROM },
      attendee: { name: 'Luis Pérez', address: 'luis@mail.test' },
      alarmMinutes: 10,
    });
    const tags = { kind: 'booked', appointment: 'Ym9va25ldGljOjEwNDI' };

    const sent = await senderTo(inbox.url).send({ ...mail, id: 'one', calendar, tags });

    expect(sent.thread).toEqual([`<${sent.messageId}@eu-west-1.amazonses.com>`, '<one@clinic.test>']);
    const { emails } = (await (await fetch(`${inbox.url}/store`)).json()) as { emails: unknown[] };
    expect(emails).toEqual([
      expect.objectContaining({
        messageId: sent.messageId,
        from: '"Clínica Sol" <citas@clinic.test>',
        subject: 'Cita: ñandú',
        destination: { to: ['"Luis Pérez" <luis@mail.test>'], cc: [], bcc: [] },
        attachments: [
          expect.objectContaining({ contentType: 'text/calendar', content: inBase64(calendar.content) }),
          expect.objectContaining({ filename: 'invite.ics', content: inBase64(calendar.content) }),
        ],
      }),
    ]);
  });
});

const inBase64 = (text: string): string => Buffer.from(text).toString('base64');
