import { useEffect, useState } from 'preact/hooks';
import { ApiError } from '../../api.ts';
import { refusalWords } from '../../codes.ts';
import { Button, Copyable } from '../../kit/controls.tsx';
import { useAction } from '../../kit/load.tsx';
import { ErrorNotice, Loading, Notice } from '../../kit/notices.tsx';
import { useLanguage, useTexts } from '../../language.ts';
import { useFormat, useSession } from '../../session.ts';
import { staffTexts } from './texts.ts';

/** A connect link of somebody's, made as soon as it is shown: to copy, or to have sent. */
export function ConnectLink({ email }: { readonly email: string }) {
  const words = useTexts(staffTexts);
  const language = useLanguage();
  const { api } = useSession();
  const { dateTime, time } = useFormat();
  const [link, setLink] = useState<{ readonly url: string; readonly expiresAt: string }>();
  const [sentAt, setSentAt] = useState<string>();
  const ask = async (sendEmail: boolean) => {
    const { data } = await api('POST /staff/{email}/connect-link', { path: { email }, body: { sendEmail } });
    setLink(data);
  };
  const make = useAction(() => ask(false));
  const send = useAction(async () => {
    setSentAt(undefined);
    await ask(true);
    setSentAt(new Date().toISOString());
  });
  useEffect(() => make.run(), [email]);
  const refusal = send.error instanceof ApiError && send.error.kind === 'conflict' ? send.error.detail : undefined;
  return (
    <div class="part">
      <h3>{words.linkTitle}</h3>
      {make.error !== undefined && <ErrorNotice error={make.error} onRetry={make.run} />}
      {link === undefined && make.busy && <Loading />}
      {link !== undefined && (
        <>
          <Copyable text={link.url} label={words.copyLink} />
          <p class="soft">{words.linkText(dateTime(link.expiresAt))}</p>
          <div class="actions">
            <Button busy={send.busy} onClick={send.run}>
              {send.busy ? words.sending : words.send}
            </Button>
          </div>
        </>
      )}
      <div role="status">{sentAt !== undefined && <Notice is="pass">{words.sent(email, time(sentAt))}</Notice>}</div>
      {refusal !== undefined && <Notice is="fail">{refusalWords(language, refusal)}</Notice>}
      {send.error !== undefined && refusal === undefined && <ErrorNotice error={send.error} />}
    </div>
  );
}
