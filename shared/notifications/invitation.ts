import { invitesGuests } from '../meetings/event-body.ts';
import type { Settings } from '../settings/settings.ts';
import type { BookingNews, Recipient, Told } from './told.ts';

/** What a mail's calendar part asks of the recipient's calendar. */
export type InvitationMethod = 'REQUEST' | 'CANCEL';

/**
 * DESIGN rule 16, one voice: where Google itself invites a customer, or holds the event on the staff member's own calendar, no calendar
 * part goes along. Whoever got one of ours once goes on getting them, so that what stands in their calendar stays true.
 */
export function invitationMethod(
  { role, channel }: Pick<Recipient, 'role' | 'channel'>,
  kind: BookingNews,
  { invited = false }: Pick<Told, 'invited'>,
  settings: Settings,
): InvitationMethod | undefined {
  if (role !== 'customer' || channel !== 'email' || kind === 'reminder') return undefined;
  if (kind === 'cancelled') return invited ? 'CANCEL' : undefined;
  return invited || !invitesGuests(settings) ? 'REQUEST' : undefined;
}
