import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  decide,
  decideConnection,
  notTold,
  type Recipient,
  recipientKey,
  sentMessages,
  type Told,
} from '../../../shared/notifications/told.ts';
import { after as later } from '../../../shared/time.ts';

const LUIS: Recipient = {
  role: 'customer',
  channel: 'email',
  address: 'luis@mail.test',
  person: 'luis@mail.test',
  name: 'Luis',
};
const NOW = '2026-11-23T10:00:00Z';
const HOLD = 60;
const booked = (changes: object = {}) => ({
  status: 'booked' as const,
  start: '2026-12-01T15:00:00Z',
  end: '2026-12-01T15:45:00Z',
  url: 'https://meet.google.com/abc',
  ...changes,
});
const cancelled = { status: 'cancelled' as const };
const nobody = notTold('booknetic:1', LUIS);
const told = (last: Told['last'], changes: Partial<Told> = {}): Told => ({
  ...nobody,
  ...(last && { last }),
  ...(last?.status === 'booked' && { lastBooked: last }),
  ...changes,
});
const LONG_AGO = '2026-11-23T09:00:00Z';

describe('what to tell', () => {
  it.each([
    ['a first confirmation', told(undefined), booked(), 'booked'],
    ['nothing new', told(booked()), booked(), undefined],
    ['another start', told(booked()), booked({ start: '2026-12-01T14:00:00Z' }), 'rescheduled'],
    ['another end', told(booked()), booked({ end: '2026-12-01T16:00:00Z' }), 'rescheduled'],
    ['another link', told(booked()), booked({ url: 'https://meet.google.com/new' }), 'link_changed'],
    [
      'another time and link',
      told(booked()),
      booked({ url: 'https://meet.google.com/new', start: '2026-12-01T14:00:00Z' }),
      'rescheduled',
    ],
    ['the end of it', told(booked()), cancelled, 'cancelled'],
    ['an end that they know of', told(cancelled), cancelled, undefined],
    ['the end of what they never knew', told(undefined), cancelled, undefined],
    ['that it is back', told(cancelled), booked(), 'booked'],
  ] as const)('%s', (_what, before, truth, kind) => {
    const decision = decide(before, truth, LONG_AGO, NOW, HOLD);
    expect(decision).toEqual(kind && { tell: kind });
  });
});

describe('when to tell it', () => {
  it('a first confirmation goes out at once', () => {
    expect(decide(told(undefined), booked(), NOW, NOW, HOLD)).toEqual({ tell: 'booked' });
  });

  it('a change has to stand for a while', () => {
    const moved = booked({ start: '2026-12-01T14:00:00Z' });
    expect(decide(told(booked()), moved, NOW, NOW, HOLD)).toEqual({ until: later(NOW, HOLD) });
    expect(decide(told(booked()), moved, NOW, later(NOW, HOLD - 1), HOLD)).toEqual({ until: later(NOW, HOLD) });
    expect(decide(told(booked()), moved, NOW, later(NOW, HOLD), HOLD)).toEqual({ tell: 'rescheduled' });
  });

  it.each([
    ['a cancellation', told(booked()), cancelled],
    ['a return', told(cancelled), booked()],
  ] as const)('%s has to stand too', (_what, before, truth) => {
    expect(decide(before, truth, NOW, NOW, HOLD)).toEqual({ until: later(NOW, HOLD) });
  });

  it('what was taken back in time is not told', () => {
    const moved = booked({ start: '2026-12-01T14:00:00Z' });
    expect(decide(told(booked()), moved, NOW, NOW, HOLD)).toHaveProperty('until');
    expect(decide(told(booked()), booked(), later(NOW, 30), later(NOW, 30), HOLD)).toBeUndefined();
    expect(decide(told(cancelled), cancelled, NOW, NOW, HOLD)).toBeUndefined();
  });

  it('waits for a retry and for another run that is sending', () => {
    const claim = { holder: 'other', endsAt: later(NOW, 20) };
    expect(decide(told(undefined, { retryAt: later(NOW, 90) }), booked(), NOW, NOW, HOLD)).toEqual({
      until: later(NOW, 90),
    });
    expect(decide(told(undefined, { claim }), booked(), NOW, NOW, HOLD)).toEqual({ until: later(NOW, 20) });
    expect(decide(told(booked(), { claim, retryAt: later(NOW, 10) }), cancelled, NOW, NOW, HOLD)).toEqual({
      until: later(NOW, HOLD),
    });
    expect(decide(told(undefined, { claim }), booked(), NOW, later(NOW, 21), HOLD)).toEqual({ tell: 'booked' });
  });

  it('a storm of changes ends in one message with the last truth, or in none', () => {
    const truths = fc.constantFrom(
      booked(),
      booked({ start: '2026-12-01T14:00:00Z' }),
      booked({ url: 'https://meet.google.com/new' }),
      cancelled,
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(truths, fc.integer({ min: 0, max: HOLD - 1 })), { minLength: 1 }), (storm) => {
        const before = told(booked());
        let now = NOW;
        let since = NOW;
        for (const [truth, pause] of storm) {
          since = now;
          expect(decide(before, truth, since, now, HOLD) ?? { until: '' }).toHaveProperty('until');
          now = later(now, pause);
          expect(decide(before, truth, since, now, HOLD) ?? { until: '' }).toHaveProperty('until');
        }
        const last = storm.at(-1)?.[0] ?? cancelled;
        const end = decide(before, last, since, later(since, HOLD), HOLD);
        if (!end) expect(last).toEqual(booked());
        else expect(decide(told(last), last, since, later(since, HOLD), HOLD)).toBeUndefined();
      }),
    );
  });
});

