import { Load, useLoad } from '../../kit/load.tsx';
import { EmptyState, Status } from '../../kit/notices.tsx';
import { Page } from '../../kit/page.tsx';
import { useTexts } from '../../language.ts';
import { useSession } from '../../session.ts';
import { staffTexts } from './texts.ts';

export function StaffPage() {
  const words = useTexts(staffTexts);
  const { api } = useSession();
  const staff = useLoad(async (signal) => (await api('GET /staff', { signal })).data);
  return (
    <Page title={words.title}>
      <Load of={staff}>
        {(everybody) =>
          everybody.length === 0 ? (
            <EmptyState title={words.none}>
              <p>{words.noneText}</p>
            </EmptyState>
          ) : (
            <ul class="cards">
              {everybody.map(({ email, name, connection, upcoming, waiting }) => (
                <li key={email} class="card">
                  <div class="split">
                    <h2>{name ?? email}</h2>
                    <Status is={connection.state === 'connected' ? 'pass' : 'warn'}>
                      {words.states[connection.state]}
                    </Status>
                  </div>
                  {name !== null && <p class="soft">{email}</p>}
                  <p>{words.counts(upcoming, waiting)}</p>
                </li>
              ))}
            </ul>
          )
        }
      </Load>
    </Page>
  );
}
