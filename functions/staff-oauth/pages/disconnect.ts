import type { Locale } from '../../../shared/appointments/appointment.ts';
import type { HttpResponse } from '../../../shared/http/chain.ts';
import { escapeHtml } from '../../../shared/http/html.ts';
import { htmlPage } from '../../../shared/http/page.ts';
import { backLink, button, form, paths, strong } from './parts.ts';

/**
 * What follows, before it does.
 * @param seen of the connection that is shown; it comes back with the form, so that a page left open ends no later one
 */
export function disconnectPage(locale: Locale, token: string, googleEmail: string, seen: string): HttpResponse {
  const submit = (words: string) =>
    form(
      paths.disconnect(token),
      `<input type="hidden" name="seen" value="${escapeHtml(seen)}">
<p><button class="button danger">${words}</button></p>`,
    );
  return locale === 'es'
    ? htmlPage(
        200,
        'es',
        '¿Desconectar tu cuenta de Google?',
        `<p>Está conectada la cuenta ${strong(googleEmail)}. Si la desconectas:</p>
<ul><li>Las citas nuevas esperan, sin enlace, hasta que conectes una cuenta otra vez.</li>
<li>Los eventos que ya están en tu calendario se quedan, con sus enlaces. Pero si una cita cambia o se cancela, tu calendario ya no se actualiza.</li>
<li>Devolvemos a Google el permiso que nos diste.</li>
<li>Quien administra las citas puede ver que la has desconectado.</li></ul>
<p>Tu enlace sigue valiendo: con él puedes conectar una cuenta otra vez.</p>
${submit('Desconectar')}
<p>${button(paths.own(token), 'Dejarla conectada', 'quiet')}</p>`,
      )
    : htmlPage(
        200,
        'en',
        'Disconnect your Google account?',
        `<p>At present ${strong(googleEmail)} is connected. If you disconnect it:</p>
<ul><li>New bookings wait, without a link, until you connect an account again.</li>
<li>Events that are in your calendar already stay, with their links. But when a booking is moved or cancelled, your calendar no longer follows.</li>
<li>We give back to Google the permission that you gave us.</li>
<li>Your administrator can see that you have disconnected it.</li></ul>
<p>Your link stays good: you can connect an account again with it.</p>
${submit('Disconnect')}
<p>${button(paths.own(token), 'Keep it connected', 'quiet')}</p>`,
      );
}

/** The same however often it is asked for. */
export const disconnectedPage = (locale: Locale, token: string): HttpResponse =>
  locale === 'es'
    ? htmlPage(
        200,
        'es',
        'Tu cuenta está desconectada',
        `<p>Ya no hay ninguna cuenta de Google conectada. Las citas nuevas esperan sin enlace hasta que conectes una; puedes hacerlo cuando quieras con el mismo enlace.</p>
${backLink(locale, token)}`,
      )
    : htmlPage(
        200,
        'en',
        'Your account is disconnected',
        `<p>No Google account is connected any more. New bookings wait without a link until you connect one; you can do that whenever you like, with the same link.</p>
${backLink(locale, token)}`,
      );
