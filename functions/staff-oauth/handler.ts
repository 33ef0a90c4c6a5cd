import type { Logger } from '@aws-lambda-powertools/logger';
import type { Locale } from '../../shared/appointments/appointment.ts';
import { type HttpEvent, type HttpResponse, httpHandler, pathParameter } from '../../shared/http/chain.ts';
import { browserLocale, errorPage } from '../../shared/http/page.ts';
import type { SettingsStore } from '../../shared/settings/store.ts';
import { beginSignIn, type ConnectDeps, finishSignIn, readConnectLink } from '../../shared/staff/connect.ts';
import { STATE_LIFE } from '../../shared/staff/links.ts';
import { connectedPage, connectPage, problemPage } from './pages.ts';

export interface StaffOAuthDeps extends ConnectDeps {
  readonly settings: SettingsStore;
  readonly logger: Logger;
}

/** The pages on which a staff member connects their Google account. */
export function makeHandler(deps: StaffOAuthDeps) {
  const { logger } = deps;
  const isSecure = deps.publicUrl.startsWith('https:');
  // The prefix has the browser refuse it from any other host; it may only be used over TLS.
  const cookieName = isSecure ? '__Host-booking-meet-oauth' : 'booking-meet-oauth';

  /** The language of the staff member's profile, else of their browser, else of the business. */
  const localeFor = async (event: HttpEvent, staffEmail?: string): Promise<Locale> => {
    const person = staffEmail ? await deps.staff.get(staffEmail) : undefined;
    return person?.locale ?? browserLocale(event) ?? (await deps.settings.get()).settings.locale;
  };
  const cookieOf = (event: HttpEvent): string | undefined =>
    event.cookies
      ?.map((cookie) => cookie.split('='))
      .find(([name]) => name?.trim() === cookieName)?.[1]
      ?.trim();

  return httpHandler({
    logger,
    renderError: (problem, event) => errorPage(browserLocale(event) ?? 'en', problem),
    routes: {
      'GET /connect/{token}': async (event) => {
        const token = pathParameter(event, 'token');
        const link = await readConnectLink(deps, token);
        if (typeof link === 'string') return problemPage(await localeFor(event), link);
        const { person } = link;
        const connectedAs = person.connection.state === 'connected' ? person.connection.googleEmail : undefined;
        return connectPage(await localeFor(event, person.email), person.email, token, connectedAs);
      },

      'GET /oauth/google/start': async (event) => {
        const token = event.queryStringParameters?.token ?? '';
        const begun = await beginSignIn(deps, token, cookieOf(event));
        if (typeof begun === 'string') return problemPage(await localeFor(event), begun);
        const attributes = `Path=/; HttpOnly; SameSite=Lax; Max-Age=${STATE_LIFE}${isSecure ? '; Secure' : ''}`;
        return {
          statusCode: 302,
          headers: { location: begun.location, 'cache-control': 'no-store' },
          cookies: [`${cookieName}=${begun.cookie}; ${attributes}`],
        } satisfies HttpResponse;
      },

      'GET /oauth/google/callback': async (event) => {
        const { state, code, error } = event.queryStringParameters ?? {};
        const result = await finishSignIn(deps, { state, code, error, cookie: cookieOf(event) });
        if (result.connected) {
          logger.info('account connected', { event: 'account_connected' });
          return connectedPage(await localeFor(event, result.staff.email), result.googleEmail);
        }
        logger.info('account not connected', { event: 'account_not_connected', problem: result.problem });
        const { begun, problem } = result;
        return problemPage(await localeFor(event, begun?.staffEmail), problem, begun && `/connect/${begun.link}`);
      },
    },
  });
}
