import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { Button, Copyable, ExternalLink } from '../../kit/controls.tsx';
import { Finding } from '../../kit/finding.tsx';
import { Load, useAction, useLoad } from '../../kit/load.tsx';
import { ErrorNotice, Notice, Status } from '../../kit/notices.tsx';
import { Page } from '../../kit/page.tsx';
import { useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { type Checks, useChecks, useLookingAgain } from './checks.ts';
import { GoogleClientForm } from './google-client.tsx';
import { InviteStaff } from './invite-staff.tsx';
import { Platform } from './platform.tsx';
import { checksOf, nextStep, STEPS, type Standing, type StepName, standings } from './steps.ts';
import { setupTexts } from './texts.ts';

/** Google's pages: they open in the project that was last used there. */
const GOOGLE = {
  newProject: 'https://console.cloud.google.com/projectcreate',
  calendarApi: 'https://console.cloud.google.com/apis/library/calendar-json.googleapis.com',
  consentScreen: 'https://console.cloud.google.com/auth/branding',
  clients: 'https://console.cloud.google.com/auth/clients',
  audience: 'https://console.cloud.google.com/auth/audience',
};

const NO_CHECKS: Checks = new Map();

/** From nothing to the first link: a checklist that looks for itself how far it has come. */
export function SetupPage() {
  const words = useTexts(setupTexts);
  const { api, announce } = useSession();
  const facts = useLoad(async (signal) => {
    const [settings, google, staff] = await Promise.all([
      api('GET /settings', { signal }),
      api('GET /settings/google', { signal }),
      api('GET /staff', { signal }),
    ]);
    return { settings: settings.data, google: google.data, staff: staff.data };
  });
  const looked = useChecks();
  const [isAsked, setAsked] = useState(false);
  const checks = looked.data ?? NO_CHECKS;
  const all = facts.data && looked.data && standings({ ...facts.data, checks });
  const next = all && nextStep(all);
  useLookingAgain(next !== undefined, () => {
    facts.reload();
    looked.reloadOpen();
  });
  useEffect(() => {
    if (!looked.isLoading) setAsked(false);
  }, [looked.isLoading]);

  const turnOn = useAction(async () => {
    await api('PATCH /settings', { body: { enabled: true } });
    announce(words.turnedOn);
    facts.reload();
    looked.reloadOpen();
  });
  const done = all && STEPS.filter((step) => all[step] === 'pass').length;
  return (
    <Page
      title={words.title}
      actions={
        <Button
          busy={isAsked && looked.isLoading}
          onClick={() => {
            setAsked(true);
            facts.reload();
            looked.reload();
            announce(words.checking);
          }}
        >
          {isAsked && looked.isLoading ? words.checking : words.again}
        </Button>
      }
    >
      <p>{words.intro}</p>
      {done === STEPS.length && <Notice is="pass">{words.allDone}</Notice>}
      {done !== undefined && <Progress done={done} />}
      {looked.error !== undefined && <ErrorNotice error={looked.error} onRetry={looked.reload} />}
      <Load of={facts}>
        {({ settings, google, staff }) => {
          const content: Readonly<Record<StepName, ComponentChildren>> = {
            switch_on: (
              <>
                {turnOn.error !== undefined && <ErrorNotice error={turnOn.error} />}
                <div class="actions">
                  {!settings.enabled && (
                    <Button look="main" busy={turnOn.busy} onClick={turnOn.run}>
                      {words.turnOn}
                    </Button>
                  )}
                </div>
                <p>
                  <a href={hashOf('settings')}>{words.toSettings}</a>
                </p>
              </>
            ),
            google_project: (
              <Instructions
                lines={words.project}
                behind={[
                  <ExternalLink key="project" href={GOOGLE.newProject}>
                    {words.newProject}
                  </ExternalLink>,
                  <ExternalLink key="api" href={GOOGLE.calendarApi}>
                    {words.calendarApi}
                  </ExternalLink>,
                ]}
              />
            ),
            consent_screen: (
              <>
                <p>
                  <ExternalLink href={GOOGLE.consentScreen}>{words.consentScreen}</ExternalLink>
                </p>
                <Instructions lines={words.consent} />
                {all?.consent_screen !== 'pass' && <p class="soft">{words.unchecked}</p>}
              </>
            ),
            google_client: (
              <>
                <p>
                  <ExternalLink href={GOOGLE.clients}>{words.clients}</ExternalLink>
                </p>
                <Instructions
                  lines={words.client}
                  behind={[
                    undefined,
                    <Copyable key="uri" text={google.redirectUri} label={words.copyRedirectUri} />,
                    <GoogleClientForm
                      key="form"
                      google={google}
                      isTesting={looked.isLoading && isAsked}
                      onSaved={(saved) => {
                        facts.setData({ settings, google: saved, staff });
                        setAsked(true);
                        looked.reload();
                      }}
                    />,
                  ]}
                />
              </>
            ),
            publish: (
              <>
                <p>
                  <ExternalLink href={GOOGLE.audience}>{words.audience}</ExternalLink>
                </p>
                <Instructions lines={words.publish} />
              </>
            ),
            staff: <InviteStaff staff={staff} onInvited={facts.reload} />,
            platform: <Platform redirectUri={google.redirectUri} />,
            first_booking: (
              <>
                <Instructions lines={words.first} />
                <p>
                  <a href={hashOf('bookings')}>{words.toBookings}</a>
                </p>
              </>
            ),
          };
          return <Steps content={content} all={all} next={next} checks={checks} isClientSet={google.clientSecretSet} />;
        }}
      </Load>
    </Page>
  );
}

function Progress({ done }: { readonly done: number }) {
  const words = useTexts(setupTexts);
  const id = useId();
  return (
    <p class="progress">
      <label for={id}>{words.progress(done, STEPS.length)}</label>
      <progress id={id} max={STEPS.length} value={done} />
    </p>
  );
}

/** Each step with what belongs to it; the one to go on with is open, and stays so until somebody closes it. */
function Steps({
  content,
  all,
  next,
  checks,
  isClientSet,
}: {
  readonly content: Readonly<Record<StepName, ComponentChildren>>;
  /** @default - not known yet */
  readonly all: Readonly<Record<StepName, Standing>> | undefined;
  readonly next: StepName | undefined;
  readonly checks: Checks;
  readonly isClientSet: boolean;
}) {
  const words = useTexts(setupTexts);
  const [open, setOpen] = useState<ReadonlyMap<StepName, boolean>>(new Map());
  useEffect(() => {
    if (next !== undefined) setOpen((before) => (before.has(next) ? before : new Map(before).set(next, true)));
  }, [next]);
  return (
    <ol class="steps">
      {STEPS.map((step, index) => {
        const standing = all?.[step];
        const found =
          step === 'google_client' && !isClientSet ? [] : checksOf(step).flatMap((id) => checks.get(id) ?? []);
        return (
          <li key={step} class={`card edge ${standing === undefined || standing === 'todo' ? 'off' : standing}`}>
            <details
              open={open.get(step) ?? false}
              onToggle={({ currentTarget }) => {
                const isOpen = currentTarget.open;
                setOpen((before) =>
                  (before.get(step) ?? false) === isOpen ? before : new Map(before).set(step, isOpen),
                );
              }}
            >
              <summary>
                <h2>
                  {index + 1}. {words.steps[step].title}
                </h2>
                {standing === undefined ? (
                  <span class="soft">{words.checking}</span>
                ) : (
                  <Status is={standing === 'todo' ? 'off' : standing}>{words.standing[standing]}</Status>
                )}
              </summary>
              <p class="soft">{words.steps[step].why}</p>
              {content[step]}
              {found.length > 0 && (
                <div class="findings">
                  {found.map((check) => (
                    <Finding key={check.id} check={check} />
                  ))}
                </div>
              )}
            </details>
          </li>
        );
      })}
    </ol>
  );
}

/** What to do, one after the other. @param behind what belongs to each line */
const Instructions = ({
  lines,
  behind = [],
}: {
  readonly lines: readonly string[];
  readonly behind?: readonly (ComponentChildren | undefined)[];
}) => (
  <ol class="instructions">
    {lines.map((line, index) => (
      <li key={line}>
        {line} {behind[index]}
      </li>
    ))}
  </ol>
);