describe('a connection', () => {
  const ask = (episode: string) => ({ status: 'to_connect' as const, episode });
  it('is told of once each time', () => {
    expect(decideConnection(told(undefined), ask('a'), NOW)).toEqual({ tell: 'connect_google' });
    expect(decideConnection(told(ask('a')), ask('a'), NOW)).toBeUndefined();
    expect(decideConnection(told(ask('a')), ask('b'), NOW)).toEqual({ tell: 'connect_google' });
    expect(decideConnection(told(ask('a')), { status: 'connected', episode: 'a' }, NOW)).toEqual({
      tell: 'connect_google',
    });
  });

  it('waits for another run that is telling', () => {
    const claim = { holder: 'other', endsAt: later(NOW, 20) };
    expect(decideConnection(told(undefined, { claim }), ask('a'), NOW)).toEqual({ until: later(NOW, 20) });
  });
});

describe('the ledger', () => {
  it('is kept by role, channel and address', () => {
    expect(recipientKey(LUIS)).toBe('customer#email#luis@mail.test');
    expect(nobody).toMatchObject({ sequence: 0, attempts: 0, version: 0, messages: [] });
  });

  it('lists what was sent, oldest first, as the contract has it', () => {
    const ana: Recipient = {
      role: 'staff',
      channel: 'email',
      address: 'ana@clinic.test',
      person: 'ana@clinic.test',
      name: 'Ana',
    };
    const ledger = [
      told(undefined, {
        messages: [
          { kind: 'booked', state: 'sent', at: '2026-11-23T10:00:02Z', messageId: 'm1' },
          { kind: 'cancelled', state: 'failed', at: '2026-11-23T11:00:00Z', reason: 'MessageRejected' },
        ],
      }),
      { ...notTold('booknetic:1', ana), messages: [{ kind: 'booked', state: 'sent', at: '2026-11-23T10:00:01Z' }] },
    ] as Told[];
    expect(sentMessages(ledger)).toEqual([
      {
        to: 'ana@clinic.test',
        role: 'staff',
        channel: 'email',
        kind: 'booked',
        state: 'sent',
        at: '2026-11-23T10:00:01Z',
      },
      {
        to: 'luis@mail.test',
        role: 'customer',
        channel: 'email',
        kind: 'booked',
        state: 'sent',
        at: '2026-11-23T10:00:02Z',
      },
      {
        to: 'luis@mail.test',
        role: 'customer',
        channel: 'email',
        kind: 'cancelled',
        state: 'failed',
        at: '2026-11-23T11:00:00Z',
        reason: 'MessageRejected',
        detail: expect.stringContaining('refused'),
      },
    ]);
  });
});
