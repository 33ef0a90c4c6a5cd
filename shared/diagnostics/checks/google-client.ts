import { pass, type Rule, trouble } from '../check.ts';

/** What Google's token endpoint says of a client, asked with a token that cannot be valid. */
export type ClientAnswer =
  /** It refused the token and so took the client. */
  | { readonly client: 'accepted' }
  | { readonly client: 'rejected'; readonly code: string }
  /** Neither; `code` where it said something. */
  | { readonly client: 'unclear'; readonly code: string };

/** Undefined before a client was entered. */
export const googleClient: Rule<ClientAnswer | undefined> = {
  id: 'google_client',
  title: { en: 'Google accepts the client id and secret', es: 'Google acepta el ID y el secreto de cliente' },
  judge(answer) {
    if (!answer) {
      return trouble(
        'fail',
        {
          en: 'No Google client id and secret have been entered.',
          es: 'No se han introducido el ID y el secreto de cliente de Google.',
        },
        {
          en: 'In the Google console, make an OAuth client of type "Web application" (APIs & Services, Credentials), and paste its id and secret into the settings.',
          es: 'En la consola de Google, crea un cliente OAuth de tipo «Aplicación web» (APIs y servicios, Credenciales) y pega su ID y su secreto en los ajustes.',
        },
      );
    }
    switch (answer.client) {
      case 'accepted':
        return pass(
          'Google’s token endpoint knows the client and its secret.',
          'Google reconoce el cliente y su secreto.',
        );
      case 'rejected':
        return trouble(
          'fail',
          {
            en: `Google’s token endpoint refuses the client id and secret (${answer.code}).`,
            es: `Google rechaza el ID y el secreto de cliente (${answer.code}).`,
          },
          {
            en: 'Copy client id and client secret again from the Google console (APIs & Services, Credentials) into the settings, without spaces. If the client was deleted there, make a new one.',
            es: 'Copia de nuevo el ID y el secreto de cliente desde la consola de Google (APIs y servicios, Credenciales) a los ajustes, sin espacios. Si allí se borró el cliente, crea otro.',
          },
        );
      default:
        return trouble(
          'unknown',
          {
            en: `Google’s token endpoint did not say whether it accepts the client (${answer.code}).`,
            es: `Google no dijo si acepta el cliente (${answer.code}).`,
          },
          AGAIN,
        );
    }
  },
};

const AGAIN = {
  en: 'Look again in a few minutes.',
  es: 'Vuelve a comprobarlo dentro de unos minutos.',
};
