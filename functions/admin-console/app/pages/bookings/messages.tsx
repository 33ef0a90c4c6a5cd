import type { BookingDetail } from '../../api-types.ts';
import { reasonWords } from '../../codes.ts';
import { type Standing, Status } from '../../kit/notices.tsx';
import { Card } from '../../kit/page.tsx';
import { useLanguage, useTexts } from '../../language.ts';
import { useFormat } from '../../session.ts';
import { bookingsTexts } from './texts.ts';

type Message = BookingDetail['messages'][number];

const STANDING: Readonly<Record<Message['state'], Standing>> = { sent: 'pass', failed: 'fail', skipped: 'off' };

/** What people were told, and what became of it; newest first. */
export function Messages({ of: { messages } }: { readonly of: BookingDetail }) {
  const words = useTexts(bookingsTexts);
  return (
    <Card title={words.messages}>
      {messages.length === 0 ? (
        <p class="soft">{words.noMessages}</p>
      ) : (
        <ul class="log">
          {messages.toReversed().map((message) => (
            <li key={`${message.at} ${message.to} ${message.kind}`}>
              <MessageLine message={message} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function MessageLine({
  message: { to, role, channel, kind, state, at, reason, detail },
}: {
  readonly message: Message;
}) {
  const words = useTexts(bookingsTexts);
  const language = useLanguage();
  const { dateTime } = useFormat();
  return (
    <>
      <div class="split">
        <span>
          <strong>{words.kinds[kind]}</strong> {words.channels[channel]}
        </span>
        <Status is={STANDING[state]}>{words.fates[state]}</Status>
      </div>
      <p class="soft">
        {to} ({words.roles[role]}), {dateTime(at)}
      </p>
      {reason !== undefined && <p>{reasonWords(language, reason, detail)}</p>}
    </>
  );
}
