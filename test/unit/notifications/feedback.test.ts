import { describe, expect, it } from 'vitest';
import { readMailEvent } from '../../../shared/notifications/feedback.ts';
import {
  asNotification,
  bounceEvent,
  complaintEvent,
  deliveryDelayEvent,
  rejectEvent,
} from '../../builders/mail-events.ts';

const read = (event: unknown) => readMailEvent(JSON.stringify(event));
const recipient = (changes: object) => ({ bouncedRecipients: [{ emailAddress: 'luis@mail.test', ...changes }] });

describe('a bounce', () => {
  it('that is permanent says that the address takes no mail, and why', () => {
    expect(read(bounceEvent({ messageId: 'ses-7', subject: 'booknetic:1042' }))).toEqual({
      messageId: 'ses-7',
      subject: 'booknetic:1042',
      addresses: ['luis@mail.test'],
      reason: 'bounced',
      marks: 'bounced',
      at: '2026-11-24T09:01:02Z',
      detail: 'smtp; 550 5.1.1 user unknown',
    });
  });

  it('reads the same as an older notification, but for the subject', () => {
    const { subject: _subject, ...expected } = read(bounceEvent()) as { subject: string };
    expect(read(asNotification(bounceEvent()))).toEqual(expected);
  });

  it.each(['Suppressed', 'OnAccountSuppressionList', 'NoEmail', 'UnsubscribedRecipient'])(
    'that is permanent says so as %s too',
    (bounceSubType) => {
      expect(read(bounceEvent({}, { bounceSubType }))).toMatchObject({ reason: 'bounced', marks: 'bounced' });
    },
  );

  it.each([
    ['Transient', 'MailboxFull', {}],
    ['Transient', 'MessageTooLarge', {}],
    ['Transient', 'General', { action: 'failed', status: '4.4.7' }],
    ['Undetermined', 'Undetermined', { action: 'failed', status: '5.0.0' }],
  ])('that is %s (%s) is about the message only', (bounceType, bounceSubType, changes) => {
    const event = read(bounceEvent({}, { bounceType, bounceSubType, ...recipient(changes) }));
    expect(event).toMatchObject({ messageId: 'ses-1', reason: 'bounced' });
    expect(event).not.toHaveProperty('marks');
  });

  it.each([
    ['Transient', 'General', recipient({})],
    ['Undetermined', 'Undetermined', { bouncedRecipients: [] }],
  ])('that is %s (%s) without a report of a failure is an answering machine', (bounceType, bounceSubType, changes) => {
    expect(read(bounceEvent({}, { bounceType, bounceSubType, ...changes }))).toBe('nothing');
  });

  it('is about the address that the mail was sent to, whoever it was forwarded to', () => {
    const forwarded = { bouncedRecipients: [{ emailAddress: 'luis@elsewhere.test', action: 'failed' }] };
    expect(read(bounceEvent({ to: 'Luis@Mail.test' }, forwarded))).toMatchObject({ addresses: ['luis@mail.test'] });
    expect(read(bounceEvent({}, { bouncedRecipients: [] }))).toMatchObject({ addresses: ['luis@mail.test'] });
  });

  it('of a mail to several, which is none of ours, is about those it names', () => {
    const { mail, ...event } = bounceEvent();
    const several = { ...event, mail: { ...mail, destination: ['ana@mail.test', 'luis@mail.test'] } };
    expect(read(several)).toMatchObject({ addresses: ['luis@mail.test'] });
  });

  it.each([
    [
      { diagnosticCode: 'smtp; 550-5.1.1 no\r\n550\u0000 5.1.1  such user\u009b' },
      'smtp; 550-5.1.1 no 550 5.1.1 such user',
    ],
    [{ diagnosticCode: 'x'.repeat(1000) }, 'x'.repeat(200)],
    [{ diagnosticCode: `${'x'.repeat(199)}\u{1f600}` }, `${'x'.repeat(199)}\ufffd`],
    [{ diagnosticCode: null, status: '5.7.1' }, '5.7.1'],
    [{}, 'Permanent General'],
  ])('keeps of %j what is needed', (changes, detail) => {
    expect(read(bounceEvent({}, recipient(changes)))).toMatchObject({ detail });
  });

  it('keeps a subject only when it can be one of ours', () => {
    const withTag = (tag: string) => {
      const { mail, ...event } = bounceEvent({ subject: undefined });
      return read({ ...event, mail: { ...mail, tags: { ...mail.tags, appointment: [tag] } } });
    };
    expect(withTag(Buffer.from('staff:ana@clinic.test').toString('base64url'))).toMatchObject({
      subject: 'staff:ana@clinic.test',
    });
    for (const tag of ['', '***', Buffer.from('undeliverable').toString('base64url')]) {
      expect(withTag(tag)).not.toHaveProperty('subject');
    }
    expect(read(bounceEvent({ subject: '' }))).not.toHaveProperty('subject');
  });
});

