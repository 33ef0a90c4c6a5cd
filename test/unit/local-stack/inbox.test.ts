import { join } from 'node:path';
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { expect, it } from 'vitest';
import { clientSettings } from '../../../infra/local/aws.ts';
import { startInbox } from '../../../infra/local/inbox.ts';
import { temporaryFolder } from './assembly.ts';

const mail = `From: bookings@clinic.test
To: luis@mail.test
Subject: Your link
Content-Type: text/plain; charset=utf-8

https://meet.google.com/abc`;

it('keeps what is sent through SES, beyond a restart, and shares nothing with another inbox', async () => {
  const statePath = join(temporaryFolder(), 'inbox.json');
  const subjects = async (url: string): Promise<string[]> => {
    const { emails } = (await (await fetch(`${url}/store`)).json()) as { emails: { subject: string }[] };
    return emails.map(({ subject }) => subject);
  };
  const inbox = await startInbox({ port: 0, statePath });
  const other = await startInbox({ port: 0 });

  const client = new SESClient(clientSettings(inbox.url));
  await client.send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from(mail) } }));

  expect(await subjects(inbox.url)).toEqual(['Your link']);
  expect(await subjects(other.url)).toEqual([]);
  await Promise.all([inbox.close(), other.close()]);
  const again = await startInbox({ port: 0, statePath });
  expect(await subjects(again.url)).toEqual(['Your link']);
  await again.close();
});

it('names the variable of a port that is taken', async () => {
  const inbox = await startInbox({ port: 0 });

  await expect(startInbox({ port: Number(new URL(inbox.url).port) })).rejects.toThrow(
    /^INBOX_PORT: port \d+ is already in use/,
  );
  await inbox.close();
});
