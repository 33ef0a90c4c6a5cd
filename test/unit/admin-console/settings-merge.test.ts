import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DEFAULTS } from '../../../functions/admin-console/app/pages/settings/defaults.ts';
import {
  chosen,
  edited,
  type FormState,
  overtaken,
  refused,
  started,
  stored,
  undecided,
} from '../../../functions/admin-console/app/pages/settings/form-state.ts';
import {
  changedPaths,
  type Draft,
  isSame,
  merge,
  patchBetween,
  valueAt,
  withValue,
} from '../../../functions/admin-console/app/pages/settings/merge.ts';
import { mergePatch, type Settings, settingsSchema } from '../../../shared/settings/settings.ts';

const text = fc.constantFrom('a', 'b', 'c');
const edits: readonly (readonly [path: string, value: fc.Arbitrary<unknown>])[] = [
  ['enabled', fc.boolean()],
  ['eventTitle', text],
  ['senderName', fc.option(text)],
  ['statuses', fc.subarray(['approved', 'paid'])],
  [
    'reminders',
    fc.array(fc.record({ minutesBefore: fc.integer({ min: 1, max: 1000 }), channels: fc.constant(['email']) }), {
      maxLength: 2,
    }),
  ],
  ['notifications.sms.staff', fc.boolean()],
  ['notifications.email.staff', fc.boolean()],
  ['templates.booked.customer.email.en.subject', fc.option(text, { nil: undefined })],
  ['templates.booked.customer.email.en.body', fc.option(text, { nil: undefined })],
  ['templates.reminder.staff.sms.es.body', fc.option(text, { nil: undefined })],
];
/** What somebody has made of some settings. */
const editsOf = fc.array(fc.oneof(...edits.map(([path, value]) => fc.tuple(fc.constant(path), value))), {
  maxLength: 6,
});
const after = (draft: Draft, changes: readonly (readonly [string, unknown])[]): Draft =>
  changes.reduce((now, [path, value]) => withValue(now, path, value), draft);
const drafts = fc.tuple(editsOf, editsOf, editsOf).map(([first, mine, theirs]) => {
  const base = after(DEFAULTS, first);
  return { base, mine: after(base, mine), theirs: after(base, theirs) };
});

describe('what two admins have made of the same settings', () => {
  it('is put together without losing what either has changed', () => {
    fc.assert(
      fc.property(drafts, ({ base, mine, theirs }) => {
        const { draft, conflicts, takenOver } = merge(base, mine, theirs);
        const disputed = new Map(conflicts.map((conflict) => [conflict.path, conflict]));
        for (const path of changedPaths(base, mine)) {
          expect(valueAt(draft, path)).toEqual(valueAt(mine, path));
        }
        for (const path of changedPaths(base, theirs)) {
          const value = disputed.has(path) ? disputed.get(path)?.theirs : valueAt(draft, path);
          expect(value).toEqual(valueAt(theirs, path));
          expect(takenOver.includes(path) || disputed.has(path) || isSame(valueAt(mine, path), value)).toBe(true);
        }
        // And nothing that neither of them has.
        for (const path of changedPaths(base, draft)) {
          expect([valueAt(mine, path), valueAt(theirs, path)]).toContainEqual(valueAt(draft, path));
        }
      }),
    );
  });

  it('is the one where only one has changed anything', () => {
    fc.assert(
      fc.property(drafts, ({ base, mine }) => {
        expect(changedPaths(merge(base, mine, base).draft, mine)).toEqual([]);
        expect(changedPaths(merge(base, base, mine).draft, mine)).toEqual([]);
        expect(merge(base, mine, mine).conflicts).toEqual([]);
      }),
    );
  });

  it('is decided for either side, and nothing else changes by that', () => {
    fc.assert(
      fc.property(drafts, fc.array(fc.constantFrom('mine', 'theirs')), ({ base, mine, theirs }, sides) => {
        const answer = (draft: Draft) => ({ data: draft as Settings, etag: '"1"' });
        const before = overtaken({ ...started(answer(base)), draft: mine }, answer(theirs));
        const decided = before.conflicts.reduce(
          (state, { path }, index) => chosen(state, path, sides[index] ?? 'theirs'),
          before,
        );
        expect(undecided(decided)).toEqual([]);
        for (const [index, { path }] of before.conflicts.entries()) {
          expect(valueAt(decided.draft, path)).toEqual(
            valueAt((sides[index] ?? 'theirs') === 'mine' ? mine : theirs, path),
          );
        }
        const disputed = before.conflicts.map(({ path }) => path);
        expect(disputed).toEqual(expect.arrayContaining([...changedPaths(before.draft, decided.draft)]));
      }),
    );
  });
});

