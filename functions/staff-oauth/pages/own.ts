import type { Locale } from '../../../shared/appointments/appointment.ts';
import type { HttpResponse } from '../../../shared/http/chain.ts';
import { escapeHtml } from '../../../shared/http/html.ts';
import { htmlPage } from '../../../shared/http/page.ts';
import type { MeetingState } from '../../../shared/meetings/meeting.ts';
import type { ConnectionState } from '../../../shared/staff/staff.ts';
import { button, paths, stepsAtGoogle, strong } from './parts.ts';

/** A meeting of theirs, in words; the staff member sees who has booked. */
export interface ShownMeeting {
  readonly date: string;
  readonly time: string;
  readonly zone: string;
  readonly service: string;
  readonly customers: string;
  readonly state: MeetingState;
  /** What stands in the way is the calendar, which they can change themselves. */
  readonly calendarIsWrong: boolean;
  readonly meetUrl?: string;
  readonly eventUrl?: string;
}

/** What a staff member sees of their own; dates are in the business's zone and in their language. */
export interface OwnPage {
  readonly token: string;
  readonly staffEmail: string;
  readonly state: ConnectionState;
  readonly googleEmail?: string;
  readonly connectedOn?: string;
  /** When they ended it themselves. */
  readonly endedOn?: string;
  /** When Google ends it by itself. */
  readonly endsOn?: string;
  /** Their calendar as it stands in the profile, and its name where they have chosen it themselves. */
  readonly calendarId: string;
  readonly calendarName?: string;
  readonly meetings: readonly ShownMeeting[];
  readonly moreMeetings: boolean;
}

/** The staff member's own page: what is connected, or what will happen when they connect, and their next bookings. */
export const ownPage = (locale: Locale, own: OwnPage): HttpResponse =>
  own.state === 'connected' && own.googleEmail
    ? connectedOwnPage(locale, own, own.googleEmail)
    : htmlPage(
        200,
        locale,
        locale === 'es' ? 'Conecta tu cuenta de Google' : 'Connect your Google account',
        `${beforeConnecting(locale, own)}\n${nextMeetings(locale, own)}`,
      );

function beforeConnecting(locale: Locale, own: OwnPage): string {
  const start = button(paths.start(own.token), locale === 'es' ? 'Continuar con Google' : 'Continue with Google');
  return locale === 'es'
    ? `${whyAgain(locale, own)}<p>Es el enlace de ${strong(own.staffEmail)}. Cuando conectes tu cuenta de Google, cada cita contigo tendrá por sí sola un evento en tu calendario con su enlace de Google Meet. Se hace una sola vez.</p>
<h2>Qué verás en Google</h2>
${stepsAtGoogle(locale)}
<p>${start}</p>
<p class="soft">Solo se pide ver y cambiar los eventos de los calendarios que son tuyos. Puedes retirar el permiso cuando quieras, en esta página o en tu cuenta de Google.</p>`
    : `${whyAgain(locale, own)}<p>This link is for ${strong(own.staffEmail)}. Once your Google account is connected, every booking with you gets its event in your calendar with its own Google Meet link, by itself. You do this once.</p>
<h2>What you will see at Google</h2>
${stepsAtGoogle(locale)}
<p>${start}</p>
<p class="soft">All that is asked for is to see and change events on calendars that you own. You can take this back at any time, on this page or in your Google account.</p>`;
}

/** Why somebody who has done it once is asked again. */
function whyAgain(locale: Locale, { state, googleEmail, endedOn, token }: OwnPage): string {
  const account = googleEmail ? strong(googleEmail) : '';
  const disconnect = (words: string) => `<a href="${paths.disconnect(token)}">${words}</a>`;
  const said =
    state === 'reconnect_required'
      ? locale === 'es'
        ? `Google ya no nos deja entrar en el calendario de ${account}. Conéctalo otra vez y las citas que esperan recibirán su enlace, o ${disconnect('desconéctalo del todo')}.`
        : `Google no longer lets us into the calendar of ${account}. Connect it again and the bookings that wait get their links, or ${disconnect('disconnect it altogether')}.`
      : state === 'insufficient_scope'
        ? locale === 'es'
          ? `La última vez la casilla del calendario quedó sin marcar${account && ` (${account})`}. Márcala esta vez, por favor.`
          : `Last time the calendar box was left empty${account && ` (${account})`}. Please tick it this time.`
        : endedOn
          ? locale === 'es'
            ? `Desconectaste tu cuenta de Google el ${escapeHtml(endedOn)}. Puedes conectarla otra vez cuando quieras.`
            : `You disconnected your Google account on ${escapeHtml(endedOn)}. You can connect it again whenever you like.`
          : '';
  return said && `<p class="notice">${said}</p>\n`;
}

