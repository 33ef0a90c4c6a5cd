import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { mockClient } from 'aws-sdk-client-mock';
import { simpleParser } from 'mailparser';
import { beforeEach, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../shared/notifications/delivery-error.ts';
import { type Mail, makeMailSender } from '../../../shared/notifications/mail.ts';

const ses = mockClient(SESClient);
const sender = makeMailSender(new SESClient({ region: 'eu-west-1' }), 'citas@clinic.test');
const mail = (changes: Partial<Mail> = {}): Mail => ({
  to: { address: 'luis@mail.test', name: 'Luis Pérez' },
  fromName: 'Clínica Sol',
  replyTo: 'hola@clinic.test',
  subject: 'Cita: 1 de diciembre – añádela',
  html: '<p>Hola, ñandú</p>',
  text: 'Hola, ñandú\n',
  ...changes,
});

beforeEach(() => {
  ses.reset();
  ses.on(SendRawEmailCommand).resolves({ MessageId: 'message-1' });
});

const input = () => ses.commandCalls(SendRawEmailCommand)[0]?.args[0].input;
const sent = () => simpleParser(Buffer.from(input()?.RawMessage?.Data ?? []));

describe('a mail', () => {
  it('arrives as it was written', async () => {
    expect(await sender.send(mail())).toMatchObject({ messageId: 'message-1' });
    const { from, to, replyTo, subject, html, text, headers, attachments } = await sent();
    expect(from?.value).toEqual([{ name: 'Clínica Sol', address: 'citas@clinic.test' }]);
    expect([to].flat()[0]?.value).toEqual([{ name: 'Luis Pérez', address: 'luis@mail.test' }]);
    expect(replyTo?.value).toEqual([{ name: '', address: 'hola@clinic.test' }]);
    expect(subject).toBe('Cita: 1 de diciembre – añádela');
    expect(html).toContain('<p>Hola, ñandú</p>');
    expect(text).toContain('Hola, ñandú');
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(attachments).toEqual([]);
  });

  it('goes to one person, from the verified address', async () => {
    await sender.send(mail());
    expect(input()).toMatchObject({ Source: 'citas@clinic.test', Destinations: ['luis@mail.test'] });
    expect(ses.commandCalls(SendRawEmailCommand)).toHaveLength(1);
  });

  it('needs neither a sender’s name nor an address to answer to', async () => {
    await sender.send(mail({ fromName: undefined, replyTo: undefined }));
    const { from, replyTo } = await sent();
    expect(from?.value).toEqual([{ name: '', address: 'citas@clinic.test' }]);
    expect(replyTo).toBeUndefined();
  });

  const EVIL = 'Ana <script>alert(1)</script>\r\nBcc: x@y.test\r\n\r\nother body';
  it.each([
    ['the recipient’s name', { to: { address: 'luis@mail.test', name: EVIL } }],
    ['the sender’s name', { fromName: EVIL }],
    ['the subject', { subject: EVIL }],
    ['the address to answer to', { replyTo: 'a@b.test\r\nBcc: x@y.test' }],
    ['a name that looks like an address', { to: { address: 'luis@mail.test', name: 'x@y.test, "z" <z@y.test>' } }],
  ] as const)('gets no header from %s', async (_what, changes) => {
    await sender.send(mail(changes));
    const { headers, bcc, cc, to, text } = await sent();
    expect([...headers.keys()].sort()).toEqual([
      'auto-submitted',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'reply-to',
      'subject',
      'to',
    ]);
    expect([bcc, cc]).toEqual([undefined, undefined]);
    expect([to].flat().flatMap((group) => group?.value.map(({ address }) => address))).toEqual(['luis@mail.test']);
    expect(text).not.toContain('other body');
    expect(input()?.Destinations).toEqual(['luis@mail.test']);
  });
});

describe('a mail that was not sent', () => {
  const failure = async (name: string): Promise<DeliveryError> => {
    ses
      .on(SendRawEmailCommand)
      .rejects(Object.assign(new Error('Email address luis@mail.test is not verified'), { name }));
    return sender.send(mail()).then(
      () => {
        throw new Error('was sent');
      },
      (error: unknown) => {
        if (error instanceof DeliveryError) return error;
        throw error;
      },
    );
  };

  it.each([
    'MessageRejected',
    'MailFromDomainNotVerifiedException',
    'ConfigurationSetDoesNotExistException',
    'InvalidParameterValue',
  ])('is not tried again: %s', async (name) => {
    expect(await failure(name)).toMatchObject({ code: name, transient: false });
  });

  it.each([
    'Throttling',
    'TooManyRequestsException',
    'ServiceUnavailable',
    'TimeoutError',
    'AccountSendingPausedException',
    'Error',
  ])('is tried again: %s', async (name) => {
    expect(await failure(name)).toMatchObject({ code: name, transient: true });
  });

  it('says nothing of whom it was for', async () => {
    const error = await failure('MessageRejected');
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain('luis');
  });
});
