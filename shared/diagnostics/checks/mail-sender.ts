import { joined, pass, type Rule, type Text, trouble } from '../check.ts';

/** What SES says; each part undefined where it did not answer. */
export interface MailSenderEvidence {
  readonly from: string;
  /** As SES calls it, of the address and of its domain. */
  readonly identities: { readonly address: string | undefined; readonly domain: string | undefined } | undefined;
  readonly quota: { readonly perDay: number; readonly perSecond: number; readonly sentToday: number } | undefined;
  readonly isSendingEnabled: boolean | undefined;
}

/** FACTS 5 D: what an account in the sandbox may send. */
const SANDBOX = { perDay: 200, perSecond: 1 };

export const mailSender: Rule<MailSenderEvidence> = {
  id: 'mail_sender',
  title: {
    en: 'Amazon SES sends from a verified address, out of the sandbox',
    es: 'Amazon SES envía desde una dirección verificada, fuera del entorno de pruebas',
  },
  judge({ from, identities, quota, isSendingEnabled }) {
    const domain = from.slice(from.lastIndexOf('@') + 1);
    const faults: { readonly detail: Text; readonly fix: Text }[] = [];
    const isVerified = identities?.address === 'Success' || identities?.domain === 'Success';
    if (identities && !isVerified) {
      const state = identities.address ?? identities.domain ?? 'none';
      faults.push({
        detail: {
          en: `Neither ${from} nor ${domain} is a verified identity (${state}).`,
          es: `Ni ${from} ni ${domain} son una identidad verificada (${state}).`,
        },
        fix: {
          en: `Verify ${from}, or better the domain ${domain} (SES console, Identities), in the region of this installation.`,
          es: `Verifica ${from}, o mejor el dominio ${domain} (consola de SES, Identidades), en la región de esta instalación.`,
        },
      });
    }
    if (quota && quota.perDay === SANDBOX.perDay && quota.perSecond <= SANDBOX.perSecond) {
      faults.push({
        detail: {
          en: `The account may send ${quota.perDay} mails a day and ${quota.perSecond} a second: that is the sandbox, in which only verified addresses get mail.`,
          es: `La cuenta puede enviar ${quota.perDay} correos al día y ${quota.perSecond} por segundo: es el entorno de pruebas (sandbox), en el que solo reciben correo las direcciones verificadas.`,
        },
        fix: {
          en: 'Ask AWS for production access (SES console, Account dashboard, Request production access).',
          es: 'Pide a AWS el acceso a producción (consola de SES, Panel de la cuenta, Solicitar acceso a producción).',
        },
      });
    }
    if (isSendingEnabled === false) {
      faults.push({
        detail: { en: 'Sending is paused for the account.', es: 'El envío está pausado en la cuenta.' },
        fix: {
          en: 'See why (SES console, Account dashboard; AWS writes to the account’s address too) and have it resumed.',
          es: 'Mira por qué (consola de SES, Panel de la cuenta; AWS también escribe al correo de la cuenta) y haz que se reanude.',
        },
      });
    }
    if (faults.length > 0) {
      return trouble('fail', joined(faults.map(({ detail }) => detail)), joined(faults.map(({ fix }) => fix)));
    }
    if (quota && quota.perDay > 0 && quota.sentToday >= quota.perDay) {
      return trouble(
        'warn',
        {
          en: `Today’s quota of ${quota.perDay} mails is used up.`,
          es: `La cuota de hoy de ${quota.perDay} correos está agotada.`,
        },
        {
          en: 'What is held back is sent later by itself. If this happens often, ask AWS for a higher quota (SES console, Account dashboard).',
          es: 'Lo retenido se envía más tarde automáticamente. Si ocurre a menudo, pide a AWS una cuota mayor (consola de SES, Panel de la cuenta).',
        },
      );
    }
    if (!identities || !quota) {
      return trouble(
        'unknown',
        { en: `Amazon SES did not say what it thinks of ${from}.`, es: `Amazon SES no dijo qué piensa de ${from}.` },
        {
          en: 'Look again in a few minutes, or see the SES console (Account dashboard, Identities).',
          es: 'Vuelve a comprobarlo dentro de unos minutos, o mira la consola de SES (Panel de la cuenta, Identidades).',
        },
      );
    }
    const who = identities.address === 'Success' ? from : domain;
    return pass(
      `${who} is verified, and the account may send ${quota.perDay} mails a day.`,
      `${who} está verificado, y la cuenta puede enviar ${quota.perDay} correos al día.`,
    );
  },
};
