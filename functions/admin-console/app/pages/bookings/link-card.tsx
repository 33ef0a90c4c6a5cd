import type { BookingDetail } from '../../api-types.ts';
import { Copyable, ExternalLink } from '../../kit/controls.tsx';
import { Card } from '../../kit/page.tsx';
import { useTexts } from '../../language.ts';
import { isMoving } from './progress.ts';
import { bookingsTexts } from './texts.ts';

/** The Meet link, and the event that it belongs to. */
export function LinkCard({ detail: { meeting } }: { readonly detail: BookingDetail }) {
  const words = useTexts(bookingsTexts);
  const { meetUrl, eventLink, state } = meeting;
  return (
    <Card title={words.link}>
      {meetUrl === null ? (
        <p class="soft">{isMoving(state) || state === 'waiting_for_staff' ? words.noLink : words.noLinkNow}</p>
      ) : (
        <Copyable text={meetUrl} />
      )}
      {(meetUrl ?? eventLink) !== null && (
        <ul class="links">
          {meetUrl !== null && (
            <li>
              <ExternalLink href={meetUrl}>{words.openLink}</ExternalLink>
            </li>
          )}
          {eventLink !== null && (
            <li>
              <ExternalLink href={eventLink}>{words.event}</ExternalLink>
            </li>
          )}
        </ul>
      )}
    </Card>
  );
}
