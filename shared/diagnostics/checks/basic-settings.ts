import type { Settings } from '../../settings/settings.ts';
import { joined, pass, type Rule, type Text, trouble } from '../check.ts';

export interface BasicSettingsEvidence {
  readonly settings: Pick<Settings, 'adminEmail' | 'timeZone'>;
  /** Whether they were ever saved. */
  readonly isSaved: boolean;
}

export const basicSettings: Rule<BasicSettingsEvidence> = {
  id: 'basic_settings',
  title: { en: 'The basic settings are made', es: 'Los ajustes básicos están hechos' },
  judge({ settings: { adminEmail, timeZone }, isSaved }) {
    const hints: { readonly detail: Text; readonly fix: Text }[] = [];
    if (!isSaved) {
      hints.push({
        detail: { en: 'The settings were never saved.', es: 'Los ajustes nunca se han guardado.' },
        fix: { en: 'Go through them once and save.', es: 'Repásalos una vez y guarda.' },
      });
    }
    if (!adminEmail) {
      hints.push({
        detail: { en: 'adminEmail is not set.', es: 'adminEmail no está puesto.' },
        fix: {
          en: 'Set adminEmail: it hears when a staff member must connect.',
          es: 'Pon adminEmail: recibe un aviso cuando alguien del personal debe conectarse.',
        },
      });
    }
    if (timeZone === 'UTC') {
      hints.push({
        detail: { en: 'timeZone is UTC.', es: 'timeZone es UTC.' },
        fix: {
          en: 'Set timeZone as in the booking platform, such as Europe/Madrid.',
          es: 'Pon timeZone como en la plataforma de reservas, por ejemplo Europe/Madrid.',
        },
      });
    }
    return hints.length === 0
      ? pass(`adminEmail and timeZone (${timeZone}) are set.`, `adminEmail y timeZone (${timeZone}) están puestos.`)
      : trouble('warn', joined(hints.map(({ detail }) => detail)), joined(hints.map(({ fix }) => fix)));
  },
};
