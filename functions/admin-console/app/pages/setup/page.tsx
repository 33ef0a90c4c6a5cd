import { Copyable, ExternalLink } from '../../kit/controls.tsx';
import { Load, useLoad } from '../../kit/load.tsx';
import { Status } from '../../kit/notices.tsx';
import { Card, Page } from '../../kit/page.tsx';
import { useTexts } from '../../language.ts';
import { hashOf } from '../../route.ts';
import { useSession } from '../../session.ts';
import { setupTexts } from './texts.ts';

/** What there is to do, and how far it has come. */
export function SetupPage() {
  const words = useTexts(setupTexts);
  const { api } = useSession();
  const loaded = useLoad(async (signal) => {
    const [settings, google, staff, bookings] = await Promise.all([
      api('GET /settings', { signal }),
      api('GET /settings/google', { signal }),
      api('GET /staff', { signal }),
      api('GET /appointments', { signal, query: { limit: '1' } }),
    ]);
    return { settings: settings.data, google: google.data, staff: staff.data, bookings: bookings.data.items };
  });
  return (
    <Page title={words.title}>
      <p>{words.intro}</p>
      <Load of={loaded}>
        {({ settings, google, staff, bookings }) => {
          const connected = staff.filter(({ connection }) => connection.state === 'connected').length;
          return (
            <>
              <Card title={words.enabled}>
                <p>
                  <a href={hashOf('settings')}>
                    <Status is={settings.enabled ? 'pass' : 'off'}>{settings.enabled ? words.on : words.off}</Status>
                  </a>
                </p>
              </Card>
              <Card title={words.google}>
                <p>
                  <Status is={google.clientSecretSet ? 'pass' : 'fail'}>
                    {google.clientSecretSet ? words.googleSet : words.googleMissing}
                  </Status>
                </p>
                <p>{words.redirect}</p>
                <Copyable text={google.redirectUri} />
                <p>
                  <ExternalLink href="https://console.cloud.google.com/apis/credentials">
                    {words.credentials}
                  </ExternalLink>
                </p>
              </Card>
              <Card title={words.staff}>
                <p>
                  <a href={hashOf('staff')}>
                    <Status is={connected > 0 && connected === staff.length ? 'pass' : 'warn'}>
                      {words.connected(connected, staff.length)}
                    </Status>
                  </a>
                </p>
              </Card>
              <Card title={words.bookings}>
                <p>
                  <a href={hashOf('bookings')}>
                    <Status is={bookings.length > 0 ? 'pass' : 'unknown'}>
                      {bookings.length > 0 ? words.seen : words.notSeen}
                    </Status>
                  </a>
                </p>
              </Card>
            </>
          );
        }}
      </Load>
    </Page>
  );
}
