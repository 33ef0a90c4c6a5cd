import type { Locale } from '../../shared/appointments/appointment.ts';
import type { HttpResponse } from '../../shared/http/chain.ts';
import { escapeHtml } from '../../shared/http/html.ts';
import { htmlPage } from '../../shared/http/page.ts';

/** Why there is no link yet. */
export type WaitingState = 'not_ready' | 'unconfirmed';
type State = WaitingState | 'cancelled' | 'ended';

/** A booking, in the customer's words. */
export interface Shown {
  readonly service: string;
  readonly date: string;
  readonly time: string;
  readonly zone: string;
}

interface Text {
  readonly title: string;
  readonly text: string;
}

const STATES: Readonly<Record<State, Readonly<Record<Locale, Text>>>> = {
  not_ready: {
    en: {
      title: 'Your video call is being prepared',
      text: 'The link is not ready yet. Leave this page open, or come back later: it takes you to your video call as soon as it can.',
    },
    es: {
      title: 'Estamos preparando tu videollamada',
      text: 'El enlace aún no está listo. Deja esta página abierta o vuelve más tarde: te llevará a tu videollamada en cuanto sea posible.',
    },
  },
  unconfirmed: {
    en: {
      title: 'Your booking is not confirmed yet',
      text: 'There is a link once it is confirmed. Leave this page open, or come back later: it takes you to your video call as soon as it can.',
    },
    es: {
      title: 'Tu cita aún no está confirmada',
      text: 'Habrá un enlace cuando se confirme. Deja esta página abierta o vuelve más tarde: te llevará a tu videollamada en cuanto sea posible.',
    },
  },
  cancelled: {
    en: {
      title: 'This booking was cancelled',
      text: 'There is no video call. If that surprises you, please ask the business with which you booked.',
    },
    es: {
      title: 'Esta cita se canceló',
      text: 'No hay videollamada. Si no lo esperabas, pregunta a la empresa con la que reservaste.',
    },
  },
  ended: {
    en: { title: 'This booking is over', text: 'Its video call is no longer open from here.' },
    es: { title: 'Esta cita ya terminó', text: 'Desde aquí ya no se puede entrar en su videollamada.' },
  },
};

const AGAIN: Readonly<Record<Locale, string>> = {
  en: 'This page keeps looking by itself.',
  es: 'Esta página se actualiza sola.',
};

/** All of them are answers that a customer is entitled to, and may change: a cancelled booking can be taken up again. So the status is 200. */
export function statePage(locale: Locale, state: State, booking: Shown, refreshSeconds: number): HttpResponse {
  const { title, text } = STATES[state][locale];
  const isWaiting = state === 'not_ready' || state === 'unconfirmed';
  return htmlPage(
    200,
    locale,
    title,
    `<p><strong>${escapeHtml(booking.service)}</strong><br>${escapeHtml(`${booking.date}, ${booking.time}`)}<br>${escapeHtml(booking.zone)}</p>
<p>${escapeHtml(text)}</p>
${isWaiting ? `<p class="soft">${AGAIN[locale]}</p>` : ''}`,
    [],
    isWaiting ? refreshSeconds : undefined,
  );
}

const NOT_FOUND: Readonly<Record<Locale, Text>> = {
  en: {
    title: 'This link does not work',
    text: 'Check that you have opened all of it, from the mail that was sent to you. If it still does not work, please ask the business with which you booked.',
  },
  es: {
    title: 'Este enlace no funciona',
    text: 'Comprueba que lo has abierto entero, desde el correo que recibiste. Si sigue sin funcionar, pregunta a la empresa con la que reservaste.',
  },
};

/** One and the same for an unknown booking, a wrong address and none. */
export const notFoundPage = (locale: Locale): HttpResponse => page(404, locale, NOT_FOUND[locale]);

const STOPPED: Readonly<Record<Locale, Text>> = {
  en: {
    title: 'Too many tries',
    text: 'This link was opened too often with a wrong address. Please try again in an hour, with the link from the mail that was sent to you.',
  },
  es: {
    title: 'Demasiados intentos',
    text: 'Este enlace se ha abierto demasiadas veces con una dirección equivocada. Inténtalo dentro de una hora, con el enlace del correo que recibiste.',
  },
};

/** The same whether there is such a booking or not. @param seconds until counting begins anew */
export function stoppedPage(locale: Locale, seconds: number): HttpResponse {
  const { headers, ...rest } = page(429, locale, STOPPED[locale]);
  return { ...rest, headers: { ...headers, 'retry-after': String(seconds) } };
}

const page = (status: number, locale: Locale, { title, text }: Text): HttpResponse =>
  htmlPage(status, locale, title, `<p>${escapeHtml(text)}</p>`);
