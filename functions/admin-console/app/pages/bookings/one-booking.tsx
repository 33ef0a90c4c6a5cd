import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../../api.ts';
import type { BookingDetail } from '../../api-types.ts';
import { errorWords } from '../../codes.ts';
import { Button } from '../../kit/controls.tsx';
import { Load, useAction, useLoad } from '../../kit/load.tsx';
import { EmptyState, ErrorNotice, Notice, Status } from '../../kit/notices.tsx';
import { Card, Page } from '../../kit/page.tsx';
import { useLanguage, useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useFormat, useSession } from '../../session.ts';
import { CancelButton } from './cancel.tsx';
import { Facts } from './facts.tsx';
import { History } from './history.tsx';
import { LinkCard } from './link-card.tsx';
import { Messages } from './messages.tsx';
import { hasNews, isLookedAt, isMoving, PATIENCE, STANDING } from './progress.ts';
import { useRefresh } from './refresh.ts';
import { bookingsTexts } from './texts.ts';

export function OneBooking({ id }: { readonly id: string }) {
  const words = useTexts(bookingsTexts);
  const { api } = useSession();
  const booking = useLoad(
    async (signal) => (await api('GET /appointments/{appointmentId}', { signal, path: { appointmentId: id } })).data,
    [id],
  );
  const { data, error, reload } = booking;
  const isMissing = data === undefined && error instanceof ApiError && error.kind === 'not_found';
  return (
    <Page title={data?.appointment.service?.name ?? words.unknownService}>
      <p>
        <a href={hashOf('bookings')}>{words.all}</a>
      </p>
      {isMissing ? (
        <EmptyState title={words.missing}>
          <p>{words.missingText}</p>
          <p>
            <code>{id}</code>
          </p>
        </EmptyState>
      ) : (
        <Load of={booking}>
          {(detail) => (
            <>
              <Progress detail={detail} isLoading={booking.isLoading} reload={reload} />
              <LinkCard detail={detail} />
              <Facts detail={detail} onErased={reload} />
              <Messages of={detail} />
              <History of={detail} />
            </>
          )}
        </Load>
      )}
    </Page>
  );
}

/** How far it has come, and what can be done about it. */
function Progress({
  detail,
  isLoading,
  reload,
}: {
  readonly detail: BookingDetail;
  readonly isLoading: boolean;
  readonly reload: () => void;
}) {
  const words = useTexts(bookingsTexts);
  const language = useLanguage();
  const { dateTime } = useFormat();
  const { appointment, meeting } = detail;
  const { state, error, nextAttemptAt, attempts } = meeting;
  const look = useLook(detail, reload);
  useRefresh({ isLoading, reload }, isMoving(state) || look.isAwaited);
  const waits = state === 'retrying' || state === 'waiting_for_staff' || state === 'failed';
  return (
    <Card>
      <div role="status">
        <p>
          <Status is={STANDING[state]}>{words.states[state]}</Status>
        </p>
        <p>{error === null ? words.explained[state] : errorWords(language, error)}</p>
        {waits && (
          <p class="soft">
            {attempts > 0 && words.attempts(attempts)}{' '}
            {nextAttemptAt !== null && words.nextAttempt(dateTime(nextAttemptAt))}
          </p>
        )}
        {state === 'waiting_for_staff' && appointment.staff && (
          <p>
            <a href={hashOf('staff', appointment.staff.email)}>{words.toStaff}</a>
          </p>
        )}
      </div>
      {look.error !== undefined && <ErrorNotice error={look.error} />}
      <div role="status">{look.result && <Notice is={look.result.is}>{look.result.text}</Notice>}</div>
      <div class="actions">
        <Button busy={look.isAwaited || look.isBusy} onClick={look.ask}>
          {look.isAwaited || look.isBusy ? words.looking : words.lookAgain}
        </Button>
        <CancelButton detail={detail} onCancelled={reload} />
      </div>
    </Card>
  );
}

/** "Look again": asks for it, waits until it has been done, and says what came of it. */
function useLook(detail: BookingDetail, reload: () => void) {
  const words = useTexts(bookingsTexts);
  const { api } = useSession();
  const latest = useRef(detail);
  latest.current = detail;
  const [before, setBefore] = useState<BookingDetail>();
  const [result, setResult] = useState<{ readonly is: 'pass' | 'unknown'; readonly text: string }>();
  const ask = useAction(async () => {
    setResult(undefined);
    await api('POST /appointments/{appointmentId}/resync', { path: { appointmentId: detail.appointment.id } });
    setBefore(latest.current);
    reload();
  });
  useEffect(() => {
    if (!before || !isLookedAt(before, detail)) return;
    setBefore(undefined);
    setResult({ is: 'pass', text: hasNews(before, detail) ? words.lookedChanged : words.lookedSame });
  }, [before, detail]);
  useEffect(() => {
    if (!before) return;
    const timer = setTimeout(() => {
      setBefore(undefined);
      setResult({ is: 'unknown', text: words.lookedLater });
    }, PATIENCE);
    return () => clearTimeout(timer);
  }, [before]);
  return { ask: ask.run, isBusy: ask.busy, error: ask.error, isAwaited: before !== undefined, result };
}
