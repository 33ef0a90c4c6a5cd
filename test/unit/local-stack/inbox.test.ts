import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AddressInfo, Server } from 'node:net';
import { join } from 'node:path';
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { clientSettings } from '../../../infra/local/aws.ts';
import { startInbox } from '../../../infra/local/inbox.ts';
import type { ListedMessage, MailView } from '../../../infra/local/inbox-messages.ts';
import type { TakenMail } from '../../../infra/local/mail-simulator.ts';
import { startSns } from '../../../infra/local/sns.ts';
import { HOSTILE, invitation, MEET, sendMail, sendSms } from '../../builders/inbox.ts';
import { temporaryFolder } from './assembly.ts';

interface Part {
  readonly url: string;
  close(): Promise<void>;
}

const running: Part[] = [];

async function started(starting: Promise<Part>): Promise<string> {
  const part = await starting;
  running.push(part);
  return part.url;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((part) => part.close()));
});

const json = async <T>(url: string): Promise<T> => (await fetch(url)).json() as Promise<T>;
const list = (url: string) => json<{ messages: ListedMessage[]; notes: string[] }>(`${url}/messages.json`);
const view = (url: string, id: string) => json<MailView>(`${url}/messages/${id}.json`);
const subjects = async (url: string): Promise<string[]> =>
  (await json<{ emails: { subject: string }[] }>(`${url}/store`)).emails.map(({ subject }) => subject);

it('keeps what is sent through SES, and its source, beyond a restart, and shares nothing with another inbox', async () => {
  const statePath = join(temporaryFolder(), 'inbox.jsonl');
  const inbox = await startInbox({ port: 0, statePath });
  const other = await started(startInbox({ port: 0 }));

  const { messageId, raw } = await sendMail(inbox.url, { subject: 'Your link', text: MEET, tags: { kind: 'booked' } });

  expect(JSON.parse(readFileSync(statePath, 'utf8'))).toMatchObject({ email: { subject: 'Your link' } });
  expect(await subjects(inbox.url)).toEqual(['Your link']);
  expect(await subjects(other)).toEqual([]);
  const before = await list(inbox.url);
  await inbox.close();
  const again = await started(startInbox({ port: 0, statePath }));
  expect(await subjects(again)).toEqual(['Your link']);
  expect(await list(again)).toEqual(before);
  expect(await (await fetch(`${again}/raw/${messageId}`)).text()).toBe(raw);

  await fetch(`${again}/clear-store`, { method: 'POST' });
  expect((await fetch(`${again}/raw/${messageId}`)).status).toBe(404);
  expect(readFileSync(statePath, 'utf8')).toBe('');
});

it('keeps all mails, but the source of the newest 500 only', async () => {
  const statePath = join(temporaryFolder(), 'inbox.jsonl');
  const ids = Array.from({ length: 501 }, (_, index) => `ses-${index}`);
  const raw = Buffer.from('Subject: old\r\n\r\nold').toString('base64');
  const email = {
    from: 'bookings@clinic.test',
    replyTo: [],
    destination: { to: ['luis@mail.test'], cc: [], bcc: [] },
    subject: 'old',
    body: { text: 'old' },
    attachments: [],
    at: 1_795_000_000,
  };
  writeFileSync(
    statePath,
    ids
      .map((messageId) => {
        const sending = { messageId, at: '2026-11-18T11:06:40.500Z', raw, tags: {} };
        return `${JSON.stringify({ email: { messageId, ...email }, sending })}\n`;
      })
      .join(''),
  );
  const url = await started(startInbox({ port: 0, statePath }));

  await sendMail(url, { subject: 'new', text: 'new' });

  const has = async (id: string) => (await fetch(`${url}/raw/${id}`)).status === 200;
  expect(await Promise.all(['ses-0', 'ses-1', 'ses-500'].map(has))).toEqual([false, true, true]);
  expect(readFileSync(statePath, 'utf8').match(/"raw":/g)).toHaveLength(501);
  expect((await view(url, 'ses-0')).headers).toContainEqual(['Subject', 'old']);
  expect(await subjects(url)).toHaveLength(502);
  const { messages, notes } = await list(url);
  expect([messages.length, messages[0]]).toMatchObject([500, { subject: 'new' }]);
  expect(notes).toEqual(['Only the newest 500 of 502 are shown.']);
});

