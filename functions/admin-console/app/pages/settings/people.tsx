import { useRef, useState } from 'preact/hooks';
import { Button, Checkbox, Field, Select } from '../../kit/controls.tsx';
import { useLanguage, useTexts } from '../../language.ts';
import { useErrorAt, useForm } from './form-context.ts';
import { CheckSetting, TextSetting, useSetting } from './inputs.tsx';
import { isSame } from './merge.ts';
import { type ReminderRow, reminderOf, rowOf, UNITS } from './reminders.ts';
import { settingsTexts } from './texts.ts';

export function People() {
  const words = useTexts(settingsTexts);
  return (
    <>
      <fieldset>
        <legend>{words.notifications}</legend>
        <div class="pair">
          <CheckSetting path="notifications.email.customer" />
          <CheckSetting path="notifications.email.staff" />
          <CheckSetting path="notifications.sms.customer" />
          <CheckSetting path="notifications.sms.staff" />
        </div>
      </fieldset>
      <Reminders />
      <TextSetting path="adminEmail" type="email" autocomplete="email" nullable />
      <TextSetting path="senderName" nullable />
      <TextSetting path="replyTo" type="email" autocomplete="off" nullable />
      <Country />
    </>
  );
}

function Country() {
  const language = useLanguage();
  const code = useForm().state.draft.defaultCountry;
  const name = code && /^[A-Z]{2}$/.test(code) && new Intl.DisplayNames(language, { type: 'region' }).of(code);
  return (
    <>
      <TextSetting
        path="defaultCountry"
        autocomplete="off"
        spellcheck={false}
        nullable
        read={(typed) => typed.trim().toUpperCase() || null}
      />
      {name && name !== code && <p class="hint after">{name}</p>}
    </>
  );
}

function Reminders() {
  const words = useTexts(settingsTexts);
  const errorAt = useErrorAt();
  const { state, edit } = useForm();
  const { labelled } = useSetting('reminders');
  const reminders = state.draft.reminders;
  const [typed, setTyped] = useState<readonly ReminderRow[]>(() => reminders.map(rowOf));
  // Somebody who types 90 minutes is not to find an hour and a half.
  const rows = isSame(typed.map(reminderOf), reminders) ? typed : reminders.map(rowOf);
  const adds = useRef<HTMLDivElement>(null);
  const change = (changed: readonly ReminderRow[]) => {
    setTyped(changed);
    edit('reminders', changed.map(reminderOf));
  };
  const changeRow = (index: number, changed: Partial<ReminderRow>) =>
    change(rows.map((row, i) => (i === index ? { ...row, ...changed } : row)));
  return (
    <fieldset data-path="reminders">
      <legend>{labelled.label}</legend>
      <p class="hint">{labelled.hint}</p>
      <div class="field-error" role="alert">
        {state.faults.some(({ path }) => path === 'reminders') && labelled.error}
      </div>
      {rows.length === 0 && <p>{words.noReminders}</p>}
      {rows.map(({ amount, unit, channels }, index) => {
        const path = `reminders.${index}`;
        return (
          // A reminder is known by its place only.
          <fieldset key={index} class="reminder" data-path={path}>
            <legend>{words.reminder(index + 1)}</legend>
            <div class="in-line">
              <Field
                label={words.amount}
                inputMode="decimal"
                value={amount}
                error={errorAt(`${path}.minutesBefore`)}
                onInput={(text) => changeRow(index, { amount: text })}
              />
              <Select
                label={words.unit}
                value={unit}
                options={UNITS.map((each) => [each, words.units[each]])}
                onChange={(chosen) => changeRow(index, { unit: chosen })}
              />
              <span class="soft">{words.before}</span>
            </div>
            <div class="in-line">
              {(['email', 'sms'] as const).map((channel) => (
                <Checkbox
                  key={channel}
                  label={words.messages.channels[channel]}
                  checked={channels.includes(channel)}
                  error={channel === 'email' ? errorAt(`${path}.channels`) : undefined}
                  onChange={(checked) =>
                    changeRow(index, {
                      channels: checked ? [...channels, channel] : channels.filter((each) => each !== channel),
                    })
                  }
                />
              ))}
              <Button
                onClick={() => {
                  change(rows.filter((_, i) => i !== index));
                  adds.current?.querySelector('button')?.focus();
                }}
              >
                {words.remove} <span class="hidden">{words.reminder(index + 1)}</span>
              </Button>
            </div>
          </fieldset>
        );
      })}
      <div ref={adds}>
        <Button onClick={() => change([...rows, { amount: '1', unit: 'hours', channels: ['email'] }])}>
          {words.addReminder}
        </Button>
      </div>
    </fieldset>
  );
}
