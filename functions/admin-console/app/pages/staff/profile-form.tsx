import type { ComponentChildren } from 'preact';
import { Field, Select } from '../../kit/controls.tsx';
import { useTexts } from '../../language.ts';
import type { ProfileForm } from './people.ts';
import { staffTexts } from './texts.ts';

/** The fields of a profile. */
export function ProfileFields({
  form: { name, phone, locale, calendarId },
  onChange,
  faultAt,
}: {
  readonly form: ProfileForm;
  readonly onChange: (change: Partial<ProfileForm>) => void;
  readonly faultAt: (path: string) => string | undefined;
}): ComponentChildren {
  const words = useTexts(staffTexts);
  return (
    <>
      <Field
        label={words.name}
        hint={words.nameHint}
        autocomplete="off"
        value={name}
        onInput={(typed) => onChange({ name: typed })}
        error={faultAt('name')}
      />
      <Field
        label={words.phone}
        hint={words.phoneHint}
        type="tel"
        autocomplete="off"
        value={phone}
        onInput={(typed) => onChange({ phone: typed })}
        error={faultAt('phone')}
      />
      <Select
        label={words.language}
        hint={words.localeHint}
        value={locale}
        options={[
          ['', words.usual],
          ['en', words.languages.en],
          ['es', words.languages.es],
        ]}
        onChange={(chosen) => onChange({ locale: chosen })}
        error={faultAt('locale')}
      />
      <Field
        label={words.calendar}
        hint={words.calendarHint}
        autocomplete="off"
        spellcheck={false}
        value={calendarId}
        onInput={(typed) => onChange({ calendarId: typed })}
        error={faultAt('calendarId')}
      />
    </>
  );
}
