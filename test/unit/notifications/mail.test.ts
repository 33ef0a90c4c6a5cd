import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { simpleParser } from 'mailparser';
import { beforeEach, describe, expect, it } from 'vitest';
import { calendarPart } from '../../../shared/notifications/calendar-part.ts';
import { DeliveryError, explainDelivery } from '../../../shared/notifications/delivery-error.ts';
import { type Mail, makeMailSender } from '../../../shared/notifications/mail.ts';
import { itipFaults } from './itip.ts';

const FROM = 'citas@clinic.test';
const ses = mockClient(SESClient);
const sender = makeMailSender(new SESClient({ region: 'eu-west-1' }), { from: FROM, configurationSet: 'booking-meet' });
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

const input = () => ses.commandCalls(SendRawEmailCommand).at(-1)?.args[0].input;
const raw = () => Buffer.from(input()?.RawMessage?.Data ?? []).toString();
const sent = () => simpleParser(raw());

const HEADERS = [
  'auto-submitted',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'reply-to',
  'subject',
  'to',
];

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
    expect([...headers.keys()].sort()).toEqual(HEADERS);
    expect([bcc, cc]).toEqual([undefined, undefined]);
    expect([to].flat().flatMap((group) => group?.value.map(({ address }) => address))).toEqual(['luis@mail.test']);
    expect(text).not.toContain('other body');
    expect(input()?.Destinations).toEqual(['luis@mail.test']);
  });

  it.each([
    ['a line break', 'Ana\r\nBcc: x@y.test', 'Ana Bcc: x@y.test'],
    ['what looks like an encoded word', '=?utf-8?b?QmNjOiB4QHk=?=', '= ?utf-8?b?QmNjOiB4QHk= ?='],
  ])('has no more in its headers than was written: %s', async (_what, written, read) => {
    await sender.send(mail({ to: { address: 'luis@mail.test', name: written }, fromName: written, subject: written }));
    const { from, to, subject } = await sent();
    const names = [from, to].flat().flatMap((group) => group?.value.map(({ name }) => name));
    expect([...names, subject]).toEqual([read, read, read]);
  });
});

describe('a mail’s thread', () => {
  it('is begun under the name that it is given and the one that SES gives', async () => {
    const { thread } = await sender.send(mail({ id: 'a1b2' }));
    expect(thread).toEqual(['<message-1@eu-west-1.amazonses.com>', '<a1b2@clinic.test>']);
    const { messageId, inReplyTo, references } = await sent();
    expect(messageId).toBe('<a1b2@clinic.test>');
    expect([inReplyTo, references]).toEqual([undefined, undefined]);
  });

  it('is carried on', async () => {
    const first = await sender.send(mail({ id: 'one' }));
    const second = await sender.send(mail({ id: 'two', thread: first.thread }));
    await sender.send(mail({ id: 'three', thread: [...first.thread, ...second.thread] }));
    const { messageId, inReplyTo, references } = await sent();
    expect(messageId).toBe('<three@clinic.test>');
    expect(inReplyTo).toBe('<two@clinic.test>');
    expect(references).toEqual([
      '<message-1@eu-west-1.amazonses.com>',
      '<one@clinic.test>',
      '<message-1@eu-west-1.amazonses.com>',
      '<two@clinic.test>',
    ]);
  });

  it('knows that SES’s first region is named otherwise', async () => {
    const client = new SESClient({ region: 'us-east-1' });
    const { thread } = await makeMailSender(client, { from: FROM }).send(mail({ id: 'one' }));
    expect(thread).toEqual(['<message-1@email.amazonses.com>', '<one@clinic.test>']);
  });

  it('names what the mail is called, even where that was left to chance', async () => {
    const { thread } = await sender.send(mail());
    expect((await sent()).messageId).toBe(thread.at(-1));
  });

  it('knows nothing of SES’s name when SES gave none', async () => {
    ses.on(SendRawEmailCommand).resolves({});
    expect(await sender.send(mail({ id: 'one' }))).toEqual({ messageId: '', thread: ['<one@clinic.test>'] });
  });
});

