import type { Undeliverable, UndeliverableReason } from '../../notifications/undeliverable.ts';
import { joined, listed, pass, type Rule, type Text, trouble } from '../check.ts';

const SHOWN = 20;

const REASONS: Readonly<Record<UndeliverableReason, { readonly name: Text; readonly fix: Text }>> = {
  bounced: {
    name: { en: 'bounced', es: 'devuelto' },
    fix: {
      en: 'A message to this address came back: it does not exist or takes no mail. Ask the person for an address that works.',
      es: 'Un mensaje a esta dirección fue devuelto: no existe o no acepta correo. Pide a la persona una dirección que funcione.',
    },
  },
  complained: {
    name: { en: 'complained', es: 'marcado como spam' },
    fix: {
      en: 'The recipient marked a message as spam, so nothing more is sent to this address. Tell them in another way.',
      es: 'El destinatario marcó un mensaje como spam, así que no se le envía nada más. Avísale de otra manera.',
    },
  },
  opted_out: {
    name: { en: 'opted out', es: 'dado de baja' },
    fix: {
      en: 'The recipient asked for no more text messages. If they want them again, take the number off the list (SNS console, Text messaging, Opted-out phone numbers).',
      es: 'El destinatario pidió no recibir más SMS. Si los quiere de nuevo, quita el número de la lista (consola de SNS, Mensajes de texto, Números excluidos).',
    },
  },
};

/** Addresses to which nothing is sent any more: all of them. */
export const addresses: Rule<readonly Undeliverable[]> = {
  id: 'undeliverable_addresses',
  title: { en: 'Addresses take messages', es: 'Las direcciones aceptan mensajes' },
  judge(undeliverable) {
    if (undeliverable.length === 0) {
      return pass('No message has come back.', 'No se ha devuelto ningún mensaje.');
    }
    const newestFirst = undeliverable.toSorted((a, b) => (a.at < b.at ? 1 : -1));
    const entries = newestFirst.map(({ address, reason, at, detail }): Text => {
      const { en, es } = REASONS[reason].name;
      const said = detail ? ` (${detail})` : '';
      return { en: `${address}: ${en} on ${at}${said}`, es: `${address}: ${es} el ${at}${said}` };
    });
    const reasons = [...new Set(newestFirst.map(({ reason }) => reason))];
    return trouble(
      'warn',
      listed(entries, SHOWN),
      joined([
        ...reasons.map((reason) => REASONS[reason].fix),
        {
          en: 'For a staff member, save the profile again once the address works.',
          es: 'Si es de alguien del personal, guarda su perfil de nuevo cuando la dirección funcione.',
        },
      ]),
    );
  },
};
