import type { Operations, StaffView } from '../../api-types.ts';
import type { Standing } from '../../kit/notices.tsx';
import type { Language } from '../../language.ts';

/** Whose Google account is the same: Google ends every access of an account at once. */
export const sharersOf = (person: StaffView, everybody: readonly StaffView[]): readonly StaffView[] =>
  person.connection.state !== 'connected'
    ? []
    : everybody.filter(
        ({ email, connection: { state, googleEmail } }) =>
          email !== person.email && state === 'connected' && googleEmail === person.connection.googleEmail,
      );

export const standingOf = ({ connection: { state }, waiting }: StaffView): Standing =>
  state === 'connected'
    ? 'pass'
    : state === 'not_connected' && waiting === 0
      ? 'unknown'
      : waiting > 0
        ? 'fail'
        : 'warn';

/** The less the sooner somebody must do something: bookings that wait, a lost access, none yet, messages that do not arrive. */
function rank({ connection: { state, problem }, waiting, undeliverable }: StaffView): number {
  if (state !== 'connected') return waiting > 0 ? 0 : state === 'not_connected' ? 2 : 1;
  return undeliverable.length > 0 || problem !== null ? 3 : 4;
}

/** Those who need something first, then by name. */
export const byNeed = (everybody: readonly StaffView[], language: Language): readonly StaffView[] =>
  everybody.toSorted(
    (one, other) =>
      rank(one) - rank(other) || nameOf(one).localeCompare(nameOf(other), language, { sensitivity: 'base' }),
  );

export const nameOf = ({ name, email }: Pick<StaffView, 'name' | 'email'>): string => name ?? email;

/** What of a person can be edited, as it stands in a form. */
export interface ProfileForm {
  readonly name: string;
  readonly phone: string;
  /** Empty for that of the settings. */
  readonly locale: Language | '';
  readonly calendarId: string;
}

export const NEW_PROFILE: ProfileForm = { name: '', phone: '', locale: '', calendarId: 'primary' };

export const formOf = ({ name, phone, locale, calendarId }: StaffView): ProfileForm => ({
  name: name ?? '',
  phone: phone ?? '',
  locale: locale ?? '',
  calendarId,
});

/** As it is saved: it takes the place of the one before as a whole. */
export const profileOf = ({
  name,
  phone,
  locale,
  calendarId,
}: ProfileForm): Operations['PUT /staff/{email}']['body'] => ({
  name: name.trim() || null,
  phone: phone.trim() || null,
  locale: locale || null,
  calendarId: calendarId.trim() || 'primary',
});

export const isSameForm = (one: ProfileForm, other: ProfileForm): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** Whether it is worth asking the API, which looks more closely. */
export const isAddress = (text: string): boolean => /^[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+$/.test(text.trim());
