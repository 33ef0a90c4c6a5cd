import { Checkbox, Field, type FieldProps, Select } from '../../kit/controls.tsx';
import { useTexts } from '../../language.ts';
import { DEFAULTS } from './defaults.ts';
import { useErrorAt, useForm } from './form-context.ts';
import { type FieldName, valueText } from './labels.ts';
import { valueAt } from './merge.ts';
import { settingsTexts } from './texts.ts';

/** What every field of a setting has: its label, what it does and is by default, and what is wrong with it. */
export function useSetting(path: FieldName) {
  const words = useTexts(settingsTexts);
  const { state, edit } = useForm();
  const error = useErrorAt()(path);
  const { label, hint } = words.fields[path];
  const preset = valueAt(DEFAULTS, path);
  return {
    value: valueAt(state.draft, path),
    change: (value: unknown) => edit(path, value),
    labelled: {
      label,
      hint: [hint, preset !== null && words.byDefault(valueText(path, preset, words))].filter(Boolean).join(' '),
      error,
    },
  };
}

interface Setting {
  readonly path: FieldName;
}

export function TextSetting({
  path,
  nullable = false,
  read = (typed) => typed,
  ...rest
}: Setting &
  Pick<FieldProps, 'type' | 'list' | 'autocomplete' | 'inputMode' | 'spellcheck'> & {
    /** Nothing typed in is nothing set. */
    readonly nullable?: boolean;
    readonly read?: (typed: string) => unknown;
  }) {
  const { value, change, labelled } = useSetting(path);
  return (
    <div data-path={path}>
      <Field
        {...labelled}
        {...rest}
        value={String(value ?? '')}
        onInput={(typed) => change(nullable && typed === '' ? null : read(typed))}
      />
    </div>
  );
}

export function CheckSetting({ path }: Setting) {
  const { value, change, labelled } = useSetting(path);
  return (
    <div data-path={path}>
      <Checkbox {...labelled} checked={value === true} onChange={change} />
    </div>
  );
}

export function SelectSetting({
  path,
  options,
}: Setting & { readonly options: readonly (readonly [value: string, label: string])[] }) {
  const { value, change, labelled } = useSetting(path);
  return (
    <div data-path={path}>
      <Select {...labelled} value={String(value)} options={options} onChange={change} />
    </div>
  );
}
