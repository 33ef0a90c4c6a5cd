import type { Settings } from '../../settings/settings.ts';
import { pass, type Rule, trouble } from '../check.ts';

export const integration: Rule<Pick<Settings, 'enabled'>> = {
  id: 'integration_enabled',
  title: { en: 'The integration is switched on', es: 'La integración está activada' },
  judge: ({ enabled }) =>
    enabled
      ? pass('Bookings get their links.', 'Las citas reciben sus enlaces.')
      : trouble(
          'warn',
          {
            en: 'It is switched off in the settings: no booking gets a link, and Google is not called.',
            es: 'Está desactivada en los ajustes: ninguna cita recibe enlace y no se llama a Google.',
          },
          {
            en: 'Switch it on (setting "enabled"); what was missed is made up for by itself.',
            es: 'Actívala (ajuste «enabled»); lo pendiente se recupera automáticamente.',
          },
        ),
};