it('tells of each mail that it takes, as it was sent and under the id that was answered', async () => {
  const taken: TakenMail[] = [];
  const inbox = await startInbox({ port: 0, onTaken: (mail) => void taken.push(mail) });
  const client = new SESClient({ ...clientSettings(inbox.url), maxAttempts: 1 });
  const send = (to: string, more: object = {}) =>
    client.send(
      new SendRawEmailCommand({
        Source: 'bookings@clinic.test',
        Destinations: [to],
        RawMessage: { Data: Buffer.from(`From: bookings@clinic.test\nTo: ${to}\nSubject: Your link\n\n${MEET}`) },
        ...more,
      }),
    );
  try {
    const answers = await Promise.all([
      send('bounce@simulator.amazonses.com', {
        ConfigurationSetName: 'booking-meet',
        Tags: [
          { Name: 'appointment', Value: 'Ym9va25ldGljOjE' },
          { Name: 'kind', Value: 'booked' },
        ],
      }),
      send('luis@mail.test'),
    ]);
    await expect(
      send('luis@mail.test', { RawMessage: { Data: Buffer.from('') }, Source: undefined }),
    ).rejects.toThrow();
    await expect.poll(() => taken).toHaveLength(2);

    const byAddress = Object.fromEntries(taken.map((one) => [one.destination[0], one]));
    expect(byAddress).toEqual({
      'bounce@simulator.amazonses.com': {
        messageId: answers[0].MessageId,
        source: 'bookings@clinic.test',
        destination: ['bounce@simulator.amazonses.com'],
        configurationSet: 'booking-meet',
        tags: { appointment: 'Ym9va25ldGljOjE', kind: 'booked' },
      },
      'luis@mail.test': {
        messageId: answers[1].MessageId,
        source: 'bookings@clinic.test',
        destination: ['luis@mail.test'],
        configurationSet: undefined,
        tags: {},
      },
    });
  } finally {
    client.destroy();
    await inbox.close();
  }
});

it('names the variable of a port that is taken', async () => {
  const url = await started(startInbox({ port: 0 }));

  await expect(startInbox({ port: Number(new URL(url).port) })).rejects.toThrow(
    /^INBOX_PORT: port \d+ is already in use/,
  );
});

describe('the list', () => {
  it('has mails and text messages in one, newest first', async () => {
    const snsUrl = await started(startSns({}));
    const url = await started(startInbox({ port: 0, snsUrl }));

    const first = await sendSms(snsUrl, '+34600000002', `Tu cita es mañana: ${MEET}`);
    const second = await sendMail(url, {
      to: { name: HOSTILE, address: 'ana@mail.test' },
      subject: `Your link, ${HOSTILE}`,
      text: `Hello ${HOSTILE},\n\n${MEET}`,
      calendar: invitation(),
      tags: { kind: 'booked', role: 'customer' },
    });
    const third = await sendSms(snsUrl, '+34600000002', '¿Vienes? 😀');

    const { messages, notes } = await list(url);
    expect(messages).toMatchObject([
      { channel: 'sms', id: third, text: '¿Vienes? 😀', characters: 10, segments: 1, encoding: 'UCS-2' },
      {
        channel: 'email',
        id: second.messageId,
        subject: 'Your link, Ana <script>alert(1)</script> Bcc: x@y',
        text: `Hello Ana <script>alert(1)</script> Bcc: x@y, ${MEET}`,
        calendar: 'REQUEST',
        tags: { kind: 'booked', role: 'customer' },
      },
      { channel: 'sms', id: first, to: '+34600000002', characters: 55, segments: 1, encoding: 'GSM-7' },
    ]);
    expect(notes).toEqual([]);
    expect(await subjects(url)).toHaveLength(1);
  });

  it('is not sent again while nothing has changed', async () => {
    const url = await started(startInbox({ port: 0 }));
    await sendMail(url, { subject: 'Your link', text: MEET });
    const etag = (await fetch(`${url}/messages.json`)).headers.get('etag') ?? '';
    const status = async () => (await fetch(`${url}/messages.json`, { headers: { 'if-none-match': etag } })).status;

    expect(await status()).toBe(304);
    await sendMail(url, { subject: 'Another', text: MEET });
    expect(await status()).toBe(200);
  });

  it('says so when text messages go to an SNS that lists none', async () => {
    const elsewhere = await started(startInbox({ port: 0 }));
    const url = await started(startInbox({ port: 0, snsUrl: elsewhere }));
    await sendMail(url, { subject: 'Your link', text: MEET });

    const { messages, notes } = await list(url);

    expect(messages).toMatchObject([{ subject: 'Your link' }]);
    expect(notes).toEqual([`Text messages are not shown: ${elsewhere}/messages does not list them.`]);
  });
});

