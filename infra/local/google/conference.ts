import { randomInt } from 'node:crypto';
import { apiError } from './errors.ts';
import { isObject, type JsonObject } from './event-fields.ts';
import { type Account, behaviourOf, type Calendar, type Conference, type Context, type GoogleState } from './state.ts';

const LETTERS = 'abcdefghijkmnopqrstuvwxyz';

function letters(count: number): string {
  return Array.from({ length: count }, () => LETTERS.charAt(randomInt(LETTERS.length))).join('');
}

function newMeetCode(state: GoogleState): string {
  const taken = new Set(
    state.accounts.flatMap((account) =>
      account.calendars.flatMap((calendar) => calendar.events.map((event) => event.conference?.code)),
    ),
  );
  for (;;) {
    const code = `${letters(3)}-${letters(4)}-${letters(3)}`;
    if (!taken.has(code)) return code;
  }
}

export function meetLink(conference: Conference | null): string | null {
  return conference?.code ? `https://meet.google.com/${conference.code}` : null;
}

/** Ends the wait for a link when its time has come; says whether the event changed by it. */
export function settle(context: Context, conference: Conference | null, look: boolean): boolean {
  if (conference?.status !== 'pending') return false;
  if (conference.pollsLeft > 0) {
    if (look) conference.pollsLeft -= 1;
    return false;
  }
  if (context.now.getTime() < Date.parse(conference.readyAt)) return false;
  conference.status = conference.outcome;
  if (conference.outcome === 'success') conference.code = newMeetCode(context.state);
  return true;
}

function request(context: Context, account: Account, requestId: string): Conference {
  const order = behaviourOf(context.state, account, 'conference');
  const fails = order.failures > 0;
  if (fails) order.failures -= 1;
  const conference: Conference = {
    requestId,
    status: 'pending',
    outcome: fails ? 'failure' : 'success',
    pollsLeft: order.polls,
    readyAt: new Date(context.now.getTime() + order.ms).toISOString(),
    code: null,
  };
  settle(context, conference, false);
  return conference;
}

/** What an event has as a conference and last asked for. */
interface ConferencePart {
  conference: Conference | null;
  lastRequestId: string | null;
}

/**
 * The conference of an event after a write with `conferenceDataVersion=1`.
 *
 * @param wanted the body's `conferenceData`; null takes the conference away
 */
export function changeConference(
  context: Context,
  account: Account,
  calendar: Calendar,
  current: ConferencePart,
  wanted: unknown,
): ConferencePart {
  if (wanted === null) return { ...current, conference: null };
  if (!isObject(wanted)) throw apiError('invalid', 'Invalid conference data.');
  const createRequest = wanted.createRequest;
  if (!isObject(createRequest)) {
    // Google would let one event take over another's conference; one link for two meetings is
    // nothing that anybody here should want, so only an event's own data may come back.
    if (current.conference !== null && wanted.conferenceId === current.conference.code) return current;
    throw apiError('invalid', 'Invalid conference data.');
  }
  const { requestId, conferenceSolutionKey } = createRequest;
  const type = isObject(conferenceSolutionKey) ? conferenceSolutionKey.type : undefined;
  const unable = !calendar.conferences || behaviourOf(context.state, account, 'conference').unable;
  if (type !== 'hangoutsMeet' || unable) throw apiError('invalid', 'Invalid conference type value.');
  if (typeof requestId !== 'string' || requestId === '') throw apiError('required', 'Missing conference request id.');
  if (requestId === current.lastRequestId) return current;
  return { conference: request(context, account, requestId), lastRequestId: requestId };
}

export function renderConference(conference: Conference | null): JsonObject {
  if (conference === null) return {};
  const key = { type: 'hangoutsMeet' };
  const createRequest = {
    requestId: conference.requestId,
    conferenceSolutionKey: key,
    status: { statusCode: conference.status },
  };
  const uri = meetLink(conference);
  if (uri === null) return { conferenceData: { createRequest } };
  return {
    hangoutLink: uri,
    conferenceData: {
      createRequest,
      entryPoints: [{ entryPointType: 'video', uri, label: `meet.google.com/${conference.code}` }],
      conferenceSolution: {
        key,
        name: 'Google Meet',
        iconUri:
          'https://fonts.gstatic.com/s/i/productlogos/meet_2020q4/v6/web-512dp/logo_meet_2020q4_color_2x_web_512dp.png',
      },
      conferenceId: conference.code,
    },
  };
}
