import { useState } from 'preact/hooks';
import type { StaffView } from '../../api-types.ts';
import { Button } from '../../kit/controls.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { useAction } from '../../kit/load.tsx';
import { ErrorNotice } from '../../kit/notices.tsx';
import { kitTexts } from '../../kit/texts.ts';
import { useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { nameOf } from './people.ts';
import { staffTexts } from './texts.ts';

/** Ends somebody's connection, once it has been said what follows. */
export function DisconnectButton({
  person,
  onChange,
}: {
  readonly person: StaffView;
  readonly onChange: (person: StaffView) => void;
}) {
  const words = useTexts(staffTexts);
  const kit = useTexts(kitTexts);
  const { api, announce } = useSession();
  const [asks, setAsks] = useState(false);
  const name = nameOf(person);
  const disconnect = useAction(async () => {
    const { data } = await api('DELETE /staff/{email}/connection', { path: { email: person.email } });
    setAsks(false);
    announce(words.disconnected(name));
    onChange(data);
  });
  return (
    <>
      <Button label={words.disconnectNamed(name)} onClick={() => setAsks(true)}>
        {words.disconnect}
      </Button>
      {asks && (
        <Dialog
          title={words.disconnectTitle(name)}
          onClose={() => setAsks(false)}
          actions={
            <>
              <Button onClick={() => setAsks(false)}>{kit.cancel}</Button>
              <Button look="danger" busy={disconnect.busy} onClick={disconnect.run}>
                {disconnect.busy ? words.disconnecting : words.disconnect}
              </Button>
            </>
          }
        >
          <p>{words.disconnectText}</p>
          <p>{words.disconnectWaits(person.upcoming)}</p>
          {disconnect.error !== undefined && <ErrorNotice error={disconnect.error} />}
        </Dialog>
      )}
    </>
  );
}
