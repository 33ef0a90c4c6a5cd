import {
  GetAccountSendingEnabledCommand,
  GetIdentityVerificationAttributesCommand,
  GetSendQuotaCommand,
  type SESClient,
} from '@aws-sdk/client-ses';
import type { MailSenderEvidence } from './checks/mail-sender.ts';

/** What SES says of the account and of who it sends as. */
export interface MailAccount {
  /** Never rejects: what SES does not answer is not known. */
  look(): Promise<MailSenderEvidence>;
}

export const makeMailAccount = (client: SESClient, from: string): MailAccount => ({
  async look() {
    const domain = from.slice(from.lastIndexOf('@') + 1);
    const [identities, quota, sending] = await Promise.all([
      orUnknown(client.send(new GetIdentityVerificationAttributesCommand({ Identities: [from, domain] }))),
      orUnknown(client.send(new GetSendQuotaCommand())),
      orUnknown(client.send(new GetAccountSendingEnabledCommand())),
    ]);
    const attributes = identities?.VerificationAttributes;
    return {
      from,
      // Another SES may answer anything with nothing.
      identities: attributes && {
        address: attributes[from]?.VerificationStatus,
        domain: attributes[domain]?.VerificationStatus,
      },
      quota:
        quota?.Max24HourSend === undefined
          ? undefined
          : {
              perDay: quota.Max24HourSend,
              perSecond: quota.MaxSendRate ?? Number.POSITIVE_INFINITY,
              sentToday: quota.SentLast24Hours ?? 0,
            },
      isSendingEnabled: sending?.Enabled,
    };
  },
});

/** A stand-in that does not know the call, and a role that may not make it, are no answer; neither fails the others. */
const orUnknown = <Answer>(asked: Promise<Answer>): Promise<Answer | undefined> => asked.catch(() => undefined);
