import { useMemo, useState } from 'preact/hooks';
import { Checkbox, Field } from '../../kit/controls.tsx';
import { useTexts } from '../../language.ts';
import { useForm } from './form-context.ts';
import { CheckSetting, SelectSetting, TextSetting, useSetting } from './inputs.tsx';
import { settingsTexts } from './texts.ts';
import { DATE_FORMATS, TIME_FORMATS, writtenAs } from './written-dates.ts';

export function General() {
  const words = useTexts(settingsTexts);
  const zones = useMemo(() => [...new Set(['UTC', ...Intl.supportedValuesOf('timeZone')])], []);
  return (
    <>
      <CheckSetting path="enabled" />
      <Statuses />
      <TextSetting path="timeZone" list="time-zones" autocomplete="off" spellcheck={false} />
      <datalist id="time-zones">
        {zones.map((zone) => (
          <option key={zone} value={zone} />
        ))}
      </datalist>
      <Formats />
      <SelectSetting path="locale" options={Object.entries(words.languages)} />
    </>
  );
}

/** Each as today and now are written in it. */
function Formats() {
  const { draft } = useForm().state;
  const now = useMemo(() => new Date(), []);
  const written = (format: string): readonly [string, string] => {
    try {
      return [format, `${writtenAs(format, now, draft.timeZone, draft.locale)}  (${format})`];
    } catch {
      // The time zone is not yet typed in.
      return [format, format];
    }
  };
  return (
    <div class="pair">
      <SelectSetting path="dateFormat" options={DATE_FORMATS.map(written)} />
      <SelectSetting path="timeFormat" options={TIME_FORMATS.map(written)} />
    </div>
  );
}

const listed = (typed: string): readonly string[] =>
  typed
    .split(',')
    .map((status) => status.trim())
    .filter(Boolean);

function Statuses() {
  const words = useTexts(settingsTexts);
  const { value, change, labelled } = useSetting('statuses');
  const statuses = value as readonly string[];
  const isUsual = (status: string) => Object.hasOwn(words.statusNames, status);
  const others = statuses.filter((status) => !isUsual(status));
  const [typed, setTyped] = useState(others.join(', '));
  // What is typed stands as long as it means what is in the form: commas and spaces come and go.
  const shown = listed(typed).join() === others.join() ? typed : others.join(', ');
  return (
    <fieldset data-path="statuses">
      <legend>{labelled.label}</legend>
      <p class="hint">{labelled.hint}</p>
      <div class="choices">
        {Object.entries(words.statusNames).map(([status, name]) => (
          <Checkbox
            key={status}
            label={name}
            checked={statuses.includes(status)}
            onChange={(checked) => change(checked ? [...statuses, status] : statuses.filter((each) => each !== status))}
          />
        ))}
      </div>
      <Field
        label={words.otherStatuses}
        hint={words.otherStatusesHint}
        error={labelled.error}
        value={shown}
        spellcheck={false}
        onInput={(text) => {
          setTyped(text);
          change([...statuses.filter(isUsual), ...listed(text).filter((status) => !isUsual(status))]);
        }}
      />
    </fieldset>
  );
}
