import type { StaffView } from '../../api-types.ts';
import { Notice, Status } from '../../kit/notices.tsx';
import { useTexts } from '../../language.ts';
import { useFormat } from '../../session.ts';
import { nameOf, sharersOf, standingOf } from './people.ts';
import { staffTexts } from './texts.ts';

/** How somebody stands with Google, in words, and what to do about it. */
export function ConnectionState({
  of: person,
  everybody,
}: {
  readonly of: StaffView;
  /** To know who shares an account with them. */
  readonly everybody: readonly StaffView[];
}) {
  const words = useTexts(staffTexts);
  const { date } = useFormat();
  const { state, googleEmail, connectedAt, problem } = person.connection;
  const sharers = sharersOf(person, everybody);
  return (
    <>
      <p>
        <Status is={standingOf(person)}>{words.states[state]}</Status>
      </p>
      <p class="soft">
        {state === 'connected'
          ? googleEmail !== null && words.connectedAs(googleEmail, connectedAt === null ? '' : date(connectedAt))
          : words.advice[state]}
      </p>
      {state === 'connected' && (sharers.length > 0 || problem !== null) && (
        <Notice is="warn">{sharers.length > 0 ? words.shared(sharers.map(nameOf).join(', ')) : problem}</Notice>
      )}
    </>
  );
}
