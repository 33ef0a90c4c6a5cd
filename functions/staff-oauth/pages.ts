import type { Locale } from '../../shared/appointments/appointment.ts';
import type { HttpResponse } from '../../shared/http/chain.ts';
import { escapeHtml } from '../../shared/http/html.ts';
import { htmlPage } from '../../shared/http/page.ts';
import type { ConnectProblem } from '../../shared/staff/connect.ts';

/** What will happen, before it does. */
export function connectPage(
  locale: Locale,
  staffEmail: string,
  token: string,
  connectedAs: string | undefined,
): HttpResponse {
  const who = `<strong>${escapeHtml(staffEmail)}</strong>`;
  const start = `<a class="button" href="/oauth/google/start?token=${encodeURIComponent(token)}">`;
  const already = connectedAs && `<strong>${escapeHtml(connectedAs)}</strong>`;
  return locale === 'es'
    ? htmlPage(
        200,
        'es',
        'Conecta tu cuenta de Google',
        `<p>Es el enlace de ${who}. Cuando conectes tu cuenta de Google, cada cita contigo tendrá por sí sola un evento en tu calendario con su enlace de Google Meet. Se hace una sola vez.</p>
${already ? `<p>Ahora está conectada la cuenta ${already}. Puedes conectarla de nuevo o elegir otra.</p>` : ''}
<h2>Qué verás en Google</h2>
<ol><li>Elige la cuenta en la que quieres tus citas.</li>
<li>Puede aparecer el aviso «Google no ha verificado esta aplicación». Es normal: la aplicación es de tu propia empresa. Pulsa «Configuración avanzada» (o «Avanzado») y después «Ir a…».</li>
<li><strong>Deja marcada la casilla del calendario.</strong> Sin ella no se pueden crear los enlaces.</li></ol>
<p>${start}Continuar con Google</a></p>
<p class="soft">Solo se pide ver y cambiar los eventos de los calendarios que son tuyos. Puedes retirar el permiso cuando quieras en tu cuenta de Google.</p>`,
      )
    : htmlPage(
        200,
        'en',
        'Connect your Google account',
        `<p>This link is for ${who}. Once your Google account is connected, every booking with you gets its event in your calendar with its own Google Meet link, by itself. You do this once.</p>
${already ? `<p>At present ${already} is connected. You can connect it again or choose another account.</p>` : ''}
<h2>What you will see at Google</h2>
<ol><li>Choose the account in which you want your bookings.</li>
<li>You may see “Google hasn’t verified this app”. That is normal: the app belongs to your own business. Click “Advanced”, then “Go to…”.</li>
<li><strong>Leave the calendar box ticked.</strong> Without it no links can be made.</li></ol>
<p>${start}Continue with Google</a></p>
<p class="soft">All that is asked for is to see and change events on calendars that you own. You can take this back at any time in your Google account.</p>`,
      );
}

export function connectedPage(locale: Locale, googleEmail: string): HttpResponse {
  const account = `<strong>${escapeHtml(googleEmail)}</strong>`;
  return locale === 'es'
    ? htmlPage(
        200,
        'es',
        'Tu cuenta está conectada',
        `<p>Tus citas van ahora al calendario de ${account}, cada una con su enlace de Google Meet. Las que estaban esperando lo reciben en unos momentos.</p>
<p class="soft">Ya puedes cerrar esta página. Si no es la cuenta que querías, abre otra vez tu enlace y elige otra.</p>`,
      )
    : htmlPage(
        200,
        'en',
        'Your account is connected',
        `<p>Your bookings now go to the calendar of ${account}, each with its Google Meet link. Those that were waiting get theirs in a moment.</p>
<p class="soft">You can close this page. If this is not the account that you wanted, open your link again and choose another.</p>`,
      );
}

interface ProblemText {
  readonly title: string;
  readonly text: string;
}

/** The status, and in both languages what happened and what to do. */
const PROBLEMS: Readonly<Record<ConnectProblem, { status: number } & Readonly<Record<Locale, ProblemText>>>> = {
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
};

export function problemPage(locale: Locale, problem: ConnectProblem, retryPath?: string): HttpResponse {
  const { status, [locale]: said } = PROBLEMS[problem];
  const again = retryPath
    ? `<p><a class="button" href="${escapeHtml(retryPath)}">${locale === 'es' ? 'Empezar de nuevo' : 'Start again'}</a></p>`
    : '';
  return htmlPage(status, locale, said.title, `<p>${escapeHtml(said.text)}</p>\n${again}`);
}
