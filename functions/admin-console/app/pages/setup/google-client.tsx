import { useState } from 'preact/hooks';
import type { GoogleClientView } from '../../api-types.ts';
import { Button, Field } from '../../kit/controls.tsx';
import { useAction } from '../../kit/load.tsx';
import { ErrorNotice } from '../../kit/notices.tsx';
import { useUnsavedGuard } from '../../kit/unsaved.ts';
import { useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { setupTexts } from './texts.ts';

/** Where client id and secret are pasted; what Google says of them is asked for at once. */
export function GoogleClientForm({
  google,
  onSaved,
  isTesting,
}: {
  readonly google: GoogleClientView;
  readonly onSaved: (google: GoogleClientView) => void;
  readonly isTesting: boolean;
}) {
  const words = useTexts(setupTexts);
  const { api, announce } = useSession();
  const [clientId, setClientId] = useState(google.clientId ?? '');
  const [clientSecret, setClientSecret] = useState('');
  const [isTried, setTried] = useState(false);
  useUnsavedGuard(clientSecret !== '' || clientId !== (google.clientId ?? ''));
  const save = useAction(async () => {
    const { data } = await api('PUT /settings/google', {
      body: { clientId: clientId.trim(), clientSecret: clientSecret.trim() },
    });
    setClientSecret('');
    setTried(false);
    announce(words.clientSaved);
    onSaved(data);
  });
  const missing = (value: string) => (isTried && value.trim() === '' ? words.missing : undefined);
  const isWorking = save.busy || isTesting;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (clientId.trim() && clientSecret.trim()) save.run();
      }}
    >
      <Field
        label={words.clientId}
        value={clientId}
        onInput={setClientId}
        autocomplete="off"
        spellcheck={false}
        error={save.faultAt('clientId') ?? missing(clientId)}
      />
      <Field
        label={words.clientSecret}
        hint={google.clientSecretSet ? words.secretKept : words.secretHint}
        type="password"
        value={clientSecret}
        onInput={setClientSecret}
        autocomplete="off"
        spellcheck={false}
        error={save.faultAt('clientSecret') ?? missing(clientSecret)}
      />
      {save.error !== undefined && <ErrorNotice error={save.error} />}
      <Button look="main" submits busy={isWorking}>
        {isWorking ? words.testing : words.saveAndTest}
      </Button>
    </form>
  );
}
