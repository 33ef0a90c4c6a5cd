import type { BookingItem } from '../../api-types.ts';
import { Status } from '../../kit/notices.tsx';
import { useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useFormat } from '../../session.ts';
import { STANDING } from './progress.ts';
import { bookingsTexts } from './texts.ts';

/** One booking in a list; all of it leads to its page. @param props.isAlone it stands below no day */
export function BookingRow({
  item: { appointment, meeting },
  isAlone = false,
}: {
  readonly item: BookingItem;
  readonly isAlone?: boolean;
}) {
  const words = useTexts(bookingsTexts);
  const { hours, range } = useFormat();
  const { id, start, end, service, customers = [], staff } = appointment;
  return (
    <li class="row">
      <span class="row-time">
        {start !== undefined && end !== undefined && (isAlone ? range(start, end) : hours(start, end))}
      </span>
      <span class="row-what">
        <a href={hashOf('bookings', id)}>{service?.name ?? id}</a>
        <span class="soft">
          {[customers.map(({ name }) => name).join(', '), staff?.name ?? staff?.email].filter(Boolean).join(' · ')}
        </span>
      </span>
      <Status is={STANDING[meeting.state]}>{words.states[meeting.state]}</Status>
    </li>
  );
}
