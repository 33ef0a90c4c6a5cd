import type { Booking, Locale } from '../appointments/appointment.ts';
import { escapeHtml } from '../http/html.ts';
import { fillTidy } from '../settings/keywords.ts';
import type { Settings } from '../settings/settings.ts';
import { keywordValues } from '../settings/values.ts';
import type { Staff } from '../staff/staff.ts';
import type { Instant } from '../time.ts';
import type { BookingNews, Recipient } from './told.ts';
import { CONNECT_LABEL, type ConnectionNews, connectionWording, JOIN, wording } from './wording.ts';

export interface Message {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

/** What a message speaks of. */
export interface MessageContext {
  readonly kind: BookingNews;
  readonly to: Recipient & { readonly role: 'customer' | 'staff' };
  readonly appointmentId: string;
  readonly status: string;
  readonly booking: Booking;
  /** Absent when there is nothing to join. */
  readonly url?: string;
  /** When it was to start, as last told. */
  readonly oldStart?: Instant;
}

/** Stands for the join button until the text has been escaped; texts taken in hold no control characters. */
const BUTTON = '\u0001';
const SUBJECT_LENGTH = 200;

/** DESIGN rule 18: in a message to a customer, customer keywords are the recipient's own. */
export function composeMessage(context: MessageContext, settings: Settings): Message {
  const { kind, to, booking, url, oldStart } = context;
  const locale = to.locale ?? settings.locale;
  const timeZone = booking.timeZone ?? settings.timeZone;
  const template = {
    ...wording(kind, to.role, locale),
    ...settings.templates[kind]?.[to.role]?.[to.channel]?.[locale],
  };
  const customer = to.customer ?? booking.customers[0];
  const ofBooking = keywordValues(context, customer, { ...settings, locale });
  const own: Readonly<Record<string, string | undefined>> = {
    meet_link: url,
    start_date: longDate(booking.start, timeZone, locale),
    start_time: shortTime(booking.start, timeZone, locale),
    end_time: shortTime(booking.end, timeZone, locale),
    time_zone: zoneName(booking.start, timeZone, locale),
    old_start_date: oldStart && longDate(oldStart, timeZone, locale),
    old_start_time: oldStart && shortTime(oldStart, timeZone, locale),
    ...(to.role === 'staff' && { staff_name: to.name }),
    ...(to.role === 'staff' &&
      booking.customers.length > 1 && {
        customer_full_name: booking.customers.map(({ name }) => name).join(', '),
        customer_email: booking.customers.flatMap(({ email }) => email ?? []).join(', '),
        customer_phone: booking.customers.flatMap(({ phone }) => phone ?? []).join(', '),
      }),
  };
  const value = (name: string) => (Object.hasOwn(own, name) ? own[name] : ofBooking(name));
  return renderMessage(template, value, locale, 'join_button', url ? { label: JOIN[locale], url } : undefined);
}

/** A mail about a staff member's connection to Google. @param url their connect link; the admin gets none */
export function composeConnectionMessage(
  news: ConnectionNews,
  to: { readonly role: 'staff' | 'admin'; readonly locale?: Locale },
  person: Staff,
  url: string | undefined,
  settings: Settings,
): Message {
  const locale = to.locale ?? settings.locale;
  const asks = news !== 'connected';
  const template = {
    ...connectionWording(news, to.role, locale),
    ...(asks && settings.templates.connect_google?.[to.role]?.email?.[locale]),
  };
  const values: Readonly<Record<string, string | undefined>> = {
    staff_name: person.name ?? person.email,
    staff_email: person.email,
    google_email: person.connection.googleEmail,
  };
  const value = (name: string) => (Object.hasOwn(values, name) ? values[name] : undefined);
  const link = url ? { label: CONNECT_LABEL[locale], url } : undefined;
  return renderMessage(template, value, locale, 'connect_button', link);
}

/** One template gives both parts: the button is a link of its own line in the text. */
function renderMessage(
  template: { readonly subject?: string | undefined; readonly body?: string | undefined },
  value: (name: string) => string | undefined,
  locale: Locale,
  buttonKeyword: string,
  link: Link | undefined,
): Message {
  const render = (text: string, button: string | undefined) =>
    fillTidy(text, (name) => (name === buttonKeyword ? button : value(name)));
  const subject = render(template.subject ?? '', undefined)
    .replace(/\s+/g, ' ')
    .slice(0, SUBJECT_LENGTH);
  return {
    subject,
    text: `${render(template.body ?? '', link && `${link.label}: ${link.url}`)}\n`,
    html: page(locale, subject, paragraphs(render(template.body ?? '', link && BUTTON), link)),
  };
}

interface Link {
  readonly label: string;
  readonly url: string;
}

const longDate = (at: Instant, timeZone: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'es', { dateStyle: 'full', timeZone }).format(new Date(at));
const shortTime = (at: Instant, timeZone: string, locale: Locale): string =>
  new Intl.DateTimeFormat(locale === 'en' ? 'en-GB' : 'es', { timeStyle: 'short', timeZone }).format(new Date(at));
/** The zone in words, with its city, since few know the name of their zone. */
const zoneName = (at: Instant, timeZone: string, locale: Locale): string => {
  if (timeZone === 'UTC') return timeZone;
  const name = new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'longGeneric' })
    .formatToParts(new Date(at))
    .find(({ type }) => type === 'timeZoneName')?.value;
  const city = timeZone.includes('/') ? timeZone.split('/').at(-1)?.replaceAll('_', ' ') : undefined;
  return [name, city && `(${city})`].filter(Boolean).join(' ');
};

const paragraphs = (body: string, link: Link | undefined): string =>
  body
    .split('\n\n')
    .map((paragraph) => escapeHtml(paragraph).replaceAll('\n', '<br>'))
    .map((paragraph) => (link ? paragraph.replaceAll(escapeHtml(link.url), () => anchor(link.url)) : paragraph))
    .map(
      (paragraph) => `<p style="margin:0 0 16px">${paragraph.replaceAll(BUTTON, () => (link ? button(link) : ''))}</p>`,
    )
    .join('\n');

const anchor = (url: string): string => `<a href="${escapeHtml(url)}" style="color:#0b57d0">${escapeHtml(url)}</a>`;

const button = ({ label, url }: Link): string =>
  `<a href="${escapeHtml(url)}" style="display:inline-block;background:#0b57d0;color:#ffffff;text-decoration:none;font-weight:600;padding:12px 24px;border-radius:24px">${escapeHtml(label)}</a><br>${anchor(url)}`;

const page = (locale: Locale, title: string, content: string): string =>
  `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><title>${escapeHtml(title)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif"><div style="max-width:560px;margin:0 auto">
${content}
</div></body></html>
`;
