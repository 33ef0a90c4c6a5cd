import { beforeEach, describe, expect, it } from 'vitest';
import { makeHandler } from '../../functions/mail-feedback/handler.ts';
import { type MessageRecord, notTold, type Recipient, type Told } from '../../shared/notifications/told.ts';
import {
  bounceEvent,
  complaintEvent,
  deliveryDelayEvent,
  type EventMail,
  rejectEvent,
} from '../builders/mail-events.ts';
import { ManualClock } from '../fakes/clock.ts';
import { FakeToldStore } from '../fakes/told-store.ts';
import { FakeUndeliverableStore } from '../fakes/undeliverable-store.ts';
import { keptLogs, snsEvent } from './events.ts';

const LUIS: Recipient = {
  role: 'customer',
  channel: 'email',
  address: 'luis@mail.test',
  person: 'luis@mail.test',
  name: 'Luis',
};
const BOOKED: MessageRecord = { kind: 'booked', state: 'sent', at: '2026-11-24T09:00:00Z', messageId: 'ses-1' };
const MOVED: MessageRecord = { ...BOOKED, kind: 'rescheduled', messageId: 'ses-2' };
const MARK = {
  channel: 'email',
  address: 'luis@mail.test',
  reason: 'bounced',
  at: '2026-11-24T09:01:02Z',
  detail: 'smtp; 550 5.1.1 user unknown',
};
const YEAR_LATER = Date.parse('2027-11-24T09:02:00Z') / 1000;

const { logger, lines } = keptLogs();
let clock: ManualClock;
let told: FakeToldStore;
let undeliverable: FakeUndeliverableStore;
let slept: number[];
/** Before each wait: what others do meanwhile. */
let meanwhile: () => Promise<unknown>;
let handler: ReturnType<typeof makeHandler>;

beforeEach(() => {
  lines.length = 0;
  clock = new ManualClock('2026-11-24T09:02:00Z');
  told = new FakeToldStore();
  undeliverable = new FakeUndeliverableStore();
  slept = [];
  meanwhile = async () => {};
  const sleep = async (milliseconds: number) => {
    slept.push(milliseconds);
    await meanwhile();
  };
  handler = makeHandler({ told, undeliverable, clock, sleep, logger });
});

const logged = (event: string): object[] =>
  lines.map((line) => JSON.parse(line)).filter((line) => line.event === event);

/** What Luis was told, as the notifier left it. */
async function known(changes: Partial<Told> = {}): Promise<Told> {
  const last = {
    status: 'booked',
    start: '2026-12-01T14:00:00Z',
    end: '2026-12-01T15:00:00Z',
    url: 'https://x',
  } as const;
  const stored = await told.put(
    { ...notTold('test:1', LUIS), last, lastBooked: last, sequence: 2, messages: [BOOKED, MOVED], ...changes },
    0,
  );
  if (!stored) throw new Error('it was not stored');
  return stored;
}

const now = async (): Promise<Told | undefined> => (await told.ofSubject('test:1'))[0];
const claim = { holder: 'notifier', endsAt: '2026-11-24T09:02:30Z' };

