import { useEffect, useState } from 'preact/hooks';
import { type Api, ApiError } from '../../api.ts';
import type { BookingItem } from '../../api-types.ts';
import { useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { BookingRow } from './booking-row.tsx';
import { idsMeant } from './search.ts';
import { bookingsTexts } from './texts.ts';

/** Milliseconds without a key pressed after which a number is taken for whole. */
const PAUSE = 400;

/** A booking whose number was typed in, be it on other days or in another state than what is listed. */
export function FoundById({ text, shown }: { readonly text: string; readonly shown: readonly BookingItem[] }) {
  const words = useTexts(bookingsTexts);
  const { api } = useSession();
  const [found, setFound] = useState<BookingItem>();
  const ids = idsMeant(text);
  const isShown = shown.some(({ appointment }) => ids.includes(appointment.id));
  const wanted = isShown ? '' : ids.join(' ');
  useEffect(() => {
    setFound(undefined);
    if (wanted === '') return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      // The list itself says what keeps the API from answering.
      firstThatIsThere(api, wanted.split(' '), abort.signal).then(setFound, () => {});
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [api, wanted]);
  if (!found) return null;
  return (
    <section>
      <h2 class="day">{words.found}</h2>
      <ul class="rows">
        <BookingRow item={found} isAlone />
      </ul>
    </section>
  );
}

async function firstThatIsThere(
  api: Api,
  ids: readonly string[],
  signal: AbortSignal,
): Promise<BookingItem | undefined> {
  for (const appointmentId of ids) {
    try {
      return (await api('GET /appointments/{appointmentId}', { signal, path: { appointmentId } })).data;
    } catch (error) {
      if (!(error instanceof ApiError && error.kind === 'not_found')) throw error;
    }
  }
  return undefined;
}
