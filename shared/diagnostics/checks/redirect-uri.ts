import type { Instant } from '../../time.ts';
import { pass, type Rule, trouble } from '../check.ts';

/** What Google’s sign-in page does with our address: leads back to it, names the mismatch, or nothing that proves either. */
export type RedirectAnswer = 'leads_back' | 'mismatch' | 'unclear';

export interface RedirectUriEvidence {
  /** The address that must stand in the OAuth client. */
  readonly redirectUri: string;
  /** Undefined before a client was entered. */
  readonly clientId: string | undefined;
  readonly answer: RedirectAnswer;
  /** The last sign-in that came back from Google, with the client and the address that it was made with. */
  readonly lastSignIn:
    | {
        readonly at: Instant;
        readonly clientId: string | undefined;
        readonly redirectUri: string | undefined;
        readonly isMismatch: boolean;
      }
    | undefined;
}

export const redirectUri: Rule<RedirectUriEvidence> = {
  id: 'redirect_uri',
  title: { en: 'The redirect URI is in the OAuth client', es: 'El URI de redirección está en el cliente OAuth' },
  judge({ redirectUri: address, clientId, answer, lastSignIn }) {
    const fix = {
      en: `In the Google console, open your OAuth client (APIs & Services, Credentials) and add exactly this under "Authorized redirect URIs": ${address} Google may take some minutes to take it up.`,
      es: `En la consola de Google, abre tu cliente OAuth (APIs y servicios, Credenciales) y añade exactamente esto en «URIs de redirección autorizados»: ${address} Google puede tardar unos minutos en aplicarlo.`,
    };
    if (answer === 'mismatch') {
      return trouble(
        'fail',
        {
          en: `Google’s sign-in page refuses the address ${address} (redirect_uri_mismatch).`,
          es: `La página de acceso de Google rechaza la dirección ${address} (redirect_uri_mismatch).`,
        },
        fix,
      );
    }
    if (answer === 'leads_back') {
      return pass(`Google leads back to ${address}.`, `Google redirige a ${address}.`);
    }
    // A sign-in with another client, or to another address, tells nothing of these.
    const sameAsNow = clientId !== undefined && lastSignIn?.clientId === clientId && lastSignIn.redirectUri === address;
    if (lastSignIn && sameAsNow && lastSignIn.isMismatch) {
      return trouble(
        'fail',
        {
          en: `At the sign-in of ${lastSignIn.at} Google refused the address ${address} (redirect_uri_mismatch).`,
          es: `En el acceso del ${lastSignIn.at} Google rechazó la dirección ${address} (redirect_uri_mismatch).`,
        },
        fix,
      );
    }
    if (lastSignIn && sameAsNow) {
      return pass(
        `The sign-in of ${lastSignIn.at} came back from Google to ${address}.`,
        `El acceso del ${lastSignIn.at} volvió de Google a ${address}.`,
      );
    }
    return trouble(
      'unknown',
      {
        en: `No sign-in has come back from Google to ${address} yet.`,
        es: `Todavía ningún acceso ha vuelto de Google a ${address}.`,
      },
      {
        en: `Compare this address with the "Authorized redirect URIs" of your OAuth client (Google console, APIs & Services, Credentials), letter by letter: ${address} Then have one staff member connect.`,
        es: `Compara esta dirección con los «URIs de redirección autorizados» de tu cliente OAuth (consola de Google, APIs y servicios, Credenciales), letra por letra: ${address} Después haz que alguien del personal se conecte.`,
      },
    );
  },
};
