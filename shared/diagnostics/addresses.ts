import { explainDelivery } from '../notifications/delivery-error.ts';
import type { Undeliverable } from '../notifications/undeliverable.ts';
import type { Check } from './check.ts';

const SHOWN = 20;

/** Addresses to which nothing is sent any more. @param undeliverable all of them */
export function checkAddresses(undeliverable: readonly Undeliverable[]): Check {
  const about = { id: 'undeliverable_addresses', title: 'Addresses take messages' } as const;
  if (undeliverable.length === 0) {
    return { ...about, status: 'pass', detail: 'No message has come back.', fix: '' };
  }
  const newestFirst = undeliverable.toSorted((a, b) => (a.at < b.at ? 1 : -1));
  const shown = newestFirst
    .slice(0, SHOWN)
    .map(({ address, reason, at, detail }) => `${address}: ${reason} on ${at}${detail ? ` (${detail})` : ''}`);
  const more = undeliverable.length - shown.length;
  const reasons = [...new Set(newestFirst.map(({ reason }) => reason))];
  return {
    ...about,
    status: 'warn',
    detail: [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; '),
    fix: `${reasons.map((reason) => explainDelivery(reason)).join(' ')} For a staff member, save the profile again once the address works.`,
  };
}
