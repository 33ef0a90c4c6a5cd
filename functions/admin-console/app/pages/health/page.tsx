import type { Check } from '../../api-types.ts';
import { Button } from '../../kit/controls.tsx';
import { Load, useLoad } from '../../kit/load.tsx';
import { Notice, Status } from '../../kit/notices.tsx';
import { Page } from '../../kit/page.tsx';
import { useLanguage, useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { byUrgency, URGENCY } from './order.ts';
import { healthTexts } from './texts.ts';

/** The diagnostics, each with its remedy; in the chosen language, since the API writes them. */
export function HealthPage() {
  const words = useTexts(healthTexts);
  const language = useLanguage();
  const { api, announce } = useSession();
  const diagnostics = useLoad(async (signal) => (await api('GET /diagnostics', { signal })).data, [language]);
  const { isLoading, reload } = diagnostics;
  return (
    <Page
      title={words.title}
      actions={
        <Button
          busy={isLoading}
          onClick={() => {
            reload();
            announce(words.checking);
          }}
        >
          {isLoading ? words.checking : words.again}
        </Button>
      }
    >
      <Load of={diagnostics}>{({ checks }) => <Checks checks={checks} />}</Load>
    </Page>
  );
}

function Checks({ checks }: { readonly checks: readonly Check[] }) {
  const words = useTexts(healthTexts);
  const counts = URGENCY.map((status) => [status, checks.filter((check) => check.status === status).length] as const);
  return (
    <>
      {checks.every(({ status }) => status === 'pass') ? (
        <Notice is="pass">{words.allWell}</Notice>
      ) : (
        <p class="tally">
          {counts.map(
            ([status, count]) =>
              count > 0 && (
                <Status key={status} is={status}>
                  {words.counts[status]}: {count}
                </Status>
              ),
          )}
        </p>
      )}
      <ul class="cards">
        {byUrgency(checks).map((check) => (
          <li key={check.id} class={`card edge ${check.status}`}>
            <div class="split">
              <h2>{check.title}</h2>
              <Status is={check.status} />
            </div>
            <h3 class="hidden">{words.found}</h3>
            <p>{check.detail}</p>
            {check.fix !== '' && (
              <>
                <h3>{words.fix}</h3>
                <p>{check.fix}</p>
              </>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
