import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Answer, ApiError } from '../../api.ts';
import type { Settings } from '../../api-types.ts';
import { Load, useAction, useLoad } from '../../kit/load.tsx';
import { ErrorNotice } from '../../kit/notices.tsx';
import { Page } from '../../kit/page.tsx';
import { kitTexts } from '../../kit/texts.ts';
import { useUnsavedGuard } from '../../kit/unsaved.ts';
import { useLanguage, useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { Event } from './event.tsx';
import { type Form, FormContext, type PreviewBooking } from './form-context.ts';
import { changesOf, chosen, edited, overtaken, patchOf, refused, started, stored, undecided } from './form-state.ts';
import { General } from './general.tsx';
import { CheckSetting, TextSetting } from './inputs.tsx';
import { type MessageName, messageOfPath, pathOfMessage } from './messages.ts';
import { Faults, OtherSave, SaveBar } from './over-form.tsx';
import { People } from './people.tsx';
import { numberOf } from './reminders.ts';
import { settingsTexts } from './texts.ts';
import { Words } from './words.tsx';

export function SettingsPage() {
  const words = useTexts(settingsTexts);
  const { api } = useSession();
  const settings = useLoad((signal) => api('GET /settings', { signal }));
  return (
    <Page title={words.title}>
      <Load of={settings}>{(loaded) => <SettingsForm loaded={loaded} />}</Load>
    </Page>
  );
}

function SettingsForm({ loaded }: { readonly loaded: Answer<Settings> }) {
  const words = useTexts(settingsTexts);
  const kit = useTexts(kitTexts);
  const language = useLanguage();
  const { api, announce, setTimeZone } = useSession();
  const [state, setState] = useState(() => started(loaded));
  const [message, showMessage] = useState<MessageName>({
    kind: 'booked',
    role: 'customer',
    channel: 'email',
    locale: loaded.data.locale,
  });
  const [booking, setBooking] = useState<PreviewBooking>();
  const [isReminded, setReminded] = useState(false);
  const keywords = useLoad(async (signal) => (await api('GET /keywords', { signal })).data, [language]);
  const form = useRef<HTMLFormElement>(null);
  const changes = changesOf(state);
  useUnsavedGuard(changes.length > 0);

  const goTo = (path: string) => {
    const name = messageOfPath(path);
    if (name && pathOfMessage(name) !== pathOfMessage(message)) showMessage(name);
    focusOn(form.current, path);
  };
  const isRefused = useRef(false);
  // Whoever is refused finds the cursor in the first field that is wrong.
  useEffect(() => {
    const [fault] = state.faults;
    if (!fault || !isRefused.current) return;
    isRefused.current = false;
    const marked = form.current?.querySelector<HTMLElement>('[aria-invalid="true"]');
    if (marked) marked.focus();
    else goTo(fault.path);
  }, [state.faults]);

  const save = useAction(async () => {
    if (undecided(state).length > 0) {
      setReminded(true);
      return form.current?.querySelector<HTMLElement>('.side input')?.focus();
    }
    const sent = state.draft;
    try {
      const answer = await api('PATCH /settings', { body: patchOf(state), ifMatch: state.saved.etag });
      setState((now) => stored(now, sent, answer));
      setTimeZone(answer.data.timeZone);
      announce(kit.saved);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      if (error.kind === 'changed') {
        const theirs = await api('GET /settings');
        setReminded(false);
        setState((now) => overtaken(now, theirs));
        announce(words.conflict.title);
      } else if (error.faults.length > 0) {
        isRefused.current = true;
        setState((now) => refused(now, error.faults));
      } else throw error;
    }
  });

  const context = useMemo<Form>(
    () => ({
      state,
      edit: (path, value) => setState((now) => edited(now, path, value)),
      message,
      showMessage,
      booking,
      setBooking,
      goTo,
    }),
    [state, message, booking],
  );
  const groups = {
    general: <General />,
    event: <Event keywords={keywords.data} />,
    people: <People />,
    words: <Words keywords={keywords.data} />,
    keeping: (
      <>
        <TextSetting path="retentionDays" inputMode="numeric" autocomplete="off" read={numberOf} />
        <CheckSetting path="expectStartsPing" />
      </>
    ),
  };
  return (
    <FormContext.Provider value={context}>
      <Jumps />
      <form
        ref={form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <Faults />
        <OtherSave isReminded={isReminded} onChoose={(path, side) => setState((now) => chosen(now, path, side))} />
        {keywords.error !== undefined && <ErrorNotice error={keywords.error} onRetry={keywords.reload} />}
        {Object.entries(groups).map(([name, fields]) => (
          <section key={name} class="card" id={`settings-${name}`}>
            <h2 tabIndex={-1}>{words.groups[name as keyof typeof groups]}</h2>
            {fields}
          </section>
        ))}
        {save.error !== undefined && <ErrorNotice error={save.error} />}
        <SaveBar
          count={changes.length}
          busy={save.busy}
          onDiscard={() => {
            save.clear();
            setState(started(state.saved));
          }}
        />
      </form>
    </FormContext.Provider>
  );
}

/** A link to a place in the page would be taken as one to another page. */
function Jumps() {
  const words = useTexts(settingsTexts);
  return (
    // biome-ignore lint/a11y/useSemanticElements: these are no fields
    <div class="jumps" role="group" aria-label={words.jump}>
      {Object.entries(words.groups).map(([name, title]) => (
        <button
          key={name}
          type="button"
          onClick={() => document.querySelector<HTMLElement>(`#settings-${name} > h2`)?.focus()}
        >
          {title}
        </button>
      ))}
    </div>
  );
}

/** Tries for a field that is not shown yet, a tenth of a second apart. */
const TRIES = 50;

/** Puts the cursor into the field of a path, or of what the path lies in, as soon as it is there. */
function focusOn(form: HTMLElement | null, path: string, tries = TRIES): void {
  const fields = form?.querySelectorAll<HTMLElement>('[data-path]') ?? [];
  const [field] = [...fields]
    .filter(({ dataset }) => path === dataset.path || path.startsWith(`${dataset.path}.`))
    .sort((a, b) => (b.dataset.path?.length ?? 0) - (a.dataset.path?.length ?? 0));
  const control =
    field?.querySelector<HTMLElement>('[aria-invalid="true"]') ??
    field?.querySelector<HTMLElement>('input, select, textarea');
  if (control) control.focus();
  else if (tries > 0) setTimeout(() => focusOn(form, path, tries - 1), 100);
}