describe('a hard bounce', () => {
  it('marks the address for a year, and the message has failed; nothing else changes', async () => {
    const before = await known();
    await handler(snsEvent(bounceEvent()));

    expect(await undeliverable.list()).toEqual([MARK]);
    expect(undeliverable.expiries.get('luis@mail.test')).toBe(YEAR_LATER);
    expect(await now()).toEqual({
      ...before,
      messages: [{ ...BOOKED, state: 'failed', reason: 'bounced' }, MOVED],
      version: 2,
    });
    expect(logged('mail_feedback')).toMatchObject([
      { reason: 'bounced', marked: 1, record: 'failed', subject: 'test:1' },
    ]);
  });

  it('that comes twice changes nothing', async () => {
    await known();
    await handler(snsEvent(bounceEvent()));
    const once = await now();
    clock.advance(3600);
    await handler(snsEvent(bounceEvent()));

    expect(await now()).toEqual(once);
    expect(await undeliverable.list()).toEqual([MARK]);
    expect(undeliverable.expiries.get('luis@mail.test')).toBe(YEAR_LATER);
    expect(logged('mail_feedback')[1]).toMatchObject({ record: 'known' });
  });

  it('that comes late does not replace what is known since', async () => {
    await known();
    await handler(snsEvent(complaintEvent({ messageId: 'ses-2' })));
    await handler(snsEvent(bounceEvent()));

    expect(await undeliverable.list()).toMatchObject([{ reason: 'complained', at: '2026-11-24T11:01:02Z' }]);
    expect((await now())?.messages).toMatchObject([
      { state: 'failed', reason: 'bounced' },
      { state: 'failed', reason: 'complained' },
    ]);
  });

  it.each<[string, EventMail]>([
    ['of a message that nobody knows', { messageId: 'ses-9' }],
    ['of a mail without a tag', { subject: '' }],
  ])('%s marks the address only', async (_what, mail) => {
    const before = await known();
    await handler(snsEvent(bounceEvent(mail)));

    expect(await undeliverable.list()).toEqual([MARK]);
    expect(await now()).toEqual(before);
    expect(slept).toEqual([]);
    expect(logged('mail_feedback')).toMatchObject([{ record: 'unknown', marked: 1 }]);
  });

  it('of a booking that knows nobody with that address any more leaves nothing of them', async () => {
    const before = await known();
    await handler(snsEvent(bounceEvent({ subject: 'test:9' })));

    expect(await undeliverable.list()).toEqual([]);
    expect(await now()).toEqual(before);
    expect(logged('mail_feedback')).toMatchObject([{ record: 'forgotten', marked: 0 }]);
  });

  it('leaves nothing of somebody who is erased meanwhile', async () => {
    const claimed = await known({ claim });
    meanwhile = () => told.delete(claimed);
    await handler(snsEvent(bounceEvent()));

    expect(await undeliverable.list()).toEqual([]);
    expect(await now()).toBeUndefined();
  });

  it('of a connect link is recorded in the ledger of the connection, whose address is in no log', async () => {
    const ana: Recipient = { role: 'staff', channel: 'email', address: 'ana@clinic.test', person: 'ana', name: 'Ana' };
    await told.put({ ...notTold('staff:ana@clinic.test', ana), messages: [BOOKED] }, 0);
    await handler(snsEvent(bounceEvent({ to: 'ana@clinic.test', subject: 'staff:ana@clinic.test' })));

    const [ledger] = await told.ofSubject('staff:ana@clinic.test');
    expect(ledger?.messages).toMatchObject([{ state: 'failed', reason: 'bounced' }]);
    expect(await undeliverable.get('email', 'ana@clinic.test')).toBeDefined();
    expect(logged('mail_feedback')).toMatchObject([{ subject: 'staff' }]);
    expect(lines.join('\n')).not.toContain('ana@clinic.test');
  });
});

describe('what is about one message only', () => {
  it.each([
    ['a full mailbox', bounceEvent({}, { bounceType: 'Transient', bounceSubType: 'MailboxFull' }), 'bounced'],
    ['a virus', rejectEvent(), 'rejected'],
  ])('such as %s leaves the address alone', async (_what, event, reason) => {
    await known();
    await handler(snsEvent(event));

    expect((await now())?.messages).toEqual([{ ...BOOKED, state: 'failed', reason }, MOVED]);
    expect(await undeliverable.list()).toEqual([]);
  });
});

describe('a complaint', () => {
  it('says more than a bounce of the same message, whichever comes first', async () => {
    for (const events of [
      [bounceEvent(), complaintEvent()],
      [complaintEvent(), bounceEvent()],
    ]) {
      told = new FakeToldStore();
      handler = makeHandler({ told, undeliverable, clock, sleep: async () => {}, logger });
      await known();
      for (const event of events) await handler(snsEvent(event));
      expect((await now())?.messages[0]).toMatchObject({ state: 'failed', reason: 'complained' });
    }
    expect(await undeliverable.list()).toMatchObject([{ reason: 'complained', detail: 'abuse' }]);
  });
});

