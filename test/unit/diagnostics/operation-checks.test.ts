import { describe, expect, it } from 'vitest';
import { addresses } from '../../../shared/diagnostics/checks/addresses.ts';
import { basicSettings } from '../../../shared/diagnostics/checks/basic-settings.ts';
import { deadLetters } from '../../../shared/diagnostics/checks/dead-letters.ts';
import { failedBookings } from '../../../shared/diagnostics/checks/failed-bookings.ts';
import { integration } from '../../../shared/diagnostics/checks/integration.ts';
import { type MailSenderEvidence, mailSender } from '../../../shared/diagnostics/checks/mail-sender.ts';
import { overdue } from '../../../shared/diagnostics/checks/overdue.ts';
import { staffConnected } from '../../../shared/diagnostics/checks/staff-connected.ts';
import { GoogleError } from '../../../shared/google/errors.ts';
import { ANA, BEA } from '../../builders/bookings.ts';

describe('mail_sender', () => {
  const good: MailSenderEvidence = {
    from: 'bookings@clinic.test',
    identities: { address: undefined, domain: 'Success' },
    quota: { perDay: 50_000, perSecond: 14, sentToday: 0 },
    isSendingEnabled: true,
  };
  it.each([
    ['a verified domain', {}, 'pass', /^clinic\.test is verified/, /^$/],
    ['a verified address', { identities: { address: 'Success', domain: undefined } }, 'pass', /^bookings@clinic/, /^$/],
    ['without limits', { quota: { perDay: -1, perSecond: 100, sentToday: 5 } }, 'pass', /./, /^$/],
    ['nothing verified', { identities: { address: undefined, domain: 'Pending' } }, 'fail', /\(Pending\)/, /Verify/],
    ['the sandbox', { quota: { perDay: 200, perSecond: 1, sentToday: 0 } }, 'fail', /sandbox/, /production access/],
    ['a paused account', { isSendingEnabled: false }, 'fail', /paused/, /resumed/],
    ['a quota used up', { quota: { perDay: 500, perSecond: 5, sentToday: 500 } }, 'warn', /used up/, /higher quota/],
    ['an SES that knows none of it', { identities: undefined, quota: undefined }, 'unknown', /did not say/, /again/],
  ] as const)('%s', (_what, changes, status, detail, fix) => {
    const finding = mailSender.judge({ ...good, ...changes });
    expect(finding.status).toBe(status);
    expect(finding.detail.en).toMatch(detail);
    expect(finding.fix.en).toMatch(fix);
  });

  it('names all that is wrong at once', () => {
    const finding = mailSender.judge({
      ...good,
      identities: { address: undefined, domain: undefined },
      quota: { perDay: 200, perSecond: 1, sentToday: 0 },
    });
    expect(finding.fix.en).toMatch(/Verify.*production access/);
  });
});

describe('staff_connected', () => {
  it('names each who has bookings, with what is missing', () => {
    const { status, detail, fix } = staffConnected.judge([
      { email: ANA, state: 'reconnect_required', upcoming: 2 },
      { email: BEA, state: 'insufficient_scope', upcoming: 1 },
      { email: 'idle@clinic.test', state: 'not_connected', upcoming: 0 },
      { email: 'good@clinic.test', state: 'connected', upcoming: 3 },
    ]);
    expect(status).toBe('fail');
    expect(detail.en).toBe(
      `${ANA}: Google no longer accepts the access that they gave (2 bookings to come); ${BEA} did not tick the calendar box at Google (1 booking to come)`,
    );
    expect(fix.en).toMatch(/connect link/);
  });

  it('warns of an access that has ended where nothing is booked', () => {
    const { status, detail } = staffConnected.judge([{ email: ANA, state: 'reconnect_required', upcoming: 0 }]);
    expect(status).toBe('warn');
    expect(detail.en).toContain(ANA);
  });

  it('passes where nobody is missing, and is unknown where there is nobody', () => {
    expect(staffConnected.judge([{ email: ANA, state: 'connected', upcoming: 1 }]).status).toBe('pass');
    expect(staffConnected.judge([]).status).toBe('unknown');
  });
});

describe('failed_bookings', () => {
  it('counts all, names the first and each remedy once, in Spanish too', () => {
    const error = new GoogleError('calendar_api_disabled');
    const failed = Array.from({ length: 9 }, (_, index) => ({ appointmentId: `booknetic:${index}`, error }));
    const { status, detail, fix } = failedBookings.judge({ count: 12, failed });
    expect(status).toBe('fail');
    expect(detail.en).toMatch(/^12 bookings .*booknetic:0 \(calendar_api_disabled\).*booknetic:4/);
    expect(detail.en).not.toContain('booknetic:5');
    expect(fix.en.match(/switched off/g)).toHaveLength(1);
    expect(fix.es).toMatch(/está deshabilitada/);
    expect(failedBookings.judge({ count: 0, failed: [] }).status).toBe('pass');
  });
});

describe('overdue', () => {
  const late = (appointmentId?: string) => ({ appointmentId, dueAt: '2026-11-24T08:00:00Z' });
  it('names what waits, with the alarm to look at', () => {
    const { status, detail, fix } = overdue.judge({ overdue: [late('booknetic:1'), late()], most: 100, minutes: 10 });
    expect(status).toBe('fail');
    expect(detail.en).toBe('2 things should have been looked at, the oldest on 2026-11-24T08:00:00Z: booknetic:1.');
    expect(fix.en).toContain('due-work-missing');
    expect(overdue.judge({ overdue: [late()], most: 1, minutes: 10 }).detail.en).toMatch(/^At least 1 thing/);
    expect(overdue.judge({ overdue: [], most: 1, minutes: 10 }).status).toBe('pass');
  });
});

describe('dead_letters', () => {
  it('tells the two queues apart, each with its part of the runbook', () => {
    expect(deadLetters.judge({ streamFailures: 0, mailFailures: 0 }).status).toBe('pass');
    expect(deadLetters.judge({ streamFailures: 2, mailFailures: 0 })).toMatchObject({
      status: 'fail',
      detail: { en: expect.stringMatching(/2 batches of changes/) },
      fix: { en: expect.stringMatching(/stream-failures/) },
    });
    expect(deadLetters.judge({ streamFailures: 0, mailFailures: 1 }).fix.en).toMatch(/^See .*mail-feedback-failures/);
  });
});

describe('what is set', () => {
  it('is hinted at while it is as it was at first', () => {
    const judge = (adminEmail: string | null, timeZone: string, isSaved: boolean) =>
      basicSettings.judge({ settings: { adminEmail, timeZone }, isSaved });
    expect(judge(null, 'UTC', false)).toMatchObject({
      status: 'warn',
      detail: { en: 'The settings were never saved. adminEmail is not set. timeZone is UTC.' },
    });
    expect(judge('admin@clinic.test', 'Europe/Madrid', true).status).toBe('pass');
    expect(integration.judge({ enabled: true }).status).toBe('pass');
    expect(integration.judge({ enabled: false }).status).toBe('warn');
  });
});

describe('undeliverable_addresses', () => {
  it('says why, in both languages', () => {
    const mark = {
      channel: 'email',
      address: 'a@mail.test',
      reason: 'complained',
      at: '2026-11-24T08:00:00Z',
    } as const;
    const { detail, fix } = addresses.judge([mark]);
    expect(detail).toEqual({
      en: 'a@mail.test: complained on 2026-11-24T08:00:00Z',
      es: 'a@mail.test: marcado como spam el 2026-11-24T08:00:00Z',
    });
    expect(fix.es).toMatch(/spam/);
  });
});
