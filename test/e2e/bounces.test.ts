import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { clientSettings } from '../../infra/local/aws.ts';
import { bounceEvent, complaintEvent } from '../builders/mail-events.ts';
import {
  type Driver,
  read,
  type StaffView,
  type System,
  settleDown,
  startSystem,
  tomorrow,
  until,
  type View,
} from './driver.ts';

let system: System;
let driver: Driver;
let sns: SNSClient;

beforeAll(async () => {
  system = await startSystem();
  driver = system.driver;
  sns = new SNSClient(clientSettings(system.stack.snsUrl));
});

afterAll(async () => {
  sns.destroy();
  await system.stack.stop();
});

/** What SES does: publishes to the topic. */
async function publish(event: object): Promise<void> {
  const [TopicArn] = system.stack.topicArns;
  await sns.send(new PublishCommand({ TopicArn, Message: JSON.stringify(event) }));
}

/** The id that SES gave to the one mail that came to an address. */
async function messageIdTo(address: string): Promise<string> {
  const store = await fetch(`${system.stack.inboxUrl}/store`);
  const { emails } = await read<{ emails: { messageId: string; destination: { to: string[] } }[] }>(store);
  const [mail] = emails.filter(({ destination }) => destination.to.some((to) => to.includes(address)));
  return mail?.messageId ?? '';
}

const messagesTo = ({ messages }: View, address: string) => messages.filter(({ to }) => to === address);
const hasFailed = (address: string) => (view: View) =>
  messagesTo(view, address).some(({ state }) => state === 'failed');

describe.concurrent('what becomes of a mail', () => {
  it('is seen in its booking, whether it bounced or somebody complained', async ({ expect }) => {
    const staff = 'ana@mail.test';
    const customer = 'customer-1@mail.test';
    await driver.connect(staff);
    await driver.book({ id: '1', staff });
    await driver.untilTold('1', 2);
    const mail = { messageId: await messageIdTo(customer), to: customer, subject: 'booknetic:1' };

    await publish(bounceEvent(mail));
    const bounced = await driver.untilView('1', hasFailed(customer));
    expect(messagesTo(bounced, customer)).toMatchObject([{ kind: 'booked', state: 'failed', reason: 'bounced' }]);
    expect(messagesTo(bounced, staff)).toMatchObject([{ state: 'sent' }]);

    await publish(complaintEvent(mail));
    await publish(bounceEvent(mail));
    await driver.untilView('1', (view) => messagesTo(view, customer)[0]?.reason === 'complained');
    await settleDown();
    const complained = await driver.view('1');
    expect(messagesTo(complained, customer)).toMatchObject([{ state: 'failed', reason: 'complained' }]);
    expect(messagesTo(complained, staff)).toEqual(messagesTo(bounced, staff));
  });

  it('is seen with a staff member whose mailbox is gone, until the profile is saved', async ({ expect }) => {
    const staff = 'bea@mail.test';
    const marks = async () => (await driver.staff(staff)).undeliverable;
    await driver.connect(staff);
    await driver.book({ id: '2', staff });
    await driver.untilTold('2', 2);
    expect(await marks()).toEqual([]);

    await publish(bounceEvent({ messageId: 'not recorded', to: staff, subject: 'booknetic:2' }));
    expect(await until(marks, (known) => known.length > 0)).toEqual([
      {
        channel: 'email',
        address: staff,
        reason: 'bounced',
        at: '2026-11-24T09:01:02Z',
        detail: 'smtp; 550 5.1.1 user unknown',
      },
    ]);
    expect(messagesTo(await driver.view('2'), staff)).toMatchObject([{ state: 'sent' }]);
    const everybody = await read<StaffView[]>(await driver.admin('GET', '/staff'));
    expect(everybody.filter(({ undeliverable }) => undeliverable.length > 0).map(({ email }) => email)).toEqual([
      staff,
    ]);

    const saved = await read<StaffView>(await driver.admin('PUT', `/staff/${staff}`, { name: 'Bea' }));
    expect(saved.undeliverable).toEqual([]);
    expect(await marks()).toEqual([]);
  });

  it('is nothing to anybody when it cannot be read', async ({ expect }) => {
    await publish({ hello: 'ana@mail.test' });
    const malformed = () => system.log.filter((line) => line.includes('mail_event_malformed'));
    await until(async () => malformed().length, Boolean);
    await settleDown();
    expect(malformed()).toHaveLength(1);
    expect(malformed()[0]).not.toContain('ana@mail.test');
    expect(system.stack.deadLetters).toEqual([]);
  });
});

describe.concurrent('a mail to an address that', () => {
  it.for([
    ['bounces', '20', 'bounce+luis@simulator.amazonses.com', 'bounced'],
    ['SES refuses to send to', '30', 'suppressionlist+luis@simulator.amazonses.com', 'bounced'],
    ['somebody complains at', '40', 'complaint+luis@simulator.amazonses.com', 'complained'],
  ] as const)('%s has failed, and it is the last one', async ([, id, email, reason], { expect }) => {
    const staff = `staff-${id}@mail.test`;
    const customer = { name: 'Luis', email };
    await driver.connect(staff);
    await driver.book({ id, staff, customer });
    const first = await driver.untilView(
      id,
      (view) => view.messages.length >= 2 && messagesTo(view, email)[0]?.state === 'failed',
    );
    expect(messagesTo(first, email)).toMatchObject([{ role: 'customer', kind: 'booked', state: 'failed', reason }]);
    expect(messagesTo(first, staff)).toMatchObject([{ state: 'sent' }]);

    const again = `${id}1`;
    await driver.book({ id: again, staff, customer, start: tomorrow(3) });
    const second = await driver.untilView(again, (view) => view.messages.length >= 2);
    await settleDown();
    expect(messagesTo(second, email)).toMatchObject([{ reason }]);
    expect(messagesTo(second, email)[0]?.state).not.toBe('sent');
    expect(messagesTo(second, staff)).toMatchObject([{ state: 'sent' }]);
    expect(await driver.mails({ to: email })).toHaveLength(1);
  });

  it('answers by machine, or takes its mail, has got it', async ({ expect }) => {
    const staff = 'staff-50@mail.test';
    await driver.connect(staff);
    for (const [id, scenario] of [
      ['50', 'ooto'],
      ['51', 'success'],
    ] as const) {
      const email = `${scenario}@simulator.amazonses.com`;
      await driver.book({ id, staff, customer: { name: 'Luis', email }, start: tomorrow(Number(id)) });
      await driver.untilTold(id, 2);
    }
    await settleDown();
    for (const id of ['50', '51']) {
      expect((await driver.view(id)).messages.map(({ state }) => state)).toEqual(['sent', 'sent']);
    }
  });

  it('bounces, of a staff member, is seen with them', async ({ expect }) => {
    const staff = 'bounce+bea@simulator.amazonses.com';
    await driver.connect(staff);
    await driver.book({ id: '60', staff });
    // The word that they are connected may have bounced before.
    const view = await driver.untilView(
      '60',
      ({ messages }) => messages.length >= 2 && messages.some(({ reason }) => reason),
    );
    expect(messagesTo(view, staff)).toMatchObject([{ reason: 'bounced' }]);
    const { undeliverable } = await driver.staff(staff);
    expect(undeliverable).toMatchObject([{ channel: 'email', address: staff, reason: 'bounced' }]);
    expect(system.log.filter((line) => line.includes('mail_feedback')).join('\n')).not.toContain('simulator');
  });
});