function connectedOwnPage(locale: Locale, own: OwnPage, googleEmail: string): HttpResponse {
  const { token, staffEmail, connectedOn, endsOn } = own;
  const account = strong(googleEmail);
  const content =
    locale === 'es'
      ? `<p>Esta es la página de ${strong(staffEmail)}. Quien tiene su enlace puede abrirla, así que guárdalo para ti.</p>
${endsOn ? `<p class="notice">Google terminará este acceso el ${escapeHtml(endsOn)}. Conecta tu cuenta otra vez antes de ese día y avisa a quien administra las citas: la aplicación aún puede estar en pruebas.</p>` : ''}
<h2>Tu cuenta de Google</h2>
<p>Ahora está conectada la cuenta ${account}${connectedOn ? `, desde el ${escapeHtml(connectedOn)}` : ''}.</p>
<details><summary>Conectarla de nuevo, o elegir otra</summary>
${stepsAtGoogle(locale)}
<p>${button(paths.start(token), 'Continuar con Google')}</p></details>
${calendarPart(locale, own)}
${nextMeetings(locale, own)}
<h2>Desconectar</h2>
<p>Antes de desconectar te decimos qué pasaría con tus citas.</p>
<p>${button(paths.disconnect(token), 'Desconectar…', 'quiet')}</p>`
      : `<p>This is the page of ${strong(staffEmail)}. Whoever has its link can open it, so keep it to yourself.</p>
${endsOn ? `<p class="notice">Google will end this access on ${escapeHtml(endsOn)}. Connect your account again before that day, and tell your administrator: the app may still be in testing.</p>` : ''}
<h2>Your Google account</h2>
<p>At present ${account} is connected${connectedOn ? `, since ${escapeHtml(connectedOn)}` : ''}.</p>
<details><summary>Connect it again, or choose another</summary>
${stepsAtGoogle(locale)}
<p>${button(paths.start(token), 'Continue with Google')}</p></details>
${calendarPart(locale, own)}
${nextMeetings(locale, own)}
<h2>Disconnect</h2>
<p>Before you disconnect, we tell you what it would mean for your bookings.</p>
<p>${button(paths.disconnect(token), 'Disconnect…', 'quiet')}</p>`;
  return htmlPage(
    200,
    locale,
    locale === 'es' ? 'Tus citas con Google Meet' : 'Your bookings with Google Meet',
    content,
  );
}

function calendarPart(locale: Locale, { token, calendarId, calendarName, meetings }: OwnPage): string {
  const isPrimary = calendarId === 'primary';
  const isWrong = meetings.some(({ calendarIsWrong }) => calendarIsWrong);
  return locale === 'es'
    ? `<h2>Tu calendario</h2>
<p>Tus citas van a ${calendarName ? strong(calendarName) : isPrimary ? '<strong>tu calendario principal</strong>' : `un calendario que eligió quien administra las citas (${strong(calendarId)})`}.</p>
${isWrong ? '<p class="notice">En este calendario no se pueden crear los enlaces. Elige otro, por favor.</p>' : ''}
<p>${button(paths.calendar(token), 'Cambiar de calendario', 'quiet')}</p>`
    : `<h2>Your calendar</h2>
<p>Your bookings go to ${calendarName ? strong(calendarName) : isPrimary ? '<strong>your main calendar</strong>' : `a calendar that your administrator chose (${strong(calendarId)})`}.</p>
${isWrong ? '<p class="notice">No links can be made in this calendar. Please choose another one.</p>' : ''}
<p>${button(paths.calendar(token), 'Change calendar', 'quiet')}</p>`;
}

