import type { BookingDetail, MeetingState } from '../../api-types.ts';
import { errorWords } from '../../codes.ts';
import { Card } from '../../kit/page.tsx';
import { useLanguage, useTexts } from '../../language.ts';
import { useFormat } from '../../session.ts';
import { bookingsTexts } from './texts.ts';

/** What was done, newest first. */
export function History({ of: { timeline } }: { readonly of: BookingDetail }) {
  const words = useTexts(bookingsTexts);
  const language = useLanguage();
  const { dateTime } = useFormat();
  const said = (what: string): string => {
    const state = what.replace(/^state_/, '') as MeetingState;
    if (what.startsWith('state_') && Object.hasOwn(words.states, state)) return words.states[state];
    return Object.hasOwn(words.events, what) ? (words.events[what] ?? what) : what;
  };
  return (
    <Card title={words.history}>
      {timeline.length === 0 ? (
        <p class="soft">{words.noHistory}</p>
      ) : (
        <ol class="log">
          {timeline.toReversed().map(({ at, what, detail }, index) => (
            // Nothing is ever put between: counted from the oldest, each keeps its place.
            <li key={timeline.length - index}>
              <strong>{said(what)}</strong> <span class="soft">{dateTime(at)}</span>
              {detail !== undefined && <p class="soft">{errorWords(language, { code: detail, message: detail })}</p>}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}
