import { useState } from 'preact/hooks';
import { ApiError } from '../../api.ts';
import { Button, Field } from '../../kit/controls.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { useAction } from '../../kit/load.tsx';
import { ErrorNotice, Notice } from '../../kit/notices.tsx';
import { kitTexts } from '../../kit/texts.ts';
import { useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { eraseTexts } from './erase-texts.ts';

interface EraseProps {
  readonly name: string;
  readonly email: string;
  readonly onErased: () => void;
}

/** Erases a customer everywhere, once their address has been typed in. */
export function EraseButton({ name, email, onErased }: EraseProps) {
  const words = useTexts(eraseTexts);
  const [asks, setAsks] = useState(false);
  return (
    <>
      <Button label={words.eraseNamed(name)} onClick={() => setAsks(true)}>
        {words.erase}
      </Button>
      {asks && <EraseDialog name={name} email={email} onErased={onErased} onClose={() => setAsks(false)} />}
    </>
  );
}

function EraseDialog({ name, email, onErased, onClose }: EraseProps & { readonly onClose: () => void }) {
  const words = useTexts(eraseTexts);
  const kit = useTexts(kitTexts);
  const { api } = useSession();
  const [typed, setTyped] = useState('');
  const [fault, setFault] = useState<string>();
  const [removed, setRemoved] = useState<{ appointments: number; messages: number; events: number }>();
  const erase = useAction(async () => {
    if (typed.trim().toLowerCase() !== email.toLowerCase()) return setFault(words.eraseFault);
    setFault(undefined);
    setRemoved((await api('DELETE /customers/{email}', { path: { email } })).data);
  });
  const isUnfinished = erase.error instanceof ApiError && erase.error.kind === 'conflict';
  // They are out of the booking then, and this dialog with them.
  const close = removed ? onErased : onClose;
  if (removed) {
    return (
      <Dialog title={words.erasedTitle} onClose={close} actions={<Button onClick={close}>{words.close}</Button>}>
        <Notice is="pass">{words.erased(removed.appointments, removed.messages, removed.events)}</Notice>
      </Dialog>
    );
  }
  return (
    <Dialog
      title={words.eraseTitle(name)}
      onClose={close}
      actions={
        <>
          <Button onClick={close}>{kit.cancel}</Button>
          <Button look="danger" busy={erase.busy} onClick={erase.run}>
            {erase.busy ? words.erasing : words.erase}
          </Button>
        </>
      }
    >
      <p>{words.eraseGoes}</p>
      <p>{words.eraseStays}</p>
      <Field
        label={words.eraseType(email)}
        type="email"
        autocomplete="off"
        spellcheck={false}
        value={typed}
        onInput={setTyped}
        error={fault}
      />
      {isUnfinished && <Notice is="warn">{words.eraseAgain}</Notice>}
      {erase.error !== undefined && !isUnfinished && <ErrorNotice error={erase.error} />}
    </Dialog>
  );
}
