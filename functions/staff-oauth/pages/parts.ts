import type { Locale } from '../../../shared/appointments/appointment.ts';
import { escapeHtml } from '../../../shared/http/html.ts';

/** Addresses of a staff member's own pages, each reached by their signed link. */
export const paths = {
  own: (token: string): string => `/connect/${encodeURIComponent(token)}`,
  calendar: (token: string): string => `${paths.own(token)}/calendar`,
  disconnect: (token: string): string => `${paths.own(token)}/disconnect`,
  /** Where the browser goes on to Google. */
  start: (token: string): string => `/oauth/google/start?token=${encodeURIComponent(token)}`,
  /** The same, and asks for the list of calendars as well. */
  startForCalendars: (token: string): string => `/oauth/google/start?calendars=yes&token=${encodeURIComponent(token)}`,
};

export const strong = (text: string): string => `<strong>${escapeHtml(text)}</strong>`;

/** @param look `quiet` for what is not the first thing to do on a page */
export const button = (path: string, words: string, look: '' | 'quiet' = ''): string =>
  `<a class="button${look && ` ${look}`}" href="${escapeHtml(path)}">${escapeHtml(words)}</a>`;

export const backLink = (locale: Locale, token: string): string =>
  `<p><a href="${paths.own(token)}">${locale === 'es' ? 'Volver a tu página' : 'Back to your page'}</a></p>`;

/** A form that asks for one thing and needs no script. @param fields HTML whose values are escaped already */
export const form = (path: string, fields: string): string => `<form method="post" action="${path}">${fields}</form>`;

/** What Google will show, step by step, and what to do there. */
export const stepsAtGoogle = (locale: Locale): string =>
  locale === 'es'
    ? `<ol><li><strong>«Elige una cuenta».</strong> Elige la cuenta en la que quieres tus citas.</li>
<li><strong>«Google no ha verificado esta aplicación».</strong> Es normal y no siempre aparece: la aplicación es de tu propia empresa, y Google solo revisa las que se ofrecen a todo el mundo. Pulsa «Configuración avanzada» (o «Avanzado»), abajo a la izquierda, y después «Ir a… (no seguro)». Si en su lugar ves «Continuar», pulsa eso.</li>
<li><strong>«… quiere acceder a tu cuenta de Google».</strong> Deja marcada la casilla del calendario, o márcala si está vacía: «Ver, crear, cambiar y eliminar eventos de los calendarios de Google que te pertenecen». Sin ella no se pueden crear los enlaces. Después pulsa «Continuar».</li></ol>
<p class="soft">Si Google dice «Acceso bloqueado», avisa a quien te envió el enlace: tiene que arreglarlo la empresa.</p>`
    : `<ol><li><strong>“Choose an account”.</strong> Choose the account in which you want your bookings.</li>
<li><strong>“Google hasn’t verified this app”.</strong> That is normal, and not everybody sees it: the app belongs to your own business, and Google only reviews those that are offered to everyone. Click “Advanced” at the bottom left, then “Go to… (unsafe)”. If there is “Continue” instead, click that.</li>
<li><strong>“… wants access to your Google Account”.</strong> Leave the calendar box ticked, or tick it if it is empty: “See, create, change, and delete events on Google calendars you own”. Without it no links can be made. Then click “Continue”.</li></ol>
<p class="soft">If Google says “Access blocked”, please tell whoever sent you this link: the business has to put that right.</p>`;
