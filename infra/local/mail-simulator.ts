import { ACCOUNT, PARTITION, REGION } from './aws.ts';
import type { Topics } from './topics.ts';

/** A mail that SES has taken. */
export interface TakenMail {
  readonly messageId: string;
  readonly source: string;
  readonly destination: readonly string[];
  readonly configurationSet: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** Which events of a configuration set go to which topic, as the template defines it. */
export interface EventDestinationDefinition {
  readonly configurationSet: string;
  /** As CloudFormation writes them: `bounce`. */
  readonly eventTypes: readonly string[];
  readonly topicArn: string;
}

interface MailEvent {
  readonly eventType: string;
  /** `mail`, and what is said of it under the name of the event. */
  readonly [part: string]: unknown;
}

/**
 * Stands in for SES's mailbox simulator, and for the event publishing of configuration sets: a mail to `bounce@simulator.amazonses.com`
 * bounces, and so on. All other mail has arrived, of which nothing is said.
 * @see https://docs.aws.amazon.com/ses/latest/dg/send-an-email-from-console.html
 */
export class MailSimulator {
  readonly #topics: Topics;
  #destinations: readonly EventDestinationDefinition[] = [];

  constructor(topics: Topics) {
    this.#topics = topics;
  }

  /** Publishes there from now on. */
  publishTo(destinations: readonly EventDestinationDefinition[]): void {
    this.#destinations = destinations;
  }

  take(mail: TakenMail): void {
    const destinations = this.#destinations.filter(
      ({ configurationSet }) => configurationSet === mail.configurationSet,
    );
    for (const event of simulatedEvents(mail)) {
      const type = event.eventType.charAt(0).toLowerCase() + event.eventType.slice(1);
      for (const { eventTypes, topicArn } of destinations) {
        if (!eventTypes.includes(type)) continue;
        this.#topics.publish(topicArn, JSON.stringify(event), 'Amazon SES Email Event Notification');
      }
    }
  }
}

const SIMULATOR = /^(bounce|complaint|suppressionlist|ooto|success)(?:\+[^@]*)?@simulator\.amazonses\.com$/i;

/** What SES publishes of a mail: one event for each recipient in its simulator. */
export const simulatedEvents = (mail: TakenMail): MailEvent[] =>
  mail.destination.flatMap((address) => {
    const [, scenario] = SIMULATOR.exec(address) ?? [];
    return scenario === undefined ? [] : [simulatedEvent(scenario.toLowerCase(), address, mail)];
  });

function simulatedEvent(scenario: string, address: string, taken: TakenMail): MailEvent {
  const timestamp = new Date().toISOString();
  const mail = mailObject(taken, timestamp);
  const feedbackId = `${taken.messageId}-feedback`;
  const bounce = (bounceType: string, bounceSubType: string, report: object): MailEvent => ({
    eventType: 'Bounce',
    bounce: {
      feedbackId,
      bounceType,
      bounceSubType,
      bouncedRecipients: [{ emailAddress: address, ...report }],
      timestamp,
      reportingMTA: 'dns; simulator.amazonses.com',
    },
    mail,
  });
  switch (scenario) {
    case 'bounce':
      return bounce('Permanent', 'General', {
        action: 'failed',
        status: '5.1.1',
        diagnosticCode: 'smtp; 550 5.1.1 user unknown',
      });
    case 'suppressionlist':
      return bounce('Permanent', 'Suppressed', {
        action: 'failed',
        status: '5.1.1',
        diagnosticCode:
          'Amazon SES has suppressed sending to this address because it has a recent history of bouncing as an invalid address.',
      });
    case 'ooto':
      return bounce('Transient', 'General', {});
    case 'complaint':
      return {
        eventType: 'Complaint',
        complaint: {
          feedbackId,
          complaintSubType: null,
          complainedRecipients: [{ emailAddress: address }],
          timestamp,
          userAgent: 'Amazon SES Mailbox Simulator',
          complaintFeedbackType: 'abuse',
          arrivalDate: timestamp,
        },
        mail,
      };
    default:
      return {
        eventType: 'Delivery',
        delivery: {
          timestamp,
          processingTimeMillis: 0,
          recipients: [address],
          smtpResponse: '250 2.6.0 Message received',
          reportingMTA: 'simulator.amazonses.com',
        },
        mail,
      };
  }
}

function mailObject({ messageId, source, destination, configurationSet, tags }: TakenMail, timestamp: string): object {
  const domain = source.slice(source.lastIndexOf('@') + 1).replace(/>$/, '');
  return {
    timestamp,
    source,
    sourceArn: `arn:${PARTITION}:ses:${REGION}:${ACCOUNT}:identity/${domain}`,
    sendingAccountId: ACCOUNT,
    messageId,
    destination,
    headersTruncated: false,
    headers: [],
    commonHeaders: { from: [source], to: destination, messageId },
    tags: {
      'ses:configuration-set': [configurationSet],
      'ses:from-domain': [domain],
      ...Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, [value]])),
    },
  };
}