describe('a mail with a calendar part', () => {
  const part = (method: 'REQUEST' | 'CANCEL') =>
    calendarPart({
      uid: 'booknetic:1042',
      method,
      sequence: 1,
      at: '2026-11-22T10:00:00Z',
      start: '2026-12-01T14:00:00Z',
      end: '2026-12-01T14:45:00Z',
      summary: 'Cita: ñandú',
      description: 'Únete\n',
      organizer: { name: 'Clínica Sol', address: FROM },
      attendee: { name: 'Luis Pérez', address: 'luis@mail.test' },
      alarmMinutes: 10,
    });

  it.each(['REQUEST', 'CANCEL'] as const)('has it as an alternative and as a file: %s', async (method) => {
    const calendar = part(method);
    await sender.send(mail({ calendar }));
    const [alternative, file, ...others] = (await sent()).attachments;
    expect(others).toEqual([]);
    expect(alternative?.headers.get('content-type')).toEqual({
      value: 'text/calendar',
      params: { charset: 'utf-8', method },
    });
    expect(file).toMatchObject({
      contentType: 'application/ics',
      filename: 'invite.ics',
      contentDisposition: 'attachment',
    });
    expect(alternative?.content.toString()).toBe(calendar.content);
    expect(file?.content.toString()).toBe(calendar.content);
    expect(itipFaults(calendar.content)).toEqual([]);
  });

  it('still reads as it was written, with the calendar last of the alternatives', async () => {
    await sender.send(mail({ calendar: part('REQUEST') }));
    const { html, text } = await sent();
    expect(html).toContain('<p>Hola, ñandú</p>');
    expect(text).toContain('Hola, ñandú');
    expect([...raw().matchAll(/^Content-Type: ([\w/]+)/gm)].map(([, type]) => type)).toEqual([
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'text/html',
      'text/calendar',
      'application/ics',
    ]);
  });
});

describe('SES is told', () => {
  it('the configuration set and the tags', async () => {
    await sender.send(mail({ tags: { kind: 'booked', appointment: 'Ym9va25ldGljOjE-_' } }));
    expect(input()).toMatchObject({
      ConfigurationSetName: 'booking-meet',
      Tags: [
        { Name: 'kind', Value: 'booked' },
        { Name: 'appointment', Value: 'Ym9va25ldGljOjE-_' },
      ],
    });
  });

  it('no configuration set where there is none', async () => {
    await makeMailSender(new SESClient({ region: 'eu-west-1' }), { from: FROM }).send(mail());
    expect(input()?.ConfigurationSetName).toBeUndefined();
  });

  it.each([
    ['a colon', { appointment: 'booknetic:1042' }],
    ['an address', { to: 'luis@mail.test' }],
    ['letters with accents', { tipo: 'sí' }],
    ['nothing', { kind: '' }],
    ['more than 256 characters', { kind: 'x'.repeat(257) }],
    ['a name that it would refuse', { 'the kind': 'booked' }],
    ['a line break', { kind: 'booked\n' }],
  ])('no tag that it would refuse the message for: %s', async (_what, tags) => {
    await sender.send(mail({ tags: { role: 'customer', ...tags } }));
    expect(input()?.Tags).toEqual([{ Name: 'role', Value: 'customer' }]);
  });
});

describe('what people wrote', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('\r\nBcc: x@y.test\r\n\r\n', '<x@y.test>, ', '"', '=?utf-8?q?=0d=0aBcc:x@y.test?=', '\\', '\ud83d'),
  );
  const words = fc.array(text, { maxLength: 4 }).map((parts) => parts.join(''));

  it('gives no header and no further recipient, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(words, words, words, async (name, fromName, about) => {
        const subject = `Cita ${about}`;
        await sender.send(mail({ to: { address: 'luis@mail.test', name }, fromName, subject }));
        const { headers, bcc, cc, to, from } = await sent();
        expect([bcc, cc]).toEqual([undefined, undefined]);
        expect([...headers.keys()].sort()).toEqual(HEADERS);
        const [head = ''] = raw().split('\r\n\r\n');
        expect(head.split('\r\n').filter((line) => /^(from|to|subject):/i.test(line))).toHaveLength(3);
        expect(head).toMatch(/^[\t\r\n -~]*$/);
        expect(from?.value.map(({ address }) => address)).toEqual([FROM]);
        expect([to].flat().flatMap((group) => group?.value.map(({ address }) => address))).toEqual(['luis@mail.test']);
      }),
      { numRuns: 200 },
    );
  });
});

/** What sending comes to when SES, or what stands in for it, does this. */
async function failureOf(sending: () => Promise<unknown>): Promise<DeliveryError> {
  const outcome = await sending().catch((error: unknown) => error);
  if (outcome instanceof DeliveryError) return outcome;
  throw outcome instanceof Error ? outcome : new Error('was sent');
}

