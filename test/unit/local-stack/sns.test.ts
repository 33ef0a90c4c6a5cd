import { join } from 'node:path';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { clientSettings } from '../../../infra/local/aws.ts';
import { startSns } from '../../../infra/local/sns.ts';
import { Topics } from '../../../infra/local/topics.ts';
import { temporaryFolder } from './assembly.ts';

let statePath: string;
let standIn: { url: string; close(): Promise<void> };

beforeEach(async () => {
  statePath = join(temporaryFolder(), 'sns.json');
  standIn = await startSns({ statePath });
});

afterEach(() => standIn.close());

function publish(parameters: Record<string, string>): Promise<Response> {
  return fetch(standIn.url, {
    method: 'POST',
    body: new URLSearchParams({ Action: 'Publish', Version: '2010-03-31', ...parameters }),
  });
}

const messages = async (): Promise<unknown> => (await fetch(`${standIn.url}/messages`)).json();

it('keeps what is published, with its attributes, beyond a restart', async () => {
  const response = await publish({
    PhoneNumber: '+34600000001',
    Message: 'Tu enlace: https://meet.google.com/abc <ü>',
    'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
    'MessageAttributes.entry.1.Value.DataType': 'String',
    'MessageAttributes.entry.1.Value.StringValue': 'Transactional',
  });

  const [, messageId] = /<MessageId>(.+)<\/MessageId>/.exec(await response.text()) ?? [];
  await standIn.close();
  standIn = await startSns({ statePath });

  expect(await messages()).toEqual([
    {
      messageId,
      at: expect.any(String),
      phoneNumber: '+34600000001',
      message: 'Tu enlace: https://meet.google.com/abc <ü>',
      attributes: { 'AWS.SNS.SMS.SMSType': 'Transactional' },
    },
  ]);
  const page = await (await fetch(standIn.url)).text();
  expect(page).toContain('+34600000001');
  expect(page).toContain('&#60;ü&#62;');
});

it.each([
  [
    {
      PhoneNumber: '+34600000001',
      Message: 'x',
      'MessageAttributes.entry.1.Name': 'AWS.SNS.SMS.SMSType',
      'MessageAttributes.entry.1.Value.StringValue': 'Important',
    },
    'InvalidParameter',
  ],
  [{ PhoneNumber: '600000001', Message: 'x' }, 'InvalidParameter'],
  [{ PhoneNumber: '+34 600 000 001', Message: 'x' }, 'InvalidParameter'],
  [{ PhoneNumber: '+34600000001', Message: '' }, 'InvalidParameter'],
  [{ PhoneNumber: '+34600000001', Message: 'x'.repeat(1601) }, 'InvalidParameter'],
  [{ TargetArn: 'arn:aws:sns:eu-west-1:1:endpoint/x', Message: 'x' }, 'InvalidParameter'],
  [{ Action: 'Subscribe' }, 'InvalidAction'],
])('refuses %j', async (parameters, code) => {
  const response = await publish(parameters as unknown as Record<string, string>);

  expect(response.status).toBe(400);
  expect(await response.text()).toContain(`<Code>${code}</Code>`);
  expect(await messages()).toEqual([]);
});

it('hands what is published to a topic on to it, as the SDK publishes, and keeps nothing of it', async () => {
  const topicArn = 'arn:aws:sns:eu-west-1:000000000000:Topic';
  const topics = new Topics();
  const delivered: object[] = [];
  topics.add(topicArn, [{ invoke: (event) => void delivered.push(event) }]);
  const withTopics = await startSns({ topics });
  const client = new SNSClient({ ...clientSettings(withTopics.url), maxAttempts: 1 });
  try {
    const { MessageId } = await client.send(
      new PublishCommand({ TopicArn: topicArn, Message: '{"eventType":"Bounce"}', Subject: 'An event' }),
    );

    expect(MessageId).toMatch(/^[0-9a-f-]{36}$/);
    expect(delivered).toMatchObject([
      { Records: [{ Sns: { MessageId, TopicArn: topicArn, Subject: 'An event', Message: '{"eventType":"Bounce"}' } }] },
    ]);
    expect(await (await fetch(`${withTopics.url}/messages`)).json()).toEqual([]);
    await expect(client.send(new PublishCommand({ TopicArn: `${topicArn}2`, Message: 'x' }))).rejects.toMatchObject({
      name: 'NotFoundException',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(client.send(new PublishCommand({ TopicArn: topicArn, Message: '' }))).rejects.toMatchObject({
      name: 'InvalidParameterException',
    });
    expect(delivered).toHaveLength(1);
  } finally {
    client.destroy();
    await withTopics.close();
  }
});

it('shows an ordered fault once', async () => {
  await fetch(`${standIn.url}/_control/faults`, {
    method: 'POST',
    body: JSON.stringify({ action: 'Publish', status: 429, code: 'Throttling' }),
  });
  const sms = { PhoneNumber: '+34600000001', Message: 'x' };

  const refused = await publish(sms);

  expect(refused.status).toBe(429);
  expect(await refused.text()).toContain('<Code>Throttling</Code>');
  expect((await publish(sms)).status).toBe(200);
});

it('shows messages as they look on a phone, newest first, with links to tap and nothing else of theirs', async () => {
  await publish({ PhoneNumber: '+34600000001', Message: 'first' });
  await publish({
    PhoneNumber: '+34600000002',
    Message: 'Tu cita\nVideollamada: https://meet.google.com/abc?a=1&b="x" <script>alert(1)</script>',
  });

  const page = await (await fetch(standIn.url)).text();

  expect(page.match(/\+3460000000\d/g)).toEqual(['+34600000002', '+34600000001']);
  expect(page).toContain('Tu cita\nVideollamada: <a href="https://meet.google.com/abc?a=1&#38;b=&#34;x&#34;">');
  expect(page).not.toContain('<script>');
});
