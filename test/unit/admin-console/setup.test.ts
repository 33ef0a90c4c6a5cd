import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Check, StaffView } from '../../../functions/admin-console/app/api-types.ts';
import {
  ALL_CHECKS,
  checksOf,
  type Facts,
  nextStep,
  STEPS,
  type Standings,
  standings,
} from '../../../functions/admin-console/app/pages/setup/steps.ts';
import {
  joinUrl,
  TRIGGERS,
  webhookUrl,
  workflowFields,
} from '../../../functions/admin-console/app/pages/setup/workflow.ts';
import { readBooknetic } from '../../../shared/appointments/platforms/booknetic.ts';
import { PLATFORM_KEYWORDS } from '../../../shared/settings/keywords.ts';
import { defaultSettings } from '../../../shared/settings/settings.ts';

const REDIRECT_URI = 'https://meet.clinic.example/oauth/google/callback';

const person = (state: StaffView['connection']['state'], googleEmail: string | null = null): StaffView => ({
  email: 'ana@clinic.example',
  name: null,
  phone: null,
  locale: null,
  calendarId: 'primary',
  connection: { state, googleEmail, connectedAt: null, problem: null },
  undeliverable: [],
  upcoming: 0,
  waiting: 0,
});
const ANA = person('connected', 'ana@gmail.example');

const facts = (
  statuses: Readonly<Record<string, Check['status']>>,
  { isClientSet = true, staff = [ANA] }: { isClientSet?: boolean; staff?: readonly StaffView[] } = {},
): Facts => ({
  google: { clientId: isClientSet ? 'client' : null, clientSecretSet: isClientSet, redirectUri: REDIRECT_URI },
  staff,
  checks: new Map(Object.entries(statuses).map(([id, status]) => [id, { id, status, title: '', detail: '', fix: '' }])),
});
const every = (status: Check['status']) => Object.fromEntries(ALL_CHECKS.map((id) => [id, status]));

describe('how far the set-up has come', () => {
  it('is at its end when every check passes and somebody is connected', () => {
    const all = standings(facts(every('pass')));

    expect(new Set(Object.values(all))).toEqual(new Set(['pass']));
    expect(nextStep(all)).toBeUndefined();
  });

  it('takes what cannot be known yet for something to do, and nothing for a fault', () => {
    const all = standings(facts(every('unknown'), { isClientSet: false, staff: [] }));

    expect(new Set(Object.values(all))).toEqual(new Set(['todo']));
    expect(nextStep(all)).toBe('switch_on');
  });

  it('does not take an empty stack, which has nothing to complain of, for one that is done', () => {
    const all = standings(facts(every('pass'), { isClientSet: false, staff: [] }));

    expect(all).toMatchObject({ google_client: 'todo', consent_screen: 'todo', publish: 'todo', staff: 'todo' });
  });

  it('calls a client that was never entered no fault', () => {
    expect(standings(facts({ google_client: 'fail' }, { isClientSet: false })).google_client).toBe('todo');
    expect(standings(facts({ google_client: 'fail' })).google_client).toBe('fail');
  });

  it('holds no step back for what shows only later', () => {
    const all = standings(facts({ ...every('pass'), redirect_uri: 'unknown', clock_and_format: 'unknown' }));

    expect(all).toMatchObject({ google_client: 'pass', platform: 'pass' });
  });

  it('knows that the consent screen is there from whoever came back without ticking the calendar', () => {
    const staff = [person('insufficient_scope', 'ana@gmail.example')];

    expect(standings(facts(every('unknown'), { staff }))).toMatchObject({ consent_screen: 'pass', publish: 'todo' });
  });

  it('shows whatever a check complains of at its own step, and only there', () => {
    fc.assert(
      fc.property(fc.constantFrom(...STEPS), fc.constantFrom('warn' as const, 'fail' as const), (step, status) => {
        for (const id of checksOf(step)) {
          const all = standings(facts({ ...every('pass'), [id]: status }));
          expect(STEPS.filter((other) => all[other] !== 'pass')).toEqual([step]);
          expect(all[step]).toBe(status);
          expect(nextStep(all)).toBe(step);
        }
      }),
    );
  });

  it('goes on with what is wrong, else behind what is done', () => {
    const todo = Object.fromEntries(STEPS.map((step) => [step, 'todo'])) as Standings;

    expect(nextStep({ ...todo, switch_on: 'pass' })).toBe('google_project');
    // A client that is accepted shows that there is a project.
    expect(nextStep({ ...todo, google_client: 'pass' })).toBe('publish');
    expect(nextStep({ ...todo, google_client: 'fail', staff: 'pass' })).toBe('google_client');
    expect(nextStep({ ...todo, first_booking: 'pass' })).toBe('switch_on');
  });

  it('always names a step that is not done, as long as there is one', () => {
    const anyStandings = fc.record(
      Object.fromEntries(STEPS.map((step) => [step, fc.constantFrom('pass', 'warn', 'fail', 'todo')])),
    ) as fc.Arbitrary<Standings>;
    fc.assert(
      fc.property(anyStandings, (all) => {
        const next = nextStep(all);
        expect(next === undefined).toBe(STEPS.every((step) => all[step] === 'pass'));
        if (next) expect(all[next]).not.toBe('pass');
      }),
    );
  });
});

describe('what is pasted into Booknetic', () => {
  const examples = new Map(PLATFORM_KEYWORDS.map(({ keyword, example }) => [keyword, example]));
  const filled = (value: string) =>
    value.replace(/\{(\w+)\}/g, (_, keyword: string) => examples.get(keyword) ?? `{${keyword}}`);

  it.each(TRIGGERS)('is taken in by the webhook once Booknetic has filled it in: %s', async (trigger) => {
    const fields = Object.fromEntries(workflowFields(trigger).map(([name, value]) => [name, filled(value)]));
    const link = 'https://calendar.google.com/calendar/render?action=TEMPLATE&dates=20261201T140000Z/20261201T144500Z';

    const parsed = await readBooknetic({ ...fields, add_to_google_calendar_link: link }, async () => defaultSettings);

    expect(parsed).toMatchObject({
      delivery: {
        appointmentId: 'booknetic:1042',
        booking: {
          start: '2026-12-01T14:00:00Z',
          staff: { email: 'ana@clinic.example' },
          customers: [{ email: 'luis@mail.example' }],
        },
      },
    });
  });

  it('names only keywords that Booknetic has, each by its own name', () => {
    for (const [name, value] of workflowFields('booking_new').slice(1)) {
      expect(value).toBe(`{${name}}`);
      expect([...examples.keys(), 'add_to_google_calendar_link']).toContain(name);
    }
  });

  it('goes to the installation, whatever its address', () => {
    expect(webhookUrl(REDIRECT_URI)).toBe('https://meet.clinic.example/webhooks/booknetic');
    expect(joinUrl(REDIRECT_URI)).toBe(
      'https://meet.clinic.example/join/booknetic:{appointment_id}?e={customer_email}',
    );
  });
});