describe('a complaint', () => {
  it('says that the address wants no mail', () => {
    expect(read(complaintEvent())).toEqual({
      messageId: 'ses-1',
      subject: 'test:1',
      addresses: ['luis@mail.test'],
      reason: 'complained',
      marks: 'complained',
      at: '2026-11-24T11:01:02Z',
      detail: 'abuse',
    });
    const bare = { complaintFeedbackType: undefined, complaintSubType: undefined };
    expect(read(complaintEvent({}, bare))).not.toHaveProperty('detail');
    expect(read(asNotification(complaintEvent()))).toMatchObject({ reason: 'complained', marks: 'complained' });
  });

  it('of long ago, for which SES did not send this mail, is a suppression like any other', () => {
    expect(read(complaintEvent({}, { complaintSubType: 'OnAccountSuppressionList' }))).toMatchObject({
      reason: 'bounced',
      marks: 'bounced',
      detail: 'OnAccountSuppressionList',
    });
  });

  it.each(['not-spam', 'auth-failure'])('is none as %s', (complaintFeedbackType) => {
    expect(read(complaintEvent({}, { complaintFeedbackType }))).toBe('nothing');
  });
});

it('a mail that SES refuses for its content has failed, and the address is as good as before', () => {
  const event = read(rejectEvent());
  expect(event).toMatchObject({ reason: 'rejected', at: '2026-11-24T09:00:00Z', detail: 'Bad content' });
  expect(event).not.toHaveProperty('marks');
});

it.each([
  ['a delay', deliveryDelayEvent()],
  ['a delivery', { eventType: 'Delivery', mail: bounceEvent().mail, delivery: {} }],
  ['an event of a later day', { eventType: 'Postponed', mail: null }],
  ['the word that a topic has been set up', { notificationType: 'AmazonSnsSubscriptionSucceeded', message: 'You…' }],
])('%s says nothing', (_what, event) => {
  expect(read(event)).toBe('nothing');
});

const { mail, bounce } = bounceEvent();
it.each([
  ['the words with which SES tries out a topic', 'Successfully validated SNS topic for Amazon SES event publishing.'],
  ['nothing at all', ''],
  ['null', 'null'],
  ['a list', '[]'],
  ['no event', '{}'],
  ['a bounce without a bounce', JSON.stringify({ eventType: 'Bounce', mail })],
  ['a bounce without a mail', JSON.stringify({ eventType: 'Bounce', bounce })],
  ['a mail without an id', JSON.stringify({ eventType: 'Bounce', bounce, mail: { ...mail, messageId: '' } })],
  ['a time that is none', JSON.stringify({ eventType: 'Bounce', bounce: { ...bounce, timestamp: 'now' }, mail })],
  ['tags that are none', JSON.stringify({ eventType: 'Bounce', bounce, mail: { ...mail, tags: 'x' } })],
  ['recipients that are none', JSON.stringify({ ...complaintEvent({}, { complainedRecipients: 'luis@mail.test' }) })],
])('%s is malformed', (_what, message) => {
  expect(readMailEvent(message)).toBe('malformed');
});
