import type { MeetingState } from '../../api-types.ts';
import { Field, Select } from '../../kit/controls.tsx';
import { useLoad } from '../../kit/load.tsx';
import { useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { ALL_STATES, EVER, type Filter, firstDay, isSameStates, NEEDS_ATTENTION, writeFilter } from './filter.ts';
import { bookingsTexts } from './texts.ts';

/** What is asked for most; the other filters stay. */
export function Shortcuts({ filter }: { readonly filter: Filter }) {
  const words = useTexts(bookingsTexts);
  const shortcuts: readonly (readonly [label: string, states: readonly MeetingState[]])[] = [
    [words.everything, []],
    [words.attention, NEEDS_ATTENTION],
    [words.states.failed, ['failed']],
    [words.states.waiting_for_staff, ['waiting_for_staff']],
  ];
  return (
    <ul class="chips" aria-label={words.shortcuts}>
      {shortcuts.map(([label, states]) => (
        <li key={label}>
          <a
            href={hashOf('bookings', undefined, writeFilter({ ...filter, states }))}
            aria-current={isSameStates(filter.states, states) ? 'true' : undefined}
          >
            {label}
          </a>
        </li>
      ))}
    </ul>
  );
}

export function Filters({
  filter,
  today,
  isImpossible,
  onChange,
}: {
  readonly filter: Filter;
  /** In the business's zone: `2026-12-01`. */
  readonly today: string;
  /** It ends before it begins. */
  readonly isImpossible: boolean;
  readonly onChange: (change: Partial<Filter>) => void;
}) {
  const words = useTexts(bookingsTexts);
  const { api } = useSession();
  // Names to choose from; without them the list still is what it is.
  const staff = useLoad(async (signal) => (await api('GET /staff', { signal })).data);
  const names = new Map((staff.data ?? []).map(({ email, name }) => [email, name ?? email]));
  if (filter.staff !== '' && !names.has(filter.staff)) names.set(filter.staff, filter.staff);
  const state = ALL_STATES.find((one) => isSameStates([one], filter.states)) ?? filter.states.join(',');
  return (
    <form class="card filters" aria-label={words.filters} onSubmit={(event) => event.preventDefault()}>
      <div class="wide">
        <Field
          label={words.search}
          hint={words.searchHint}
          type="search"
          autocomplete="off"
          spellcheck={false}
          value={filter.text}
          onInput={(text) => onChange({ text })}
        />
      </div>
      <Field
        label={words.from}
        type="date"
        value={firstDay(filter, today) ?? ''}
        onInput={(day) => onChange({ from: day === '' ? EVER : day === today ? '' : day })}
      />
      <Field
        label={words.to}
        type="date"
        value={filter.to}
        onInput={(to) => onChange({ to })}
        error={isImpossible ? words.toFault : undefined}
      />
      <Select
        label={words.state}
        value={state}
        options={[
          ['', words.anyState],
          [NEEDS_ATTENTION.join(','), words.attention],
          ...ALL_STATES.map((one) => [one, words.states[one]] as const),
          // Of an address that somebody has put together.
          ...(filter.states.length > 1 && !isSameStates(filter.states, NEEDS_ATTENTION)
            ? [[state, filter.states.map((one) => words.states[one]).join(', ')] as const]
            : []),
        ]}
        onChange={(chosen) => onChange({ states: chosen.split(',').filter((one) => one !== '') as MeetingState[] })}
      />
      <Select
        label={words.staff}
        value={filter.staff}
        options={[['', words.everybody], ...[...names].toSorted(([, one], [, other]) => one.localeCompare(other))]}
        onChange={(chosen) => onChange({ staff: chosen })}
      />
    </form>
  );
}
