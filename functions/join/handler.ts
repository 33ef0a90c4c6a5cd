import { createHash } from 'node:crypto';
import type { Logger } from '@aws-lambda-powertools/logger';
import { type Appointment, type Booking, type Customer, isCancelled } from '../../shared/appointments/appointment.ts';
import type { AppointmentStore } from '../../shared/appointments/store.ts';
import { type HttpEvent, type HttpResponse, httpHandler, pathParameter } from '../../shared/http/chain.ts';
import { isOneOf } from '../../shared/http/credentials.ts';
import { browserLocale, errorPage } from '../../shared/http/page.ts';
import { nextCount, type TryStore } from '../../shared/join/store.ts';
import { standingLink } from '../../shared/meetings/meeting.ts';
import { hasEnded, isActive } from '../../shared/meetings/placement.ts';
import type { MeetingStore } from '../../shared/meetings/store.ts';
import { messageValues } from '../../shared/notifications/message-values.ts';
import type { Settings } from '../../shared/settings/settings.ts';
import type { SettingsStore } from '../../shared/settings/store.ts';
import { type Clock, epochSeconds, toInstant } from '../../shared/time.ts';
import { notFoundPage, type Shown, statePage, stoppedPage, type WaitingState } from './pages.ts';

export interface JoinDeps {
  readonly appointments: Pick<AppointmentStore, 'get'>;
  readonly meetings: Pick<MeetingStore, 'mapping' | 'meeting'>;
  readonly settings: Pick<SettingsStore, 'get'>;
  readonly tries: TryStore;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Wrong addresses that one network may try at one booking within an hour. */
const MOST_TRIES = 20;
/** Wrong pairs of address and booking that one network may try within an hour: whoever knows an address must not find its bookings by counting. */
const MOST_TRIES_IN_ALL = 100;

/** No booking's id is as long; a longer one than DynamoDB takes as a key would be an error. */
const LONGEST_ID = 512;
const NO_ID = '-';

/** Seconds after which a page that waits is loaded again: soon while the link is about to come, seldom where somebody is waited for. */
const REFRESH = { soon: 10, seldom: 30 };
/** Seconds after a change within which its link mostly is there. */
const LINK_TAKES = 600;

/** Where a customer's mails can send them before there is a link. */
export function makeHandler(deps: JoinDeps) {
  const { logger } = deps;

  /** What there is to say to a customer of the booking, or where to send them. */
  const stateOf = async (
    appointment: Appointment,
    settings: Settings,
    mapping: Awaited<ReturnType<MeetingStore['mapping']>>,
  ): Promise<{ url: string } | 'cancelled' | 'ended' | WaitingState> => {
    const isOn = isActive(appointment, settings);
    if (!isOn && isCancelled(appointment.status)) return 'cancelled';
    if (hasEnded(appointment, toInstant(deps.clock.now()))) return 'ended';
    if (!isOn) return 'unconfirmed';
    const meeting = mapping?.meetingId ? await deps.meetings.meeting(mapping.meetingId) : undefined;
    return (meeting && standingLink(meeting, appointment)) ?? 'not_ready';
  };

  return httpHandler({
    logger,
    renderError: (problem, event) => errorPage(browserLocale(event) ?? 'en', problem),
    routes: {
      'GET /join/{appointmentId}': async (event) => {
        const asked = pathParameter(event, 'appointmentId');
        const appointmentId = asked.length <= LONGEST_ID ? asked : NO_ID;
        const address = addressOf(event);
        const now = deps.clock.now();
        const { settings } = await deps.settings.get();
        const locale = browserLocale(event) ?? settings.locale;

        // Counted before anything is looked up, so that guesses at the same time count as well. Once it is stopped, a network gets no
        // answer to the right address either: could it still be told from wrong ones, the limit would stop nothing. It is counted for each
        // network, so that a stranger cannot lock the customer out.
        const { sourceIp } = event.requestContext.http;
        const tries = [
          { name: triesName(appointmentId, sourceIp), most: MOST_TRIES },
          { name: triesName('', sourceIp), most: MOST_TRIES_IN_ALL },
        ];
        const taken = await Promise.all(tries.map(({ name, most }) => deps.tries.take(name, most, now)));
        if (taken.includes(false)) {
          logger.info('too many wrong addresses', { event: 'join_stopped' });
          return stoppedPage(locale, nextCount(now) - epochSeconds(now));
        }

        // A wrong address and an unknown booking cost the same, and get the same.
        const [appointment, mapping] = await Promise.all([
          deps.appointments.get(appointmentId),
          deps.meetings.mapping(appointmentId),
        ]);
        const customer = customerOf(appointment?.booking, address);
        if (!appointment?.booking || !customer) {
          logger.info('no such booking, or not of this address', { event: 'join_refused' });
          return notFoundPage(locale);
        }

        const [state] = await Promise.all([
          stateOf(appointment, settings, mapping),
          ...tries.map(({ name }) => deps.tries.giveBack(name, now)),
        ]);
        const said = typeof state === 'string' ? state : 'ready';
        logger.info('shown to a customer', { event: 'join', appointmentId, state: said });
        if (typeof state !== 'string') {
          return {
            statusCode: 302,
            headers: { location: state.url },
          } satisfies HttpResponse;
        }
        const isNew = epochSeconds(now) - epochSeconds(appointment.changedAt) < LINK_TAKES;
        return statePage(
          customer.locale ?? settings.locale,
          state,
          shown(appointmentId, appointment.status, appointment.booking, customer, settings),
          {
            ...(event.queryStringParameters?.reload !== 'off' && { seconds: isNew ? REFRESH.soon : REFRESH.seldom }),
            looking: `?${new URLSearchParams({ e: address })}`,
            stopped: `?${new URLSearchParams({ e: address, reload: 'off' })}`,
          },
        );
      },
    },
  });
}

/** A plus sign that was put into the address as it is arrives as a space, which no e-mail address has. */
const addressOf = (event: HttpEvent): string =>
  (event.queryStringParameters?.e ?? '').trim().toLowerCase().replaceAll(' ', '+');

/** The customer whose address it is. There is always something to compare with, so that it takes as long. */
function customerOf(booking: Booking | undefined, address: string): Customer | undefined {
  const customers = booking?.customers ?? [];
  const isCustomers = isOneOf(address, customers.length > 0 ? customers.map(({ email }) => email ?? '') : ['']);
  return isCustomers && address !== '' ? customers.find(({ email }) => email === address) : undefined;
}

/** @param appointmentId empty for all of them. A digest, since neither a booking that somebody asks for nor where they are is to be kept in words. */
const triesName = (appointmentId: string, sourceIp: string): string =>
  createHash('sha256')
    .update(JSON.stringify(['join', appointmentId, networkOf(sourceIp)]))
    .digest('base64url');

/** An IPv4 address; of an IPv6 address the first 64 bits, all of which are one subscriber's. */
const networkOf = (sourceIp: string): string =>
  sourceIp.includes(':') ? (sourceIp.split('::')[0] ?? '').split(':').slice(0, 4).join(':') : sourceIp;

/** What the page says of the booking, as a mail to the customer would. */
function shown(appointmentId: string, status: string, booking: Booking, customer: Customer, settings: Settings): Shown {
  const { email = '', name, locale } = customer;
  const to = { role: 'customer', channel: 'email', address: email, person: email, name, customer } as const;
  const value = messageValues(
    { kind: 'booked', to: { ...to, ...(locale && { locale }) }, appointmentId, status, booking },
    settings,
  );
  return {
    service: booking.service.name,
    date: value('start_date') ?? '',
    time: value('start_time') ?? '',
    zone: value('time_zone') ?? '',
  };
}
