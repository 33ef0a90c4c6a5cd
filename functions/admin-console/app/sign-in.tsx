import { useState } from 'preact/hooks';
import { ApiError } from './api.ts';
import { Button, Field } from './kit/controls.tsx';
import { ErrorNotice, Notice } from './kit/notices.tsx';
import { Page } from './kit/page.tsx';
import { useTexts } from './language.ts';
import { frameTexts } from './texts.ts';

/**
 * Asks for the admin key.
 * @param onKey tries it. @throws ApiError `unauthorized` when it is wrong
 * @param reason why it is asked for again
 */
export function SignIn({
  onKey,
  reason,
}: {
  readonly onKey: (key: string) => Promise<void>;
  readonly reason: 'ended' | 'signed_out' | undefined;
}) {
  const words = useTexts(frameTexts);
  const [key, setKey] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>();
  const isWrong = problem instanceof ApiError && problem.kind === 'unauthorized';
  const isMissing = problem === 'missing';

  const submit = async () => {
    if (key.trim() === '') return setProblem('missing');
    setBusy(true);
    setProblem(undefined);
    try {
      await onKey(key.trim());
    } catch (error) {
      setProblem(error);
      setBusy(false);
    }
  };
  return (
    <div class="sign-in">
      <Page title={words.signIn}>
        {problem === undefined && reason === 'ended' && <Notice is="warn">{words.keyEnded}</Notice>}
        {problem === undefined && reason === 'signed_out' && <Notice is="pass">{words.signedOut}</Notice>}
        <form
          class="card"
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            if (!busy) void submit();
          }}
        >
          <Field
            label={words.key}
            hint={words.keyHint}
            type="password"
            autocomplete="off"
            spellcheck={false}
            required
            value={key}
            onInput={setKey}
            error={isMissing ? words.keyMissing : isWrong ? words.keyWrong : undefined}
          />
          {problem !== undefined && !isWrong && !isMissing && <ErrorNotice error={problem} />}
          <Button look="main" submits busy={busy}>
            {busy ? words.signingIn : words.signIn}
          </Button>
        </form>
      </Page>
    </div>
  );
}
