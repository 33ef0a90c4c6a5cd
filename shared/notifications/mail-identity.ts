import { createHash } from 'node:crypto';
import { type MessageKind, type Reminder, type Role, recipientKey, type Told } from './told.ts';

/** What ties the mails of one booking together, and what comes back about one of them to its ledger. */

/** `Message-ID`s kept of a thread: those of the first mail, which started it, and of the last few. */
const FIRST_KEPT = 2;
const LAST_KEPT = 8;

/** Of one message, whoever sends it and however often: without the brackets and the domain. @param which its sequence, or the reminder */
export const mailId = ({ subject, to }: Told, which: number | Reminder): string => {
  const thread = createHash('sha256')
    .update(`${subject}\n${recipientKey(to)}`)
    .digest('hex')
    .slice(0, 32);
  const own = typeof which === 'number' ? `${which}` : `${Date.parse(which.start) / 1000}-${which.minutesBefore}`;
  return `${thread}.${own}`;
};

/** The thread after one more mail. */
export const threadWith = (thread: readonly string[] = [], sent: readonly string[]): string[] => {
  const all = [...thread, ...sent.filter((id) => !thread.includes(id))];
  return all.length <= FIRST_KEPT + LAST_KEPT ? all : [...all.slice(0, FIRST_KEPT), ...all.slice(-LAST_KEPT)];
};

/** What SES reports about a mail names these: the ledger, in letters that SES takes, and what it was. */
export const mailTags = (subject: string, kind: MessageKind, role: Role): Readonly<Record<string, string>> => ({
  appointment: Buffer.from(subject).toString('base64url'),
  kind,
  role,
});