describe('while a message is being sent to the same person', () => {
  it('its record is left alone, so that what was sent is recorded; then the bounce is', async () => {
    const claimed = await known({ messages: [BOOKED], claim });
    meanwhile = async () => {
      if (slept.length < 3) return;
      const { claim: _claim, ...released } = claimed;
      await told.put({ ...released, messages: [BOOKED, MOVED] }, 0);
    };
    await handler(snsEvent(bounceEvent()));

    expect((await now())?.messages).toEqual([{ ...BOOKED, state: 'failed', reason: 'bounced' }, MOVED]);
    expect(slept).toEqual([100, 200, 400]);
  });

  it('an event of that very message, which nobody has recorded yet, waits for it', async () => {
    const claimed = await known({ messages: [], claim });
    meanwhile = async () => {
      const { claim: _claim, ...released } = claimed;
      await told.put({ ...released, messages: [BOOKED] }, 0);
    };
    await handler(snsEvent(bounceEvent()));

    expect((await now())?.messages).toEqual([{ ...BOOKED, state: 'failed', reason: 'bounced' }]);
  });

  it('for longer than it can wait, it fails, so that Lambda tries again; the address is marked already', async () => {
    const claimed = await known({ messages: [], claim });
    await expect(handler(snsEvent(bounceEvent()))).rejects.toThrow('A mail event was not recorded.');

    expect(slept).toEqual([100, 200, 400, 800, 1600]);
    expect(await undeliverable.list()).toEqual([MARK]);
    const { claim: _claim, ...released } = claimed;
    await told.put({ ...released, messages: [BOOKED] }, 0);
    await handler(snsEvent(bounceEvent()));
    expect((await now())?.messages).toMatchObject([{ state: 'failed', reason: 'bounced' }]);
  });

  it('is over when the run that sent it has died: what it sent will never be recorded', async () => {
    await known({ messages: [], claim: { ...claim, endsAt: '2026-11-24T09:02:00Z' } });
    await handler(snsEvent(bounceEvent()));

    expect(slept).toEqual([]);
    expect(logged('mail_feedback')).toMatchObject([{ record: 'unknown' }]);
  });

  it('does not wait for messages to others', async () => {
    await known({ to: { ...LUIS, address: 'marta@mail.test' }, claim });
    await handler(snsEvent(bounceEvent({ messageId: 'ses-9' })));
    expect(slept).toEqual([]);
  });
});

describe('two at once', () => {
  it('of two messages to one person are both recorded', async () => {
    await known();
    await Promise.all([
      handler(snsEvent(bounceEvent())),
      handler(snsEvent(bounceEvent({ messageId: 'ses-2' }, { timestamp: '2026-11-24T09:01:30Z' }))),
    ]);

    expect((await now())?.messages).toMatchObject([
      { messageId: 'ses-1', state: 'failed', reason: 'bounced' },
      { messageId: 'ses-2', state: 'failed', reason: 'bounced' },
    ]);
    expect(slept).toEqual([100]);
    expect(await undeliverable.list()).toMatchObject([{ at: '2026-11-24T09:01:30Z' }]);
  });

  it('with the notifier: what it tells meanwhile is kept', async () => {
    const before = await known();
    const ofSubject = told.ofSubject.bind(told);
    told.ofSubject = async (subject) => {
      const ledger = await ofSubject(subject);
      told.ofSubject = ofSubject;
      await told.put({ ...before, messages: [BOOKED, MOVED, { ...MOVED, messageId: 'ses-3' }] }, 0);
      return ledger;
    };
    await handler(snsEvent(bounceEvent()));

    expect((await now())?.messages.map(({ messageId, state }) => `${messageId} ${state}`)).toEqual([
      'ses-1 failed',
      'ses-2 sent',
      'ses-3 sent',
    ]);
  });
});

describe('rule 22: the log', () => {
  it('holds no address and nothing that was said, whatever happens', async () => {
    await known();
    await handler(snsEvent(bounceEvent()));
    await handler(snsEvent(complaintEvent({ subject: '' })));
    await handler(snsEvent('luis@mail.test'));
    told.ofSubject = async () => {
      throw new Error('luis@mail.test is not a subject');
    };
    const failing = handler(snsEvent(bounceEvent({ messageId: 'ses-3' })));
    await expect(failing).rejects.toThrow('A mail event was not recorded.');
    await expect(failing).rejects.not.toHaveProperty('cause');

    expect(logged('mail_feedback_failed')).toMatchObject([{ errorName: 'Error' }]);
    expect(lines.join('\n')).not.toMatch(/luis|unknown user|user unknown|Consulta/);
  });

  it('names what cannot be read by a code, and it is dropped', async () => {
    await handler(snsEvent('Successfully validated SNS topic for Amazon SES event publishing.'));
    expect(logged('mail_event_malformed')).toMatchObject([{ notificationId: '95df01b4-ee98-5cb9-9903-4c221d41eb5e' }]);
  });

  it('says nothing of what says nothing', async () => {
    const before = await known();
    await handler(snsEvent(deliveryDelayEvent()));
    expect(lines).toEqual([]);
    expect(await now()).toEqual(before);
  });
});
