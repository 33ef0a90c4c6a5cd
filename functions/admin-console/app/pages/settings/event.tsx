import type { Keyword } from '../../api-types.ts';
import { Button } from '../../kit/controls.tsx';
import { Load, useLoad } from '../../kit/load.tsx';
import { useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { DEFAULTS } from './defaults.ts';
import { useErrorAt, useForm } from './form-context.ts';
import { CheckSetting, SelectSetting } from './inputs.tsx';
import { PreviewOf, useSettled } from './preview.tsx';
import { Templates } from './templates.tsx';
import { settingsTexts } from './texts.ts';

export function Event({ keywords }: { readonly keywords: readonly Keyword[] | undefined }) {
  const words = useTexts(settingsTexts);
  const { api } = useSession();
  const { state, edit, booking } = useForm();
  const errorAt = useErrorAt();
  const { eventTitle, eventDescription } = state.draft;
  const isDefault = eventTitle === DEFAULTS.eventTitle && eventDescription === DEFAULTS.eventDescription;
  const settled = useSettled({ eventTitle, eventDescription });
  const preview = useLoad(
    async (signal) => {
      const body = { ...settled, ...(booking && { appointmentId: booking.id }) };
      return (await api('POST /settings/preview', { body, signal })).data;
    },
    [settled, booking?.id],
  );
  const field = (path: 'eventTitle' | 'eventDescription', rows?: number) => ({
    path,
    ...words.fields[path],
    ...(rows && { rows }),
    error: errorAt(path),
    value: state.draft[path],
    onInput: (typed: string) => edit(path, typed),
  });
  return (
    <>
      <Templates
        fields={[field('eventTitle'), field('eventDescription', 5)]}
        keywords={keywords}
        unknown={preview.data?.unknownKeywords ?? []}
      />
      {!isDefault && (
        <p>
          <Button
            onClick={() => {
              edit('eventTitle', DEFAULTS.eventTitle);
              edit('eventDescription', DEFAULTS.eventDescription);
            }}
          >
            {words.toDefault}
          </Button>
        </p>
      )}
      <section class="preview" aria-label={words.preview}>
        <h3>{words.preview}</h3>
        <PreviewOf />
        <Load of={preview}>
          {({ title, description }) => (
            <div class="paper" aria-busy={preview.isLoading}>
              <p>
                <strong>{title || words.noTitle}</strong>
              </p>
              <p class="as-written">{description}</p>
            </div>
          )}
        </Load>
      </section>
      <CheckSetting path="addCustomersAsAttendees" />
      <CheckSetting path="customersCanSeeOtherAttendees" />
      <SelectSetting path="googleInvitations" options={Object.entries(words.invitations)} />
    </>
  );
}