describe('one mail', () => {
  let inbox: Part;
  let url: string;

  beforeAll(async () => {
    inbox = await startInbox({ port: 0 });
    url = inbox.url;
  });

  afterAll(() => inbox.close());

  it('has its headers, its calendar part and what SES was told', async () => {
    const { messageId } = await sendMail(url, {
      subject: 'Your link',
      html: '<p>Hello</p>',
      text: 'Hello',
      calendar: invitation(),
      tags: { kind: 'booked' },
    });

    const mail = await view(url, messageId);

    expect(mail).toMatchObject({
      to: '"Luis Pérez" <luis@mail.test>',
      hasHtml: true,
      text: 'Hello',
      tags: { kind: 'booked' },
      configurationSet: 'booking-meet',
      attachments: [{ type: 'text/calendar' }, { name: 'invite.ics', type: 'application/ics' }],
    });
    expect(mail.headers).toEqual(
      expect.arrayContaining([
        ['Message-ID', '<booknetic-1042.2@clinic.test>'],
        ['In-Reply-To', '<booknetic-1042.1@clinic.test>'],
        ['References', '<booknetic-1042.0@clinic.test> <booknetic-1042.1@clinic.test>'],
        ['Reply-To', 'front-desk@clinic.test'],
      ]),
    );
    expect(mail.calendar?.problems).toEqual([]);
    const properties = mail.calendar?.properties.map(({ name, value, parameters }) => [name, value, parameters]);
    expect(properties).toEqual(
      expect.arrayContaining([
        ['Content-Type', 'method=REQUEST', ''],
        ['METHOD', 'REQUEST', ''],
        ['UID', 'booknetic-1042@clinic.test', ''],
        ['SEQUENCE', '3', ''],
        ['DTSTART', '2026-12-01T15:00:00Z', ''],
        ['ATTENDEE', 'mailto:luis@mail.test', 'CN=Luis Pérez; PARTSTAT=NEEDS-ACTION; RSVP=TRUE'],
        ['X-GOOGLE-CONFERENCE', MEET, ''],
        ['VALARM TRIGGER', '-PT30M', ''],
      ]),
    );
  });

  it.each([
    [
      'names another method than its MIME part',
      invitation('CANCEL'),
      /says method=REQUEST, the calendar METHOD:CANCEL/,
    ],
    ['breaks off', invitation().replace('END:VEVENT\r\n', ''), /cannot be read/],
  ])('says what is wrong when its calendar part %s', async (_what, calendar, problem) => {
    const { messageId } = await sendMail(url, { subject: 'Your link', text: 'Hello', calendar });

    const mail = await view(url, messageId);

    expect(mail.calendar?.problems.join()).toMatch(problem);
    expect(mail.calendar?.source).toContain('UID:booknetic-1042@clinic.test');
  });

  it('is shown as a document that may run nothing and load no page', async () => {
    const { messageId } = await sendMail(url, {
      subject: 'Your link',
      html: `<!doctype html><html lang="en"><head><title>x</title></head><body><script>alert(1)</script></body></html>`,
    });

    const response = await fetch(`${url}/messages/${messageId}.html`);

    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining(['sandbox allow-popups allow-popups-to-escape-sandbox', "default-src 'none'"]),
    );
    expect(policy).not.toMatch(/script/);
    expect(await response.text()).toMatch(/^<!doctype html><html lang="en"><head><base target="_blank"><title>/);
  });

  it('that is not there is not found', async () => {
    const paths = ['/messages/ses-1.json', '/messages/ses-1.html', '/raw/ses-1'];
    const statuses = await Promise.all(paths.map(async (path) => (await fetch(`${url}${path}`)).status));

    expect(statuses).toEqual([404, 404, 404]);
  });
});

