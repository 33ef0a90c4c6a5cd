import { CfnOutput, Duration, Stack, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Config } from './config.ts';
import {
  askSes,
  askSize,
  onItem,
  onSecret,
  onStaffSecrets,
  onStream,
  onTable,
  queryIndex,
  readStream,
  receiveFrom,
  sendMailAs,
  sendSms,
  sendTo,
  streamArnOf,
} from './constructs/grants.ts';
import { HttpApi, LIMITS } from './constructs/http-api.ts';
import { MailEvents } from './constructs/mail-events.ts';
import { Monitoring } from './constructs/monitoring.ts';
import { RedriveSource } from './constructs/redrive-source.ts';
import { Schedule } from './constructs/schedule.ts';
import { Secrets } from './constructs/secrets.ts';
import { ServiceFunction, type Variables } from './constructs/service-function.ts';
import { StreamSource } from './constructs/stream-source.ts';
import { Tables } from './constructs/tables.ts';

/** The whole system, from top to bottom: what it keeps, who may do what, what sets it going, and who watches it. */
export class BookingMeetStack extends Stack {
  constructor(scope: Construct, id: string, config: Config) {
    super(scope, id, {
      stackName: pascalCase(config.name),
      description: 'Booking Meet: every booking gets its Google Meet link.',
    });
    const prefix = config.name;
    if (config.mailFromMissing) {
      Validations.of(this).addWarning(
        'MailFrom',
        'No mail can be sent: deploy with -c mailFrom=<verified SES sender>.',
      );
    }

    // What is kept

    const tables = new Tables(this, 'Tables');
    const secrets = new Secrets(this, 'Secrets', prefix);
    const api = new HttpApi(this, 'HttpApi', { prefix, domain: config.domain });

    const redriveTimeout = Duration.seconds(30);
    // Lambda leaves here where in the stream it gave up: positions, no booking data.
    const streamFailures = new Queue(this, 'StreamFailures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      // As Lambda asks of a queue that it reads: time for its own attempts before a message shows up a second time.
      visibilityTimeout: Duration.seconds(6 * redriveTimeout.toSeconds()),
    });
    Validations.of(streamFailures).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason:
        'It is itself the dead-letter queue; what redrive cannot handle stays in it for a person to see, which the alarm tells of.',
    });

    const mailEvents = new MailEvents(this, 'MailEvents', prefix);
    const { configurationSetName } = mailEvents.configurationSet;

    // Functions, and everything that each may do

    const variables: Variables = {
      APPOINTMENTS_TABLE: tables.appointments.tableName,
      APPOINTMENTS_STREAM_ARN: streamArnOf(tables.appointments),
      MEETINGS_TABLE: tables.meetings.tableName,
      TOLD_TABLE: tables.told.tableName,
      STAFF_TABLE: tables.staff.tableName,
      SETTINGS_TABLE: tables.settings.tableName,
      OAUTH_STATES_TABLE: tables.oauthStates.tableName,
      ADMIN_KEY_SECRET_ARN: secrets.adminKey.secretArn,
      WEBHOOK_SECRET_ARN: secrets.webhook.secretArn,
      WEBHOOK_SIGNING_SECRET_ARN: secrets.webhookSigning.secretArn,
      LINK_SIGNING_KEY_SECRET_ARN: secrets.linkSigningKey.secretArn,
      GOOGLE_CLIENT_SECRET_ARN: secrets.googleClient.secretArn,
      STAFF_SECRET_PREFIX: secrets.staffPrefix,
      PUBLIC_URL: api.publicUrl,
      MAIL_FROM: config.mailFrom,
      SES_CONFIGURATION_SET: configurationSetName,
      STREAM_FAILURES_QUEUE_URL: streamFailures.queueUrl,
      MAIL_FAILURES_QUEUE_URL: mailEvents.failures.queueUrl,
      RETRY_BASE_SECONDS: '30',
      NOTIFY_HOLD_SECONDS: '60',
    };

    const bookingWebhook = new ServiceFunction(this, 'BookingWebhook', {
      name: 'booking-webhook',
      description: 'Takes in what booking platforms post.',
      timeout: Duration.seconds(10),
      prefix,
      variables,
      may: [
        onTable(tables.appointments, 'PutItem', 'UpdateItem'),
        onTable(tables.settings, 'GetItem'),
        onItem(tables.settings, 'evidence#webhooks', 'UpdateItem'),
        onSecret(secrets.webhook, 'GetSecretValue'),
        onSecret(secrets.webhookSigning, 'GetSecretValue'),
      ],
    });

    const settingsApi = new ServiceFunction(this, 'SettingsApi', {
      name: 'settings-api',
      description: 'Admin API: settings, Google client, keywords, previews, test messages.',
      timeout: Duration.seconds(15),
      prefix,
      variables,
      may: [
        onTable(tables.settings, 'GetItem', 'PutItem'),
        onTable(tables.appointments, 'GetItem', 'UpdateItem'),
        onTable(tables.meetings, 'GetItem'),
        ...sendMailAs(this, config.mailFrom, configurationSetName),
        onSecret(secrets.adminKey, 'GetSecretValue'),
        onSecret(secrets.googleClient, 'GetSecretValue', 'PutSecretValue'),
      ],
    });

    const staffApi = new ServiceFunction(this, 'StaffApi', {
      name: 'staff-api',
      description: 'Admin API: staff members, connect links, disconnecting.',
      timeout: Duration.seconds(15),
      prefix,
      variables,
      may: [
        onTable(tables.staff, 'GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Scan'),
        queryIndex(tables.meetings, 'byStaff'),
        onTable(tables.appointments, 'UpdateItem'),
        onTable(tables.settings, 'GetItem'),
        onTable(tables.told, 'Query', 'DeleteItem'),
        onSecret(secrets.adminKey, 'GetSecretValue'),
        onSecret(secrets.linkSigningKey, 'GetSecretValue'),
        onStaffSecrets(this, secrets.staffPrefix, 'GetSecretValue', 'DeleteSecret'),
        ...sendMailAs(this, config.mailFrom, configurationSetName),
      ],
    });

    const appointmentsApi = new ServiceFunction(this, 'AppointmentsApi', {
      name: 'appointments-api',
      description: 'Admin API: bookings, look again, cancel.',
      timeout: Duration.seconds(15),
      prefix,
      variables,
      may: [
        onTable(tables.appointments, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem'),
        queryIndex(tables.appointments, 'byStart'),
        onTable(tables.meetings, 'GetItem', 'BatchGetItem'),
        onTable(tables.told, 'Query'),
        onSecret(secrets.adminKey, 'GetSecretValue'),
      ],
    });

    const customersApi = new ServiceFunction(this, 'CustomersApi', {
      name: 'customers-api',
      description: 'Admin API: erases a person.',
      // There is no index by customer: it looks through everything, for as long as API Gateway waits.
      timeout: Duration.seconds(29),
      prefix,
      variables,
      may: [
        onTable(tables.appointments, 'GetItem', 'PutItem', 'Scan'),
        onTable(tables.meetings, 'GetItem'),
        onTable(tables.told, 'Query', 'Scan', 'PutItem', 'DeleteItem'),
        onTable(tables.settings, 'GetItem'),
        onSecret(secrets.adminKey, 'GetSecretValue'),
      ],
    });

    const diagnostics = new ServiceFunction(this, 'Diagnostics', {
      name: 'diagnostics',
      description: 'Admin API: what is wrong, and what to do about it.',
      timeout: Duration.seconds(15),
      prefix,
      variables,
      may: [
        onTable(tables.appointments, 'BatchGetItem'),
        queryIndex(tables.appointments, 'due'),
        queryIndex(tables.appointments, 'byStart'),
        onTable(tables.meetings, 'BatchGetItem'),
        queryIndex(tables.meetings, 'byStaff'),
        onTable(tables.told, 'Query'),
        onTable(tables.staff, 'Scan'),
        onTable(tables.settings, 'GetItem'),
        onSecret(secrets.adminKey, 'GetSecretValue'),
        onSecret(secrets.googleClient, 'GetSecretValue'),
        onStaffSecrets(this, secrets.staffPrefix, 'GetSecretValue'),
        askSize(streamFailures, mailEvents.failures),
        askSes(),
      ],
    });

    const staffOauth = new ServiceFunction(this, 'StaffOauth', {
      name: 'staff-oauth',
      description: 'The pages of a staff member: their Google account, their calendar, their next bookings.',
      // Several calls to Google, one after another, each with its own time limit; no answer of the gateway takes longer than 30.
      timeout: Duration.seconds(29),
      prefix,
      variables,
      may: [
        onTable(tables.oauthStates, 'PutItem', 'DeleteItem'),
        onTable(tables.staff, 'GetItem', 'UpdateItem', 'Scan'),
        onTable(tables.appointments, 'BatchGetItem', 'UpdateItem'),
        onTable(tables.meetings, 'BatchGetItem'),
        queryIndex(tables.meetings, 'byStaff'),
        onTable(tables.settings, 'GetItem'),
        onItem(tables.settings, 'evidence#sign-ins', 'UpdateItem'),
        onSecret(secrets.linkSigningKey, 'GetSecretValue'),
        onSecret(secrets.googleClient, 'GetSecretValue'),
        onStaffSecrets(
          this,
          secrets.staffPrefix,
          'CreateSecret',
          'PutSecretValue',
          'RestoreSecret',
          'GetSecretValue',
          'DeleteSecret',
        ),
      ],
    });

    const join = new ServiceFunction(this, 'Join', {
      name: 'join',
      description: 'Leads a customer to the Meet link of their booking.',
      timeout: Duration.seconds(10),
      prefix,
      variables,
      may: [
        onTable(tables.oauthStates, 'UpdateItem'),
        onTable(tables.appointments, 'GetItem'),
        onTable(tables.meetings, 'GetItem'),
        onTable(tables.settings, 'GetItem'),
      ],
    });

    const adminConsole = new ServiceFunction(this, 'AdminConsole', {
      name: 'admin-console',
      description: 'The page with which an admin sets up and looks after everything.',
      timeout: Duration.seconds(10),
      prefix,
      variables,
      may: [],
      servesApp: true,
    });

    const openApi = new ServiceFunction(this, 'OpenApi', {
      name: 'openapi',
      description: 'Shows the OpenAPI document.',
      timeout: Duration.seconds(10),
      prefix,
      variables,
      may: [],
    });

    // The sync and the sweep run the same loop.
    const mayReconcile = [
      onTable(tables.appointments, 'GetItem', 'BatchGetItem', 'UpdateItem', 'ConditionCheckItem'),
      onTable(tables.meetings, 'GetItem', 'BatchGetItem', 'PutItem', 'UpdateItem', 'DeleteItem'),
      onTable(tables.told, 'GetItem', 'Query', 'PutItem', 'DeleteItem'),
      queryIndex(tables.meetings, 'byStaff'),
      onTable(tables.staff, 'GetItem', 'PutItem', 'UpdateItem', 'Scan'),
      onTable(tables.settings, 'GetItem', 'UpdateItem'),
      onSecret(secrets.linkSigningKey, 'GetSecretValue'),
      onSecret(secrets.googleClient, 'GetSecretValue'),
      onStaffSecrets(this, secrets.staffPrefix, 'GetSecretValue'),
      ...sendMailAs(this, config.mailFrom, configurationSetName),
      sendSms(this),
    ];

    const meetingSync = new ServiceFunction(this, 'MeetingSync', {
      name: 'meeting-sync',
      description: 'Makes Google and everybody concerned agree with the bookings that changed.',
      timeout: Duration.seconds(60),
      prefix,
      variables,
      may: [...mayReconcile, readStream(tables.appointments), sendTo(streamFailures)],
    });

    const dueWork = new ServiceFunction(this, 'DueWork', {
      name: 'due-work',
      description: 'Finds every booking that is owed work and brings it up to date.',
      timeout: Duration.seconds(60),
      logsEachRun: false,
      prefix,
      variables,
      may: [...mayReconcile, queryIndex(tables.appointments, 'due')],
    });

    const redrive = new ServiceFunction(this, 'Redrive', {
      name: 'redrive',
      description: 'Has everything that the stream gave up looked at again.',
      timeout: redriveTimeout,
      prefix,
      variables,
      may: [
        onTable(tables.appointments, 'UpdateItem'),
        onStream(tables.appointments, 'GetRecords', 'GetShardIterator'),
        receiveFrom(streamFailures),
      ],
    });

    const mailFeedback = new ServiceFunction(this, 'MailFeedback', {
      name: 'mail-feedback',
      description: 'Records bounces and complaints.',
      // Time for every round in which a message may be noted.
      timeout: Duration.seconds(30),
      prefix,
      variables,
      may: [onTable(tables.told, 'Query', 'PutItem', 'UpdateItem', 'DeleteItem'), sendTo(mailEvents.failures)],
    });

    // What sets them going

    api.route(
      bookingWebhook,
      'The function itself checks a shared secret or a signature over the raw body, which no gateway authorizer gets to see.',
      LIMITS.platform,
      'POST /webhooks/booknetic',
      'POST /webhooks/appointments',
    );
    const adminKey =
      'The function itself checks the admin key, so that a refusal is answered as the API promises (401, problem+json).';
    api.route(
      settingsApi,
      adminKey,
      LIMITS.people,
      'GET /settings',
      'PUT /settings',
      'PATCH /settings',
      'GET /settings/google',
      'PUT /settings/google',
      'POST /settings/preview',
      'POST /settings/preview-message',
      'GET /keywords',
    );
    api.route(settingsApi, adminKey, LIMITS.costly, 'POST /settings/test-message');
    api.route(
      staffApi,
      adminKey,
      LIMITS.people,
      'GET /staff',
      'GET /staff/{email}',
      'PUT /staff/{email}',
      'DELETE /staff/{email}',
      'POST /staff/{email}/connect-link',
      'DELETE /staff/{email}/connection',
    );
    api.route(
      appointmentsApi,
      adminKey,
      LIMITS.people,
      'GET /appointments',
      'GET /appointments/{appointmentId}',
      'POST /appointments/{appointmentId}/resync',
      'POST /appointments/{appointmentId}/cancel',
    );
    api.route(customersApi, adminKey, LIMITS.costly, 'DELETE /customers/{email}');
    api.route(diagnostics, adminKey, LIMITS.costly, 'GET /diagnostics');
    api.route(
      staffOauth,
      'Staff follow a signed link of their own, which the function itself checks; they hold no other credentials here.',
      LIMITS.people,
      'GET /connect/{token}',
      'GET /connect/{token}/calendar',
      'POST /connect/{token}/calendar',
      'GET /connect/{token}/disconnect',
      'POST /connect/{token}/disconnect',
      'GET /oauth/google/start',
      'GET /oauth/google/callback',
    );

    api.route(
      join,
      'Customers have no credentials: the function itself asks for the address of the booking, and stops who guesses.',
      LIMITS.people,
      'GET /join/{appointmentId}',
    );
    api.route(openApi, 'The document holds nothing that is not public.', LIMITS.people, 'GET /openapi.json');

    api.route(
      adminConsole,
      'A page without any data: what it shows, the browser asks of the admin API, with the key that its user has typed in.',
      LIMITS.people,
      'GET /admin',
      'GET /admin/preview',
      'GET /admin/{asset}',
    );

    new StreamSource(this, 'AppointmentChanges', {
      table: tables.appointments,
      target: meetingSync,
      onFailure: streamFailures,
    });
    const redriveSource = new RedriveSource(this, 'GivenUpChanges', { queue: streamFailures, target: redrive });
    mailEvents.deliverTo(mailFeedback);
    new Schedule(this, 'EveryMinute', { target: dueWork, every: Duration.minutes(1) });

    // Who watches it

    const monitoring = new Monitoring(this, 'Monitoring', {
      prefix,
      alarmEmail: config.alarmEmail,
      streamConsumer: meetingSync,
      scheduled: dueWork,
      streamFailures,
      mailFeedbackFailures: mailEvents.failures,
      api,
    });

    // What a person needs to know

    const readSecret = (name: string) =>
      `aws secretsmanager get-secret-value --region ${this.region} --secret-id ${prefix}/${name} --query SecretString --output text`;
    this.#output('ApiUrl', api.publicUrl, 'Address of the API.');
    this.#output('AdminConsoleUrl', `${api.publicUrl}/admin`, 'The admin console: open it in a browser.');
    this.#output(
      'GoogleRedirectUri',
      `${api.publicUrl}/oauth/google/callback`,
      'Paste it into the OAuth client at Google as an authorized redirect URI.',
    );
    this.#output('BookneticWebhookUrl', `${api.publicUrl}/webhooks/booknetic`, 'Paste it into the Booknetic workflow.');
    this.#output('AppointmentsWebhookUrl', `${api.publicUrl}/webhooks/appointments`, 'For any other booking platform.');
    this.#output('AdminKeyCommand', readSecret('admin-key'), 'Prints the key of the admin API.');
    this.#output(
      'WebhookSecretCommand',
      readSecret('webhook-secret'),
      'Prints the value of the header X-Webhook-Secret.',
    );
    this.#output(
      'WebhookSigningSecretCommand',
      readSecret('webhook-signing-secret'),
      'Prints the secret that signs POST /webhooks/appointments.',
    );
    this.#output(
      'StreamFailuresQueueUrl',
      streamFailures.queueUrl,
      'Changes that the stream gave up (docs/en/runbook.md).',
    );
    this.#output(
      'RedriveMappingId',
      redriveSource.mappingId,
      'Enable it to have what the stream gave up looked at again, then disable it (docs/en/runbook.md).',
    );
    this.#output(
      'MailFeedbackFailuresQueueUrl',
      mailEvents.failures.queueUrl,
      'Bounces and complaints that could not be recorded (docs/en/runbook.md).',
    );
    this.#output('AlarmTopicArn', monitoring.topic.topicArn, 'Subscribe here to hear of alarms.');
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

/** `booking-meet` becomes `BookingMeet`. */
const pascalCase = (name: string): string =>
  name.replaceAll(/(^|-)(\w)/g, (_match, _hyphen, letter: string) => letter.toUpperCase());
