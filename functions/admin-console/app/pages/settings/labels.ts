import type { Draft } from './merge.ts';
import { type MessageName, messageOfPath } from './messages.ts';
import { rowOf } from './reminders.ts';
import type { SettingsWords } from './texts.ts';

export type FieldName = keyof SettingsWords['fields'];

/** What a value is called on the page. @param path of one, or of something in it */
export function labelOf(path: string, words: SettingsWords): string {
  const message = messageOfPath(path);
  if (message) {
    const part = path.split('.')[5];
    const { subject, body } = words.messages;
    return [nameOf(message, words), part === 'subject' ? subject : part === 'body' && body].filter(Boolean).join(': ');
  }
  const [top = '', index] = path.split('.');
  if (top === 'reminders' && index !== undefined) return words.reminder(Number(index) + 1);
  const name = [path, top].find((each): each is FieldName => Object.hasOwn(words.fields, each));
  return name ? words.fields[name].label : path;
}

/** In the order in which the page shows them; the API's is none. */
export function inPageOrder<Item extends { readonly path: string }>(
  items: readonly Item[],
  { fields }: SettingsWords,
): readonly Item[] {
  const names = Object.keys(fields);
  const place = ({ path }: Item) => names.findIndex((name) => path === name || path.startsWith(`${name}.`));
  return items.toSorted((a, b) => place(a) - place(b));
}

/** `Confirmation · Customer · E-mail · English` */
export const nameOf = ({ kind, role, channel, locale }: MessageName, { messages, languages }: SettingsWords): string =>
  [messages.kinds[kind], messages.roles[role], messages.channels[channel], languages[locale]].join(' · ');

/** A value in words. */
export function valueText(path: string, value: unknown, words: SettingsWords): string {
  if (value === undefined) return words.defaultWords;
  if (value === null) return words.unset;
  if (typeof value === 'boolean') return value ? words.yes : words.no;
  if (path === 'reminders') {
    const list = (value as Draft['reminders']).map((reminder) => {
      const { amount, unit, channels } = rowOf(reminder);
      return `${words.count(amount, unit)} (${channels.map((channel) => words.messages.channels[channel]).join(', ')})`;
    });
    return list.join(', ') || words.empty;
  }
  if (path === 'locale') return words.languages[value as keyof SettingsWords['languages']] ?? String(value);
  if (path === 'googleInvitations') {
    return words.invitations[value as keyof SettingsWords['invitations']] ?? String(value);
  }
  return (Array.isArray(value) ? value.join(', ') : String(value)) || words.empty;
}
