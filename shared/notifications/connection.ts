import type { Settings } from '../settings/settings.ts';
import { connectUrl, type LinkSigner } from '../staff/links.ts';
import type { Staff } from '../staff/staff.ts';
import type { StaffStore } from '../staff/store.ts';
import { after, DAY, earliest, epochSeconds, type Instant, toInstant } from '../time.ts';
import { type DeliverDeps, deliver } from './deliver.ts';
import { composeConnectionMail } from './messages.ts';
import { decideConnection, notTold, type Recipient, recipientKey, type Truth } from './told.ts';

export interface ConnectionNoticeDeps extends DeliverDeps {
  readonly staff: StaffStore;
  readonly links: LinkSigner;
  readonly publicUrl: string;
}

/**
 * DESIGN rule 17: while somebody's bookings wait for them to connect, they get their connect link and the admin is told, once each time
 * and not per booking; once an account is connected, the staff member is told which.
 * @returns whether they are connected, and when somebody must be told later
 */
export async function tellOfConnection(
  deps: ConnectionNoticeDeps,
  staffEmail: string,
  settings: Settings,
): Promise<{ connected: boolean; until?: Instant }> {
  const person = await deps.staff.get(staffEmail);
  if (!person) return { connected: false };
  const now = toInstant(deps.clock.now());
  const { state, grantId, endedAt, since } = person.connection;
  const truth: Truth & { status: 'to_connect' | 'connected' } = {
    status: state === 'connected' ? 'connected' : 'to_connect',
    episode: `${state} ${grantId ?? endedAt ?? since ?? ''}`,
  };
  const subject = `staff:${staffEmail}`;
  const ledger = new Map((await deps.told.ofSubject(subject)).map((told) => [told.recipient, told]));
  const expiresAt = epochSeconds(after(now, (settings.retentionDays + 365) * DAY));
  const waits = await Promise.all(
    concerned(person, truth.status, settings).map(async (to) => {
      const told = ledger.get(recipientKey(to)) ?? notTold(subject, to);
      const decision = decideConnection(told, truth, now);
      if (!decision) return undefined;
      if ('until' in decision) return decision.until;
      const write = () => composeFor(deps, person, to, settings);
      return deliver(deps, { told: { ...told, to }, news: { truth }, kind: decision.tell, write, expiresAt }, settings);
    }),
  );
  const until = earliest(...waits);
  return { connected: truth.status === 'connected', ...(until && { until }) };
}

type Concerned = Recipient & { readonly role: 'staff' | 'admin' };

function concerned(person: Staff, status: 'to_connect' | 'connected', { adminEmail }: Settings): Concerned[] {
  const { email, name, locale } = person;
  return [
    { role: 'staff', channel: 'email', address: email, person: email, name: name ?? email, ...(locale && { locale }) },
    ...(adminEmail && status === 'to_connect'
      ? [{ role: 'admin', channel: 'email', address: adminEmail, person: adminEmail, name: adminEmail } as const]
      : []),
  ];
}

async function composeFor(
  { links, publicUrl }: ConnectionNoticeDeps,
  person: Staff,
  to: Concerned,
  settings: Settings,
) {
  const { state, connectedAt } = person.connection;
  const news = state === 'connected' ? 'connected' : connectedAt ? 'to_reconnect' : 'to_connect';
  const url =
    to.role === 'staff' ? connectUrl(publicUrl, (await links.sign('connect', person.email)).token) : undefined;
  return composeConnectionMail(news, to, person, url, settings);
}
