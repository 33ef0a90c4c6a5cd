import type { Booking } from '../appointments/appointment.ts';
import type { Settings } from '../settings/settings.ts';
import type { Staff } from '../staff/staff.ts';
import { toE164 } from './phone.ts';
import { type Recipient, recipientKey } from './told.ts';

/** Somebody who has to do with a booking. */
export type BookedPerson = Recipient & { readonly role: 'customer' | 'staff' };

/** DESIGN: staff and customers each get one message on each channel; one address is one person. */
export function recipientsOf(booking: Booking, staff: Staff | undefined, settings: Settings): BookedPerson[] {
  const { email } = booking.staff;
  const host = {
    role: 'staff',
    person: email,
    name: staff?.name ?? booking.staff.name ?? email,
    ...(staff?.locale && { locale: staff.locale }),
  } as const;
  const everybody = [
    ...onChannels(host, email, staff?.phone ?? booking.staff.phone, settings),
    ...booking.customers.flatMap((customer) =>
      onChannels(
        {
          role: 'customer',
          person: customer.email ?? customer.name,
          name: customer.name,
          ...(customer.locale && { locale: customer.locale }),
          customer,
        },
        customer.email,
        customer.phone,
        settings,
      ),
    ),
  ];
  return [...new Map(everybody.toReversed().map((to) => [recipientKey(to), to])).values()].toReversed();
}

function onChannels(
  somebody: Omit<BookedPerson, 'channel' | 'address'>,
  email: string | undefined,
  phone: string | undefined,
  { defaultCountry }: Settings,
): BookedPerson[] {
  const found: BookedPerson[] = [];
  if (email) found.push({ ...somebody, channel: 'email', address: email });
  if (phone) {
    const read = toE164(phone, defaultCountry);
    found.push(
      'number' in read
        ? { ...somebody, channel: 'sms', address: read.number, written: phone }
        : { ...somebody, channel: 'sms', address: phone, written: phone, unusable: read.problem },
    );
  }
  return found;
}
