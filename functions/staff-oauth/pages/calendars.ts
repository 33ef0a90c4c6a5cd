import type { Locale } from '../../../shared/appointments/appointment.ts';
import type { ListedCalendar } from '../../../shared/google/calendar.ts';
import type { HttpResponse } from '../../../shared/http/chain.ts';
import { escapeHtml } from '../../../shared/http/html.ts';
import { htmlPage } from '../../../shared/http/page.ts';
import { isCalled, isUsable } from '../../../shared/staff/calendars.ts';
import { backLink, button, form, paths, strong } from './parts.ts';

/** What a staff member can choose from. */
export interface CalendarChoice {
  readonly token: string;
  readonly googleEmail: string;
  /** As it stands in the profile. */
  readonly calendarId: string;
}

const CHOOSE = {
  en: {
    title: 'Choose your calendar',
    connected: 'Connected:',
    which: 'In which calendar do you want your bookings?',
    note: 'The bookings that you already have move along. Each gets a new Google Meet link there, and everybody in it is told.',
    main: 'your main calendar',
    now: 'in use now',
    notOwned: 'cannot be chosen: it belongs to somebody else',
    noMeet: 'cannot be chosen: Google makes no Meet links in it',
    save: 'Use this calendar',
    none: 'None of your calendars can be used: you must own it, and Google must be able to make Meet links in it.',
  },
  es: {
    title: 'Elige tu calendario',
    connected: 'Cuenta conectada:',
    which: '¿En qué calendario quieres tus citas?',
    note: 'Las citas que ya tienes pasan al nuevo calendario. Cada una recibe allí otro enlace de Google Meet y se avisa a todas las personas.',
    main: 'tu calendario principal',
    now: 'en uso ahora',
    notOwned: 'no se puede elegir: es de otra persona',
    noMeet: 'no se puede elegir: Google no crea enlaces de Meet en él',
    save: 'Usar este calendario',
    none: 'No se puede usar ninguno de tus calendarios: tiene que ser tuyo y Google tiene que poder crear enlaces de Meet en él.',
  },
} as const;

/** The calendars of the account, of which those that can hold bookings can be chosen; what keeps the others from it stands beside them. */
export function calendarsPage(
  locale: Locale,
  { token, googleEmail, calendarId }: CalendarChoice,
  calendars: readonly ListedCalendar[],
): HttpResponse {
  const words = CHOOSE[locale];
  const options = calendars.map((calendar) => {
    const isNow = isCalled(calendar, calendarId);
    const notes = [
      calendar.isPrimary && words.main,
      isNow && words.now,
      !calendar.isOwned ? words.notOwned : !calendar.makesMeetLinks && words.noMeet,
    ].filter(Boolean);
    const states = `${isNow && isUsable(calendar) ? ' checked' : ''}${isUsable(calendar) ? ' required' : ' disabled'}`;
    return `<label class="choice"><input type="radio" name="calendar" value="${escapeHtml(calendar.calendarId)}"${states}>
<span>${strong(calendar.name)}${notes.length > 0 ? `<br><span class="soft">${notes.join(', ')}</span>` : ''}</span></label>`;
  });
  const canChoose = calendars.some(isUsable);
  return htmlPage(
    200,
    locale,
    words.title,
    `<p>${words.connected} ${strong(googleEmail)}</p>
${canChoose ? '' : `<p class="notice">${words.none}</p>`}
${form(
  paths.calendar(token),
  `<fieldset><legend>${words.which}</legend>
${options.join('\n')}</fieldset>
<p class="soft">${words.note}</p>
${canChoose ? `<p><button class="button">${words.save}</button></p>` : ''}`,
)}
${backLink(locale, token)}`,
  );
}

/**
 * Google must be asked before the calendars can be shown.
 * @param unticked whether it was just asked, and the box was left empty: the connection stands all the same
 */
export function askForListPage(
  locale: Locale,
  { token, googleEmail, calendarId }: CalendarChoice,
  unticked: boolean,
): HttpResponse {
  const main =
    calendarId === 'primary'
      ? ''
      : form(
          paths.calendar(token),
          `<input type="hidden" name="calendar" value="primary">
<p><button class="button quiet">${locale === 'es' ? 'Usar mi calendario principal' : 'Use my main calendar'}</button></p>`,
        );
  return locale === 'es'
    ? htmlPage(
        200,
        'es',
        unticked ? 'Faltó marcar la lista de calendarios' : 'Cambiar de calendario',
        `${unticked ? `<p class="notice">Tu cuenta ${strong(googleEmail)} está conectada y tus citas tienen sus enlaces. Solo faltó marcar la casilla con la que podemos mostrarte tus calendarios.</p>` : `<p>Está conectada la cuenta ${strong(googleEmail)}. Para mostrarte sus calendarios tenemos que preguntar a Google una vez más.</p>`}
<h2>Qué verás en Google</h2>
<ol><li>Quizá otra vez el aviso «Google no ha verificado esta aplicación»: «Configuración avanzada» y después «Ir a… (no seguro)».</li>
<li>Esta vez hay <strong>dos casillas. Marca las dos:</strong> «Ver, crear, cambiar y eliminar eventos de los calendarios de Google que te pertenecen» y «Ver la lista de los calendarios de Google a los que te has suscrito». Después pulsa «Continuar».</li></ol>
<p>${button(paths.startForCalendars(token), 'Mostrar mis calendarios')}</p>
<p class="soft">Solo se leen sus nombres y si Google puede crear enlaces de Meet en ellos.</p>
${main}
${backLink(locale, token)}`,
      )
    : htmlPage(
        200,
        'en',
        unticked ? 'The box for the list of calendars was not ticked' : 'Change calendar',
        `${unticked ? `<p class="notice">Your account ${strong(googleEmail)} is connected, and your bookings have their links. Only the box that lets us show you your calendars was left empty.</p>` : `<p>At present ${strong(googleEmail)} is connected. To show you its calendars, we have to ask Google once more.</p>`}
<h2>What you will see at Google</h2>
<ol><li>Perhaps “Google hasn’t verified this app” again: “Advanced”, then “Go to… (unsafe)”.</li>
<li>This time there are <strong>two boxes. Tick both:</strong> “See, create, change, and delete events on Google calendars you own” and “See the list of Google calendars you’re subscribed to”. Then click “Continue”.</li></ol>
<p>${button(paths.startForCalendars(token), 'Show my calendars')}</p>
<p class="soft">Only their names are read, and whether Google can make Meet links in them.</p>
${main}
${backLink(locale, token)}`,
      );
}

/** @param name absent where it is not known: the main one, of an account whose calendars may not be listed */
export function calendarChosenPage(locale: Locale, token: string, name: string | undefined): HttpResponse {
  return locale === 'es'
    ? htmlPage(
        200,
        'es',
        'Tu calendario está elegido',
        `<p>Tus citas van a ${name ? strong(name) : '<strong>tu calendario principal</strong>'}. Las que estaban en otro calendario pasan a este en unos momentos; se avisa a todas las personas cuyo enlace cambia.</p>
${backLink(locale, token)}`,
      )
    : htmlPage(
        200,
        'en',
        'Your calendar is chosen',
        `<p>Your bookings go to ${name ? strong(name) : '<strong>your main calendar</strong>'}. Those that were in another calendar move there in a moment; everybody whose link changes is told.</p>
${backLink(locale, token)}`,
      );
}
