import type { BookingItem, MeetingState } from '../../api-types.ts';
import { Copyable } from '../../kit/controls.tsx';
import { Load, useLoad } from '../../kit/load.tsx';
import { EmptyState, Notice, type Standing, Status } from '../../kit/notices.tsx';
import { Page } from '../../kit/page.tsx';
import { useTexts } from '../../language.ts';
import { hashOf, type Route } from '../../route.ts';
import { useFormat, useSession } from '../../session.ts';
import { bookingsTexts } from './texts.ts';

const STANDING: Readonly<Record<MeetingState, Standing>> = {
  not_required: 'off',
  pending: 'unknown',
  ready: 'pass',
  waiting_for_staff: 'warn',
  retrying: 'warn',
  failed: 'fail',
  cancelled: 'off',
};

export const BookingsPage = ({ route: { id } }: { readonly route: Route }) =>
  id === undefined ? <BookingList /> : <OneBooking id={id} />;

function BookingList() {
  const words = useTexts(bookingsTexts);
  const { api } = useSession();
  const bookings = useLoad(async (signal) => (await api('GET /appointments', { signal })).data);
  return (
    <Page title={words.title}>
      <Load of={bookings}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={words.none}>
              <p>{words.noneText}</p>
            </EmptyState>
          ) : (
            <ul class="cards">
              {items.map((item) => (
                <li key={item.appointment.id} class="card">
                  <h2>
                    <a href={hashOf('bookings', item.appointment.id)}>
                      {item.appointment.service?.name ?? item.appointment.id}
                    </a>
                  </h2>
                  <Summary of={item} />
                </li>
              ))}
            </ul>
          )
        }
      </Load>
    </Page>
  );
}

function OneBooking({ id }: { readonly id: string }) {
  const words = useTexts(bookingsTexts);
  const { api } = useSession();
  const booking = useLoad(
    async (signal) => (await api('GET /appointments/{appointmentId}', { signal, path: { appointmentId: id } })).data,
    [id],
  );
  return (
    <Page title={booking.data?.appointment.service?.name ?? words.title}>
      <p>
        <a href={hashOf('bookings')}>{words.all}</a>
      </p>
      <Load of={booking}>
        {(detail) => (
          <div class="card">
            <Summary of={detail} />
            {detail.meeting.error && <Notice is="warn">{detail.meeting.error.message}</Notice>}
            {detail.meeting.meetUrl !== null && <Copyable text={detail.meeting.meetUrl} />}
          </div>
        )}
      </Load>
    </Page>
  );
}

function Summary({ of: { appointment, meeting } }: { readonly of: BookingItem }) {
  const words = useTexts(bookingsTexts);
  const { range } = useFormat();
  const { start, end, customers = [], staff } = appointment;
  return (
    <>
      {start !== undefined && end !== undefined && <p>{range(start, end)}</p>}
      <p class="soft">
        {[...customers.map(({ name }) => name), staff?.name ?? staff?.email].filter(Boolean).join(' · ')}
      </p>
      <p>
        <Status is={STANDING[meeting.state]}>{words.states[meeting.state]}</Status>
      </p>
    </>
  );
}
