import { useState } from 'preact/hooks';
import type { StaffView } from '../../api-types.ts';
import { Button } from '../../kit/controls.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { useAction } from '../../kit/load.tsx';
import { ErrorNotice } from '../../kit/notices.tsx';
import { Card } from '../../kit/page.tsx';
import { kitTexts } from '../../kit/texts.ts';
import { forgetUnsaved } from '../../kit/unsaved.ts';
import { useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { nameOf } from './people.ts';
import { staffTexts } from './texts.ts';

/** Deletes somebody, once it has been said what follows. */
export function DeleteCard({ person }: { readonly person: StaffView }) {
  const words = useTexts(staffTexts);
  const kit = useTexts(kitTexts);
  const { api, announce } = useSession();
  const [asks, setAsks] = useState(false);
  const name = nameOf(person);
  const remove = useAction(async () => {
    await api('DELETE /staff/{email}', { path: { email: person.email } });
    announce(words.removed(name));
    forgetUnsaved();
    location.hash = hashOf('staff');
  });
  return (
    <Card title={words.remove}>
      <p class="soft">{words.removeHint}</p>
      <Button onClick={() => setAsks(true)}>{words.remove}</Button>
      {asks && (
        <Dialog
          title={words.removeTitle(name)}
          onClose={() => setAsks(false)}
          actions={
            <>
              <Button onClick={() => setAsks(false)}>{kit.cancel}</Button>
              <Button look="danger" busy={remove.busy} onClick={remove.run}>
                {remove.busy ? words.removing : words.remove}
              </Button>
            </>
          }
        >
          <p>{words.removeText}</p>
          <p>{words.removeStays(person.upcoming)}</p>
          {remove.error !== undefined && <ErrorNotice error={remove.error} />}
        </Dialog>
      )}
    </Card>
  );
}
