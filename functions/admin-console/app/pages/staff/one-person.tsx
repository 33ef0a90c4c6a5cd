import { useState } from 'preact/hooks';
import type { StaffView } from '../../api-types.ts';
import { reasonWords } from '../../codes.ts';
import { Button } from '../../kit/controls.tsx';
import { Load, useAction, useLoad } from '../../kit/load.tsx';
import { EmptyState, ErrorNotice } from '../../kit/notices.tsx';
import { Card, Page } from '../../kit/page.tsx';
import { kitTexts } from '../../kit/texts.ts';
import { useUnsavedGuard } from '../../kit/unsaved.ts';
import { useLanguage, useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useFormat, useSession } from '../../session.ts';
import { ConnectLink } from './connect-link.tsx';
import { ConnectionState } from './connection.tsx';
import { DeleteCard } from './delete.tsx';
import { DisconnectButton } from './disconnect.tsx';
import { formOf, isSameForm, nameOf, profileOf } from './people.ts';
import { ProfileFields } from './profile-form.tsx';
import { BookingCounts } from './staff-list.tsx';
import { staffTexts } from './texts.ts';

/** Everything about one person: connection, messages that do not arrive, profile. */
export function OnePerson({ email }: { readonly email: string }) {
  const words = useTexts(staffTexts);
  const { api } = useSession();
  // All of them: who shares an account is seen only among the others.
  const staff = useLoad(async (signal) => (await api('GET /staff', { signal })).data);
  const person = staff.data?.find((one) => one.email === email.toLowerCase());
  return (
    <Page title={person ? nameOf(person) : email}>
      <p>
        <a href={hashOf('staff')}>{words.all}</a>
      </p>
      <Load of={staff}>
        {(everybody) => {
          if (!person) return <EmptyState title={words.missing} />;
          const onChange = (changed: StaffView) =>
            staff.setData(everybody.map((one) => (one.email === changed.email ? changed : one)));
          return (
            <>
              <Card title={words.connection}>
                <ConnectionState of={person} everybody={everybody} />
                <BookingCounts of={person} />
                <LinkAndDisconnect person={person} onChange={onChange} />
              </Card>
              {person.undeliverable.length > 0 && <UndeliverableCard person={person} onChange={onChange} />}
              <Profile person={person} onChange={onChange} />
              <DeleteCard person={person} />
            </>
          );
        }}
      </Load>
    </Page>
  );
}

interface PersonProps {
  readonly person: StaffView;
  readonly onChange: (person: StaffView) => void;
}

function LinkAndDisconnect({ person, onChange }: PersonProps) {
  const words = useTexts(staffTexts);
  const [showsLink, setShowsLink] = useState(false);
  const { state } = person.connection;
  return (
    <>
      <div class="actions">
        <Button
          look={state === 'connected' ? 'plain' : 'main'}
          expanded={showsLink}
          onClick={() => setShowsLink(!showsLink)}
        >
          {words.link}
        </Button>
        {state !== 'not_connected' && <DisconnectButton person={person} onChange={onChange} />}
      </div>
      {showsLink && <ConnectLink email={person.email} />}
    </>
  );
}

function Profile({ person, onChange }: PersonProps) {
  const words = useTexts(staffTexts);
  const kit = useTexts(kitTexts);
  const { api, announce } = useSession();
  const saved = formOf(person);
  const [form, setForm] = useState(saved);
  const isDirty = !isSameForm(form, saved);
  useUnsavedGuard(isDirty);
  const save = useAction(async () => {
    const { data } = await api('PUT /staff/{email}', { path: { email: person.email }, body: profileOf(form) });
    announce(kit.saved);
    onChange(data);
    // The API may have tidied up what was typed in.
    setForm(formOf(data));
  });
  return (
    <Card title={words.profile}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <p class="soft">{person.email}</p>
        <ProfileFields form={form} onChange={(change) => setForm({ ...form, ...change })} faultAt={save.faultAt} />
        {save.error !== undefined && <ErrorNotice error={save.error} />}
        <div class="actions">
          <Button look="main" submits busy={save.busy}>
            {save.busy ? kit.saving : kit.save}
          </Button>
          {isDirty && <Button onClick={() => setForm(saved)}>{words.discard}</Button>}
        </div>
      </form>
    </Card>
  );
}

function UndeliverableCard({ person, onChange }: PersonProps) {
  const words = useTexts(staffTexts);
  const language = useLanguage();
  const { api, announce } = useSession();
  const { date } = useFormat();
  // The profile as it is saved says that the addresses are right.
  const lift = useAction(async () => {
    const { data } = await api('PUT /staff/{email}', {
      path: { email: person.email },
      body: profileOf(formOf(person)),
    });
    announce(words.lifted);
    onChange(data);
  });
  return (
    <Card title={words.undeliverable}>
      <ul class="log">
        {person.undeliverable.map(({ channel, address, reason, at, detail }) => (
          <li key={channel}>
            <p>
              {words.undeliverableSince(address, date(at))} {reasonWords(language, reason)}
            </p>
            {detail !== null && <p class="soft">{words.provider(detail)}</p>}
          </li>
        ))}
      </ul>
      <p class="soft">{words.liftHint}</p>
      {lift.error !== undefined && <ErrorNotice error={lift.error} />}
      <div class="actions">
        <Button busy={lift.busy} onClick={lift.run}>
          {words.lift}
        </Button>
      </div>
    </Card>
  );
}
