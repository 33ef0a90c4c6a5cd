import type { Connection, Staff } from '../../staff/staff.ts';
import { DAY, type Instant } from '../../time.ts';
import { counted, joined, listed, pass, type Rule, type Text, trouble } from '../check.ts';

export interface AppPublishedEvidence {
  readonly staff: readonly Pick<Staff, 'email' | 'connection'>[];
  readonly now: Instant;
}

const SHOWN = 10;
/** Seconds: what Google gives while an app is in testing, and some more. A person who limits an access by choice mostly gives it longer. */
const TESTING_LIFE = 8 * DAY;

/** A refresh token that is to end says that the app is in testing (FACTS 5 B); publishing does not heal those that were given before. */
export const appPublished: Rule<AppPublishedEvidence> = {
  id: 'app_published',
  title: { en: 'The Google app is published', es: 'La aplicación de Google está publicada' },
  judge({ staff, now }) {
    const given = staff.filter(({ connection: { state, connectedAt } }) => state !== 'not_connected' && connectedAt);
    const ending = given.filter(({ connection: { endsAt } }) => endsAt);
    if (ending.length > 0) {
      const inTesting = ending.filter(({ connection }) => lifeOf(connection) <= TESTING_LIFE);
      const entries = ending.map(({ email, connection: { endsAt = '' } }): Text => {
        const hasEnded = endsAt <= now;
        return {
          en: `${email}: ${hasEnded ? 'ended' : 'will end'} on ${endsAt}`,
          es: `${email}: ${hasEnded ? 'terminó' : 'terminará'} el ${endsAt}`,
        };
      });
      const what: Text =
        inTesting.length > 0
          ? {
              en: 'Google gave access with an end, as it does while the app’s publishing status is "Testing".',
              es: 'Google dio acceso con fecha de fin, como hace mientras el estado de publicación de la aplicación es «En pruebas» (Testing).',
            }
          : { en: 'An access was given with an end.', es: 'Se dio un acceso con fecha de fin.' };
      return trouble(inTesting.length > 0 ? 'fail' : 'warn', joined([what, listed(entries, SHOWN)]), {
        en: 'In the Google console, publish the app (APIs & Services, OAuth consent screen, Audience, Publish app: status "In production"). Then these staff members connect anew with their connect link: an access given before still ends.',
        es: 'En la consola de Google, publica la aplicación (APIs y servicios, Pantalla de consentimiento de OAuth, Público, Publicar aplicación: estado «En producción»). Después estas personas se conectan de nuevo con su enlace de conexión: un acceso dado antes termina igualmente.',
      });
    }
    if (given.length > 0) {
      const { en, es } = counted(given.length, ['staff member', 'staff members'], ['persona', 'personas']);
      return pass(`Google gave ${en} access without an end.`, `Google dio a ${es} acceso sin fecha de fin.`);
    }
    return trouble(
      'unknown',
      {
        en: 'Google says so when a staff member connects, and nobody has yet.',
        es: 'Google lo dice cuando alguien del personal se conecta, y nadie lo ha hecho todavía.',
      },
      {
        en: 'See in the Google console that the publishing status is "In production" (APIs & Services, OAuth consent screen, Audience), then have a staff member connect.',
        es: 'Comprueba en la consola de Google que el estado de publicación es «En producción» (APIs y servicios, Pantalla de consentimiento de OAuth, Público) y haz que alguien del personal se conecte.',
      },
    );
  },
};

const lifeOf = ({ connectedAt = '', endsAt = '' }: Connection): number =>
  (Date.parse(endsAt) - Date.parse(connectedAt)) / 1000;
