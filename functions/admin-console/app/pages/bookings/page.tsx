import type { Route } from '../../route.ts';
import { BookingList } from './booking-list.tsx';
import { OneBooking } from './one-booking.tsx';

export const BookingsPage = ({ route: { id, query } }: { readonly route: Route }) =>
  id === undefined ? <BookingList query={query} /> : <OneBooking id={id} />;
