import { RemovalPolicy, SecretValue, Validations } from 'aws-cdk-lib';
import { Secret, type SecretProps } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

const rotatedByHand =
  'The same value is held by another system, which Secrets Manager cannot change. Several values, separated by white space, are valid at once, so it is rotated by hand without interruption (docs/en/runbook.md).';

/**
 * The secrets that exist from the start. Deploying never overwrites a value once it was made.
 *
 * Those that somebody has copied elsewhere outlive the stack; only a first deployment that fails takes them away again,
 * since otherwise their fixed names would stand in the way of the second.
 */
export class Secrets extends Construct {
  readonly adminKey: Secret;
  readonly webhook: Secret;
  readonly webhookSigning: Secret;
  readonly linkSigningKey: Secret;
  readonly googleClient: Secret;
  /** Begins the name of each staff member's secret. */
  readonly staffPrefix: string;

  constructor(scope: Construct, id: string, prefix: string) {
    super(scope, id);
    this.staffPrefix = `${prefix}/staff/`;
    this.adminKey = this.#secret('AdminKey', rotatedByHand, {
      secretName: `${prefix}/admin-key`,
      description: 'Key of the admin API (Authorization: Bearer <key>).',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    this.webhook = this.#secret('Webhook', rotatedByHand, {
      secretName: `${prefix}/webhook-secret`,
      description: 'What Booknetic sends in the header X-Webhook-Secret.',
      generateSecretString: { passwordLength: 48, excludePunctuation: true },
    });
    this.webhookSigning = this.#secret('WebhookSigning', rotatedByHand, {
      secretName: `${prefix}/webhook-signing-secret`,
      description: 'Signs POST /webhooks/appointments (Standard Webhooks; base64).',
      // 44 letters and digits are the base64 of 33 bytes.
      generateSecretString: { passwordLength: 44, excludePunctuation: true },
    });
    this.linkSigningKey = this.#secret(
      'LinkSigningKey',
      'It signs links that live for days and is known to no other system; changing it on a timetable would only break links already mailed. It is changed by hand (docs/en/runbook.md).',
      {
        secretName: `${prefix}/link-signing-key`,
        description: 'Signs connect links and the state of a sign-in at Google.',
        generateSecretString: { passwordLength: 64, excludePunctuation: true },
        // Losing it costs no more than the links that are under way.
        removalPolicy: RemovalPolicy.DESTROY,
      },
    );
    this.googleClient = this.#secret(
      'GoogleClient',
      'Google issues this value, and only a person in its console can change it.',
      {
        secretName: `${prefix}/google-client`,
        description: 'OAuth client at Google (clientId, clientSecret), set with PUT /settings/google.',
        // Empty until an admin sets it; CloudFormation writes it only when this line changes.
        secretStringValue: SecretValue.unsafePlainText('{}'),
      },
    );
  }

  #secret(id: string, noRotationReason: string, props: SecretProps): Secret {
    const secret = new Secret(this, id, { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, ...props });
    Validations.of(secret).acknowledge({ id: 'AwsSolutions-SMG4', reason: noRotationReason });
    return secret;
  }
}
