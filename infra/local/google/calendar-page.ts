import { DateTime } from 'luxon';
import { meetLink } from './conference.ts';
import { instantOf } from './event-fields.ts';
import { eventKey, type Place } from './events.ts';
import { escapeHtml, page } from './html.ts';
import { type HttpResponse, html } from './http.ts';
import type { Context, GoogleState, StoredEvent } from './state.ts';

const SHOWN_MAILS = 10;
const ANSWERS: Readonly<Record<string, string>> = {
  accepted: 'yes',
  declined: 'no',
  tentative: 'maybe',
  needsAction: 'no answer yet',
};

function when({ fields }: StoredEvent, zone: string): string {
  const start = DateTime.fromMillis(instantOf(fields.start, zone), { zone, locale: 'en-GB' });
  if (fields.start.date !== undefined) return start.toFormat('cccc d LLLL yyyy');
  const end = DateTime.fromMillis(instantOf(fields.end, zone), { zone, locale: 'en-GB' });
  return `${start.toFormat('cccc d LLLL yyyy, HH:mm')}–${end.toFormat('HH:mm')} (${zone})`;
}

function titleOf(event: StoredEvent): string {
  return String(event.fields.plain.summary ?? '(no title)');
}

function meetLine(event: StoredEvent): string {
  const link = meetLink(event.conference);
  if (link !== null) return `<a href="${escapeHtml(link)}">${escapeHtml(link.replace('https://', ''))}</a>`;
  return event.conference === null ? 'none' : escapeHtml(event.conference.status);
}

function guestLine(event: StoredEvent): string {
  const guests = (event.fields.attendees ?? []).map(
    (guest) => `${guest.email} (${ANSWERS[guest.responseStatus] ?? guest.responseStatus})`,
  );
  return guests.length === 0 ? 'none' : escapeHtml(guests.join(', '));
}

function eventItem(event: StoredEvent, { calendar }: Place): string {
  return `<li><h3><a href="/calendar/event?eid=${eventKey(event, calendar)}">${escapeHtml(titleOf(event))}</a></h3>
<p class="note">${escapeHtml(when(event, calendar.timeZone))}</p>
<p class="note">Google Meet: ${meetLine(event)}</p>
<p class="note">Guests: ${guestLine(event)}</p></li>`;
}

function calendarSection(place: Place, now: Date): string {
  const { account, calendar } = place;
  const upcoming = calendar.events
    .filter(({ fields }) => fields.status !== 'cancelled')
    .filter(({ fields }) => instantOf(fields.end, calendar.timeZone) > now.getTime())
    .sort((a, b) => instantOf(a.fields.start, calendar.timeZone) - instantOf(b.fields.start, calendar.timeZone));
  const heading = calendar.primary ? account.name : `${account.name}: ${calendar.summary}`;
  return `<h2>${escapeHtml(heading)}</h2><p class="note">${escapeHtml(calendar.id)}</p>
${upcoming.length === 0 ? '<p>Nothing coming up.</p>' : `<ul class="plain">${upcoming.map((event) => eventItem(event, place)).join('')}</ul>`}`;
}

function mailSection(state: GoogleState): string {
  const mails = state.invitations.slice(-SHOWN_MAILS).reverse();
  if (mails.length === 0) return '';
  const items = mails.map(
    (mail) =>
      `<li><h3>${escapeHtml(mail.kind)}: ${escapeHtml(mail.summary)}</h3><p class="note">to ${escapeHtml(mail.to)}, from ${escapeHtml(mail.account)}</p></li>`,
  );
  return `<h2>Mail that Google would have sent</h2><ul class="plain">${items.join('')}</ul>`;
}

/** `GET /`: all calendars with what is coming up. */
export function homePage({ state, now }: Context): HttpResponse {
  const places = state.accounts.flatMap((account) => account.calendars.map((calendar) => ({ account, calendar })));
  const body = `<h1>Calendars</h1>
<p>Meet links here have the right shape and lead nowhere.</p>
${places.map((place) => calendarSection(place, now)).join('\n')}
${mailSection(state)}
<h2>For tests</h2><p><a href="/_control/">Control</a>, <a href="/_control/requests">requests so far</a></p>`;
  return html(200, page('Calendars', body, 'wide'));
}

/** `GET /calendar/event?eid=…`: where an event's `htmlLink` leads. */
export function eventPage(found: { place: Place; event: StoredEvent } | undefined): HttpResponse {
  const home = '<p><a href="/">All calendars</a></p>';
  if (found === undefined) return html(404, page('Not found', `<h1>No such event</h1>${home}`, 'wide'));
  const { place, event } = found;
  const { plain, status } = event.fields;
  const rows = [
    ['When', escapeHtml(when(event, place.calendar.timeZone))],
    ['Google Meet', meetLine(event)],
    ['Guests', guestLine(event)],
    ['Where', escapeHtml(String(plain.location ?? ''))],
    ['Description', escapeHtml(String(plain.description ?? ''))],
    ['Calendar', escapeHtml(place.calendar.id)],
    ['Status', escapeHtml(status === 'cancelled' ? 'deleted' : status)],
  ].filter(([, value]) => value !== '');
  const body = `<h1>${escapeHtml(titleOf(event))}</h1>
<dl>${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>${home}`;
  return html(200, page(titleOf(event), body, 'wide'));
}
