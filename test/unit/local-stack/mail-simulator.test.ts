import { describe, expect, it } from 'vitest';
import { MailSimulator, simulatedEvents, type TakenMail } from '../../../infra/local/mail-simulator.ts';
import { Topics } from '../../../infra/local/topics.ts';
import { readMailEvent } from '../../../shared/notifications/feedback.ts';

const sent = (to: string, changes: Partial<TakenMail> = {}): TakenMail => ({
  messageId: 'ses-1',
  source: 'Clínica <bookings@clinic.test>',
  destination: [to],
  configurationSet: 'booking-meet',
  tags: { appointment: Buffer.from('booknetic:1').toString('base64url') },
  ...changes,
});
const simulated = (scenario: string) => sent(`${scenario}@simulator.amazonses.com`);
const readBack = (mail: TakenMail) => simulatedEvents(mail).map((event) => readMailEvent(JSON.stringify(event)));

describe('a mail to the simulator', () => {
  it.each([
    ['bounce', { reason: 'bounced', marks: 'bounced', detail: 'smtp; 550 5.1.1 user unknown' }],
    ['BOUNCE', { reason: 'bounced', marks: 'bounced' }],
    ['suppressionlist', { reason: 'bounced', marks: 'bounced' }],
    ['complaint', { reason: 'complained', marks: 'complained', detail: 'abuse' }],
    ['bounce+luis', { reason: 'bounced', addresses: ['bounce+luis@simulator.amazonses.com'] }],
  ])('%s ends as SES says, and can be told by its id and its tag', (scenario, expected) => {
    expect(readBack(simulated(scenario))).toMatchObject([{ messageId: 'ses-1', subject: 'booknetic:1', ...expected }]);
  });

  it.each(['success', 'ooto'])('%s has arrived', (scenario) => {
    expect(readBack(simulated(scenario))).toEqual(['nothing']);
  });

  it('and one to anybody else, says nothing', () => {
    for (const to of ['luis@mail.test', 'bounce@mail.test', 'other@simulator.amazonses.com']) {
      expect(simulatedEvents(sent(to))).toEqual([]);
    }
  });
});

describe('events of mails', () => {
  const [here, there] = ['arn:here', 'arn:there'];
  const published = (mail: TakenMail) => {
    const topics = new Topics();
    const got: string[] = [];
    for (const arn of [here, there]) {
      topics.add(arn, [
        {
          invoke: (event) => {
            const { Sns } = (event as { Records: [{ Sns: { Message: string } }] }).Records[0];
            got.push(`${arn} ${(JSON.parse(Sns.Message) as { eventType: string }).eventType}`);
          },
        },
      ]);
    }
    const simulator = new MailSimulator(topics);
    simulator.take(mail);
    expect(got).toEqual([]);
    simulator.publishTo([
      { configurationSet: 'booking-meet', eventTypes: ['bounce', 'complaint', 'reject'], topicArn: here },
      { configurationSet: 'booking-meet', eventTypes: ['bounce', 'delivery'], topicArn: there },
      { configurationSet: 'another', eventTypes: ['bounce'], topicArn: there },
    ]);
    simulator.take(mail);
    return got;
  };

  it('go where their configuration set sends them', () => {
    expect(published(simulated('bounce'))).toEqual([`${here} Bounce`, `${there} Bounce`]);
    expect(published(simulated('complaint'))).toEqual([`${here} Complaint`]);
    expect(published(simulated('success'))).toEqual([`${there} Delivery`]);
  });

  it('go nowhere for a mail that names none, or one that nobody listens to', () => {
    expect(published({ ...simulated('bounce'), configurationSet: undefined })).toEqual([]);
    expect(published({ ...simulated('bounce'), configurationSet: 'a third' })).toEqual([]);
  });
});
