import type { Locale } from '../../../shared/appointments/appointment.ts';
import type { HttpResponse } from '../../../shared/http/chain.ts';
import { escapeHtml } from '../../../shared/http/html.ts';
import { htmlPage } from '../../../shared/http/page.ts';
import type { CalendarProblem } from '../../../shared/staff/calendars.ts';
import type { ConnectProblem } from '../../../shared/staff/connect.ts';
import { strong } from './parts.ts';

/** What keeps a staff member from what they wanted; the list that may not be read has a page of its own. */
export type PageProblem = ConnectProblem | Exclude<CalendarProblem, 'list_not_allowed'> | 'changed_meanwhile';

interface ProblemText {
  readonly title: string;
  readonly text: string;
}

/** The status, and in both languages what happened and what to do. */
const PROBLEMS: Readonly<Record<PageProblem, { status: number } & Readonly<Record<Locale, ProblemText>>>> = {
  link_expired: {
    status: 410,
    en: { title: 'This link has expired', text: 'Ask the person who sent it to you for a new one.' },
    es: { title: 'Este enlace ha caducado', text: 'Pide uno nuevo a quien te lo envió.' },
  },
  link_invalid: {
    status: 404,
    en: {
      title: 'This link does not work',
      text: 'Check that you have opened all of it, or ask the person who sent it to you for a new one.',
    },
    es: {
      title: 'Este enlace no funciona',
      text: 'Comprueba que lo has abierto entero o pide uno nuevo a quien te lo envió.',
    },
  },
  not_set_up: {
    status: 409,
    en: {
      title: 'Google is not set up yet',
      text: 'The administrator has not entered the Google client id and secret yet. Please tell them, and open your link again afterwards.',
    },
    es: {
      title: 'Google aún no está configurado',
      text: 'La persona que administra las citas aún no ha introducido el ID y el secreto de cliente de Google. Avísala y abre tu enlace otra vez después.',
    },
  },
  refused: {
    status: 400,
    en: {
      title: 'Your account was not connected',
      text: 'You did not give permission at Google, so nothing has changed. If that was a mistake, open your link again.',
    },
    es: {
      title: 'Tu cuenta no se ha conectado',
      text: 'No diste el permiso en Google, así que no ha cambiado nada. Si fue sin querer, abre tu enlace otra vez.',
    },
  },
  state_used: {
    status: 410,
    en: {
      title: 'This sign-in is over',
      text: 'It was used already or has taken too long. Open your connect link again to start afresh.',
    },
    es: {
      title: 'Este inicio de sesión ya no vale',
      text: 'Ya se usó o ha tardado demasiado. Abre otra vez tu enlace para empezar de nuevo.',
    },
  },
  state_foreign: {
    status: 403,
    en: {
      title: 'This sign-in was not begun here',
      text: 'It was begun in another browser, or not by our page. Open your connect link again, in this browser, and allow cookies for this page.',
    },
    es: {
      title: 'Este inicio de sesión no empezó aquí',
      text: 'Empezó en otro navegador o fuera de nuestra página. Abre otra vez tu enlace en este navegador y permite las cookies de esta página.',
    },
  },
  calendar_not_ticked: {
    status: 403,
    en: {
      title: 'The calendar box was not ticked',
      text: 'Google asked whether we may “see and change events on calendars that you own”, and that box was left empty. Without it no links can be made. Open your link again and tick that box.',
    },
    es: {
      title: 'Faltó marcar la casilla del calendario',
      text: 'Google preguntó si podemos «ver y editar los eventos de los calendarios que son tuyos» y esa casilla quedó sin marcar. Sin ella no se pueden crear los enlaces. Abre otra vez tu enlace y márcala.',
    },
  },
  client_rejected: {
    status: 409,
    en: {
      title: 'Google did not accept our application',
      text: 'The Google client id or secret in the settings is wrong. Please tell the administrator to copy both again from the Google console.',
    },
    es: {
      title: 'Google no ha aceptado nuestra aplicación',
      text: 'El ID o el secreto de cliente de Google en los ajustes no es correcto. Pide a quien administra las citas que copie ambos otra vez de la consola de Google.',
    },
  },
  code_rejected: {
    status: 400,
    en: { title: 'Google did not complete the sign-in', text: 'Open your connect link again and try once more.' },
    es: { title: 'Google no ha completado el inicio de sesión', text: 'Abre otra vez tu enlace e inténtalo de nuevo.' },
  },
  no_lasting_access: {
    status: 409,
    en: {
      title: 'Google gave no lasting access',
      text: 'Remove this application under “Third-party apps” in your Google account, then open your connect link again.',
    },
    es: {
      title: 'Google no ha dado un acceso duradero',
      text: 'Quita esta aplicación en «Aplicaciones de terceros» de tu cuenta de Google y abre otra vez tu enlace.',
    },
  },
  google_unavailable: {
    status: 409,
    en: { title: 'Google is not answering', text: 'Wait a few minutes and open your connect link again.' },
    es: { title: 'Google no responde', text: 'Espera unos minutos y abre otra vez tu enlace.' },
  },
  not_connected: {
    status: 409,
    en: {
      title: 'No Google account is connected',
      text: 'Connect one first; then you can choose its calendar.',
    },
    es: {
      title: 'No hay ninguna cuenta de Google conectada',
      text: 'Conecta primero una; después podrás elegir su calendario.',
    },
  },
  access_ended: {
    status: 409,
    en: {
      title: 'Google no longer lets us in',
      text: 'The permission that you gave has ended. Connect your account again on your page.',
    },
    es: {
      title: 'Google ya no nos deja entrar',
      text: 'El permiso que diste se ha terminado. Conecta tu cuenta otra vez en tu página.',
    },
  },
  api_disabled: {
    status: 409,
    en: {
      title: 'Google Calendar is not switched on',
      text: 'The Google Calendar API is switched off in the Google project of your business. Please tell the administrator.',
    },
    es: {
      title: 'Google Calendar no está activado',
      text: 'La API de Google Calendar está desactivada en el proyecto de Google de tu empresa. Avisa a quien administra las citas.',
    },
  },
  calendar_unknown: {
    status: 422,
    en: {
      title: 'This calendar is not in your account',
      text: 'It may have been removed meanwhile. Nothing has changed; please choose another one.',
    },
    es: {
      title: 'Este calendario no está en tu cuenta',
      text: 'Puede que se haya quitado mientras tanto. No ha cambiado nada; elige otro, por favor.',
    },
  },
  calendar_unusable: {
    status: 422,
    en: {
      title: 'This calendar cannot be used',
      text: 'It must be your own, and Google must be able to make Meet links in it. Nothing has changed; please choose another one.',
    },
    es: {
      title: 'Este calendario no se puede usar',
      text: 'Tiene que ser tuyo y Google tiene que poder crear enlaces de Meet en él. No ha cambiado nada; elige otro, por favor.',
    },
  },
  changed_meanwhile: {
    status: 409,
    en: {
      title: 'Something has changed meanwhile',
      text: 'Your account was connected again after this page was opened, so nothing was done. Please look at your page again.',
    },
    es: {
      title: 'Algo ha cambiado mientras tanto',
      text: 'Tu cuenta se conectó de nuevo después de abrir esta página, así que no se ha hecho nada. Mira otra vez tu página, por favor.',
    },
  },
};

const AGAIN = {
  start: { en: 'Start again', es: 'Empezar de nuevo' },
  retry: { en: 'Try again', es: 'Inténtalo otra vez' },
  page: { en: 'Back to your page', es: 'Volver a tu página' },
} as const;

/** How to go on from a problem, where there is a way. */
export interface WayOn {
  readonly path: string;
  readonly words: keyof typeof AGAIN;
}

/** @param stillConnected the account whose connection stands in spite of it */
export function problemPage(
  locale: Locale,
  problem: PageProblem,
  wayOn?: WayOn,
  stillConnected?: string,
): HttpResponse {
  const { status, [locale]: said } = PROBLEMS[problem];
  const stands =
    stillConnected &&
    (locale === 'es'
      ? `<p>La cuenta ${strong(stillConnected)}, que ya estaba conectada, lo sigue estando.</p>`
      : `<p>${strong(stillConnected)}, which was connected before, still is.</p>`);
  const again = wayOn
    ? `<p><a class="button" href="${escapeHtml(wayOn.path)}">${AGAIN[wayOn.words][locale]}</a></p>`
    : '';
  return htmlPage(status, locale, said.title, `<p>${escapeHtml(said.text)}</p>\n${stands ?? ''}\n${again}`);
}