it('answers as the package does wherever its own page has nothing to say', async () => {
  const require = createRequire(import.meta.url);
  const original: { default(options: object): Promise<Server> } = require('aws-ses-v2-local');
  const server = await original.default({ port: 0, host: '127.0.0.1' });
  const theirs = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  running.push({ url: theirs, close: async () => void server.close() });
  const ours = await started(startInbox({ port: 0 }));
  const signed = { authorization: 'AWS4-HMAC-SHA256 x' };
  const form = { ...signed, 'content-type': 'application/x-www-form-urlencoded' };
  const rest = { ...signed, 'content-type': 'application/json' };
  const simple = {
    FromEmailAddress: 'bookings@clinic.test',
    Destination: { ToAddresses: ['luis@mail.test'] },
    Content: { Simple: { Subject: { Data: 'Simple' }, Body: { Text: { Data: 'Hello' } } } },
    EmailTags: [{ Name: 'kind', Value: 'booked' }],
  };
  const raw = Buffer.from('From: a@b.test\r\nTo: c@d.test\r\nSubject: Raw\r\n\r\nHello').toString('base64');
  const rawForm = new URLSearchParams({ Action: 'SendRawEmail', 'RawMessage.Data': raw }).toString();
  const calls: [path: string, init?: RequestInit][] = [
    ['/store'],
    ['/health-check'],
    ['/', { method: 'POST', body: rawForm, headers: form }],
    ['/', { method: 'POST', body: rawForm }],
    ['/', { method: 'POST', body: 'Action=SendRawEmail', headers: form }],
    ['/v2/email/outbound-emails', { method: 'POST', body: JSON.stringify(simple), headers: rest }],
    ['/v2/email/outbound-emails', { method: 'POST', body: '{}', headers: rest }],
    ['/v2/email/account', { headers: signed }],
    ['/v2/email/templates', { headers: signed }],
    ['/store?since=1'],
    ['/get-emlContent?messageId={newest}'],
    ['/nothing', { headers: signed }],
    ['/messages'],
    ['/clear-store', { method: 'POST' }],
    ['/store'],
  ];
  const answer = async (url: string, [path, init]: (typeof calls)[number]) => {
    const { emails } = await json<{ emails: { messageId: string }[] }>(`${url}/store`);
    const response = await fetch(`${url}${path.replace('{newest}', emails.at(-1)?.messageId ?? '')}`, init);
    const text = (await response.text())
      .replace(/ses-\d+/g, 'ses-N')
      .replace(/"at":\d+/g, '"at":N')
      // The mail composed anew, with a boundary of its own.
      .replace(/"data":\[[\d,]+\]/, '"data":[N]');
    return { path, status: response.status, type: response.headers.get('content-type'), text };
  };

  for (const call of calls) {
    const expected = await answer(theirs, call);
    expect(await answer(ours, call)).toEqual(expected);
    if (call[0] === '/store?since=1') expect(expected.text).toMatch(/"subject":"Raw".*"subject":"Simple"/);
  }
});