const STATES: Readonly<Record<Locale, Readonly<Record<MeetingState, string>>>> = {
  en: {
    ready: 'The link is ready.',
    pending: 'The link is on its way.',
    waiting_for_staff: 'Waits until you connect your Google account.',
    retrying: 'Google is asked again by itself.',
    failed: 'Something keeps it from its link; your administrator can see what.',
    not_required: 'It needs no link.',
    cancelled: 'It was cancelled.',
  },
  es: {
    ready: 'El enlace está listo.',
    pending: 'El enlace está en camino.',
    waiting_for_staff: 'Espera a que conectes tu cuenta de Google.',
    retrying: 'Se vuelve a pedir a Google por sí solo.',
    failed: 'Algo le impide tener su enlace; quien administra las citas puede ver qué es.',
    not_required: 'No necesita enlace.',
    cancelled: 'Se canceló.',
  },
};

const MEETINGS = {
  en: {
    title: 'Your next bookings',
    none: 'Nothing is booked with you at present.',
    more: 'Later ones are not shown here.',
    zone: 'Time zone:',
    join: 'Join the video call',
    event: 'Open in Google Calendar',
    wrongCalendar: 'Its link cannot be made in this calendar.',
  },
  es: {
    title: 'Tus próximas citas',
    none: 'Ahora mismo no tienes citas.',
    more: 'Las siguientes no se muestran aquí.',
    zone: 'Zona horaria:',
    join: 'Entrar en la videollamada',
    event: 'Abrir en Google Calendar',
    wrongCalendar: 'En este calendario no se puede crear su enlace.',
  },
} as const;

function nextMeetings(locale: Locale, { meetings, moreMeetings, state }: OwnPage): string {
  const words = MEETINGS[locale];
  // Who has never connected and has nothing booked came here for something else.
  if (meetings.length === 0) return state === 'connected' ? `<h2>${words.title}</h2>\n<p>${words.none}</p>` : '';
  const zones = new Set(meetings.map(({ zone }) => zone));
  const items = meetings.map((meeting) => {
    const { date, time, zone, service, customers, meetUrl, eventUrl } = meeting;
    // Links of one name each need the booking to tell them apart where they are read out alone.
    const link = (url: string, said: string) =>
      `<a href="${escapeHtml(url)}" aria-label="${escapeHtml(`${said}: ${service}, ${date}, ${time}`)}">${said}</a>`;
    const links = [meetUrl && link(meetUrl, words.join), eventUrl && link(eventUrl, words.event)].filter(Boolean);
    return `<li>${strong(`${date}, ${time}`)}${zones.size > 1 ? ` <span class="soft">${escapeHtml(zone)}</span>` : ''}<br>
${escapeHtml([service, customers].filter(Boolean).join(' · '))}<br>
<span class="soft">${meeting.calendarIsWrong ? words.wrongCalendar : STATES[locale][meeting.state]}</span>${links.length > 0 ? `<br>\n${links.join(' · ')}` : ''}</li>`;
  });
  const [zone = ''] = zones;
  return `<h2>${words.title}</h2>
${zones.size === 1 ? `<p class="soft">${words.zone} ${escapeHtml(zone)}</p>` : ''}
<ul class="list">${items.join('\n')}</ul>
${moreMeetings ? `<p class="soft">${words.more}</p>` : ''}`;
}

/** After Google, when all is well. */
export const connectedPage = (locale: Locale, googleEmail: string, token: string): HttpResponse =>
  locale === 'es'
    ? htmlPage(
        200,
        'es',
        'Tu cuenta está conectada',
        `<p>Tus citas van ahora al calendario de ${strong(googleEmail)}, cada una con su enlace de Google Meet. Las que estaban esperando lo reciben en unos momentos.</p>
<p>${button(paths.own(token), 'Ver mis próximas citas')}</p>
<p class="soft">Ya puedes cerrar esta página. Si no es la cuenta que querías, abre otra vez tu enlace y elige otra.</p>`,
      )
    : htmlPage(
        200,
        'en',
        'Your account is connected',
        `<p>Your bookings now go to the calendar of ${strong(googleEmail)}, each with its Google Meet link. Those that were waiting get theirs in a moment.</p>
<p>${button(paths.own(token), 'See my next bookings')}</p>
<p class="soft">You can close this page. If this is not the account that you wanted, open your link again and choose another.</p>`,
      );
