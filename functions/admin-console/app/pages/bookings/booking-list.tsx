import { useMemo, useRef } from 'preact/hooks';
import type { BookingItem } from '../../api-types.ts';
import { Button } from '../../kit/controls.tsx';
import { Load, useAction, useLoad } from '../../kit/load.tsx';
import { EmptyState, ErrorNotice } from '../../kit/notices.tsx';
import { Page } from '../../kit/page.tsx';
import { useTexts } from '../../language.ts';
import { hashOf, parseHash } from '../../route.ts';
import { useFormat, useSession } from '../../session.ts';
import { BookingRow } from './booking-row.tsx';
import {
  apiQuery,
  dayOf,
  EVER,
  endsBeforeItBegins,
  type Filter,
  isFiltered,
  readFilter,
  writeFilter,
} from './filter.ts';
import { Filters, Shortcuts } from './filters.tsx';
import { FoundById } from './found-by-id.tsx';
import { byDay, matches } from './search.ts';
import { bookingsTexts } from './texts.ts';

interface Listed {
  /** The query that it answers. */
  readonly key: string;
  readonly items: readonly BookingItem[];
  readonly cursor: string | null;
}

export function BookingList({ query }: { readonly query: URLSearchParams }) {
  const words = useTexts(bookingsTexts);
  const { api, timeZone, announce } = useSession();
  const filter = useMemo(() => readFilter(query), [query]);
  const today = dayOf(new Date(), timeZone);
  const isImpossible = endsBeforeItBegins(filter, today);
  const asked = apiQuery(filter, timeZone, new Date());
  const key = JSON.stringify(asked);
  const wanted = useRef(key);
  wanted.current = key;

  const list = useLoad<Listed>(
    async (signal) => {
      if (isImpossible) return { key, items: [], cursor: null };
      return { key, ...(await api('GET /appointments', { signal, query: asked })).data };
    },
    [key],
  );
  const more = useAction(async ({ key: before, items, cursor }: Listed) => {
    const { data } = await api('GET /appointments', { query: { ...asked, cursor: cursor ?? '' } });
    // The filter may have been changed meanwhile.
    if (wanted.current !== before) return;
    list.setData({ key: before, items: [...items, ...data.items], cursor: data.cursor });
    announce(words.moreLoaded(data.items.length));
  });
  // What is typed makes no history. A change that came just before stands in the address already, though not on the page.
  const change = (changed: Partial<Filter>) => {
    const before = readFilter(parseHash(location.hash).query);
    location.replace(hashOf('bookings', undefined, writeFilter({ ...before, ...changed })));
  };
  return (
    <Page
      title={words.title}
      actions={
        <Button busy={list.isLoading} onClick={list.reload}>
          {words.refresh}
        </Button>
      }
    >
      <Shortcuts filter={filter} />
      <Filters filter={filter} today={today} isImpossible={isImpossible} onChange={change} />
      <Load of={list}>
        {(listed) => (
          <div aria-busy={listed.key !== key}>
            <Results listed={listed} filter={filter} />
            {more.error !== undefined && <ErrorNotice error={more.error} />}
            {listed.cursor !== null && (
              <Button busy={more.busy} onClick={() => more.run(listed)}>
                {more.busy ? words.loadingMore : words.more}
              </Button>
            )}
          </div>
        )}
      </Load>
    </Page>
  );
}

function Results({ listed: { items, cursor }, filter }: { readonly listed: Listed; readonly filter: Filter }) {
  const words = useTexts(bookingsTexts);
  const { timeZone } = useSession();
  const { date } = useFormat();
  const shown = filter.text.trim() === '' ? items : items.filter((item) => matches(item, filter.text));
  return (
    <>
      <FoundById text={filter.text} shown={shown} />
      <p class="soft" role="status">
        {shown.length > 0 && words.count(shown.length, cursor !== null)}{' '}
        {shown.length === 0 && items.length > 0 && words.notAmong(items.length)}
      </p>
      {items.length === 0 && cursor === null && <Nothing isFiltered={isFiltered(filter)} />}
      {byDay(shown, (start) => dayOf(new Date(start), timeZone)).map(([day, those]) => (
        <section key={day}>
          <h2 class="day">{those[0]?.appointment.start !== undefined && date(those[0].appointment.start)}</h2>
          <ul class="rows">
            {those.map((item) => (
              <BookingRow key={item.appointment.id} item={item} />
            ))}
          </ul>
        </section>
      ))}
      {shown.length > 0 && <p class="soft">{words.zone(timeZone)}</p>}
    </>
  );
}

function Nothing({ isFiltered: isNarrow }: { readonly isFiltered: boolean }) {
  const words = useTexts(bookingsTexts);
  return isNarrow ? (
    <EmptyState title={words.nothing}>
      <p>{words.nothingText}</p>
      <p>
        <a href={hashOf('bookings')}>{words.showAll}</a>
      </p>
    </EmptyState>
  ) : (
    <EmptyState title={words.none}>
      <p>{words.noneText}</p>
      <p>
        <a href={hashOf('bookings', undefined, { from: EVER })}>{words.showEver}</a>
      </p>
    </EmptyState>
  );
}
