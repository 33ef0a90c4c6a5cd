import { useState } from 'preact/hooks';
import { type Answer, ApiError } from '../../api.ts';
import type { Settings } from '../../api-types.ts';
import { Button, Checkbox, Field, Select } from '../../kit/controls.tsx';
import { Load, useAction, useLoad } from '../../kit/load.tsx';
import { MailPreview } from '../../kit/mail-preview.tsx';
import { ErrorNotice } from '../../kit/notices.tsx';
import { Card, Page } from '../../kit/page.tsx';
import { kitTexts } from '../../kit/texts.ts';
import { useUnsavedGuard } from '../../kit/unsaved.ts';
import { useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { settingsTexts } from './texts.ts';

export function SettingsPage() {
  const words = useTexts(settingsTexts);
  const { api } = useSession();
  const settings = useLoad((signal) => api('GET /settings', { signal }));
  return (
    <Page title={words.title}>
      <Load of={settings}>
        {(saved) => (
          // A form of its own for every version.
          <General key={saved.etag} saved={saved} onSaved={settings.setData} onReload={settings.reload} />
        )}
      </Load>
      <Preview />
    </Page>
  );
}

function General({
  saved,
  onSaved,
  onReload,
}: {
  readonly saved: Answer<Settings>;
  readonly onSaved: (saved: Answer<Settings>) => void;
  readonly onReload: () => void;
}) {
  const words = useTexts(settingsTexts);
  const kit = useTexts(kitTexts);
  const { api, announce, setTimeZone } = useSession();
  const [changes, setChanges] = useState<Partial<Settings>>({});
  const change = (changed: Partial<Settings>) => setChanges((before) => ({ ...before, ...changed }));
  useUnsavedGuard(Object.keys(changes).length > 0);
  const save = useAction(async () => {
    const answer = await api('PATCH /settings', { body: changes, ifMatch: saved.etag });
    setChanges({});
    setTimeZone(answer.data.timeZone);
    announce(kit.saved);
    onSaved(answer);
  });
  const { enabled, locale, timeZone, adminEmail } = { ...saved.data, ...changes };
  const isChanged = save.error instanceof ApiError && save.error.kind === 'changed';
  return (
    <Card title={words.general}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <Checkbox
          label={words.enabled}
          hint={words.enabledHint}
          checked={enabled}
          onChange={(checked) => change({ enabled: checked })}
          error={save.faultAt('enabled')}
        />
        <Select
          label={words.locale}
          value={locale}
          options={[
            ['en', words.languages.en],
            ['es', words.languages.es],
          ]}
          onChange={(chosen) => change({ locale: chosen })}
          error={save.faultAt('locale')}
        />
        <Field
          label={words.timeZone}
          hint={words.timeZoneHint}
          value={timeZone}
          onInput={(typed) => change({ timeZone: typed })}
          error={save.faultAt('timeZone')}
        />
        <Field
          label={words.adminEmail}
          hint={words.adminEmailHint}
          type="email"
          autocomplete="email"
          value={adminEmail ?? ''}
          onInput={(typed) => change({ adminEmail: typed === '' ? null : typed })}
          error={save.faultAt('adminEmail')}
        />
        {save.error !== undefined && <ErrorNotice error={save.error} />}
        <div class="actions">
          <Button look="main" submits busy={save.busy}>
            {save.busy ? kit.saving : kit.save}
          </Button>
          {isChanged && <Button onClick={onReload}>{words.reload}</Button>}
        </div>
      </form>
    </Card>
  );
}

function Preview() {
  const words = useTexts(settingsTexts);
  const { api } = useSession();
  const mail = useLoad(async (signal) => {
    const body = { kind: 'booked', role: 'customer', channel: 'email', locale: 'en' } as const;
    return (await api('POST /settings/preview-message', { signal, body })).data;
  });
  return (
    <Card title={words.preview}>
      <Load of={mail}>
        {({ subject, html }) => (
          <>
            <p>
              <strong>{subject}</strong>
            </p>
            <MailPreview html={html} />
          </>
        )}
      </Load>
    </Card>
  );
}
