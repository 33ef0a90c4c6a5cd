import type { Locale } from '../appointments/appointment.ts';
import { fillTidy } from '../settings/keywords.ts';
import type { Settings } from '../settings/settings.ts';
import type { Staff } from '../staff/staff.ts';
import { BUTTON, type Link, mailPage } from './mail-page.ts';
import { localeOf, type MessageContext, messageValues } from './message-values.ts';
import { CONNECT_LABEL, type ConnectionNews, connectionWording } from './wording/connection.ts';
import { JOIN, wording } from './wording/email.ts';

/** A mail as it is written, before it is known how it is sent. */
export interface MailText {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

const SUBJECT_LENGTH = 200;

/** The mail about a booking. */
export function composeMail(context: MessageContext, settings: Settings): MailText {
  const { kind, to, url } = context;
  const locale = localeOf(context, settings);
  const template = { ...wording(kind, to.role, locale), ...settings.templates[kind]?.[to.role]?.email?.[locale] };
  const link = url ? { label: JOIN[locale], url } : undefined;
  return renderMail(template, messageValues(context, settings), locale, 'join_button', link);
}

/** A mail about a staff member's connection to Google. @param url their connect link; the admin gets none */
export function composeConnectionMail(
  news: ConnectionNews,
  to: { readonly role: 'staff' | 'admin'; readonly locale?: Locale },
  person: Staff,
  url: string | undefined,
  settings: Settings,
): MailText {
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
  return renderMail(template, value, locale, 'connect_button', link);
}

/** One template gives both parts: the button is a link of its own line in the text. */
function renderMail(
  template: { readonly subject?: string | undefined; readonly body?: string | undefined },
  value: (name: string) => string | undefined,
  locale: Locale,
  buttonKeyword: string,
  link: Link | undefined,
): MailText {
  const render = (text: string, button: string | undefined) =>
    fillTidy(text, (name) => (name === buttonKeyword ? button : value(name)));
  const subject = render(template.subject ?? '', undefined)
    .replace(/\s+/g, ' ')
    .slice(0, SUBJECT_LENGTH);
  return {
    subject,
    text: `${render(template.body ?? '', link && `${link.label}: ${link.url}`)}\n`,
    html: mailPage(locale, subject, render(template.body ?? '', link && BUTTON), link),
  };
}
