import { z } from 'zod';

const text = z.string('must be text.');

const parameters = z.strictObject({
  /** Begins every fixed name (secrets, alarms, log groups) and names the stack, so that two installations can share an account. */
  name: text
    .regex(
      /^(?=.{2,32}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
      'must be 2 to 32 lower-case letters, digits and single hyphens, beginning with a letter.',
    )
    .default('booking-meet'),
  /**
   * Sender of every mail; its address or its domain must be a verified identity in SES. Lower case, because the
   * permission to send compares it case-sensitively.
   */
  mailFrom: z.email('must be one plain e-mail address, such as bookings@clinic.example.').toLowerCase().optional(),
  /** Who gets the alarms by mail. */
  alarmEmail: z.email('must be one plain e-mail address.').optional(),
  /** Host name of the API instead of the one that AWS makes up. */
  domainName: text
    .regex(
      /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      'must be a lower-case host name, such as meet.clinic.example.',
    )
    .optional(),
  /** ACM certificate for `domainName`, in the region of the stack. */
  certificateArn: text
    .regex(/^arn:aws[a-z-]*:acm:[a-z0-9-]+:\d{12}:certificate\/[\w-]+$/, 'must be the ARN of an ACM certificate.')
    .optional(),
  /** Route 53 zone that gets the alias record; without it, the DNS record is made by hand. */
  hostedZoneId: text
    .regex(/^Z[A-Z0-9]+$/, 'must be the id of a Route 53 hosted zone, such as Z0123456789ABC.')
    .optional(),
});

/** What one installation is deployed with. */
export interface Config {
  /** @default 'booking-meet' */
  readonly name: string;
  /** @default - a placeholder that SES refuses, good enough to synthesize and to run on one machine */
  readonly mailFrom: string;
  /** Whether `mailFrom` is only the placeholder. */
  readonly mailFromMissing: boolean;
  /** @default - alarms reach the topic, and nobody until somebody subscribes */
  readonly alarmEmail: string | undefined;
  /** @default - the address that API Gateway gives */
  readonly domain: CustomDomain | undefined;
}

/** A host name of one's own for the HTTP API. */
export interface CustomDomain {
  readonly domainName: string;
  readonly certificateArn: string;
  readonly hostedZoneId: string | undefined;
}

/** Every fault of the configuration at once, one sentence each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(['The configuration cannot be used:', ...faults.map((fault) => `  - ${fault}`)].join('\n'));
    this.faults = faults;
  }
}

const known = Object.keys(parameters.shape);
const plain = (name: string) => name.replaceAll(/[-_]/g, '').toLowerCase();

/**
 * Reads the parameters out of the CDK context, which also holds keys of the CDK and of other tools.
 *
 * @throws ConfigError naming every fault
 */
export const readConfig = (context: Readonly<Record<string, unknown>>): Config => {
  const faults: string[] = [];
  const given: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(context)) {
    const name = known.find((candidate) => plain(candidate) === plain(key));
    if (name === undefined) continue;
    if (name === key) given[key] = value;
    else faults.push(`${key} is not a parameter; it is written ${name}.`);
  }

  const parsed = parameters.safeParse(given);
  if (!parsed.success) {
    faults.push(...parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
  }
  if (given.domainName !== undefined && given.certificateArn === undefined) {
    faults.push('domainName needs certificateArn, an ACM certificate for that name in the region of the stack.');
  }
  for (const dependent of ['certificateArn', 'hostedZoneId']) {
    if (given[dependent] !== undefined && given.domainName === undefined) {
      faults.push(`${dependent} is of use only together with domainName.`);
    }
  }
  if (!parsed.success || faults.length > 0) throw new ConfigError(faults);

  const { name, mailFrom, alarmEmail, domainName, certificateArn, hostedZoneId } = parsed.data;
  return {
    name,
    mailFrom: mailFrom ?? 'booking-meet@example.com',
    mailFromMissing: mailFrom === undefined,
    alarmEmail,
    domain: domainName && certificateArn ? { domainName, certificateArn, hostedZoneId } : undefined,
  };
};