describe('a mail that was not sent', () => {
  const failure = (name: string, message = 'Email address luis@mail.test is not verified'): Promise<DeliveryError> => {
    ses.on(SendRawEmailCommand).rejects(Object.assign(new Error(message), { name }));
    return failureOf(() => sender.send(mail()));
  };

  it.each(['MessageRejected', 'InvalidParameterValue'])('is not tried again: %s', async (name) => {
    expect(await failure(name)).toMatchObject({ code: name, transient: false, inDoubt: false, scope: 'message' });
  });

  it.each(['ServiceUnavailable', 'TimeoutError', 'Error'])(
    'is tried again, and may have been sent: %s',
    async (name) => {
      expect(await failure(name)).toMatchObject({ code: name, transient: true, inDoubt: true, scope: 'message' });
    },
  );

  it.each([
    ['Throttling', 'Maximum sending rate exceeded.'],
    ['ThrottlingException', 'Rate exceeded'],
    ['TooManyRequestsException', ''],
  ])('is tried again a little later: %s', async (name, message) => {
    const expected = { code: 'throttled', transient: true, inDoubt: false, scope: 'message' };
    expect(await failure(name, message)).toMatchObject(expected);
  });

  const failed = (identities: string) =>
    `Email address is not verified. The following identities failed the check in region EU-WEST-1: ${identities}`;
  it.each([
    ['ses_sandbox', 'MessageRejected', failed('luis@mail.test')],
    ['ses_sandbox', 'MessageRejected', failed('Luis <luis@mail.test>, arn:aws:ses:eu-west-1:1:identity/mail.test')],
    ['ses_sandbox', 'MessageRejected', failed('other@clinic.test, luis@mail.test, ...')],
    ['sender_not_verified', 'MessageRejected', failed(FROM)],
    ['sender_not_verified', 'MessageRejected', failed('luis@mail.test, "Sol, Clínica" <Citas@Clinic.test>')],
    ['sender_not_verified', 'MessageRejected', failed('arn:aws:ses:eu-west-1:000000000000:identity/clinic.test')],
    ['sender_not_verified', 'MailFromDomainNotVerifiedException', 'Could not find the required MX record.'],
    ['sending_paused', 'AccountSendingPausedException', 'Email sending is disabled.'],
    ['sending_paused', 'ConfigurationSetSendingPausedException', 'Email sending is disabled.'],
    ['sending_paused', 'MessageRejected', 'Sending suspended for this account. For more information, please check'],
    ['daily_quota', 'Throttling', 'Daily message quota exceeded.'],
    ['daily_quota', 'ThrottlingException', 'Daily message quota exceeded.'],
    ['configuration_set_missing', 'ConfigurationSetDoesNotExistException', 'Configuration set <x> does not exist.'],
    ['configuration_set_missing', 'ConfigurationSetDoesNotExist', 'Configuration set <x> does not exist.'],
    ['access_denied', 'AccessDenied', 'User x is not authorized to perform `ses:SendRawEmail`.'],
    ['access_denied', 'AccessDeniedException', 'User x is not authorized to perform `ses:SendRawEmail`.'],
  ])('says what is wrong with the account: %s, from %s', async (code, name, message) => {
    expect(await failure(name, message)).toMatchObject({ code, transient: true, inDoubt: false, scope: 'account' });
    expect(explainDelivery(code)).toMatch(/^[A-Z].*\. The message is tried again every hour\.$/);
  });

  it.each(['MessageRejected', 'MailFromDomainNotVerifiedException', 'Error'])(
    'says nothing of whom it was for: %s',
    async (name) => {
      const error = await failure(name, failed('luis@mail.test'));
      expect(JSON.stringify([error, error.message, error.stack, error.cause])).not.toContain('luis');
    },
  );
});

describe('a reason', () => {
  it.each([
    'channel_off',
    'invalid_phone',
    'no_country',
    'bounced',
    'complained',
    'opted_out',
    'address_refused',
    'MessageRejected',
    'InvalidParameterValue',
    'sms_sandbox',
    'sms_spending_limit',
  ])('says what to do about it: %s', (code) => {
    expect(explainDelivery(code)).toMatch(/^[A-Z].{30,}\.$/);
  });

  it('says nothing of what passes by itself, or of what it does not know', () => {
    expect(['throttled', 'TimeoutError', 'constructor'].map(explainDelivery)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
