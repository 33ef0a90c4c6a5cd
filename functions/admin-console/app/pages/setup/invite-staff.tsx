import { useState } from 'preact/hooks';
import type { StaffView } from '../../api-types.ts';
import { Button, Copyable, Field } from '../../kit/controls.tsx';
import { useAction } from '../../kit/load.tsx';
import { ErrorNotice } from '../../kit/notices.tsx';
import { useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useFormat, useSession } from '../../session.ts';
import { isConnected } from './steps.ts';
import { setupTexts } from './texts.ts';

interface ConnectLink {
  readonly email: string;
  readonly url: string;
  readonly expiresAt: string;
}

/** Makes a connect link for somebody, who is added where they are not known yet. */
export function InviteStaff({
  staff,
  onInvited,
}: {
  readonly staff: readonly StaffView[];
  readonly onInvited: () => void;
}) {
  const words = useTexts(setupTexts);
  const format = useFormat();
  const { api, announce } = useSession();
  const [email, setEmail] = useState('');
  const [isTried, setTried] = useState(false);
  const [link, setLink] = useState<ConnectLink>();
  const invite = useAction(async (sendEmail: boolean) => {
    const address = email.trim();
    const { data } = await api('POST /staff/{email}/connect-link', { path: { email: address }, body: { sendEmail } });
    setTried(false);
    if (sendEmail) announce(words.linkSent(address));
    setLink({ email: address, ...data });
    setEmail('');
    onInvited();
  });
  const tryTo = (sendEmail: boolean) => {
    setTried(true);
    if (email.trim()) invite.run(sendEmail);
  };
  return (
    <>
      <p>{words.staffIntro}</p>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          tryTo(true);
        }}
      >
        <Field
          label={words.staffEmail}
          hint={words.staffEmailHint}
          type="email"
          autocomplete="off"
          value={email}
          onInput={setEmail}
          error={invite.faultAt('email') ?? (isTried && email.trim() === '' ? words.staffEmailHint : undefined)}
        />
        {invite.error !== undefined && <ErrorNotice error={invite.error} />}
        <div class="actions">
          <Button look="main" submits busy={invite.busy}>
            {words.sendLink}
          </Button>
          <Button busy={invite.busy} onClick={() => tryTo(false)}>
            {words.getLink}
          </Button>
        </div>
      </form>
      {link && (
        <div role="status" class="result">
          <p>{words.linkFor(link.email, format.dateTime(link.expiresAt))}</p>
          <Copyable text={link.url} label={words.copyLink} />
        </div>
      )}
      <p>
        {words.connected(staff.filter(isConnected).length, staff.length)} <a href={hashOf('staff')}>{words.toStaff}</a>
      </p>
    </>
  );
}
