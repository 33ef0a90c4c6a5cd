import type { Logger } from '@aws-lambda-powertools/logger';
import type { SNSEvent } from 'aws-lambda';
import { describe } from '../../shared/http/chain.ts';
import { type FeedbackDeps, readMailEvent, recordFeedback } from '../../shared/notifications/feedback.ts';

export interface MailFeedbackDeps extends Omit<FeedbackDeps, 'log'> {
  readonly logger: Logger;
}

/**
 * What SES publishes about mails that it has taken. What cannot be recorded fails the run, and Lambda tries again; what cannot be read
 * would be no better for that.
 */
export const makeHandler = ({ logger, ...deps }: MailFeedbackDeps) => {
  const log: FeedbackDeps['log'] = (event, fields) => logger.info(event.replaceAll('_', ' '), { event, ...fields });
  return async ({ Records }: SNSEvent): Promise<void> => {
    for (const { Sns } of Records) {
      const read = readMailEvent(Sns.Message);
      if (read === 'nothing') continue;
      if (read === 'malformed') {
        logger.warn('mail event malformed', { event: 'mail_event_malformed', notificationId: Sns.MessageId });
        continue;
      }
      try {
        await recordFeedback({ ...deps, log }, read);
      } catch (error) {
        logger.error('mail feedback failed', { event: 'mail_feedback_failed', ...describe(error) });
        // Lambda logs what is thrown, and vendors put what they were sent into their words (DESIGN rule 22).
        throw new Error('A mail event was not recorded.');
      }
    }
  };
};
