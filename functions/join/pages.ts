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
      text: 'The link is not ready yet.',
    },
    es: {
      title: 'Estamos preparando tu videollamada',
      text: 'El enlace aún no está listo.',
    },
  },
  unconfirmed: {
    en: {
      title: 'Your booking is not confirmed yet',
      text: 'There is a link once it is confirmed.',
    },
    es: {
      title: 'Tu cita aún no está confirmada',
      text: 'Habrá un enlace cuando se confirme.',
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

interface Waiting {
  readonly reloads: string;
  readonly stopped: string;
  readonly again: string;
  readonly stop: string;
  readonly go: string;
}

const WAITING: Readonly<Record<Locale, Waiting>> = {
  en: {
    reloads:
      'Leave this page open, or come back later: it keeps looking, and takes you to your video call as soon as it can.',
    stopped: 'This page no longer looks by itself.',
    again: 'Check again now',
    stop: 'Stop looking by itself',
    go: 'Let it look by itself',
  },
  es: {
    reloads:
      'Deja esta página abierta o vuelve más tarde: se actualiza sola y te llevará a tu videollamada en cuanto sea posible.',
    stopped: 'Esta página ya no se actualiza sola.',
    again: 'Comprobar ahora',
    stop: 'Dejar de actualizar',
    go: 'Volver a actualizar sola',
  },
};

/** How a page that waits goes on. */
export interface Reloading {
  /** After which it is loaded again; absent where the customer has stopped that. */
  readonly seconds?: number;
  /** The address of this page where it looks by itself, and where it does not. */
  readonly looking: string;
  readonly stopped: string;
}

/** All of them are answers that a customer is entitled to, and may change: a cancelled booking can be taken up again. So the status is 200. */
export function statePage(locale: Locale, state: State, booking: Shown, reloading: Reloading): HttpResponse {
  const { title, text } = STATES[state][locale];
  const isWaiting = state === 'not_ready' || state === 'unconfirmed';
  return htmlPage(
    200,
    locale,
    title,
    `<p><strong>${escapeHtml(booking.service)}</strong><br>${escapeHtml(`${booking.date}, ${booking.time}`)}<br>${escapeHtml(booking.zone)}</p>
<p>${escapeHtml(text)}</p>
${isWaiting ? waiting(WAITING[locale], reloading) : ''}`,
    [],
    isWaiting ? reloading.seconds : undefined,
  );
}

/** Whoever reads slowly, or has the page read out, is not to be sent back to its beginning again and again (WCAG 2.2.1). */
function waiting(words: Waiting, { seconds, looking, stopped }: Reloading): string {
  const link = (address: string, said: string) => `<a href="${escapeHtml(address)}">${said}</a>`;
  return seconds === undefined
    ? `<p>${words.stopped}</p>\n<p>${link(stopped, words.again)} · ${link(looking, words.go)}</p>`
    : `<p>${words.reloads}</p>\n<p>${link(looking, words.again)} · ${link(stopped, words.stop)}</p>`;
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
