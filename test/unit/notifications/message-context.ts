import type { MessageContext } from '../../../shared/notifications/message-values.ts';
import { defaultSettings, type Settings } from '../../../shared/settings/settings.ts';
import { ANA, aBooking, customer } from '../../builders/bookings.ts';

export const URL = 'https://meet.google.com/abc-defg-hij';
export const EVIL = 'Ana <script>alert(1)</script>\r\nBcc: x@y';
export const MADRID: Settings = { ...defaultSettings, timeZone: 'Europe/Madrid' };
export const KINDS = ['booked', 'rescheduled', 'link_changed', 'cancelled', 'reminder'] as const;
export const LOCALES = ['en', 'es'] as const;

export const toLuis = {
  role: 'customer',
  channel: 'email',
  address: 'luis@mail.test',
  person: 'luis@mail.test',
  name: 'Luis',
} as const;
export const toAna = { role: 'staff', channel: 'email', address: ANA, person: ANA, name: 'Ana' } as const;

/** What is told of the booking of Luis with Ana; of a cancelled one there is nothing to join. */
export function aMessage(changes: Partial<MessageContext> = {}): MessageContext {
  return {
    kind: 'booked',
    to: { ...toLuis, customer: customer('Luis') },
    appointmentId: 'booknetic:1042',
    status: 'approved',
    booking: aBooking({ location: { name: 'Online' }, notes: 'first\n\nsecond' }),
    ...(changes.kind !== 'cancelled' && { url: URL }),
    oldStart: '2026-11-30T09:00:00Z',
    ...changes,
  };
}
