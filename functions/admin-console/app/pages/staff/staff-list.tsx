import { useState } from 'preact/hooks';
import type { StaffView } from '../../api-types.ts';
import { Button } from '../../kit/controls.tsx';
import { Load, useLoad } from '../../kit/load.tsx';
import { EmptyState } from '../../kit/notices.tsx';
import { Page } from '../../kit/page.tsx';
import { useLanguage, useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { ConnectLink } from './connect-link.tsx';
import { ConnectionState } from './connection.tsx';
import { DisconnectButton } from './disconnect.tsx';
import { byNeed, nameOf } from './people.ts';
import { staffTexts } from './texts.ts';

export function StaffList() {
  const words = useTexts(staffTexts);
  const language = useLanguage();
  const { api } = useSession();
  const staff = useLoad(async (signal) => (await api('GET /staff', { signal })).data);
  return (
    <Page
      title={words.title}
      actions={
        <a class="button main" href={hashOf('staff', 'new')}>
          {words.add}
        </a>
      }
    >
      <Load of={staff}>
        {(everybody) =>
          everybody.length === 0 ? (
            <EmptyState title={words.none}>
              <p>{words.noneText}</p>
            </EmptyState>
          ) : (
            <ul class="cards">
              {byNeed(everybody, language).map((person) => (
                <Person
                  key={person.email}
                  person={person}
                  everybody={everybody}
                  onChange={(changed) =>
                    staff.setData(everybody.map((one) => (one.email === changed.email ? changed : one)))
                  }
                />
              ))}
            </ul>
          )
        }
      </Load>
    </Page>
  );
}

function Person({
  person,
  everybody,
  onChange,
}: {
  readonly person: StaffView;
  readonly everybody: readonly StaffView[];
  readonly onChange: (person: StaffView) => void;
}) {
  const words = useTexts(staffTexts);
  const [showsLink, setShowsLink] = useState(false);
  const name = nameOf(person);
  return (
    <li class="card person">
      <div class="person-row">
        <div>
          <h2>
            <a href={hashOf('staff', person.email)}>{name}</a>
          </h2>
          {person.name !== null && <p class="soft">{person.email}</p>}
          <Facts of={person} />
        </div>
        <div>
          <ConnectionState of={person} everybody={everybody} />
        </div>
        <BookingCounts of={person} />
      </div>
      <div class="actions">
        <Button
          look={person.connection.state === 'connected' ? 'plain' : 'main'}
          label={words.linkNamed(name)}
          expanded={showsLink}
          onClick={() => setShowsLink(!showsLink)}
        >
          {words.link}
        </Button>
        <a class="button" href={hashOf('staff', person.email)} aria-label={words.editNamed(name)}>
          {words.edit}
        </a>
        {person.connection.state !== 'not_connected' && <DisconnectButton person={person} onChange={onChange} />}
      </div>
      {showsLink && <ConnectLink email={person.email} />}
    </li>
  );
}

/** What is not as with everybody. */
function Facts({ of: { locale, calendarId, undeliverable, email } }: { readonly of: StaffView }) {
  const words = useTexts(staffTexts);
  return (
    <>
      <p class="soft">
        {words.calendar}: {calendarId === 'primary' ? words.primary : calendarId}
        <br />
        {words.language}: {locale === null ? words.usual : words.languages[locale]}
      </p>
      {undeliverable.length > 0 && (
        <p>
          <a href={hashOf('staff', email)}>
            {words.undeliverable}: {undeliverable.map(({ channel }) => words.channels[channel]).join(', ')}
          </a>
        </p>
      )}
    </>
  );
}

/** Each leads to the bookings that it counts. */
export function BookingCounts({ of: { email, upcoming, waiting } }: { readonly of: StaffView }) {
  const words = useTexts(staffTexts);
  return (
    <ul class="counts">
      <li>
        <a href={hashOf('bookings', undefined, { staff: email })}>{words.upcoming(upcoming)}</a>
      </li>
      {waiting > 0 && (
        <li>
          <a href={hashOf('bookings', undefined, { staff: email, state: 'waiting_for_staff' })}>
            {words.waiting(waiting)}
          </a>
        </li>
      )}
    </ul>
  );
}
