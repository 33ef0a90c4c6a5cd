import { useState } from 'preact/hooks';
import { Button, Field } from '../../kit/controls.tsx';
import { useAction } from '../../kit/load.tsx';
import { ErrorNotice } from '../../kit/notices.tsx';
import { Page } from '../../kit/page.tsx';
import { kitTexts } from '../../kit/texts.ts';
import { forgetUnsaved, useUnsavedGuard } from '../../kit/unsaved.ts';
import { useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { isAddress, isSameForm, NEW_PROFILE, nameOf, profileOf } from './people.ts';
import { ProfileFields } from './profile-form.tsx';
import { staffTexts } from './texts.ts';

/** Somebody who is to connect before a booking names them. */
export function NewPerson() {
  const words = useTexts(staffTexts);
  const kit = useTexts(kitTexts);
  const { api, announce } = useSession();
  const [email, setEmail] = useState('');
  const [fault, setFault] = useState<string>();
  const [form, setForm] = useState(NEW_PROFILE);
  useUnsavedGuard(email !== '' || !isSameForm(form, NEW_PROFILE));
  const save = useAction(async () => {
    const address = email.trim().toLowerCase();
    setFault(undefined);
    if (!isAddress(address)) return setFault(words.emailFault);
    // A save takes the place of the whole profile, which may hold more than is typed in here.
    const { data: everybody } = await api('GET /staff');
    if (everybody.some((person) => person.email === address)) return setFault(words.emailTaken);
    const { data } = await api('PUT /staff/{email}', { path: { email: address }, body: profileOf(form) });
    announce(words.added(nameOf(data)));
    forgetUnsaved();
    location.hash = hashOf('staff', data.email);
  });
  const error = fault ?? save.faultAt('email');
  return (
    <Page title={words.addTitle}>
      <p>
        <a href={hashOf('staff')}>{words.all}</a>
      </p>
      <form
        class="card"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <Field
          label={words.email}
          hint={words.emailHint}
          type="email"
          autocomplete="off"
          required
          value={email}
          onInput={setEmail}
          error={error}
        />
        <ProfileFields form={form} onChange={(change) => setForm({ ...form, ...change })} faultAt={save.faultAt} />
        {save.error !== undefined && <ErrorNotice error={save.error} />}
        <div class="actions">
          <Button look="main" submits busy={save.busy}>
            {save.busy ? kit.saving : words.add}
          </Button>
        </div>
      </form>
    </Page>
  );
}
