import type { Logger } from '@aws-lambda-powertools/logger';
import * as z from 'zod/mini';
import {
  type ConnectLinkAnswer,
  type ConnectLinkRequest,
  connectLinkRequest,
  type ProfileRequest,
  profileRequest,
  type StaffAnswer,
  type StaffListAnswer,
} from '../../shared/api/staff.ts';
import type { AppointmentStore } from '../../shared/appointments/store.ts';
import type { SecretReader } from '../../shared/aws/secrets.ts';
import { AppError } from '../../shared/errors.ts';
import { type HttpEvent, httpHandler, json, jsonInput, pathParameter } from '../../shared/http/chain.ts';
import { adminKey } from '../../shared/http/credentials.ts';
import { email } from '../../shared/http/fields.ts';
import { validate } from '../../shared/http/validate.ts';
import { countBookings, wakeBookings } from '../../shared/meetings/staff-bookings.ts';
import type { MeetingStore } from '../../shared/meetings/store.ts';
import type { Undeliverable, UndeliverableStore } from '../../shared/notifications/undeliverable.ts';
import { type DisconnectDeps, disconnect } from '../../shared/staff/connect.ts';
import { connectUrl, type LinkSigner } from '../../shared/staff/links.ts';
import { newStaff, type Staff } from '../../shared/staff/staff.ts';

export interface StaffApiDeps extends DisconnectDeps {
  readonly meetings: MeetingStore;
  readonly appointments: AppointmentStore;
  readonly links: LinkSigner;
  readonly undeliverable: Pick<UndeliverableStore, 'list' | 'clear'>;
  /** @throws AppError `conflict` when the mail was not taken */
  readonly sendConnectLink: (person: Staff, url: string) => Promise<void>;
  readonly secrets: SecretReader;
  readonly adminKeySecretId: string;
  readonly publicUrl: string;
  readonly logger: Logger;
}

const SCHEMAS = {
  'PUT /staff/{email}': profileRequest,
  'POST /staff/{email}/connect-link': connectLinkRequest,
};

/**
 * Staff profiles and their connections to Google. Addresses to which nothing is sent any more are shown with the person; saving a profile
 * says that they are right again (the mailbox is mended, the number is another), and clears what was known against them.
 */
export function makeHandler(deps: StaffApiDeps) {
  const { staff: store } = deps;

  const known = async (event: HttpEvent): Promise<Staff> => {
    const person = await store.get(staffEmail(event));
    if (!person) throw new AppError('not_found', 'There is no such staff member.');
    return person;
  };
  const shown = async (
    person: Staff,
    everybody: readonly Staff[],
    marks: readonly Undeliverable[],
  ): Promise<StaffAnswer> => ({
    email: person.email,
    name: person.name ?? null,
    phone: person.phone ?? null,
    locale: person.locale ?? null,
    calendarId: person.calendarId,
    connection: {
      state: person.connection.state,
      googleEmail: person.connection.googleEmail ?? null,
      connectedAt: person.connection.connectedAt ?? null,
      problem: person.connection.problem ?? sharedAccount(person, everybody) ?? null,
    },
    undeliverable: marks
      .filter((mark) => isOf(mark, person))
      .map(({ channel, address, reason, at, detail }) => ({ channel, address, reason, at, detail: detail ?? null })),
    ...(await countBookings(deps.meetings, person.email, deps.clock)),
  });
  const answer = async (event: HttpEvent) => {
    const person = await known(event);
    const [everybody, marks] = await Promise.all([store.list(), deps.undeliverable.list()]);
    return json<StaffAnswer>(200, await shown(person, everybody, marks));
  };

  return httpHandler({
    logger: deps.logger,
    use: [
      adminKey(deps.secrets, deps.adminKeySecretId),
      jsonInput(SCHEMAS, { bodyOptional: ['POST /staff/{email}/connect-link'] }),
    ],
    routes: {
      'GET /staff': async () => {
        const [everybody, marks] = await Promise.all([store.list(), deps.undeliverable.list()]);
        return json<StaffListAnswer>(
          200,
          await Promise.all(everybody.map((person) => shown(person, everybody, marks))),
        );
      },
      'GET /staff/{email}': answer,

      'PUT /staff/{email}': async (event) => {
        const address = staffEmail(event);
        const { name, phone, locale: language, calendarId } = event.input as ProfileRequest;
        const wanted = {
          calendarId,
          ...(name && { name }),
          ...(phone && { phone }),
          ...(language && { locale: language }),
        };
        const before = await store.get(address);
        if (!(await store.setProfile(address, wanted))) await store.add(newStaff(address, wanted));
        const marks = (await deps.undeliverable.list()).filter((mark) => isOf(mark, { email: address, ...wanted }));
        await Promise.all(marks.map((mark) => deps.undeliverable.clear(mark.channel, mark.address)));
        if (before && before.calendarId !== calendarId) await wakeBookings(deps, address);
        return answer(event);
      },

      'DELETE /staff/{email}': async (event) => {
        const person = await known(event);
        await disconnect(deps, person);
        await store.delete(person.email);
        await wakeBookings(deps, person.email);
        return { statusCode: 204 };
      },

      'POST /staff/{email}/connect-link': async (event) => {
        const address = staffEmail(event);
        const { sendEmail } = event.input as ConnectLinkRequest;
        await store.add(newStaff(address));
        const { token, expiresAt } = await deps.links.sign('connect', address);
        const url = connectUrl(deps.publicUrl, token);
        if (sendEmail) await deps.sendConnectLink(await known(event), url);
        return json<ConnectLinkAnswer>(200, { url, expiresAt });
      },

      'DELETE /staff/{email}/connection': async (event) => {
        const person = await known(event);
        await disconnect(deps, person);
        await wakeBookings(deps, person.email);
        return answer(event);
      },
    },
  });
}

/** The address in the path. @throws AppError `invalid` */
const staffEmail = (event: HttpEvent): string =>
  validate(z.object({ email }), { email: pathParameter(event, 'email') }).email;

const isOf = ({ channel, address }: Undeliverable, { email: own, phone }: Pick<Staff, 'email' | 'phone'>): boolean =>
  channel === 'email' ? address === own : phone !== undefined && digits(address) === digits(phone);

/** A number as people write it and as it was sent to are one. */
const digits = (phone: string): string => phone.replace(/\D/g, '');

/** Google ends every access of an account at once, so who shares one should know. */
function sharedAccount({ email: own, connection }: Staff, everybody: readonly Staff[]): string | undefined {
  if (connection.state !== 'connected') return undefined;
  const others = everybody.filter(
    (other) => other.email !== own && other.connection.state === 'connected' && other.connection.sub === connection.sub,
  );
  return others.length > 0
    ? `The same Google account is connected for ${others.map((other) => other.email).join(', ')}. If its access ends at Google, it ends for all of them.`
    : undefined;
}
