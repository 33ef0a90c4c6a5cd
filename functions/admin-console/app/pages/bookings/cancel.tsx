import { useState } from 'preact/hooks';
import type { BookingDetail } from '../../api-types.ts';
import { Button } from '../../kit/controls.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { useAction } from '../../kit/load.tsx';
import { ErrorNotice } from '../../kit/notices.tsx';
import { useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { canBeCancelled } from './progress.ts';
import { bookingsTexts } from './texts.ts';

/** Cancels a booking as if the platform had, once it has been said what for. */
export function CancelButton({
  detail,
  onCancelled,
}: {
  readonly detail: BookingDetail;
  readonly onCancelled: () => void;
}) {
  const words = useTexts(bookingsTexts);
  const { api, announce } = useSession();
  const [asks, setAsks] = useState(false);
  const cancel = useAction(async () => {
    await api('POST /appointments/{appointmentId}/cancel', { path: { appointmentId: detail.appointment.id } });
    setAsks(false);
    announce(words.cancelled);
    onCancelled();
  });
  return (
    <>
      {canBeCancelled(detail, Date.now()) && <Button onClick={() => setAsks(true)}>{words.cancel}</Button>}
      {asks && (
        <Dialog
          title={words.cancelTitle}
          onClose={() => setAsks(false)}
          actions={
            <>
              <Button onClick={() => setAsks(false)}>{words.keep}</Button>
              <Button look="danger" busy={cancel.busy} onClick={cancel.run}>
                {cancel.busy ? words.cancelling : words.cancel}
              </Button>
            </>
          }
        >
          <p>{words.cancelText}</p>
          <p>{words.cancelStays}</p>
          {cancel.error !== undefined && <ErrorNotice error={cancel.error} />}
        </Dialog>
      )}
    </>
  );
}
