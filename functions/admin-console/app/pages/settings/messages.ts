import type { MessageRequest } from '../../api-types.ts';
import type { Language } from '../../language.ts';

type MessageKind = MessageRequest['kind'];
type Role = MessageRequest['role'];
type Channel = MessageRequest['channel'];

/** One of the messages that words can be written for. */
export type MessageName = Readonly<Pick<MessageRequest, 'kind' | 'role' | 'channel' | 'locale'>>;

export const KINDS = [
  'booked',
  'rescheduled',
  'link_changed',
  'cancelled',
  'reminder',
  'connect_google',
] as const satisfies readonly MessageKind[];
export const LOCALES = ['en', 'es'] as const satisfies readonly Language[];

/** Who such a message is ever sent to, and how. */
export const rolesOf = (kind: MessageKind): readonly Role[] =>
  kind === 'connect_google' ? ['staff', 'admin'] : ['customer', 'staff'];
export const channelsOf = (kind: MessageKind): readonly Channel[] =>
  kind === 'connect_google' ? ['email'] : ['email', 'sms'];

/** The same name, or the nearest that is ever sent. */
export const sentName = (name: MessageName): MessageName => ({
  ...name,
  role: rolesOf(name.kind).includes(name.role) ? name.role : 'staff',
  channel: channelsOf(name.kind).includes(name.channel) ? name.channel : 'email',
});

export const pathOfMessage = ({ kind, role, channel, locale }: MessageName): string =>
  `templates.${kind}.${role}.${channel}.${locale}`;

/** The message that a path lies in. */
export function messageOfPath(path: string): MessageName | undefined {
  const [top, kind, role, channel, locale] = path.split('.');
  return top === 'templates' && locale ? ({ kind, role, channel, locale } as MessageName) : undefined;
}

/** Of message keywords those that such a message can fill. */
export const hasKeyword = ({ kind }: Pick<MessageName, 'kind'>, keyword: string): boolean => {
  if (kind === 'connect_google') return keyword === 'connect_button';
  if (keyword.startsWith('old_')) return kind === 'rescheduled';
  if (keyword === 'meet_link' || keyword === 'join_button') return kind !== 'cancelled';
  return keyword !== 'connect_button' && keyword !== 'google_email';
};
