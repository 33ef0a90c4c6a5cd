import type { Booking } from '../../shared/appointments/appointment.ts';
import type { Channel } from '../../shared/notifications/told.ts';
import { customer } from '../builders/bookings.ts';
import { Dice } from './randomness.ts';

export const STAFF = ['ana@clinic.test', 'bea@clinic.test', 'carl@clinic.test'] as const;
const STAFF_PHONES: Readonly<Record<string, string>> = {
  'ana@clinic.test': '+34 630 00 00 01',
  'bea@clinic.test': '630 00 00 02',
  'carl@clinic.test': '+34630000003',
};
export const CUSTOMERS = ['Luis', 'Eva', 'Marta', 'Iker', 'Noa', 'Pau'].map(customer);

/** How the platform may write the number of one customer: with its country, another one, without a country, or not at all. */
const WRITTEN = (index: number) => ({
  usual: `+3460000000${index}`,
  other: `+34 610 00 00 0${index}`,
  national: `620 00 00 0${index}`,
  words: 'ask at the desk',
});

interface Person {
  readonly email: string;
  readonly phone?: string;
}

/** What the platform knows of everybody's telephone; it changes as the day goes on. */
export class Phones {
  /** By customer, the earliest first. */
  readonly #known = new Map<string, readonly { readonly from: number; readonly phone: string | undefined }[]>();

  /** @param start milliseconds since the epoch @param span of the day, in milliseconds */
  constructor(seed: number, start: number, span: number) {
    for (const [index, { email }] of CUSTOMERS.entries()) {
      const dice = new Dice(seed, `phone of ${email}`);
      const draw = () => {
        const which = dice.weighted({ usual: 14, other: 3, national: 4, words: 1, none: 3 });
        return which === 'none' ? undefined : WRITTEN(index + 1)[which];
      };
      const changes = Array.from({ length: dice.weighted({ '': 3, x: 1, xx: 1 }).length }, () => ({
        from: start + dice.between(0, span),
        phone: draw(),
      }));
      this.#known.set(email, [{ from: 0, phone: draw() }, ...changes.sort((a, b) => a.from - b.from)]);
    }
  }

  /** A customer, or one of the staff, with the telephone that the platform has of them then. */
  with<P extends Person>(person: P, at: number): P {
    const { email } = person;
    const phone = STAFF_PHONES[email] ?? this.#known.get(email)?.findLast(({ from }) => from <= at)?.phone;
    return phone ? { ...person, phone } : person;
  }
}

/** One person on one channel. */
export interface Reach {
  readonly role: 'customer' | 'staff';
  readonly channel: Channel;
  readonly address: string;
  readonly person: string;
}

/** Where everybody of a booking is to be told, as far as their numbers are numbers. */
export function reachOf(
  { staff, customers }: Pick<Booking, 'staff' | 'customers'>,
  defaultCountry: string | null,
): Reach[] {
  const everybody = [
    { role: 'staff' as const, ...staff },
    ...customers.map(({ email = '', phone }) => ({ role: 'customer' as const, email, phone })),
  ];
  return everybody.flatMap(({ role, email, phone }) => {
    const number = phone && numberOf(phone, defaultCountry);
    return [
      { role, channel: 'email' as const, address: email, person: email },
      ...(number ? [{ role, channel: 'sms' as const, address: number, person: email }] : []),
    ];
  });
}

/** Everybody here is in Spain. */
function numberOf(phone: string, defaultCountry: string | null): string | undefined {
  const digits = phone.replaceAll(' ', '');
  if (/^\+\d+$/.test(digits)) return digits;
  return /^\d+$/.test(digits) && defaultCountry === 'ES' ? `+34${digits}` : undefined;
}

/** Whose number it is, whichever of theirs. */
export function ownerOf(number: string): string | undefined {
  const of = (phones: readonly string[]) => phones.some((phone) => numberOf(phone, 'ES') === number);
  return (
    CUSTOMERS.find((_, index) => of(Object.values(WRITTEN(index + 1))))?.email ??
    STAFF.find((email) => of([STAFF_PHONES[email] ?? '']))
  );
}

export const channelOf = (address: string): Channel => (address.includes('@') ? 'email' : 'sms');