describe('a change', () => {
  it('is sent as a merge patch that makes the one into the other', () => {
    fc.assert(
      fc.property(drafts, ({ base, mine }) => {
        // What null removes has its default, which the API puts there.
        const saved = settingsSchema.parse(mergePatch(base, patchBetween(base, mine)));
        expect(changedPaths(saved, mine)).toEqual([]);
        expect(patchBetween(base, base)).toEqual({});
      }),
    );
  });
  it('sends nothing else, a list whole, and null for what is to have its default', () => {
    const own = { booked: { customer: { email: { en: { subject: 'S', body: 'B' } } } } };
    const base: Draft = { ...DEFAULTS, senderName: 'Sol', templates: own };
    const edit = (path: string, value: unknown) => patchBetween(base, withValue(base, path, value));
    expect(edit('eventTitle', 'x')).toEqual({ eventTitle: 'x' });
    expect(edit('notifications.sms.staff', true)).toEqual({ notifications: { sms: { staff: true } } });
    expect(edit('statuses', ['approved', 'paid'])).toEqual({ statuses: ['approved', 'paid'] });
    expect(edit('senderName', null)).toEqual({ senderName: null });
    expect(edit('templates.booked.customer.email.en.body', undefined)).toEqual({
      templates: { booked: { customer: { email: { en: { body: null } } } } },
    });
    expect(edit('templates.booked.customer.email.en', undefined)).toEqual({ templates: { booked: null } });
    expect(edit('templates.booked.staff.sms.es.body', 'Z')).toEqual({
      templates: { booked: { staff: { sms: { es: { body: 'Z' } } } } },
    });
  });
});

describe('the form', () => {
  const saved = { data: DEFAULTS, etag: '"1"' };
  const typed = (path: string, value: unknown, state: FormState = started(saved)) => edited(state, path, value);

  it('no longer says what was wrong with a value that has been changed', () => {
    const faults = ['eventTitle', 'reminders.0.minutesBefore', 'templates.booked.customer.email.en.body'].map(
      (path) => ({
        path,
        message: 'Wrong.',
      }),
    );
    const paths = (state: FormState) => state.faults.map(({ path }) => path);
    const state = refused(started(saved), faults);
    expect(paths(typed('reminders', [], state))).toEqual([faults[0]?.path, faults[2]?.path]);
    expect(paths(typed('templates.booked.customer.email.en', undefined, state))).toEqual([
      faults[0]?.path,
      faults[1]?.path,
    ]);
    expect(paths(typed('enabled', false, state))).toHaveLength(3);
  });

  it('takes what is typed into a disputed field for the decision', () => {
    const theirs = { data: { ...DEFAULTS, eventTitle: 'theirs', locale: 'es' as const }, etag: '"2"' };
    const state = overtaken(typed('eventTitle', 'mine'), theirs);
    expect(state).toMatchObject({
      saved: theirs,
      draft: { eventTitle: 'mine', locale: 'es' },
      conflicts: [{ path: 'eventTitle', mine: 'mine', theirs: 'theirs' }],
      takenOver: [{ path: 'locale', before: 'en' }],
    });
    expect(undecided(state)).toHaveLength(1);
    const retyped = typed('eventTitle', 'mine too', state);
    expect(undecided(retyped)).toEqual([]);
    const given = chosen(retyped, 'eventTitle', 'theirs');
    expect(given.draft.eventTitle).toBe('theirs');
    expect(chosen(given, 'eventTitle', 'mine').draft.eventTitle).toBe('mine too');
  });

  it('keeps what is typed while it is being saved, and takes over what the API has made of the rest', () => {
    const sent = typed('statuses', ['PAID']);
    const now = typed('eventTitle', 'later', sent);
    const answer = { data: { ...DEFAULTS, statuses: ['paid'] }, etag: '"2"' };
    const { draft } = stored(now, sent.draft, answer);
    expect(draft).toMatchObject({ statuses: ['paid'], eventTitle: 'later' });
    expect(changedPaths(answer.data, draft)).toEqual(['eventTitle']);
  });
});
