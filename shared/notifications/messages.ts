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
  const value = messageValues(context, settings);
  return renderMail(
    { template, value, locale, buttonKeyword: 'join_button', link, day: value('start_date') },
    settings,
  );
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
  return renderMail({ template, value, locale, buttonKeyword: 'connect_button', link, day: undefined }, settings);
}

interface MailContent {
  readonly template: { readonly subject?: string | undefined; readonly body?: string | undefined };
  readonly value: (name: string) => string | undefined;
  readonly locale: Locale;
  /** The keyword that `link` stands for, as a button. */
  readonly buttonKeyword: string;
  readonly link: Link | undefined;
  /** As `MailPage` has it. */
  readonly day: string | undefined;
}

/** One template gives both parts: the button is a link on a line of its own in the text. */
function renderMail(
  { template, value, locale, buttonKeyword, link, day }: MailContent,
  { senderName }: Settings,
): MailText {
  const render = (text = '', button?: string) =>
    fillTidy(text, (name) => (name === buttonKeyword ? button : value(name)?.replace(/\r\n?/g, '\n')));
  const subject = render(template.subject).replace(/\s+/g, ' ').slice(0, SUBJECT_LENGTH);
  const body = render(template.body, link && BUTTON);
  return {
    subject,
    text: `${render(template.body, link && `${link.label}:\n${link.url}`)}\n`,
    html: mailPage({ locale, title: subject, body, link, day, sender: senderName }),
  };
}
