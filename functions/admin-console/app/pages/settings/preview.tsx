import { useEffect, useMemo, useState } from 'preact/hooks';
import type { BookingItem } from '../../api-types.ts';
import { Button, Field } from '../../kit/controls.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Load, useLoad } from '../../kit/load.tsx';
import { kitTexts } from '../../kit/texts.ts';
import { useTexts } from '../../language.ts';
import { useFormat, useSession } from '../../session.ts';
import { dayOf, daysAround, isFound } from './booking-search.ts';
import { type PreviewBooking, useForm } from './form-context.ts';
import { settingsTexts } from './texts.ts';

/** Milliseconds without a key pressed after which a preview is asked for. */
const PAUSE = 400;

/** A value once it has stood for a moment. */
export function useSettled<Value>(value: Value): Value {
  const [settled, setSettled] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

/** Which booking previews are of, and another. */
export function PreviewOf() {
  const words = useTexts(settingsTexts);
  const { booking, setBooking } = useForm();
  const [isOpen, setOpen] = useState(false);
  return (
    <div class="split">
      <p>
        {words.previewOf}: <strong>{booking?.label ?? words.sample}</strong>
      </p>
      <div class="tally">
        {booking && <Button onClick={() => setBooking(undefined)}>{words.useSample}</Button>}
        <Button onClick={() => setOpen(true)}>{words.choose}</Button>
      </div>
      {isOpen && (
        <ChooseBooking
          onClose={() => setOpen(false)}
          onChoose={(chosen) => {
            setBooking(chosen);
            setOpen(false);
          }}
        />
      )}
    </div>
  );
}

/** Bookings that are shown at once. */
const SHOWN = 8;

function ChooseBooking({
  onClose,
  onChoose,
}: {
  readonly onClose: () => void;
  readonly onChoose: (booking: PreviewBooking) => void;
}) {
  const words = useTexts(settingsTexts);
  const kit = useTexts(kitTexts);
  const format = useFormat();
  const { timeZone } = useSession();
  const [query, setQuery] = useState('');
  const [day, setDay] = useState('');
  const [shown, setShown] = useState(SHOWN);
  const bookings = useBookings(day);
  const labelOf = ({ appointment: { id, service, start, customers = [] } }: BookingItem): string =>
    [service?.name, customers.map(({ name }) => name).join(', '), start && format.dateTime(start), id]
      .filter(Boolean)
      .join(' · ');
  return (
    <Dialog title={words.pick.title} onClose={onClose} actions={<Button onClick={onClose}>{kit.cancel}</Button>}>
      <Field label={words.pick.search} type="search" value={query} onInput={setQuery} autocomplete="off" />
      <Field label={words.pick.day} hint={words.pick.hint} type="date" value={day} onInput={setDay} />
      <Load of={bookings}>
        {(items) => {
          const found = items.filter(
            (item) =>
              item.appointment.start !== undefined &&
              isFound(item, query) &&
              (day === '' || dayOf(item.appointment.start, timeZone) === day),
          );
          return (
            <>
              <ul class="picks">
                {found.slice(0, shown).map((item) => (
                  <li key={item.appointment.id}>
                    <button type="button" onClick={() => onChoose({ id: item.appointment.id, label: labelOf(item) })}>
                      {labelOf(item)}
                    </button>
                  </li>
                ))}
              </ul>
              {found.length === 0 && !bookings.isLoading && <p role="status">{words.pick.none}</p>}
              {found.length > shown && <Button onClick={() => setShown(shown + SHOWN)}>{words.pick.more}</Button>}
            </>
          );
        }}
      </Load>
    </Dialog>
  );
}

/** Pages of bookings that are looked through; a business with more finds them by their day. */
const MOST_PAGES = 5;

/** Bookings from now on, or about a day. */
function useBookings(day: string) {
  const { api } = useSession();
  const now = useMemo(() => new Date().toISOString(), []);
  return useLoad(
    async (signal) => {
      const range = day === '' ? { from: now } : daysAround(day);
      const items: BookingItem[] = [];
      let cursor = '';
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const { data } = await api('GET /appointments', { query: { ...range, limit: '100', cursor }, signal });
        items.push(...data.items);
        if (data.cursor === null) break;
        cursor = data.cursor;
      }
      return items;
    },
    [day],
  );
}
